/* One order on its way: sent once, and cancelled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "desk/inside.h"

enum err live_mark_sent(struct live *l, const char *const *ids, size_t n, const char *list, const char *sent_as, struct error *e)
{
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++) {
		struct wire w;
		bool found;

		rc = wire_get(l->d, ids[i], &w, &found, e);
		if (!rc && (!found || w.status != WIRE_INTENT))
			rc = error_set(e, ERR_INTERNAL, "order %s is not an intent: it is not sent", ids[i]);
		w.status = WIRE_SENT;
		w.sent_ms = utc_now_ms();
		snprintf(w.list, sizeof w.list, "%s", list);
		snprintf(w.sent_as, sizeof w.sent_as, "%s", sent_as);
		if (!rc)
			rc = wire_step(l->d, &w, "sent", w.sent_ms, sent_as, e);
	}
	return live_end(l, rc, e);
}

/* It certainly was not sent, or certainly was, and no answer came. */
static enum err set_status(struct live *l, const char *const *ids, size_t n, enum wire_status status, const char *step, const char *note, struct error *e)
{
	enum err rc = live_begin(l, e);

	for (size_t i = 0; !rc && i < n; i++) {
		struct wire w;
		bool found;

		rc = wire_get(l->d, ids[i], &w, &found, e);
		w.status = (int)status;
		if (status == WIRE_UNKNOWN && w.unknown_ms == TIME_NONE)
			w.unknown_ms = utc_now_ms();
		if (!rc)
			rc = wire_step(l->d, &w, step, utc_now_ms(), note, e);
	}
	return live_end(l, rc, e);
}

enum err live_drop(struct live *l, const char *id, enum order_status status, const char *step, const char *why, struct error *e)
{
	struct engine_report r = { .order = id, .status = status, .t_ms = live_now(l), .why = why };
	struct wire w;
	bool found;
	enum err rc = live_begin(l, e);

	if (!rc && live_order(l, id)) {
		rc = wire_get(l->d, id, &w, &found, e);
		w.status = WIRE_ENDED;
		w.ended_ms = utc_now_ms();
		if (!rc)
			rc = engine_report(&l->d->engine, &r, e);
		if (!rc)
			rc = wire_step(l->d, &w, step, w.ended_ms, why, e);
	}
	return live_end(l, rc, e);
}

/* Refused for a lack of coins: they may be gone because the exchange has carried out this very order before. */
static enum err refused(struct live *l, const char *id, const struct reply *r, struct error *e)
{
	const struct book_order *o = live_order(l, id);
	struct venue_order v;
	struct reply asked;

	if (o && r->reason == REFUSAL_BALANCE && broker_order(l->b, o->o.symbol, id, &v, &asked) == FATE_DONE)
		return live_take(l, &v, NULL, 0, e);
	return live_drop(l, id, ORDER_REJECTED, "rejected", r->words, e);
}

enum err live_not_done(struct live *l, const char *const *ids, size_t n, const struct reply *r, struct error *e)
{
	enum err rc = OK;

	switch (r->fate) {
	case FATE_DONE: return OK;
	case FATE_NOT_SENT:
		rc = set_status(l, ids, n, WIRE_INTENT, "not sent", r->error.message, e);
		return rc ? rc : live_defer(l, ids[0], r, e);
	case FATE_REFUSED:
		if (live_is_refused(r)) {
			for (size_t i = 0; !rc && i < n; i++)
				rc = refused(l, ids[i], r, e);
			return rc;
		}
		break; /* ask */
	case FATE_UNKNOWN: break;
	}
	rc = set_status(l, ids, n, WIRE_UNKNOWN, "unknown", r->error.message, e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = live_resolve(l, ids[i], e);
	return rc;
}

/* ---- placing ---- */

/* The exchange's kind of order for one of ours. A market order with a collar is a limit order that does not wait. */
struct order_request live_request(const struct order *o)
{
	struct order_request q = {
		.symbol = o->symbol, .id = o->id, .side = o->side, .qty = o->qty, .quote_qty = o->quote_qty, .price = DEC_NONE, .stop_price = DEC_NONE,
		.type = VENUE_MARKET, .tif = VENUE_TIF_NONE, .reduces = o->leg != LEG_ENTRY,
	};

	if (o->type == ORDER_LIMIT) {
		q.type = VENUE_LIMIT;
		q.tif = VENUE_GTC;
		q.price = o->price;
	} else if (o->type == ORDER_MAKER) {
		q.type = VENUE_LIMIT_MAKER;
		q.price = o->price;
	} else if (o->type == ORDER_MARKET && o->worst_price != DEC_NONE && o->leg == LEG_ENTRY) {
		q.type = VENUE_LIMIT;
		q.tif = VENUE_IOC;
		q.price = o->worst_price;
	} else if (o->type == ORDER_STOP && o->worst_price != DEC_NONE && o->leg == LEG_ENTRY) {
		q.type = VENUE_STOP_LOSS_LIMIT;
		q.tif = VENUE_IOC;
		q.price = o->worst_price;
		q.stop_price = o->stop_price;
	} else if (o->type == ORDER_STOP) {
		q.type = VENUE_STOP_LOSS;
		q.stop_price = o->stop_price;
	}
	return q;
}

/* A row that the exchange has refused: *o is still open in the book. Inside a transaction. */
enum err live_note_refused(struct live *l, const char *id, const char *words, struct book_order **o, struct error *e)
{
	struct wire w;
	bool found;
	enum err rc;

	*o = live_order(l, id);
	if (!*o)
		return OK;
	rc = wire_get(l->d, id, &w, &found, e);
	w.status = WIRE_ENDED;
	w.ended_ms = utc_now_ms();
	return rc ? rc : wire_step(l->d, &w, "rejected", w.ended_ms, words, e);
}

/* A stop entry whose price is already reached: it is bought as the market stands, within its collar, as on paper. */
static enum err buy_now(struct live *l, const char *id, const char *words, struct error *e)
{
	struct book_order *o = NULL;
	struct order next;
	size_t pair;
	enum err rc = live_begin(l, e);

	if (!rc)
		rc = live_note_refused(l, id, words, &o, e);
	if (rc || !o)
		return live_end(l, rc, e);
	next = o->o;
	pair = o->pair;
	rc = engine_end_order(&l->d->engine, o, ORDER_REJECTED, live_now(l), words, e);
	next.attempt++;
	next.type = ORDER_MARKET;
	next.status = ORDER_INTENT;
	next.stop_price = DEC_NONE;
	next.expires_ms = TIME_NONE;
	next.created_ms = next.updated_ms = live_now(l);
	if (!rc)
		rc = engine_put_order(&l->d->engine, &next, pair, live_now(l), e);
	return live_end(l, rc, e);
}

static enum err send_one(struct live *l, const struct order *o, struct error *e)
{
	struct order_request q = live_request(o);
	struct placed placed = { 0 };
	struct reply r;
	char sent_as[32];
	enum err rc;

	snprintf(sent_as, sizeof sent_as, "%s%s%s", venue_type_names[q.type], q.tif != VENUE_TIF_NONE ? " " : "",
		q.tif != VENUE_TIF_NONE ? venue_tif_names[q.tif] : "");
	rc = live_mark_sent(l, &(const char *){ o->id }, 1, "", sent_as, e);
	if (rc)
		return rc;
	if (broker_place(l->b, &q, &placed, &r) == FATE_DONE)
		rc = live_take(l, &placed.order, placed.fills, placed.fill_count, e);
	else if (r.fate == FATE_REFUSED && r.reason == REFUSAL_WOULD_TRIGGER && o->leg == LEG_ENTRY && o->type == ORDER_STOP)
		rc = buy_now(l, o->id, r.words, e);
	else if (live_is_refused_maker(o, &r))
		rc = live_refused_maker(l, o->id, &r, e);
	else
		rc = live_not_done(l, &(const char *){ o->id }, 1, &r, e);
	placed_release(&placed);
	return rc;
}

enum err live_place(struct live *l, const char *id, struct error *e)
{
	const struct book_order *found = live_order(l, id);
	struct order o;
	size_t pair;
	bool goes, sent = false;
	enum err rc;

	if (!found)
		return OK;
	o = found->o;
	pair = found->pair;
	rc = live_ask_first(l, &o, pair, &goes, e);
	if (rc || !goes)
		return rc;
	rc = o.leg == LEG_ENTRY && order_type_is_limit(o.type) ? live_place_protected(l, &o, pair, &sent, e) : OK;
	return rc || sent ? rc : send_one(l, &o, e);
}

/* ---- cancelling ---- */

/* The open orders of a list, from the book as last loaded. */
static enum err find_list(struct live *l, const char *list, char ids[LIST_ORDERS_MAX][ID_SIZE], size_t *n, struct error *e)
{
	enum err rc = OK;

	*n = 0;
	for (size_t i = 0; !rc && i < l->d->ledger.book.order_count && *n < LIST_ORDERS_MAX; i++) {
		struct wire w;
		bool found;

		memcpy(ids[*n], l->d->ledger.book.orders[i].o.id, sizeof *ids);
		rc = wire_get(l->d, ids[*n], &w, &found, e);
		*n += !rc && found && strcmp(w.list, list) == 0;
	}
	return rc;
}

/* With an order its whole list goes: each of its orders is marked, so that no step takes its end for somebody else's doing. */
static enum err mark_cancel(struct live *l, const char *id, struct wire *w, struct error *e)
{
	char ids[LIST_ORDERS_MAX][ID_SIZE];
	size_t n = 1;
	bool found;
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	rc = wire_get(l->d, id, w, &found, e);
	memcpy(ids[0], w->id, sizeof *ids);
	if (!rc && w->list[0])
		rc = find_list(l, w->list, ids, &n, e);
	for (size_t i = 0; !rc && i < n; i++) {
		struct wire marked;

		rc = wire_get(l->d, ids[i], &marked, &found, e);
		marked.cancel_ms = utc_now_ms();
		if (!rc)
			rc = wire_step(l->d, &marked, "cancel sent", marked.cancel_ms, "", e);
	}
	return live_end(l, rc, e);
}

/* Every open order of the list, asked for one by one. */
static enum err resolve_list(struct live *l, const char *list, struct error *e)
{
	char ids[LIST_ORDERS_MAX][ID_SIZE];
	size_t n = 0;
	enum err rc = desk_look(l->d, e);

	if (!rc)
		rc = find_list(l, list, ids, &n, e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = live_resolve(l, ids[i], e);
	return rc;
}

enum err live_cancel(struct live *l, const char *id, struct error *e)
{
	const struct book_order *o = live_order(l, id);
	char symbol[SYMBOL_SIZE], name[ID_SIZE];
	struct venue_list list;
	struct venue_order v;
	struct wire w;
	struct reply r;
	enum err rc;

	if (!o)
		return OK;
	memcpy(symbol, o->o.symbol, sizeof symbol);
	memcpy(name, o->o.id, sizeof name);
	rc = mark_cancel(l, name, &w, e);
	if (rc)
		return rc;
	if (!w.list[0]) {
		if (broker_cancel(l->b, symbol, name, &v, &r) == FATE_DONE)
			return live_take(l, &v, NULL, 0, e);
		return r.fate == FATE_NOT_SENT ? live_defer(l, name, &r, e) : live_resolve(l, name, e);
	}
	if (broker_cancel_list(l->b, symbol, w.list, &list, &r) != FATE_DONE || !list.full)
		return r.fate == FATE_NOT_SENT ? live_defer(l, name, &r, e) : resolve_list(l, w.list, e);
	for (size_t i = 0; !rc && i < list.order_count; i++)
		rc = live_take(l, &list.orders[i], NULL, 0, e);
	return rc;
}
