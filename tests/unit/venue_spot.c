/* Binance spot's questions and answers, apart from klines. */
#include "check.h"

#include "core/utc.h"
#include "venue/venue.h"

#define FILTERS "{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.01\",\"maxPrice\":\"1000000\",\"tickSize\":\"0.01\"}," \
	"{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.001\",\"maxQty\":\"9000\",\"stepSize\":\"0.0001\"}"
#define SYMBOL(filters) "{\"symbol\":\"AAAUSDT\",\"status\":\"TRADING\",\"baseAsset\":\"AAA\",\"quoteAsset\":\"USDT\",\"ocoAllowed\":true,\"filters\":[" filters "]}"
#define INFO(symbols) "{\"serverTime\":1714521600000,\"rateLimits\":[{\"rateLimitType\":\"ORDERS\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":50}," \
	"{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":4321}],\"symbols\":[" symbols "]}"

static enum err read_info(const char *text, struct symbol **rows, size_t *n, int64_t *limit, struct error *e)
{
	*limit = 0;
	*e = (struct error){ 0 };
	return binance_spot.symbols_read(&binance_spot, text, strlen(text), rows, n, limit, e);
}

static void reads_rules(void **state)
{
	struct symbol *rows;
	struct error e;
	int64_t limit;
	size_t n;

	(void)state;
	assert_int_equal(read_info(INFO(SYMBOL(FILTERS ",{\"filterType\":\"NOTIONAL\",\"minNotional\":\"5\",\"maxNotional\":\"9000000\",\"applyMinToMarket\":true},"
		"{\"filterType\":\"SOMETHING_NEW\",\"x\":1}")), &rows, &n, &limit, &e), OK);
	assert_int_equal(n, 1);
	assert_int_equal(limit, 4321);
	assert_string_equal(rows->symbol, "AAAUSDT");
	assert_string_equal(rows->quote_asset, "USDT");
	assert_true(rows->tick_size == 1000000 && rows->step_size == 10000 && rows->min_qty == 100000 && rows->min_notional == 5 * (dec)DEC_ONE);
	assert_true(rows->min_notional_market == 1 && rows->oco_allowed == 1 && rows->opo_allowed == -1 && rows->market_step_size == 0);
	assert_true(rows->t_ms == INT64_C(1714521600000));
	free(rows);
	assert_int_equal(read_info(INFO(SYMBOL(FILTERS ",{\"filterType\":\"MIN_NOTIONAL\",\"minNotional\":\"10\",\"applyToMarket\":false}")), &rows, &n, &limit, &e), OK);
	assert_true(rows->min_notional == 10 * (dec)DEC_ONE && rows->min_notional_market == 0);
	free(rows);
	assert_int_equal(read_info(INFO(""), &rows, &n, &limit, &e), OK);
	assert_int_equal(n, 0);
	free(rows);
}

static const struct {
	const char *text, *field, *message;
} wrong[] = {
	{ "<html>", "", "not a JSON object: '<html>'" },
	{ "[]", "", "not a JSON object: '[]'" },
	{ "{\"symbols\":", "", "not a JSON object: '{\"symbols\":'" },
	{ "{\"serverTime\":1}", "symbols", "not a list" },
	{ "{\"serverTime\":\"1\",\"symbols\":[]}", "serverTime", "not a time in milliseconds" },
	{ INFO("1"), "symbol", "not a short text, in the rules of pair ''" },
	{ INFO("{\"symbol\":\"AAAUSDT\",\"status\":1}"), "status", "not a short text, in the rules of pair 'AAAUSDT'" },
	{ INFO("{\"symbol\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"), "symbol", "not a short text, in the rules of pair ''" },
	{ INFO(SYMBOL("")), "filters", "not with PRICE_FILTER and LOT_SIZE, in the rules of pair 'AAAUSDT'" },
	{ INFO(SYMBOL("{\"filterType\":\"LOT_SIZE\",\"minQty\":0.001,\"maxQty\":\"9000\",\"stepSize\":\"1\"}")), "minQty",
		"not a decimal number as text, 0 or more, in the rules of pair 'AAAUSDT'" },
	{ INFO(SYMBOL("{\"filterType\":\"LOT_SIZE\",\"minQty\":\"1\",\"maxQty\":\"9000\",\"stepSize\":\"-1\"}")), "stepSize",
		"not a decimal number as text, 0 or more, in the rules of pair 'AAAUSDT'" },
	{ INFO(SYMBOL("{\"x\":1}")), "filterType", "not text, in the rules of pair 'AAAUSDT'" },
};

static void names_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct symbol *rows;
		struct error e;
		int64_t limit;
		size_t n;

		assert_int_equal(read_info(wrong[i].text, &rows, &n, &limit, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, wrong[i].field);
		assert_string_equal(e.message, wrong[i].message);
		assert_null(rows);
	}
}

static void reads_the_time(void **state)
{
	static const char *const bad[] = { "", "{}", "{\"serverTime\":\"1714521600000\"}", "{\"serverTime\":1714521600}", "{\"serverTime\":1714521600000000}",
		"{\"serverTime\":1714521600000.5}", "1714521600000" };
	int64_t t;

	(void)state;
	assert_int_equal(binance_spot.time_read("{\"serverTime\":1714521600000}", 28, &t, NULL), OK);
	assert_true(t == INT64_C(1714521600000));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(binance_spot.time_read(bad[i], strlen(bad[i]), &t, NULL), ERR_PROTOCOL);
}

static void encodes_names(void **state)
{
	struct candle_query q = { .symbol = "A&b=\xe8\xbf\x99", .interval = INTERVAL_4H, .first = 1, .last = 2, .limit = 3 };
	char path[CALL_PATH_SIZE], names[2][SYMBOL_SIZE] = { "AAAUSDT", "B\xc3\x84" }, many[20][SYMBOL_SIZE];

	(void)state;
	binance_spot.candles_path(&binance_spot, &q, path);
	assert_string_equal(path, "/api/v3/klines?symbol=A%26b%3D%E8%BF%99&interval=4h&startTime=1&endTime=2&limit=3");
	binance_spot.symbols_path(names, 2, path);
	assert_string_equal(path, "/api/v3/exchangeInfo?showPermissionSets=false&symbols=%5B%22AAAUSDT%22%2C%22B%C3%84%22%5D");
	binance_spot.symbols_path(NULL, 0, path);
	assert_string_equal(path, "/api/v3/exchangeInfo?showPermissionSets=false");
	memset(many, '%', sizeof many); /* the longest: it has to fit */
	for (size_t i = 0; i < 20; i++)
		many[i][SYMBOL_SIZE - 1] = '\0';
	assert_int_equal(binance_spot.symbols_most, 20);
	binance_spot.symbols_path(many, 20, path);
	assert_true(strlen(path) < CALL_PATH_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rules),
		cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(reads_the_time),
		cmocka_unit_test(encodes_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
