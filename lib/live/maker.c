/* Limit-makers: refused where they would take, moved after the close, followed in a database that is older than the account. */
#include <stdio.h>
#include <string.h>

#include "live/inside.h"
#include "model/id.h"

#define REFUSALS_MAX 3 /* in a row, in one step: then the market runs away, and the entry has failed */

bool live_is_refused_maker(const struct order *o, const struct reply *r)
{
	return o->type == ORDER_MAKER && r->fate == FATE_REFUSED && r->reason == REFUSAL_WOULD_TAKE;
}

enum err live_refused_maker(struct live *l, const char *id, const struct reply *r, struct error *e)
{
	const struct book_order *found = live_order(l, id);
	struct venue_quote q = { 0 };
	struct book_order *o = NULL;
	struct reply asked;
	dec price;
	int *times;
	enum err rc;

	if (!found)
		return OK;
	rc = live_count_try(l, found->o.decision, &times, e);
	if (rc)
		return rc;
	price = engine_below(&l->d->engine, found->pair, found->o.price);
	if (broker_quote(l->b, found->o.symbol, &q, &asked) == FATE_DONE && q.ask > 0)
		price = dec_min(engine_below(&l->d->engine, found->pair, q.ask), found->o.price);
	if (++*times > REFUSALS_MAX || price <= 0)
		return live_drop(l, id, ORDER_REJECTED, "rejected", r->words, e);
	rc = live_begin(l, e);
	if (!rc)
		rc = live_note_refused(l, id, r->words, &o, e);
	if (!rc && o)
		rc = engine_reprice(&l->d->engine, o, ORDER_REJECTED, price, live_now(l), live_now(l), r->words, e);
	return live_end(l, rc, e);
}

bool live_wants_reprice(const struct live *l, const struct book_order *o, const struct wire *w)
{
	struct book *b = &l->d->ledger.book;
	const struct book_plan *plan = o->o.type == ORDER_MAKER ? book_plan_of(b, o->o.decision) : NULL;
	bool sent = w->status == WIRE_ACKED, waits = w->status == WIRE_INTENT && o->o.attempt > 0;

	return plan && (sent || waits) && o->o.filled_qty == 0 && o->o.created_ms < b->pairs[o->pair].settled_ms
		&& engine_maker_price(&l->d->engine, plan) > o->o.price;
}

enum err live_reprice(struct live *l, const char *id, struct error *e)
{
	struct book_order *o;
	struct wire w;
	bool found;
	enum err rc = live_begin(l, e);

	o = rc ? NULL : live_order(l, id);
	if (!o)
		return live_end(l, rc, e);
	snprintf(o->o.why, sizeof o->o.why, "%s", engine_repriced);
	rc = wire_get(l->d, id, &w, &found, e);
	if (!rc)
		rc = l->d->ledger.ops->put(&l->d->ledger, KIND_ORDER, &o->o, e);
	rc = live_end(l, rc, e);
	if (rc)
		return rc;
	return w.status == WIRE_INTENT ? live_drop(l, id, ORDER_CANCELED, "cancelled", engine_repriced, e) : live_cancel(l, id, e);
}

/* The first of the attempts that may follow which the exchange has. *v: that one. */
static enum err find_later(struct live *l, const struct order *o, struct venue_order *v, bool *there, struct error *e)
{
	enum looked looked = LOOKED_ABSENT;
	char id[ID_SIZE];
	struct reply r = { 0 };
	enum err rc = OK;

	for (int i = 1; !rc && looked == LOOKED_ABSENT && i <= REFUSALS_MAX + 1; i++) {
		id_order(l->d->setup.digest, o->decision, (enum leg)o->leg, o->attempt + i, id);
		rc = live_look_up(l, o->symbol, id, v, &looked, &r, e);
	}
	*there = looked == LOOKED_THERE;
	return rc || looked != LOOKED_LATER ? rc : live_defer(l, o->id, &r, e);
}

enum err live_maker_went_on(struct live *l, const struct order *o, bool *moved, struct error *e)
{
	struct venue_order v;

	*moved = false;
	return o->type == ORDER_MAKER ? find_later(l, o, &v, moved, e) : OK;
}

enum err live_skip_refused(struct live *l, const struct order *o, bool *skipped, struct error *e)
{
	struct book_order *row = NULL;
	struct venue_order v;
	enum err rc = find_later(l, o, &v, skipped, e);

	if (rc || !*skipped)
		return rc;
	rc = live_begin(l, e);
	if (!rc)
		rc = live_note_refused(l, o->id, "refused before: the database is older than the account", &row, e);
	if (!rc && row)
		rc = engine_reprice(&l->d->engine, row, ORDER_REJECTED, v.price, live_now(l), live_now(l), "refused before", e);
	return live_end(l, rc, e);
}
