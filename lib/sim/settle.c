/* Time passes: each bar that has closed happens to the orders that were on the book. */
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "sim/exchange.h"
#include "sim/klines.h"

/* The next bar of a pair that has not happened yet and closes before now_ms; NULL: none. */
static enum err next_bar(struct sim_exchange *x, const struct sim_rules *r, int64_t now_ms, const struct bar **bar, struct error *e)
{
	const struct bar *bars;
	size_t count, i;
	int64_t from_ms;
	enum err rc = sim_bars_of(x, r->pair, now_ms, &bars, &count, e);

	*bar = NULL;
	if (rc || !count)
		return rc;
	from_ms = x->used[r->pair].done_ms + 1 > x->settled_ms ? x->used[r->pair].done_ms + 1 : x->settled_ms;
	for (i = sim_bars_before(bars, count, from_ms); i > 0 && bars[i - 1].close_time >= from_ms; i--)
		;
	if (i < count && bars[i].close_time < now_ms)
		*bar = &bars[i];
	return OK;
}

/* A trailing stop follows the bar's best price, effective from the next bar; it starts where its stop price was touched. */
static void trail(struct sim_order *o, const struct bar *b)
{
	bool up = (o->type == SIM_STOP_LOSS || o->type == SIM_STOP_LOSS_LIMIT) == (o->side == SIDE_SELL); /* it follows rising prices */

	if (o->trailing_delta == INT_NONE || o->triggered || o->status != SIM_NEW)
		return;
	if (o->trailing_ms == TIME_NONE) {
		if (b->low > o->stop_price || b->high < o->stop_price)
			return;
		o->trailing_ms = b->close_time;
		o->extreme = o->stop_price;
	}
	o->extreme = up ? dec_max(o->extreme, b->high) : dec_min(o->extreme, b->low);
}

/* An order in one bar's path; an OCO pair moves as one, with its stop leg. */
static enum err walk_order(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, struct error *e)
{
	const struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	struct sim_order *profit = l && l->stop && l->profit && o->id != l->working ? sim_order_of(&x->orders, l->profit) : NULL;

	if (profit == o)
		return sim_order_is_open(sim_order_of(&x->orders, l->stop)) ? OK : sim_path(x, NULL, o, r, bar, FILL_NONE, e);
	if (profit && sim_order_is_open(profit))
		return sim_path(x, o, profit, r, bar, FILL_NONE, e);
	if (sim_order_rests(o) || o->type >= SIM_TAKE_PROFIT)
		return sim_path(x, NULL, o, r, bar, FILL_NONE, e);
	return sim_path(x, o, NULL, r, bar, FILL_NONE, e);
}

/* The pair's orders that were on the book by the end of the bar: those that wait for a price first, then limits. */
static enum err walk(struct sim_exchange *x, const struct sim_rules *r, const struct bar *bar, struct error *e)
{
	size_t open = x->orders.open_count, n = 0;
	int64_t *ids = calloc(open + 1, sizeof *ids);
	enum err rc = ids ? OK : error_memory(e);

	for (int limits = 0; !rc && limits < 2; limits++)
		for (size_t i = 0; i < open; i++) {
			const struct sim_order *o = &x->orders.orders[x->orders.open[i]];

			if (strcmp(o->symbol, r->symbol) == 0 && o->status != SIM_PENDING_NEW && o->time_ms <= bar->close_time && sim_order_rests(o) == limits)
				ids[n++] = o->id;
		}
	for (size_t i = 0; !rc && i < n; i++)
		if (sim_order_is_open(sim_order_of(&x->orders, ids[i])))
			rc = walk_order(x, sim_order_of(&x->orders, ids[i]), r, bar, e);
	for (size_t i = 0; !rc && i < x->orders.open_count; i++)
		if (strcmp(x->orders.orders[x->orders.open[i]].symbol, r->symbol) == 0)
			trail(&x->orders.orders[x->orders.open[i]], bar);
	free(ids);
	return rc;
}

/* The bar that closes first of all pairs with open orders. */
static enum err first_bar(struct sim_exchange *x, int64_t now_ms, const struct sim_rules **pair, const struct bar **bar, struct error *e)
{
	const struct sim_rules *r;
	const struct bar *b;
	enum err rc = OK;

	*bar = NULL;
	for (size_t i = 0; !rc && i < x->orders.open_count; i++) {
		rc = sim_exchange_rules(x, x->orders.orders[x->orders.open[i]].symbol, &r, e);
		if (!rc)
			rc = next_bar(x, r, now_ms, &b, e);
		if (rc || !b)
			continue;
		if (!*bar || b->close_time < (*bar)->close_time || (b->close_time == (*bar)->close_time && r->pair < (*pair)->pair)) {
			*bar = b;
			*pair = r;
		}
	}
	return rc;
}

enum err sim_settle(struct sim_exchange *x, int64_t now_ms, struct error *e)
{
	const struct sim_rules *r = NULL;
	const struct bar *bar = NULL;
	enum err rc;

	if (now_ms <= x->settled_ms)
		return OK;
	for (;;) {
		rc = first_bar(x, now_ms, &r, &bar, e);
		if (rc || !bar)
			break;
		x->used[r->pair].done_ms = bar->close_time;
		rc = walk(x, r, bar, e);
		if (rc)
			break;
	}
	x->settled_ms = now_ms;
	return rc;
}
