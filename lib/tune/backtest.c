#include "tune/backtest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"

/* One series of the history as the account sees it. */
struct track {
	size_t pair;
	struct panel *panel;
	struct strategy_series **strategies; /* those of the account that trade this pair, in its order */
	size_t count;
};

struct test {
	const struct history *h;
	struct setup *setup;
	const struct backtest_options *options;
	struct engine engine;
	struct track *tracks;
	struct history_hit *hits;
	struct engine_bar *bars;
	struct signal *signals;
	char (*approved)[ID_SIZE];
	size_t approved_count, approved_cap;
};

static enum err note_decision(void *ctx, const struct decision *d, struct error *e)
{
	struct test *t = ctx;

	if (d->status != DECISION_APPROVED)
		return OK;
	if (t->approved_count == t->approved_cap) {
		size_t cap = t->approved_cap ? 2 * t->approved_cap : 16;
		char (*more)[ID_SIZE] = reallocarray(t->approved, cap, sizeof *more);

		if (!more)
			return error_memory(e);
		t->approved = more;
		t->approved_cap = cap;
	}
	memcpy(t->approved[t->approved_count++], d->id, ID_SIZE);
	return OK;
}

static bool trades(const struct account_strategy *s, const char *symbol)
{
	for (size_t i = 0; i < s->symbol_count; i++)
		if (strcmp(s->symbols[i], symbol) == 0)
			return true;
	return false;
}

static enum err prepare_track(struct test *t, size_t series, struct strategy *const *strategies, struct error *e)
{
	const struct history_series *s = &t->h->series[series];
	const struct account *a = t->setup->account;
	const struct symbol *rules = history_rules(t->h, s->market, s->symbol);
	struct book *b = &t->engine.ledger->book;
	struct track *track = &t->tracks[series];
	enum err rc = book_pair(b, s->market, s->symbol, &track->pair, e);

	if (rc)
		return rc;
	if (s->interval != a->interval)
		return error_field(e, ERR_DATA, "interval", "the candles of %s are %s, account %s trades on %s", s->symbol, interval_names[s->interval],
			a->name, interval_names[a->interval]);
	if (rules) {
		b->pairs[track->pair].rules = *rules;
		b->pairs[track->pair].has_rules = true;
	}
	track->panel = panel_new((enum interval)s->interval);
	track->strategies = calloc(a->strategy_count, sizeof *track->strategies);
	if (!track->panel || !track->strategies)
		return error_memory(e);
	for (size_t i = 0; !rc && i < a->strategy_count; i++)
		if (trades(&a->strategies[i], s->symbol))
			rc = strategy_series_new(strategies[i], track->panel, s->market, s->symbol, s->interval, &track->strategies[track->count++], e);
	return rc;
}

static enum err prepare(struct test *t, struct strategy *const *strategies, struct error *e)
{
	size_t n = t->h->series_count + 1;
	enum err rc = OK;

	t->tracks = calloc(n, sizeof *t->tracks);
	t->hits = calloc(n, sizeof *t->hits);
	t->bars = calloc(n, sizeof *t->bars);
	t->signals = calloc(n * (t->setup->account->strategy_count + 1), sizeof *t->signals);
	if (!t->tracks || !t->hits || !t->bars || !t->signals)
		return error_memory(e);
	for (size_t i = 0; !rc && i < t->h->series_count; i++)
		rc = prepare_track(t, i, strategies, e);
	return rc;
}

static void release(struct test *t)
{
	for (size_t i = 0; t->tracks && i < t->h->series_count; i++) {
		for (size_t k = 0; k < t->tracks[i].count; k++)
			strategy_series_free(t->tracks[i].strategies[k]);
		free(t->tracks[i].strategies);
		panel_free(t->tracks[i].panel);
	}
	free(t->tracks);
	free(t->hits);
	free(t->bars);
	free(t->signals);
	free(t->approved);
}

/* Whether a signal would change anything: one that does not need not be worded and decided. */
static bool asks(const struct test *t, const struct signal *s, size_t pair)
{
	struct book *b = &t->engine.ledger->book;
	enum decision_class c;

	return risk_wants(b, s, pair, &c) || risk_withdraws(b, s, pair);
}

/* Steps the strategies of one bar; signals that ask for something are worded and kept. */
static size_t think(struct test *t, const struct history_hit *hit, bool awake, size_t kept)
{
	struct track *track = &t->tracks[hit->series];
	const struct bar *bar = &t->h->series[hit->series].bars[hit->index];
	const double *columns = panel_step(track->panel, bar);

	for (size_t k = 0; k < track->count; k++) {
		struct signal *s = &t->signals[kept];

		strategy_series_step(track->strategies[k], bar, columns, s);
		if (!awake || !asks(t, s, track->pair))
			continue;
		strategy_series_words(track->strategies[k], s);
		kept++;
	}
	return kept;
}

static enum err decide_and_execute(struct test *t, int64_t t_ms, size_t signals, struct error *e)
{
	enum err rc;

	t->approved_count = 0;
	rc = engine_decide(&t->engine, t_ms, t->signals, signals, e);
	for (size_t i = 0; !rc && i < t->approved_count; i++)
		rc = engine_execute(&t->engine, t_ms, t->approved[i], NULL, e);
	return rc;
}

static bool machine_off(const struct backtest_options *o, int64_t t_ms)
{
	for (size_t i = 0; i < o->outage_count; i++)
		if (t_ms >= o->outages[i].from_ms && t_ms < o->outages[i].to_ms)
			return true;
	return false;
}

/* One close. Before the account's first step bars are only prices; at it, the first decisions are made. */
static enum err step(struct test *t, size_t n, int64_t since_ms, struct error *e)
{
	const struct bar *first = &t->h->series[t->hits[0].series].bars[t->hits[0].index];
	int64_t t_ms = engine_bar_end(&t->engine, first);
	bool awake = t_ms >= since_ms && !machine_off(t->options, t_ms);
	size_t kept = 0;
	enum err rc = OK;

	for (size_t i = 0; i < n; i++) {
		const struct history_hit *hit = &t->hits[i];

		t->bars[i] = (struct engine_bar){ t->tracks[hit->series].pair, &t->h->series[hit->series].bars[hit->index] };
		if (t_ms <= since_ms)
			engine_observe(&t->engine, t->bars[i].pair, t->bars[i].bar);
	}
	if (t_ms > since_ms)
		rc = engine_settle(&t->engine, t_ms, t->bars, n, e);
	for (size_t i = 0; i < n; i++)
		kept = think(t, &t->hits[i], awake, kept);
	return rc || !kept ? rc : decide_and_execute(t, t_ms, kept, e);
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int64_t first_open(const struct history *h)
{
	int64_t t = TIME_NONE;

	for (size_t i = 0; i < h->series_count; i++)
		if (h->series[i].count && (t == TIME_NONE || h->series[i].bars[0].open_time < t))
			t = h->series[i].bars[0].open_time;
	return t;
}

static enum err walk(struct test *t, const struct backtest_options *o, int64_t since_ms, struct backtest_result *r, struct error *e)
{
	struct history_walk w;
	enum err rc = history_walk_begin(&w, t->h, e);
	size_t n;

	while (!rc && (n = history_walk_next(&w, t->hits))) {
		int64_t open_ms = t->h->series[t->hits[0].series].bars[t->hits[0].index].open_time;

		if (o->until_ms != TIME_NONE && open_ms >= o->until_ms)
			break;
		rc = step(t, n, since_ms, e);
		r->first_ms = r->first_ms == TIME_NONE ? open_ms : r->first_ms;
		r->last_ms = open_ms;
		r->bars += n;
		if (o->progress)
			o->progress(r->bars, t->h->bars);
	}
	history_walk_end(&w);
	return rc;
}

enum err backtest_run(const struct history *h, struct setup *setup, struct strategy *const *strategies, const struct backtest_options *o,
	struct memory_ledger *ledger, struct backtest_result *result, struct error *e)
{
	struct test t = { .h = h, .setup = setup, .options = o };
	int64_t since_ms = o->since_ms == TIME_NONE ? first_open(h) : interval_floor((enum interval)setup->account->interval, o->since_ms);
	double began;
	enum err rc;

	*result = (struct backtest_result){ .first_ms = TIME_NONE, .last_ms = TIME_NONE };
	t.engine = (struct engine){ .ledger = &ledger->ledger, .account = setup->account, .risk = &setup->risk, .label = setup->label,
		.digest = setup->digest, .decided = note_decision, .ctx = &t };
	memcpy(t.engine.run, setup->run.id, sizeof t.engine.run);
	rc = prepare(&t, strategies, e);
	if (!rc && since_ms != TIME_NONE)
		rc = engine_open(&t.engine, since_ms, e);
	began = seconds();
	if (!rc)
		rc = walk(&t, o, since_ms, result, e);
	result->engine_s = seconds() - began;
	release(&t);
	return rc;
}
