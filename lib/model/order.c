#include "model/order.h"

#define F(member) FIELD(order, member)

static const char *const legs[] = { "entry", "exit", "stop", "target", NULL };
static const char *const statuses[] = { "INTENT", "NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED", "REJECTED", NULL };

const char *const *const leg_names = legs, *const *const order_status_names = statuses;

const struct field order_fields[ORDER_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "the client order id: a hash of decision, leg and attempt", NULL, 0, 0, NULL },
	{ "decision", FIELD_TEXT, F(decision), 0, NULL, "the decision it carries out", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose money", NULL, 0, 0, NULL },
	{ "run", FIELD_TEXT, F(run), 0, NULL, "the run that made it", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "the strategy file's name", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "leg", FIELD_ENUM, F(leg), 0, NULL, "which part of the plan", legs, 0, 0, NULL },
	{ "attempt", FIELD_INT, F(attempt), FIELD_MIN, NULL, "0 for the first order of its leg; a trailing move, or a re-price, is the next", NULL, 0, 0, NULL },
	{ "side", FIELD_ENUM, F(side), 0, NULL, "buy or sell", (const char *const[]){ "BUY", "SELL", NULL }, 0, 0, NULL },
	{ "type", FIELD_ENUM, F(type), 0, NULL, "kind of order", (const char *const[]){ "MARKET", "LIMIT", "STOP", "LIMIT_MAKER", NULL }, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), FIELD_NULL | FIELD_MIN, "base", "how much; null where quote_qty says it", NULL, 0, 0, NULL },
	{ "quote_qty", FIELD_DEC, F(quote_qty), FIELD_NULL | FIELD_MIN, "quote", "how much to spend, fee included", NULL, 0, 0, NULL },
	{ "price", FIELD_DEC, F(price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "limit price", NULL, 0, 0, NULL },
	{ "stop_price", FIELD_DEC, F(stop_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "the price that triggers a stop", NULL, 0, 0, NULL },
	{ "worst_price", FIELD_DEC, F(worst_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "no fill beyond it; null: at any price", NULL, 0, 0, NULL },
	{ "status", FIELD_ENUM, F(status), 0, NULL, "INTENT until it is known to be accepted, then the exchange's word", statuses, 0, 0, NULL },
	{ "filled_qty", FIELD_DEC, F(filled_qty), FIELD_MIN, "base", "filled so far", NULL, 0, 0, NULL },
	{ "filled_quote", FIELD_DEC, F(filled_quote), FIELD_MIN, "quote", "paid or received for it, before fees", NULL, 0, 0, NULL },
	{ "expires_ms", FIELD_TIME, F(expires_ms), FIELD_NULL, "ms UTC", "ends unfilled at the close of then; null: stays", NULL, 0, 0, NULL },
	{ "created_ms", FIELD_TIME, F(created_ms), 0, "ms UTC", "when it was recorded", NULL, 0, 0, NULL },
	{ "updated_ms", FIELD_TIME, F(updated_ms), 0, "ms UTC", "when its status last changed", NULL, 0, 0, NULL },
	{ "exchange_id", FIELD_TEXT, F(exchange_id), FIELD_NULL, NULL, "the exchange's own id; null on paper", NULL, 0, 0, NULL },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "how it ended, in words", NULL, 0, 0, NULL },
};

bool order_is_open(const struct order *o)
{
	return o->status == ORDER_INTENT || o->status == ORDER_NEW || o->status == ORDER_PARTIALLY_FILLED;
}
