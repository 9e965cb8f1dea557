/* The walk forward: the best set of each train window, traded over the test window that follows it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "tune/course.h"

/* The test windows so far, one after another. */
struct chain {
	struct detail sum;
	struct buf ids;
	dec capital;
};

/* The window's days behind those before, as if no time lay between: each day with its return. */
static enum err add_days(struct chain *c, const struct curve *daily, struct error *e)
{
	struct curve *all = &c->sum.daily;
	enum err rc = OK;

	for (size_t i = all->count ? 1 : 0; !rc && i < daily->count; i++)
		rc = all->count ? curve_add(all, all->t_ms[all->count - 1] + MS_DAY, all->equity[all->count - 1] * (daily->equity[i] / daily->equity[i - 1]), e)
			: curve_add(all, daily->t_ms[0], daily->equity[0], e);
	return rc;
}

static enum err add_window(struct chain *c, const struct detail *d, struct error *e)
{
	size_t n = c->sum.outcome_count + d->outcome_count;
	struct outcome *more = reallocarray(c->sum.outcomes, n + 1, sizeof *more);

	if (!more)
		return error_memory(e);
	if (d->outcome_count)
		memcpy(more + c->sum.outcome_count, d->outcomes, d->outcome_count * sizeof *more);
	c->sum.outcomes = more;
	c->sum.outcome_count = n;
	c->sum.bars += d->bars;
	c->sum.bars_held += d->bars_held;
	c->sum.fees += d->fees;
	c->sum.traded += d->traded;
	c->sum.slippage += d->slippage;
	c->sum.fills += d->fills;
	c->sum.span_ms += d->span_ms;
	return add_days(c, &d->daily, e);
}

/* Nothing could be chosen: the money lies still. */
static enum err add_idle_window(struct chain *c, const struct window *w, struct error *e)
{
	struct detail still = { .span_ms = w->test_to - w->test_from };
	enum err rc = OK;

	for (int64_t t = w->test_from; !rc && t <= w->test_to; t += MS_DAY)
		rc = curve_add(&still.daily, t, dec_double(c->capital), e);
	if (!rc)
		rc = add_window(c, &still, e);
	detail_release(&still);
	return rc;
}

static enum err test(struct course *course, struct chain *c, size_t window, size_t set, struct trial *t, struct error *e)
{
	const struct search *s = course->s;
	const struct window *w = &s->plan.windows[window];
	char capital[DEC_TEXT];
	struct job job = { .sample = SAMPLE_TEST, .window = (int64_t)window, .number = (int64_t)set, .set = s->sets[set], .since = w->test_from,
		.until = w->test_to, .extra = capital, .capital = c->capital, .sell_at_end = true };
	struct detail d = { 0 };
	bool bad = false;
	enum err rc;

	dec_format(c->capital, capital);
	rc = trial_run(s->ground, &job, course->scratch, t, &d, e);
	if (!rc)
		rc = add_window(c, &d, e);
	if (!rc)
		rc = course_found(course, t, e);
	if (!rc && d.daily.count)
		c->capital = dec_from_double(d.daily.equity[d.daily.count - 1], ROUND_DOWN, &bad);
	buf_addf(&c->ids, "%s ", t->r.id);
	detail_release(&d);
	return rc || !bad ? rc : error_set(e, ERR_DATA, "the equity at the end of a test window is out of range");
}

static enum err sum_up(struct course *course, struct chain *c, struct trial *t, struct error *e)
{
	const struct search *s = course->s;
	const struct plan *p = &s->plan;
	struct job job = { .sample = SAMPLE_WALK, .window = INT_NONE, .number = INT_NONE, .set = "{}", .since = p->windows[0].test_from,
		.until = p->windows[p->window_count - 1].test_to, .extra = c->ids.data, .capital = DEC_NONE };
	enum err rc = c->ids.failed ? error_memory(e) : trial_name(s->ground, &job, course->scratch, &t->r, e);

	if (rc)
		return rc;
	t->r.tuned[0] = t->r.params[0] = '\0';
	rc = trial_measure(t, &c->sum, e);
	return rc ? rc : course_found(course, t, e);
}

enum err forward_run(struct course *course, struct error *e)
{
	const struct search *s = course->s;
	size_t n = s->plan.set_count;
	struct chain c = { .capital = s->ground->setup->account->capital };
	struct trial *t = calloc(1, sizeof *t);
	enum err rc = t ? OK : error_memory(e);

	for (size_t i = 0; !rc && !course->stopped && i < s->plan.window_count; i++) {
		size_t set = ranking_best(&s->ranking, course->briefs + (i + 1) * n, n);

		rc = set == n || c.capital <= 0 ? add_idle_window(&c, &s->plan.windows[i], e) : test(course, &c, i, set, t, e);
		course->done++;
		course_progress(course, 0);
		course->stopped = s->stopping && s->stopping();
	}
	if (!rc && !course->stopped)
		rc = sum_up(course, &c, t, e);
	detail_release(&c.sum);
	buf_release(&c.ids);
	free(t);
	return rc;
}
