#include "model/position.h"

#define F(member) FIELD(position, member)

const struct field position_fields[POSITION_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), 0, NULL, "the run that last changed it", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "the strategy that holds it", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "decision", FIELD_TEXT, F(decision), FIELD_NULL, NULL, "the entry's decision", NULL, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), 0, "base", "held; 0: flat", NULL, 0, 0, NULL },
	{ "cost", FIELD_DEC, F(cost), 0, "quote", "paid for it, fees included", NULL, 0, 0, NULL },
	{ "avg_price", FIELD_DEC, F(avg_price), FIELD_NULL, "quote", "cost over qty", NULL, 0, 0, NULL },
	{ "mark", FIELD_DEC, F(mark), FIELD_NULL, "quote", "the last close", NULL, 0, 0, NULL },
	{ "unrealized_pnl", FIELD_DEC, F(unrealized_pnl), FIELD_NULL, "quote", "qty times mark, less cost", NULL, 0, 0, NULL },
	{ "stop_price", FIELD_DEC, F(stop_price), FIELD_NULL, "quote", "where it is stopped out", NULL, 0, 0, NULL },
	{ "target_price", FIELD_DEC, F(target_price), FIELD_NULL, "quote", "where it takes its profit", NULL, 0, 0, NULL },
	{ "trail_offset", FIELD_DEC, F(trail_offset), FIELD_NULL, "quote", "distance of the trailing stop from the highest high", NULL, 0, 0, NULL },
	{ "high_since", FIELD_DEC, F(high_since), FIELD_NULL, "quote", "highest high since the entry", NULL, 0, 0, NULL },
	{ "max_hold_bars", FIELD_INT, F(max_hold_bars), FIELD_NULL, "bars", "closed after so many bars", NULL, 0, 0, NULL },
	{ "bars_held", FIELD_INT, F(bars_held), FIELD_NULL, "bars", "closes seen since the entry", NULL, 0, 0, NULL },
	{ "opened_ms", FIELD_TIME, F(opened_ms), FIELD_NULL, "ms UTC", "time of the entry's fill", NULL, 0, 0, NULL },
	{ "updated_ms", FIELD_TIME, F(updated_ms), 0, "ms UTC", "time of the bar it was last marked on", NULL, 0, 0, NULL },
};
