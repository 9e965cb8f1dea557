#include <string.h>

#include "core/utc.h"
#include "venue/spot_calls.h"
#include "venue/spot_read.h"
#include "venue/venue.h"

/*
 * Placing and cancelling weighs nothing when it succeeds; what it weighs when it fails is charged. They are urgent only where
 * they lessen risk; what sync needs to know the truth always is.
 */
static const struct route place_route = { HTTP_POST, "/api/v3/order", 1, 1, true, true };
static const struct route test_route = { HTTP_POST, "/api/v3/order/test", 1, 0, true, false };
static const struct route order_route = { HTTP_GET, "/api/v3/order", 4, 0, true, false };
static const struct route cancel_route = { HTTP_DELETE, "/api/v3/order", 1, 0, true, true };
static const struct route open_route = { HTTP_GET, "/api/v3/openOrders", 6, 0, true, false };
static const struct route open_all_route = { HTTP_GET, "/api/v3/openOrders", 80, 0, true, false };

static void add_order(struct broker *b, const struct order_request *q)
{
	query_text(b, "symbol", q->symbol);
	query_text(b, "side", q->side == SIDE_BUY ? "BUY" : "SELL");
	query_text(b, "type", venue_type_names[q->type]);
	if (q->tif != VENUE_TIF_NONE)
		query_text(b, "timeInForce", venue_tif_names[q->tif]);
	if (q->qty != DEC_NONE)
		query_dec(b, "quantity", q->qty);
	if (q->quote_qty != DEC_NONE)
		query_dec(b, "quoteOrderQty", q->quote_qty);
	if (q->price != DEC_NONE)
		query_dec(b, "price", q->price);
	if (q->stop_price != DEC_NONE)
		query_dec(b, "stopPrice", q->stop_price);
	query_text(b, "newClientOrderId", q->id);
	query_text(b, "newOrderRespType", "FULL");
}

static enum fate place(struct broker *b, const struct order_request *q, bool only_test, struct placed *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	query_start(b);
	add_order(b, q);
	fate = broker_carry(b, only_test ? &test_route : &place_route, q->reduces, r);
	if (fate != FATE_DONE || only_test)
		return fate;
	return broker_read(b, spot_read_placed(answer_text(b), b->answer.len, q, out, &e), &e, r);
}

static enum fate order(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	query_start(b);
	query_text(b, "symbol", symbol);
	query_text(b, "origClientOrderId", id);
	fate = broker_carry(b, &order_route, true, r);
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_order(answer_text(b), b->answer.len, symbol, id, out, &e), &e, r);
}

static enum fate read_orders(struct broker *b, const struct route *route, const char *symbol, struct venue_order **rows, size_t *n, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate = broker_carry(b, route, true, r);

	*rows = NULL;
	*n = 0;
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_orders(answer_text(b), b->answer.len, symbol, rows, n, &e), &e, r);
}

static enum fate open_orders(struct broker *b, const char *symbol, struct venue_order **rows, size_t *n, struct reply *r)
{
	query_start(b);
	if (symbol)
		query_text(b, "symbol", symbol);
	return read_orders(b, symbol ? &open_route : &open_all_route, symbol, rows, n, r);
}

static enum fate cancel(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	query_start(b);
	query_text(b, "symbol", symbol);
	query_text(b, "origClientOrderId", id);
	fate = broker_carry(b, &cancel_route, true, r);
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_cancelled(answer_text(b), b->answer.len, symbol, id, out, &e), &e, r);
}

static enum err time_read(const char *body, size_t len, int64_t *server_ms, struct error *e)
{
	return binance_spot.time_read(body, len, server_ms, e);
}

const struct broker_dialect broker_spot = {
	.market = MARKET_SPOT,
	.base_urls = {
		[MODE_DEMO] = "https://demo-api.binance.com",
		[MODE_TESTNET] = "https://testnet.binance.vision",
		[MODE_LIVE] = "https://api.binance.com",
	},
	.weight_limit = 6000,
	.orders = { { { .length_ms = 10 * MS_SECOND, .limit = 100 }, { .length_ms = MS_DAY, .limit = 200000 } } },
	.time = { HTTP_GET, "/api/v3/time", 1, 0, false, false },
	.time_read = time_read,
	.place = place,
	.order = order,
	.open_orders = open_orders,
	.cancel = cancel,
	.place_list = spot_place_list,
	.cancel_list = spot_cancel_list,
	.account = spot_account,
	.permissions = spot_permissions,
	.symbols = spot_symbols,
	.order_fills = spot_order_fills,
	.commission = spot_commission,
	.quote = spot_quote,
};
