/* A resting order's quantity is reduced; it keeps its place. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/trade.h"

static bool rejected(struct sim_answer *a, const char *why)
{
	sim_refuse(a, 400, -2038, "%s", why);
	return false;
}

static bool amend_allowed(const struct sim_scene *s, const struct sim_order *o, dec qty, struct sim_answer *a)
{
	struct sim_ticket t = { .side = o->side, .type = o->type, .qty = qty, .price = o->price, .trailing_delta = INT_NONE };
	struct sim_holding h = { .reference = s->holding.reference };
	const char *filter = sim_filter(s->r, &t, &h, 0);

	if (!s->r->amend)
		return rejected(a, "Order amend is not supported for this symbol.");
	if (!sim_order_rests(o))
		return rejected(a, "The order is not on the book.");
	if (qty >= o->qty - o->prevented_qty)
		return rejected(a, "Order amend (quantity increase) is not supported.");
	if (s->r->max_amends && o->amends >= s->r->max_amends)
		return rejected(a, "Filter failure: MAX_NUM_ORDER_AMENDS");
	if (!filter)
		return true;
	sim_refuse(a, 400, -1013, "Filter failure: %s", filter);
	return false;
}

static void add_amended(const struct sim_request *q, const struct sim_order *o, const char *before, struct buf *b)
{
	buf_addf(b, "{\"transactTime\":%" PRId64 ",\"executionId\":%" PRId64 ",\"amendedOrder\":{\"symbol\":", sim_time(q, q->now_ms), o->id * 100 + o->amends);
	buf_add_json(b, o->symbol, strlen(o->symbol));
	buf_addf(b, ",\"orderId\":%" PRId64 ",\"orderListId\":%" PRId64 ",\"origClientOrderId\":\"%s\",\"clientOrderId\":\"%s\"", o->id, o->list_id, before,
		o->client_id);
	sim_add_amount(b, "price", o->price);
	sim_add_amount(b, "qty", o->qty);
	sim_add_amount(b, "executedQty", o->filled_qty);
	sim_add_amount(b, "preventedQty", o->prevented_qty);
	sim_add_amount(b, "quoteOrderQty", o->quote_qty);
	sim_add_amount(b, "cumulativeQuoteQty", o->filled_quote);
	buf_addf(b, ",\"status\":\"%s\",\"timeInForce\":\"%s\",\"type\":\"%s\",\"side\":\"%s\",\"workingTime\":%" PRId64 ",\"selfTradePreventionMode\":\"%s\"}}",
		sim_status_names[o->status], sim_tif_names[o->tif], sim_type_names[o->type], sim_side_names[o->side], sim_time(q, o->working_ms),
		sim_stp_names[o->stp]);
}

/* A quantity that is already filled ends the order. */
static enum err amend(const struct sim_request *q, const struct sim_scene *s, struct sim_order *o, dec qty, struct error *e)
{
	struct sim_exchange *x = q->state->exchange;

	o->amends++;
	o->update_ms = q->now_ms;
	if (qty <= o->filled_qty)
		return sim_end(x, o, SIM_EXPIRED, SIM_EXPIRY_NONE, q->now_ms, e);
	o->qty = qty + o->prevented_qty;
	sim_relock(x, o, s->r);
	return OK;
}

void sim_put_amend(const struct sim_request *q, struct sim_answer *a)
{
	struct error e = { 0 };
	struct sim_scene s;
	struct sim_order *o;
	char before[40], id[40];
	dec qty;

	if (!sim_scene_read(q, &s, a) || !sim_amount_read(q, "newQty", &qty, a) || !sim_client_id_read(q, "newClientOrderId", id, a))
		return;
	if (!sim_param(q, "newQty")) {
		sim_missing("newQty", a);
		return;
	}
	if (qty == 0) {
		sim_refuse(a, 400, -1013, "Invalid quantity.");
		return;
	}
	o = sim_order_asked(q, s.r->symbol, "orderId", "origClientOrderId", true, -2013, "Order does not exist.", a);
	if (!o || !amend_allowed(&s, o, qty, a))
		return;
	if (id[0] && sim_order_named(&q->state->exchange->orders, sim_owner(q), o->symbol, id, true)) {
		sim_refuse(a, 400, -2010, "Duplicate order sent.");
		return;
	}
	memcpy(before, o->client_id, sizeof before);
	if (id[0])
		memcpy(o->client_id, id, sizeof o->client_id);
	if (amend(q, &s, o, qty, &e))
		sim_fail(q, a, &e);
	else
		add_amended(q, o, before, &a->body);
}
