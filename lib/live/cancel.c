/* Cancelling an order, with its list, and how it ended. */
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"

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
