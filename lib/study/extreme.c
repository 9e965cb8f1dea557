/* The extremes of the last n bars. The lowest low is minus the largest of the lows negated. */
#include "study/indicators.h"

static size_t size(const double *p)
{
	return WITH_RING(struct window_max, p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct window_max *w = state;

	(void)bars_per_year;
	window_max_init(w, TAIL(w), p[0]);
}

static inline void push(struct window_max *w, double x, double sign, double *out)
{
	if (w->ring.full)
		out[1] = out[0];
	window_max_push(w, sign * x);
	if (w->ring.full)
		out[0] = sign * window_max(w);
}

static inline void step_high(void *state, const struct study_bar *bar, double *out)
{
	push(state, bar->high, 1, out);
}

static inline void step_low(void *state, const struct study_bar *bar, double *out)
{
	push(state, bar->low, -1, out);
}

RUN(run_high, step_high, struct window_max, 2)
RUN(run_low, step_low, struct window_max, 2)

static int64_t first(const double *p, int output)
{
	return (int64_t)p[0] - 1 + output;
}

const struct indicator study_highest = {
	.name = "highest",
	.doc = "highest high of the last n bars; prev: of the n bars before this one",
	.source = "TA-Lib MAX",
	.params = { PERIOD(20, 1) },
	.outputs = { "", "prev" },
	.size = size, .init = init, .step = step_high, .run = run_high, .first = first,
};

const struct indicator study_lowest = {
	.name = "lowest",
	.doc = "lowest low of the last n bars; prev: of the n bars before this one",
	.source = "TA-Lib MIN",
	.params = { PERIOD(20, 1) },
	.outputs = { "", "prev" },
	.size = size, .init = init, .step = step_low, .run = run_low, .first = first,
};
