#include "tune/rank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "model/record.h"
#include "report/metrics.h"
#include "tune/trial.h"

#define DAYS_A_YEAR 365

void rank_init(struct rank *k, const struct ranking *by)
{
	*k = (struct rank){ .by = *by };
}

void rank_release(struct rank *k)
{
	for (size_t i = 0; i < k->count; i++)
		free(k->rows[i].returns);
	free(k->rows);
	free(k->tried);
	*k = (struct rank){ 0 };
}

const char *rank_digest(const struct rank *k)
{
	return k->count ? k->rows[0].r.digest : "";
}

/* Sets and yardsticks cover the whole period; windows lie in it. */
static bool covers_all(const struct result *r)
{
	return r->sample == SAMPLE_WHOLE || r->sample == SAMPLE_HOLD || r->sample == SAMPLE_RANDOM;
}

static enum err check(const struct rank *k, const struct result *r, struct error *e)
{
	const struct result *first = k->count ? &k->rows[0].r : r;

	if (strcmp(first->digest, r->digest) != 0)
		return error_field(e, ERR_DATA, "digest", "trials on different candles cannot be ranked together");
	if (strcmp(first->setup, r->setup) != 0)
		return error_field(e, ERR_DATA, "setup", "trials with different accounts, risk or rules cannot be ranked together");
	if (covers_all(first) && covers_all(r) && (first->since != r->since || first->until != r->until))
		return error_field(e, ERR_DATA, "since", "trials over different periods cannot be ranked together");
	return OK;
}

enum err rank_add(struct rank *k, const struct trial *t, struct error *e)
{
	struct rank_row *row;
	enum err rc = check(k, &t->r, e);

	if (rc)
		return rc;
	if (grow(&k->rows, &k->cap, k->count + 1, sizeof *k->rows, e))
		return ERR_INTERNAL;
	row = &k->rows[k->count];
	*row = (struct rank_row){ .r = t->r, .brief = ranking_brief(&k->by, &t->r) };
	if (t->returns[0])
		rc = trial_returns_read(t->returns, &row->returns, &row->days, e);
	k->count++;
	/* The first row is what others are compared with: one that covers everything tells most. */
	if (!rc && covers_all(&t->r) && !covers_all(&k->rows[0].r)) {
		struct rank_row swap = k->rows[0];

		k->rows[0] = *row;
		*row = swap;
	}
	return rc;
}

static double daily_sharpe(const struct result *r)
{
	return r->metric[result_metric("sharpe")] / sqrt(DAYS_A_YEAR);
}

enum err rank_add_tried(struct rank *k, const struct result *r, struct error *e)
{
	if (r->sample != SAMPLE_WHOLE)
		return OK;
	if (grow(&k->tried, &k->tried_cap, k->tried_count + 1, sizeof *k->tried, e))
		return ERR_INTERNAL;
	k->tried[k->tried_count].sharpe = daily_sharpe(r);
	memcpy(k->tried[k->tried_count++].id, r->id, sizeof r->id);
	return OK;
}

enum err rank_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct trial t;
	enum err rc = record_read_kind(&kinds[KIND_TRIAL], line, len, &t, e);

	return rc ? rc : rank_add(ctx, &t, e);
}

enum err rank_tried(void *ctx, const void *trial, struct error *e)
{
	return rank_add_tried(ctx, &((const struct trial *)trial)->r, e);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct rank_row *)a)->r.id, ((const struct rank_row *)b)->r.id);
}

static int by_merit(const void *a, const void *b, void *ctx)
{
	const struct ranking *by = ctx;
	const struct rank_row *x = a, *y = b;
	int c = (x->r.sample != SAMPLE_WHOLE) - (y->r.sample != SAMPLE_WHOLE);

	if (!c && x->r.sample == SAMPLE_WHOLE)
		c = ranking_allows(by, &y->brief) - ranking_allows(by, &x->brief);
	if (!c && x->r.sample == SAMPLE_WHOLE)
		c = ranking_compare(by, &x->brief, &y->brief);
	if (!c)
		c = (x->r.number > y->r.number) - (x->r.number < y->r.number);
	return c ? c : strcmp(x->r.id, y->r.id);
}

static int by_key(const void *key, const void *row)
{
	return strcmp(key, ((const struct rank_row *)row)->r.id);
}

/* Each trial once, in order; of those tried at other times, what is not among them. */
static void put_in_order(struct rank *k)
{
	size_t kept = 0, tried = 0;

	if (k->count)
		qsort(k->rows, k->count, sizeof *k->rows, by_id);
	for (size_t i = 0; i < k->count; i++) {
		if (kept && by_id(&k->rows[kept - 1], &k->rows[i]) == 0)
			free(k->rows[i].returns);
		else
			k->rows[kept++] = k->rows[i];
	}
	k->count = kept;
	for (size_t i = 0; i < k->tried_count; i++)
		if (!k->count || !bsearch(k->tried[i].id, k->rows, k->count, sizeof *k->rows, by_key))
			k->tried[tried++] = k->tried[i];
	k->tried_count = tried;
	if (k->count)
		qsort_r(k->rows, k->count, sizeof *k->rows, by_merit, &k->by);
	while (k->sets < k->count && k->rows[k->sets].r.sample == SAMPLE_WHOLE)
		k->sets++;
	while (k->allowed < k->sets && ranking_allows(&k->by, &k->rows[k->allowed].brief))
		k->allowed++;
}

/* How good the best of so many would look without any skill, and how the winner stands against that. */
static enum err deflate(struct rank *k, struct error *e)
{
	size_t n = k->sets + k->tried_count;
	double *sharpes = calloc(n + 1, sizeof *sharpes), variance;

	if (!sharpes)
		return error_memory(e);
	for (size_t i = 0; i < k->sets; i++)
		sharpes[i] = daily_sharpe(&k->rows[i].r);
	for (size_t i = 0; i < k->tried_count; i++)
		sharpes[k->sets + i] = k->tried[i].sharpe;
	variance = luck_variance(sharpes, n, &k->trials);
	k->best_by_luck = luck_expected_best(variance, (double)k->trials);
	if (k->rows[0].returns) {
		k->moments = luck_moments(k->rows[0].returns, k->rows[0].days);
		k->psr = luck_psr(k->rows[0].returns, k->rows[0].days, 0);
		k->dsr = luck_psr(k->rows[0].returns, k->rows[0].days, k->best_by_luck);
	}
	free(sharpes);
	return OK;
}

static enum err cross_validate(struct rank *k, size_t blocks, struct error *e)
{
	const double **columns = calloc(k->sets + 1, sizeof *columns);
	size_t n = 0;
	int good;

	if (!columns)
		return error_memory(e);
	for (size_t i = 0; i < k->sets; i++)
		if (k->rows[i].returns && k->rows[i].days == k->rows[0].days)
			columns[n++] = k->rows[i].returns;
	good = luck_overfit(columns, n, k->rows[0].days, blocks, &k->overfit);
	free(columns);
	k->blocks = blocks;
	return good ? OK : error_memory(e);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value that this share of them lies below (linear between neighbours); sorted first. */
static double quantile(double *v, size_t n, double share)
{
	double at = share * (double)(n ? n - 1 : 0);
	size_t i = (size_t)at;

	if (!n)
		return NAN;
	qsort(v, n, sizeof *v, by_value);
	return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[i];
}

static bool is_like(const struct rank *k, const struct result *r)
{
	char like[64];

	snprintf(like, sizeof like, "{\"like\":\"%s\"}", k->rows[0].r.id);
	return strcmp(r->tuned, like) == 0;
}

/* The train windows that chose the sets which were then tested. */
static bool was_chosen(const struct rank *k, const struct result *r)
{
	for (size_t i = k->sets; i < k->count; i++)
		if (k->rows[i].r.sample == SAMPLE_TEST && k->rows[i].r.window == r->window && k->rows[i].r.number == r->number)
			return true;
	return false;
}

/* One metric of everything; scratch holds k->count values. */
static void measure(struct rank *k, struct rank_measure *m, double *scratch)
{
	int at = result_metric(m->name);
	size_t n = 0, lots = 0, beaten = 0, windows = 0;

	m->winner = k->rows[0].r.metric[at];
	for (size_t i = k->sets; i < k->count; i++) {
		const struct result *r = &k->rows[i].r;
		double v = r->metric[at];

		if (r->sample == SAMPLE_WALK && k->walks == 1)
			m->walked = v;
		if (r->sample == SAMPLE_HOLD)
			m->held = v;
		if (r->sample != SAMPLE_RANDOM || !is_like(k, r))
			continue;
		lots++;
		beaten += isnan(v) || (m->good > 0 ? m->winner > v : m->winner < v);
		if (!isnan(v))
			scratch[n++] = v;
	}
	m->lot_median = quantile(scratch, n, 0.5);
	m->lot_high = quantile(scratch, n, m->good > 0 ? 0.95 : 0.05);
	m->beaten = lots && !isnan(m->winner) ? (double)beaten / (double)lots : NAN;
	k->lots = lots;
	for (size_t i = k->sets; i < k->count && k->walks < 2; i++)
		if (k->rows[i].r.sample == SAMPLE_TRAIN && !isnan(k->rows[i].r.metric[at]) && was_chosen(k, &k->rows[i].r))
			scratch[windows++] = k->rows[i].r.metric[at];
	m->trained = quantile(scratch, windows, 0.5);
}

static enum err measure_all(struct rank *k, struct error *e)
{
	static const char *const names[RANK_MEASURES] = { "total_return", "cagr", "max_drawdown", "sharpe", "calmar" };
	double *scratch = calloc(k->count + 1, sizeof *scratch);

	if (!scratch)
		return error_memory(e);
	for (size_t i = k->sets; i < k->count; i++)
		k->walks += k->rows[i].r.sample == SAMPLE_WALK;
	for (size_t i = 0; i < RANK_MEASURES; i++) {
		k->measures[i] = (struct rank_measure){ names[i], metric_def_find(names[i])->good, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
		measure(k, &k->measures[i], scratch);
	}
	for (size_t i = k->sets; i < k->count; i++) {
		k->windows += k->rows[i].r.sample == SAMPLE_TEST;
		k->other_lots += k->rows[i].r.sample == SAMPLE_RANDOM;
	}
	k->other_lots -= k->lots;
	free(scratch);
	return OK;
}

enum err rank_close(struct rank *k, size_t blocks, struct error *e)
{
	enum err rc;

	put_in_order(k);
	k->best_by_luck = k->psr = k->dsr = NAN;
	k->moments = (struct luck_moments){ NAN, NAN, NAN };
	k->overfit = (struct luck_overfit){ NAN, NAN, NAN, 0 };
	if (!k->allowed)
		return OK;
	rc = deflate(k, e);
	if (!rc)
		rc = cross_validate(k, blocks, e);
	return rc ? rc : measure_all(k, e);
}
