/* Stop and target at the exchange follow the position: an OCO list, or the one leg that there is. */
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"
#include "model/id.h"

struct legs {
	struct order stop, target; /* copies */
	struct wire stop_wire, target_wire;
	bool has_stop, has_target;
};

bool live_is_dust(const struct book_pair *p, dec qty, dec price)
{
	bool bad = false;

	if (!p->has_rules)
		return qty <= 0;
	qty = dec_to_step(qty, book_lot(p), ROUND_DOWN);
	if (qty <= 0 || qty < p->rules.min_qty)
		return true;
	return p->rules.min_notional > 0 && price != DEC_NONE && dec_mul(qty, price, ROUND_DOWN, &bad) < p->rules.min_notional;
}

static enum err find_leg(struct live *l, const struct book_position *p, enum leg leg, struct order *o, struct wire *w, bool *has, struct error *e)
{
	const struct book_order *found = book_order_of(&l->d->ledger.book, p->p.decision, leg);
	bool known;

	*has = found != NULL;
	if (!found)
		return OK;
	*o = found->o;
	return wire_get(l->d, o->id, w, &known, e);
}

static enum err find_legs(struct live *l, const struct book_position *p, struct legs *g, struct error *e)
{
	enum err rc = find_leg(l, p, LEG_STOP, &g->stop, &g->stop_wire, &g->has_stop, e);

	return rc ? rc : find_leg(l, p, LEG_TARGET, &g->target, &g->target_wire, &g->has_target, e);
}

static bool wants_stop(const struct book_position *p)
{
	return p->p.stop_price != DEC_NONE;
}

/* A target beside a stop needs an order list: coins can be promised once only. */
static bool wants_target(const struct live *l, const struct book_position *p)
{
	const struct book_pair *pair = &l->d->ledger.book.pairs[p->pair];

	return p->p.target_price != DEC_NONE && (!wants_stop(p) || (pair->has_rules && pair->rules.oco_allowed == 1));
}

static bool has_fate(const struct wire *w)
{
	return w->status == WIRE_INTENT || w->status == WIRE_ACKED;
}

/* All that can be sold of the position; or a little dust with it, where an entry carried the leg for all that it brought. */
static bool covers(const struct live *l, const struct book_position *p, const struct order *leg)
{
	dec left = leg->qty - leg->filled_qty, lot = book_lot(&l->d->ledger.book.pairs[p->pair]);

	return left >= dec_to_step(p->p.qty, lot, ROUND_DOWN) && left <= p->p.qty + l->d->ledger.book.pairs[p->pair].dust;
}

/* Whether what is there is what is wanted. prices false: a stop that has only moved will do for now. */
static bool matches(const struct live *l, const struct book_position *p, const struct legs *g, bool prices)
{
	if ((g->has_stop && g->stop.qty == DEC_NONE) || (g->has_target && g->target.qty == DEC_NONE))
		return false;
	if (g->has_stop != wants_stop(p) || g->has_target != wants_target(l, p))
		return false;
	if (g->has_stop && (!covers(l, p, &g->stop) || (prices && g->stop.stop_price != p->p.stop_price)))
		return false;
	return !g->has_target || (covers(l, p, &g->target) && (!prices || g->target.price == p->p.target_price));
}

enum err live_wants_protection(struct live *l, const struct book_position *p, bool move, bool *wanted, struct error *e)
{
	struct legs g;
	enum err rc = find_legs(l, p, &g, e);

	*wanted = false;
	if (rc || (g.has_stop && !has_fate(&g.stop_wire)) || (g.has_target && !has_fate(&g.target_wire)))
		return rc; /* what is unknown is not touched */
	*wanted = (g.has_stop && g.stop_wire.status == WIRE_INTENT) || (g.has_target && g.target_wire.status == WIRE_INTENT)
		|| !matches(l, p, &g, move);
	return OK;
}

/* ---- sending ---- */

/*
 * In a database older than the account its ids come again: protection that the exchange has, or had, is booked and not
 * sent. *goes: it never saw this leg.
 */
static enum err ask_first(struct live *l, const char *const *ids, size_t n, const struct order *leg, const char *list, bool *goes, struct error *e)
{
	struct venue_order v;
	enum looked looked;
	struct reply r = { 0 };
	enum err rc = live_look_up(l, leg->symbol, leg->id, &v, &looked, &r, e);

	*goes = !rc && looked == LOOKED_ABSENT;
	if (rc || *goes)
		return rc;
	if (looked == LOOKED_LATER)
		return live_defer(l, leg->decision, &r, e);
	rc = live_begin(l, e);
	if (!rc)
		rc = live_tell_restored(l, leg, e);
	rc = live_end(l, rc, e);
	if (!rc)
		rc = live_mark_sent(l, ids, n, list, "OCO", e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = live_resolve(l, ids[i], e);
	return rc;
}

static enum err send_single(struct live *l, const struct book_position *p, const struct order *o, struct error *e)
{
	struct order_request q = live_request(o);
	struct position was = p->p;
	size_t pair = p->pair;
	struct placed placed = { 0 };
	struct reply r;
	bool goes;
	enum err rc = ask_first(l, &(const char *){ o->id }, 1, o, "", &goes, e);

	if (rc || !goes)
		return rc;
	rc = live_mark_sent(l, &(const char *){ o->id }, 1, "", venue_type_names[q.type], e);
	if (rc)
		return rc;
	if (broker_place(l->b, &q, &placed, &r) == FATE_DONE) {
		rc = live_take(l, &placed.order, placed.fills, placed.fill_count, e);
		placed_release(&placed);
		return rc;
	}
	rc = live_not_done(l, &(const char *){ o->id }, 1, &r, e);
	if (!rc && live_is_refused(&r))
		return live_protection_refused(l, &was, pair, &r, e);
	return rc || r.fate != FATE_NOT_SENT ? rc : live_defer(l, was.decision, &r, e);
}

static enum err send_list(struct live *l, const struct book_position *p, const struct legs *g, struct error *e)
{
	const char *ids[] = { g->stop.id, g->target.id };
	struct position was = p->p;
	size_t pair = p->pair;
	struct list_request q = {
		.kind = LIST_OCO, .symbol = g->stop.symbol, .side = SIDE_SELL, .qty = g->stop.qty, .reduces = true,
		.above = live_leg_request(&g->target), .below = live_leg_request(&g->stop),
	};
	struct venue_list list;
	char name[ID_SIZE];
	struct reply r;
	bool goes;
	enum err rc;

	id_list(l->d->setup.digest, g->stop.decision, g->stop.attempt, name);
	q.id = name;
	rc = ask_first(l, ids, 2, &g->stop, name, &goes, e);
	if (rc || !goes)
		return rc;
	rc = live_mark_sent(l, ids, 2, name, "OCO", e);
	if (rc)
		return rc;
	if (broker_place_list(l->b, &q, &list, &r) == FATE_DONE)
		return live_take_list(l, &list, ids, 2, e);
	rc = live_not_done(l, ids, 2, &r, e);
	if (!rc && live_is_refused(&r))
		return live_protection_refused(l, &was, pair, &r, e);
	return rc || r.fate != FATE_NOT_SENT ? rc : live_defer(l, was.decision, &r, e);
}

/* ---- one step towards the wish ---- */

static enum err make_rows(struct live *l, const char *strategy, size_t pair, struct error *e)
{
	struct book_position *p;
	int64_t next, t_ms = live_now(l);
	enum err rc = live_begin(l, e);

	p = rc ? NULL : book_position_of(&l->d->ledger.book, strategy, pair);
	if (!p)
		return live_end(l, rc, e);
	rc = live_next_attempt(l, p->p.decision, &next, e);
	if (!rc && wants_stop(p))
		rc = engine_protect(&l->d->engine, p, LEG_STOP, next, t_ms, t_ms, e);
	if (!rc && wants_target(l, p))
		rc = engine_protect(&l->d->engine, p, LEG_TARGET, next, t_ms, t_ms, e);
	return live_end(l, rc, e);
}

enum err live_write_off(struct live *l, const char *strategy, size_t pair, struct error *e)
{
	struct book_position *p;
	enum err rc = live_begin(l, e);

	p = rc ? NULL : book_position_of(&l->d->ledger.book, strategy, pair);
	if (p)
		rc = engine_write_off(&l->d->engine, p, live_now(l), e);
	return live_end(l, rc, e);
}

/*
 * What is to stand in the place of protection that is taken away now is asked for while that still stands: the moment
 * without any is as short as can be. *goes: nothing hinders it.
 */
static enum err ask_ahead(struct live *l, const struct book_position *p, bool *goes, struct error *e)
{
	char id[ID_SIZE], decision[ID_SIZE];
	struct venue_order v;
	enum looked looked;
	struct reply r = { 0 };
	int64_t next;
	enum err rc = live_next_attempt(l, p->p.decision, &next, e);

	memcpy(decision, p->p.decision, sizeof decision);
	id_order(l->d->setup.digest, decision, wants_stop(p) ? LEG_STOP : LEG_TARGET, next, id);
	if (!rc)
		rc = live_look_up(l, p->p.symbol, id, &v, &looked, &r, e);
	*goes = !rc && looked != LOOKED_LATER;
	return rc || *goes ? rc : live_defer(l, decision, &r, e);
}

/* Takes away what is there: an intent is dropped, what the exchange has is cancelled. */
static enum err clear_leg(struct live *l, const struct order *o, const struct wire *w, struct error *e)
{
	if (w->status == WIRE_INTENT)
		return live_drop(l, o->id, ORDER_CANCELED, "cancelled", "not wanted any more before it was sent", e);
	return live_cancel(l, o->id, e);
}

bool live_learns(struct live *l, const struct book_position *p)
{
	const struct book_order *stop = book_order_of(&l->d->ledger.book, p->p.decision, LEG_STOP);
	const struct book_order *target = book_order_of(&l->d->ledger.book, p->p.decision, LEG_TARGET);

	return (stop && stop->o.qty == DEC_NONE) || (target && target->o.qty == DEC_NONE);
}

/* A leg that was sent with its entry: the exchange knows how much it is for. */
static enum err learn_qty(struct live *l, const struct order *leg, const struct book_position *p, struct error *e)
{
	const struct book_order *o;
	char decision[ID_SIZE];
	enum err rc;

	memcpy(decision, p->p.decision, sizeof decision);
	rc = live_resolve(l, leg->id, e);
	if (!rc)
		rc = desk_look(l->d, e);
	o = rc ? NULL : live_order(l, leg->id);
	return o && o->o.qty == DEC_NONE ? live_defer(l, decision, NULL, e) : rc;
}

enum err live_protect(struct live *l, const char *strategy, size_t pair, bool move, struct error *e)
{
	struct book_position *p = book_position_of(&l->d->ledger.book, strategy, pair);
	struct legs g;
	bool goes;
	enum err rc = p ? find_legs(l, p, &g, e) : OK;

	if (rc || !p)
		return rc;
	if (live_learns(l, p))
		return learn_qty(l, g.has_stop && g.stop.qty == DEC_NONE ? &g.stop : &g.target, p, e);
	if ((g.has_stop || g.has_target) && !matches(l, p, &g, move)) {
		rc = ask_ahead(l, p, &goes, e);
		if (rc || !goes)
			return rc;
	}
	if (g.has_stop && (!matches(l, p, &g, move) || !wants_stop(p)))
		return clear_leg(l, &g.stop, &g.stop_wire, e);
	if (g.has_target && !matches(l, p, &g, move))
		return clear_leg(l, &g.target, &g.target_wire, e);
	if (!g.has_stop && !g.has_target && live_is_dust(&l->d->ledger.book.pairs[pair], p->p.qty, wants_stop(p) ? p->p.stop_price : p->p.mark))
		return live_write_off(l, strategy, pair, e);
	if (!g.has_stop && !g.has_target)
		return make_rows(l, strategy, pair, e);
	if (g.has_stop && g.has_target)
		return send_list(l, p, &g, e);
	return send_single(l, p, g.has_stop ? &g.stop : &g.target, e);
}

enum err live_unprotect(struct live *l, const struct book_position *p, bool *clear, bool *cancelled, struct error *e)
{
	struct legs g;
	enum err rc = find_legs(l, p, &g, e);

	*clear = !rc && !g.has_stop && !g.has_target;
	*cancelled = false;
	if (rc || *clear)
		return rc;
	if ((g.has_stop && !has_fate(&g.stop_wire)) || (g.has_target && !has_fate(&g.target_wire)))
		return OK;
	*cancelled = !live_deferred(l, g.has_stop ? g.stop.id : g.target.id);
	return g.has_stop ? clear_leg(l, &g.stop, &g.stop_wire, e) : clear_leg(l, &g.target, &g.target_wire, e);
}
