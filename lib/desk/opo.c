/* A limit entry that carries its protection: it comes alive with the fill, however long nobody looks. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "desk/inside.h"
#include "model/id.h"

struct carried {
	struct order stop, target;
	bool has_stop, has_target;
};

/* The rows of the legs, made once; their quantity is what the entry will have brought. */
static enum err make_legs(struct live *l, const struct order *entry, size_t pair, struct carried *c, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	struct book_position wished = { .p = { .market = entry->market }, .pair = pair };
	const struct book_plan *plan;
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	plan = book_plan_of(b, entry->decision);
	if (plan) {
		memcpy(wished.p.decision, entry->decision, sizeof wished.p.decision);
		memcpy(wished.p.account, entry->account, sizeof wished.p.account);
		memcpy(wished.p.strategy, entry->strategy, sizeof wished.p.strategy);
		memcpy(wished.p.symbol, entry->symbol, sizeof wished.p.symbol);
		book_set_exits(&wished.p, &plan->d, entry->price, engine_tick(&l->d->engine, pair));
		for (int leg = LEG_STOP; !rc && leg <= LEG_TARGET; leg++) {
			dec price = leg == LEG_STOP ? wished.p.stop_price : wished.p.target_price;

			if (price != DEC_NONE && !book_order_of(b, entry->decision, (enum leg)leg))
				rc = engine_protect(&l->d->engine, &wished, (enum leg)leg, 0, live_now(l), live_now(l), e);
		}
	}
	for (int leg = LEG_STOP; !rc && leg <= LEG_TARGET; leg++) {
		struct book_order *o = book_order_of(b, entry->decision, (enum leg)leg);

		if (!o)
			continue;
		o->o.qty = DEC_NONE;
		rc = l->d->ledger.ops->put(&l->d->ledger, KIND_ORDER, &o->o, e);
		*(leg == LEG_STOP ? &c->stop : &c->target) = o->o;
		*(leg == LEG_STOP ? &c->has_stop : &c->has_target) = true;
	}
	return live_end(l, rc, e);
}

static enum err take_list(struct live *l, const struct venue_list *list, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < list->order_count; i++)
		rc = list->full ? live_take(l, &list->orders[i], NULL, 0, e) : live_resolve(l, list->orders[i].id, e);
	return rc;
}

enum err live_place_protected(struct live *l, const struct order *entry, size_t pair, bool *sent, struct error *e)
{
	const struct book_pair *rules = &l->d->ledger.book.pairs[pair];
	struct carried c = { .has_stop = false };
	const char *ids[LIST_ORDERS_MAX] = { entry->id };
	struct list_request q = { .symbol = entry->symbol, .working = live_request(entry), .side = SIDE_SELL, .qty = DEC_NONE };
	struct venue_list list;
	char name[ID_SIZE];
	struct reply r;
	size_t n = 1;
	bool found;
	dec beside;
	enum err rc;

	*sent = false;
	if (!rules->has_rules || rules->rules.opo_allowed != 1 || rules->rules.oco_allowed != 1)
		return OK;
	/* The list would sell all that was bought, and its fee out of what lies there beside: then it is not used. */
	rc = baseline_get(l->d, rules->rules.base_asset, &beside, &found, e);
	if (rc || beside != 0)
		return rc;
	rc = make_legs(l, entry, pair, &c, e);
	if (rc || (!c.has_stop && !c.has_target))
		return rc;
	*sent = true;
	q.kind = c.has_stop && c.has_target ? LIST_OPOCO : LIST_OPO;
	if (c.has_stop) {
		q.below = (struct leg_request){ c.stop.id, VENUE_STOP_LOSS, VENUE_TIF_NONE, DEC_NONE, c.stop.stop_price };
		ids[n++] = c.stop.id;
	}
	if (c.has_target) {
		q.above = (struct leg_request){ c.target.id, VENUE_LIMIT_MAKER, VENUE_TIF_NONE, c.target.price, DEC_NONE };
		ids[n++] = c.target.id;
	}
	id_list(l->d->setup.digest, entry->decision, -1 - entry->attempt, name);
	q.id = name;
	rc = live_mark_sent(l, ids, n, name, q.kind == LIST_OPOCO ? "OPOCO" : "OPO", e);
	if (rc)
		return rc;
	if (broker_place_list(l->b, &q, &list, &r) == FATE_DONE)
		return take_list(l, &list, e);
	return live_not_done(l, ids, n, &r, e);
}
