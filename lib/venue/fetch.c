#include "venue/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"

#define RUN_MS 200

struct fetch_job {
	struct history history;
	struct candle_query query;
	struct fetch *fetch;
	int64_t since, until;
	bool failed;
};

enum err fetch_add(struct fetch *f, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e)
{
	struct fetch_job *job;

	for (size_t i = 0; i < f->count; i++) {
		job = &f->jobs[i];
		if (job->history.market != market || job->query.interval != interval || strcmp(job->query.symbol, symbol) != 0)
			continue;
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
	job->query.interval = interval;
	snprintf(job->query.symbol, sizeof job->query.symbol, "%s", symbol);
	return OK;
}

void fetch_release(struct fetch *f)
{
	free(f->jobs);
	*f = (struct fetch){ 0 };
}

long fetch_taken(const struct fetch *f)
{
	long n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->jobs[i].history.taken;
	return n;
}

static enum err fail(struct fetch_job *job, const struct error *why, struct error *e)
{
	struct fetch *f = job->fetch;
	const struct history_sink *sink = &f->hooks->sink;
	const char *interval = interval_names[job->query.interval];
	char message[WHY_SIZE];

	job->failed = true;
	if (!f->failed++)
		error_set(&f->first, why->code, "%s %s: %s", job->query.symbol, interval, why->message);
	snprintf(message, sizeof message, "not fetched: %s", why->message);
	return sink->finding(sink->ctx, &job->history, FINDING_FAILED, f->now_ms, message, e);
}

static void on_page(struct candle_query *q, enum err rc, const struct candle *rows, size_t n, struct error *why)
{
	struct fetch_job *job = q->ctx;
	struct fetch *f = job->fetch;
	struct error e = { 0 };

	if (f->rc)
		return;
	f->rc = rc ? fail(job, why, &e) : history_take(&job->history, rows, n, q->limit, &f->hooks->sink, &e);
	if (f->rc)
		f->error = e;
	else if (!rc && history_ask(&job->history, q))
		venue_candles(f->venue, q);
}

static void ask_for(struct fetch_job *job)
{
	if (!job->failed && history_ask(&job->history, &job->query))
		venue_candles(job->fetch->venue, &job->query);
}

static enum err tick(const struct fetch *f, struct error *e)
{
	double total = 0, missing = 0;

	for (size_t i = 0; i < f->count; i++) {
		struct history all = f->jobs[i].history;

		missing += f->jobs[i].failed ? 0 : (double)history_missing(&all);
		all.next = all.first;
		total += (double)history_missing(&all);
	}
	return f->hooks->tick(f->hooks->sink.ctx, total - missing, total, e);
}

/* Until every question in line is answered. */
static enum err run_queue(struct fetch *f, struct error *e)
{
	enum err rc = OK;

	while (!rc && !f->rc && venue_busy(f->venue)) {
		rc = tick(f, e);
		if (!rc)
			rc = venue_run(f->venue, RUN_MS, e);
	}
	if (!rc && f->rc) {
		*e = f->error;
		rc = f->rc;
	}
	return rc;
}

static bool is_late(const struct fetch_job *job)
{
	return !job->failed && history_is_late(&job->history);
}

static bool any_late(const struct fetch *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (is_late(&f->jobs[i]))
			return true;
	return false;
}

/* Looks again ten times, or once a second, whichever is less often; the exchange's clock first, as it decides. */
static enum err wait_for_late(struct fetch *f, int64_t wait_ms, struct error *e)
{
	int64_t pause = wait_ms < 10 * MS_SECOND ? wait_ms / 10 : MS_SECOND, left = wait_ms;
	struct venue_clock clock;
	struct error why;
	enum err rc = OK;

	for (; !rc && left > 0 && any_late(f); left -= pause) {
		rc = tick(f, e);
		nanosleep(&(struct timespec){ .tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000 }, NULL);
		if (!rc && venue_time(f->venue, &clock, &why))
			break; /* it does not answer any more: late stays late */
		for (size_t i = 0; !rc && i < f->count; i++)
			if (is_late(&f->jobs[i])) {
				history_set_clock(&f->jobs[i].history, clock.server_ms);
				ask_for(&f->jobs[i]);
			}
		if (!rc)
			rc = run_queue(f, e);
	}
	return rc;
}

static enum err start(struct fetch_job *job, int market, const struct fetch_range *range, int64_t server_ms, struct error *e)
{
	struct history *h = &job->history;
	struct error why;

	history_init(h, h->id, h->market, job->query.symbol, job->query.interval, job->since == TIME_NONE ? 0 : job->since,
		job->until == TIME_NONE ? job->fetch->now_ms : job->until, range->last_n, job->fetch->now_ms);
	history_set_clock(h, server_ms);
	job->query.ctx = job;
	job->query.done = on_page;
	if (h->market != market) {
		error_set(&why, ERR_DATA, "market '%s' cannot be fetched here, only %s", market_names[h->market], market_names[market]);
		return fail(job, &why, e);
	}
	ask_for(job);
	return OK;
}

enum err fetch_run(struct fetch *f, struct venue *v, int market, const struct fetch_range *range, const struct fetch_hooks *hooks, struct error *e)
{
	enum err rc = venue_time(v, &f->clock, e);

	if (rc)
		return rc;
	f->venue = v;
	f->hooks = hooks;
	f->now_ms = range->now_ms == TIME_NONE ? f->clock.server_ms : range->now_ms;
	for (size_t i = 0; i < f->count && !rc; i++)
		rc = start(&f->jobs[i], market, range, f->clock.server_ms, e);
	if (!rc)
		rc = run_queue(f, e);
	if (!rc && range->wait_ms)
		rc = wait_for_late(f, range->wait_ms, e);
	for (size_t i = 0; i < f->count && !rc; i++)
		if (!f->jobs[i].failed)
			rc = history_finish(&f->jobs[i].history, &hooks->sink, e);
	return rc;
}
