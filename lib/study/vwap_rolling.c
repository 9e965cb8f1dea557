#include "study/indicators.h"

struct vwap_rolling {
	struct window_sum money, volume;
};

static size_t size(const double *p)
{
	return WITH_RING(struct vwap_rolling, 2 * p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct vwap_rolling *s = state;

	(void)bars_per_year;
	window_sum_init(&s->money, TAIL(s), p[0]);
	window_sum_init(&s->volume, TAIL(s) + (size_t)p[0], p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct vwap_rolling *s = state;
	double volume;

	window_sum_push(&s->money, (bar->high + bar->low + bar->close) / 3 * bar->volume);
	window_sum_push(&s->volume, bar->volume);
	if (!s->volume.ring.full)
		return;
	volume = window_sum(&s->volume);
	*out = volume > 0 ? window_sum(&s->money) / volume : NAN;
}

RUN(run, step, struct vwap_rolling, 1)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0] - 1;
}

const struct indicator study_vwap_rolling = {
	.name = "vwap_rolling",
	.doc = "volume-weighted mean of (high + low + close) / 3 over the last n bars; null when none of them traded",
	.source = "TTR VWAP",
	.params = { PERIOD(20, 1) },
	.outputs = { "" },
	.volume = true, .size = size, .init = init, .step = step, .run = run, .first = first,
};
