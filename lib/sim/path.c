/* A closed bar's path and the orders on the book: the worst of all paths that fit its open, high, low and close. */
#include "core/utc.h"
#include "sim/exchange.h"

static int64_t moment(const struct sim_order *o, const struct bar *bar, bool at_open)
{
	int64_t t_ms = at_open ? bar->open_time : bar->close_time;

	return t_ms > o->time_ms ? t_ms : o->time_ms;
}

/* Where a trailing stop stands: so far from the best price. */
static dec trailing_price(const struct sim_order *o, const struct sim_rules *r, bool falls)
{
	bool bad = false;
	dec away = dec_bps(o->extreme, (dec)o->trailing_delta * DEC_ONE, ROUND_DOWN, &bad);
	dec price = dec_to_step(falls ? o->extreme - away : o->extreme + away, r->tick, falls ? ROUND_UP : ROUND_DOWN);

	return bad || o->trailing_ms == TIME_NONE ? DEC_NONE : price;
}

/* The price at which it acts: the stop that is watched, or the limit on the book. DEC_NONE: none now. */
static dec acts_at(const struct sim_order *o, const struct sim_rules *r)
{
	bool stop = o->type == SIM_STOP_LOSS || o->type == SIM_STOP_LOSS_LIMIT;

	if (sim_order_rests(o))
		return o->price;
	return o->trailing_delta == INT_NONE ? o->stop_price : trailing_price(o, r, stop == (o->side == SIDE_SELL));
}

/* As a maker, as much as the bar's volume allows. */
static enum err fill_resting(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, enum fill_where where,
	int64_t t_ms, struct error *e)
{
	struct sim_fill f = { .price = o->price, .maker = true, .t_ms = t_ms };
	dec left = sim_order_left(o);
	enum err rc;

	f.qty = dec_min(left, sim_liquidity(x, r, bar, o->side, o->price, false));
	if (f.qty <= 0)
		return OK;
	rc = sim_claim(x, o, r, t_ms, e);
	if (!rc)
		rc = sim_bnb_price(x, r->quote, bar->open_time, &f.bnb, e);
	if (!rc)
		rc = sim_book(x, o, r, &f, e);
	if (rc)
		return rc;
	sim_use_liquidity(x, r, bar, o->side, f.qty, false);
	return sim_list_moved(x, o, r, bar, where, t_ms, e);
}

/* A limit order that a stop price has brought to the book at `raw`: a taker there, or a maker if the bar ends beyond its price. */
static enum err released(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, dec raw, int64_t t_ms,
	struct error *e)
{
	bool buy = o->side == SIDE_BUY;

	if (buy ? raw <= o->price : raw >= o->price)
		return sim_take_market(x, o, r, bar, raw, t_ms, e);
	if (o->tif != SIM_GTC)
		return sim_end(x, o, SIM_EXPIRED, o->tif == SIM_FOK ? SIM_EXPIRY_FOK : SIM_EXPIRY_IOC, t_ms, e);
	if (buy ? bar->close < o->price : bar->close > o->price)
		return fill_resting(x, o, r, bar, FILL_AT_LIMIT, t_ms, e);
	return OK;
}

static enum err trigger(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, dec raw, bool at_open, struct error *e)
{
	int64_t t_ms = moment(o, bar, at_open);
	enum err rc = sim_claim(x, o, r, t_ms, e);

	if (rc)
		return rc;
	o->triggered = true;
	o->working_ms = o->update_ms = t_ms;
	if (o->type == SIM_STOP_LOSS || o->type == SIM_TAKE_PROFIT)
		rc = sim_take_market(x, o, r, bar, raw, t_ms, e);
	else
		rc = released(x, o, r, bar, raw, t_ms, e);
	return rc ? rc : sim_list_moved(x, o, r, bar, at_open ? FILL_AT_OPEN : FILL_AT_STOP, t_ms, e);
}

enum err sim_path(struct sim_exchange *x, struct sim_order *stop, struct sim_order *profit, const struct sim_rules *r, const struct bar *bar,
	enum fill_where where, struct error *e)
{
	const struct sim_order *any = stop ? stop : profit;
	enum side entry = any->side == SIDE_SELL ? SIDE_BUY : SIDE_SELL;
	struct fill_exit exit = fill_exit(entry, stop ? acts_at(stop, r) : DEC_NONE, profit ? acts_at(profit, r) : DEC_NONE, where, bar);
	struct sim_order *hit = exit.kind == FILL_EXIT_STOP ? stop : profit;

	if (exit.kind == FILL_EXIT_NONE)
		return OK;
	if (!sim_order_rests(hit)) /* a price that was waited for; beyond it at the open, the open is what there is */
		return trigger(x, hit, r, bar, exit.at_open ? bar->open : exit.price, exit.at_open, e);
	return fill_resting(x, hit, r, bar, exit.at_open ? FILL_AT_OPEN : FILL_AT_LIMIT, moment(hit, bar, exit.at_open), e);
}
