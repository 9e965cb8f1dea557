#include "tune/backtest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"
#include "tune/catchup.h"
#include "tune/coarse.h"
#include "tune/track.h"

#define FEW 4 /* series: so many have their columns filled ahead */

struct test {
	const struct history *h;
	struct setup *setup;
	const struct backtest_options *options;
	const struct told *told; /* of all strategies, or of those with an interval of their own */
	struct told own;
	struct engine engine;
	int64_t since_ms;
	bool began; /* bars before since_ms have been observed */
	struct track *tracks; /* one a series, and a lane for each */
	struct engine_lane *lanes;
	struct catchup_hold *holds;
	size_t count;
	struct engine_bar *bars;
	struct { const struct history_series *series; size_t from; } *inside; /* of each: whose it is, where its detail begins */
	struct signal *signals;
};

/* What the strategies with an interval of their own say is found before the walk: one pass for each. */
static enum err tell_coarse(struct test *t, struct strategy *const *strategies, struct error *e)
{
	const struct account *a = t->setup->account;
	enum err rc = OK;

	t->told = t->options->signals ? t->options->signals : &t->own;
	for (size_t i = 0; !rc && strategies && i < a->strategy_count; i++)
		for (size_t k = 0; !rc && a->strategies[i].resampled && k < t->h->series_count; k++)
			if (account_trades(a, a->strategies[i].name, t->h->series[k].symbol))
				rc = coarse_tell(&t->h->series[k], strategies[i], (enum interval)a->strategies[i].interval, t->options->until_ms, &t->own, e);
	return rc ? rc : told_ready(&t->own, e);
}

static enum err prepare_track(struct test *t, size_t i, struct strategy *const *strategies, struct error *e)
{
	const struct history_series *s = &t->h->series[i];
	struct book *b = &t->engine.ledger->book;
	size_t pair, n;
	const struct symbol *terms = history_rules(t->h, s->market, s->symbol, &n);
	enum err rc = book_pair(b, s->market, s->symbol, &pair, e);

	if (rc)
		return rc;
	book_set_terms(b, pair, terms, n);
	t->count = i + 1;
	rc = track_begin(&t->tracks[i], s, pair, t->setup->account, strategies, t->options->until_ms, t->options->shelf,
		t->h->series_count <= FEW ? t->options->aide : NULL, t->told, e);
	t->lanes[i] = (struct engine_lane){ .pair = pair };
	return rc;
}

static enum err prepare(struct test *t, struct strategy *const *strategies, struct error *e)
{
	size_t n = t->h->series_count + 1;
	enum err rc = OK;

	t->tracks = calloc(n, sizeof *t->tracks);
	t->lanes = calloc(n, sizeof *t->lanes);
	t->holds = calloc(n, sizeof *t->holds);
	t->bars = calloc(n, sizeof *t->bars);
	t->inside = calloc(n, sizeof *t->inside);
	t->signals = calloc(2 * n * (t->setup->account->strategy_count + 1), sizeof *t->signals); /* one made up, and one of this close */
	if (!t->tracks || !t->lanes || !t->holds || !t->bars || !t->inside || !t->signals)
		return error_memory(e);
	if (t->options->signals)
		strategies = NULL;
	rc = tell_coarse(t, strategies, e);
	for (size_t i = 0; !rc && i < t->h->series_count; i++)
		rc = prepare_track(t, i, strategies, e);
	return rc;
}

static void release(struct test *t)
{
	for (size_t i = 0; i < t->count; i++)
		track_release(&t->tracks[i]);
	free(t->tracks);
	free(t->lanes);
	free(t->holds);
	free(t->bars);
	free(t->inside);
	free(t->signals);
	told_release(&t->own);
}

/* Steps the strategies of a bar that has just closed; signals that ask for something are worded and kept. */
static size_t think(struct test *t, struct track *track, bool awake, size_t kept)
{
	size_t bar = track->at - 1, before = kept;

	for (size_t k = 0; k < track->strategy_count; k++) {
		struct track_strategy *row = &track->strategies[k];
		struct signal *s = &t->signals[kept];
		bool words;

		track_look(track, row, &t->engine);
		if (row->ask != bar)
			continue;
		if (row->told)
			told_signal(t->told, row->told, row->next++, s);
		else
			strategy_series_step_at(row->series, &track->run, bar - track->base, s);
		row->ask++;
		row->known = false;
		if (!awake || !track_asks(track, &t->engine, s, &words))
			continue;
		if (words && !row->told && t->engine.ledger->wants & LEDGER_TEXT)
			strategy_series_why(row->series, s);
		kept++;
	}
	if (kept > before)
		track->quiet = track->at; /* known anew after the decision */
	return kept;
}

/* The signals of one close after another, as ct-risk hears them; then all that was approved. */
static enum err decide_and_execute(struct test *t, int64_t t_ms, size_t signals, struct error *e)
{
	const struct book *b = &t->engine.ledger->book;
	enum err rc = OK;

	for (size_t i = 0, n; !rc && i < signals; i += n) {
		for (n = 1; i + n < signals && t->signals[i + n].t_ms == t->signals[i].t_ms; n++)
			;
		rc = engine_decide(&t->engine, t_ms, t->signals + i, n, e);
	}
	for (size_t i = 0, before; !rc && i < b->plan_count; i += b->plan_count == before) {
		before = b->plan_count;
		if (b->plans[i].d.status == DECISION_APPROVED)
			rc = engine_execute(&t->engine, t_ms, b->plans[i].d.id, NULL, e);
	}
	return rc;
}

/* The lanes as the tracks stand, one that is held at its end; and the tracks as a pass left the lanes. */
static void to_lanes(struct test *t)
{
	for (size_t i = 0; i < t->count; i++) {
		t->lanes[i].tape = t->tracks[i].tape;
		t->lanes[i].next = t->holds[i].until_ms ? t->tracks[i].tape->count : t->tracks[i].at - t->tracks[i].base;
	}
}

static void from_lanes(struct test *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->holds[i].until_ms)
			t->tracks[i].at = t->tracks[i].base + t->lanes[i].next;
}

static int64_t next_close(const struct test *t)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < t->count; i++) {
		int64_t t_ms = t->holds[i].until_ms ? t->holds[i].next_ms : track_next_ms(&t->tracks[i]);

		next = t_ms < next ? t_ms : next;
	}
	return next;
}

/* The bars that are over at t_ms are only prices: the account had not begun. */
static void observe(struct test *t, int64_t t_ms)
{
	for (size_t i = 0; i < t->count; i++) {
		struct track *track = &t->tracks[i];

		if (track_next_ms(track) > t_ms)
			continue;
		track->at = track->base + tape_closed(track->tape, track->at - track->base, track->run.count, t_ms);
		engine_observe(&t->engine, track->pair, &track->series->bars[track->at - 1]);
	}
}

/* The shorter bars of those in which something may be filled. */
static enum err look_inside(struct test *t, size_t n, struct error *e)
{
	struct detail *d = t->options->detail;
	enum err rc = OK;

	detail_clear(d);
	for (size_t i = 0; !rc && i < n; i++)
		if (book_concerns(&t->engine.ledger->book, t->bars[i].pair))
			rc = detail_of(d, t->inside[i].series, t->bars[i].bar, &t->inside[i].from, &t->bars[i].detail_count, e);
	for (size_t i = 0; !rc && i < n; i++)
		if (t->bars[i].detail_count)
			t->bars[i].detail = detail_bars(d, t->inside[i].from);
	return rc;
}

static enum err settle(struct test *t, int64_t t_ms, struct error *e)
{
	const struct book *b = &t->engine.ledger->book;
	bool latched = b->state.breaker[0];
	size_t n = 0;
	enum err rc;

	for (size_t i = 0; i < t->count; i++)
		if (!t->holds[i].until_ms && track_next_ms(&t->tracks[i]) == t_ms) {
			t->inside[n].series = t->tracks[i].series;
			t->bars[n++] = (struct engine_bar){ .pair = t->tracks[i].pair, .bar = &t->tracks[i].series->bars[t->tracks[i].at++] };
		}
	rc = t->options->detail ? look_inside(t, n, e) : OK;
	if (!rc)
		rc = engine_settle(&t->engine, t_ms, t->bars, n, e);
	/* A breaker reaches into pairs that had nothing to do. */
	for (size_t i = 0; b->state.breaker[0] && !latched && i < t->count; i++)
		t->tracks[i].quiet = 0;
	return rc;
}

static bool closed_at(const struct track *t, int64_t t_ms)
{
	return t->at > t->base && t->tape->end_ms[t->at - 1 - t->base] == t_ms;
}

/* What was held and comes at t_ms is booked as it closed, one close after another; nobody decides on these. */
static enum err settle_held(struct test *t, int64_t t_ms, struct error *e)
{
	int64_t late_ms, unused;
	bool one;
	enum err rc = catchup_end_day(&t->engine, t->tracks, t->count, t_ms, e);

	for (size_t i = 0; i < t->count; i++)
		if (t->holds[i].until_ms <= t_ms)
			t->holds[i].until_ms = 0;
	while (!rc && (late_ms = next_close(t)) < t_ms) {
		rc = settle(t, late_ms, e);
		for (size_t i = 0; !rc && i < t->count; i++)
			if (closed_at(&t->tracks[i], late_ms)) {
				think(t, &t->tracks[i], false, 0);
				rc = track_event(&t->tracks[i], &t->engine, &unused, &one, e); /* the next window, where this one ends */
			}
	}
	return rc;
}

/*
 * Up to and with the close t_ms, before which nothing happens; settles: at it something may. *reached is t_ms, or an
 * earlier close at which a breaker may have tripped.
 */
static enum err advance(struct test *t, int64_t t_ms, bool settles, int64_t *reached, struct error *e)
{
	int64_t passed_ms, next_ms, quiet_ms = settles ? t_ms - 1 : t_ms;
	enum err rc = OK;

	*reached = t_ms;
	if (!t->began) {
		observe(t, t_ms < t->since_ms ? t_ms : t->since_ms);
		t->began = t_ms > t->since_ms;
		if (!t->began)
			return OK;
	}
	next_ms = next_close(t);
	if (next_ms <= quiet_ms) {
		to_lanes(t);
		rc = engine_pass(&t->engine, t->lanes, t->count, quiet_ms, &passed_ms, e);
		from_lanes(t);
		next_ms = next_close(t);
	}
	if (!rc && next_ms <= t_ms) {
		*reached = next_ms;
		rc = catchup_comes(t->holds, t->count, *reached) ? settle_held(t, *reached, e) : OK;
		if (!rc)
			rc = settle(t, *reached, e);
	}
	return rc;
}

/* On to the next close at which something may happen. *reached: where the step before ended; INT64_MAX at the end. */
static enum err step(struct test *t, int64_t *reached, struct error *e)
{
	struct catchup missed = { t->options, &t->engine, t->told, t->tracks, t->count, t->since_ms, *reached };
	int64_t next_ms = INT64_MAX, t_ms;
	bool settles = false, one, on;
	size_t kept = 0;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < t->count; i++) {
		rc = track_event(&t->tracks[i], &t->engine, &t_ms, &one, e);
		if (!rc && t->options->outage_count && t_ms != INT64_MAX)
			catchup_hold(t->options, &t->tracks[i], t->since_ms, &t->holds[i], &t_ms, &one);
		settles = t_ms < next_ms ? one : settles || (one && t_ms == next_ms);
		next_ms = t_ms < next_ms ? t_ms : next_ms;
	}
	*reached = next_ms;
	if (rc || next_ms == INT64_MAX)
		return rc;
	t_ms = catchup_wakes(&missed, next_ms);
	rc = advance(t, t_ms, (settles && t_ms == next_ms) || catchup_comes(t->holds, t->count, t_ms), reached, e);
	on = *reached >= t->since_ms && !catchup_off(t->options, *reached);
	if (!rc && on)
		kept = catchup_signals(&missed, *reached, t->signals);
	for (size_t i = 0; !rc && i < t->count; i++)
		if (closed_at(&t->tracks[i], *reached))
			kept = think(t, &t->tracks[i], on, kept);
	return rc || !kept ? rc : decide_and_execute(t, *reached, kept, e);
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

static void sum_up(const struct test *t, struct backtest_result *r)
{
	r->bars = 0;
	for (size_t i = 0; i < t->count; i++) {
		const struct track *track = &t->tracks[i];

		r->bars += track->at;
		if (track->at == 0)
			continue;
		if (r->first_ms == TIME_NONE || track->series->bars[0].open_time < r->first_ms)
			r->first_ms = track->series->bars[0].open_time;
		if (track->series->bars[track->at - 1].open_time > r->last_ms)
			r->last_ms = track->series->bars[track->at - 1].open_time;
	}
}

static enum err walk(struct test *t, struct backtest_result *r, struct error *e)
{
	int64_t t_ms = 0;
	enum err rc = OK;

	for (size_t steps = 0; !rc && t_ms != INT64_MAX; steps++) {
		rc = step(t, &t_ms, e);
		if (!rc && t->options->progress && steps % 256 == 0) {
			sum_up(t, r);
			rc = t->options->progress(r->bars, t->h->bars, e);
		}
	}
	sum_up(t, r);
	r->closes = t->engine.closes;
	r->closes_held = t->engine.closes_held;
	return rc;
}

int64_t backtest_since(const struct history *h, const struct account *a, const struct backtest_options *o)
{
	return o->since_ms == TIME_NONE ? first_open(h) : interval_floor((enum interval)a->interval, o->since_ms);
}

enum err backtest_run(const struct history *h, struct setup *setup, struct strategy *const *strategies, const struct backtest_options *o,
	struct memory_ledger *ledger, struct backtest_result *result, struct error *e)
{
	struct test t = { .h = h, .setup = setup, .options = o };
	int64_t since_ms = backtest_since(h, setup->account, o);
	double began;
	enum err rc;

	*result = (struct backtest_result){ .first_ms = TIME_NONE, .last_ms = TIME_NONE };
	t.engine = (struct engine){ .ledger = &ledger->ledger, .account = setup->account, .risk = &setup->risk, .label = setup->label,
		.digest = setup->digest };
	memcpy(t.engine.run, setup->run.id, sizeof t.engine.run);
	ledger->ledger.book.method = setup->account->lots;
	t.since_ms = since_ms;
	rc = prepare(&t, strategies, e);
	if (!rc && since_ms != TIME_NONE)
		rc = engine_open(&t.engine, t.engine.account->capital, since_ms, e);
	began = seconds();
	if (!rc)
		rc = walk(&t, result, e);
	if (!rc)
		rc = engine_end(&t.engine, e);
	result->engine_s = seconds() - began;
	release(&t);
	return rc;
}
