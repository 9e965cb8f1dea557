#include "model/state.h"

#define F(member) FIELD(account_state, member)
const struct field account_state_fields[ACCOUNT_STATE_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "cash", FIELD_DEC, F(cash), 0, "quote", "free and reserved cash", NULL, 0, 0, NULL },
	{ "realized_pnl", FIELD_DEC, F(realized_pnl), 0, "quote", "of all closed trades, net", NULL, 0, 0, NULL },
	{ "fees", FIELD_DEC, F(fees), 0, "quote", "all fees so far", NULL, 0, 0, NULL },
	{ "deposited", FIELD_DEC, F(deposited), 0, "quote", "capital and all transfers so far", NULL, 0, 0, NULL },
	{ "peak", FIELD_DEC, F(peak), 0, "quote", "highest equity", NULL, 0, 0, NULL },
	{ "day_ms", FIELD_TIME, F(day_ms), FIELD_NULL, "ms UTC", "the day of day_equity", NULL, 0, 0, NULL },
	{ "day_equity", FIELD_DEC, F(day_equity), 0, "quote", "equity when the day began", NULL, 0, 0, NULL },
	{ "equity", FIELD_DEC, F(equity), 0, "quote", "at the last settled close", NULL, 0, 0, NULL },
	{ "settled_ms", FIELD_TIME, F(settled_ms), FIELD_NULL, "ms UTC", "every bar that closed by then is booked", NULL, 0, 0, NULL },
	{ "breaker", FIELD_TEXT, F(breaker), FIELD_NULL, NULL, "the breaker that is latched", NULL, 0, 0, NULL },
	{ "breaker_ms", FIELD_TIME, F(breaker_ms), FIELD_NULL, "ms UTC", "since when", NULL, 0, 0, NULL },
	{ "halted", FIELD_BOOL, F(halted), 0, NULL, "by a person", NULL, 0, 0, NULL },
	{ "halt_why", FIELD_TEXT, F(halt_why), FIELD_NULL, NULL, "the person's reason", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(dust, member)
const struct field dust_fields[DUST_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), 0, "base", "left over", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(lot, member)
const struct field lot_fields[LOT_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "trade", FIELD_TEXT, F(trade), 0, NULL, "what bought it", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "whose position it belongs to", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), 0, "base", "still held, fees taken in base already off", NULL, 0, 0, NULL },
	{ "cost", FIELD_DEC, F(cost), 0, "quote", "paid for that, fees included", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "bought", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(cursor_state, member)
const struct field cursor_state_fields[CURSOR_STATE_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "settled_ms", FIELD_TIME, F(settled_ms), 0, "ms UTC", "end of the last booked bar: the next one's open time", NULL, 0, 0, NULL },
	{ "mark", FIELD_DEC, F(mark), 0, "quote", "its close", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(heard, member)
const struct field heard_fields[HEARD_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "what was heard", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "the newest close that it was heard for", NULL, 0, 0, NULL },
};
