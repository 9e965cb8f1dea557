/* A limit entry that carries its protection: it comes alive with the fill, however long nobody looks. */
#include <stdio.h>
#include <string.h>

#include "live/inside.h"
#include "model/id.h"

struct carried {
	struct order stop, target;
	bool has_stop, has_target;
	char old[ID_SIZE];              /* a leg of the attempt before, of which it is not known yet how it ended; "": none */
	char name[ID_SIZE];             /* the list's client id */
	const char *ids[LIST_ORDERS_MAX]; /* the entry's, and its legs' in here */
	size_t count;
};

/* The rows of the legs, made once for each attempt of the entry; their quantity is what the entry will have brought. */
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
		book_set_exits(&wished.p, &plan->d, entry->price, book_tick(&l->d->ledger.book.pairs[pair]));
		for (int leg = LEG_STOP; !rc && leg <= LEG_TARGET; leg++) {
			dec price = leg == LEG_STOP ? wished.p.stop_price : wished.p.target_price;

			if (price != DEC_NONE && !book_order_of(b, entry->decision, (enum leg)leg))
				rc = engine_protect(&l->d->engine, &wished, (enum leg)leg, entry->attempt, live_now(l), live_now(l), e);
		}
	}
	for (int leg = LEG_STOP; !rc && leg <= LEG_TARGET; leg++) {
		struct book_order *o = book_order_of(b, entry->decision, (enum leg)leg);

		if (!o)
			continue;
		if (o->o.attempt != entry->attempt) {
			memcpy(c->old, o->o.id, sizeof c->old);
			continue;
		}
		o->o.qty = DEC_NONE;
		rc = l->d->ledger.ops->put(&l->d->ledger, KIND_ORDER, &o->o, e);
		*(leg == LEG_STOP ? &c->stop : &c->target) = o->o;
		*(leg == LEG_STOP ? &c->has_stop : &c->has_target) = true;
	}
	return live_end(l, rc, e);
}

static enum err prepare(struct live *l, const struct order *entry, size_t pair, struct carried *c, struct error *e)
{
	enum err rc = make_legs(l, entry, pair, c, e);

	id_list(l->d->setup.digest, entry->decision, -1 - entry->attempt, c->name);
	c->ids[c->count++] = entry->id;
	if (c->has_stop)
		c->ids[c->count++] = c->stop.id;
	if (c->has_target)
		c->ids[c->count++] = c->target.id;
	return rc;
}

static const char *kind_word(const struct carried *c)
{
	return c->has_stop && c->has_target ? "OPOCO" : "OPO";
}

/* Asks for what stands in the way; while that is not known, the entry waits. */
static enum err wait_for_old(struct live *l, const struct order *entry, const struct carried *c, struct error *e)
{
	enum err rc = live_resolve(l, c->old, e);

	if (!rc)
		rc = desk_look(l->d, e);
	return rc || !live_order(l, c->old) ? rc : live_defer(l, entry->id, NULL, e);
}

enum err live_meet_protected(struct live *l, const struct order *entry, size_t pair, struct error *e)
{
	struct carried c = { .count = 0 };
	enum err rc = prepare(l, entry, pair, &c, e);

	if (!rc && c.old[0])
		return wait_for_old(l, entry, &c, e);
	if (!rc)
		rc = live_mark_sent(l, c.ids, c.count, c.name, kind_word(&c), e);
	for (size_t i = 0; !rc && i < c.count; i++)
		rc = live_resolve(l, c.ids[i], e);
	return rc;
}

enum err live_place_protected(struct live *l, const struct order *entry, size_t pair, bool *sent, struct error *e)
{
	const struct book_pair *rules = &l->d->ledger.book.pairs[pair];
	struct carried c = { .count = 0 };
	struct list_request q = { .symbol = entry->symbol, .working = live_request(entry), .side = SIDE_SELL, .qty = DEC_NONE };
	struct venue_list list;
	struct reply r;
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
	rc = prepare(l, entry, pair, &c, e);
	*sent = c.old[0] != '\0';
	if (rc || *sent)
		return rc ? rc : wait_for_old(l, entry, &c, e);
	if (!c.has_stop && !c.has_target)
		return OK;
	*sent = true;
	q.kind = c.has_stop && c.has_target ? LIST_OPOCO : LIST_OPO;
	if (c.has_stop)
		q.below = live_leg_request(&c.stop);
	if (c.has_target)
		q.above = live_leg_request(&c.target);
	q.id = c.name;
	rc = live_mark_sent(l, c.ids, c.count, c.name, kind_word(&c), e);
	if (rc)
		return rc;
	if (broker_place_list(l->b, &q, &list, &r) == FATE_DONE)
		return live_take_list(l, &list, c.ids, c.count, e);
	if (live_is_refused_maker(entry, &r)) {
		for (size_t i = 1; !rc && i < c.count; i++)
			rc = live_drop(l, c.ids[i], ORDER_REJECTED, "rejected", r.words, e);
		return rc ? rc : live_refused_maker(l, entry->id, &r, e);
	}
	return live_not_done(l, c.ids, c.count, &r, e);
}
