#include "study/indicators.h"

static size_t size(const double *p)
{
	return WITH_RING(struct window_sum, p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct window_sum *w = state;

	(void)bars_per_year;
	window_sum_init(w, TAIL(w), p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct window_sum *w = state;

	window_sum_push(w, bar->close);
	if (w->ring.full)
		*out = window_sum(w) / w->n;
}

RUN(run, step, struct window_sum, 1)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0] - 1;
}

const struct indicator study_sma = {
	.name = "sma",
	.doc = "mean of the last n closes",
	.source = "TA-Lib SMA",
	.params = { PERIOD(20, 1) },
	.outputs = { "" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
