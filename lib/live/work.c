/* The work list: what the book wishes and the exchange has not, one job at a time. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"

/* What is to be done about one order or position. */
enum job_kind { JOB_NONE, JOB_RESOLVE, JOB_CANCEL, JOB_PLACE, JOB_REPRICE, JOB_EXPIRE, JOB_DROP, JOB_PROTECT, JOB_EXIT, JOB_AGAIN };

struct job {
	enum job_kind kind;
	char id[ID_SIZE];
	char strategy[NAME_SIZE];
	size_t pair;
};

static bool take(struct job *j, enum job_kind kind, const char *id)
{
	j->kind = kind;
	snprintf(j->id, sizeof j->id, "%s", id);
	return true;
}

/* Asking comes first: nothing is decided about what is unknown. */
static enum err find_unknown(struct live *l, struct job *j, struct error *e)
{
	const struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;
		struct wire w;
		bool found;
		enum err rc = wire_get(l->d, o->id, &w, &found, e);

		if (rc)
			return rc;
		if ((w.status == WIRE_SENT || w.status == WIRE_UNKNOWN) && !live_deferred(l, o->id)) {
			take(j, JOB_RESOLVE, o->id);
			return OK;
		}
	}
	return OK;
}

/* Entries that nobody wants any more, or that have got a part of what they wanted: the rest is cancelled. */
static enum err find_cancel(struct live *l, struct job *j, struct error *e)
{
	const struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;
		bool over = o->expires_ms != TIME_NONE && o->expires_ms <= live_now(l);
		struct wire w;
		bool found;
		enum err rc;

		if (o->leg != LEG_ENTRY || live_deferred(l, o->id))
			continue;
		rc = wire_get(l->d, o->id, &w, &found, e);
		if (rc)
			return rc;
		if (w.status == WIRE_ACKED && (over || o->status == ORDER_PARTIALLY_FILLED)) {
			take(j, JOB_CANCEL, o->id);
			return OK;
		}
		if (w.status == WIRE_INTENT && over) {
			take(j, JOB_EXPIRE, o->id);
			return OK;
		}
	}
	return OK;
}

static bool find_exit(struct live *l, struct job *j)
{
	struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->plan_count; i++) {
		const struct decision *d = &b->plans[i].d;
		const struct book_order *o;

		if (d->class != CLASS_REDUCE || d->status != DECISION_WORKING || live_deferred(l, d->id))
			continue;
		o = book_order_of(b, d->id, LEG_EXIT);
		if (!o)
			return take(j, JOB_AGAIN, d->id);
		if (o->o.status == ORDER_INTENT && !live_deferred(l, o->o.id))
			return take(j, JOB_EXIT, o->o.id);
	}
	return false;
}

static enum err find_protect(struct live *l, bool move, struct job *j, struct error *e)
{
	struct book *b = &l->d->ledger.book;

	/* Twice: what came with an entry is learned first, for its fee may have been paid with coins of another position. */
	for (size_t i = 0; i < 2 * b->position_count; i++) {
		const struct book_position *p = &b->positions[i % b->position_count];
		const struct book_plan *exit = book_plan_for(b, p->p.strategy, p->pair, CLASS_REDUCE);
		bool wanted;
		enum err rc;

		if (i < b->position_count && !live_learns(l, p))
			continue;
		if (live_deferred(l, p->p.decision) || (exit && !live_deferred(l, exit->d.id)))
			continue;
		rc = live_wants_protection(l, p, move, &wanted, e);
		if (rc)
			return rc;
		if (!wanted)
			continue;
		take(j, JOB_PROTECT, p->p.decision);
		memcpy(j->strategy, p->p.strategy, sizeof j->strategy);
		j->pair = p->pair;
		return OK;
	}
	return OK;
}

/* Limit-makers that the last close has left behind. */
static enum err find_reprice(struct live *l, struct job *j, struct error *e)
{
	struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct book_order *o = &b->orders[i];
		struct wire w;
		bool found;
		enum err rc;

		if (o->o.leg != LEG_ENTRY || o->o.type != ORDER_MAKER || live_deferred(l, o->o.id))
			continue;
		rc = wire_get(l->d, o->o.id, &w, &found, e);
		if (rc)
			return rc;
		if (live_wants_reprice(l, o, &w)) {
			take(j, JOB_REPRICE, o->o.id);
			return OK;
		}
	}
	return OK;
}

/* An entry goes out in its own bar, or not at all; one that was re-priced, while it may rest. */
static bool find_entry(struct live *l, struct job *j)
{
	struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;
		const struct book_plan *plan = book_plan_of(b, o->decision);

		if (o->leg != LEG_ENTRY || o->status != ORDER_INTENT || live_deferred(l, o->id))
			continue;
		if (!plan || live_now(l) >= (o->type == ORDER_MAKER && o->attempt > 0 ? o->expires_ms : plan->d.expires_ms) || b->state.halted || b->state.breaker[0])
			return take(j, JOB_EXPIRE, o->id);
		return take(j, JOB_PLACE, o->id);
	}
	return false;
}

/*
 * Stops and targets without a position and without an entry that may still open it: they would sell what is not ct's.
 */
static enum err find_orphan(struct live *l, struct job *j, struct error *e)
{
	struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;
		const struct book_position *p = book_position_of(b, o->strategy, b->orders[i].pair);
		struct wire w;
		bool found;
		enum err rc;

		if ((o->leg != LEG_STOP && o->leg != LEG_TARGET) || live_deferred(l, o->id))
			continue;
		if ((p && strcmp(p->p.decision, o->decision) == 0) || book_order_of(b, o->decision, LEG_ENTRY))
			continue;
		rc = wire_get(l->d, o->id, &w, &found, e);
		if (rc)
			return rc;
		if (w.status == WIRE_INTENT || w.status == WIRE_ACKED) {
			take(j, w.status == WIRE_INTENT ? JOB_DROP : JOB_CANCEL, o->id);
			return OK;
		}
	}
	return OK;
}

static enum err next_job(struct live *l, bool all, struct job *j, struct error *e)
{
	enum err rc = desk_look(l->d, e);

	j->kind = JOB_NONE;
	if (!rc)
		rc = find_unknown(l, j, e);
	if (!rc && !j->kind)
		rc = find_cancel(l, j, e);
	if (!rc && !j->kind)
		rc = find_orphan(l, j, e);
	if (!rc && !j->kind && all)
		find_exit(l, j);
	if (!rc && !j->kind)
		rc = find_protect(l, all, j, e);
	if (!rc && !j->kind && all)
		rc = find_reprice(l, j, e);
	if (!rc && !j->kind && all)
		find_entry(l, j);
	return rc;
}

static enum err do_job(struct live *l, bool all, const struct job *j, struct error *e)
{
	switch (j->kind) {
	case JOB_NONE: return OK;
	case JOB_RESOLVE: return live_resolve(l, j->id, e);
	case JOB_CANCEL: return live_cancel(l, j->id, e);
	case JOB_PLACE: return live_place(l, j->id, e);
	case JOB_REPRICE: return live_reprice(l, j->id, e);
	case JOB_EXPIRE: return live_drop(l, j->id, ORDER_EXPIRED, "expired", "it was not sent in time", e);
	case JOB_DROP: return live_drop(l, j->id, ORDER_CANCELED, "cancelled", "its entry has ended", e);
	case JOB_EXIT: return live_exit(l, j->id, e);
	case JOB_AGAIN: return live_exit_again(l, j->id, e);
	case JOB_PROTECT: return live_protect(l, j->strategy, j->pair, all, e);
	}
	return OK;
}

#define JOBS_MAX 10000 /* in one step: more is a loop */

enum err live_work(struct live *l, bool all, struct error *e)
{
	struct job j = { .kind = JOB_RESOLVE };
	enum err rc = OK;

	for (int i = 0; !rc && i < JOBS_MAX; i++) {
		if (l->c.stopping && l->c.stopping())
			return error_set(e, ERR_TEMPFAIL, "stopped");
		rc = next_job(l, all, &j, e);
		if (rc || j.kind == JOB_NONE)
			return rc;
		rc = do_job(l, all, &j, e);
	}
	return rc ? rc : error_set(e, ERR_INTERNAL, "the work list does not end at %s", j.id);
}

enum err live_work_unknown(struct live *l, struct error *e)
{
	struct job j;
	enum err rc = OK;

	for (int i = 0; !rc && i < JOBS_MAX; i++) {
		j.kind = JOB_NONE;
		rc = desk_look(l->d, e);
		if (!rc)
			rc = find_unknown(l, &j, e);
		if (rc || j.kind == JOB_NONE)
			return rc;
		rc = live_resolve(l, j.id, e);
	}
	return rc;
}

enum err live_cover(struct live *l, bool all, struct error *e)
{
	int64_t until_ms = utc_now_ms() + l->c.absence_ms;
	int pause = 100;
	bool bare;
	enum err rc = live_find_bare(l, &bare, e);

	while (!rc && bare && utc_now_ms() < until_ms && !(l->c.stopping && l->c.stopping()) && live_recall(l)) {
		live_pause(l, pause);
		pause = pause < 1000 ? 2 * pause : 1000;
		rc = live_work(l, all, e);
		if (!rc)
			rc = live_find_bare(l, &bare, e);
	}
	return rc || !bare ? rc : live_tell_bare(l, e);
}

enum err live_act(struct live *l, struct error *e)
{
	enum err rc = live_work(l, true, e);

	if (!rc)
		rc = live_cover(l, true, e);

	if (!rc && l->trouble.code)
		*e = l->trouble;
	return rc ? rc : l->trouble.code;
}
