#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "venue/answer.h"
#include "venue/binance_info.h"
#include "venue/klines.h"
#include "venue/percent.h"

/* It takes no parameters: all pairs come, whoever is asked for. */
static void symbols_path(char (*names)[SYMBOL_SIZE], size_t count, char *path)
{
	(void)names;
	(void)count;
	snprintf(path, CALL_PATH_SIZE, "/fapi/v1/exchangeInfo");
}

static void funding_path(const char *symbol, int64_t since, int64_t until, char *path)
{
	char name[3 * SYMBOL_SIZE];

	percent_encode(symbol, name);
	snprintf(path, CALL_PATH_SIZE, "/fapi/v1/fundingRate?symbol=%s&startTime=%" PRId64 "&endTime=%" PRId64 "&limit=%d", name, since, until - 1,
		VENUE_FUNDING_MAX);
}

#define F(member) offsetof(struct funding, member), sizeof(((struct funding *)0)->member)

static const struct answer_item items[] = {
	{ "symbol", ANSWER_TEXT, F(symbol), 0, NULL },
	{ "fundingTime", ANSWER_TIME, F(funding_time), 0, NULL },
	{ "fundingRate", ANSWER_DEC, F(rate), ANSWER_SIGNED, NULL },
};

/* Of old payments the mark price is not known: "". */
static enum err read_mark(const json_t *row, struct funding *f, const char *path, struct error *e)
{
	const json_t *mark = json_object_get(row, "markPrice");
	const struct answer_item item = { "markPrice", ANSWER_DEC, F(mark_price), ANSWER_OPTIONAL, NULL };

	return json_is_string(mark) && json_string_length(mark) == 0 ? OK : answer_read(&item, 1, row, f, path, e);
}

static enum err funding_read(const char *body, size_t len, const char *symbol, int64_t since, int64_t until, struct funding *rows, size_t *n,
	struct error *e)
{
	json_t *json, *row;
	size_t i;
	enum err rc = answer_parse_list(body, len, VENUE_FUNDING_MAX, &json, e);

	*n = 0;
	if (rc)
		return rc;
	json_array_foreach(json, i, row) {
		struct funding *f = &rows[i];
		char path[32];

		snprintf(path, sizeof path, "row %zu ", i + 1);
		*f = (struct funding){ .market = MARKET_UM, .interval_hours = INT_NONE, .mark_price = DEC_NONE };
		rc = answer_read(items, sizeof items / sizeof *items, row, f, path, e);
		if (!rc)
			rc = read_mark(row, f, path, e);
		if (!rc && strcmp(f->symbol, symbol) != 0)
			rc = answer_wrong(e, path, "symbol", "another pair than was asked for");
		if (!rc && (f->funding_time < since || f->funding_time >= until || (i && f->funding_time <= rows[i - 1].funding_time)))
			rc = answer_wrong(e, path, "fundingTime", "outside of what was asked for, or not ascending");
		if (rc)
			break;
		++*n;
	}
	json_decref(json);
	return rc;
}

/* Whether 1500 is still the most is told in more than one way: where it is refused, 1000 holds. */
static const struct venue_page pages[] = { { 99, 1 }, { 499, 2 }, { 1000, 5 }, { 1500, 10 }, { 0, 0 } };

/* USDT-M futures. */
const struct dialect binance_um = {
	.market = MARKET_UM,
	.base_url = "https://fapi.binance.com",
	.weight_limit = 2400,
	.time_weight = 1,
	.symbols_weight = 1,
	.funding_limit = { "funding", 500, 5 * MS_MINUTE },
	.pages = pages,
	.symbols_most = 0,
	.unknown_symbol = -1121,
	.refused_limit = -1130,
	.time_path = "/fapi/v1/time",
	.time_read = binance_time_read,
	.symbols_path = symbols_path,
	.symbols_read = binance_symbols_read,
	.candles_route = "/fapi/v1/klines",
	.candles_path = binance_candles_path,
	.candles_read = binance_candles_read,
	.funding_path = funding_path,
	.funding_read = funding_read,
};
