/* What fills have in common, entries and exits: prices, how much a bar gives, and the records they leave. */
#include "engine/scene.h"

dec scene_price(const struct scene *s, enum side side, dec raw, dec qty, bool *bad)
{
	const struct account *a = s->g->account;
	enum rounding away = side == SIDE_BUY ? ROUND_UP : ROUND_DOWN;
	dec slip = dec_bps(raw, a->slippage_bps, ROUND_UP, bad), p;

	if (a->price_impact > 0 && qty > 0) {
		dec share = dec_div(qty, s->bar->volume, ROUND_UP, bad);
		dec moved = dec_mul(dec_mul(share, share, ROUND_UP, bad), a->price_impact, ROUND_UP, bad);

		slip = dec_add(slip, dec_mul(raw, moved, ROUND_UP, bad), bad);
	}
	p = dec_to_step(side == SIDE_BUY ? raw + slip : raw - slip, s->tick, away);
	return dec_max(p, dec_max(s->tick, 1));
}

dec scene_room(const struct scene *s, dec qty, bool *bad)
{
	dec share = s->g->account->max_volume_share, most;

	if (share <= 0)
		return qty;
	most = dec_to_step(dec_mul(s->bar->volume, share, ROUND_DOWN, bad), s->step, ROUND_DOWN);
	return dec_min(qty, dec_max(most, dec_max(s->step, 1)));
}

enum err scene_put(const struct scene *s, enum kind_id kind, const void *object, struct error *e)
{
	return ledger_put(s->g->ledger, LEDGER_COURSE, kind, object, e);
}

/* An order fills at most once a bar: its first fill is number 0, a later one has the number of its bar. */
void scene_fill(const struct scene *s, const struct order *o, dec qty, dec price, bool maker, bool at_open, struct engine_fill *f)
{
	*f = (struct engine_fill){ .number = o->filled_qty > 0 ? s->bar->open_time : 0, .qty = qty, .price = price, .maker = maker,
		.fee = s->fee[maker], .t_ms = at_open ? s->bar->open_time : s->bar->close_time };
}

enum err scene_filled(const struct scene *s, struct book_order *o, int64_t t_ms, bool whole, struct error *e)
{
	if (whole)
		return engine_end_order(s->g, o, ORDER_FILLED, t_ms, "", e);
	o->o.status = ORDER_PARTIALLY_FILLED;
	o->o.updated_ms = t_ms;
	return scene_put(s, KIND_ORDER, &o->o, e);
}

bool scene_acted(const struct scene *s, const struct order *o)
{
	return o->filled_qty > 0 && o->updated_ms >= s->bar->open_time;
}

/* An exit at market once more, for what the position holds now. */
static enum err exit_again(const struct scene *s, struct book_order *o, dec qty, int64_t t_ms, struct error *e)
{
	struct order next = o->o;
	int64_t active_ms = o->active_ms;
	enum err rc;

	if (o->o.qty - o->o.filled_qty == qty)
		return OK;
	rc = engine_end_order(s->g, o, ORDER_CANCELED, t_ms, "the position's size has changed", e);
	next.attempt++;
	next.qty = qty;
	next.filled_qty = next.filled_quote = 0;
	next.status = ORDER_NEW;
	next.created_ms = next.updated_ms = t_ms;
	return rc ? rc : engine_put_order(s->g, &next, s->pair, active_ms, e);
}

static enum err leg_again(const struct scene *s, const struct book_position *p, enum leg leg, int64_t t_ms, struct error *e)
{
	struct book_order *o = book_order_of(s->b, p->p.decision, leg);
	dec price = leg == LEG_STOP ? p->p.stop_price : p->p.target_price;
	int64_t attempt;
	enum err rc;

	if (!o || (o->o.qty - o->o.filled_qty == book_sellable(&p->p, s->step) && price == (leg == LEG_STOP ? o->o.stop_price : o->o.price)))
		return OK;
	attempt = o->o.attempt + 1;
	rc = engine_end_order(s->g, o, ORDER_CANCELED, t_ms, "the position's size has changed", e);
	return rc ? rc : engine_protect(s->g, p, leg, attempt, s->bar->open_time, t_ms, e);
}

enum err scene_resize(const struct scene *s, const struct book_position *p, int64_t t_ms, struct error *e)
{
	const struct book_plan *plan = book_plan_for(s->b, p->p.strategy, s->pair, CLASS_REDUCE);
	struct book_order *o = plan ? book_order_of(s->b, plan->d.id, LEG_EXIT) : NULL;
	enum err rc = o ? exit_again(s, o, book_sellable(&p->p, s->step), t_ms, e) : OK;

	if (!rc)
		rc = leg_again(s, p, LEG_STOP, t_ms, e);
	return rc ? rc : leg_again(s, p, LEG_TARGET, t_ms, e);
}
