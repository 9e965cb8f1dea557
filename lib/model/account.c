#include "model/account.h"

static const char *const levels[] = { "info", "warn", "alarm", NULL };
static const char *const modes[] = { "paper", "demo", "testnet", "live", "backtest", NULL };

const char *const *const mode_names = modes;

#define F(member) FIELD(balance, member)
const struct field balance_fields[BALANCE_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "asset", FIELD_TEXT, F(asset), 0, NULL, "the coin", NULL, 0, 0, NULL },
	{ "free", FIELD_DEC, F(free), 0, "asset", "free to use", NULL, 0, 0, NULL },
	{ "locked", FIELD_DEC, F(locked), FIELD_MIN, "asset", "held by open orders", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "as of then", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(transfer, member)
const struct field transfer_fields[TRANSFER_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "unique in the account", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), FIELD_NULL, NULL, "the run that booked it; null: none", NULL, 0, 0, NULL },
	{ "asset", FIELD_TEXT, F(asset), 0, NULL, "the coin", NULL, 0, 0, NULL },
	{ "amount", FIELD_DEC, F(amount), 0, "asset", "positive: came in; negative: went out", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when", NULL, 0, 0, NULL },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "deposit, withdrawal, conversion …", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(equity, member)
const struct field equity_fields[EQUITY_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), 0, NULL, "the run that made it", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "the close it was marked at", NULL, 0, 0, NULL },
	{ "equity", FIELD_DEC, F(equity), 0, "quote", "cash plus positions_value", NULL, 0, 0, NULL },
	{ "cash", FIELD_DEC, F(cash), 0, "quote", "free and reserved cash", NULL, 0, 0, NULL },
	{ "positions_value", FIELD_DEC, F(positions_value), 0, "quote", "what is held, at the last closes, dust included", NULL, 0, 0, NULL },
	{ "peak", FIELD_DEC, F(peak), 0, "quote", "highest equity so far, adjusted for transfers", NULL, 0, 0, NULL },
	{ "realized_pnl", FIELD_DEC, F(realized_pnl), 0, "quote", "of all closed trades, net", NULL, 0, 0, NULL },
	{ "fees", FIELD_DEC, F(fees), 0, "quote", "all fees paid so far", NULL, 0, 0, NULL },
	{ "open_positions", FIELD_INT, F(open_positions), FIELD_MIN, NULL, "how many are open", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(event, member)
const struct field event_fields[EVENT_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "hash of account, code, symbol and time", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), FIELD_NULL, NULL, "whom it concerns; null: everyone", NULL, 0, 0, NULL },
	{ "level", FIELD_ENUM, F(level), 0, NULL, "how much it matters", levels, 0, 0, NULL },
	{ "code", FIELD_TEXT, F(code), 0, NULL, "what it is, for programs", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), FIELD_NULL, NULL, "the pair it concerns", NULL, 0, 0, NULL },
	{ "message", FIELD_TEXT, F(message), 0, NULL, "what it is, for people", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(run, member)
const struct field run_fields[RUN_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "hash of mode, account, params_json, version and commit_hash", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "mode", FIELD_ENUM, F(mode), 0, NULL, "how orders are filled", modes, 0, 0, NULL },
	{ "started_at", FIELD_TIME, F(started_at), 0, "ms UTC", "its first step", NULL, 0, 0, NULL },
	{ "params_json", FIELD_TEXT, F(params_json), 0, NULL, "strategies, risk and fees, as JSON text", NULL, 0, 0, NULL },
	{ "version", FIELD_TEXT, F(version), 0, NULL, "the program's version", NULL, 0, 0, NULL },
	{ "commit_hash", FIELD_TEXT, F(commit_hash), 0, NULL, "the commit it was built from", NULL, 0, 0, NULL },
	{ "first_ms", FIELD_TIME, F(first_ms), FIELD_NULL, "ms UTC", "open time of the first candle used", NULL, 0, 0, NULL },
	{ "last_ms", FIELD_TIME, F(last_ms), FIELD_NULL, "ms UTC", "open time of the last candle used", NULL, 0, 0, NULL },
	{ "bars", FIELD_INT, F(bars), FIELD_NULL | FIELD_MIN, "bars", "candles used", NULL, 0, 0, NULL },
	{ "digest", FIELD_TEXT, F(digest), FIELD_NULL, NULL, "SHA-256 of exactly those candles", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(metric, member)
const struct field metric_fields[METRIC_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), FIELD_NULL, NULL, "the run it describes; null: all of the account", NULL, 0, 0, NULL },
	{ "scope", FIELD_TEXT, F(scope), 0, NULL, "account, strategy:NAME, symbol:NAME or month:YYYY-MM", NULL, 0, 0, NULL },
	{ "name", FIELD_TEXT, F(name), 0, NULL, "which number", NULL, 0, 0, NULL },
	{ "value", FIELD_REAL, F(value), FIELD_NULL, NULL, "null: undefined", NULL, 0, 0, NULL },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "why it is undefined", NULL, 0, 0, NULL },
};
