#include "tune/catchup.h"

#include <stdlib.h>

/* The end of the outage that t_ms lies in, of several that follow upon one another the last's; t_ms: in none. */
static int64_t on_again(const struct backtest_options *o, int64_t t_ms)
{
	for (size_t i = 0; i < o->outage_count; i++)
		if (t_ms >= o->outages[i].from_ms && t_ms < o->outages[i].to_ms)
			return on_again(o, o->outages[i].to_ms);
	return t_ms;
}

bool catchup_off(const struct backtest_options *o, int64_t t_ms)
{
	return on_again(o, t_ms) != t_ms;
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
static const struct told_signal *missed(const struct catchup *c, const struct track_strategy *s, int64_t t_ms)
{
	int64_t closed_ms = interval_floor((enum interval)s->told->interval, t_ms), on_ms = on_again(c->options, closed_ms);
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
			const struct told_signal *signal = s->told ? missed(c, s, t_ms) : NULL;
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
