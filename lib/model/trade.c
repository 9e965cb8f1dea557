#include "model/trade.h"

#define F(member) FIELD(trade, member)

const struct field trade_fields[TRADE_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "hash of the order and the fill's number", NULL, 0, 0, NULL },
	{ "order", FIELD_TEXT, F(order), 0, NULL, "the order that was filled", NULL, 0, 0, NULL },
	{ "decision", FIELD_TEXT, F(decision), 0, NULL, "the decision behind it", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), 0, NULL, "the run that made it", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "the strategy file's name", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "side", FIELD_ENUM, F(side), 0, NULL, "buy or sell", (const char *const[]){ "BUY", "SELL", NULL }, 0, 0, NULL },
	{ "reason", FIELD_ENUM, F(reason), 0, NULL, "what asked for it",
		(const char *const[]){ "entry", "exit", "stop", "target", "trail", "time", "breaker", "flatten", "delisted", NULL }, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), FIELD_ABOVE_MIN, "base", "how much", NULL, 0, 0, NULL },
	{ "price", FIELD_DEC, F(price), FIELD_ABOVE_MIN, "quote", "at what price", NULL, 0, 0, NULL },
	{ "quote_qty", FIELD_DEC, F(quote_qty), FIELD_MIN, "quote", "qty times price, before the fee", NULL, 0, 0, NULL },
	{ "fee", FIELD_DEC, F(fee), 0, "fee_asset", "the commission; negative: a rebate", NULL, 0, 0, NULL },
	{ "fee_asset", FIELD_TEXT, F(fee_asset), 0, NULL, "what the fee was paid in", NULL, 0, 0, NULL },
	{ "fee_quote", FIELD_DEC, F(fee_quote), 0, "quote", "the fee's worth", NULL, 0, 0, NULL },
	{ "maker", FIELD_BOOL, F(maker), 0, NULL, "whether the order was resting", NULL, 0, 0, NULL },
	{ "realized_pnl", FIELD_DEC, F(realized_pnl), FIELD_NULL, "quote", "profit, net of the fees of both sides; null for a fill that opens", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when; on paper the bar's open, or its close for a fill inside it", NULL, 0, 0, NULL },
};
