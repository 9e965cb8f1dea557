/* What the answers of spot and USDT-M futures have in common: the clock, the rules of pairs, and candles. */
#include "venue/binance_info.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "venue/klines.h"
#include "venue/percent.h"

static enum err parse(const char *body, size_t len, json_t **json, struct error *e)
{
	char start[64];

	if (!field_parse(body, len, json, e))
		return OK;
	return error_set(e, ERR_PROTOCOL, "not a JSON object: '%s'", venue_excerpt(body, len, start, sizeof start));
}

enum err binance_time_read(const char *body, size_t len, int64_t *server_ms, struct error *e)
{
	json_t *json, *value;
	enum err rc = parse(body, len, &json, e);

	if (rc)
		return rc;
	value = json_object_get(json, "serverTime");
	*server_ms = json_is_integer(value) ? json_integer_value(value) : -1;
	json_decref(json);
	if (*server_ms < INT64_C(1000000000000) || *server_ms >= INT64_C(10000000000000))
		return error_field(e, ERR_PROTOCOL, "serverTime", "not a time in milliseconds");
	return OK;
}

#define SPOT (1u << MARKET_SPOT)
#define UM (1u << MARKET_UM)
#define BOTH (SPOT | UM)

/* The filters that order checks need: which value of which filter goes where. An order without the first two can't be made. */
#define NEEDED 2
static const struct rule {
	const char *filter, *key;
	size_t offset;
	unsigned markets; /* 1u << market */
} rules[] = {
	{ "PRICE_FILTER", "tickSize", offsetof(struct symbol, tick_size), BOTH },
	{ "LOT_SIZE", "stepSize", offsetof(struct symbol, step_size), BOTH },
	{ "PRICE_FILTER", "minPrice", offsetof(struct symbol, min_price), BOTH },
	{ "PRICE_FILTER", "maxPrice", offsetof(struct symbol, max_price), BOTH },
	{ "LOT_SIZE", "minQty", offsetof(struct symbol, min_qty), BOTH },
	{ "LOT_SIZE", "maxQty", offsetof(struct symbol, max_qty), BOTH },
	{ "MARKET_LOT_SIZE", "stepSize", offsetof(struct symbol, market_step_size), BOTH },
	{ "MARKET_LOT_SIZE", "minQty", offsetof(struct symbol, market_min_qty), BOTH },
	{ "MARKET_LOT_SIZE", "maxQty", offsetof(struct symbol, market_max_qty), BOTH },
	{ "MIN_NOTIONAL", "notional", offsetof(struct symbol, min_notional), UM },
	{ "MIN_NOTIONAL", "minNotional", offsetof(struct symbol, min_notional), SPOT }, /* the older form of NOTIONAL */
	{ "NOTIONAL", "minNotional", offsetof(struct symbol, min_notional), SPOT },
	{ "NOTIONAL", "maxNotional", offsetof(struct symbol, max_notional), SPOT },
};

static const struct text {
	const char *key;
	size_t offset, size;
} texts[] = {
	{ "symbol", FIELD(symbol, symbol) },
	{ "status", FIELD(symbol, status) },
	{ "baseAsset", FIELD(symbol, base_asset) },
	{ "quoteAsset", FIELD(symbol, quote_asset) },
};

static enum err wrong(const struct symbol *s, const char *key, const char *expected, struct error *e)
{
	char name[SYMBOL_SIZE];

	venue_excerpt(s->symbol, strlen(s->symbol), name, sizeof name);
	return error_field(e, ERR_PROTOCOL, key, "not %s, in the rules of pair '%s'", expected, name);
}

static enum err read_filter(json_t *filter, struct symbol *s, unsigned *seen, struct error *e)
{
	const char *type = json_string_value(json_object_get(filter, "filterType"));

	if (!type)
		return wrong(s, "filterType", "text", e);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		json_t *value;
		dec *to = (dec *)((char *)s + rules[i].offset);

		if (strcmp(rules[i].filter, type) != 0 || !(rules[i].markets & 1u << s->market))
			continue;
		value = json_object_get(filter, rules[i].key);
		if (!json_is_string(value) || !dec_parse(json_string_value(value), json_string_length(value), to) || *to < 0)
			return wrong(s, rules[i].key, "a decimal number as text, 0 or more", e);
		*seen |= 1u << i;
	}
	if (strcmp(type, "MIN_NOTIONAL") == 0 && s->market == MARKET_UM)
		s->min_notional_market = 1; /* at the mark price */
	else if (strcmp(type, "MIN_NOTIONAL") == 0)
		s->min_notional_market = json_is_true(json_object_get(filter, "applyToMarket"));
	else if (strcmp(type, "NOTIONAL") == 0)
		s->min_notional_market = json_is_true(json_object_get(filter, "applyMinToMarket"));
	return OK;
}

static int read_flag(json_t *row, const char *key)
{
	json_t *value = json_object_get(row, key);

	return json_is_boolean(value) ? json_is_true(value) : -1;
}

static enum err read_symbol(json_t *row, struct symbol *s, struct error *e)
{
	json_t *filters = json_object_get(row, "filters"), *filter;
	unsigned seen = 0;
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		json_t *value = json_object_get(row, texts[i].key);

		if (!json_is_string(value) || json_string_length(value) == 0 || json_string_length(value) >= texts[i].size)
			return wrong(s, texts[i].key, "a short text", e);
		memcpy((char *)s + texts[i].offset, json_string_value(value), json_string_length(value) + 1);
	}
	if (!json_is_array(filters))
		return wrong(s, "filters", "a list", e);
	json_array_foreach(filters, i, filter) {
		enum err rc = read_filter(filter, s, &seen, e);

		if (rc)
			return rc;
	}
	if ((seen & ((1u << NEEDED) - 1)) != (1u << NEEDED) - 1)
		return wrong(s, "filters", "with PRICE_FILTER and LOT_SIZE", e);
	s->oco_allowed = read_flag(row, "ocoAllowed");
	s->opo_allowed = read_flag(row, "opoAllowed");
	return OK;
}

static void read_limit(json_t *json, int64_t *weight_limit)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(json, "rateLimits"), i, row) {
		const char *type = json_string_value(json_object_get(row, "rateLimitType")), *interval = json_string_value(json_object_get(row, "interval"));
		json_int_t limit = json_integer_value(json_object_get(row, "limit"));

		if (type && interval && strcmp(type, "REQUEST_WEIGHT") == 0 && strcmp(interval, "MINUTE") == 0
			&& json_integer_value(json_object_get(row, "intervalNum")) == 1 && limit > 0 && limit < 100000000)
			*weight_limit = limit;
	}
}

static enum err read_info(json_t *json, int market, struct symbol **rows, size_t *n, struct error *e)
{
	json_t *list = json_object_get(json, "symbols"), *time = json_object_get(json, "serverTime"), *row;
	size_t i;

	if (!json_is_array(list))
		return error_field(e, ERR_PROTOCOL, "symbols", "not a list");
	if (!json_is_integer(time))
		return error_field(e, ERR_PROTOCOL, "serverTime", "not a time in milliseconds");
	*rows = calloc(json_array_size(list) + 1, sizeof **rows);
	if (!*rows)
		return error_memory(e);
	json_array_foreach(list, i, row) {
		struct symbol *s = &(*rows)[*n];
		enum err rc;

		s->market = market;
		s->t_ms = json_integer_value(time);
		rc = read_symbol(row, s, e);
		if (rc)
			return rc;
		++*n;
	}
	return OK;
}

enum err binance_symbols_read(const struct dialect *d, const char *body, size_t len, struct symbol **rows, size_t *n, int64_t *weight_limit,
	struct error *e)
{
	json_t *json;
	enum err rc = parse(body, len, &json, e);

	*rows = NULL;
	*n = 0;
	if (rc)
		return rc;
	read_limit(json, weight_limit);
	rc = read_info(json, d->market, rows, n, e);
	json_decref(json);
	if (rc) {
		free(*rows);
		*rows = NULL;
		*n = 0;
	}
	return rc;
}

void binance_candles_path(const struct dialect *d, const struct candle_query *q, char *path)
{
	char name[3 * SYMBOL_SIZE];

	percent_encode(q->symbol, name);
	snprintf(path, CALL_PATH_SIZE, "%s?symbol=%s&interval=%s&startTime=%" PRId64 "&endTime=%" PRId64 "&limit=%zu", d->candles_route, name,
		interval_names[q->interval], q->first, q->last, q->limit);
}

enum err binance_candles_read(const struct dialect *d, const char *body, size_t len, const struct candle_query *q, struct candle *rows, size_t *n,
	struct error *e)
{
	struct klines_want want = { .market = d->market, .interval = q->interval, .symbol = q->symbol, .first = q->first, .last = q->last,
		.limit = q->limit };

	return klines_read(body, len, &want, rows, n, e);
}
