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

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct window_max *w = state;

	if (ring_full(&w->ring))
		out[1] = out[0];
	window_max_push(w, bar->high);
	if (ring_full(&w->ring))
		out[0] = w->best;
}

RUN(struct window_max, 2)

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
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
