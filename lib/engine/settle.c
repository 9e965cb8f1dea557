/* The closes of all pairs, one after another (engine/scene.h); after them the account's equity and its breakers. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "engine/absent.h"
#include "engine/scene.h"

/* Approvals that nobody carried out in time. */
static enum err expire_plans(struct engine *g, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->plan_count;) {
		struct book_plan *p = &b->plans[i];

		if (p->d.status != DECISION_APPROVED || p->d.expires_ms > t_ms)
			i++;
		else
			rc = engine_end_plan(g, p, DECISION_EXPIRED, "expired before it was executed", e);
	}
	return rc;
}

bool engine_watched(const struct engine *g)
{
	return !g->ledger->book.state.breaker[0] && (g->risk->daily_loss_pct != DEC_NONE || g->risk->drawdown_pct != DEC_NONE);
}

/* How much of a number's text has two decimals: a sentence needs no more, and none is rounded up to its limit. */
static int cents(const char *number)
{
	return (int)strcspn(number, ".") + 3;
}

static enum err watch_breakers(struct engine *g, int64_t t_ms, struct error *e)
{
	struct risk_step step = engine_step(g, t_ms);
	struct book *b = &g->ledger->book;
	struct refusal r; /* filled by a gate that refuses */
	const struct gate *gate = engine_watched(g) ? risk_watch(&step, b, &r) : NULL;
	char code[48];
	enum err rc;

	if (!gate)
		return OK;
	snprintf(b->state.breaker, sizeof b->state.breaker, "%s", gate->name);
	b->state.breaker_ms = t_ms;
	snprintf(code, sizeof code, "breaker.%s", gate->name);
	rc = engine_event(g, EVENT_ALARM, code, "", t_ms, e, "%s: %.*s, limit %.*s; no new entries until ct-risk resume", r.why, cents(r.value), r.value,
		cents(r.limit), r.limit);
	if (!rc)
		rc = engine_withdraw_all(g, false, t_ms, "a breaker has tripped", e);
	for (size_t i = 0; !rc && g->risk->breaker_action == BREAKER_FLATTEN && i < b->position_count; i++)
		rc = engine_exit(g, &b->positions[i], REASON_BREAKER, t_ms, t_ms, r.why, e);
	return rc;
}

/*
 * Equity at the close. The day's start is the last equity before 00:00 UTC, so that a loss overnight counts once. ended: the
 * last point of the day before; NULL: none.
 */
static enum err close_account(struct engine *g, int64_t t_ms, const struct equity *ended, struct error *e)
{
	struct book *b = &g->ledger->book;
	bool tells = g->ledger->wants & LEDGER_BARS;
	struct equity q;
	dec value;
	enum err rc;

	if (b->state.settled_ms != TIME_NONE && t_ms <= b->state.settled_ms)
		return OK;
	if (utc_day(t_ms - 1) != b->state.day_ms) {
		b->state.day_ms = utc_day(t_ms - 1);
		b->state.day_equity = b->state.equity;
	}
	rc = tells ? book_mark(b, g->run, t_ms, &q, e) : book_weigh(b, &value, e);
	if (rc)
		return rc;
	b->state.settled_ms = t_ms;
	g->closes++;
	g->closes_held += b->position_count > 0;
	if (tells || ended)
		rc = g->ledger->ops->put(g->ledger, KIND_EQUITY, tells ? &q : ended, e);
	return rc ? rc : watch_breakers(g, t_ms, e);
}

enum err engine_settle(struct engine *g, int64_t t_ms, const struct engine_bar *bars, size_t n, struct error *e)
{
	struct ledger *l = g->ledger;
	struct scene s = { .g = g, .b = &l->book };
	struct equity last;
	const struct equity *ended;
	int64_t before_ms;
	enum err rc = l->ops->begin(l, e);

	if (rc)
		return rc;
	book_rules_at(&l->book, t_ms);
	rc = engine_day_end(g, t_ms, &last, &ended, e);
	before_ms = l->book.state.settled_ms;
	s.fee[false] = risk_fee(g->account, &l->book, false);
	s.fee[true] = risk_fee(g->account, &l->book, true);
	for (size_t i = 0; !rc && i < n; i++) {
		struct book_pair *p = &l->book.pairs[bars[i].pair];

		s.pair = bars[i].pair;
		s.bar = bars[i].bar;
		s.open_ms = bars[i].bar->open_time;
		s.t_ms = engine_bar_end(g, bars[i].bar);
		if (p->settled_ms != TIME_NONE && s.t_ms <= p->settled_ms)
			continue;
		s.tick = book_tick(p);
		s.step = book_lot(p);
		rc = scene_settle(&s, bars[i].detail, bars[i].detail_count, e);
		if (s.t_ms < t_ms || t_ms <= before_ms)
			g->absent_from_ms = TIME_NONE; /* it came late, and its pair may be absent again before another is */
	}
	if (!rc && (before_ms == TIME_NONE || t_ms > before_ms))
		rc = engine_absent(g, before_ms, t_ms, e);
	if (!rc)
		rc = g->live ? OK : engine_transfer_planned(g, t_ms, e);
	if (!rc)
		rc = close_account(g, t_ms, ended, e);
	if (!rc)
		rc = expire_plans(g, t_ms, e);
	return ledger_end(l, rc, e);
}
