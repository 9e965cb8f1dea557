/* The table of all routes of the exchange, with the parameters that each may have. */
#include "sim/bulk.h"
#include "sim/futures.h"
#include "sim/pairs.h"
#include "sim/spot.h"
#include "sim/trade.h"

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
	{ "GET", "/api/v3/klines", 2, 2, klines_params, sim_get_klines, .security = SIM_PUBLIC },
	{ "GET", "/api/v3/uiKlines", 2, 2, klines_params, sim_get_klines, .security = SIM_PUBLIC },
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
