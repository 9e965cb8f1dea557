#include "tune/catchup.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

/* Of the pair, or with "" of the machine. */
static bool is_of(const struct outage *o, const char *symbol)
{
	return strcmp(o->symbol, symbol) == 0;
}

/* The end of the outage that t_ms lies in, of several that follow upon one another the last's; t_ms: in none. */
static int64_t on_again(const struct backtest_options *o, const char *symbol, int64_t t_ms)
{
	for (size_t i = 0; i < o->outage_count; i++)
		if (t_ms >= o->outages[i].from_ms && t_ms < o->outages[i].to_ms && is_of(&o->outages[i], symbol))
			return on_again(o, symbol, o->outages[i].to_ms);
	return t_ms;
}

bool catchup_off(const struct backtest_options *o, int64_t t_ms)
{
	return on_again(o, "", t_ms) != t_ms;
}

static int64_t first_close(const struct track *t, int64_t from_ms)
{
	enum interval interval = (enum interval)t->series->interval;
	int64_t open_ms = interval_floor(interval, from_ms - 1);
	size_t i = t->at;

	while (i < t->count && t->series->bars[i].open_time < open_ms)
		i++;
	return i < t->count ? interval_next(interval, t->series->bars[i].open_time) : INT64_MAX;
}

bool catchup_comes(const struct catchup_hold *holds, size_t n, int64_t t_ms)
{
	for (size_t i = 0; i < n; i++)
		if (holds[i].until_ms && holds[i].until_ms <= t_ms)
			return true;
	return false;
}

enum err catchup_end_day(struct engine *g, const struct track *tracks, size_t n, int64_t t_ms, struct error *e)
{
	int64_t last_ms = g->ledger->book.state.settled_ms;
	struct equity q;
	const struct equity *ended;
	enum err rc;

	for (size_t i = 0; i < n; i++) {
		int64_t next_ms = first_close(&tracks[i], last_ms + 1);

		t_ms = next_ms < t_ms ? next_ms : t_ms;
	}
	rc = engine_day_end(g, t_ms, &q, &ended, e);
	if (rc || !ended)
		return rc;
	g->ended_ms = last_ms;
	return g->ledger->ops->put(g->ledger, KIND_EQUITY, ended, e);
}

void catchup_hold(const struct backtest_options *o, const struct track *t, int64_t since_ms, struct catchup_hold *h, int64_t *event_ms,
	bool *settles)
{
	const char *symbol = t->series->symbol;
	int64_t next_ms = track_next_ms(t), until_ms = next_ms > since_ms ? on_again(o, symbol, next_ms) : next_ms;

	if (until_ms != next_ms) {
		if (h->until_ms != until_ms)
			*h = (struct catchup_hold){ until_ms, first_close(t, until_ms) };
		*event_ms = h->next_ms;
		*settles = true;
		return;
	}
	for (size_t i = 0; i < o->outage_count; i++) {
		int64_t from_ms = o->outages[i].from_ms > since_ms ? o->outages[i].from_ms : since_ms + 1;

		if (!is_of(&o->outages[i], symbol) || from_ms <= next_ms || from_ms > *event_ms || from_ms >= o->outages[i].to_ms)
			continue;
		*event_ms = t->tape->end_ms[tape_closed(t->tape, t->at - t->base, t->run.count, from_ms - 1) - 1];
		*settles = false;
	}
}

int64_t catchup_wakes(const struct catchup *c, int64_t t_ms)
{
	for (size_t i = 0; i < c->options->outage_count; i++) {
		int64_t on_ms = c->options->outages[i].to_ms;

		for (size_t k = 0; on_ms > c->before_ms && on_ms < t_ms && k < c->count; k++) {
			const struct track *t = &c->tracks[k];
			size_t at = tape_closed(t->tape, t->at - t->base, t->run.count, on_ms - 1);

			if (at < t->run.count && t->tape->end_ms[at] < t_ms)
				t_ms = t->tape->end_ms[at];
		}
	}
	return t_ms;
}

/* The signal of the strategy that is made up for at t_ms; NULL: none. */
static const struct told_signal *missed(const struct catchup *c, const char *symbol, const struct track_strategy *s, int64_t t_ms)
{
	int64_t closed_ms = interval_floor((enum interval)s->told->interval, t_ms);
	int64_t on_ms = on_again(c->options, "", on_again(c->options, symbol, closed_ms));
	size_t k = s->next;

	if (closed_ms == t_ms || closed_ms <= c->since_ms || on_ms == closed_ms || on_ms > t_ms || on_ms <= c->before_ms)
		return NULL;
	while (k > 0 && s->told->rows[k - 1].t_ms > closed_ms)
		k--;
	return k > 0 && s->told->rows[k - 1].t_ms == closed_ms ? &s->told->rows[k - 1] : NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct signal *x = a, *y = b;

	return (x->t_ms > y->t_ms) - (x->t_ms < y->t_ms);
}

size_t catchup_signals(const struct catchup *c, int64_t t_ms, struct signal *out)
{
	size_t n = 0;

	for (size_t i = 0; c->options->outage_count && i < c->count; i++) {
		struct track *track = &c->tracks[i];

		for (size_t k = 0; k < track->strategy_count; k++) {
			const struct track_strategy *s = &track->strategies[k];
			const struct told_signal *signal = s->told ? missed(c, track->series->symbol, s, t_ms) : NULL;
			bool words;

			if (!signal)
				continue;
			told_signal(c->told, s->told, (size_t)(signal - s->told->rows), &out[n]);
			if (!track_asks(track, c->engine, &out[n], &words))
				continue;
			track->quiet = track->at; /* known anew after the decision */
			n++;
		}
	}
	if (n > 1)
		qsort(out, n, sizeof *out, by_time);
	return n;
}
