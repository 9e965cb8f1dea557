/*
 * What one closed bar does to a pair, in this order: exits at the open, stops, targets; entries, and what happens to
 * them in the same bar; then, at the close, trailing stops and time exits.
 */
#include "engine/scene.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "engine/fills.h"
#include "fill/fill.h"

/* A taker's price: the raw one moved against you by the slippage, onto the tick, never below one tick. */
static dec slipped(const struct scene *s, enum side side, dec price, bool *bad)
{
	dec slip = dec_bps(price, s->g->account->slippage_bps, ROUND_UP, bad);
	enum rounding away = side == SIDE_BUY ? ROUND_UP : ROUND_DOWN;
	dec p = dec_to_step(side == SIDE_BUY ? price + slip : price - slip, s->tick, away);

	return dec_max(p, dec_max(s->tick, 1));
}

/* What the fill model says, as the book takes it. */
static struct engine_fill fill_of(const struct scene *s, dec qty, dec price, bool maker, bool at_open)
{
	return (struct engine_fill){ .qty = qty, .price = price, .maker = maker, .fee = s->fee[maker],
		.t_ms = at_open ? s->bar->open_time : s->bar->close_time };
}

static enum err put(const struct scene *s, enum kind_id kind, const void *object, struct error *e)
{
	return s->g->ledger->ops->put(s->g->ledger, kind, object, e);
}

/* The legs that protect a position; they end with it. */
static enum err cancel_leg(const struct scene *s, const char *decision, enum leg leg, int64_t t_ms, const char *why, struct error *e)
{
	struct book_order *o = book_order_of(s->b, decision, leg);

	return o ? engine_end_order(s->g, o, ORDER_CANCELED, t_ms, why, e) : OK;
}

/* An exit that waits for this position: its stop or target came first. */
static enum err cancel_exit(const struct scene *s, const struct position *p, int64_t t_ms, struct error *e)
{
	struct book_plan *plan = book_plan_for(s->b, p->strategy, s->pair, CLASS_REDUCE);
	enum err rc;

	if (!plan)
		return OK;
	rc = cancel_leg(s, plan->d.id, LEG_EXIT, t_ms, "the position was closed before", e);
	return rc ? rc : engine_end_plan(s->g, plan, DECISION_EXPIRED, "the position was closed before", e);
}

/* Closes a position by order o (which ends filled), at a raw price. The position leaves the book. */
static enum err close_position(const struct scene *s, struct book_position *p, struct book_order *o, enum reason reason, dec raw, bool slips,
	bool at_open, struct error *e)
{
	char decision[ID_SIZE];
	bool bad = false;
	dec price = slips ? slipped(s, SIDE_SELL, raw, &bad) : raw;
	struct engine_fill f = fill_of(s, dec_to_step(p->p.qty, s->step, ROUND_DOWN), price, false, at_open);
	enum err rc = bad ? error_field(e, ERR_DATA, "price", "out of range for %s", p->p.symbol) : engine_sold(s->g, o, p, reason, &f, true, e);

	memcpy(decision, p->p.decision, sizeof decision);
	if (!rc)
		rc = engine_end_order(s->g, o, ORDER_FILLED, f.t_ms, "", e);
	if (!rc)
		rc = cancel_leg(s, decision, LEG_STOP, f.t_ms, "the position was closed", e);
	if (!rc)
		rc = cancel_leg(s, decision, LEG_TARGET, f.t_ms, "the position was closed", e);
	return rc ? rc : engine_drop(s->g, p, s->bar->close, s->t_ms, e);
}

/* Stop or target, where the bar reached one. *closed tells. */
static enum err exits_inside(const struct scene *s, struct book_position *p, enum fill_where entry, bool *closed, struct error *e)
{
	struct fill_exit x = fill_exit(SIDE_BUY, p->p.stop_price, p->p.target_price, entry, s->bar);
	enum leg leg = x.kind == FILL_EXIT_STOP ? LEG_STOP : LEG_TARGET;
	enum reason reason = engine_leg_reason(&p->p, leg);
	struct position last = p->p;
	struct book_order *o;
	enum err rc;

	*closed = x.kind != FILL_EXIT_NONE;
	if (!*closed)
		return OK;
	o = book_order_of(s->b, p->p.decision, leg);
	if (!o)
		return error_set(e, ERR_INTERNAL, "position %s/%s has a %s but no order for it", p->p.strategy, p->p.symbol, leg_names[leg]);
	rc = close_position(s, p, o, reason, x.price, leg == LEG_STOP, x.at_open, e);
	return rc ? rc : cancel_exit(s, &last, x.at_open ? s->bar->open_time : s->bar->close_time, e);
}

/* An exit at market that is due at this open. A bar without volume fills nothing: the order is issued again. */
static enum err exit_at_open(const struct scene *s, struct book_position *p, struct book_order *o, struct error *e)
{
	struct book_plan *plan = book_plan_of(s->b, o->o.decision);
	struct order again = o->o;
	int64_t active = o->active_ms;
	char decision[ID_SIZE];
	enum err rc;

	if (s->bar->volume == 0) {
		rc = engine_end_order(s->g, o, ORDER_EXPIRED, s->t_ms, "no trade in this bar: issued again", e);
		again.attempt++;
		again.created_ms = again.updated_ms = s->t_ms;
		return rc ? rc : engine_put_order(s->g, &again, s->pair, active, e);
	}
	memcpy(decision, o->o.decision, sizeof decision);
	rc = close_position(s, p, o, plan ? (enum reason)plan->d.reason : REASON_EXIT, s->bar->open, true, true, e);
	plan = book_plan_of(s->b, decision);
	return rc || !plan ? rc : engine_end_plan(s->g, plan, DECISION_EXECUTED, "", e);
}

static enum err end_entry(const struct scene *s, struct book_order *o, enum decision_status ended, const char *why, struct error *e)
{
	char decision[ID_SIZE];
	struct book_plan *plan;
	enum err rc;

	memcpy(decision, o->o.decision, sizeof decision);
	rc = engine_end_order(s->g, o, ORDER_EXPIRED, s->t_ms, why, e);
	plan = book_plan_of(s->b, decision);
	return rc || !plan ? rc : engine_end_plan(s->g, plan, ended, why, e);
}

/* Opens the position of a filled entry, with its protection. */
static enum err open_position(const struct scene *s, struct book_order *o, const struct fill *f, dec price, dec qty, struct book_position **out,
	struct error *e)
{
	struct engine_fill fill = fill_of(s, qty, price, f->maker, f->where == FILL_AT_OPEN);
	enum err rc = engine_bought(s->g, o, &fill, out, e);

	if (!rc)
		rc = engine_end_order(s->g, o, ORDER_FILLED, fill.t_ms, "", e);
	if (!rc)
		rc = engine_end_plan(s->g, book_plan_of(s->b, (*out)->p.decision), DECISION_EXECUTED, "", e);
	if (!rc && (*out)->p.stop_price != DEC_NONE)
		rc = engine_protect(s->g, *out, LEG_STOP, 0, s->bar->open_time, fill.t_ms, e);
	if (!rc && (*out)->p.target_price != DEC_NONE)
		rc = engine_protect(s->g, *out, LEG_TARGET, 0, s->bar->open_time, fill.t_ms, e);
	return rc;
}

/* A fixed quantity may cost more than was reserved for it where no collar bounds its price. */
static bool affordable(const struct scene *s, const struct book_order *o, const struct fill *f, dec qty, dec price)
{
	const struct book_plan *plan = book_plan_of(s->b, o->o.decision);
	bool bad = false;
	dec others = dec_sub(book_reserved(s->b, &bad), plan ? plan->d.reserved : 0, &bad);
	dec most = book_qty_for_quote(dec_sub(s->b->state.cash, others, &bad), price, &s->fee[f->maker], s->step, &bad);

	return !bad && qty <= most;
}

/* Fills an entry at what the bar says: size, price with slippage, position, and what happens to it in the same bar. */
static enum err fill_at(const struct scene *s, struct book_order *o, const struct fill *f, struct error *e)
{
	struct book_position *p;
	bool bad = false, closed;
	dec price = f->maker ? f->price : slipped(s, SIDE_BUY, f->price, &bad), qty;
	enum err rc;

	if (o->o.worst_price != DEC_NONE)
		price = dec_min(price, o->o.worst_price);
	qty = o->o.qty != DEC_NONE ? o->o.qty : book_qty_for_quote(o->o.quote_qty, price, &s->fee[f->maker], s->step, &bad);
	if (bad || qty <= 0)
		return end_entry(s, o, DECISION_FAILED, "the amount buys less than one step", e);
	if (o->o.qty != DEC_NONE && !affordable(s, o, f, qty, price))
		return end_entry(s, o, DECISION_FAILED, "the open asks for more than the free cash", e);
	rc = open_position(s, o, f, price, qty, &p, e);
	return rc ? rc : exits_inside(s, p, f->where, &closed, e);
}

/*
 * One entry order in this bar: filled, ended, or (a limit or stop order with time left) resting on. Where a candle is
 * missing or nobody traded, an entry does not wait for the next.
 */
static enum err enter(const struct scene *s, struct book_order *o, struct error *e)
{
	bool rests = o->o.type != ORDER_MARKET, resting = o->active_ms < s->bar->open_time;
	dec price = o->o.type == ORDER_STOP ? o->o.stop_price : o->o.price;
	struct fill f;

	if (rests ? s->b->pairs[s->pair].settled_ms != s->bar->open_time : resting)
		return end_entry(s, o, DECISION_EXPIRED, "no candle for the bar it was made for", e);
	f = fill_entry(SIDE_BUY, (enum order_type)o->o.type, price, resting, s->bar);
	if (f.where == FILL_NONE && s->bar->volume == 0)
		return end_entry(s, o, DECISION_EXPIRED, "no trade in this bar", e);
	if (f.where == FILL_NONE)
		return s->t_ms < o->o.expires_ms ? OK : end_entry(s, o, DECISION_EXPIRED, "its price was not reached in time", e);
	/* A limit order that is cancelled at once unless filled: nothing beyond the collar. */
	if (o->o.worst_price != DEC_NONE && f.price > o->o.worst_price)
		return end_entry(s, o, DECISION_EXPIRED, "the open was beyond the worst acceptable price", e);
	return fill_at(s, o, &f, e);
}

/* At the close: the trailing stop follows the highest high, effective from the next bar. */
static enum err trail(const struct scene *s, struct book_position *p, struct error *e)
{
	struct book_order *o;
	dec stop;
	int64_t attempt;
	enum err rc;

	p->p.high_since = dec_max(p->p.high_since, s->bar->high);
	if (p->p.trail_offset == DEC_NONE || p->p.high_since <= p->p.trail_offset)
		return OK;
	stop = dec_to_step(p->p.high_since - p->p.trail_offset, s->tick, ROUND_DOWN);
	if (stop <= 0 || (p->p.stop_price != DEC_NONE && stop <= p->p.stop_price))
		return OK;
	if (s->g->live) { /* the order at the exchange follows: the desk replaces it */
		p->p.stop_price = stop;
		return OK;
	}
	o = book_order_of(s->b, p->p.decision, LEG_STOP);
	attempt = o ? o->o.attempt + 1 : 0;
	rc = o ? engine_end_order(s->g, o, ORDER_CANCELED, s->t_ms, "moved up", e) : OK;
	p->p.stop_price = stop;
	return rc ? rc : engine_protect(s->g, p, LEG_STOP, attempt, s->bar->open_time, s->t_ms, e);
}

static enum err at_close(const struct scene *s, struct book_position *p, struct error *e)
{
	bool bad = false;
	enum err rc;

	p->p.bars_held++;
	p->p.updated_ms = s->t_ms;
	memcpy(p->p.run, s->g->run, sizeof p->p.run);
	book_mark_position(s->b, p, &bad);
	if (bad)
		return error_field(e, ERR_DATA, "qty", "position %s is out of range", p->p.symbol);
	rc = trail(s, p, e);
	if (!rc && p->p.max_hold_bars != INT_NONE && p->p.bars_held >= p->p.max_hold_bars)
		rc = engine_exit(s->g, p, REASON_TIME, s->t_ms, s->t_ms, "held as long as the strategy allows", e);
	return rc ? rc : put(s, KIND_POSITION, &p->p, e);
}

/* Entries in the order they were made. One that ends leaves its place to the next; orders made here come behind. */
static enum err settle_entries(const struct scene *s, struct error *e)
{
	for (size_t i = 0; i < s->b->order_count;) {
		struct book_order *o = &s->b->orders[i];
		char id[ID_SIZE];
		enum err rc;

		if (o->pair != s->pair || o->o.leg != LEG_ENTRY || o->active_ms > s->bar->open_time) {
			i++;
			continue;
		}
		memcpy(id, o->o.id, sizeof id);
		rc = enter(s, o, e);
		if (rc)
			return rc;
		i += i < s->b->order_count && strcmp(s->b->orders[i].o.id, id) == 0;
	}
	return OK;
}

static enum err settle_positions(const struct scene *s, struct error *e)
{
	for (size_t i = 0; i < s->b->position_count;) {
		struct book_position *p = &s->b->positions[i];
		size_t before = s->b->position_count;
		struct book_plan *plan;
		struct book_order *o;
		bool closed = false;
		enum err rc;

		if (p->pair != s->pair) {
			i++;
			continue;
		}
		plan = book_plan_for(s->b, p->p.strategy, s->pair, CLASS_REDUCE);
		o = plan ? book_order_of(s->b, plan->d.id, LEG_EXIT) : NULL;
		if (o && o->active_ms > s->bar->open_time)
			o = NULL;
		rc = o ? exit_at_open(s, p, o, e) : OK;
		if (!rc && s->b->position_count == before)
			rc = exits_inside(s, &s->b->positions[i], FILL_NONE, &closed, e);
		if (rc)
			return rc;
		i += s->b->position_count == before;
	}
	return OK;
}

enum err scene_settle(const struct scene *s, struct error *e)
{
	enum err rc = s->g->live ? OK : settle_positions(s, e);

	if (!rc && !s->g->live)
		rc = settle_entries(s, e);
	s->b->pairs[s->pair].mark = s->bar->close;
	s->b->pairs[s->pair].settled_ms = s->t_ms;
	s->b->pairs[s->pair].dirty = true;
	for (size_t i = 0; !rc && i < s->b->position_count; i++)
		if (s->b->positions[i].pair == s->pair && (!s->g->live || s->b->positions[i].p.opened_ms < s->t_ms))
			rc = at_close(s, &s->b->positions[i], e);
	return rc;
}
