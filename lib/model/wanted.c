#include "model/wanted.h"

#define F(member) FIELD(wanted, member)

static const struct field fields[] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), FIELD_NULL, NULL, "length of the bar; null: not candles, the pair's funding payments", interval_names, 0, 0, NULL },
	{ "since", FIELD_TIME, F(since), 0, "ms UTC", "open time of the first missing candle; of funding: payments from here on", NULL, 0, 0, NULL },
	{ "until", FIELD_TIME, F(until), FIELD_NULL, "ms UTC", "up to here; null: up to now", NULL, 0, 0, NULL },
};

const struct kind wanted_kind = { "wanted", 1, fields, sizeof fields / sizeof *fields, sizeof(struct wanted),
	"candles or funding payments that the database lacks" };
