#include "study/indicators.h"

struct bollinger {
	double width;
	struct window_moments close;
};

enum { OUT_UPPER, OUT_MIDDLE, OUT_LOWER, OUT_PCTB, OUT_COUNT };

static size_t size(const double *p)
{
	return WITH_RING(struct bollinger, p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct bollinger *s = state;

	(void)bars_per_year;
	window_moments_init(&s->close, TAIL(s), p[0]);
	s->width = p[1];
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct bollinger *s = state;
	struct moments m = window_moments_push(&s->close, bar->close);
	double half;

	if (!s->close.ring.full)
		return;
	half = s->width * sqrt(m.variance);
	out[OUT_UPPER] = m.mean + half;
	out[OUT_MIDDLE] = m.mean;
	out[OUT_LOWER] = m.mean - half;
	out[OUT_PCTB] = half > 0 ? (m.above + half) / (2 * half) : NAN;
}

RUN(run, step, struct bollinger, OUT_COUNT)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0] - 1;
}

const struct indicator study_bollinger = {
	.name = "bollinger",
	.doc = "mean of the last n closes ± k population standard deviations; pctb: where the close lies between them (0..1), null when flat",
	.source = "TA-Lib BBANDS, with a variance that does not cancel",
	.params = { PERIOD(20, 2), { "k", 2, 0.01, 100, 0, "standard deviations" } },
	.outputs = { "upper", "middle", "lower", "pctb" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
