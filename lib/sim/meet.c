/* Whom an order meets: a stop price that is reached, a limit that crosses, the best order of the other side. */
#include <string.h>

#include "sim/exchange.h"

bool sim_triggers(const struct sim_order *o, const struct sim_quote *q)
{
	bool up = (o->type == SIM_STOP_LOSS || o->type == SIM_STOP_LOSS_LIMIT) == (o->side == SIDE_BUY);

	if (!sim_order_is_conditional(o) || o->stop_price == 0 || q->last == 0 || o->trailing_delta != INT_NONE)
		return false;
	return up ? q->last >= o->stop_price : q->last <= o->stop_price;
}

bool sim_offers_better(const struct sim_order *taker, dec offered, dec price)
{
	if (sim_has_limit(taker) && (taker->side == SIDE_BUY ? offered > taker->price : offered < taker->price))
		return false;
	return taker->side == SIDE_BUY ? offered < price : offered > price;
}

struct sim_order *sim_best_resting(const struct sim_exchange *x, const struct sim_order *taker, const struct sim_quote *q)
{
	struct sim_order *best = NULL;
	dec price = taker->side == SIDE_BUY ? q->ask : q->bid;

	for (size_t i = 0; i < x->orders.open_count; i++) {
		struct sim_order *o = &x->orders.orders[x->orders.open[i]];

		if (o->side == taker->side || !sim_order_rests(o) || strcmp(o->symbol, taker->symbol) != 0 || !sim_offers_better(taker, o->price, price))
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
	return (o->side == SIDE_BUY ? o->price >= q->ask : o->price <= q->bid) || sim_best_resting(x, o, q);
}
