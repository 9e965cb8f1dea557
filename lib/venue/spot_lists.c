#include <stdio.h>

#include "venue/spot_calls.h"
#include "venue/spot_read.h"

/* The kinds of lists, as enum list_kind. */
static const struct route kinds[] = {
	[LIST_OCO] = { HTTP_POST, "/api/v3/orderList/oco", 1, 2, true, true },
	[LIST_OPO] = { HTTP_POST, "/api/v3/orderList/opo", 1, 2, true, true },
	[LIST_OPOCO] = { HTTP_POST, "/api/v3/orderList/opoco", 1, 3, true, true },
};
static const struct route cancel_route = { HTTP_DELETE, "/api/v3/orderList", 1, 0, true, true };

/* Parameters of one leg are named after its place: abovePrice, pendingBelowStopPrice, … */
static const char *name(const char *prefix, const char *what, char *out, size_t size)
{
	snprintf(out, size, "%s%s", prefix, what);
	return out;
}

static void add_leg(struct broker *b, const char *prefix, const struct leg_request *l)
{
	char key[40];

	if (!l->id)
		return;
	query_text(b, name(prefix, "Type", key, sizeof key), venue_type_names[l->type]);
	query_text(b, name(prefix, "ClientOrderId", key, sizeof key), l->id);
	if (l->price != DEC_NONE)
		query_dec(b, name(prefix, "Price", key, sizeof key), l->price);
	if (l->stop_price != DEC_NONE)
		query_dec(b, name(prefix, "StopPrice", key, sizeof key), l->stop_price);
	if (l->tif != VENUE_TIF_NONE)
		query_text(b, name(prefix, "TimeInForce", key, sizeof key), venue_tif_names[l->tif]);
}

static void add_working(struct broker *b, const struct order_request *w)
{
	query_text(b, "workingType", venue_type_names[w->type]);
	query_text(b, "workingSide", w->side == SIDE_BUY ? "BUY" : "SELL");
	query_text(b, "workingClientOrderId", w->id);
	query_dec(b, "workingPrice", w->price);
	query_dec(b, "workingQuantity", w->qty);
	if (w->tif != VENUE_TIF_NONE)
		query_text(b, "workingTimeInForce", venue_tif_names[w->tif]);
}

static void add_list(struct broker *b, const struct list_request *q)
{
	const char *side = q->side == SIDE_BUY ? "BUY" : "SELL";

	query_text(b, "symbol", q->symbol);
	query_text(b, "listClientOrderId", q->id);
	query_text(b, "newOrderRespType", "FULL");
	if (q->kind != LIST_OCO)
		add_working(b, &q->working);
	if (q->kind == LIST_OCO) {
		query_text(b, "side", side);
		query_dec(b, "quantity", q->qty);
		add_leg(b, "above", &q->above);
		add_leg(b, "below", &q->below);
	} else if (q->kind == LIST_OPO) {
		query_text(b, "pendingSide", side);
		add_leg(b, "pending", q->above.id ? &q->above : &q->below);
	} else {
		query_text(b, "pendingSide", side);
		add_leg(b, "pendingAbove", &q->above);
		add_leg(b, "pendingBelow", &q->below);
	}
}

static enum fate read_list(struct broker *b, const struct route *route, bool urgent, const char *symbol, const char *id, struct venue_list *out,
	struct reply *r)
{
	struct error e = { 0 };
	enum fate fate = broker_carry(b, route, urgent, r);

	*out = (struct venue_list){ 0 };
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_list(answer_text(b), b->answer.len, symbol, id, out, &e), &e, r);
}

enum fate spot_place_list(struct broker *b, const struct list_request *q, struct venue_list *out, struct reply *r)
{
	query_start(b);
	add_list(b, q);
	return read_list(b, &kinds[q->kind], q->reduces, q->symbol, q->id, out, r);
}

enum fate spot_cancel_list(struct broker *b, const char *symbol, const char *id, struct venue_list *out, struct reply *r)
{
	query_start(b);
	query_text(b, "symbol", symbol);
	query_text(b, "listClientOrderId", id);
	return read_list(b, &cancel_route, true, symbol, NULL, out, r);
}
