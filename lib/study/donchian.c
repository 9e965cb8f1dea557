#include "study/indicators.h"

struct donchian {
	struct window_max high, low;
};

enum { OUT_UPPER, OUT_LOWER, OUT_MIDDLE, OUT_UPPER_PREV, OUT_LOWER_PREV };

static size_t size(const double *p)
{
	return WITH_RING(struct donchian, 2 * p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct donchian *s = state;

	(void)bars_per_year;
	window_max_init(&s->high, TAIL(s), p[0]);
	window_max_init(&s->low, TAIL(s) + (size_t)p[0], p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct donchian *s = state;

	if (s->high.ring.full) {
		out[OUT_UPPER_PREV] = out[OUT_UPPER];
		out[OUT_LOWER_PREV] = out[OUT_LOWER];
	}
	window_max_push(&s->high, bar->high);
	window_max_push(&s->low, -bar->low);
	if (!s->high.ring.full)
		return;
	out[OUT_UPPER] = window_max(&s->high);
	out[OUT_LOWER] = -window_max(&s->low);
	out[OUT_MIDDLE] = (out[OUT_UPPER] + out[OUT_LOWER]) / 2;
}

RUN(run, step, struct donchian, 5)

static int64_t first(const double *p, int output)
{
	return (int64_t)p[0] - (output < OUT_UPPER_PREV);
}

const struct indicator study_donchian = {
	.name = "donchian",
	.doc = "highest high and lowest low of the last n bars; prev: of the n bars before this one, which a breakout is measured against",
	.source = "Donchian; TA-Lib MAX, MIN",
	.params = { PERIOD(20, 1) },
	.outputs = { "upper", "lower", "middle", "upper_prev", "lower_prev" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
