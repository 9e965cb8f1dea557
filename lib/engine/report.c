#include "engine/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"

static bool has_ended(int status)
{
	return status != ORDER_INTENT && status != ORDER_NEW && status != ORDER_PARTIALLY_FILLED;
}

static struct book_order *order_named(struct book *b, const char *id)
{
	for (size_t i = 0; i < b->order_count; i++)
		if (strcmp(b->orders[i].o.id, id) == 0)
			return &b->orders[i];
	return NULL;
}

enum err engine_halt(struct engine *g, const char *code, const char *symbol, int64_t t_ms, struct error *e, const char *format, ...)
{
	struct account_state *s = &g->ledger->book.state;
	char why[WHY_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof why, format, ap);
	va_end(ap);
	if (!s->halted)
		memcpy(s->halt_why, why, sizeof s->halt_why < sizeof why ? sizeof s->halt_why : sizeof why);
	s->halted = true;
	return engine_event(g, EVENT_ALARM, code, symbol, t_ms, e, "%s", why);
}

/* As it stands after a fill, for the ledger. */
static enum err put_position(struct engine *g, struct book_position *p, int64_t t_ms, struct error *e)
{
	bool bad = false;

	p->p.updated_ms = t_ms;
	memcpy(p->p.run, g->run, sizeof p->p.run);
	if (g->ledger->book.pairs[p->pair].mark != DEC_NONE)
		book_mark_position(&g->ledger->book, p, &bad);
	return bad ? error_field(e, ERR_DATA, "qty", "position %s is out of range", p->p.symbol)
		: ledger_put(g->ledger, LEDGER_COURSE, KIND_POSITION, &p->p, e);
}

static enum err report_entry(struct engine *g, struct book_order *o, const struct engine_report *r, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_position *p = NULL;
	struct book_plan *plan;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < r->count; i++)
		rc = engine_bought(g, o, &r->fills[i], &p, e);
	if (!rc && p)
		rc = put_position(g, p, r->fills[r->count - 1].t_ms, e);
	plan = book_plan_of(b, o->o.decision);
	if (rc || !plan || !has_ended(r->status))
		return rc;
	if (o->o.filled_qty > 0)
		return engine_end_plan(g, plan, DECISION_EXECUTED, "", e);
	return engine_end_plan(g, plan, r->status == ORDER_REJECTED ? DECISION_FAILED : DECISION_EXPIRED, r->why, e);
}

/* One fill of a sale. *gone: the position has left the book. */
static enum err sell(struct engine *g, struct book_order *o, const struct engine_fill *f, bool *gone, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_position *p = book_position_of(b, o->o.strategy, o->pair);
	struct book_plan *plan = book_plan_of(b, o->o.decision);
	enum reason reason = o->o.leg != LEG_EXIT ? engine_leg_reason(&p->p, (enum leg)o->o.leg) : plan ? (enum reason)plan->d.reason : REASON_EXIT;
	enum err rc;

	*gone = dec_to_step(p->p.qty - f->qty, book_lot(&g->ledger->book.pairs[o->pair]), ROUND_DOWN) <= 0;
	rc = engine_sold(g, o, p, reason, f, *gone, e);
	if (!rc && *gone)
		return engine_drop(g, p, b->pairs[o->pair].mark, f->t_ms, e);
	return rc ? rc : put_position(g, p, f->t_ms, e);
}

/* Of a position, what is less than a step: no order of its own can sell that. */
static dec spare_of(struct engine *g, const struct book_position *p)
{
	return p->p.qty - dec_to_step(p->p.qty, book_lot(&g->ledger->book.pairs[p->pair]), ROUND_DOWN);
}

static bool is_beside(const struct book_position *x, const struct book_position *p)
{
	return x != p && x->pair == p->pair;
}

/* Coins that come into a position from elsewhere than a purchase of its own. */
struct found {
	dec qty, cost;
};

/* From the pair's other positions: what they can spare, or all but a step. *missing goes down. */
static enum err take_from_others(struct engine *g, const struct book_position *p, bool spare, dec *missing, struct found *f, int64_t t_ms,
	struct error *e)
{
	struct book *b = &g->ledger->book;
	enum err rc = OK;

	for (size_t i = 0; !rc && *missing > 0 && i < b->position_count; i++) {
		struct book_position *x = &b->positions[i];
		dec most = !is_beside(x, p) ? 0 : spare ? spare_of(g, x) : x->p.qty - book_lot(&g->ledger->book.pairs[p->pair]), part = dec_min(*missing, most), cost;

		if (part <= 0)
			continue;
		rc = book_take(b, x, part, &cost, e);
		if (rc)
			return rc;
		f->qty += part;
		f->cost += cost;
		*missing -= part;
		rc = put_position(g, x, t_ms, e);
	}
	return rc;
}

/* From the pair's dust, which has cost nothing, and then what the other positions have beyond whole steps: both are free at the exchange. */
static enum err take_free(struct engine *g, const struct book_position *p, dec *missing, struct found *f, int64_t t_ms, struct error *e)
{
	struct book_pair *pair = &g->ledger->book.pairs[p->pair];
	dec dust = dec_min(*missing, pair->dust);

	pair->dust -= dust;
	pair->dirty |= dust > 0;
	f->qty += dust;
	*missing -= dust;
	return take_from_others(g, p, true, missing, f, t_ms, e);
}

static enum err receive(struct engine *g, struct book_position *p, const struct found *f, int64_t t_ms, struct error *e)
{
	p->p.qty += f->qty;
	p->p.cost += f->cost;
	return f->qty > 0 ? book_lots_add(&g->ledger->book, p, p->p.decision, f->qty, f->cost, t_ms, e) : OK;
}

enum err engine_fund(struct engine *g, struct book_position *p, dec qty, int64_t t_ms, struct error *e)
{
	dec missing = qty - p->p.qty;
	struct found f = { 0 };
	enum err rc;

	if (missing <= 0)
		return OK;
	rc = take_free(g, p, &missing, &f, t_ms, e);
	if (!rc)
		rc = take_from_others(g, p, false, &missing, &f, t_ms, e);
	if (!rc)
		rc = receive(g, p, &f, t_ms, e);
	return rc ? rc : put_position(g, p, t_ms, e);
}

/* More than the book holds: the rest lay at the exchange beside it. */
static enum err tell_oversold(struct engine *g, const struct book_position *p, const struct engine_report *r, dec qty, int64_t t_ms, struct error *e)
{
	char text[DEC_TEXT];

	if (r->beyond)
		*r->beyond += qty;
	dec_format(qty, text);
	return engine_halt(g, "desk.oversold", p->p.symbol, t_ms, e, "order %s sold %s more of %s than the book holds: they were not ct's, "
		"what they brought is in its cash", r->order, text, p->p.symbol);
}

/* One fill of a sale, wherever its coins came from. */
static enum err report_sold(struct engine *g, struct book_order *o, const struct engine_report *r, const struct engine_fill *f, bool *gone,
	struct error *e)
{
	struct book_position *held = book_position_of(&g->ledger->book, o->o.strategy, o->pair);
	enum err rc = held ? OK : engine_hold(g, o, f, &held, e);
	dec missing = rc ? 0 : dec_max(f->qty - held->p.qty, 0);
	struct found found = { 0 };

	if (!rc)
		rc = take_free(g, held, &missing, &found, r->t_ms, e);
	if (!rc && missing > 0)
		rc = tell_oversold(g, held, r, missing, f->t_ms, e);
	found.qty += missing;
	if (!rc)
		rc = receive(g, held, &found, r->t_ms, e);
	return rc ? rc : sell(g, o, f, gone, e);
}

/* What only reduces risk is never held back by the collar; but a price beyond it is told. */
static enum err watch_collar(struct engine *g, const struct book_order *o, const struct book_plan *plan, const struct engine_report *r, struct error *e)
{
	dec meant = o->o.leg == LEG_STOP ? o->o.stop_price : o->o.leg == LEG_EXIT && plan ? plan->d.price : DEC_NONE, worst, least = DEC_NONE;
	char at[DEC_TEXT], from[DEC_TEXT];
	bool bad = false;

	for (size_t i = 0; i < r->count; i++)
		least = least == DEC_NONE ? r->fills[i].price : dec_min(least, r->fills[i].price);
	if (meant == DEC_NONE || least == DEC_NONE || g->risk->collar_bps == DEC_NONE)
		return OK;
	worst = dec_sub(meant, dec_bps(meant, g->risk->collar_bps, ROUND_UP, &bad), &bad);
	if (bad || least >= worst)
		return OK;
	dec_format(least, at);
	dec_format(meant, from);
	return engine_event(g, EVENT_ALARM, "desk.collar", o->o.symbol, r->fills[r->count - 1].t_ms, e,
		"%s of %s sold at %s, beyond the collar below %s, %s", leg_names[o->o.leg], o->o.symbol, at, from,
		o->o.leg == LEG_STOP ? "its stop price" : "the price it was decided on");
}

static enum err report_sale(struct engine *g, struct book_order *o, const struct engine_report *r, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_plan *plan = o->o.leg == LEG_EXIT ? book_plan_of(b, o->o.decision) : NULL; /* a leg's is its entry's */
	bool gone = !book_position_of(b, o->o.strategy, o->pair);
	enum err rc = watch_collar(g, o, plan, r, e);

	for (size_t i = 0; !rc && i < r->count; i++)
		rc = report_sold(g, o, r, &r->fills[i], &gone, e);
	if (rc || !plan || !gone || !has_ended(r->status))
		return rc;
	return engine_end_plan(g, plan, o->o.filled_qty > 0 ? DECISION_EXECUTED : DECISION_EXPIRED,
		o->o.filled_qty > 0 ? "" : "the position was closed before", e);
}

/* A limit-maker that was cancelled to be re-priced goes on as its next attempt. */
static bool moves_on(struct engine *g, const struct book_order *o, const struct engine_report *r, dec *price)
{
	const struct book_plan *plan = book_plan_of(&g->ledger->book, o->o.decision);

	if (o->o.type != ORDER_MAKER || r->status != ORDER_CANCELED || strcmp(r->why, engine_repriced) != 0 || o->o.filled_qty > 0 || r->count > 0
		|| !plan || r->t_ms >= o->o.expires_ms)
		return false;
	*price = dec_max(engine_maker_price(g, plan), o->o.price);
	return true;
}

enum err engine_report(struct engine *g, const struct engine_report *r, struct error *e)
{
	struct book_order *o = order_named(&g->ledger->book, r->order);
	enum err rc;
	dec price;

	if (!o)
		return error_set(e, ERR_INTERNAL, "order %s is not open in the book", r->order);
	if (moves_on(g, o, r, &price))
		return engine_reprice(g, o, ORDER_CANCELED, price, r->t_ms, r->t_ms, engine_repriced, e);
	rc = o->o.leg == LEG_ENTRY ? report_entry(g, o, r, e) : report_sale(g, o, r, e);
	if (rc)
		return rc;
	if (has_ended(r->status))
		return engine_end_order(g, o, (enum order_status)r->status, r->t_ms, r->why, e);
	o->o.status = r->status;
	o->o.updated_ms = r->t_ms;
	return ledger_put(g->ledger, LEDGER_COURSE, KIND_ORDER, &o->o, e);
}

enum err engine_again(struct engine *g, struct book_plan *p, const struct order *before, int64_t t_ms, struct error *e)
{
	const struct book_position *held = book_position_of(&g->ledger->book, p->d.strategy, p->pair);
	struct order again = *before;

	again.qty = held ? dec_to_step(held->p.qty, book_lot(&g->ledger->book.pairs[p->pair]), ROUND_DOWN) : 0;
	if (again.qty <= 0)
		return engine_end_plan(g, p, DECISION_EXPIRED, "the position was closed before", e);
	again.attempt++;
	again.status = ORDER_INTENT;
	again.filled_qty = again.filled_quote = 0;
	again.created_ms = again.updated_ms = t_ms;
	again.why[0] = again.exchange_id[0] = '\0';
	return engine_put_order(g, &again, p->pair, engine_active_ms(&p->d, t_ms), e);
}

enum err engine_write_off(struct engine *g, struct book_position *p, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_pair *pair = &b->pairs[p->pair];
	bool bad = false;
	dec dust = dec_add(pair->dust, p->p.qty, &bad), realized = dec_sub(b->state.realized_pnl, p->p.cost, &bad);
	char qty[DEC_TEXT];
	enum err rc;

	if (bad)
		return error_field(e, ERR_DATA, "qty", "position %s is out of range", p->p.symbol);
	dec_format(p->p.qty, qty);
	rc = engine_event(g, EVENT_INFO, "desk.dust", p->p.symbol, t_ms, e, "%s left of %s: less than can be sold, booked as dust", qty, p->p.symbol);
	if (rc)
		return rc;
	book_lots_drop(b, p, true);
	pair->dust = dust;
	pair->dirty = true;
	b->state.realized_pnl = realized;
	p->p.qty = p->p.cost = 0;
	p->p.avg_price = DEC_NONE;
	return engine_drop(g, p, pair->mark, t_ms, e);
}
