/* Of one record on both sides: what differs, and whether that has a cause of its own or follows from what came before. */
#include "report/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "report/number.h"
#include "report/roundtrip.h"

#define BIT(CAUSE) (1u << (CAUSE))

static const struct item *one(const struct twin *t) { return t->a ? t->a : t->b; }

static void record_name(const struct item *i, char *out, size_t size)
{
	const struct trade *t = i->object;

	if (i->kind == KIND_DECISION)
		snprintf(out, size, "%s decision", i->class == CLASS_OPEN ? "entry" : "exit");
	else if (i->kind == KIND_ORDER)
		snprintf(out, size, "%s order", leg_names[i->leg]);
	else if (i->kind == KIND_TRADE)
		snprintf(out, size, "%s trade", side_names[t->side]);
	else
		snprintf(out, size, "%s", kinds[i->kind].name);
}

/* Which cause a difference really has, where a setting or other candles explain it; each is a cause only the first time. */
static void explain(struct judge *j, const struct twin *t, struct difference *row)
{
	struct setting *s = diff_setting(j->diff, (enum cause)row->cause);
	struct holding *h = &j->series[t->series];

	if (s) {
		row->follows = s->told;
		s->told = true;
		snprintf(row->why, sizeof row->why, "%s: %.64s / %.64s", s->path, s->a[0] ? s->a : "none", s->b[0] ? s->b : "none");
	} else if (j->diff->data_differ && row->cause != CAUSE_FEE && row->cause != CAUSE_TIMING) {
		row->follows = row->cause != CAUSE_DATA && h->data_told;
		snprintf(row->why, sizeof row->why, row->cause == CAUSE_DATA ? "the candles are not the same" : "the candles or rules are not the same");
		row->cause = CAUSE_DATA;
		h->data_told = true;
	}
}

static enum err tell(struct judge *j, const struct twin *t, enum cause cause, const char *field, const char *a, const char *b, bool follows,
	const char *why, struct error *e)
{
	struct diff *d = j->diff;
	const struct item *i = one(t);
	struct difference *row = report_append(&d->rows, &d->count, &d->cap, sizeof *row, e);

	if (!row)
		return ERR_INTERNAL;
	*row = (struct difference){ .t_ms = t->a && t->b && t->b->t_ms < t->a->t_ms ? t->b->t_ms : i->t_ms, .cause = (int)cause, .follows = follows };
	snprintf(row->account, sizeof row->account, "%s", i->account);
	snprintf(row->strategy, sizeof row->strategy, "%s", i->strategy);
	snprintf(row->symbol, sizeof row->symbol, "%s", i->symbol);
	record_name(i, row->record, sizeof row->record);
	snprintf(row->field, sizeof row->field, "%s", field);
	snprintf(row->a, sizeof row->a, "%s", a);
	snprintf(row->b, sizeof row->b, "%s", b);
	snprintf(row->why, sizeof row->why, "%s", why);
	if (!follows && !*why)
		explain(j, t, row);
	j->chains[t->chain] |= BIT(row->cause);
	if (i->kind == KIND_TRADE || i->kind == KIND_TRANSFER || i->kind == KIND_EQUITY || row->cause == CAUSE_DATA) /* which marks what is held */
		j->money[t->account] = true;
	d->causes += !row->follows;
	return OK;
}

static void value_text(const struct field *f, const void *object, char *out)
{
	struct buf b = { .max = 512 };
	int64_t t_ms;

	if (f->type == FIELD_TIME && field_known(f, object)) {
		memcpy(&t_ms, (const char *)object + f->offset, sizeof t_ms);
		utc_format(t_ms, out);
		return;
	}
	field_write_plain(f, object, &b);
	snprintf(out, VALUE_SIZE, "%s", b.data ? b.data : "");
	buf_release(&b);
	if (f->type == FIELD_DEC || f->type == FIELD_DEC64)
		text_trim_zeros(out);
}

/* Tells of one field, if it differs; *differ then is true. */
static enum err compare(struct judge *j, const struct twin *t, const char *name, enum cause cause, bool follows, bool *differ, struct error *e)
{
	const struct kind *k = &kinds[one(t)->kind];
	const struct field *f = field_find(k->fields, k->field_count, name);
	char a[VALUE_SIZE], b[VALUE_SIZE];

	value_text(f, t->a->object, a);
	value_text(f, t->b->object, b);
	if (strcmp(a, b) == 0)
		return OK;
	*differ = true;
	return tell(j, t, cause, name, a, b, follows, "", e);
}

static bool is_flat(const struct holding *h, int side) { return h->held[side] <= 0; }

static bool positions_differ(const struct holding *h)
{
	return is_flat(h, 0) != is_flat(h, 1) || (!is_flat(h, 0) && h->entry[0] != h->entry[1]);
}

/* Fees in the coin bought are taken from what comes in, and cost no cash. */
static void hold_more(struct holding *h, int side, const struct trade *t, int64_t signal_t_ms)
{
	bool bad = false, from_base = strncmp(t->symbol, t->fee_asset, strlen(t->fee_asset)) == 0;

	if (is_flat(h, side)) {
		h->most[side] = h->cost[side] = 0;
		h->entry[side] = signal_t_ms;
	}
	h->held[side] = dec_add(h->held[side], from_base ? dec_sub(t->qty, t->fee, &bad) : t->qty, &bad);
	h->most[side] = dec_max(h->most[side], h->held[side]);
	h->cost[side] = dec_add(h->cost[side], from_base ? t->quote_qty : dec_add(t->quote_qty, t->fee_quote, &bad), &bad);
}

/* The sale that ends a position is charged with all that is left of its cost; where that is not known, dust tells. */
static void hold_less(struct holding *h, int side, const struct trade *t)
{
	bool bad = false, known = t->realized_pnl != DEC_NONE;
	dec whole = h->cost[side];

	h->held[side] = dec_sub(h->held[side], t->qty, &bad);
	if (known)
		h->cost[side] = dec_sub(whole, dec_sub(dec_sub(t->quote_qty, t->fee_quote, &bad), t->realized_pnl, &bad), &bad);
	if (known ? trip_is_rest(h->cost[side], whole) : h->held[side] <= h->most[side] / 50)
		h->held[side] = 0;
}

static void hold(struct holding *h, int side, const struct item *i)
{
	const struct trade *t = i->object;

	if (t->side == SIDE_SELL)
		hold_less(h, side, t);
	else
		hold_more(h, side, t, i->signal_t_ms);
}

static bool is_inside_bar(const struct item *a, const struct item *b)
{
	if (!a->decision)
		return a->t_ms == b->t_ms;
	return interval_floor((enum interval)a->decision->interval, a->t_ms) == interval_floor((enum interval)a->decision->interval, b->t_ms);
}

static enum err compare_time(struct judge *j, const struct twin *t, bool follows, bool *differ, struct error *e)
{
	if (is_inside_bar(t->a, t->b))
		return OK;
	return compare(j, t, "t_ms", CAUSE_TIMING, follows, differ, e);
}

static enum err judge_decision(struct judge *j, const struct twin *t, struct error *e)
{
	static const char *const wished[] = { "side", "type", "reason", "entry_price", "stop_offset", "target_offset", "trail_offset", "max_hold_bars" };
	const struct decision *a = t->a->object, *b = t->b->object;
	bool money = j->money[t->account], position = positions_differ(&j->series[t->series]), any = false, gate = false, data = false;
	bool open = strcmp(a->gate, "already_open") == 0 || strcmp(b->gate, "already_open") == 0;
	bool again = j->data && j->data->signal_t_ms == t->a->signal_t_ms && j->data->market == t->a->market && strcmp(j->data->symbol, t->a->symbol) == 0;
	enum err rc = compare(j, t, "price", CAUSE_DATA, again, &data, e);

	if (data) {
		j->data = t->a;
		j->series[t->series].data_told = true;
	}
	if (!rc)
		rc = compare_time(j, t, false, &any, e);
	for (size_t i = 0; i < sizeof wished / sizeof *wished && !rc; i++)
		rc = compare(j, t, wished[i], CAUSE_SIGNAL, data || (strcmp(wished[i], "reason") == 0 && position), &any, e);
	if (!rc && (a->status == DECISION_REFUSED || b->status == DECISION_REFUSED)) {
		char x[VALUE_SIZE], y[VALUE_SIZE];

		snprintf(x, sizeof x, "%s%s", a->status == DECISION_REFUSED ? "refused: " : "approved", a->gate);
		snprintf(y, sizeof y, "%s%s", b->status == DECISION_REFUSED ? "refused: " : "approved", b->gate);
		gate = strcmp(x, y) != 0;
		if (gate)
			rc = tell(j, t, CAUSE_GATE, "gate", x, y, data || (open && position) || (money && !diff_setting(j->diff, CAUSE_GATE)), "", e);
		else
			rc = compare(j, t, "gate_limit", CAUSE_GATE, data || money, &gate, e);
	}
	if (!rc && !data)
		rc = compare(j, t, "worst_price", CAUSE_GATE, gate, &any, e);
	any = any || data || gate;
	if (!rc)
		rc = compare(j, t, "quote_qty", CAUSE_QUANTITY, money || any, &any, e);
	if (!rc)
		rc = compare(j, t, "qty", CAUSE_QUANTITY, money || position || any, &any, e);
	if (!rc && a->status >= DECISION_EXECUTED && b->status >= DECISION_EXECUTED)
		rc = compare(j, t, "status", CAUSE_MISSING, any, &any, e);
	return rc;
}

static enum err judge_order(struct judge *j, const struct twin *t, struct error *e)
{
	static const struct { const char *field; enum cause cause; } rows[] = { { "type", CAUSE_SIGNAL }, { "side", CAUSE_SIGNAL },
		{ "price", CAUSE_PRICE }, { "stop_price", CAUSE_PRICE }, { "quote_qty", CAUSE_QUANTITY }, { "qty", CAUSE_QUANTITY } };
	bool follows = j->chains[t->chain] != 0, any = false;
	enum err rc = OK;

	for (size_t i = 0; i < sizeof rows / sizeof *rows && !rc; i++)
		rc = compare(j, t, rows[i].field, rows[i].cause, follows || any || (rows[i].cause == CAUSE_QUANTITY && j->money[t->account]), &any, e);
	return rc;
}

/* A fee is another one if its share of the amount is, by more than the last decimal of both can tell. */
static bool fees_differ(const struct trade *a, const struct trade *b)
{
	double x = dec_double(a->fee_quote) / dec_double(a->quote_qty), y = dec_double(b->fee_quote) / dec_double(b->quote_qty);
	double least = fmin(fmin((double)a->fee, (double)a->fee_quote), fmin((double)b->fee, (double)b->fee_quote));

	if (a->qty == b->qty && a->price == b->price)
		return a->fee_quote != b->fee_quote || strcmp(a->fee_asset, b->fee_asset) != 0;
	return strcmp(a->fee_asset, b->fee_asset) != 0 || fabs(x - y) > fmax(x, y) * (2 / fmax(least, 1) + 1e-9);
}

static enum err judge_trade(struct judge *j, const struct twin *t, struct error *e)
{
	const struct trade *a = t->a->object, *b = t->b->object;
	unsigned chain = j->chains[t->chain];
	bool child = t->a->leg == LEG_STOP || t->a->leg == LEG_TARGET, money = j->money[t->account], any = false;
	enum err rc = compare_time(j, t, chain != 0, &any, e);

	if (!rc)
		rc = compare(j, t, "price", CAUSE_PRICE, any || (chain & (child ? ~0u : BIT(CAUSE_DATA) | BIT(CAUSE_TIMING) | BIT(CAUSE_SIGNAL))), &any, e);
	if (!rc)
		rc = compare(j, t, "qty", CAUSE_QUANTITY, any || money || chain, &any, e);
	if (!rc && fees_differ(a, b))
		rc = compare(j, t, strcmp(a->fee_asset, b->fee_asset) != 0 ? "fee_asset" : "fee_quote", CAUSE_FEE, false, &any, e);
	return rc;
}

/* Where all is the same again, nothing later follows from what was. */
static enum err judge_equity(struct judge *j, const struct twin *t, struct error *e)
{
	const struct equity *a = t->a->object, *b = t->b->object;
	bool money = j->money[t->account], any = false;
	enum cause cause = a->cash == b->cash ? CAUSE_DATA : j->equity_seen && !money ? CAUSE_MISSING : CAUSE_QUANTITY;
	enum err rc;

	j->equity_seen = true;
	if (a->equity == b->equity && a->cash == b->cash) {
		j->money[t->account] = false;
		return OK;
	}
	rc = compare(j, t, "equity", cause, money, &any, e);
	return rc ? rc : compare(j, t, "cash", cause, money || any, &any, e);
}

static void describe(const struct item *i, char *out)
{
	const struct trade *t = i->object;
	const struct decision *d = i->object;
	const struct order *o = i->object;
	char qty[VALUE_SIZE], price[VALUE_SIZE];

	switch (i->kind) {
	case KIND_DECISION:
		snprintf(out, VALUE_SIZE, "%s%s", d->status == DECISION_REFUSED ? "refused: " : reason_names[d->reason], d->gate);
		return;
	case KIND_ORDER: snprintf(out, VALUE_SIZE, "%s", order_type_names[o->type]); return;
	case KIND_TRADE:
		value_text(field_find(trade_fields, TRADE_FIELDS, "qty"), t, qty);
		value_text(field_find(trade_fields, TRADE_FIELDS, "price"), t, price);
		snprintf(out, VALUE_SIZE, "%.40s at %.40s", qty, price);
		return;
	default: value_text(field_find(transfer_fields, TRANSFER_FIELDS, "amount"), i->object, out);
	}
}

/* What is outside of the other side's time says nothing but that. */
static bool is_outside(const struct judge *j, const struct item *i, int other, int *end, char *why, size_t size)
{
	const struct party *s = j->parties[other];
	bool late = i->kind == KIND_DECISION || i->kind == KIND_TRANSFER ? i->t_ms > s->last_ms : i->t_ms >= s->last_ms;
	char text[UTC_TEXT];

	*end = late;
	if (!late && i->t_ms >= s->first_ms)
		return false;
	snprintf(why, size, "%s %s at %s", other ? "B" : "A", late ? "ends" : "begins", utc_format(late ? s->last_ms : s->first_ms, text));
	return true;
}

/* Where nobody asked the strategy, an entry is lost; an exit is made up later. */
static enum cause was_off(const struct judge *j, const struct twin *t, int other, char *why, size_t size)
{
	const struct decision *d = one(t)->object, *later = d->class == CLASS_REDUCE ? party_exit_after(j->parties[other], d) : NULL;
	char text[UTC_TEXT];

	if (later)
		snprintf(why, size, "%s made no step then: made up at %s", other ? "B" : "A", utc_format(later->signal_t_ms, text));
	else
		snprintf(why, size, "%s made no step then", other ? "B" : "A");
	return later ? CAUSE_TIMING : CAUSE_MISSING;
}

/* Why one side made no such decision. An entry is decided on every time the strategy wants it; an exit only when there is something to sell. */
static enum cause lone_decision(const struct judge *j, const struct twin *t, int other, bool *follows, char *why, size_t size)
{
	const struct decision *d = one(t)->object;
	const struct said *s = party_said(j->parties[other], one(t));

	*follows = d->class == CLASS_REDUCE && positions_differ(&j->series[t->series]);
	if (d->reason != REASON_BREAKER && d->reason != REASON_FLATTEN && party_was_off(j->parties[other], one(t)))
		return was_off(j, t, other, why, size);
	if (d->class == CLASS_OPEN && s && s->price != d->price)
		return CAUSE_DATA;
	if (d->class == CLASS_OPEN && s && s->action == ACTION_BUY)
		return CAUSE_MISSING;
	if (d->reason != REASON_BREAKER && d->reason != REASON_FLATTEN)
		return CAUSE_SIGNAL;
	*follows |= j->money[t->account];
	return CAUSE_GATE;
}

static enum err judge_alone(struct judge *j, const struct twin *t, struct error *e)
{
	const struct item *i = one(t);
	int other = t->a != NULL, end;
	enum cause cause = CAUSE_MISSING;
	bool follows = i->kind != KIND_TRANSFER && (j->chains[t->chain] || (i->kind != KIND_DECISION && positions_differ(&j->series[t->series])));
	char text[VALUE_SIZE], why[96] = "";

	describe(i, text);
	if (is_outside(j, i, other, &end, why, sizeof why)) {
		follows |= j->ends_told[other][end];
		j->ends_told[other][end] = true;
	} else if (i->kind == KIND_DECISION) {
		cause = lone_decision(j, t, other, &follows, why, sizeof why);
	}
	return tell(j, t, cause, "", t->a ? text : "", t->b ? text : "", follows, why, e);
}

enum err judge_twin(struct judge *j, const struct twin *t, struct error *e)
{
	static enum err (*const judges[KIND_COUNT])(struct judge *, const struct twin *, struct error *) = { [KIND_DECISION] = judge_decision,
		[KIND_ORDER] = judge_order, [KIND_TRADE] = judge_trade, [KIND_EQUITY] = judge_equity };
	const struct item *i = one(t);
	bool any = false;
	enum err rc;

	if (!t->a || !t->b)
		rc = judge_alone(j, t, e);
	else if (i->kind == KIND_TRANSFER)
		rc = compare(j, t, "amount", CAUSE_QUANTITY, false, &any, e);
	else
		rc = judges[i->kind](j, t, e);
	if (i->kind == KIND_TRADE && t->a)
		hold(&j->series[t->series], 0, t->a);
	if (i->kind == KIND_TRADE && t->b)
		hold(&j->series[t->series], 1, t->b);
	return rc;
}
