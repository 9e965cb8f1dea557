#include "tune/search.h"

#include <stdlib.h>
#include <string.h>

#include "tune/course.h"
#include "tune/work.h"

/* Trials in many threads: which they are, which of them are known, and where they come in the search. */
struct batch_of_trials {
	struct course *course;
	const struct result *const *rows; /* NULL: the plan's */
	bool *known;
};

static struct job plan_job(const struct search *s, size_t i)
{
	struct task t = plan_task(&s->plan, i);

	return (struct job){ .sample = t.sample, .window = t.window, .number = (int64_t)t.set, .set = s->sets[t.set], .since = t.since,
		.until = t.until, .capital = DEC_NONE };
}

static struct job listed_job(const struct result *r)
{
	return (struct job){ .sample = (enum sample)r->sample, .window = r->window, .number = r->number, .set = r->tuned, .since = r->since,
		.until = r->until, .capital = DEC_NONE };
}

enum err search_name(const struct search *s, size_t i, struct digest *d, struct result *r, struct error *e)
{
	struct job job = plan_job(s, i);

	return trial_name(s->ground, &job, d, r, e);
}

static enum err make(void *ctx, size_t i, struct digest *scratch, struct trial *t, struct error *e)
{
	struct batch_of_trials *b = ctx;
	const struct search *s = b->course->s;
	struct job job = b->rows ? listed_job(b->rows[i]) : plan_job(s, i);
	enum err rc = trial_name(s->ground, &job, scratch, &t->r, e);

	if (rc)
		return rc;
	if (b->rows && strcmp(t->r.id, b->rows[i]->id) != 0)
		return error_field(e, ERR_DATA, "id", "trial '%s' was planned for other candles, settings or another strategy file", b->rows[i]->id);
	b->known[i] = s->known && s->known(s->ctx, t->r.id, &s->ranking, &b->course->briefs[i]);
	return b->known[i] ? OK : trial_make(s->ground, &job, t, NULL, e);
}

static enum err take(void *ctx, size_t i, const struct trial *t, struct error *e)
{
	struct batch_of_trials *b = ctx;
	const struct search *s = b->course->s;

	if (b->known[i])
		return OK;
	b->course->briefs[i] = ranking_brief(&s->ranking, &t->r);
	return s->found(s->ctx, t, e);
}

static void idle(void *ctx, size_t done)
{
	course_progress(((struct batch_of_trials *)ctx)->course, done);
}

static enum err run_batch(struct course *c, const struct result *const *rows, size_t n, struct error *e)
{
	struct batch_of_trials b = { c, rows, calloc(n + 1, sizeof *b.known) };
	struct work w = { n, c->s->jobs, make, take, idle, c->s->stopping, &b };
	size_t done = 0;
	enum err rc;

	c->briefs = calloc(n + 1, sizeof *c->briefs);
	rc = b.known && c->briefs ? work_run(&w, &done, e) : error_memory(e);
	c->stopped = done < n;
	c->done += done;
	free(b.known);
	return rc;
}

static enum err begin(struct course *c, const struct search *s, struct error *e)
{
	*c = (struct course){ .s = s, .scratch = digest_new() };
	return c->scratch ? OK : error_memory(e);
}

static void end(struct course *c)
{
	digest_free(c->scratch);
	free(c->briefs);
}

enum err search_run(const struct search *s, bool *complete, struct error *e)
{
	struct course c;
	size_t n = plan_count(&s->plan);
	enum err rc = begin(&c, s, e);

	c.total = n + s->plan.window_count + s->randoms;
	if (!rc)
		rc = run_batch(&c, NULL, n, e);
	if (!rc && !c.stopped && s->plan.window_count)
		rc = forward_run(&c, e);
	if (!rc && !c.stopped && s->randoms && n)
		rc = yardstick_run(&c, e);
	*complete = !rc && !c.stopped;
	end(&c);
	return rc;
}

enum err search_list(const struct search *s, const struct result *const *rows, size_t n, bool *complete, struct error *e)
{
	struct course c;
	enum err rc = begin(&c, s, e);

	c.total = n;
	if (!rc)
		rc = run_batch(&c, rows, n, e);
	*complete = !rc && !c.stopped;
	end(&c);
	return rc;
}
