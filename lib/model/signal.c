#include "model/signal.h"

#define F(member) FIELD(signal, member)

static const char *const entry_names[] = { "MARKET", "LIMIT", "STOP", "LIMIT_MAKER", NULL };
static const char *const action_names[] = { "HOLD", "BUY", "SELL", NULL };

const struct field signal_fields[SIGNAL_FIELDS] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), 0, NULL, "of the candle", interval_names, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "the strategy file's name", NULL, 0, 0, NULL },
	{ "open_time", FIELD_TIME, F(open_time), 0, "ms UTC", "open time of the candle it comes from", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when it became knowable: the next candle's open time", NULL, 0, 0, NULL },
	{ "action", FIELD_ENUM, F(action), 0, NULL, "the event: BUY each time its condition newly holds", action_names, 0, 0, NULL },
	{ "exposure", FIELD_REAL, F(exposure), FIELD_MIN | FIELD_MAX, "fraction", "the state the strategy wants", NULL, -1, 1, NULL },
	{ "price", FIELD_DEC, F(price), FIELD_ABOVE_MIN, "quote", "the close it saw", NULL, 0, 0, NULL },
	{ "entry", FIELD_ENUM, F(entry), 0, NULL, "how a BUY is to be entered", entry_names, 0, 0, NULL },
	{ "entry_price", FIELD_DEC, F(entry_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "limit or stop price of the entry; null for a market order", NULL, 0, 0, NULL },
	{ "entry_bars", FIELD_INT, F(entry_bars), FIELD_NULL | FIELD_MIN, "bars", "how long the entry may rest; null for a market order", NULL, 1, 0, NULL },
	{ "stop_offset", FIELD_DEC, F(stop_offset), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "stop, as a distance from the fill price", NULL, 0, 0, NULL },
	{ "target_offset", FIELD_DEC, F(target_offset), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "target, as a distance from the fill price", NULL, 0, 0, NULL },
	{ "trail_offset", FIELD_DEC, F(trail_offset), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "trailing stop, as a distance from the highest high", NULL, 0, 0, NULL },
	{ "max_hold_bars", FIELD_INT, F(max_hold_bars), FIELD_NULL | FIELD_MIN, "bars", "close the position after so many bars", NULL, 1, 0, NULL },
	{ "strength", FIELD_REAL, F(strength), FIELD_NULL | FIELD_MIN | FIELD_MAX, "fraction", "how sure the strategy is", NULL, 0, 1, NULL },
	{ "lower", FIELD_REAL, F(lower), FIELD_NULL, "quote", "lower band; null while warming up", NULL, 0, 0, NULL },
	{ "middle", FIELD_REAL, F(middle), FIELD_NULL, "quote", "middle of the band", NULL, 0, 0, NULL },
	{ "upper", FIELD_REAL, F(upper), FIELD_NULL, "quote", "upper band", NULL, 0, 0, NULL },
	{ "buy_mark", FIELD_REAL, F(buy_mark), FIELD_NULL, "quote", "the price at which it would buy; null: at none now", NULL, 0, 0, NULL },
	{ "sell_mark", FIELD_REAL, F(sell_mark), FIELD_NULL, "quote", "the price at which it would sell; null: at none now", NULL, 0, 0, NULL },
	{ "distance_pct", FIELD_REAL, F(distance_pct), FIELD_NULL, "percent", "from price to the mark it waits for", NULL, 0, 0, NULL },
	{ "waits_for", FIELD_TEXT, F(waits_for), FIELD_NULL, NULL, "what must happen next, for people", NULL, 0, 0, NULL },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "what the strategy saw, for people", NULL, 0, 0, NULL },
};
