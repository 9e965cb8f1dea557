#include "study/indicators.h"

enum { OUT_Z, OUT_MEAN, OUT_SD };

static size_t size(const double *p)
{
	return WITH_RING(struct window_moments, p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct window_moments *w = state;

	(void)bars_per_year;
	window_moments_init(w, TAIL(w), p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct window_moments *w = state;
	struct moments m = window_moments_push(w, bar->close);
	double sd;

	if (!w->ring.full)
		return;
	sd = sqrt(m.variance);
	out[OUT_MEAN] = m.mean;
	out[OUT_SD] = sd;
	out[OUT_Z] = sd > 0 ? m.above / sd : NAN;
}

RUN(run, step, struct window_moments, 3)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0] - 1;
}

const struct indicator study_zscore = {
	.name = "zscore",
	.doc = "distance of the close from the mean of the last n, in population standard deviations (null when flat); with mean and sd",
	.source = "TA-Lib SMA and STDDEV, with a variance that does not cancel",
	.params = { PERIOD(20, 2) },
	.outputs = { "", "mean", "sd" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
