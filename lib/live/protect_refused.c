/* Where the exchange will not have what is to protect a position. */
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"
#include "model/id.h"

static enum err note_attempt(void *ctx, const void *object, struct error *e)
{
	const struct order *o = object;
	int64_t *next = ctx;

	(void)e;
	if ((o->leg == LEG_STOP || o->leg == LEG_TARGET) && o->attempt >= *next)
		*next = o->attempt + 1;
	return OK;
}

enum err live_next_attempt(struct live *l, const char *decision, int64_t *next, struct error *e)
{
	struct store_query q = STORE_ANY;

	*next = 0;
	q.account = l->d->setup.label;
	q.decision = decision;
	return store_each(l->d->store, &kinds[KIND_ORDER], &q, note_attempt, next, e);
}

/* The market is beyond the stop or the target already: what they would have done is done now. */
static enum err exit_now(struct live *l, const char *strategy, size_t pair, enum leg leg, const struct reply *r, struct error *e)
{
	struct book_position *p;
	char decision[ID_SIZE] = "";
	enum err rc = live_begin(l, e);

	p = rc ? NULL : book_position_of(&l->d->ledger.book, strategy, pair);
	if (p && book_plan_for(&l->d->ledger.book, strategy, pair, CLASS_REDUCE)) /* an exit that must wait: there is no other */
		memcpy(decision, p->p.decision, sizeof decision);
	else if (p)
		rc = engine_exit(&l->d->engine, p, engine_leg_reason(&p->p, leg), l->d->ledger.book.pairs[pair].settled_ms, live_now(l),
			leg == LEG_STOP ? "the stop would trigger at once" : "the target would fill at once", e);
	rc = live_end(l, rc, e);
	return rc || !decision[0] ? rc : live_defer(l, decision, r, e);
}

/* The orders of a pair that the exchange has: copies of their ids, which the caller frees. */
static enum err open_orders(struct live *l, size_t pair, char (**ids)[ID_SIZE], size_t *n, struct error *e)
{
	const struct book *b = &l->d->ledger.book;
	enum err rc = OK;

	*n = 0;
	*ids = calloc(b->order_count + 1, sizeof **ids);
	if (!*ids)
		return error_memory(e);
	for (size_t i = 0; !rc && i < b->order_count; i++) {
		struct wire w;
		bool found;

		if (b->orders[i].pair != pair)
			continue;
		rc = wire_get(l->d, b->orders[i].o.id, &w, &found, e);
		if (!rc && w.status == WIRE_ACKED)
			memcpy((*ids)[(*n)++], b->orders[i].o.id, ID_SIZE);
	}
	return rc;
}

/*
 * The coins are not all there. Another strategy's entry that carries its protection pays its fee out of them as long as
 * they lie free, and may have been filled since it was last asked for. *less: so it was, and there is less to protect.
 */
static enum err find_less(struct live *l, const struct position *was, size_t pair, bool *less, struct error *e)
{
	const struct book_position *p;
	char (*ids)[ID_SIZE];
	size_t n;
	enum err rc = open_orders(l, pair, &ids, &n, e);

	*less = false;
	for (size_t i = 0; !rc && i < n; i++)
		rc = live_resolve(l, ids[i], e);
	free(ids);
	if (!rc)
		rc = desk_look(l->d, e);
	if (rc)
		return rc;
	p = book_position_of(&l->d->ledger.book, was->strategy, pair);
	*less = !p || strcmp(p->p.decision, was->decision) != 0 || p->p.qty < was->qty;
	return OK;
}

/*
 * The coins are in a later attempt that the exchange has already, for the database is older than the account: the attempt
 * that comes next meets it.
 */
static enum err find_later(struct live *l, const struct position *p, bool *there, struct error *e)
{
	char id[ID_SIZE];
	struct venue_order v;
	enum looked looked;
	struct reply r = { 0 };
	int64_t next;
	enum err rc = live_next_attempt(l, p->decision, &next, e);

	*there = false;
	if (rc)
		return rc;
	id_order(l->d->setup.digest, p->decision, p->stop_price != DEC_NONE ? LEG_STOP : LEG_TARGET, next, id);
	rc = live_look_up(l, p->symbol, id, &v, &looked, &r, e);
	*there = !rc && looked != LOOKED_ABSENT;
	return rc || looked != LOOKED_LATER ? rc : live_defer(l, p->decision, &r, e);
}

enum err live_protection_refused(struct live *l, const struct position *p, size_t pair, const struct reply *r, struct error *e)
{
	struct venue_quote q = { 0 };
	struct reply asked;
	bool known = broker_quote(l->b, p->symbol, &q, &asked) == FATE_DONE, met = false;
	enum err rc;

	if (p->stop_price != DEC_NONE && (r->reason == REFUSAL_WOULD_TRIGGER || (known && q.bid > 0 && q.bid <= p->stop_price)))
		return exit_now(l, p->strategy, pair, LEG_STOP, r, e);
	if (p->target_price != DEC_NONE && (r->reason == REFUSAL_WOULD_TAKE || (known && q.bid >= p->target_price)))
		return exit_now(l, p->strategy, pair, LEG_TARGET, r, e);
	rc = r->reason == REFUSAL_BALANCE ? find_less(l, p, pair, &met, e) : OK;
	if (!rc && !met && r->reason == REFUSAL_BALANCE)
		rc = find_later(l, p, &met, e);
	if (!rc && !met)
		rc = live_begin(l, e);
	if (rc || met)
		return rc;
	rc = live_block(l, "protection", p->symbol, p->decision, DEC_NONE, e, "%s of strategy %s cannot be protected: %.150s", p->symbol, p->strategy, r->words);
	rc = live_end(l, rc, e);
	return rc ? rc : live_defer(l, p->decision, r, e);
}
