/* What the exchange says of an order becomes fills, steps and an end: one transaction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"

static const enum order_status status_of[] = {
	[VENUE_NEW] = ORDER_NEW, [VENUE_PENDING_NEW] = ORDER_NEW, [VENUE_PARTIALLY_FILLED] = ORDER_PARTIALLY_FILLED,
	[VENUE_FILLED] = ORDER_FILLED, [VENUE_CANCELED] = ORDER_CANCELED, [VENUE_PENDING_CANCEL] = ORDER_NEW,
	[VENUE_REJECTED] = ORDER_REJECTED, [VENUE_EXPIRED] = ORDER_EXPIRED, [VENUE_EXPIRED_IN_MATCH] = ORDER_EXPIRED,
};

static const char *const step_names[] = {
	[ORDER_INTENT] = "intent", [ORDER_NEW] = "acknowledged", [ORDER_PARTIALLY_FILLED] = "partly filled", [ORDER_FILLED] = "filled",
	[ORDER_CANCELED] = "cancelled", [ORDER_EXPIRED] = "expired", [ORDER_REJECTED] = "rejected",
};

/* How an order ended, in the words that the same end has on paper. */
static void word_end(const struct order *o, const struct venue_order *v, enum order_status status, char why[WHY_SIZE])
{
	const char *words = "";

	if (status == ORDER_CANCELED || status == ORDER_EXPIRED)
		words = o->why[0] ? o->why : v->tif == VENUE_IOC ? "the open was beyond the worst acceptable price" : "";
	if (!*words && (status == ORDER_CANCELED || status == ORDER_EXPIRED) && o->leg == LEG_ENTRY && o->expires_ms != TIME_NONE)
		words = "its price was not reached in time";
	if (!*words && (status == ORDER_CANCELED || status == ORDER_EXPIRED))
		words = v->expiry_reason[0] ? v->expiry_reason : "the exchange ended it";
	snprintf(why, WHY_SIZE, "%s", words);
}

/* The price of a coin in quote units at the last close; 0 where it is not known. */
static dec mark_of(const struct book *b, const char *asset)
{
	for (size_t i = 0; i < b->pair_count; i++)
		if (strncmp(b->pairs[i].symbol, asset, strlen(asset)) == 0 && strcmp(b->pairs[i].symbol + strlen(asset), b->quote) == 0)
			return b->pairs[i].mark == DEC_NONE ? 0 : b->pairs[i].mark;
	return 0;
}

/*
 * A fee in a third coin is paid from what lies there beside ct's books. To the books it is bought from cash at its last
 * close: the cash goes down by its worth, and the same worth of the account's currency is no longer ct's.
 */
static enum err charge_third(struct live *l, const struct venue_fill *v, struct engine_fill *f, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	bool bad = false;
	enum err rc;

	f->fee_quote = dec_mul(v->fee, mark_of(b, v->fee_asset), ROUND_UP, &bad);
	if (bad)
		return error_field(e, ERR_PROTOCOL, "commission", "out of range");
	rc = baseline_add(l->d, v->fee_asset, -v->fee, v->t_ms, e);
	return rc ? rc : baseline_add(l->d, b->quote, f->fee_quote, v->t_ms, e);
}

static enum err fill_of(struct live *l, const struct book_order *o, const struct venue_fill *v, int64_t number, struct engine_fill *f, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	const struct book_pair *pair = &b->pairs[o->pair];
	bool bad = false;

	*f = (struct engine_fill){
		.number = number, .qty = v->qty, .price = v->price, .maker = v->maker, .t_ms = v->t_ms, .fee = { .reported = true, .bnb_mark = DEC_NONE },
		.fee_amount = v->fee, .fee_quote = v->fee,
	};
	memcpy(f->fee_asset, v->fee_asset, sizeof f->fee_asset);
	if (v->fee == 0 || strcmp(v->fee_asset, b->quote) == 0)
		return OK;
	if (!pair->has_rules || strcmp(v->fee_asset, pair->rules.base_asset) != 0)
		return charge_third(l, v, f, e);
	f->fee_quote = dec_mul(v->fee, v->price, ROUND_UP, &bad);
	return bad ? error_field(e, ERR_PROTOCOL, "commission", "out of range") : OK;
}

/* The fills that are not booked yet. *sum: what they come to. */
static size_t fresh_fills(const struct wire *w, const struct venue_fill *fills, size_t n, const struct venue_fill **out, dec *sum, bool *bad)
{
	size_t count = 0;

	*sum = 0;
	for (size_t i = 0; i < n; i++)
		if (fills[i].trade_id > w->last_trade) {
			out[count++] = &fills[i];
			*sum = dec_add(*sum, fills[i].qty, bad);
		}
	return count;
}

static enum err write_steps(struct live *l, struct wire *w, const struct venue_order *v, enum order_status status, const char *why, size_t fills,
	struct error *e)
{
	int64_t now_ms = utc_now_ms();
	char note[WHY_SIZE], qty[DEC_TEXT];
	enum err rc = OK;

	w->exchange_id = v->order_id;
	w->status = WIRE_ACKED;
	if (w->acked_ms == TIME_NONE) {
		w->acked_ms = now_ms;
		rc = wire_step(l->d, w, step_names[ORDER_NEW], now_ms, "", e);
	}
	if (status != ORDER_NEW && status != ORDER_PARTIALLY_FILLED) {
		w->status = WIRE_ENDED;
		w->ended_ms = now_ms;
	}
	if (rc || (status == ORDER_NEW && fills == 0))
		return rc ? rc : store_put_row(l->d->store, STORE_WIRE, w, NULL, e);
	dec_format(v->filled_qty, qty);
	snprintf(note, sizeof note, "%s%s%s", why, *why ? "; " : "", qty);
	return wire_step(l->d, w, step_names[status], now_ms, note, e);
}

/* Coins were sold that the book did not hold: they lay there beside it. */
static enum err take_from_beside(struct live *l, size_t pair, dec qty, int64_t t_ms, struct error *e)
{
	const struct book *b = &l->d->ledger.book;
	char base[ASSET_SIZE];

	live_base_of(b, &b->pairs[pair], base);
	return baseline_add(l->d, base, -qty, t_ms, e);
}

/* What its entry has brought: after fees, or with coins from beside it as its fee. */
static enum err learn_qty(struct live *l, struct book_order *o, dec qty, int64_t t_ms, struct error *e)
{
	struct book_position *p = book_position_of(&l->d->ledger.book, o->o.strategy, o->pair);

	o->o.qty = qty;
	return p && strcmp(p->p.decision, o->o.decision) == 0 ? engine_fund(&l->d->engine, p, qty, t_ms, e) : OK;
}

/* Inside the transaction; the order is open in the book. */
static enum err book(struct live *l, struct book_order *o, struct wire *w, const struct venue_order *v, const struct venue_fill *const *fills, size_t n,
	struct error *e)
{
	struct engine_fill *list = calloc(n + 1, sizeof *list);
	dec beyond = 0;
	struct engine_report r = { .fills = list, .count = n, .status = (int)status_of[v->status], .beyond = &beyond };
	bool fresh = w->acked_ms == TIME_NONE && o->o.leg != LEG_ENTRY && v->status != VENUE_PENDING_NEW;
	char id[ID_SIZE], why[WHY_SIZE];
	size_t pair = o->pair;
	enum err rc = list ? OK : error_memory(e);
	bool bad = false;
	dec sum = o->o.filled_qty;

	for (size_t i = 0; !rc && i < n; i++) {
		rc = fill_of(l, o, fills[i], w->fills + (int64_t)i, &list[i], e);
		sum = dec_add(sum, fills[i]->qty, &bad);
		w->last_trade = fills[i]->trade_id;
	}
	if (!rc && bad)
		rc = error_field(e, ERR_PROTOCOL, "qty", "the fills of order %s are out of range", o->o.id);
	if (rc) {
		free(list);
		return rc;
	}
	if (o->o.qty != DEC_NONE && sum >= o->o.qty)
		r.status = ORDER_FILLED;
	else if (sum > 0 && r.status == ORDER_NEW)
		r.status = ORDER_PARTIALLY_FILLED;
	w->fills += (int64_t)n;
	memcpy(id, o->o.id, sizeof id);
	r.order = id;
	r.t_ms = n && (r.status == ORDER_FILLED || v->updated_ms == TIME_NONE) ? fills[n - 1]->t_ms
		: v->updated_ms != TIME_NONE ? v->updated_ms : live_now(l);
	word_end(&o->o, v, (enum order_status)r.status, why);
	r.why = why;
	if (o->o.leg != LEG_ENTRY && o->o.qty == DEC_NONE && v->status != VENUE_PENDING_NEW && v->qty > 0)
		rc = learn_qty(l, o, v->qty, r.t_ms, e);
	snprintf(o->o.exchange_id, sizeof o->o.exchange_id, "%lld", (long long)v->order_id);
	if (!rc && fresh && venue_status_is_open(v->status))
		rc = live_note_protected(l, o, v->created_ms != TIME_NONE ? v->created_ms : r.t_ms, e);
	if (!rc)
		rc = engine_report(&l->d->engine, &r, e);
	if (!rc && beyond > 0)
		rc = take_from_beside(l, pair, beyond, r.t_ms, e);
	free(list);
	return rc ? rc : write_steps(l, w, v, (enum order_status)r.status, why, n, e);
}

/*
 * Whether a sale would be booked before the purchase of its coins: the entry is still open here, since what became of it could
 * not be learned, and the list that it carried has sold them already.
 */
static bool is_early(const struct live *l, const struct book_order *o, dec sum)
{
	struct book *b = &l->d->ledger.book;
	const struct book_position *p = book_position_of(b, o->o.strategy, o->pair);

	for (size_t i = 0; o->o.leg != LEG_ENTRY && sum > (p ? p->p.qty : 0) && i < b->order_count; i++)
		if (b->orders[i].o.leg == LEG_ENTRY && strcmp(b->orders[i].o.decision, o->o.decision) == 0)
			return true;
	return false;
}

/* One try with these fills. *missing: they do not come to what the order has filled. *early: see is_early. */
static enum err try_take(struct live *l, const struct venue_order *v, const struct venue_fill *fills, size_t n, bool *missing, bool *early,
	struct error *e)
{
	const struct venue_fill **fresh = calloc(n + 1, sizeof *fresh);
	struct book_order *o;
	struct wire w;
	bool found, bad = false;
	dec sum = 0;
	size_t count = 0;
	enum err rc = fresh ? live_begin(l, e) : error_memory(e);

	*missing = *early = false;
	if (rc) {
		free(fresh);
		return rc;
	}
	o = live_order(l, v->id);
	rc = o ? wire_get(l->d, v->id, &w, &found, e) : OK;
	if (!rc && o)
		count = fresh_fills(&w, fills, n, fresh, &sum, &bad);
	*missing = !rc && o && !bad && dec_add(o->o.filled_qty, sum, &bad) < v->filled_qty;
	if (!rc && bad)
		rc = error_field(e, ERR_PROTOCOL, "qty", "the fills of order %s are out of range", v->id);
	if (!rc && o && !*missing)
		*early = is_early(l, o, sum);
	if (!rc && o && !*missing && !*early)
		rc = book(l, o, &w, v, fresh, count, e);
	free(fresh);
	return live_end(l, rc, e);
}

enum err live_take(struct live *l, const struct venue_order *v, const struct venue_fill *fills, size_t n, struct error *e)
{
	bool missing, early;
	enum err rc = try_take(l, v, fills, n, &missing, &early, e);

	/* The list of trades may lag behind the order: it is asked for again, for a while. */
	for (int i = 0; !rc && missing && i < 6; i++) {
		struct venue_fill *rows = NULL;
		struct reply r;
		size_t count = 0;

		if (i)
			live_pause(l, 100 << i);
		if (broker_order_fills(l->b, v->symbol, v->order_id, &rows, &count, &r) == FATE_DONE)
			rc = try_take(l, v, rows, count, &missing, &early, e);
		else if (i == 5)
			rc = live_defer(l, v->id, &r, e);
		free(rows);
	}
	return rc || !(missing || early) ? rc : live_defer(l, v->id, NULL, e);
}
