/*
 * Orders are filled: at once, by the market at the bar's open and by orders of other accounts inside the spread; or in a closed bar,
 * by the worst of all paths that fit its open, high, low and close. A fill may bring other orders of its list to the book, which
 * are then filled in the same way.
 */
#include <string.h>

#include "core/utc.h"
#include "sim/exchange.h"

/*
 * After a fill or an end of an order of a list: a working order that is filled brings the pending ones to the book, one that
 * ended takes them with it. In a bar's path `bar` is set, and they live through the rest of it.
 */
static enum err list_moved(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, enum fill_where where,
	int64_t t_ms, struct error *e);

/* ---- at once ---- */

static enum err book_fill(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec qty, dec price, bool maker, int64_t t_ms,
	struct error *e)
{
	struct sim_fill f = { .qty = qty, .price = price, .maker = maker, .t_ms = t_ms };
	enum err rc = sim_bnb_price(x, r->quote, t_ms, &f.bnb, e);

	return rc ? rc : sim_book(x, o, r, &f, e);
}

/* Orders of other accounts inside the spread; `most` goes down by what was taken. */
static enum err take_resting(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_quote *q, dec *most, struct error *e)
{
	enum err rc = OK;

	while (!rc && *most > 0 && sim_order_is_open(o) && q->open) {
		struct sim_order *maker = sim_best_resting(x, o, q);
		dec qty;

		if (!maker)
			break;
		if (o->stp != SIM_STP_NONE && sim_kin(x, o, maker)) {
			rc = sim_prevent_self_trade(x, o, maker, r, q->now_ms, e);
			*most = dec_min(*most, sim_order_left(o));
			continue;
		}
		qty = dec_min(*most, sim_order_left(maker));
		rc = sim_claim(x, maker, q->now_ms, e);
		if (!rc)
			rc = book_fill(x, maker, r, qty, maker->price, true, q->now_ms, e);
		if (!rc)
			rc = book_fill(x, o, r, qty, maker->price, false, q->now_ms, e);
		if (!rc)
			rc = list_moved(x, maker, r, NULL, FILL_AT_LIMIT, q->now_ms, e);
		*most -= qty;
	}
	return rc;
}

/* qty at one price, in as many trades as the settings say. */
static enum err book_parts(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec qty, dec price, int64_t t_ms, struct error *e)
{
	dec part = dec_to_step(qty / (dec)x->accounts.settings.fill_parts, dec_max(r->step, 1), ROUND_DOWN);
	int64_t parts = part > 0 ? x->accounts.settings.fill_parts : 1;
	enum err rc = OK;

	for (int64_t i = 1; !rc && i <= parts; i++) {
		dec now = i < parts ? part : qty;

		rc = book_fill(x, o, r, now, price, false, t_ms, e);
		qty -= now;
	}
	return rc;
}

/* The taker's price at the market, within its limit. */
static dec taker_price(const struct sim_exchange *x, const struct sim_order *o, const struct sim_rules *r, dec raw)
{
	dec price = sim_slipped(x, o, r, raw);

	if (!sim_has_limit(o))
		return price;
	return o->side == SIDE_BUY ? dec_min(price, o->price) : dec_max(price, o->price);
}

/* As much of qty as its owner can pay at that price. */
static dec affordable(struct sim_exchange *x, const struct sim_order *o, const struct sim_rules *r, dec qty, dec price)
{
	bool bad = false;
	dec money = o->locked + sim_spendable(x, o->owner, o->side == SIDE_BUY ? r->quote : r->base), needed = sim_needed(o, qty, price, &bad);

	if (!bad && needed <= money)
		return qty;
	return dec_to_step(o->side == SIDE_BUY ? dec_div(money, price, ROUND_DOWN, &bad) : money, r->step, ROUND_DOWN);
}

static enum err take_from_market(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *b, dec raw, dec most,
	int64_t t_ms, struct error *e)
{
	dec price = taker_price(x, o, r, raw);
	dec qty = affordable(x, o, r, dec_min(most, sim_liquidity(x, r, b, o->side, price, true)), price);

	if (qty <= 0)
		return OK;
	sim_use_liquidity(x, r, b, o->side, qty, true);
	return book_parts(x, o, r, qty, price, t_ms, e);
}

/* How much a fill-or-kill order could get. */
static bool all_there(struct sim_exchange *x, const struct sim_order *o, const struct sim_rules *r, const struct sim_quote *q)
{
	dec there = q->open ? sim_liquidity(x, r, q->bar, o->side, taker_price(x, o, r, o->side == SIDE_BUY ? q->ask : q->bid), true) : 0;

	for (size_t i = 0; q->open && i < x->orders.open_count && there < DEC_MAX / 2; i++) {
		const struct sim_order *other = &x->orders.orders[x->orders.open[i]];

		if (other->side != o->side && sim_order_rests(other) && strcmp(other->symbol, o->symbol) == 0 && !sim_kin(x, o, other)
			&& sim_offers_better(o, other->price, o->side == SIDE_BUY ? q->ask : q->bid))
			there += sim_order_left(other);
	}
	return there >= sim_order_left(o);
}

/* What becomes of the part that found nobody. */
static enum err end_rest(struct sim_exchange *x, struct sim_order *o, int64_t t_ms, struct error *e)
{
	enum sim_expiry why = !sim_has_limit(o) ? SIM_EXPIRY_LIQUIDITY : o->tif == SIM_FOK ? SIM_EXPIRY_FOK : SIM_EXPIRY_IOC;

	if (!sim_order_is_open(o) || (sim_has_limit(o) && (o->tif == SIM_GTC || o->type == SIM_LIMIT_MAKER)))
		return OK;
	return sim_end(x, o, SIM_EXPIRED, why, t_ms, e);
}

enum err sim_take(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_quote *q, struct error *e)
{
	bool crosses = !sim_has_limit(o) || sim_crosses(x, o, q), fits = o->tif != SIM_FOK || !sim_has_limit(o) || all_there(x, o, r, q);
	bool at_market = !sim_has_limit(o) || (o->side == SIDE_BUY ? o->price >= q->ask : o->price <= q->bid);
	dec most = sim_order_left(o);
	enum err rc = OK;

	if (x->half)
		most = dec_to_step(most / 2, r->step, ROUND_DOWN);
	if (crosses && fits && q->open)
		rc = take_resting(x, o, r, q, &most, e);
	if (!rc && crosses && fits && q->open && at_market && most > 0 && sim_order_is_open(o))
		rc = take_from_market(x, o, r, q->bar, o->side == SIDE_BUY ? q->ask : q->bid, most, q->now_ms, e);
	if (!rc)
		rc = end_rest(x, o, q->now_ms, e);
	return rc ? rc : list_moved(x, o, r, NULL, FILL_AT_OPEN, q->now_ms, e);
}

static enum err take_market(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *b, dec raw, int64_t t_ms,
	struct error *e)
{
	enum err rc = take_from_market(x, o, r, b, raw, sim_order_left(o), t_ms, e);

	return rc ? rc : end_rest(x, o, t_ms, e);
}

/* ---- in a bar's path ---- */

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
	rc = sim_claim(x, o, t_ms, e);
	if (!rc)
		rc = sim_bnb_price(x, r->quote, bar->open_time, &f.bnb, e);
	if (!rc)
		rc = sim_book(x, o, r, &f, e);
	if (rc)
		return rc;
	sim_use_liquidity(x, r, bar, o->side, f.qty, false);
	return list_moved(x, o, r, bar, where, t_ms, e);
}

/* A limit order that a stop price has brought to the book at `raw`: a taker there, or a maker if the bar ends beyond its price. */
static enum err released(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, dec raw, int64_t t_ms,
	struct error *e)
{
	bool buy = o->side == SIDE_BUY;

	if (buy ? raw <= o->price : raw >= o->price)
		return take_market(x, o, r, bar, raw, t_ms, e);
	if (o->tif != SIM_GTC)
		return sim_end(x, o, SIM_EXPIRED, o->tif == SIM_FOK ? SIM_EXPIRY_FOK : SIM_EXPIRY_IOC, t_ms, e);
	if (buy ? bar->close < o->price : bar->close > o->price)
		return fill_resting(x, o, r, bar, FILL_AT_LIMIT, t_ms, e);
	return OK;
}

static enum err trigger(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, dec raw, bool at_open, struct error *e)
{
	int64_t t_ms = moment(o, bar, at_open);
	enum err rc = sim_claim(x, o, t_ms, e);

	if (rc)
		return rc;
	o->triggered = true;
	o->working_ms = o->update_ms = t_ms;
	if (o->type == SIM_STOP_LOSS || o->type == SIM_TAKE_PROFIT)
		rc = take_market(x, o, r, bar, raw, t_ms, e);
	else
		rc = released(x, o, r, bar, raw, t_ms, e);
	return rc ? rc : list_moved(x, o, r, bar, at_open ? FILL_AT_OPEN : FILL_AT_STOP, t_ms, e);
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

/* ---- what a fill leads to ---- */

/* The working order is filled. */
static enum err activate(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, const struct bar *bar, enum fill_where where, int64_t t_ms,
	struct error *e)
{
	struct sim_order *stop = sim_order_of(&x->orders, l->stop), *profit = sim_order_of(&x->orders, l->profit), *one = stop ? stop : profit;
	struct sim_quote q;
	bool awake = false;
	enum err rc = sim_quote_now(x, r, t_ms, &q, e);

	if (!rc)
		rc = sim_list_wake(x, l, r, &q, bar != NULL, t_ms, &awake, e);
	if (rc || !awake)
		return rc;
	if (bar && one->type == SIM_MARKET)
		return take_market(x, one, r, bar, where == FILL_AT_OPEN ? bar->open : sim_order_of(&x->orders, l->working)->price, t_ms, e);
	if (bar)
		return sim_path(x, stop, profit, r, bar, where, e);
	return profit && !stop && sim_order_rests(profit) ? sim_take(x, profit, r, &q, e) : OK;
}

static enum err list_moved(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, enum fill_where where,
	int64_t t_ms, struct error *e)
{
	struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	enum err rc = OK;

	if (!l)
		return OK;
	if (o->id == l->working && o->status == SIM_FILLED)
		rc = activate(x, l, r, bar, where, t_ms, e);
	if (!rc)
		sim_list_close(x, l, r, o, t_ms);
	return rc;
}
