#include "study/indicators.h"

enum { OUT_RATIO, OUT_INCLUSIVE };

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

static double ratio(const struct window_sum *w, double volume)
{
	double sum = window_sum(w);

	return sum > 0 ? volume / (sum / w->n) : NAN;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct window_sum *w = state;

	if (w->ring.full)
		out[OUT_RATIO] = ratio(w, bar->volume);
	window_sum_push(w, bar->volume);
	if (w->ring.full)
		out[OUT_INCLUSIVE] = ratio(w, bar->volume);
}

RUN(run, step, struct window_sum, 2)

static int64_t first(const double *p, int output)
{
	return (int64_t)p[0] - output;
}

const struct indicator study_volume_ratio = {
	.name = "volume_ratio",
	.doc = "volume over the mean volume of the n bars before; inclusive: of the last n bars, this one among them; null when they had none",
	.source = "no standard: two common forms",
	.params = { PERIOD(20, 1) },
	.outputs = { "", "inclusive" },
	.volume = true, .size = size, .init = init, .step = step, .run = run, .first = first,
};
