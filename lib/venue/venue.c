#include "venue/venue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

#define ASK_MS 200 /* between looks at stopping() */

static const struct dialect *const dialects[] = { &binance_spot, &binance_um };

struct venue {
	const struct dialect *dialect;
	struct caller *caller;
	bool (*stopping)(void);
	size_t most; /* candles a page: what the exchange refused is not asked for again */
	struct candle page[VENUE_PAGE_MAX];
	struct funding payments[VENUE_FUNDING_MAX];
};

enum err venue_open(const struct venue_config *config, struct venue *with, struct venue **out, struct error *e)
{
	struct venue *v;
	struct caller_config calls;
	enum err rc;

	*out = NULL;
	v = calloc(1, sizeof *v);
	if (!v)
		return error_memory(e);
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (dialects[i]->market == config->market)
			v->dialect = dialects[i];
	if (!v->dialect) {
		free(v);
		return error_set(e, ERR_USAGE, "market '%s' cannot be fetched", market_names[config->market]);
	}
	v->stopping = config->stopping;
	v->most = SIZE_MAX;
	calls = (struct caller_config){
		.base_url = config->base_url ? config->base_url : v->dialect->base_url,
		.parallel = config->parallel,
		.retries = config->retries,
		.patience_ms = config->patience_ms,
		.timeout_ms = config->timeout_ms,
		.weight_limit = v->dialect->weight_limit,
		.apart = v->dialect->funding_limit,
	};
	rc = caller_open(&calls, with ? with->caller : NULL, &v->caller, e);
	if (rc) {
		free(v);
		return rc;
	}
	*out = v;
	return OK;
}

void venue_close(struct venue *v)
{
	if (!v)
		return;
	caller_close(v->caller);
	free(v);
}

const struct caller_counts *venue_counts(const struct venue *v)
{
	return caller_counts(v->caller);
}

bool venue_busy(const struct venue *v)
{
	return caller_busy(v->caller);
}

enum err venue_run(struct venue *v, int wait_ms, struct error *e)
{
	return caller_run(v->caller, wait_ms, e);
}

/* One question that is waited for; the answer is copied, as it dies with the callback. */
struct ask {
	struct call call;
	struct buf body;
	bool finished;
	enum err rc;
	struct error error;
};

static void ask_done(struct call *call, enum err rc, const char *body, size_t len, struct error *e)
{
	struct ask *a = (struct ask *)call; /* its first member */

	a->finished = true;
	a->rc = rc;
	a->error = *e;
	if (!rc)
		buf_add(&a->body, body, len);
}

static enum err ask(struct venue *v, struct ask *a, int64_t weight, struct error *e)
{
	enum err rc = OK;

	a->call.weight = weight;
	a->call.done = ask_done;
	for (caller_add(v->caller, &a->call); !rc && !a->finished;)
		rc = v->stopping && v->stopping() ? error_set(e, ERR_TEMPFAIL, "stopped before the end") : caller_run(v->caller, ASK_MS, e);
	if (!rc && a->rc) {
		*e = a->error;
		rc = a->rc;
	}
	return !rc && a->body.failed ? error_memory(e) : rc;
}

enum err venue_time(struct venue *v, struct venue_clock *clock, struct error *e)
{
	struct ask a = { 0 };
	enum err rc;

	snprintf(a.call.path, sizeof a.call.path, "%s", v->dialect->time_path);
	rc = ask(v, &a, v->dialect->time_weight, e);
	*clock = (struct venue_clock){ .round_trip_ms = a.call.received_ms - a.call.sent_ms };
	if (!rc)
		rc = v->dialect->time_read(a.body.data, a.body.len, &clock->server_ms, e);
	if (!rc)
		clock->offset_ms = clock->server_ms - (a.call.sent_ms + clock->round_trip_ms / 2);
	buf_release(&a.body);
	return rc;
}

/*
 * One unknown name spoils a question about several, and the exchange does not say which: then all pairs are asked for.
 */
static enum err ask_symbols(struct venue *v, struct ask *a, char (*names)[SYMBOL_SIZE], size_t count, struct error *e)
{
	enum err rc;

	if (count > v->dialect->symbols_most)
		count = 0;
	v->dialect->symbols_path(names, count, a->call.path);
	rc = ask(v, a, v->dialect->symbols_weight, e);
	if (!rc || count < 2 || a->call.refusal != v->dialect->unknown_symbol)
		return rc;
	a->finished = false;
	v->dialect->symbols_path(NULL, 0, a->call.path);
	return ask(v, a, v->dialect->symbols_weight, e);
}

enum err venue_symbols(struct venue *v, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct error *e)
{
	struct ask a = { 0 };
	int64_t limit = 0;
	enum err rc = ask_symbols(v, &a, names, count, e);

	*rows = NULL;
	*n = 0;
	if (rc == ERR_DATA && count == 1 && a.call.refusal == v->dialect->unknown_symbol)
		rc = OK;
	else if (!rc)
		rc = v->dialect->symbols_read(v->dialect, a.body.data, a.body.len, rows, n, &limit, e);
	buf_release(&a.body);
	*n = symbols_keep(*rows, *n, names, count);
	return !rc && limit > 0 ? caller_set_limit(v->caller, limit, e) : rc;
}

/* What failed of a pair, in one message: an unknown pair by its name, nonsense with its place. */
static void word_failure(const struct venue *v, const struct call *call, const char *symbol, enum err rc, struct error *e)
{
	char message[sizeof e->message];

	if (call->refusal == v->dialect->unknown_symbol) {
		error_set(e, rc, "the exchange does not know the pair '%s'", symbol);
	} else if (e->field[0]) {
		snprintf(message, sizeof message, "%s: %.*s", e->field, (int)(sizeof message - sizeof e->field - 8), e->message);
		error_set(e, rc, "%s", message);
	}
}

static void funding_done(struct call *call, enum err rc, const char *body, size_t len, struct error *e)
{
	struct funding_query *q = (struct funding_query *)((char *)call - offsetof(struct funding_query, call));
	struct venue *v = q->venue;
	size_t n = 0;

	if (!rc)
		rc = v->dialect->funding_read(body, len, q->symbol, q->since, q->until, v->payments, &n, e);
	if (rc)
		word_failure(v, call, q->symbol, rc, e);
	q->done(q, rc, v->payments, n, e);
}

bool venue_has_funding(const struct venue *v)
{
	return v->dialect->funding_path != NULL;
}

void venue_funding(struct venue *v, struct funding_query *q)
{
	q->venue = v;
	q->call.weight = 0;
	q->call.counted_apart = true;
	q->call.done = funding_done;
	v->dialect->funding_path(q->symbol, q->since, q->until, q->call.path);
	caller_add(v->caller, &q->call);
}

/* The smallest page that holds so many, or the largest there is. */
static const struct venue_page *page_for(const struct venue *v, size_t rows)
{
	const struct venue_page *page = v->dialect->pages;

	while (page->rows < rows && page[1].rows && page[1].rows <= v->most)
		page++;
	return page;
}

static void candles_done(struct call *call, enum err rc, const char *body, size_t len, struct error *e)
{
	struct candle_query *q = (struct candle_query *)((char *)call - offsetof(struct candle_query, call));
	struct venue *v = q->venue;
	size_t n = 0;

	if (rc && call->refusal && call->refusal == v->dialect->refused_limit && q->limit > v->dialect->pages->rows) {
		v->most = q->limit - 1 < v->most ? q->limit - 1 : v->most;
		venue_candles(v, q);
		return;
	}
	if (!rc)
		rc = v->dialect->candles_read(v->dialect, body, len, q, v->page, &n, e);
	if (rc)
		word_failure(v, call, q->symbol, rc, e);
	q->done(q, rc, v->page, n, e);
}

size_t venue_candles_most(const struct venue *v)
{
	return page_for(v, SIZE_MAX)->rows;
}

void venue_candles(struct venue *v, struct candle_query *q)
{
	const struct venue_page *page = page_for(v, q->limit);

	q->venue = v;
	q->limit = page->rows;
	q->call.weight = page->weight;
	q->call.done = candles_done;
	v->dialect->candles_path(v->dialect, q, q->call.path);
	caller_add(v->caller, &q->call);
}
