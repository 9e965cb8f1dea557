#include "model/decision.h"

#define F(member) FIELD(decision, member)

static const char *const sides[] = { "BUY", "SELL", NULL };
static const char *const types[] = { "MARKET", "LIMIT", "STOP", "LIMIT_MAKER", NULL };
static const char *const classes[] = { "open", "reduce", NULL };
static const char *const reasons[] = { "entry", "exit", "stop", "target", "trail", "time", "breaker", "flatten", "delisted", NULL };
static const char *const statuses[] = { "refused", "approved", "working", "executed", "expired", "failed", NULL };

const char *const *const side_names = sides, *const *const order_type_names = types, *const *const class_names = classes,
	*const *const reason_names = reasons, *const *const decision_status_names = statuses;

const struct field decision_fields[DECISION_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "hash of account, strategy, symbol, signal time, class and reason", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), 0, NULL, "the run that made it", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "the strategy file's name", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), 0, NULL, "of the candles it was decided on", interval_names, 0, 0, NULL },
	{ "signal_t_ms", FIELD_TIME, F(signal_t_ms), 0, "ms UTC", "time of the signal, or of the close that made an exit due", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when it was decided", NULL, 0, 0, NULL },
	{ "class", FIELD_ENUM, F(class), 0, NULL, "whether it adds risk or takes it away", classes, 0, 0, NULL },
	{ "reason", FIELD_ENUM, F(reason), 0, NULL, "what asked for it", reasons, 0, 0, NULL },
	{ "side", FIELD_ENUM, F(side), 0, NULL, "buy or sell", sides, 0, 0, NULL },
	{ "type", FIELD_ENUM, F(type), 0, NULL, "kind of order", types, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), FIELD_NULL | FIELD_MIN, "base", "how much; null where quote_qty says it", NULL, 0, 0, NULL },
	{ "quote_qty", FIELD_DEC, F(quote_qty), FIELD_NULL | FIELD_MIN, "quote", "how much to spend, fee included; null where qty says it", NULL, 0, 0, NULL },
	{ "price", FIELD_DEC, F(price), FIELD_ABOVE_MIN, "quote", "the price it was decided on", NULL, 0, 0, NULL },
	{ "entry_price", FIELD_DEC, F(entry_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "limit or stop price; null for a market order", NULL, 0, 0, NULL },
	{ "entry_bars", FIELD_INT, F(entry_bars), FIELD_NULL | FIELD_MIN, "bars", "how long the order may rest; null for a market order", NULL, 1, 0, NULL },
	{ "worst_price", FIELD_DEC, F(worst_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "no fill beyond it; null: at any price", NULL, 0, 0, NULL },
	{ "stop_offset", FIELD_DEC, F(stop_offset), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "stop, as a distance from the fill price", NULL, 0, 0, NULL },
	{ "target_offset", FIELD_DEC, F(target_offset), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "target, as a distance from the fill price", NULL, 0, 0, NULL },
	{ "trail_offset", FIELD_DEC, F(trail_offset), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "trailing stop, as a distance from the highest high", NULL, 0, 0, NULL },
	{ "max_hold_bars", FIELD_INT, F(max_hold_bars), FIELD_NULL | FIELD_MIN, "bars", "close the position after so many bars", NULL, 1, 0, NULL },
	{ "reserved", FIELD_DEC, F(reserved), FIELD_MIN, "quote", "cash kept aside until it ends", NULL, 0, 0, NULL },
	{ "expires_ms", FIELD_TIME, F(expires_ms), FIELD_NULL, "ms UTC", "not to be executed from then on", NULL, 0, 0, NULL },
	{ "status", FIELD_ENUM, F(status), 0, NULL, "where it stands", statuses, 0, 0, NULL },
	{ "gate", FIELD_TEXT, F(gate), FIELD_NULL, NULL, "refused: the gate that did it", NULL, 0, 0, NULL },
	{ "gate_limit", FIELD_TEXT, F(gate_limit), FIELD_NULL, NULL, "refused: the gate's limit", NULL, 0, 0, NULL },
	{ "gate_value", FIELD_TEXT, F(gate_value), FIELD_NULL, NULL, "refused: the value that broke it", NULL, 0, 0, NULL },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "the reason in words", NULL, 0, 0, NULL },
};
