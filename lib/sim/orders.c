#include "sim/orders.h"

#include <stdlib.h>
#include <string.h>

#include "core/grow.h"

const char *const sim_side_names[] = { "BUY", "SELL", NULL };
const char *const sim_type_names[] = { "LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT", NULL };
const char *const sim_tif_names[] = { "GTC", "IOC", "FOK", NULL };
const char *const sim_status_names[] = {
	"NEW", "PENDING_NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "REJECTED", "EXPIRED", "EXPIRED_IN_MATCH", NULL,
};
const char *const sim_stp_names[] = { "NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER", NULL };
const char *const sim_expiry_names[] = {
	"NONE", "REJECTED", "OCO_TRIGGER", "OTO_PHASE_ONE_EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED", "UNFILLED_FOK_ORDER_EXPIRED",
	"INSUFFICIENT_LIQUIDITY", NULL,
};
const char *const sim_contingency_names[] = { "OCO", "OTO", NULL };
const char *const sim_list_status_names[] = { "EXEC_STARTED", "ALL_DONE", NULL };
const char *const sim_change_names[] = { "trade", "commission", "deposit", "withdraw", NULL };

#define O(member) FIELD(sim_order, member)

const struct field sim_order_fields[SIM_ORDER_FIELDS] = {
	{ "orderId", FIELD_INT, O(id), 0, NULL, "the exchange's id", NULL, 0, 0, NULL },
	{ "orderListId", FIELD_INT, O(list_id), 0, NULL, "-1: in no list", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, O(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, O(symbol), 0, NULL, "pair", NULL, 0, 0, NULL },
	{ "clientOrderId", FIELD_TEXT, O(client_id), 0, NULL, "the client's id", NULL, 0, 0, NULL },
	{ "side", FIELD_ENUM, O(side), 0, NULL, "BUY or SELL", sim_side_names, 0, 0, NULL },
	{ "type", FIELD_ENUM, O(type), 0, NULL, "order type", sim_type_names, 0, 0, NULL },
	{ "timeInForce", FIELD_ENUM, O(tif), 0, NULL, "GTC, IOC, FOK", sim_tif_names, 0, 0, NULL },
	{ "status", FIELD_ENUM, O(status), 0, NULL, "where it stands", sim_status_names, 0, 0, NULL },
	{ "selfTradePreventionMode", FIELD_ENUM, O(stp), 0, NULL, "mode", sim_stp_names, 0, 0, NULL },
	{ "expiryReason", FIELD_ENUM, O(expiry), 0, NULL, "why it expired", sim_expiry_names, 0, 0, NULL },
	{ "price", FIELD_DEC, O(price), 0, "quote", "limit", NULL, 0, 0, NULL },
	{ "origQty", FIELD_DEC, O(qty), 0, "base", "asked for", NULL, 0, 0, NULL },
	{ "origQuoteOrderQty", FIELD_DEC, O(quote_qty), 0, "quote", "asked for", NULL, 0, 0, NULL },
	{ "stopPrice", FIELD_DEC, O(stop_price), 0, "quote", "trigger", NULL, 0, 0, NULL },
	{ "icebergQty", FIELD_DEC, O(iceberg_qty), 0, "base", "shown", NULL, 0, 0, NULL },
	{ "executedQty", FIELD_DEC, O(filled_qty), 0, "base", "filled", NULL, 0, 0, NULL },
	{ "cummulativeQuoteQty", FIELD_DEC, O(filled_quote), 0, "quote", "filled", NULL, 0, 0, NULL },
	{ "preventedQuantity", FIELD_DEC, O(prevented_qty), 0, "base", "lost to self-trade prevention", NULL, 0, 0, NULL },
	{ "locked", FIELD_DEC, O(locked), 0, NULL, "of what it pays with", NULL, 0, 0, NULL },
	{ "trailingDelta", FIELD_INT, O(trailing_delta), FIELD_NULL, "1/10000", "of a trailing stop", NULL, 0, 0, NULL },
	{ "strategyId", FIELD_INT, O(strategy_id), FIELD_NULL, NULL, "the client's", NULL, 0, 0, NULL },
	{ "strategyType", FIELD_INT, O(strategy_type), FIELD_NULL, NULL, "the client's", NULL, 0, 0, NULL },
	{ "trailingTime", FIELD_TIME, O(trailing_ms), FIELD_NULL, "ms UTC", "since when it trails", NULL, 0, 0, NULL },
	{ "extreme", FIELD_DEC, O(extreme), 0, "quote", "best price since then", NULL, 0, 0, NULL },
	{ "triggered", FIELD_BOOL, O(triggered), 0, NULL, "its stop price was reached", NULL, 0, 0, NULL },
	{ "amends", FIELD_INT, O(amends), 0, NULL, "how often its quantity was reduced", NULL, 0, 0, NULL },
	{ "time", FIELD_TIME, O(time_ms), 0, "ms UTC", "placed", NULL, 0, 0, NULL },
	{ "updateTime", FIELD_TIME, O(update_ms), 0, "ms UTC", "last change", NULL, 0, 0, NULL },
	{ "workingTime", FIELD_INT, O(working_ms), 0, "ms UTC", "on the book; -1: not yet", NULL, 0, 0, NULL },
};

#define L(member) FIELD(sim_list, member)

const struct field sim_list_fields[SIM_LIST_FIELDS] = {
	{ "orderListId", FIELD_INT, L(id), 0, NULL, "the exchange's id", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, L(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, L(symbol), 0, NULL, "pair", NULL, 0, 0, NULL },
	{ "listClientOrderId", FIELD_TEXT, L(client_id), 0, NULL, "the client's id", NULL, 0, 0, NULL },
	{ "contingencyType", FIELD_ENUM, L(contingency), 0, NULL, "OCO or OTO", sim_contingency_names, 0, 0, NULL },
	{ "listStatusType", FIELD_ENUM, L(status), 0, NULL, "where it stands", sim_list_status_names, 0, 0, NULL },
	{ "pays", FIELD_BOOL, L(pays), 0, NULL, "the pending ones get what the working one brings", NULL, 0, 0, NULL },
	{ "received", FIELD_DEC, L(received), 0, "base", "kept for them", NULL, 0, 0, NULL },
	{ "working", FIELD_INT, L(working), 0, NULL, "order id; 0: none", NULL, 0, 0, NULL },
	{ "stop", FIELD_INT, L(stop), 0, NULL, "order id; 0: none", NULL, 0, 0, NULL },
	{ "profit", FIELD_INT, L(profit), 0, NULL, "order id; 0: none", NULL, 0, 0, NULL },
	{ "transactionTime", FIELD_TIME, L(time_ms), 0, "ms UTC", "placed", NULL, 0, 0, NULL },
	{ "updateTime", FIELD_TIME, L(update_ms), 0, "ms UTC", "last change", NULL, 0, 0, NULL },
};

#define T(member) FIELD(sim_trade, member)

const struct field sim_trade_fields[SIM_TRADE_FIELDS] = {
	{ "id", FIELD_INT, T(id), 0, NULL, "the exchange's id", NULL, 0, 0, NULL },
	{ "orderId", FIELD_INT, T(order_id), 0, NULL, "of the order", NULL, 0, 0, NULL },
	{ "orderListId", FIELD_INT, T(list_id), 0, NULL, "-1: in no list", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, T(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, T(symbol), 0, NULL, "pair", NULL, 0, 0, NULL },
	{ "price", FIELD_DEC, T(price), 0, "quote", "of the fill", NULL, 0, 0, NULL },
	{ "qty", FIELD_DEC, T(qty), 0, "base", "of the fill", NULL, 0, 0, NULL },
	{ "quoteQty", FIELD_DEC, T(quote_qty), 0, "quote", "of the fill", NULL, 0, 0, NULL },
	{ "commission", FIELD_DEC, T(commission), 0, NULL, "paid", NULL, 0, 0, NULL },
	{ "commissionAsset", FIELD_TEXT, T(commission_asset), 0, NULL, "in which", NULL, 0, 0, NULL },
	{ "time", FIELD_TIME, T(time_ms), 0, "ms UTC", "of the fill", NULL, 0, 0, NULL },
	{ "isBuyer", FIELD_BOOL, T(buyer), 0, NULL, "it bought", NULL, 0, 0, NULL },
	{ "isMaker", FIELD_BOOL, T(maker), 0, NULL, "it rested before", NULL, 0, 0, NULL },
};

#define C(member) FIELD(sim_change, member)

const struct field sim_change_fields[SIM_CHANGE_FIELDS] = {
	{ "id", FIELD_INT, C(id), 0, NULL, "1, 2, ...", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, C(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "asset", FIELD_TEXT, C(asset), 0, NULL, "of what", NULL, 0, 0, NULL },
	{ "amount", FIELD_DEC, C(amount), 0, NULL, "more (> 0) or less", NULL, 0, 0, NULL },
	{ "kind", FIELD_ENUM, C(kind), 0, NULL, "why", sim_change_names, 0, 0, NULL },
	{ "tradeId", FIELD_INT, C(ref), 0, NULL, "0: none", NULL, 0, 0, NULL },
	{ "time", FIELD_TIME, C(time_ms), 0, "ms UTC", "when", NULL, 0, 0, NULL },
};

void sim_orders_release(struct sim_orders *s)
{
	free(s->orders);
	free(s->lists);
	free(s->trades);
	free(s->changes);
	free(s->open);
	*s = (struct sim_orders){ 0 };
}

struct sim_order *sim_orders_add(struct sim_orders *s, const struct sim_order *o)
{
	struct sim_order *row;

	if (grow(&s->orders, &s->order_cap, s->order_count + 1, sizeof *row, NULL)
		|| grow(&s->open, &s->open_cap, s->open_count + 1, sizeof *s->open, NULL))
		return NULL;
	row = &s->orders[s->order_count];
	*row = *o;
	row->id = (int64_t)++s->order_count;
	if (sim_order_is_open(row))
		s->open[s->open_count++] = s->order_count - 1;
	return row;
}

struct sim_list *sim_lists_add(struct sim_orders *s, const struct sim_list *l)
{
	struct sim_list *row;

	if (grow(&s->lists, &s->list_cap, s->list_count + 1, sizeof *row, NULL))
		return NULL;
	row = &s->lists[s->list_count];
	*row = *l;
	row->id = (int64_t)++s->list_count;
	return row;
}

struct sim_trade *sim_trades_add(struct sim_orders *s, const struct sim_trade *t)
{
	struct sim_trade *row;

	if (grow(&s->trades, &s->trade_cap, s->trade_count + 1, sizeof *row, NULL))
		return NULL;
	row = &s->trades[s->trade_count];
	*row = *t;
	row->id = (int64_t)++s->trade_count;
	return row;
}

bool sim_changes_add(struct sim_orders *s, const struct sim_change *c)
{
	struct sim_change *row;

	if (grow(&s->changes, &s->change_cap, s->change_count + 1, sizeof *row, NULL))
		return false;
	row = &s->changes[s->change_count];
	*row = *c;
	row->id = (int64_t)++s->change_count;
	return true;
}

bool sim_order_is_open(const struct sim_order *o)
{
	return o->status == SIM_NEW || o->status == SIM_PENDING_NEW || o->status == SIM_PARTIALLY_FILLED;
}

bool sim_order_is_conditional(const struct sim_order *o)
{
	return o->type >= SIM_STOP_LOSS;
}

bool sim_order_rests(const struct sim_order *o)
{
	return (o->status == SIM_NEW || o->status == SIM_PARTIALLY_FILLED) && (!sim_order_is_conditional(o) || o->triggered);
}

dec sim_order_left(const struct sim_order *o)
{
	return o->qty - o->filled_qty - o->prevented_qty;
}

void sim_orders_close(struct sim_orders *s, const struct sim_order *o)
{
	size_t index = (size_t)o->id - 1;

	for (size_t i = 0; i < s->open_count; i++)
		if (s->open[i] == index) {
			memmove(&s->open[i], &s->open[i + 1], (s->open_count - i - 1) * sizeof *s->open);
			s->open_count--;
			return;
		}
}

struct sim_order *sim_order_of(const struct sim_orders *s, int64_t id)
{
	return id > 0 && id <= (int64_t)s->order_count ? &s->orders[id - 1] : NULL;
}

struct sim_list *sim_list_of(const struct sim_orders *s, int64_t id)
{
	return id > 0 && id <= (int64_t)s->list_count ? &s->lists[id - 1] : NULL;
}

struct sim_order *sim_order_named(const struct sim_orders *s, size_t owner, const char *symbol, const char *client_id, bool open)
{
	size_t n = open ? s->open_count : s->order_count;

	for (size_t i = n; i > 0; i--) {
		struct sim_order *o = &s->orders[open ? s->open[i - 1] : i - 1];

		if (o->owner == owner && strcmp(o->client_id, client_id) == 0 && strcmp(o->symbol, symbol) == 0)
			return o;
	}
	return NULL;
}

struct sim_list *sim_list_named(const struct sim_orders *s, const char *account, const char *symbol, const char *client_id, bool open)
{
	for (size_t i = s->list_count; i > 0; i--) {
		struct sim_list *l = &s->lists[i - 1];

		if ((!open || l->status == SIM_LIST_EXEC_STARTED) && strcmp(l->client_id, client_id) == 0 && strcmp(l->account, account) == 0
			&& (!symbol || strcmp(l->symbol, symbol) == 0))
			return l;
	}
	return NULL;
}
