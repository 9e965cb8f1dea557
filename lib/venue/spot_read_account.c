#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "venue/answer.h"
#include "venue/spot_read.h"

#define BALANCES_MOST 5000
#define TRADES_MOST 1000
#define RATE_MOST DEC_ONE /* a fee of the whole amount */

#define ITEMS(table) (table), sizeof(table) / sizeof *(table)
#define A(member) offsetof(struct venue_account, member), sizeof(((struct venue_account *)0)->member)
#define B(member) offsetof(struct venue_balance, member), sizeof(((struct venue_balance *)0)->member)

static const struct answer_item account_items[] = {
	{ "canTrade", ANSWER_BOOL, A(can_trade), 0, NULL },
	{ "canWithdraw", ANSWER_BOOL, A(can_withdraw), 0, NULL },
	{ "canDeposit", ANSWER_BOOL, A(can_deposit), 0, NULL },
	{ "accountType", ANSWER_TEXT, A(type), 0, NULL },
	{ "uid", ANSWER_INT, A(uid), ANSWER_OPTIONAL, NULL },
	{ "updateTime", ANSWER_INT, A(updated_ms), ANSWER_OPTIONAL, NULL }, /* 0 in a new account */
};

static const struct answer_item balance_items[] = {
	{ "asset", ANSWER_TEXT, B(asset), 0, NULL },
	{ "free", ANSWER_DEC, B(free), 0, NULL },
	{ "locked", ANSWER_DEC, B(locked), 0, NULL },
};

void venue_account_release(struct venue_account *a)
{
	free(a->balances);
	*a = (struct venue_account){ 0 };
}

static enum err read_balances(const json_t *list, struct venue_account *out, struct error *e)
{
	json_t *row;
	char path[32];
	size_t i;

	out->balances = calloc(json_array_size(list) + 1, sizeof *out->balances);
	if (!out->balances)
		return error_memory(e);
	json_array_foreach(list, i, row) {
		struct venue_balance *b = &out->balances[out->balance_count];
		enum err rc;

		snprintf(path, sizeof path, "balances[%zu].", i);
		rc = answer_read(ITEMS(balance_items), row, b, path, e);
		if (rc)
			return rc;
		for (size_t k = 0; k < out->balance_count; k++)
			if (strcmp(out->balances[k].asset, b->asset) == 0)
				return answer_wrong(e, path, "asset", "'%s' stands there twice", b->asset);
		out->balance_count += b->free || b->locked;
	}
	return OK;
}

enum err spot_read_account(const char *text, size_t len, struct venue_account *out, struct error *e)
{
	json_t *json, *list;
	enum err rc = answer_parse(text, len, &json, e);

	*out = (struct venue_account){ .uid = -1, .updated_ms = TIME_NONE };
	if (rc)
		return rc;
	rc = answer_read(ITEMS(account_items), json, out, "", e);
	if (!rc)
		rc = answer_list(json, "balances", "", BALANCES_MOST, &list, e);
	if (!rc)
		rc = read_balances(list, out, e);
	json_decref(json);
	if (rc)
		venue_account_release(out);
	return rc;
}

#define P(member) offsetof(struct venue_permissions, member), sizeof(((struct venue_permissions *)0)->member)

static const struct answer_item permission_items[] = {
	{ "ipRestrict", ANSWER_BOOL, P(ip_restrict), 0, NULL },
	{ "enableReading", ANSWER_BOOL, P(reading), 0, NULL },
	{ "enableSpotAndMarginTrading", ANSWER_BOOL, P(spot_trading), 0, NULL },
	{ "enableWithdrawals", ANSWER_BOOL, P(withdrawals), 0, NULL },
	{ "enableInternalTransfer", ANSWER_BOOL, P(internal_transfer), ANSWER_OPTIONAL, NULL },
	{ "permitsUniversalTransfer", ANSWER_BOOL, P(universal_transfer), ANSWER_OPTIONAL, NULL },
	{ "enableMargin", ANSWER_BOOL, P(margin), ANSWER_OPTIONAL, NULL },
	{ "enableFutures", ANSWER_BOOL, P(futures), ANSWER_OPTIONAL, NULL },
	{ "enableVanillaOptions", ANSWER_BOOL, P(options), ANSWER_OPTIONAL, NULL },
	{ "createTime", ANSWER_TIME, P(created_ms), ANSWER_OPTIONAL, NULL },
};

enum err spot_read_permissions(const char *text, size_t len, struct venue_permissions *out, struct error *e)
{
	json_t *json;
	enum err rc = answer_parse(text, len, &json, e);

	*out = (struct venue_permissions){ -1, -1, -1, -1, -1, -1, -1, -1, -1, TIME_NONE };
	if (rc)
		return rc;
	rc = answer_read(ITEMS(permission_items), json, out, "", e);
	json_decref(json);
	return rc;
}

/* ---- fills ---- */

struct trade_row {
	struct venue_fill fill;
	int buyer, maker;
};

#define F(member) offsetof(struct trade_row, member), sizeof(((struct trade_row *)0)->member)

static const struct answer_item trade_items[] = {
	{ "symbol", ANSWER_TEXT, F(fill.symbol), 0, NULL },
	{ "id", ANSWER_INT, F(fill.trade_id), 0, NULL },
	{ "orderId", ANSWER_INT, F(fill.order_id), 0, NULL },
	{ "orderListId", ANSWER_INT, F(fill.list_id), ANSWER_OPTIONAL | ANSWER_SIGNED, NULL },
	{ "price", ANSWER_DEC, F(fill.price), 0, NULL },
	{ "qty", ANSWER_DEC, F(fill.qty), 0, NULL },
	{ "quoteQty", ANSWER_DEC, F(fill.quote_qty), 0, NULL },
	{ "commission", ANSWER_DEC, F(fill.fee), ANSWER_SIGNED, NULL },
	{ "commissionAsset", ANSWER_TEXT, F(fill.fee_asset), 0, NULL },
	{ "time", ANSWER_TIME, F(fill.t_ms), 0, NULL },
	{ "isBuyer", ANSWER_BOOL, F(buyer), 0, NULL },
	{ "isMaker", ANSWER_BOOL, F(maker), 0, NULL },
};

static enum err read_trade(const json_t *json, const char *path, struct venue_fill *out, struct error *e)
{
	struct trade_row row = { .fill.list_id = -1 };
	enum err rc = answer_read(ITEMS(trade_items), json, &row, path, e);

	row.fill.side = row.buyer ? SIDE_BUY : SIDE_SELL;
	row.fill.maker = row.maker;
	*out = row.fill;
	return !rc && row.fill.qty == 0 ? answer_wrong(e, path, "qty", "is 0") : rc;
}

static enum err read_trades(const json_t *json, const char *symbol, int64_t order_id, struct venue_fill *rows, struct error *e)
{
	json_t *row;
	char path[32];
	size_t i;

	json_array_foreach(json, i, row) {
		struct venue_fill *f = &rows[i];
		enum err rc;

		snprintf(path, sizeof path, "[%zu].", i);
		rc = read_trade(row, path, f, e);
		if (!rc && strcmp(f->symbol, symbol) != 0)
			rc = answer_wrong(e, path, "symbol", "is another than the one that was asked for");
		if (!rc && f->order_id != order_id)
			rc = answer_wrong(e, path, "orderId", "is another than the one that was asked for");
		if (!rc && i && f->trade_id <= rows[i - 1].trade_id)
			rc = answer_wrong(e, path, "id", "does not come after the one before");
		if (rc)
			return rc;
	}
	return OK;
}

enum err spot_read_fills(const char *text, size_t len, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct error *e)
{
	json_t *json;
	enum err rc = answer_parse_list(text, len, TRADES_MOST, &json, e);

	*rows = NULL;
	*n = 0;
	if (rc)
		return rc;
	*rows = calloc(json_array_size(json) + 1, sizeof **rows);
	rc = *rows ? read_trades(json, symbol, order_id, *rows, e) : error_memory(e);
	if (rc) {
		free(*rows);
		*rows = NULL;
	} else {
		*n = json_array_size(json);
	}
	json_decref(json);
	return rc;
}

/* ---- rates, prices, limits ---- */

#define R(member) offsetof(struct venue_rates, member), sizeof(((struct venue_rates *)0)->member)
#define D(member) offsetof(struct venue_commission, member), sizeof(((struct venue_commission *)0)->member)

static const struct answer_item rate_items[] = {
	{ "maker", ANSWER_DEC, R(maker), ANSWER_SIGNED, NULL },
	{ "taker", ANSWER_DEC, R(taker), ANSWER_SIGNED, NULL },
	{ "buyer", ANSWER_DEC, R(buyer), ANSWER_SIGNED, NULL },
	{ "seller", ANSWER_DEC, R(seller), ANSWER_SIGNED, NULL },
};

static const struct answer_item discount_items[] = {
	{ "enabledForAccount", ANSWER_BOOL, D(discount_account), 0, NULL },
	{ "enabledForSymbol", ANSWER_BOOL, D(discount_symbol), 0, NULL },
	{ "discountAsset", ANSWER_TEXT, D(discount_asset), ANSWER_OPTIONAL | ANSWER_EMPTY, NULL },
	{ "discount", ANSWER_DEC, D(discount), 0, NULL },
};

static enum err read_rates(const json_t *json, const char *key, bool required, struct venue_rates *rates, struct error *e)
{
	char path[32];
	json_t *part;
	enum err rc;

	if (!required && !json_object_get(json, key))
		return OK;
	snprintf(path, sizeof path, "%s.", key);
	rc = answer_object(json, key, "", &part, e);
	if (!rc)
		rc = answer_read(ITEMS(rate_items), part, rates, path, e);
	if (!rc && (rates->maker >= RATE_MOST || rates->taker >= RATE_MOST || rates->buyer >= RATE_MOST || rates->seller >= RATE_MOST))
		rc = answer_wrong(e, "", key, "a fee of the whole amount, or more");
	return rc;
}

enum err spot_read_commission(const char *text, size_t len, const char *symbol, struct venue_commission *out, struct error *e)
{
	char got[SYMBOL_SIZE];
	const struct answer_item own[] = { { "symbol", ANSWER_TEXT, 0, sizeof got, 0, NULL } };
	json_t *json, *part;
	enum err rc = answer_parse(text, len, &json, e);

	*out = (struct venue_commission){ 0 };
	if (rc)
		return rc;
	rc = answer_read(own, 1, json, got, "", e);
	if (!rc && strcmp(got, symbol) != 0)
		rc = answer_wrong(e, "", "symbol", "is another than the one that was asked for");
	if (!rc)
		rc = read_rates(json, "standardCommission", true, &out->standard, e);
	if (!rc)
		rc = read_rates(json, "specialCommission", false, &out->special, e);
	if (!rc)
		rc = read_rates(json, "taxCommission", false, &out->tax, e);
	if (!rc)
		rc = answer_object(json, "discount", "", &part, e);
	if (!rc)
		rc = answer_read(ITEMS(discount_items), part, out, "discount.", e);
	json_decref(json);
	return rc;
}

struct quote_row {
	char symbol[SYMBOL_SIZE];
	struct venue_quote quote;
};

#define Q(member) offsetof(struct quote_row, member), sizeof(((struct quote_row *)0)->member)

static const struct answer_item quote_items[] = {
	{ "symbol", ANSWER_TEXT, Q(symbol), 0, NULL },
	{ "bidPrice", ANSWER_DEC, Q(quote.bid), 0, NULL },
	{ "askPrice", ANSWER_DEC, Q(quote.ask), 0, NULL },
};

enum err spot_read_quote(const char *text, size_t len, const char *symbol, struct venue_quote *out, struct error *e)
{
	struct quote_row row;
	json_t *json;
	enum err rc = answer_parse(text, len, &json, e);

	if (rc)
		return rc;
	rc = answer_read(ITEMS(quote_items), json, &row, "", e);
	if (!rc && strcmp(row.symbol, symbol) != 0)
		rc = answer_wrong(e, "", "symbol", "is another than the one that was asked for");
	*out = row.quote;
	json_decref(json);
	return rc;
}

enum err spot_read_order_limits(const char *text, size_t len, struct http_count *rows, size_t *n, struct error *e)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "SECOND", MS_SECOND }, { "MINUTE", MS_MINUTE }, { "HOUR", MS_HOUR }, { "DAY", MS_DAY } };
	json_t *json, *row;
	size_t i;
	enum err rc = answer_parse(text, len, &json, e);

	*n = 0;
	if (rc)
		return rc;
	json_array_foreach(json_object_get(json, "rateLimits"), i, row) {
		const char *type = json_string_value(json_object_get(row, "rateLimitType")), *unit = json_string_value(json_object_get(row, "interval"));
		json_int_t many = json_integer_value(json_object_get(row, "intervalNum")), limit = json_integer_value(json_object_get(row, "limit"));

		for (size_t k = 0; type && unit && strcmp(type, "ORDERS") == 0 && k < sizeof units / sizeof *units; k++)
			if (*n < HTTP_COUNTS && strcmp(units[k].name, unit) == 0 && many > 0 && many < 1000 && limit > 0 && limit < 1000000000)
				rows[(*n)++] = (struct http_count){ many * units[k].ms, limit };
	}
	json_decref(json);
	return OK;
}
