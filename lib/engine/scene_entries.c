/* How a position is made: by an order that the bar fills, wholly or as far as its volume gives. */
#include <string.h>

#include "engine/scene.h"

/* Ends an entry that waits no longer. One that was filled in part has been carried out as far as it went. */
static enum err end_entry(const struct scene *s, struct book_order *o, enum decision_status ended, const char *why, struct error *e)
{
	bool part = o->o.filled_qty > 0;
	char decision[ID_SIZE];
	struct book_plan *plan;
	enum err rc;

	memcpy(decision, o->o.decision, sizeof decision);
	rc = engine_end_order(s->g, o, ORDER_EXPIRED, s->t_ms, why, e);
	plan = book_plan_of(s->b, decision);
	return rc || !plan ? rc : engine_end_plan(s->g, plan, part ? DECISION_EXECUTED : ended, part ? "" : why, e);
}

/* What becomes of the order and of its decision. Of a market order (a stop that was reached is one) nothing rests. */
static enum err count_fill(const struct scene *s, struct book_order *o, int64_t t_ms, dec spent, bool whole, struct error *e)
{
	struct book_plan *plan = book_plan_of(s->b, o->o.decision);
	bool rests = !whole && order_type_is_limit(o->o.type);
	enum err rc = scene_filled(s, o, t_ms, whole, e);

	if (!rc && !whole && !rests)
		rc = engine_end_order(s->g, o, ORDER_CANCELED, t_ms, "the rest: more than max_volume_share of the bar's volume", e);
	if (rc || !rests)
		return rc ? rc : engine_end_plan(s->g, plan, DECISION_EXECUTED, "", e);
	plan->d.reserved = dec_max(plan->d.reserved - spent, 0);
	return scene_put(s, KIND_DECISION, &plan->d, e);
}

/* Books the fill of an entry: its position is opened, with its protection, or grows. */
static enum err buy(const struct scene *s, struct book_order *o, const struct engine_fill *f, bool whole, struct book_position **out, struct error *e)
{
	dec cash = s->b->state.cash;
	bool fresh = o->o.filled_qty == 0;
	enum err rc = engine_bought(s->g, o, f, out, e);

	if (!rc)
		rc = count_fill(s, o, f->t_ms, cash - s->b->state.cash, whole, e);
	if (rc)
		return rc;
	if (!fresh)
		return scene_resize(s, *out, f->t_ms, e);
	if ((*out)->p.stop_price != DEC_NONE)
		rc = engine_protect(s->g, *out, LEG_STOP, 0, s->bar->open_time, f->t_ms, e);
	if (!rc && (*out)->p.target_price != DEC_NONE)
		rc = engine_protect(s->g, *out, LEG_TARGET, 0, s->bar->open_time, f->t_ms, e);
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

/* What a fill comes to. */
struct amount {
	dec price, qty;
	bool whole; /* all that the order still wants */
};

static dec price_of(const struct scene *s, const struct order *o, const struct fill *f, dec qty, bool *bad)
{
	dec price = f->maker ? f->price : scene_price(s, SIDE_BUY, f->price, qty, bad);

	return o->worst_price != DEC_NONE ? dec_min(price, o->worst_price) : price;
}

/* Of an order that has a budget and no quantity: what is left of the budget. */
static dec wanted(const struct scene *s, const struct order *o, const struct fill *f, dec price, bool *bad)
{
	const struct book_plan *plan = o->filled_qty > 0 ? book_plan_of(s->b, o->decision) : NULL;
	dec budget = plan ? plan->d.reserved : o->quote_qty;

	return o->qty != DEC_NONE ? o->qty - o->filled_qty : book_qty_for_quote(budget, price, &s->fee[f->maker], s->step, bad);
}

static struct amount amount_of(const struct scene *s, const struct order *o, const struct fill *f, bool *bad)
{
	struct amount a = { .price = price_of(s, o, f, 0, bad) };
	dec want = wanted(s, o, f, a.price, bad);

	a.qty = scene_room(s, want, bad);
	if (s->g->account->price_impact > 0 && !f->maker && a.qty > 0) {
		/* The price follows from the quantity, and may make a budget buy less: never more. */
		a.price = price_of(s, o, f, a.qty, bad);
		want = wanted(s, o, f, a.price, bad);
		a.qty = dec_min(a.qty, want);
	}
	a.whole = a.qty == want;
	return a;
}

/* Where not one step could be sold again after the fee, nothing is bought: nobody could leave such a position. */
static bool too_small(const struct scene *s, const struct fill *f, dec qty, bool *bad)
{
	const struct fee_rule *fee = &s->fee[f->maker];
	bool in_base = fee->mode == FEE_RECEIVED || (fee->mode == FEE_BNB && fee->bnb_mark == DEC_NONE);
	dec left = in_base ? dec_sub(qty, dec_bps(qty, fee->bps, ROUND_UP, bad), bad) : qty;

	return dec_to_step(left, s->step, ROUND_DOWN) <= 0;
}

static enum err wait_on(const struct scene *s, struct book_order *o, const char *why, struct error *e)
{
	return o->o.type != ORDER_MARKET && s->t_ms < o->o.expires_ms ? OK : end_entry(s, o, DECISION_EXPIRED, why, e);
}

/* Fills an entry at what the bar says: size, price with slippage, position, and what happens to it in the same bar. */
static enum err fill_at(const struct scene *s, struct book_order *o, const struct fill *f, struct error *e)
{
	struct book_position *p;
	bool bad = false, closed;
	struct amount a = amount_of(s, &o->o, f, &bad);
	struct engine_fill fill;
	char decision[ID_SIZE];
	enum err rc;

	if (bad || a.qty <= 0)
		return end_entry(s, o, DECISION_FAILED, "the amount buys less than one step", e);
	if (a.whole && o->o.filled_qty == 0 && too_small(s, f, a.qty, &bad))
		return end_entry(s, o, DECISION_FAILED, "after its fee nothing could be sold", e);
	if (!a.whole && too_small(s, f, a.qty, &bad))
		return wait_on(s, o, "the bar's volume gave less than could be sold again", e);
	if (o->o.qty != DEC_NONE && !affordable(s, o, f, a.qty, a.price))
		return end_entry(s, o, DECISION_FAILED, "the open asks for more than the free cash", e);
	memcpy(decision, o->o.decision, sizeof decision);
	scene_fill(s, &o->o, a.qty, a.price, f->maker, f->where == FILL_AT_OPEN, &fill);
	rc = buy(s, o, &fill, a.whole, &p, e);
	if (!rc)
		rc = scene_exits_inside(s, p, f->where, &closed, e);
	if (rc || a.whole)
		return rc;
	o = book_order_of(s->b, decision, LEG_ENTRY);
	return o ? wait_on(s, o, "not filled in time", e) : OK;
}

/* A limit-maker that the open would fill is refused there; the next attempt stands a tick below the open. */
static enum err refuse_taker(const struct scene *s, struct book_order **o, struct error *e)
{
	dec price = engine_below(s->g, s->pair, s->bar->open);
	char decision[ID_SIZE];
	enum err rc;

	memcpy(decision, (*o)->o.decision, sizeof decision);
	if (price <= 0)
		rc = end_entry(s, *o, DECISION_FAILED, "it would have taken, and there is no lower price", e);
	else
		rc = engine_reprice(s->g, *o, ORDER_REJECTED, price, (*o)->active_ms, s->bar->open_time, "it would have taken at the open", e);
	*o = rc ? NULL : book_order_of(s->b, decision, LEG_ENTRY);
	return rc;
}

enum err scene_reprice(const struct scene *s, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < s->b->order_count;) {
		struct book_order *o = &s->b->orders[i];
		const struct book_plan *plan = o->pair == s->pair && o->o.type == ORDER_MAKER ? book_plan_of(s->b, o->o.decision) : NULL;
		dec price = plan && o->o.filled_qty == 0 && o->active_ms < s->t_ms ? engine_maker_price(s->g, plan) : DEC_NONE;

		if (price == DEC_NONE || price <= o->o.price)
			i++;
		else /* its next attempt comes behind all others */
			rc = engine_reprice(s->g, o, ORDER_CANCELED, price, s->t_ms, s->t_ms, engine_repriced, e);
	}
	return rc;
}

enum err scene_enter(const struct scene *s, struct book_order *o, struct error *e)
{
	bool rests = o->o.type != ORDER_MARKET, resting = s->later || o->active_ms < s->open_ms;
	dec price = o->o.type == ORDER_STOP ? o->o.stop_price : o->o.price;
	struct fill f;

	if (rests ? s->b->pairs[s->pair].settled_ms != s->open_ms : resting)
		return end_entry(s, o, DECISION_EXPIRED, "no candle for the bar it was made for", e);
	if (o->o.type == ORDER_MAKER && !resting && fill_takes(SIDE_BUY, price, s->bar)) {
		enum err rc = refuse_taker(s, &o, e);

		if (rc || !o)
			return rc;
		price = o->o.price;
	}
	f = fill_entry(SIDE_BUY, (enum order_type)o->o.type, price, resting, s->bar);
	if (f.where == FILL_NONE && s->bar->volume == 0)
		return end_entry(s, o, DECISION_EXPIRED, "no trade in this bar", e);
	if (f.where == FILL_NONE)
		return wait_on(s, o, "its price was not reached in time", e);
	/* A limit order that is cancelled at once unless filled: nothing beyond the collar. */
	if (o->o.worst_price != DEC_NONE && f.price > o->o.worst_price)
		return end_entry(s, o, DECISION_EXPIRED, "the open was beyond the worst acceptable price", e);
	return fill_at(s, o, &f, e);
}
