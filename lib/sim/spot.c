/* The table of all routes of the exchange, and the public part of /api/v3. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "sim/bulk.h"
#include "sim/futures.h"
#include "sim/klines.h"
#include "sim/pairs.h"
#include "sim/trade.h"

void sim_get_ping(const struct sim_request *q, struct sim_answer *a)
{
	(void)q;
	buf_adds(&a->body, "{}");
}

void sim_get_time(const struct sim_request *q, struct sim_answer *a)
{
	int64_t skew_ms = q->fault && q->fault->kind == SIM_FAULT_SKEW ? q->fault->skew_ms : 0;

	buf_addf(&a->body, "{\"serverTime\":%" PRId64 "}", sim_time(q, q->now_ms + skew_ms));
}

/* "0", "8", "-1:00", "05:45": hours and minutes from UTC, -12:00 to +14:00. */
static bool read_time_zone(const struct sim_request *q, int64_t *shift_ms, struct sim_answer *a)
{
	char text[12], *p = text, *end;
	long hours, minutes = 0, sign = 1;

	*shift_ms = 0;
	if (!sim_param(q, "timeZone"))
		return true;
	if (sim_param_text(q, "timeZone", text, sizeof text)) {
		if (*p == '-' || *p == '+')
			sign = *p++ == '-' ? -1 : 1;
		hours = strtol(p, &end, 10);
		if (*p >= '0' && *p <= '9' && end - p <= 2 && *end == ':' && strspn(end + 1, "0123456789") == 2 && !end[3])
			minutes = strtol(end + 1, &end, 10);
		*shift_ms = sign * (hours * MS_HOUR + minutes * MS_MINUTE);
		if (*p >= '0' && *p <= '9' && !*end && minutes < 60 && *shift_ms >= -12 * MS_HOUR && *shift_ms <= 14 * MS_HOUR)
			return true;
	}
	sim_refuse(a, 400, -1130, "Data sent for parameter 'timeZone' is not valid.");
	return false;
}

bool sim_param_interval(const struct sim_request *q, enum interval *interval, struct sim_answer *a)
{
	char name[8];
	int found;

	if (!sim_param(q, "interval") || sim_param(q, "interval")->len == 0) {
		sim_refuse(a, 400, -1102, "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.");
		return false;
	}
	found = sim_param_text(q, "interval", name, sizeof name) ? interval_find(name) : -1;
	if (found < 0)
		sim_refuse(a, 400, -1120, "Invalid interval.");
	*interval = (enum interval)found;
	return found >= 0;
}

static bool read_window(const struct sim_request *q, struct sim_window *w, struct sim_answer *a)
{
	int64_t limit;

	if (!sim_param_time(q, "startTime", &w->start_ms, a) || !sim_param_time(q, "endTime", &w->end_ms, a) || !sim_param_count(q, "limit", 500, &limit, a)
		|| !read_time_zone(q, &w->shift_ms, a))
		return false;
	if (limit == 0) {
		sim_refuse(a, 400, -1130, "Data sent for parameter 'limit' is not valid.");
		return false;
	}
	w->limit = limit > SIM_KLINES_MAX ? SIM_KLINES_MAX : (size_t)limit;
	return true;
}

static void add_decimal(struct buf *b, dec v)
{
	char text[DEC_TEXT];

	dec_format(v == DEC_NONE ? 0 : v, text);
	buf_addf(b, ",\"%s\"", text);
}

/* wrong_length leaves the last element out. */
static void add_row(const struct sim_request *q, const struct bar *b, bool wrong_length, struct buf *out)
{
	int64_t close_time = q->micros ? (b->close_time + 1) * 1000 - 1 : b->close_time;

	buf_addf(out, "[%" PRId64, sim_time(q, b->open_time));
	add_decimal(out, b->open);
	add_decimal(out, b->high);
	add_decimal(out, b->low);
	add_decimal(out, b->close);
	add_decimal(out, b->volume);
	buf_addf(out, ",%" PRId64, close_time);
	add_decimal(out, b->quote_volume);
	buf_addf(out, ",%" PRId64, b->trades == INT_NONE ? 0 : b->trades);
	add_decimal(out, b->taker_buy_volume);
	add_decimal(out, b->taker_buy_quote_volume);
	buf_adds(out, wrong_length ? "]" : ",\"0\"]");
}

/* The rows; a fault that is about candles spoils the one in the middle. */
static void add_rows(const struct sim_request *q, struct bar *bars, size_t n, struct buf *out)
{
	int kind = q->fault ? q->fault->kind : -1;
	const char *comma = "";

	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		struct bar *b = &bars[i];
		bool spoiled = i == n / 2;

		if (spoiled && kind == SIM_FAULT_GAP)
			continue;
		if (spoiled && kind == SIM_FAULT_IMPOSSIBLE)
			b->high = b->low - 1;
		if (spoiled && kind == SIM_FAULT_OFF_GRID)
			b->open_time += MS_SECOND;
		for (int times = spoiled && kind == SIM_FAULT_DUPLICATE ? 2 : 1; times > 0; times--) {
			buf_adds(out, comma);
			add_row(q, b, kind == SIM_FAULT_WRONG_LENGTH, out);
			comma = ",";
		}
	}
	buf_addc(out, ']');
}

void sim_answer_klines(const struct sim_request *q, const char *symbol, enum interval interval, const struct sim_window *w, struct sim_answer *a)
{
	struct sim_market *m = q->state->market;
	struct bar *bars = malloc(w->limit * sizeof *bars);
	struct error e = { 0 };
	int64_t now_ms = q->now_ms;
	size_t n = 0;
	int pair = sim_market_find(m, symbol);
	enum err rc = bars ? OK : error_memory(&e);

	if (q->fault && q->fault->kind == SIM_FAULT_LATE) /* as the exchange is when it closes a bar late */
		now_ms = q->fault->delay_ms ? now_ms - q->fault->delay_ms : interval_floor(interval, now_ms) - 1;
	if (!rc && pair >= 0) /* a pair of the captured exchangeInfo may have no candles */
		rc = sim_klines(m, (size_t)pair, interval, w, now_ms, bars, &n, &e);
	if (rc)
		sim_fail(q, a, &e);
	else
		add_rows(q, bars, n, &a->body);
	free(bars);
}

static void get_klines(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_window w;
	char symbol[SYMBOL_SIZE];
	enum interval interval;

	if (sim_param_symbol(q, "symbol", symbol, a) && sim_param_interval(q, &interval, a) && read_window(q, &w, a))
		sim_answer_klines(q, symbol, interval, &w, a);
}

static const char *const info_params[] = { "symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus", NULL };
static const char *const klines_params[] = { "symbol", "interval", "startTime", "endTime", "timeZone", "limit", NULL };
static const char *const ticker_params[] = { "symbol", "symbols", "symbolStatus", NULL };
static const char *const day_params[] = { "symbol", "symbols", "symbolStatus", "type", NULL };

#define ORDER_PARAMS "symbol", "side", "type", "timeInForce", "quantity", "quoteOrderQty", "price", "newClientOrderId", "strategyId", "strategyType", \
	"stopPrice", "trailingDelta", "icebergQty", "newOrderRespType", "selfTradePreventionMode", "pegPriceType", "pegOffsetType", "pegOffsetValue"

static const char *const order_params[] = { ORDER_PARAMS, NULL };
static const char *const test_params[] = { ORDER_PARAMS, "computeCommissionRates", NULL };
static const char *const order_query_params[] = { "symbol", "orderId", "origClientOrderId", NULL };
static const char *const cancel_params[] = { "symbol", "orderId", "origClientOrderId", "newClientOrderId", "cancelRestrictions", NULL };
static const char *const amend_params[] = { "symbol", "orderId", "origClientOrderId", "newClientOrderId", "newQty", NULL };
static const char *const depth_params[] = { "symbol", "limit", NULL };
static const char *const symbol_params[] = { "symbol", NULL };
static const char *const all_orders_params[] = { "symbol", "orderId", "startTime", "endTime", "limit", NULL };
static const char *const um_klines_params[] = { "symbol", "interval", "startTime", "endTime", "limit", NULL };
static const char *const um_funding_params[] = { "symbol", "startTime", "endTime", "limit", NULL };
static const char *const my_trades_params[] = { "symbol", "orderId", "startTime", "endTime", "fromId", "limit", NULL };
static const char *const account_params[] = { "omitZeroBalances", NULL };

static const char *const replace_params[] = {
	ORDER_PARAMS, "cancelReplaceMode", "cancelNewClientOrderId", "cancelOrigClientOrderId", "cancelOrderId", "cancelRestrictions",
	"orderRateLimitExceededMode", NULL,
};

#define LEG_PARAMS(leg) leg "Type", leg "ClientOrderId", leg "IcebergQty", leg "Price", leg "StopPrice", leg "TrailingDelta", leg "TimeInForce", \
	leg "StrategyId", leg "StrategyType", leg "PegPriceType", leg "PegOffsetType", leg "PegOffsetValue"
#define LIST_PARAMS "symbol", "listClientOrderId", "newOrderRespType", "selfTradePreventionMode"
#define WORKING_PARAMS LEG_PARAMS("working"), "workingSide", "workingQuantity"

static const char *const oco_params[] = { LIST_PARAMS, "side", "quantity", LEG_PARAMS("above"), LEG_PARAMS("below"), NULL };
static const char *const oto_params[] = { LIST_PARAMS, WORKING_PARAMS, "pendingSide", "pendingQuantity", LEG_PARAMS("pending"), NULL };
static const char *const opo_params[] = { LIST_PARAMS, WORKING_PARAMS, "pendingSide", LEG_PARAMS("pending"), NULL };
static const char *const otoco_params[] = {
	LIST_PARAMS, WORKING_PARAMS, "pendingSide", "pendingQuantity", LEG_PARAMS("pendingAbove"), LEG_PARAMS("pendingBelow"), NULL,
};
static const char *const opoco_params[] = { LIST_PARAMS, WORKING_PARAMS, "pendingSide", LEG_PARAMS("pendingAbove"), LEG_PARAMS("pendingBelow"), NULL };
static const char *const cancel_list_params[] = { "symbol", "orderListId", "listClientOrderId", "newClientOrderId", NULL };
static const char *const list_params[] = { "orderListId", "origClientOrderId", NULL };
static const char *const all_lists_params[] = { "fromId", "startTime", "endTime", "limit", NULL };

#define TRADE .security = SIM_TRADE, .free_of_charge = true
#define USER .security = SIM_USER_DATA

const struct sim_route sim_exchange_routes[] = {
	{ "GET", "/api/v3/ping", 1, 1, NULL, sim_get_ping, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/time", 1, 1, NULL, sim_get_time, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/exchangeInfo", 20, 20, info_params, sim_get_exchange_info, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/klines", 2, 2, klines_params, get_klines, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/uiKlines", 2, 2, klines_params, get_klines, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/ticker/price", 2, 4, ticker_params, sim_get_price, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/ticker/bookTicker", 2, 4, ticker_params, sim_get_book, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/ticker/24hr", 2, 80, day_params, sim_get_day, .security = SIM_PUBLIC, .weigh = sim_weigh_day },
	{ "GET", "/api/v3/depth", 5, 5, depth_params, sim_get_depth, .security = SIM_PUBLIC, .weigh = sim_weigh_depth },
	{ "GET", "/api/v3/avgPrice", 2, 2, symbol_params, sim_get_average, .security = SIM_PUBLIC },
	{ "POST", "/api/v3/order", 1, 1, order_params, sim_post_order, TRADE },
	{ "POST", "/api/v3/order/test", 1, 1, test_params, sim_post_order_test, .security = SIM_TRADE, .switched = "computeCommissionRates", .weight_switched = 20 },
	{ "GET", "/api/v3/order", 4, 4, order_query_params, sim_get_order, USER },
	{ "DELETE", "/api/v3/order", 1, 1, cancel_params, sim_delete_order, TRADE },
	{ "POST", "/api/v3/order/cancelReplace", 1, 1, replace_params, sim_post_cancel_replace, TRADE },
	{ "POST", "/api/v3/orderList/oco", 1, 1, oco_params, sim_post_oco, TRADE },
	{ "POST", "/api/v3/orderList/oto", 1, 1, oto_params, sim_post_oto, TRADE },
	{ "POST", "/api/v3/orderList/otoco", 1, 1, otoco_params, sim_post_otoco, TRADE },
	{ "POST", "/api/v3/orderList/opo", 1, 1, opo_params, sim_post_opo, TRADE },
	{ "POST", "/api/v3/orderList/opoco", 1, 1, opoco_params, sim_post_opoco, TRADE },
	{ "DELETE", "/api/v3/orderList", 1, 1, cancel_list_params, sim_delete_list, TRADE },
	{ "GET", "/api/v3/orderList", 4, 4, list_params, sim_get_list, USER },
	{ "GET", "/api/v3/allOrderList", 20, 20, all_lists_params, sim_get_all_lists, USER },
	{ "GET", "/api/v3/openOrderList", 6, 6, NULL, sim_get_open_lists, USER },
	{ "PUT", "/api/v3/order/amend/keepPriority", 4, 4, amend_params, sim_put_amend, .security = SIM_TRADE },
	{ "DELETE", "/api/v3/openOrders", 1, 1, symbol_params, sim_delete_open_orders, TRADE },
	{ "GET", "/api/v3/openOrders", 6, 80, symbol_params, sim_get_open_orders, USER },
	{ "GET", "/api/v3/allOrders", 20, 20, all_orders_params, sim_get_all_orders, USER },
	{ "GET", "/api/v3/myTrades", 20, 20, my_trades_params, sim_get_my_trades, USER, .switched = "orderId", .weight_switched = 5 },
	{ "GET", "/api/v3/account", 20, 20, account_params, sim_get_account, USER },
	{ "GET", "/api/v3/account/commission", 20, 20, symbol_params, sim_get_commission, USER },
	{ "GET", "/api/v3/rateLimit/order", 40, 40, NULL, sim_get_order_limits, USER },
	{ "GET", "/sapi/v1/asset/tradeFee", 1, 1, symbol_params, sim_get_trade_fee, USER },
	{ "GET", "/sapi/v1/account/apiRestrictions", 1, 1, NULL, sim_get_restrictions, USER },
	{ "GET", "/fapi/v1/ping", 1, 1, NULL, sim_get_ping, .security = SIM_PUBLIC },
	{ "GET", "/fapi/v1/time", 1, 1, NULL, sim_get_time, .security = SIM_PUBLIC },
	{ "GET", "/fapi/v1/exchangeInfo", 1, 1, symbol_params, sim_get_um_info, .security = SIM_PUBLIC },
	{ "GET", "/fapi/v1/klines", 2, 2, um_klines_params, sim_get_um_klines, .security = SIM_PUBLIC, .weigh = sim_weigh_um_klines },
	{ "GET", "/fapi/v1/fundingRate", 0, 0, um_funding_params, sim_get_funding, .security = SIM_PUBLIC, .own_limit = true },
	{ "GET", "/fapi/v1/premiumIndex", 1, 10, symbol_params, sim_get_premium, .security = SIM_PUBLIC },
	{ "GET", "/data/", 0, 0, NULL, sim_get_bulk, .security = SIM_PUBLIC, .archive = true },
	{ 0 },
};
