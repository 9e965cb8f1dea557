/* Orders that meet somebody at once: the market at the bar's open, and orders of other accounts inside the spread. */
#include <string.h>

#include "sim/exchange.h"

static bool is_limit(const struct sim_order *o)
{
	return o->price > 0 && o->type != SIM_MARKET;
}

bool sim_triggers(const struct sim_order *o, const struct sim_quote *q)
{
	bool up = (o->type == SIM_STOP_LOSS || o->type == SIM_STOP_LOSS_LIMIT) == (o->side == SIDE_BUY);

	if (!sim_order_is_conditional(o) || o->stop_price == 0 || q->last == 0 || o->trailing_delta != INT_NONE)
		return false;
	return up ? q->last >= o->stop_price : q->last <= o->stop_price;
}

/* Better for a taker than `price`, and within its limit. */
static bool better(const struct sim_order *taker, dec offered, dec price)
{
	if (is_limit(taker) && (taker->side == SIDE_BUY ? offered > taker->price : offered < taker->price))
		return false;
	return taker->side == SIDE_BUY ? offered < price : offered > price;
}

/* The order of the other side that it meets before the market: the best price, and the oldest. */
static struct sim_order *best_resting(const struct sim_exchange *x, const struct sim_order *taker, const struct sim_quote *q)
{
	struct sim_order *best = NULL;
	dec price = taker->side == SIDE_BUY ? q->ask : q->bid;

	for (size_t i = 0; i < x->orders.open_count; i++) {
		struct sim_order *o = &x->orders.orders[x->orders.open[i]];

		if (o->side == taker->side || !sim_order_rests(o) || strcmp(o->symbol, taker->symbol) != 0 || !better(taker, o->price, price))
			continue;
		best = o;
		price = o->price;
	}
	return best;
}

bool sim_crosses(const struct sim_exchange *x, const struct sim_order *o, const struct sim_quote *q)
{
	if (q->last == 0)
		return false;
	return (o->side == SIDE_BUY ? o->price >= q->ask : o->price <= q->bid) || best_resting(x, o, q);
}

static enum err book_fill(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec qty, dec price, bool maker, int64_t t_ms,
	struct error *e)
{
	struct sim_fill f = { .qty = qty, .price = price, .maker = maker, .t_ms = t_ms };
	enum err rc = sim_bnb_price(x, r->quote, t_ms, &f.bnb, e);

	return rc ? rc : sim_book(x, o, r, &f, e);
}

static bool kin(const struct sim_exchange *x, const struct sim_order *a, const struct sim_order *b)
{
	int64_t group = x->accounts.rows[a->owner].trade_group;

	return a->owner == b->owner || (group != -1 && group == x->accounts.rows[b->owner].trade_group);
}

static enum err prevent(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec qty, int64_t t_ms, struct error *e)
{
	o->prevented_qty += qty;
	o->update_ms = t_ms;
	sim_relock(x, o, r);
	return sim_order_left(o) > 0 ? OK : sim_end(x, o, SIM_EXPIRED_IN_MATCH, SIM_EXPIRY_NONE, t_ms, e);
}

/* Two orders of one owner meet: no trade; what expires is the taker's choice. TRANSFER is DECREMENT here. */
static enum err prevent_self_trade(struct sim_exchange *x, struct sim_order *taker, struct sim_order *maker, const struct sim_rules *r, int64_t t_ms,
	struct error *e)
{
	dec taker_left = sim_order_left(taker), maker_left = sim_order_left(maker), least = dec_min(taker_left, maker_left);
	bool decrement = taker->stp == SIM_DECREMENT || taker->stp == SIM_TRANSFER;
	enum err rc = OK;

	if (taker->stp != SIM_EXPIRE_TAKER)
		rc = prevent(x, maker, r, decrement ? least : maker_left, t_ms, e);
	if (!rc && taker->stp != SIM_EXPIRE_MAKER)
		rc = prevent(x, taker, r, decrement ? least : taker_left, t_ms, e);
	return rc;
}

/* Orders of other accounts inside the spread; `most` goes down by what was taken. */
static enum err take_resting(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_quote *q, dec *most, struct error *e)
{
	enum err rc = OK;

	while (!rc && *most > 0 && sim_order_is_open(o) && q->open) {
		struct sim_order *maker = best_resting(x, o, q);
		dec qty;

		if (!maker)
			break;
		if (o->stp != SIM_STP_NONE && kin(x, o, maker)) {
			rc = prevent_self_trade(x, o, maker, r, q->now_ms, e);
			*most = dec_min(*most, sim_order_left(o));
			continue;
		}
		qty = dec_min(*most, sim_order_left(maker));
		rc = sim_claim(x, maker, r, q->now_ms, e);
		if (!rc)
			rc = book_fill(x, maker, r, qty, maker->price, true, q->now_ms, e);
		if (!rc)
			rc = book_fill(x, o, r, qty, maker->price, false, q->now_ms, e);
		if (!rc)
			rc = sim_list_moved(x, maker, r, NULL, FILL_AT_LIMIT, q->now_ms, e);
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

	if (!is_limit(o))
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

		if (other->side != o->side && sim_order_rests(other) && strcmp(other->symbol, o->symbol) == 0 && !kin(x, o, other)
			&& better(o, other->price, o->side == SIDE_BUY ? q->ask : q->bid))
			there += sim_order_left(other);
	}
	return there >= sim_order_left(o);
}

/* What becomes of the part that found nobody. */
static enum err end_rest(struct sim_exchange *x, struct sim_order *o, int64_t t_ms, struct error *e)
{
	enum sim_expiry why = !is_limit(o) ? SIM_EXPIRY_LIQUIDITY : o->tif == SIM_FOK ? SIM_EXPIRY_FOK : SIM_EXPIRY_IOC;

	if (!sim_order_is_open(o) || (is_limit(o) && (o->tif == SIM_GTC || o->type == SIM_LIMIT_MAKER)))
		return OK;
	return sim_end(x, o, SIM_EXPIRED, why, t_ms, e);
}

enum err sim_take(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_quote *q, struct error *e)
{
	bool crosses = !is_limit(o) || sim_crosses(x, o, q), fits = o->tif != SIM_FOK || !is_limit(o) || all_there(x, o, r, q);
	bool at_market = !is_limit(o) || (o->side == SIDE_BUY ? o->price >= q->ask : o->price <= q->bid);
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
	return rc ? rc : sim_list_moved(x, o, r, NULL, FILL_AT_OPEN, q->now_ms, e);
}

enum err sim_take_market(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *b, dec raw, int64_t t_ms,
	struct error *e)
{
	enum err rc = take_from_market(x, o, r, b, raw, sim_order_left(o), t_ms, e);

	return rc ? rc : end_rest(x, o, t_ms, e);
}
