/* The readers of public answers. The one of candles is a parser of its own: what it accepts, jansson reads as the same values. */
#include "answers.h"

#include <jansson.h>

#include "core/dec.h"
#include "core/utc.h"
#include "venue/binance_info.h"
#include "venue/klines.h"

#define T0 INT64_C(1714521600000)
#define ROW1 "[1714521600000,\"60672.00\",\"60841.63\",\"59765.01\",\"60068.56\",\"3952.28\",1714535999999,\"238324137.21\",208634,\"1923.1\",\"115957405.8\",\"0\"]"
#define ROW2 "[1714536000000,\"60068.56\",\"60068.56\",\"60068.56\",\"60068.56\",\"0\",1714550399999,\"0\",0,\"0\",\"0\",\"0\"]"

static bool same_dec(const json_t *v, dec d)
{
	dec w;

	return json_is_string(v) && dec_parse(json_string_value(v), json_string_length(v), &w) && w == d;
}

/* jansson refuses some texts that the parser takes: bytes that are no UTF-8, in what nobody reads. */
static void compare(const char *text, size_t n, const struct candle *rows, size_t count)
{
	json_t *list = json_loadb(text, n, 0, NULL);

	need(list || memchr(text, '[', n));
	if (!list)
		return;
	need(json_array_size(list) == count);
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(list, i);
		const struct bar *b = &rows[i].bar;

		need(json_integer_value(json_array_get(row, 0)) == b->open_time && json_integer_value(json_array_get(row, 6)) == b->close_time);
		need(same_dec(json_array_get(row, 1), b->open) && same_dec(json_array_get(row, 2), b->high) && same_dec(json_array_get(row, 3), b->low));
		need(same_dec(json_array_get(row, 4), b->close) && same_dec(json_array_get(row, 5), b->volume));
		need(same_dec(json_array_get(row, 7), b->quote_volume) && json_integer_value(json_array_get(row, 8)) == b->trades);
		need(same_dec(json_array_get(row, 9), b->taker_buy_volume) && same_dec(json_array_get(row, 10), b->taker_buy_quote_volume));
	}
	json_decref(list);
}

static void read_candles(const char *text, size_t n, struct error *e)
{
	struct klines_want want = { MARKET_SPOT, INTERVAL_4H, "BTCUSDT", T0, T0 + 9 * 4 * MS_HOUR, 10 };
	struct candle rows[10];
	size_t count;

	if (klines_read(text, n, &want, rows, &count, e))
		return;
	need(count <= want.limit);
	for (size_t i = 0; i < count; i++)
		need(rows[i].bar.open_time >= want.first && rows[i].bar.open_time <= want.last);
	compare(text, n, rows, count);
}

static void read_info(const struct dialect *d, const char *text, size_t n, struct error *e)
{
	struct symbol *rows = NULL;
	int64_t limit = 1;
	size_t count = 0;

	if (d->symbols_read(d, text, n, &rows, &count, &limit, e) == OK) {
		need(limit > 0);
		for (size_t i = 0; i < count; i++)
			need(rows[i].symbol[0] && rows[i].base_asset[0] && rows[i].quote_asset[0] && rows[i].tick_size >= 0 && rows[i].step_size >= 0 &&
				rows[i].min_notional >= 0);
	}
	free(rows);
}

static void read_spot_info(const char *text, size_t n, struct error *e)
{
	read_info(&binance_spot, text, n, e);
}

static void read_um_info(const char *text, size_t n, struct error *e)
{
	read_info(&binance_um, text, n, e);
}

static void read_time(const char *text, size_t n, struct error *e)
{
	int64_t server = -1;

	if (binance_time_read(text, n, &server, e) == OK)
		need(server >= 0);
}

static void read_funding(const char *text, size_t n, struct error *e)
{
	static struct funding rows[VENUE_FUNDING_MAX];
	int64_t since = T0, until = since + 10 * MS_DAY;
	size_t count;

	if (binance_um.funding_read(text, n, "BTCUSDT", since, until, rows, &count, e))
		return;
	need(count <= VENUE_FUNDING_MAX);
	for (size_t i = 0; i < count; i++)
		need(rows[i].funding_time >= since && rows[i].funding_time < until && (i == 0 || rows[i].funding_time > rows[i - 1].funding_time));
}

#define HEAD "\"serverTime\":1714521600123,\"rateLimits\":[{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":6000}]"
#define RULES "{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.01\",\"maxPrice\":\"1000000\",\"tickSize\":\"0.01\"}," \
	"{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.00001\",\"maxQty\":\"9000\",\"stepSize\":\"0.00001\"}," \
	"{\"filterType\":\"MARKET_LOT_SIZE\",\"minQty\":\"0\",\"maxQty\":\"100\",\"stepSize\":\"0\"}"
#define PAIR "\"symbol\":\"BTCUSDT\",\"status\":\"TRADING\",\"baseAsset\":\"BTC\",\"quoteAsset\":\"USDT\""

static const struct answer_reader readers[] = {
	{ read_candles, "[" ROW1 ",\n" ROW2 "]" },
	{ read_spot_info, "{" HEAD ",\"symbols\":[{" PAIR ",\"ocoAllowed\":true,\"opoAllowed\":false,\"filters\":[" RULES ",{\"filterType\":\"NOTIONAL\","
		"\"minNotional\":\"5\",\"applyMinToMarket\":true,\"maxNotional\":\"9000000\",\"applyMaxToMarket\":false,\"avgPriceMins\":5}]}]}" },
	{ read_um_info, "{" HEAD ",\"symbols\":[{" PAIR ",\"contractType\":\"PERPETUAL\",\"marginAsset\":\"USDT\",\"filters\":[" RULES
		",{\"filterType\":\"MIN_NOTIONAL\",\"notional\":\"100\"}]}]}" },
	{ read_time, "{\"serverTime\":1714521600123}" },
	{ read_funding, "[{\"symbol\":\"BTCUSDT\",\"fundingTime\":1714521600000,\"fundingRate\":\"0.0001\",\"markPrice\":\"60000.1\"},"
		"{\"symbol\":\"BTCUSDT\",\"fundingTime\":1714550400001,\"fundingRate\":\"-0.00012\",\"markPrice\":\"\"}]" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	return answers_try(readers, sizeof readers / sizeof *readers, data, n);
}
