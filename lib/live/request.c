/* Our orders in the exchange's words. */
#include "live/inside.h"

/* A market order with a collar is a limit order that does not wait; a target must not take. */
struct order_request live_request(const struct order *o)
{
	struct order_request q = {
		.symbol = o->symbol, .id = o->id, .side = o->side, .qty = o->qty, .quote_qty = o->quote_qty, .price = DEC_NONE, .stop_price = DEC_NONE,
		.type = VENUE_MARKET, .tif = VENUE_TIF_NONE, .reduces = o->leg != LEG_ENTRY,
	};

	if (o->type == ORDER_MAKER || o->leg == LEG_TARGET) {
		q.type = VENUE_LIMIT_MAKER;
		q.price = o->price;
	} else if (o->type == ORDER_LIMIT) {
		q.type = VENUE_LIMIT;
		q.tif = VENUE_GTC;
		q.price = o->price;
	} else if (o->type == ORDER_MARKET && o->worst_price != DEC_NONE && o->leg == LEG_ENTRY) {
		q.type = VENUE_LIMIT;
		q.tif = VENUE_IOC;
		q.price = o->worst_price;
	} else if (o->type == ORDER_STOP && o->worst_price != DEC_NONE && o->leg == LEG_ENTRY) {
		q.type = VENUE_STOP_LOSS_LIMIT;
		q.tif = VENUE_IOC;
		q.price = o->worst_price;
		q.stop_price = o->stop_price;
	} else if (o->type == ORDER_STOP) {
		q.type = VENUE_STOP_LOSS;
		q.stop_price = o->stop_price;
	}
	return q;
}

struct leg_request live_leg_request(const struct order *o)
{
	struct order_request q = live_request(o);

	return (struct leg_request){ q.id, q.type, q.tif, q.price, q.stop_price };
}
