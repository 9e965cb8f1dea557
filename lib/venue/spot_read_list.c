#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "venue/answer.h"
#include "venue/klines.h"
#include "venue/spot_read.h"

static const char *const state_words[] = { "EXECUTING", "ALL_DONE", "REJECT", NULL };

struct head {
	struct venue_list list;
	int state;
};

#define H(member) offsetof(struct head, member), sizeof(((struct head *)0)->member)
#define O(member) offsetof(struct venue_order, member), sizeof(((struct venue_order *)0)->member)
#define ITEMS(table) (table), sizeof(table) / sizeof *(table)

static const struct answer_item head_items[] = {
	{ "orderListId", ANSWER_INT, H(list.list_id), 0, NULL },
	{ "listOrderStatus", ANSWER_WORD, H(state), 0, state_words },
	{ "listClientOrderId", ANSWER_TEXT, H(list.id), 0, NULL },
	{ "transactionTime", ANSWER_TIME, H(list.t_ms), 0, NULL },
	{ "symbol", ANSWER_TEXT, H(list.symbol), 0, NULL },
};

static const struct answer_item brief_items[] = {
	{ "symbol", ANSWER_TEXT, O(symbol), 0, NULL },
	{ "orderId", ANSWER_INT, O(order_id), 0, NULL },
	{ "clientOrderId", ANSWER_TEXT, O(id), 0, NULL },
};

static enum err read_reports(const json_t *json, struct venue_list *l, struct error *e)
{
	json_t *list, *row;
	char at[64];
	size_t i;
	enum err rc;

	if (!json_object_get(json, "orderReports"))
		return OK;
	rc = answer_list(json, "orderReports", "", LIST_ORDERS_MAX, &list, e);
	if (!rc && json_array_size(list) != l->order_count)
		rc = answer_wrong(e, "", "orderReports", "%zu of them, and %zu orders", json_array_size(list), l->order_count);
	if (rc)
		return rc;
	json_array_foreach(list, i, row) {
		int64_t id = -1;

		snprintf(at, sizeof at, "orderReports[%zu].", i);
		rc = spot_read_one(row, at, &l->orders[i], e);
		if (!rc && strcmp(l->orders[i].symbol, l->symbol) != 0)
			rc = answer_wrong(e, at, "symbol", "is another than the list's");
		if (!rc && l->orders[i].list_id != l->list_id)
			rc = answer_wrong(e, at, "orderListId", "is another than the list's");
		for (size_t k = 0; k < i; k++)
			if (l->orders[k].order_id == l->orders[i].order_id)
				id = l->orders[k].order_id;
		if (!rc && id >= 0)
			rc = answer_wrong(e, at, "orderId", "stands there twice");
		if (rc)
			return rc;
	}
	l->full = true;
	return OK;
}

static enum err read_list(const json_t *json, struct venue_list *out, struct error *e)
{
	struct head h = { 0 };
	json_t *orders, *row;
	char at[64];
	size_t i;
	enum err rc = answer_read(ITEMS(head_items), json, &h, "", e);

	if (!rc)
		rc = answer_list(json, "orders", "", LIST_ORDERS_MAX, &orders, e);
	if (rc)
		return rc;
	h.list.executing = h.state == 0;
	h.list.rejected = h.state == 2;
	h.list.order_count = json_array_size(orders);
	json_array_foreach(orders, i, row) {
		snprintf(at, sizeof at, "orders[%zu].", i);
		h.list.orders[i].list_id = h.list.list_id;
		rc = answer_read(ITEMS(brief_items), row, &h.list.orders[i], at, e);
		if (rc)
			return rc;
	}
	*out = h.list;
	return read_reports(json, out, e);
}

enum err spot_read_list(const char *text, size_t len, const char *symbol, const char *id, struct venue_list *out, struct error *e)
{
	json_t *json;
	enum err rc = answer_parse(text, len, &json, e);

	if (rc)
		return rc;
	rc = read_list(json, out, e);
	if (!rc)
		rc = answer_asked(out->symbol, symbol, "", "symbol", e);
	if (!rc)
		rc = answer_asked(out->id, id, "", "listClientOrderId", e);
	json_decref(json);
	return rc;
}
