#include "venue/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"

#define RUN_MS 200

struct fetch_job {
	struct history history;   /* of candles; of funding its id, market and symbol */
	struct payments payments; /* of funding */
	union {
		struct candle_query candles;
		struct funding_query funding;
	} query;
	struct fetch *fetch;
	int64_t since, until;
	enum err failed;
	bool asked;
};

static bool is_funding(const struct fetch_job *job)
{
	return job->history.interval == FETCH_FUNDING;
}

static struct fetch_market *market_of(const struct fetch_job *job)
{
	return &job->fetch->markets[job->history.market];
}

static const char *name_of(const struct fetch_job *job)
{
	return is_funding(job) ? "funding" : interval_names[job->history.interval];
}

enum err fetch_add(struct fetch *f, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e)
{
	struct fetch_job *job;

	for (size_t i = 0; i < f->count; i++) {
		job = &f->jobs[i];
		if (job->history.market != market || job->history.interval != interval || strcmp(job->history.symbol, symbol) != 0)
			continue;
		if ((until != TIME_NONE && until < job->since) || (job->until != TIME_NONE && job->until < since))
			continue; /* two stretches of one series, and nothing asked for between them */
		job->since = since < job->since ? since : job->since;
		job->until = job->until == TIME_NONE || until == TIME_NONE ? TIME_NONE : until > job->until ? until : job->until;
		return OK;
	}
	if (f->count == FETCH_MAX)
		return error_set(e, ERR_DATA, "more than %d series at once", FETCH_MAX);
	if (!f->jobs && !(f->jobs = calloc(FETCH_MAX, sizeof *f->jobs)))
		return error_memory(e);
	job = &f->jobs[f->count];
	job->history.id = f->count++;
	job->fetch = f;
	job->since = since;
	job->until = until;
	job->history.market = market;
	job->history.interval = interval;
	snprintf(job->history.symbol, sizeof job->history.symbol, "%s", symbol);
	return OK;
}

void fetch_release(struct fetch *f)
{
	free(f->jobs);
	*f = (struct fetch){ 0 };
}

enum err fetch_failure(const struct fetch *f, size_t id)
{
	return f->jobs[id].failed;
}

bool fetch_has(const struct fetch *f, int market)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->jobs[i].history.market == market)
			return true;
	return false;
}

static long taken(const struct fetch_job *job)
{
	return is_funding(job) ? job->payments.taken : job->history.taken;
}

static long least(const struct fetch_job *job)
{
	long most;

	if (!job->asked)
		return 0;
	most = is_funding(job) ? VENUE_FUNDING_MAX : (long)venue_candles_most(market_of(job)->venue);
	return taken(job) <= most ? 1 : (taken(job) + most - 1) / most;
}

struct fetch_totals fetch_totals(const struct fetch *f)
{
	struct fetch_totals t = { .series = (long)f->count };

	for (size_t i = 0; i < f->count; i++) {
		t.rows += taken(&f->jobs[i]);
		t.least += least(&f->jobs[i]);
	}
	for (size_t i = 0; i < MARKET_COUNT; i++) {
		const struct caller_counts *counts = f->markets[i].venue ? venue_counts(f->markets[i].venue) : NULL;

		if (!counts)
			continue;
		t.least++;
		t.requests += counts->requests;
		t.repeated += counts->retries;
		if (counts->budget_wait_ms > t.budget_wait_ms)
			t.budget_wait_ms = counts->budget_wait_ms;
	}
	return t;
}

static enum err fail(struct fetch_job *job, const struct error *why, struct error *e)
{
	struct fetch *f = job->fetch;
	const struct history_sink *sink = &f->hooks->sink;
	char message[WHY_SIZE];

	job->failed = why->code;
	if (!f->failed++)
		error_set(&f->first, why->code, "%s %s: %s", job->history.symbol, name_of(job), why->message);
	snprintf(message, sizeof message, "not fetched: %s", why->message);
	return sink->finding(sink->ctx, &job->history, FINDING_FAILED, market_of(job)->now_ms, message, e);
}

static void on_candles(struct candle_query *q, enum err rc, const struct candle *rows, size_t n, struct error *why);
static void on_payments(struct funding_query *q, enum err rc, struct funding *rows, size_t n, struct error *why);

/* The next page, if there is one. */
static void ask_for(struct fetch_job *job)
{
	struct candle_query *candles = &job->query.candles;
	struct funding_query *funding = &job->query.funding;

	if (job->failed)
		return;
	if (is_funding(job) && payments_ask(&job->payments, funding)) {
		memcpy(funding->symbol, job->history.symbol, sizeof funding->symbol);
		funding->ctx = job;
		funding->done = on_payments;
		job->asked = true;
		venue_funding(market_of(job)->venue, funding);
	} else if (!is_funding(job) && history_ask(&job->history, candles)) {
		candles->ctx = job;
		candles->done = on_candles;
		job->asked = true;
		venue_candles(market_of(job)->venue, candles);
	}
}

/* After a page: rc and e are the sink's. */
static void go_on(struct fetch_job *job, const struct call *call, enum err rc, struct error *e)
{
	struct fetch *f = job->fetch;
	char path[CALL_PATH_SIZE];

	if (!rc && !job->failed) {
		snprintf(path, sizeof path, "%.*s", (int)strcspn(call->path, "?"), call->path);
		rc = f->hooks->page(f->hooks->sink.ctx, &job->history, path, call->received_ms, e);
	}
	f->rc = rc;
	if (rc)
		f->error = *e;
	else
		ask_for(job);
}

static enum err on_payment(void *ctx, const struct funding *f, struct error *e)
{
	const struct fetch_job *job = ctx;
	const struct fetch_hooks *hooks = job->fetch->hooks;

	return hooks->funding(hooks->sink.ctx, &job->history, f, e);
}

static void on_candles(struct candle_query *q, enum err rc, const struct candle *rows, size_t n, struct error *why)
{
	struct fetch_job *job = q->ctx;
	struct error e = { 0 };

	if (!job->fetch->rc)
		go_on(job, &q->call, rc ? fail(job, why, &e) : history_take(&job->history, rows, n, q->limit, &job->fetch->hooks->sink, &e), &e);
}

static void on_payments(struct funding_query *q, enum err rc, struct funding *rows, size_t n, struct error *why)
{
	struct fetch_job *job = q->ctx;
	const struct history_sink *sink = &job->fetch->hooks->sink;
	const struct payments *p = &job->payments;
	struct error e = { 0 };

	if (job->fetch->rc)
		return;
	rc = rc ? fail(job, why, &e) : payments_take(&job->payments, rows, n, on_payment, job, &e);
	if (!rc && !job->failed && p->taken == 0 && p->next == TIME_NONE)
		rc = sink->lack(sink->ctx, &job->history, p->since, p->until - 1, &e);
	go_on(job, &q->call, rc, &e);
}

static enum err tick(const struct fetch *f, struct error *e)
{
	double total = 0, missing = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct fetch_job *job = &f->jobs[i];
		struct history all;

		if (is_funding(job)) {
			total += (double)(job->payments.taken + payments_missing(&job->payments));
			missing += job->failed ? 0 : (double)payments_missing(&job->payments);
			continue;
		}
		all = job->history;
		missing += job->failed ? 0 : (double)history_missing(&all);
		all.next = all.first;
		total += (double)history_missing(&all);
	}
	return f->hooks->tick(f->hooks->sink.ctx, total - missing, total, e);
}

/* Until every question in line is answered. */
static enum err run_queue(struct fetch *f, struct error *e)
{
	enum err rc = OK;

	while (!rc && !f->rc && venue_busy(f->all)) {
		rc = tick(f, e);
		if (!rc)
			rc = venue_run(f->all, RUN_MS, e);
	}
	if (!rc && f->rc) {
		*e = f->error;
		rc = f->rc;
	}
	return rc;
}

static bool is_late(const struct fetch_job *job)
{
	return !job->failed && !is_funding(job) && history_is_late(&job->history);
}

static bool any_late(const struct fetch *f, const struct fetch_market *m)
{
	for (size_t i = 0; i < f->count; i++)
		if (is_late(&f->jobs[i]) && (!m || market_of(&f->jobs[i]) == m))
			return true;
	return false;
}

/* The exchange's clock first, as it decides. When it does not answer any more, what is late stays late. */
static void ask_late(struct fetch *f, struct fetch_market *m)
{
	struct venue_clock clock;
	struct error why;

	if (m->rc || !any_late(f, m) || (m->rc = venue_time(m->venue, &clock, &why)))
		return;
	for (size_t i = 0; i < f->count; i++)
		if (market_of(&f->jobs[i]) == m && is_late(&f->jobs[i])) {
			history_set_clock(&f->jobs[i].history, clock.server_ms);
			ask_for(&f->jobs[i]);
		}
}

/* Looks again ten times, or once a second, whichever is less often. */
static enum err wait_for_late(struct fetch *f, int64_t wait_ms, struct error *e)
{
	int64_t pause = wait_ms < 10 * MS_SECOND ? wait_ms / 10 : MS_SECOND, left = wait_ms;
	enum err rc = OK;

	for (; !rc && left > 0 && any_late(f, NULL); left -= pause) {
		rc = tick(f, e);
		nanosleep(&(struct timespec){ .tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000 }, NULL);
		for (size_t m = 0; !rc && m < MARKET_COUNT; m++)
			ask_late(f, &f->markets[m]);
		if (!rc)
			rc = run_queue(f, e);
	}
	return rc;
}

static enum err start(struct fetch_job *job, const struct fetch_range *range, struct error *e)
{
	const struct fetch_market *m = market_of(job);
	struct history *h = &job->history;
	int64_t since = job->since == TIME_NONE ? 0 : job->since, until = job->until == TIME_NONE ? m->now_ms : job->until;
	struct error why = m->error;
	char symbol[SYMBOL_SIZE];

	if (!m->venue)
		error_set(&why, ERR_DATA, "market '%s' is not asked for here", market_names[h->market]);
	else if (!m->rc && is_funding(job) && !venue_has_funding(m->venue))
		error_set(&why, ERR_DATA, "market '%s' has no funding", market_names[h->market]);
	if (why.code)
		return fail(job, &why, e);
	if (is_funding(job)) {
		payments_init(&job->payments, since, job->until != TIME_NONE && until <= m->now_ms ? until : m->now_ms + 1);
	} else {
		memcpy(symbol, h->symbol, sizeof symbol); /* what is read and what is written may not be one */
		history_init(h, h->id, h->market, symbol, h->interval, since, until, range->last_n, m->now_ms);
		history_set_clock(h, m->clock.server_ms);
	}
	ask_for(job);
	return OK;
}

/* The clock of each market. *rc only if none is to be had: it is the first one's error. */
static enum err read_clocks(struct fetch *f, const struct fetch_range *range, struct error *e)
{
	struct fetch_market *first = NULL;
	bool any = false;

	for (size_t i = 0; i < MARKET_COUNT; i++) {
		struct fetch_market *m = &f->markets[i];

		if (!m->venue)
			continue;
		m->rc = venue_time(m->venue, &m->clock, &m->error);
		m->error.code = m->rc;
		m->now_ms = range->now_ms != TIME_NONE ? range->now_ms : m->rc ? utc_now_ms() : m->clock.server_ms;
		any |= !m->rc;
		first = first ? first : m;
	}
	if (!any && first)
		*e = first->error;
	return any || !first ? OK : first->rc;
}

enum err fetch_run(struct fetch *f, const struct fetch_range *range, const struct fetch_hooks *hooks, struct error *e)
{
	enum err rc = read_clocks(f, range, e);

	if (rc)
		return rc;
	f->hooks = hooks;
	for (size_t i = 0; i < MARKET_COUNT; i++)
		if (f->markets[i].venue)
			f->all = f->markets[i].venue;
	for (size_t i = 0; i < f->count && !rc; i++)
		rc = start(&f->jobs[i], range, e);
	if (!rc)
		rc = run_queue(f, e);
	if (!rc && range->wait_ms)
		rc = wait_for_late(f, range->wait_ms, e);
	for (size_t i = 0; i < f->count && !rc; i++)
		if (!f->jobs[i].failed && !is_funding(&f->jobs[i]))
			rc = history_finish(&f->jobs[i].history, &hooks->sink, e);
	return rc;
}
