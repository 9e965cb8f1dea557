/* How long positions stand without protection: recorded when it is there again, an alarm while it is not. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"

/* The leg without which a position counts as unprotected. */
static enum leg guard_of(const struct position *p)
{
	return p->stop_price != DEC_NONE ? LEG_STOP : LEG_TARGET;
}

struct lost {
	struct live *l;
	const struct position *p;
	const char *what;
	int64_t since_ms;
};

/* Protection that the exchange had, and that has ended. */
static enum err note_ended(void *ctx, const void *object, struct error *e)
{
	const struct order *o = object;
	struct lost *x = ctx;
	struct wire w;
	bool found;
	enum err rc;

	if (o->leg != (int)guard_of(x->p) || order_is_open(o) || o->updated_ms <= x->since_ms)
		return OK;
	rc = wire_get(x->l->d, o->id, &w, &found, e);
	if (!rc && found && w.acked_ms != TIME_NONE) {
		x->since_ms = o->updated_ms;
		x->what = "its protection was replaced";
	}
	return rc;
}

/* Since when p has been without protection, by the exchange's clock, if it is. */
static enum err find_since(struct live *l, const struct position *p, struct lost *x, struct error *e)
{
	struct store_query q = STORE_ANY;

	*x = (struct lost){ .l = l, .p = p, .what = "it was bought", .since_ms = p->opened_ms };
	q.account = l->d->setup.label;
	q.decision = p->decision;
	return store_each(l->d->store, &kinds[KIND_ORDER], &q, note_ended, x, e);
}

/* One event for each time: while it lasts it has no end. */
static enum err tell(struct live *l, const struct lost *x, int64_t until_ms, bool over, struct error *e)
{
	int64_t ms = until_ms - x->since_ms, bound_ms = l->d->setup.account->max_unprotected_s * MS_SECOND;
	char from[UTC_TEXT], until[UTC_TEXT];

	if (ms <= (over ? 0 : bound_ms))
		return OK;
	utc_format(x->since_ms, from);
	utc_format(until_ms, until);
	if (over)
		return engine_event(&l->d->engine, ms > bound_ms ? EVENT_ALARM : EVENT_INFO, "desk.unprotected", x->p->symbol, x->since_ms, e,
			"%s of strategy %s stood without protection from %s until %s, %lld ms: %s", x->p->symbol, x->p->strategy, from, until, (long long)ms, x->what);
	return engine_event(&l->d->engine, EVENT_ALARM, "desk.unprotected", x->p->symbol, x->since_ms, e,
		"%s of strategy %s stands without protection since %s: %s", x->p->symbol, x->p->strategy, from, x->what);
}

enum err live_note_protected(struct live *l, const struct book_order *leg, int64_t t_ms, struct error *e)
{
	const struct book_position *p = book_position_of(&l->d->ledger.book, leg->o.strategy, leg->pair);
	struct lost x;
	enum err rc;

	if (!p || strcmp(p->p.decision, leg->o.decision) != 0 || leg->o.leg != (int)guard_of(&p->p))
		return OK;
	rc = find_since(l, &p->p, &x, e);
	return rc ? rc : tell(l, &x, t_ms, true, e);
}

/* Whether p ought to have protection and has none that lives. */
static enum err is_bare(struct live *l, const struct book_position *p, bool *bare, struct error *e)
{
	const struct book_order *o = book_order_of(&l->d->ledger.book, p->p.decision, guard_of(&p->p));
	struct wire w;
	bool found;
	enum err rc;

	*bare = p->p.stop_price != DEC_NONE || p->p.target_price != DEC_NONE;
	if (!*bare || !o)
		return OK;
	rc = wire_get(l->d, o->o.id, &w, &found, e);
	*bare = !rc && w.status != WIRE_ACKED;
	return rc;
}

enum err live_find_bare(struct live *l, bool *any, struct error *e)
{
	enum err rc = desk_look(l->d, e);

	*any = false;
	for (size_t i = 0; !rc && !*any && i < l->d->ledger.book.position_count; i++)
		rc = is_bare(l, &l->d->ledger.book.positions[i], any, e);
	return rc;
}

enum err live_tell_bare(struct live *l, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < b->position_count; i++) {
		struct lost x;
		bool bare;

		rc = is_bare(l, &b->positions[i], &bare, e);
		if (!rc && bare)
			rc = find_since(l, &b->positions[i].p, &x, e);
		if (!rc && bare)
			rc = tell(l, &x, live_now(l), false, e);
	}
	return live_end(l, rc, e);
}
