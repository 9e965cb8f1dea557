/* Exits: the protection is cancelled, and what remains is sold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "desk/inside.h"

/* What it still has to sell. A row that was not sent yet may change. */
static enum err set_qty(struct live *l, const char *id, dec qty, struct error *e)
{
	struct book_order *o;
	enum err rc = live_begin(l, e);

	o = rc ? NULL : live_order(l, id);
	if (o && o->o.qty != qty) {
		o->o.qty = qty;
		rc = l->d->ledger.ops->put(&l->d->ledger, KIND_ORDER, &o->o, e);
	}
	return live_end(l, rc, e);
}

enum err live_exit(struct live *l, const char *id, struct error *e)
{
	struct book_order *o = live_order(l, id);
	struct book_position *p = o ? book_position_of(&l->d->ledger.book, o->o.strategy, o->pair) : NULL;
	struct position was;
	size_t pair;
	bool clear, cancelled;
	dec qty;
	enum err rc;

	if (!o)
		return OK;
	if (!p)
		return live_drop(l, id, ORDER_CANCELED, "cancelled", "the position was closed before", e);
	was = p->p;
	pair = p->pair;
	qty = dec_to_step(was.qty, engine_lot(&l->d->engine, pair), ROUND_DOWN);
	rc = live_unprotect(l, p, &clear, &cancelled, e);
	if (rc || !clear)
		return rc || cancelled ? rc : live_defer(l, id, NULL, e);
	if (live_is_dust(&l->d->ledger.book.pairs[pair], was.qty, was.mark)) {
		rc = live_drop(l, id, ORDER_CANCELED, "cancelled", "what is left is less than can be sold", e);
		return rc ? rc : live_write_off(l, was.strategy, pair, e);
	}
	rc = set_qty(l, id, qty, e);
	return rc ? rc : live_place(l, id, e);
}

struct last {
	struct order order;
	bool found;
};

static enum err note_last(void *ctx, const void *object, struct error *e)
{
	const struct order *o = object;
	struct last *x = ctx;

	(void)e;
	if (o->leg == LEG_EXIT && (!x->found || o->attempt >= x->order.attempt)) {
		x->order = *o;
		x->found = true;
	}
	return OK;
}

struct tried {
	char decision[ID_SIZE];
	int times;
};

enum err live_count_try(struct live *l, const char *decision, int **times, struct error *e)
{
	for (size_t i = 0; i < l->tried_count; i++)
		if (strcmp(l->tried[i].decision, decision) == 0) {
			*times = &l->tried[i].times;
			return OK;
		}
	if (l->tried_count == l->tried_cap) {
		size_t cap = l->tried_cap ? 2 * l->tried_cap : 8;
		void *more = reallocarray(l->tried, cap, sizeof *l->tried);

		if (!more)
			return error_memory(e);
		l->tried = more;
		l->tried_cap = cap;
	}
	l->tried[l->tried_count] = (struct tried){ .times = 0 };
	snprintf(l->tried[l->tried_count].decision, ID_SIZE, "%s", decision);
	*times = &l->tried[l->tried_count++].times;
	return OK;
}

#define TRIES_MAX 5 /* of one exit in one process; where nobody buys, one */

/* An exit whose order ended and left coins behind: the next attempt. One that fails again and again waits, protected. */
enum err live_exit_again(struct live *l, const char *decision, struct error *e)
{
	struct store_query q = STORE_ANY;
	struct book_plan *plan;
	struct last x = { .found = false };
	int *times = NULL;
	enum err rc = live_count_try(l, decision, &times, e);

	if (rc || *times >= TRIES_MAX)
		return rc ? rc : live_defer(l, decision, NULL, e);
	rc = live_begin(l, e);
	if (rc)
		return rc;
	plan = book_plan_of(&l->d->ledger.book, decision);
	q.account = l->d->setup.label;
	q.decision = decision;
	rc = store_each(l->d->store, &kinds[KIND_ORDER], &q, note_last, &x, e);
	*times += x.found && x.order.status == ORDER_EXPIRED && x.order.filled_qty == 0 ? TRIES_MAX : 1;
	if (!rc && plan && !x.found)
		rc = engine_end_plan(&l->d->engine, plan, DECISION_FAILED, "it has no order", e);
	else if (!rc && plan)
		rc = engine_again(&l->d->engine, plan, &x.order, live_now(l), e);
	if (!rc && plan && x.found && x.order.status == ORDER_REJECTED)
		rc = engine_event(&l->d->engine, EVENT_ALARM, "desk.exit", x.order.symbol, live_now(l), e, "an exit of %s was refused: %.150s", x.order.symbol,
			x.order.why);
	return live_end(l, rc, e);
}
