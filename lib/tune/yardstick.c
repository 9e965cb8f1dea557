/* What a winner is measured by: buy and hold, and entries by lot that are as many and last as long as its own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tune/course.h"
#include "tune/work.h"

#define PILOTS 16 /* runs a round that only adjust how often is entered */
#define ROUNDS 3
#define PILOT_SEED 1000000000 /* no lot of a pilot is drawn again */

struct lottery {
	struct course *course;
	char like[64];          /* the tuned text of the random trials: whose yardstick they are */
	char id[RUN_SIZE];      /* the winner's */
	char exits[256];        /* its stops, as JSON members */
	double enter, leave;
	double entries[PILOTS]; /* of the pilots */
	bool pilot;
	bool *known;
};

static enum err hold(struct course *c, struct trial *t, struct error *e)
{
	const struct ground *g = c->s->ground;
	struct job job = { .sample = SAMPLE_HOLD, .window = INT_NONE, .number = INT_NONE, .set = "{}", .since = g->since, .until = g->until,
		.capital = DEC_NONE, .instead = "{\"strategy\":\"random\",\"enter\":1,\"leave\":0}", .alone = true };
	enum err rc = trial_run(g, &job, c->scratch, t, NULL, e);

	t->r.tuned[0] = '\0';
	return rc ? rc : course_found(c, t, e);
}

/* The stops of a strategy that entries by lot can have too. */
static enum err copy_exits(const char *params, char *out, size_t size, struct error *e)
{
	static const char *const names[] = { "stop_pct", "stop_atr", "trail_pct", "trail_atr", "atr_period" };
	json_t *json;
	enum err rc = field_parse(params, strlen(params), &json, e);
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; !rc && i < sizeof names / sizeof *names; i++) {
		json_t *v = json_object_get(json, names[i]);

		if (json_is_number(v))
			n += (size_t)snprintf(out + n, size - n, ",\"%s\":%.12g", names[i], json_number_value(v));
	}
	json_decref(json);
	return rc;
}

static void write_strategy(const struct lottery *l, int64_t seed, char *out, size_t size)
{
	snprintf(out, size, "{\"strategy\":\"random\",\"enter\":%.9g,\"leave\":%.9g,\"seed\":%lld%s}", l->enter, l->leave, (long long)seed, l->exits);
}

static enum err make(void *ctx, size_t i, struct digest *scratch, struct trial *t, struct error *e)
{
	struct lottery *l = ctx;
	const struct search *s = l->course->s;
	char strategy[512];
	struct job job = { .sample = SAMPLE_RANDOM, .window = INT_NONE, .number = (int64_t)i, .set = l->like, .since = s->ground->since,
		.until = s->ground->until, .extra = l->id, .capital = DEC_NONE, .instead = strategy };
	struct detail d = { 0 };
	struct brief unused;
	enum err rc;

	write_strategy(l, (int64_t)i + (l->pilot ? PILOT_SEED : 1), strategy, sizeof strategy);
	rc = trial_name(s->ground, &job, scratch, &t->r, e);
	if (!rc && !l->pilot)
		l->known[i] = s->known && s->known(s->ctx, t->r.id, &s->ranking, &unused);
	if (!rc && (l->pilot || !l->known[i]))
		rc = trial_make(s->ground, &job, t, &d, e);
	if (!rc && l->pilot)
		l->entries[i] = (double)d.entries;
	detail_release(&d);
	return rc;
}

static enum err take(void *ctx, size_t i, const struct trial *t, struct error *e)
{
	struct lottery *l = ctx;

	return l->pilot || l->known[i] ? OK : l->course->s->found(l->course->s->ctx, t, e);
}

static void idle(void *ctx, size_t done)
{
	struct lottery *l = ctx;

	course_progress(l->course, l->pilot ? 0 : done);
}

static enum err run(struct lottery *l, size_t n, struct error *e)
{
	const struct search *s = l->course->s;
	struct work w = { n, s->jobs, make, take, idle, s->stopping, l };
	size_t done;
	enum err rc = work_run(&w, &done, e);

	l->course->stopped = done < n;
	return rc;
}

/* Bars of the whole period, over all pairs. */
static double all_bars(const struct ground *g)
{
	double n = 0;

	for (size_t i = 0; i < g->history->series_count; i++)
		for (size_t k = 0; k < g->history->series[i].count; k++) {
			int64_t t = g->history->series[i].bars[k].open_time;

			n += t >= g->since && t < g->until;
		}
	return n;
}

/* Gates and stops take some entries away: enter more often, until as many are left as the winner had. */
static enum err adjust(struct lottery *l, double wanted, struct error *e)
{
	enum err rc = OK;

	l->pilot = true;
	for (int round = 0; !rc && !l->course->stopped && round < ROUNDS; round++) {
		double sum = 0;

		rc = run(l, PILOTS, e);
		for (int i = 0; i < PILOTS; i++)
			sum += l->entries[i] / PILOTS;
		if (!rc && !l->course->stopped)
			l->enter = fmin(1, fmax(1e-9, l->enter * wanted / fmax(sum, 1 / (double)PILOTS)));
	}
	l->pilot = false;
	return rc;
}

/* The winner once more, to see how often it entered and how long it held. */
static enum err study_winner(struct lottery *l, size_t winner, struct trial *t, double *entries, struct error *e)
{
	const struct search *s = l->course->s;
	struct job job = { .sample = SAMPLE_WHOLE, .window = INT_NONE, .number = (int64_t)winner, .set = s->sets[winner], .since = s->plan.since,
		.until = s->plan.until, .capital = DEC_NONE };
	struct detail d = { 0 };
	double bars = all_bars(s->ground);
	enum err rc = trial_run(s->ground, &job, l->course->scratch, t, &d, e);

	*entries = (double)d.entries;
	memcpy(l->id, t->r.id, sizeof l->id);
	snprintf(l->like, sizeof l->like, "{\"like\":\"%s\"}", t->r.id);
	l->enter = fmin(1, fmax(1e-9, *entries / fmax(1, bars - d.pair_bars_held)));
	l->leave = fmin(1, *entries / fmax(1, d.pair_bars_held));
	detail_release(&d);
	return rc ? rc : copy_exits(t->r.params, l->exits, sizeof l->exits, e);
}

enum err yardstick_run(struct course *c, struct error *e)
{
	const struct search *s = c->s;
	size_t winner = ranking_best(&s->ranking, c->briefs, s->plan.set_count);
	struct lottery l = { .course = c, .known = calloc(s->randoms + 1, sizeof *l.known) };
	struct trial *t = calloc(1, sizeof *t);
	double entries = 0;
	enum err rc = t && l.known ? hold(c, t, e) : error_memory(e);

	if (!rc && winner < s->plan.set_count)
		rc = study_winner(&l, winner, t, &entries, e);
	if (!rc && entries > 0)
		rc = adjust(&l, entries, e);
	if (!rc && entries > 0 && !c->stopped)
		rc = run(&l, s->randoms, e);
	free(l.known);
	free(t);
	return rc;
}
