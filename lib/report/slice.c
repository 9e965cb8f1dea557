#include "report/slice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"

const char *const slice_by_names[] = { "account", "strategy", "symbol", "month", "run", NULL };

void slices_release(struct slices *s)
{
	for (size_t i = 0; i < s->count; i++) {
		curve_release(&s->rows[i].all);
		curve_release(&s->rows[i].daily);
		free(s->rows[i].outcomes);
	}
	free(s->rows);
	*s = (struct slices){ 0 };
}

static bool is(const char *a, const char *b)
{
	return !b || !*b || strcmp(a, b) == 0;
}

/* What came in (or went out) without a trade after `from` and up to `to`. */
static double deposits(const struct report *r, const char *account, const char *run, int64_t from, int64_t to)
{
	double sum = 0;

	for (size_t i = 0; i < r->transfer_count; i++) {
		const struct transfer *t = &r->transfers[i];

		if (t->t_ms > from && t->t_ms <= to && strcmp(t->account, account) == 0 && (!t->run[0] || is(t->run, run)))
			sum += dec_double(t->amount);
	}
	return sum;
}

/* What walking an account's points gives besides the curve. */
struct walk {
	double pnl, bars, held, first, last, deposits;
};

/*
 * The last point at or before `since`, dated then, is where the curve starts (else the first after it). Where points go on
 * after `until`, the last one before it stands until then.
 */
static enum err walk_points(const struct report *r, const char *account, const char *run, int64_t since, int64_t until, struct curve *c,
	struct walk *w, struct error *e)
{
	double before = 0, scale = 1;
	int64_t t_before = 0;
	enum err rc = OK;

	c->count = 0;
	for (size_t i = 0; i < r->point_count && !rc; i++) {
		const struct equity *q = &r->points[i];
		double now = dec_double(q->equity), came;

		if (strcmp(q->account, account) != 0 || !is(q->run, run))
			continue;
		if (until != TIME_NONE && q->t_ms > until)
			return c->count && t_before < until ? curve_add(c, until, before * scale, e) : OK;
		if (!c->count || (since != TIME_NONE && q->t_ms <= since)) {
			*w = (struct walk){ .first = now };
			c->count = 0;
		} else {
			came = deposits(r, account, run, t_before, q->t_ms);
			if (came != 0 && now > 0)
				scale *= (now - came) / now;
			w->pnl += now - came - before;
			w->deposits += came;
			w->bars++;
			w->held += q->open_positions > 0;
		}
		rc = curve_add(c, since != TIME_NONE && q->t_ms < since ? since : q->t_ms, now * scale, e);
		before = w->last = now;
		t_before = q->t_ms;
	}
	return rc;
}

enum err slice_curve(const struct report *r, const char *account, struct curve *c, struct error *e)
{
	size_t keep = r->filter->last > 0 ? (size_t)r->filter->last : SIZE_MAX;
	struct walk w = { 0 };
	enum err rc = walk_points(r, account, "", r->filter->since, r->filter->until, c, &w, e);

	if (!rc && c->count > keep) {
		memmove(c->t_ms, c->t_ms + (c->count - keep), keep * sizeof *c->t_ms);
		memmove(c->equity, c->equity + (c->count - keep), keep * sizeof *c->equity);
		c->count = keep;
	}
	return rc;
}

static struct slice *add_slice(struct slices *s, const char *account, const char *run, const char *kind, const char *name, struct error *e)
{
	struct slice *row;

	if (grow(&s->rows, &s->cap, s->count + 1, sizeof *s->rows, e))
		return NULL;
	row = &s->rows[s->count++];
	*row = (struct slice){ .since = TIME_NONE, .until = TIME_NONE };
	snprintf(row->account, sizeof row->account, "%s", account);
	snprintf(row->run, sizeof row->run, "%s", run);
	snprintf(row->scope, sizeof row->scope, "%s%s%s", kind, *name ? ":" : "", name);
	return row;
}

/* What follows the colon of a scope, if it begins with this word; NULL else. */
static const char *scope_part(const struct slice *s, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(s->scope, kind, n) == 0 && s->scope[n] == ':' ? s->scope + n + 1 : NULL;
}

static bool belongs(const struct slice *s, const char *account, const char *run, const char *strategy, const char *symbol)
{
	return strcmp(s->account, account) == 0 && is(run, s->run) && is(strategy, scope_part(s, "strategy")) && is(symbol, scope_part(s, "symbol"));
}

static bool in_time(const struct slice *s, int64_t t_ms)
{
	return t_ms != TIME_NONE && (s->since == TIME_NONE || t_ms >= s->since) && (s->until == TIME_NONE || t_ms < s->until);
}

/* Closed round trips of the slice, in the order of their exits, and how long a position was held. */
static enum err fill_outcomes(const struct report *r, struct slice *s, int64_t start, int64_t end, struct error *e)
{
	size_t room = r->trips.count ? r->trips.count : 1, held_count = 0;
	size_t *closed = reallocarray(NULL, room, sizeof *closed);
	struct trip *held = reallocarray(NULL, room, sizeof *held);
	enum err rc;

	s->outcomes = reallocarray(NULL, room, sizeof *s->outcomes);
	if (!closed || !held || !s->outcomes) {
		free(closed);
		free(held);
		return error_memory(e);
	}
	for (size_t i = 0; i < r->trips.count; i++) {
		const struct trip *t = &r->trips.rows[i];

		if (!belongs(s, t->account, t->run, t->strategy, t->symbol))
			continue;
		if (t->entry_ms < end && (t->exit_ms == TIME_NONE || t->exit_ms > start))
			held[held_count++] = *t;
		if (in_time(s, t->exit_ms))
			closed[s->p.outcome_count++] = i;
	}
	rc = trips_outcomes(&r->trips, closed, s->p.outcome_count, s->outcomes, e);
	s->p.held_ms = trips_held_ms(held, held_count, start, end);
	free(closed);
	free(held);
	return rc;
}

/* The time a slice covers: its curve's, else from its first fill to the account's last record. */
static void find_span(const struct report *r, const struct slice *s, int64_t *start, int64_t *end)
{
	*start = *end = TIME_NONE;
	for (size_t i = 0; i < r->point_count; i++)
		if (strcmp(r->points[i].account, s->account) == 0 && is(r->points[i].run, s->run)) {
			*start = *start == TIME_NONE ? r->points[i].t_ms : *start;
			*end = r->points[i].t_ms;
		}
	for (size_t i = 0; i < r->trade_count; i++)
		if (belongs(s, r->trades[i].account, r->trades[i].run, r->trades[i].strategy, r->trades[i].symbol)) {
			*start = *start == TIME_NONE ? r->trades[i].t_ms : *start;
			*end = *end == TIME_NONE || r->trades[i].t_ms > *end ? r->trades[i].t_ms : *end;
		}
	if (*start != TIME_NONE && s->since != TIME_NONE && s->since > *start)
		*start = s->since;
	if (*end != TIME_NONE && s->until != TIME_NONE && s->until < *end)
		*end = s->until;
}

static enum err fill_slice(const struct report *r, struct slice *s, struct error *e)
{
	bool part = scope_part(s, "strategy") || scope_part(s, "symbol") || r->filter->strategy || r->filter->symbol_count;
	struct walk w = { 0 };
	int64_t start, end;
	enum err rc;

	find_span(r, s, &start, &end);
	rc = fill_outcomes(r, s, start, end, e);
	if (!rc)
		rc = walk_points(r, s->account, s->run, s->since, s->until, &s->all, &w, e);
	if (!rc)
		rc = curve_daily(&s->all, &s->daily, e);
	if (rc)
		return rc;
	s->p.outcomes = s->outcomes;
	s->p.periods_per_year = 365;
	s->p.span_ms = start == TIME_NONE || end < start ? 0 : end - start;
	s->p.no_equity = part ? "equity is known for whole accounts only" : "no equity is recorded";
	s->p.pnl = w.pnl;
	s->p.first = w.first;
	s->p.last = w.last;
	s->p.deposits = w.deposits;
	if (!part && s->all.count) {
		s->p.bars = w.bars;
		s->p.bars_held = w.held;
	} else {
		s->p.pnl = s->p.outcome_count ? 0 : NAN;
		for (size_t i = 0; i < s->p.outcome_count; i++)
			s->p.pnl += s->outcomes[i].pnl;
	}
	for (size_t i = 0; i < r->trade_count; i++) {
		const struct trade *t = &r->trades[i];

		if (!in_time(s, t->t_ms) || !belongs(s, t->account, t->run, t->strategy, t->symbol))
			continue;
		s->p.traded += dec_double(t->quote_qty);
		s->p.fees += dec_double(t->fee_quote);
		s->p.slippage += report_slippage(r, t);
		s->p.fills++;
	}
	if (part)
		curve_release(&s->all), curve_release(&s->daily);
	return OK;
}

/* The pointers into each slice are set once none of them moves any more. */
static enum err finish(const struct report *r, struct slices *s, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; i < s->count && !rc; i++)
		rc = fill_slice(r, &s->rows[i], e);
	for (size_t i = 0; i < s->count; i++) {
		s->rows[i].p.all = s->rows[i].all.count ? &s->rows[i].all : NULL;
		s->rows[i].p.daily = s->rows[i].daily.count ? &s->rows[i].daily : NULL;
	}
	return rc;
}

static int by_scope(const void *a, const void *b)
{
	return strcmp(((const struct slice *)a)->scope, ((const struct slice *)b)->scope);
}

/* A slice for each strategy or pair that has a round trip. */
static enum err add_parts(const struct report *r, const char *account, enum slice_by by, struct slices *s, struct error *e)
{
	size_t first = s->count;

	for (size_t i = 0; i < r->trips.count; i++) {
		const struct trip *t = &r->trips.rows[i];
		const char *name = by == BY_STRATEGY ? t->strategy : t->symbol;
		bool seen = strcmp(t->account, account) != 0;

		for (size_t j = first; j < s->count && !seen; j++)
			seen = strcmp(strchr(s->rows[j].scope, ':') + 1, name) == 0;
		if (!seen && !add_slice(s, account, report_only_run(r, account), slice_by_names[by], name, e))
			return ERR_INTERNAL;
	}
	if (s->count > first)
		qsort(&s->rows[first], s->count - first, sizeof *s->rows, by_scope);
	return OK;
}

static enum err add_months(const struct report *r, const char *account, int64_t since, int64_t until, struct slices *s, struct error *e)
{
	struct slice whole = { .since = since, .until = until };
	int64_t start, end;
	char text[UTC_TEXT];

	snprintf(whole.account, sizeof whole.account, "%s", account);
	snprintf(whole.run, sizeof whole.run, "%s", report_only_run(r, account));
	find_span(r, &whole, &start, &end);
	if (start == TIME_NONE)
		return OK;
	for (int64_t month = utc_month(start); month < end; month = utc_next_month(month)) {
		struct slice *row;

		utc_format(month, text)[7] = '\0';
		row = add_slice(s, account, whole.run, "month", text, e);
		if (!row)
			return ERR_INTERNAL;
		row->since = since != TIME_NONE && since > month ? since : month;
		row->until = until != TIME_NONE && until < utc_next_month(month) ? until : utc_next_month(month);
	}
	return OK;
}

static int64_t last_days_since(const struct report *r, const char *account, int64_t last_days, int64_t since)
{
	int64_t newest = TIME_NONE;

	for (size_t i = 0; i < r->run_count && last_days; i++)
		if (r->runs[i].kept && strcmp(r->runs[i].account, account) == 0 && r->runs[i].last_ms > newest)
			newest = r->runs[i].last_ms;
	if (r->filter->until != TIME_NONE && newest > r->filter->until)
		newest = r->filter->until;
	if (newest != TIME_NONE && (since == TIME_NONE || newest - last_days * MS_DAY > since))
		since = newest - last_days * MS_DAY;
	return since;
}

enum err slices_make(const struct report *r, enum slice_by by, int64_t last_days, struct slices *s, struct error *e)
{
	const char *account;
	enum err rc = OK;

	*s = (struct slices){ 0 };
	for (size_t i = 0; !rc && (account = report_account(r, i)); i++) {
		int64_t since = last_days_since(r, account, last_days, r->filter->since);
		size_t first = s->count;

		if (by == BY_ACCOUNT && !add_slice(s, account, report_only_run(r, account), "account", "", e))
			rc = ERR_INTERNAL;
		if (by == BY_STRATEGY || by == BY_SYMBOL)
			rc = add_parts(r, account, by, s, e);
		if (by == BY_MONTH)
			rc = add_months(r, account, since, r->filter->until, s, e);
		for (size_t j = 0; j < r->run_count && by == BY_RUN && !rc; j++)
			if (r->runs[j].kept && strcmp(r->runs[j].account, account) == 0 && !add_slice(s, account, r->runs[j].run, "account", "", e))
				rc = ERR_INTERNAL;
		for (size_t j = first; j < s->count && by != BY_MONTH; j++) {
			s->rows[j].since = since;
			s->rows[j].until = r->filter->until;
		}
	}
	if (!rc)
		rc = finish(r, s, e);
	if (rc)
		slices_release(s);
	return rc;
}
