/* Exponential smoothing of the close, by two weights. */
#include "study/indicators.h"

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct smooth);
}

static void init(void *state, const double *p, double bars_per_year)
{
	(void)bars_per_year;
	ema_init(state, p[0]);
}

static void init_wilder(void *state, const double *p, double bars_per_year)
{
	(void)bars_per_year;
	wilder_init(state, p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct smooth *s = state;

	if (smooth_push(s, bar->close))
		*out = smooth_value(s);
}

RUN(run, step, struct smooth, 1)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0] - 1;
}

const struct indicator study_ema = {
	.name = "ema",
	.doc = "exponential moving average of the close, seeded with the mean of the first n",
	.source = "TA-Lib EMA",
	.params = { PERIOD(20, 1) },
	.outputs = { "" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};

const struct indicator study_rma = {
	.name = "rma",
	.doc = "Wilder's moving average of the close (weight 1/n), seeded with the mean of the first n",
	.source = "Wilder 1978",
	.params = { PERIOD(20, 1) },
	.outputs = { "" },
	.size = size, .init = init_wilder, .step = step, .run = run, .first = first,
};
