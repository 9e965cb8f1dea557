/* How a position is left: by its stop, its target, or an exit at market; at once, or in as many bars as the volume asks for. */
#include <string.h>

#include "engine/scene.h"

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

/* What still waits to add to a position that is being left. */
static enum err cancel_entry(const struct scene *s, const char *decision, int64_t t_ms, struct error *e)
{
	struct book_plan *plan = book_plan_of(s->b, decision);

	return plan ? engine_withdraw(s->g, plan, t_ms, "the position was closed", e) : OK;
}

/* A position that was sold leaves the book, and all its orders with it. */
static enum err leave(const struct scene *s, struct book_position *p, int64_t sold_ms, struct error *e)
{
	char decision[ID_SIZE];
	enum err rc;

	memcpy(decision, p->p.decision, sizeof decision);
	rc = cancel_leg(s, decision, LEG_STOP, sold_ms, "the position was closed", e);
	if (!rc)
		rc = cancel_leg(s, decision, LEG_TARGET, sold_ms, "the position was closed", e);
	if (!rc)
		rc = cancel_entry(s, decision, sold_ms, e);
	return rc ? rc : engine_drop(s->g, p, s->bar->close, s->t_ms, e);
}

/* Sells by order o at a raw price: the whole position, which then leaves the book (*closed), or what the bar's volume gives. */
static enum err sell(const struct scene *s, struct book_position *p, struct book_order *o, enum reason reason, dec raw, bool slips, bool at_open,
	bool *closed, struct error *e)
{
	bool bad = false;
	dec whole = dec_min(o->o.qty - o->o.filled_qty, p->p.qty), qty = scene_room(s, whole, &bad);
	dec price = slips ? scene_price(s, SIDE_SELL, raw, qty, &bad) : raw;
	struct engine_fill f;
	enum err rc;

	if (bad)
		return error_field(e, ERR_DATA, "price", "out of range for %s", p->p.symbol);
	scene_fill(s, &o->o, qty, price, false, at_open, &f);
	*closed = qty == whole;
	rc = engine_sold(s->g, o, p, reason, &f, *closed, e);
	if (!rc)
		rc = scene_filled(s, o, f.t_ms, *closed, e);
	return rc || !*closed ? rc : leave(s, p, f.t_ms, e);
}

/* A stop that got less than all has been triggered all the same: the rest is an exit at market from the next open on. */
static enum err sell_rest(const struct scene *s, struct book_position *p, enum reason reason, int64_t t_ms, struct error *e)
{
	enum err rc = cancel_leg(s, p->p.decision, LEG_STOP, t_ms, "the rest is sold at the next opens", e);

	if (!rc)
		rc = cancel_leg(s, p->p.decision, LEG_TARGET, t_ms, "the stop was triggered", e);
	if (!rc)
		rc = cancel_entry(s, p->p.decision, t_ms, e);
	p->p.stop_price = p->p.target_price = p->p.trail_offset = DEC_NONE;
	if (!rc)
		rc = scene_resize(s, p, t_ms, e);
	return rc ? rc : engine_exit(s->g, p, reason, s->t_ms, s->t_ms, "the rest of a stop: the bar's volume gave a part", e);
}

static enum err exit_by(const struct scene *s, struct book_position *p, const struct fill_exit *x, bool *closed, struct error *e)
{
	enum leg leg = x->kind == FILL_EXIT_STOP ? LEG_STOP : LEG_TARGET;
	enum reason reason = engine_leg_reason(&p->p, leg);
	int64_t t_ms = x->at_open ? s->bar->open_time : s->bar->close_time;
	struct book_order *o = book_order_of(s->b, p->p.decision, leg);
	struct position before = p->p;
	enum err rc;

	if (!o)
		return error_set(e, ERR_INTERNAL, "position %s/%s has a %s but no order for it", p->p.strategy, p->p.symbol, leg_names[leg]);
	rc = sell(s, p, o, reason, x->price, leg == LEG_STOP, x->at_open, closed, e);
	if (rc)
		return rc;
	if (*closed)
		return cancel_exit(s, &before, t_ms, e);
	return leg == LEG_STOP ? sell_rest(s, p, reason, t_ms, e) : scene_resize(s, p, t_ms, e);
}

enum err scene_exits_inside(const struct scene *s, struct book_position *p, enum fill_where entry, bool *closed, struct error *e)
{
	dec target = p->p.target_price;
	struct fill_exit x = fill_exit(SIDE_BUY, p->p.stop_price, target, entry, s->bar);
	enum err rc;

	*closed = false;
	if (x.kind == FILL_EXIT_NONE)
		return OK;
	rc = exit_by(s, p, &x, closed, e);
	/* Only a part went to the target at the open: the bar may still have fallen to the stop. */
	if (rc || *closed || x.kind != FILL_EXIT_TARGET || !x.at_open)
		return rc;
	x = fill_exit(SIDE_BUY, p->p.stop_price, DEC_NONE, entry, s->bar);
	return x.kind == FILL_EXIT_NONE ? OK : exit_by(s, p, &x, closed, e);
}

/* Once more, in the next bar. */
static enum err issue_again(const struct scene *s, struct book_order *o, struct error *e)
{
	struct order again = o->o;
	int64_t active_ms = o->active_ms;
	enum err rc = engine_end_order(s->g, o, ORDER_EXPIRED, s->t_ms, "no trade in this bar: issued again", e);

	again.attempt++;
	again.status = ORDER_NEW;
	again.qty -= again.filled_qty;
	again.filled_qty = again.filled_quote = 0;
	again.created_ms = again.updated_ms = s->t_ms;
	return rc ? rc : engine_put_order(s->g, &again, s->pair, active_ms, e);
}

enum err scene_exit_at_open(const struct scene *s, struct book_position *p, struct book_order *o, bool *closed, struct error *e)
{
	struct book_plan *plan = book_plan_of(s->b, o->o.decision);
	char decision[ID_SIZE];
	enum err rc;

	*closed = false;
	if (s->bar->volume == 0)
		return issue_again(s, o, e);
	memcpy(decision, o->o.decision, sizeof decision);
	rc = sell(s, p, o, plan ? (enum reason)plan->d.reason : REASON_EXIT, s->bar->open, true, true, closed, e);
	if (rc)
		return rc;
	if (!*closed)
		return scene_resize(s, p, s->bar->open_time, e);
	plan = book_plan_of(s->b, decision);
	return plan ? engine_end_plan(s->g, plan, DECISION_EXECUTED, "", e) : OK;
}
