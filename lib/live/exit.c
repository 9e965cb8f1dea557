/* Exits: the protection is cancelled, and what remains is sold. */
#include "core/utc.h"
#include "live/inside.h"

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
	qty = dec_to_step(was.qty, book_lot(&l->d->ledger.book.pairs[pair]), ROUND_DOWN);
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

/* The orders that one exit has had. */
struct tries {
	struct order last;
	bool found;
	int64_t bar_ms;         /* the pair's last close */
	int64_t in_bar, in_all; /* that ended with nothing sold: since then, and ever */
};

static enum err note_try(void *ctx, const void *object, struct error *e)
{
	const struct order *o = object;
	struct tries *x = ctx;

	(void)e;
	if (o->leg != LEG_EXIT)
		return OK;
	x->in_all += o->filled_qty == 0;
	x->in_bar += o->filled_qty == 0 && o->created_ms >= x->bar_ms;
	if (!x->found || o->attempt >= x->last.attempt)
		x->last = *o;
	x->found = true;
	return OK;
}

#define TRIES_MAX 5       /* of one exit in one process; where nobody buys, one */
#define TRIES_IN_BAR 10   /* with nothing sold, by all processes between two closes */
#define TRIES_IN_ALL 50   /* then it is given up */

/* What follows from orders that sold nothing: the next attempt, or none. Inside a transaction. *waits: not before the next close. */
static enum err judge_tries(struct live *l, struct book_plan *plan, const struct tries *x, bool *waits, struct error *e)
{
	struct engine *g = &l->d->engine;
	const char *symbol = plan->d.symbol;
	enum err rc = OK;

	*waits = false;
	if (!x->found)
		return engine_end_plan(g, plan, DECISION_FAILED, "it has no order", e);
	if (x->in_all >= TRIES_IN_ALL) {
		rc = engine_event(g, EVENT_ALARM, "desk.exit", symbol, live_now(l), e,
			"an exit of %s is given up: %d orders sold nothing; the position stays, and its protection", symbol, TRIES_IN_ALL);
		return rc ? rc : engine_end_plan(g, plan, DECISION_FAILED, "its orders sold nothing, again and again", e);
	}
	*waits = x->in_bar >= TRIES_IN_BAR;
	if (*waits) /* one event a bar: its time is the bar's */
		return engine_event(g, EVENT_ALARM, "desk.exit", symbol, x->bar_ms, e,
			"an exit of %s waits for the next close: %d orders sold nothing since the last one", symbol, TRIES_IN_BAR);
	if (x->last.status == ORDER_REJECTED)
		rc = engine_event(g, EVENT_ALARM, "desk.exit", symbol, live_now(l), e, "an exit of %s was refused: %.150s", symbol, x->last.why);
	else if (x->last.filled_qty == 0)
		rc = engine_event(g, EVENT_WARN, "desk.exit", symbol, live_now(l), e, "an exit of %s found nobody who buys: it is made again", symbol);
	return rc ? rc : engine_again(g, plan, &x->last, live_now(l), e);
}

/* An exit whose order ended and left coins behind: the next attempt. One that fails again and again waits, protected. */
enum err live_exit_again(struct live *l, const char *decision, struct error *e)
{
	struct store_query q = STORE_ANY;
	struct book_plan *plan;
	struct tries x = { .found = false };
	bool waits = false;
	int *times = NULL;
	enum err rc = live_count_try(l, decision, &times, e);

	if (rc || *times >= TRIES_MAX)
		return rc ? rc : live_defer(l, decision, NULL, e);
	rc = live_begin(l, e);
	if (rc)
		return rc;
	plan = book_plan_of(&l->d->ledger.book, decision);
	x.bar_ms = plan ? l->d->ledger.book.pairs[plan->pair].settled_ms : 0;
	q.account = l->d->setup.label;
	q.decision = decision;
	rc = store_each(l->d->store, &kinds[KIND_ORDER], &q, note_try, &x, e);
	*times += x.found && x.last.status == ORDER_EXPIRED && x.last.filled_qty == 0 ? TRIES_MAX : 1;
	if (!rc && plan)
		rc = judge_tries(l, plan, &x, &waits, e);
	rc = live_end(l, rc, e);
	return rc || !waits ? rc : live_defer(l, decision, NULL, e);
}
