#include "tune/trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/real.h"
#include "core/utc.h"
#include "report/roundtrip.h"

/* What is kept of a run: enough for every metric, and no more than a point a day. */
struct tally_sheet {
	struct curve points;    /* the capital, then the last of each UTC day */
	struct trips trips;
	struct memory_ledger ledger; /* the run's */
	int64_t closes, closes_held;
	double fees, traded, slippage, fills, positions;
	int64_t first_ms, last_ms;
};

static enum err take_equity(struct tally_sheet *s, const struct equity *q, struct error *e)
{
	if (q->t_ms == s->first_ms)
		return OK;
	s->positions = dec_double(q->positions_value);
	s->last_ms = q->t_ms;
	return curve_add(&s->points, q->t_ms, dec_double(q->equity), e);
}

static enum err take_capital(struct tally_sheet *s, int64_t since_ms, dec capital, struct error *e)
{
	s->first_ms = s->last_ms = since_ms;
	return since_ms == TIME_NONE ? OK : curve_add(&s->points, since_ms, dec_double(capital), e);
}

/* What a fill is measured against: the price of its order; of a market order, the price it was decided on. */
static dec expected(struct book *b, const struct trade *fill)
{
	const struct book_plan *plan;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;

		if (o->type != ORDER_MARKET && strcmp(o->id, fill->order) == 0)
			return o->type == ORDER_STOP ? o->stop_price : o->price;
	}
	plan = book_plan_of(b, fill->decision);
	return plan ? plan->d.price : DEC_NONE;
}

/* Not inline: for the many records that are passed over, the sink would save registers that only this one needs. */
__attribute__((noinline)) static enum err take_fill(struct tally_sheet *s, const struct trade *fill, struct error *e)
{
	double meant = dec_double(expected(&s->ledger.ledger.book, fill));

	s->slippage += (fill->side == SIDE_BUY ? 1 : -1) * (dec_double(fill->price) - meant) * dec_double(fill->qty);
	s->fills++;
	s->fees += dec_double(fill->fee_quote);
	s->traded += dec_double(fill->quote_qty);
	return trips_add(&s->trips, fill, e);
}

static enum err sink(void *ctx, enum kind_id kind, const void *object, struct error *e)
{
	switch (kind) {
	case KIND_EQUITY: return take_equity(ctx, object, e);
	case KIND_TRADE: return take_fill(ctx, object, e);
	default: return OK;
	}
}

static enum err closed_trips(const struct trips *t, struct outcome **rows, size_t *n, struct error *e)
{
	size_t *closed = calloc(t->count + 1, sizeof *closed);
	enum err rc;

	*rows = calloc(t->count + 1, sizeof **rows);
	*n = 0;
	if (!closed || !*rows) {
		free(closed);
		return error_memory(e);
	}
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].exit_ms != TIME_NONE)
			closed[(*n)++] = i;
	rc = trips_outcomes(t, closed, *n, *rows, e);
	free(closed);
	return rc;
}

/* The number that its text is. */
static double rounded(double v)
{
	char text[REAL_TEXT];

	if (!isfinite(v))
		return NAN;
	real_format(v, 12, text);
	return strtod(text, NULL);
}

static void take_metrics(struct result *r, const struct performance *p)
{
	for (size_t i = 0; i < metric_def_count; i++)
		if (metric_defs[i].headline)
			r->metric[result_metric(metric_defs[i].name)] = rounded(metric_value(metric_defs[i].name, p, NULL));
}

static enum err write_returns(const struct curve *daily, char *text, struct error *e)
{
	char *at = text, *end = text + TRIAL_RETURNS - REAL_TEXT - 2;

	*at++ = '[';
	for (size_t i = 1; i < daily->count; i++) {
		double r = daily->equity[i] / daily->equity[i - 1] - 1;

		if (at >= end)
			return error_set(e, ERR_DATA, "%zu days are more than the returns of a trial record hold", daily->count - 1);
		if (i > 1)
			*at++ = ',';
		at += real_format(isfinite(r) ? r : 0, 6, at);
	}
	*at++ = ']';
	*at = '\0';
	return OK;
}

enum err trial_returns_read(const char *text, double **returns, size_t *n, struct error *e)
{
	size_t commas = 0;
	char *end;

	for (const char *c = text; *c; c++)
		commas += *c == ',';
	*returns = calloc(commas + 1, sizeof **returns);
	*n = 0;
	if (!*returns)
		return error_memory(e);
	if (strcmp(text, "[]") == 0)
		return OK;
	for (char before = '['; *text == before; before = ',', (*n)++) {
		(*returns)[*n] = strtod(text + 1, &end);
		if (end == text + 1 || !isfinite((*returns)[*n]))
			break;
		text = end;
	}
	return strcmp(text, "]") == 0 ? OK : error_field(e, ERR_DATA, "returns", "not an array of numbers");
}

enum err trial_name(const struct ground *g, const struct job *job, struct digest *d, struct result *r, struct error *e)
{
	struct strategy *s;
	struct buf params = { .max = sizeof r->params };
	char hex[DIGEST_HEX], period[64];
	enum err rc = ground_job_strategy(g, job, g->tuned, &s, e);

	memset(r, 0, sizeof *r);
	if (rc)
		return rc;
	strategy_params_json(s, &params);
	strategy_free(s);
	if (params.failed || strlen(job->set) >= sizeof r->tuned) {
		buf_release(&params);
		return error_set(e, ERR_DATA, "a parameter set of more than %zu bytes", sizeof r->params);
	}
	r->sample = job->sample;
	r->window = job->window;
	r->number = job->number;
	r->since = job->since;
	r->until = job->until;
	snprintf(r->strategy, sizeof r->strategy, "%s", g->setup->account->strategies[g->tuned].name);
	snprintf(r->tuned, sizeof r->tuned, "%s", job->set);
	snprintf(r->params, sizeof r->params, "%s", params.data);
	snprintf(r->setup, sizeof r->setup, "%s", g->id);
	snprintf(r->digest, sizeof r->digest, "%s", g->digest);
	snprintf(r->version, sizeof r->version, "%s", g->version);
	snprintf(period, sizeof period, "%s %lld %lld", sample_names[job->sample], (long long)job->since, (long long)job->until);
	digest_field(d, g->digest);
	digest_field(d, g->id);
	digest_field(d, r->params);
	digest_field(d, period);
	digest_field(d, job->extra ? job->extra : "");
	digest_hex(d, hex);
	snprintf(r->id, sizeof r->id, "%.16s", hex);
	buf_release(&params);
	for (size_t i = 0; i < TRIAL_METRICS; i++)
		r->metric[i] = NAN;
	return OK;
}

/* The setup of one run: the ground's, with what the job changes. Its digest is the caller's. */
static void set_up(const struct ground *g, const struct job *job, struct digest *d, struct setup *s, struct account *a)
{
	bool bad = false;

	*a = *g->setup->account;
	a->transfers.count = 0; /* it is asked what a set earns, not what was paid in meanwhile */
	s->account = a;
	s->risk = g->setup->risk;
	s->digest = d;
	memcpy(s->label, g->setup->label, sizeof s->label);
	memcpy(s->run.id, g->setup->run.id, sizeof s->run.id);
	if (job->capital != DEC_NONE)
		a->capital = job->capital;
	if (!job->alone)
		return;
	a->strategies = &a->strategies[g->tuned];
	a->strategy_count = 1;
	/* A little less than everything: fees, and prices that move until the fill. */
	field_clear(risk_fields, RISK_FIELDS, &s->risk);
	s->risk.exchange_filters = g->setup->risk.exchange_filters;
	s->risk.sizing = SIZE_EQUITY_PCT;
	s->risk.size = dec_from_double(99.5 / (double)(a->strategies->symbol_count ? a->strategies->symbol_count : 1), ROUND_DOWN, &bad);
	s->risk.collar_bps = DEC_NONE;
}

static enum err make_strategies(const struct ground *g, const struct job *job, struct strategy **strategies, struct error *e)
{
	size_t n = g->setup->account->strategy_count;
	enum err rc = OK;

	if (job->alone)
		return ground_job_strategy(g, job, g->tuned, &strategies[0], e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = ground_job_strategy(g, job, i, &strategies[i], e);
	return rc;
}

static double pair_bars_held(const struct trips *t, int64_t end_ms, int64_t bar_ms)
{
	double held = 0;

	for (size_t i = 0; i < t->count; i++)
		held += (double)((t->rows[i].exit_ms == TIME_NONE ? end_ms : t->rows[i].exit_ms) - t->rows[i].entry_ms);
	return held / (double)bar_ms;
}

void detail_release(struct detail *d)
{
	curve_release(&d->daily);
	free(d->outcomes);
	*d = (struct detail){ 0 };
}

/* The sheet in the form the metrics want. */
static enum err add_up(const struct ground *g, const struct job *job, struct tally_sheet *s, struct detail *d, struct error *e)
{
	const struct account *a = g->setup->account;
	size_t n = s->points.count;
	enum err rc;

	if (job->sell_at_end && n > 1) {
		double cost = s->positions * (dec_double(a->taker_fee_bps) + dec_double(a->slippage_bps)) / 1e4;

		s->points.equity[n - 1] -= cost;
		s->fees += cost;
	}
	rc = curve_daily(&s->points, &d->daily, e);
	if (!rc)
		rc = closed_trips(&s->trips, &d->outcomes, &d->outcome_count, e);
	d->entries = s->trips.count;
	d->bars = (double)s->closes;
	d->bars_held = (double)s->closes_held;
	d->pair_bars_held = pair_bars_held(&s->trips, s->last_ms, interval_ms((enum interval)a->interval));
	d->fees = s->fees;
	d->traded = s->traded;
	d->slippage = s->slippage;
	d->fills = s->fills;
	d->span_ms = s->last_ms - s->first_ms;
	return rc;
}

enum err trial_measure(struct trial *t, const struct detail *d, struct error *e)
{
	const struct curve *c = &d->daily;
	const struct tally tally = tally_of(d->outcomes, d->outcome_count);
	struct performance p = { .daily = c->count ? c : NULL, .all = c->count ? c : NULL, .no_equity = "no bar was settled", .periods_per_year = 365,
		.outcomes = d->outcomes, .outcome_count = d->outcome_count, .tally = &tally, .bars = d->bars, .bars_held = d->bars_held, .span_ms = d->span_ms,
		.traded = d->traded, .fees = d->fees, .slippage = d->slippage, .fills = d->fills };

	p.first = c->count ? c->equity[0] : NAN;
	p.last = c->count ? c->equity[c->count - 1] : NAN;
	p.pnl = p.last - p.first;
	take_metrics(&t->r, &p);
	t->returns[0] = '\0';
	return t->r.sample == SAMPLE_TRAIN || t->r.sample == SAMPLE_RANDOM ? OK : write_returns(c, t->returns, e);
}

/* Nobody reads its records, nor the ids in them. */
static enum err run_backtest(const struct ground *g, const struct job *job, struct setup *setup, struct strategy **strategies,
	struct tally_sheet *sheet, struct error *e)
{
	struct backtest_options o = { .since_ms = job->since, .until_ms = job->until, .shelf = g->shelf };
	struct backtest_result r;
	struct account account;
	struct digest *ids = digest_counter();
	enum err rc;

	set_up(g, job, ids, setup, &account);
	memory_ledger_init(&sheet->ledger, setup->label, account.quote, sink, sheet);
	sheet->ledger.ledger.wants = 0;
	rc = ids ? make_strategies(g, job, strategies, e) : error_memory(e);
	if (!rc)
		rc = take_capital(sheet, backtest_since(g->history, &account, &o), account.capital, e);
	if (!rc)
		rc = backtest_run(g->history, setup, strategies, &o, &sheet->ledger, &r, e);
	sheet->closes = rc ? 0 : r.closes;
	sheet->closes_held = rc ? 0 : r.closes_held;
	memory_ledger_release(&sheet->ledger);
	digest_free(ids);
	return rc;
}

enum err trial_make(const struct ground *g, const struct job *job, struct trial *t, struct detail *detail, struct error *e)
{
	struct strategy **strategies = calloc(g->setup->account->strategy_count + 1, sizeof *strategies);
	struct setup *setup = calloc(1, sizeof *setup);
	struct tally_sheet sheet = { 0 };
	struct detail own = { 0 };
	enum err rc = strategies && setup ? OK : error_memory(e);

	if (!rc)
		rc = run_backtest(g, job, setup, strategies, &sheet, e);
	if (!rc)
		rc = add_up(g, job, &sheet, &own, e);
	if (!rc)
		rc = trial_measure(t, &own, e);
	for (size_t i = 0; strategies && strategies[i]; i++)
		strategy_free(strategies[i]);
	free(strategies);
	free(setup);
	curve_release(&sheet.points);
	trips_release(&sheet.trips);
	if (rc || !detail)
		detail_release(&own);
	if (detail)
		*detail = own;
	return rc;
}

enum err trial_run(const struct ground *g, const struct job *job, struct digest *d, struct trial *t, struct detail *detail, struct error *e)
{
	enum err rc = trial_name(g, job, d, &t->r, e);

	return rc ? rc : trial_make(g, job, t, detail, e);
}
