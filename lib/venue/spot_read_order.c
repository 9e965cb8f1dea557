#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "venue/answer.h"
#include "venue/fate.h"
#include "venue/klines.h"
#include "venue/spot_read.h"

#define ORDERS_MOST 10000 /* in one answer */
#define FILLS_MOST 10000

const char *const venue_type_names[] = { "MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT", NULL };
const char *const venue_tif_names[] = { "", "GTC", "IOC", "FOK", NULL };
const char *const venue_status_names[] = { "NEW", "PENDING_NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "PENDING_CANCEL", "REJECTED", "EXPIRED",
	"EXPIRED_IN_MATCH", NULL };
static const char *const side_words[] = { "BUY", "SELL", NULL };

bool venue_status_is_open(int status)
{
	return status == VENUE_NEW || status == VENUE_PENDING_NEW || status == VENUE_PARTIALLY_FILLED || status == VENUE_PENDING_CANCEL;
}

void placed_release(struct placed *p)
{
	free(p->fills);
	*p = (struct placed){ 0 };
}

#define O(member) offsetof(struct venue_order, member), sizeof(((struct venue_order *)0)->member)

static const struct answer_item order_items[] = {
	{ "symbol", ANSWER_TEXT, O(symbol), 0, NULL },
	{ "orderId", ANSWER_INT, O(order_id), 0, NULL },
	{ "orderListId", ANSWER_INT, O(list_id), ANSWER_OPTIONAL | ANSWER_SIGNED, NULL },
	{ "clientOrderId", ANSWER_TEXT, O(id), 0, NULL },
	{ "origClientOrderId", ANSWER_TEXT, O(id), ANSWER_OPTIONAL, NULL }, /* of a cancel, whose own id is in clientOrderId */
	{ "side", ANSWER_WORD, O(side), 0, side_words },
	{ "type", ANSWER_WORD, O(type), ANSWER_OTHER, venue_type_names },
	{ "timeInForce", ANSWER_WORD, O(tif), ANSWER_OPTIONAL | ANSWER_OTHER, venue_tif_names },
	{ "status", ANSWER_WORD, O(status), 0, venue_status_names },
	{ "origQty", ANSWER_DEC, O(qty), 0, NULL },
	{ "price", ANSWER_DEC, O(price), 0, NULL },
	{ "stopPrice", ANSWER_DEC, O(stop_price), ANSWER_OPTIONAL, NULL },
	{ "origQuoteOrderQty", ANSWER_DEC, O(quote_qty), ANSWER_OPTIONAL, NULL },
	{ "executedQty", ANSWER_DEC, O(filled_qty), 0, NULL },
	{ "cummulativeQuoteQty", ANSWER_DEC, O(filled_quote), ANSWER_SIGNED, NULL },
	{ "time", ANSWER_TIME, O(created_ms), ANSWER_OPTIONAL, NULL },
	{ "transactTime", ANSWER_TIME, O(updated_ms), ANSWER_OPTIONAL, NULL },
	{ "updateTime", ANSWER_TIME, O(updated_ms), ANSWER_OPTIONAL, NULL },
	{ "workingTime", ANSWER_TIME, O(working_ms), ANSWER_OPTIONAL, NULL },
	{ "expiryReason", ANSWER_TEXT, O(expiry_reason), ANSWER_OPTIONAL | ANSWER_EMPTY, NULL },
};

#define ITEMS(table) (table), sizeof(table) / sizeof *(table)

static enum err check_order(const struct venue_order *o, const char *path, struct error *e)
{
	if (o->qty > 0 && o->filled_qty > o->qty)
		return answer_wrong(e, path, "executedQty", "is more than the order's quantity");
	if ((o->status == VENUE_NEW || o->status == VENUE_PENDING_NEW || o->status == VENUE_REJECTED) && o->filled_qty > 0)
		return answer_wrong(e, path, "executedQty", "is not 0, and the status is %s", venue_status_names[o->status]);
	if ((o->status == VENUE_FILLED || o->status == VENUE_PARTIALLY_FILLED) && o->filled_qty == 0)
		return answer_wrong(e, path, "executedQty", "is 0, and the status is %s", venue_status_names[o->status]);
	return OK;
}

enum err spot_read_one(const json_t *json, const char *path, struct venue_order *o, struct error *e)
{
	enum err rc;

	*o = (struct venue_order){ .list_id = -1, .created_ms = TIME_NONE, .updated_ms = TIME_NONE, .working_ms = TIME_NONE };
	rc = answer_read(ITEMS(order_items), json, o, path, e);
	if (!rc)
		rc = check_order(o, path, e);
	if (o->filled_quote < 0)
		o->filled_quote = DEC_NONE;
	return rc;
}

/* The cancel of an order of a list is told as the list's: its report is that of the order. */
static enum err find_report(const json_t *json, const char *id, struct venue_order *o, struct error *e)
{
	json_t *list, *row;
	size_t i;
	enum err rc = answer_list(json, "orderReports", "", LIST_ORDERS_MAX, &list, e);

	if (rc)
		return rc;
	json_array_foreach(list, i, row) {
		char path[32];

		snprintf(path, sizeof path, "orderReports[%zu].", i);
		rc = spot_read_one(row, path, o, e);
		if (rc || strcmp(o->id, id) == 0)
			return rc;
	}
	return answer_wrong(e, "", "orderReports", "none of them is of the order that was asked for");
}

enum err spot_read_cancelled(const char *text, size_t len, const char *symbol, const char *id, struct venue_order *out, struct error *e)
{
	json_t *json;
	enum err rc = answer_parse(text, len, &json, e);

	if (rc)
		return rc;
	rc = json_object_get(json, "orderReports") ? find_report(json, id, out, e) : spot_read_one(json, "", out, e);
	if (!rc)
		rc = answer_asked(out->symbol, symbol, "", "symbol", e);
	if (!rc)
		rc = answer_asked(out->id, id, "", "origClientOrderId", e);
	if (!rc && out->status != VENUE_CANCELED)
		rc = answer_wrong(e, "", "status", "'%s' is not CANCELED", venue_status_names[out->status]);
	json_decref(json);
	return rc;
}

enum err spot_read_order(const char *text, size_t len, const char *symbol, const char *id, struct venue_order *out, struct error *e)
{
	json_t *json;
	enum err rc = answer_parse(text, len, &json, e);

	if (rc)
		return rc;
	rc = spot_read_one(json, "", out, e);
	if (!rc)
		rc = answer_asked(out->symbol, symbol, "", "symbol", e);
	if (!rc)
		rc = answer_asked(out->id, id, "", "clientOrderId", e);
	json_decref(json);
	return rc;
}

enum err spot_read_orders(const char *text, size_t len, const char *symbol, struct venue_order **rows, size_t *n, struct error *e)
{
	char path[32];
	json_t *json, *row;
	size_t i;
	enum err rc = answer_parse_list(text, len, ORDERS_MOST, &json, e);

	*rows = NULL;
	*n = 0;
	if (rc)
		return rc;
	*rows = calloc(json_array_size(json) + 1, sizeof **rows);
	if (!*rows)
		rc = error_memory(e);
	json_array_foreach(json, i, row) {
		snprintf(path, sizeof path, "[%zu].", i);
		if (!rc)
			rc = spot_read_one(row, path, &(*rows)[i], e);
		if (!rc)
			rc = answer_asked((*rows)[i].symbol, symbol, path, "symbol", e);
		*n = i + 1;
	}
	json_decref(json);
	if (!rc)
		return OK;
	free(*rows);
	*rows = NULL;
	*n = 0;
	return rc;
}

/* ---- placements ---- */

#define T(member) offsetof(struct venue_fill, member), sizeof(((struct venue_fill *)0)->member)

static const struct answer_item fill_items[] = {
	{ "price", ANSWER_DEC, T(price), 0, NULL },
	{ "qty", ANSWER_DEC, T(qty), 0, NULL },
	{ "commission", ANSWER_DEC, T(fee), ANSWER_SIGNED, NULL },
	{ "commissionAsset", ANSWER_TEXT, T(fee_asset), 0, NULL },
	{ "tradeId", ANSWER_INT, T(trade_id), 0, NULL },
};

static enum err read_fill(const json_t *json, const struct venue_order *o, const char *path, struct venue_fill *f, struct error *e)
{
	bool bad = false;
	enum err rc;

	*f = (struct venue_fill){ .order_id = o->order_id, .list_id = o->list_id, .side = o->side, .t_ms = o->updated_ms };
	memcpy(f->symbol, o->symbol, sizeof f->symbol);
	rc = answer_read(ITEMS(fill_items), json, f, path, e);
	f->quote_qty = dec_mul(f->price, f->qty, ROUND_DOWN, &bad);
	return !rc && bad ? answer_wrong(e, path, "qty", "times price is beyond all bounds") : rc;
}

static enum err read_fills(const json_t *json, struct placed *out, struct error *e)
{
	json_t *list, *row;
	bool bad = false;
	dec sum = 0;
	char path[32];
	size_t i;
	enum err rc = answer_list(json, "fills", "", FILLS_MOST, &list, e);

	if (rc)
		return rc;
	out->fills = calloc(json_array_size(list) + 1, sizeof *out->fills);
	if (!out->fills)
		return error_memory(e);
	json_array_foreach(list, i, row) {
		snprintf(path, sizeof path, "fills[%zu].", i);
		rc = read_fill(row, &out->order, path, &out->fills[i], e);
		if (rc)
			return rc;
		sum = dec_add(sum, out->fills[i].qty, &bad);
		out->fill_count++;
	}
	if (bad || sum != out->order.filled_qty)
		return answer_wrong(e, "", "fills", "do not add up to executedQty");
	return OK;
}

static enum err check_placed(const struct venue_order *o, const struct order_request *q, struct error *e)
{
	enum err rc = answer_asked(o->symbol, q->symbol, "", "symbol", e);

	if (!rc)
		rc = answer_asked(o->id, q->id, "", "clientOrderId", e);
	if (!rc && o->side != q->side)
		rc = answer_wrong(e, "", "side", "is not the one that was asked for");
	if (!rc && o->type != q->type)
		rc = answer_wrong(e, "", "type", "is not the one that was asked for");
	if (!rc && q->qty != DEC_NONE && o->qty != q->qty)
		rc = answer_wrong(e, "", "origQty", "is not the quantity that was asked for");
	if (!rc && q->price != DEC_NONE && o->price != q->price)
		rc = answer_wrong(e, "", "price", "is not the one that was asked for");
	return rc;
}

static enum err read_placed(const json_t *json, const struct order_request *q, struct placed *out, struct error *e)
{
	enum err rc;

	*out = (struct placed){ 0 };
	rc = spot_read_one(json, "", &out->order, e);
	out->order.created_ms = out->order.updated_ms;
	if (!rc)
		rc = check_placed(&out->order, q, e);
	if (!rc && q->stop_price != DEC_NONE && out->order.stop_price == 0)
		out->order.stop_price = q->stop_price; /* not every answer to a placement tells it */
	if (!rc)
		rc = read_fills(json, out, e);
	if (rc)
		placed_release(out);
	return rc;
}

enum err spot_read_placed(const char *text, size_t len, const struct order_request *q, struct placed *out, struct error *e)
{
	json_t *json;
	enum err rc = answer_parse(text, len, &json, e);

	*out = (struct placed){ 0 };
	if (rc)
		return rc;
	rc = read_placed(json, q, out, e);
	json_decref(json);
	return rc;
}
