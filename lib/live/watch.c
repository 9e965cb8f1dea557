/* Entries that rest without protection of their own: a stop entry cannot carry any at the exchange, so somebody has to look. */
#include <stdlib.h>
#include <string.h>

#include "live/inside.h"

/* It rests at the exchange alone: what it buys stands bare until it is protected. */
static enum err is_alone(struct live *l, const struct order *o, bool *alone, struct error *e)
{
	struct wire w;
	bool found;
	enum err rc;

	*alone = false;
	if (o->leg != LEG_ENTRY || o->type == ORDER_MARKET)
		return OK;
	rc = wire_get(l->d, o->id, &w, &found, e);
	*alone = !rc && w.status == WIRE_ACKED && !w.list[0];
	return rc;
}

/* What became of one of them. *waits: it rests on, or cannot be asked about now. */
static enum err look_at(struct live *l, const struct order *o, bool *waits, bool *news, struct error *e)
{
	struct venue_order v;
	struct reply r;
	enum fate fate = broker_order(l->b, o->symbol, o->id, &v, &r);

	*waits = fate == FATE_NOT_SENT || fate == FATE_UNKNOWN || (fate == FATE_DONE && venue_status_is_open(v.status) && v.filled_qty == o->filled_qty);
	if (*waits || fate != FATE_DONE)
		return OK; /* what the exchange does not know is sync's to judge */
	*news = true;
	return live_take(l, &v, NULL, 0, e);
}

enum err live_watch(struct live *l, size_t *left, struct error *e)
{
	struct order *orders;
	size_t n = 0;
	bool news = false;
	enum err rc = desk_look(l->d, e);

	*left = 0;
	if (rc)
		return rc;
	live_forget_deferred(l);
	orders = calloc(l->d->ledger.book.order_count + 1, sizeof *orders);
	if (!orders)
		return error_memory(e);
	for (size_t i = 0; !rc && i < l->d->ledger.book.order_count; i++) {
		bool alone;

		rc = is_alone(l, &l->d->ledger.book.orders[i].o, &alone, e);
		if (!rc && alone)
			orders[n++] = l->d->ledger.book.orders[i].o;
	}
	for (size_t i = 0; !rc && i < n; i++) {
		bool waits;

		rc = look_at(l, &orders[i], &waits, &news, e);
		*left += !rc && waits;
	}
	free(orders);
	if (!rc && news)
		rc = live_work(l, false, e);
	return rc || !news ? rc : live_cover(l, false, e);
}
