#include "sim/info.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "feed/archive.h"

#define CAPTURE_MAX ((size_t)64 << 20)

struct sim_info {
	json_t *capture; /* the whole captured answer, NULL: none */
	json_t *listed;  /* symbol -> its object in the capture */
};

static enum err read_capture(struct sim_info *info, const char *path, const struct sim_names *names, struct error *e)
{
	struct buf text = { 0 };
	json_t *symbol;
	size_t i;
	enum err rc = feed_text(path, CAPTURE_MAX, &text, e);

	if (!rc)
		rc = field_parse(text.data, text.len, &info->capture, e);
	buf_release(&text);
	if (rc)
		return rc;
	if (!json_is_array(json_object_get(info->capture, "symbols")))
		return error_set(e, ERR_DATA, "'%.200s' is not an exchangeInfo: it has no list of symbols", path);
	json_array_foreach(json_object_get(info->capture, "symbols"), i, symbol) {
		const char *name = json_string_value(json_object_get(symbol, "symbol"));

		if (!name || strlen(name) >= SYMBOL_SIZE)
			return error_set(e, ERR_DATA, "'%.200s': symbols[%zu] has no name", path, i);
		if (json_object_get(symbol, "pegInstructionsAllowed")) /* they are not served */
			json_object_set_new(symbol, "pegInstructionsAllowed", json_false());
		if (sim_wanted(names, name) && json_object_set(info->listed, name, symbol) != 0)
			return error_memory(e);
	}
	return OK;
}

enum err sim_info_new(const char *path, const struct sim_names *names, struct sim_info **info, struct error *e)
{
	struct sim_info *new = calloc(1, sizeof *new);
	enum err rc = OK;

	*info = NULL;
	if (!new || !(new->listed = json_object()))
		rc = error_memory(e);
	if (!rc && path)
		rc = read_capture(new, path, names, e);
	if (rc) {
		sim_info_free(new);
		return rc;
	}
	*info = new;
	return OK;
}

void sim_info_free(struct sim_info *info)
{
	if (!info)
		return;
	json_decref(info->listed);
	json_decref(info->capture);
	free(info);
}

bool sim_info_lists(const struct sim_info *info, const struct sim_market *m, const char *symbol)
{
	return json_object_get(info->listed, symbol) || sim_market_find(m, symbol) >= 0;
}

/* Where a pair's name falls apart into base and quote. */
static size_t base_length(const char *symbol)
{
	static const char *const quotes[] = {
		"FDUSD", "USDT", "USDC", "TUSD", "BUSD", "USDP", "USD1", "DAI", "BTC", "ETH", "BNB", "EUR", "GBP", "TRY", "BRL", "JPY", "AUD",
		"UAH", "RUB", "PLN", "MXN", "ARS", "ZAR", "COP", "CZK", "RON", "IDR", "XRP", "TRX", "DOGE", "SOL",
	};
	size_t n = strlen(symbol);

	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
		size_t q = strlen(quotes[i]);

		if (n > q && strcmp(symbol + n - q, quotes[i]) == 0)
			return n - q;
	}
	return n > 3 ? n - 3 : n / 2;
}

/* The exchange's usual rules around the pair's own price and quantity grid. */
static json_t *make_filters(dec64 tick_size, dec64 step_size)
{
	char tick[DEC_TEXT], step[DEC_TEXT], max_qty[DEC_TEXT];

	dec_format(tick_size, tick);
	dec_format(step_size, step);
	dec_format((dec)step_size * 900000000, max_qty);
	return json_pack("[{ss ss ss ss}, {ss ss ss ss}, {ss si}, {ss ss ss ss}, {ss si si si si}, {ss ss ss ss ss si}, {ss ss sb ss sb si},"
			 " {ss si}, {ss si}, {ss si}, {ss si}]",
		"filterType", "PRICE_FILTER", "minPrice", tick, "maxPrice", "10000000.00000000", "tickSize", tick,
		"filterType", "LOT_SIZE", "minQty", step, "maxQty", max_qty, "stepSize", step,
		"filterType", "ICEBERG_PARTS", "limit", 100,
		"filterType", "MARKET_LOT_SIZE", "minQty", "0.00000000", "maxQty", max_qty, "stepSize", "0.00000000",
		"filterType", "TRAILING_DELTA", "minTrailingAboveDelta", 10, "maxTrailingAboveDelta", 2000, "minTrailingBelowDelta", 10,
		"maxTrailingBelowDelta", 2000,
		"filterType", "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp", "5", "bidMultiplierDown", "0.2", "askMultiplierUp", "5",
		"askMultiplierDown", "0.2", "avgPriceMins", 5,
		"filterType", "NOTIONAL", "minNotional", "5.00000000", "applyMinToMarket", 1, "maxNotional", "9000000.00000000", "applyMaxToMarket", 0,
		"avgPriceMins", 5,
		"filterType", "MAX_NUM_ORDERS", "maxNumOrders", 200,
		"filterType", "MAX_NUM_ORDER_LISTS", "maxNumOrderLists", 20,
		"filterType", "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", 5,
		"filterType", "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends", 10);
}

static json_t *make_symbol(const char *symbol, json_t *filters)
{
	size_t base = base_length(symbol);

	return json_pack("{ss ss ss% si ss si si si si s[sssssss] sb sb sb sb sb sb sb sb sb sb sb so s[] s[[s]] ss s[ssssss]}",
		"symbol", symbol, "status", "TRADING", "baseAsset", symbol, base, "baseAssetPrecision", 8, "quoteAsset", symbol + base,
		"quotePrecision", 8, "quoteAssetPrecision", 8, "baseCommissionPrecision", 8, "quoteCommissionPrecision", 8,
		"orderTypes", "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
		"icebergAllowed", 1, "ocoAllowed", 1, "otoAllowed", 1, "opoAllowed", 1, "quoteOrderQtyMarketAllowed", 1, "allowTrailingStop", 1,
		"cancelReplaceAllowed", 1, "amendAllowed", 1, "pegInstructionsAllowed", 0, "isSpotTradingAllowed", 1, "isMarginTradingAllowed", 0,
		"filters", filters, "permissions", "permissionSets", "SPOT", "defaultSelfTradePreventionMode", "EXPIRE_MAKER",
		"allowedSelfTradePreventionModes", "NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER");
}

json_t *sim_info_symbol(const struct sim_info *info, struct sim_market *m, const char *symbol, struct error *e)
{
	json_t *object = json_object_get(info->listed, symbol);
	dec64 tick, step;

	if (object)
		return json_incref(object);
	if (sim_market_grid(m, (size_t)sim_market_find(m, symbol), &tick, &step, e))
		return NULL;
	object = make_symbol(symbol, make_filters(tick, step));
	if (!object)
		error_memory(e);
	return object;
}

json_t *sim_info_symbols(const struct sim_info *info, struct sim_market *m, struct error *e)
{
	json_t *all = json_array(), *object;
	const char *name;

	json_object_foreach(info->listed, name, object) {
		json_array_append(all, object);
	}
	for (size_t i = 0; i < sim_market_count(m); i++) {
		name = sim_market_name(m, i);
		if (json_object_get(info->listed, name))
			continue;
		object = sim_info_symbol(info, m, name, e);
		if (!object) {
			json_decref(all);
			return NULL;
		}
		json_array_append_new(all, object);
	}
	if (!all)
		error_memory(e);
	return all;
}

json_t *sim_info_limit(const char *type, const char *interval, int64_t n, int64_t limit)
{
	return json_pack("{ss ss sI sI}", "rateLimitType", type, "interval", interval, "intervalNum", (json_int_t)n, "limit", (json_int_t)limit);
}

json_t *sim_info_weight_limit(const struct sim_limits *limits)
{
	bool minutes = limits->window_ms % MS_MINUTE == 0;

	return sim_info_limit("REQUEST_WEIGHT", minutes ? "MINUTE" : "SECOND", limits->window_ms / (minutes ? MS_MINUTE : MS_SECOND), limits->weight_limit);
}

/* What is really kept here in place of what was captured. NULL: it stays. */
static json_t *kept_limit(const struct sim_limits *limits, json_t *captured)
{
	const char *type = json_string_value(json_object_get(captured, "rateLimitType")), *interval = json_string_value(json_object_get(captured, "interval"));

	if (!type || !interval)
		return NULL;
	if (strcmp(type, "REQUEST_WEIGHT") == 0)
		return sim_info_weight_limit(limits);
	if (strcmp(type, "ORDERS") == 0 && strcmp(interval, "SECOND") == 0 && limits->orders_10s)
		return sim_info_limit(type, interval, 10, limits->orders_10s);
	if (strcmp(type, "ORDERS") == 0 && strcmp(interval, "DAY") == 0 && limits->orders_1d)
		return sim_info_limit(type, interval, 1, limits->orders_1d);
	return NULL;
}

static json_t *rate_limits(const struct sim_info *info, const struct sim_limits *limits)
{
	json_t *list = json_deep_copy(json_object_get(info->capture, "rateLimits")), *kept, *limit;
	size_t i;

	if (!json_is_array(list)) {
		json_decref(list);
		list = json_array();
		json_array_append_new(list, sim_info_limit("REQUEST_WEIGHT", "MINUTE", 1, 6000));
		json_array_append_new(list, sim_info_limit("ORDERS", "SECOND", 10, 100));
		json_array_append_new(list, sim_info_limit("ORDERS", "DAY", 1, 200000));
		json_array_append_new(list, sim_info_limit("RAW_REQUESTS", "MINUTE", 5, 300000));
	}
	json_array_foreach(list, i, limit) {
		kept = kept_limit(limits, limit);
		if (kept)
			json_array_set_new(list, i, kept);
	}
	return list;
}

json_t *sim_info_wrap(const struct sim_info *info, const struct sim_limits *limits, int64_t server_time, json_t *symbols)
{
	json_t *answer = json_object(), *value;
	const char *key;

	json_object_set_new(answer, "timezone", json_string("UTC"));
	json_object_set_new(answer, "serverTime", json_integer(server_time));
	json_object_set_new(answer, "rateLimits", rate_limits(info, limits));
	json_object_set_new(answer, "exchangeFilters", json_array());
	json_object_foreach(info->capture, key, value) {
		if (strcmp(key, "serverTime") != 0 && strcmp(key, "rateLimits") != 0 && strcmp(key, "symbols") != 0)
			json_object_set(answer, key, value);
	}
	json_object_set_new(answer, "symbols", symbols);
	return answer;
}
