#include <stdio.h>

#include "venue/binance_info.h"
#include "venue/percent.h"

#define SYMBOLS_MOST 20 /* names in one question: keeps the address short; all pairs weigh the same */

/* symbols is a JSON list, percent-encoded. Permission sets are most of the answer and not looked at. */
static void symbols_path(char (*names)[SYMBOL_SIZE], size_t count, char *path)
{
	char name[3 * SYMBOL_SIZE];
	size_t n = (size_t)snprintf(path, CALL_PATH_SIZE, "/api/v3/exchangeInfo?showPermissionSets=false");

	for (size_t i = 0; i < count; i++) { /* SYMBOLS_MOST of them fit */
		percent_encode(names[i], name);
		n += (size_t)snprintf(path + n, CALL_PATH_SIZE - n, "%s%%22%s%%22", i ? "%2C" : "&symbols=%5B", name);
	}
	if (count)
		snprintf(path + n, CALL_PATH_SIZE - n, "%%5D");
}

static const struct venue_page pages[] = { { 1000, 2 }, { 0, 0 } };

/* https://data-api.binance.vision needs no key and serves market data only. */
const struct dialect binance_spot = {
	.market = MARKET_SPOT,
	.base_url = "https://data-api.binance.vision",
	.weight_limit = 6000,
	.time_weight = 1,
	.symbols_weight = 20,
	.pages = pages,
	.symbols_most = SYMBOLS_MOST,
	.unknown_symbol = -1121,
	.time_path = "/api/v3/time",
	.time_read = binance_time_read,
	.symbols_path = symbols_path,
	.symbols_read = binance_symbols_read,
	.candles_route = "/api/v3/klines",
	.candles_path = binance_candles_path,
	.candles_read = binance_candles_read,
};
