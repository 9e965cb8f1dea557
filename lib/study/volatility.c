#include "study/indicators.h"

struct volatility {
	struct window_sum squares;
	struct window_moments returns;
	double close, scale; /* close of the bar before, 0: none; bars a year */
};

enum { OUT_SAMPLE, OUT_ZERO_MEAN };

static size_t size(const double *p)
{
	return WITH_RING(struct volatility, 2 * p[0]);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct volatility *s = state;

	window_sum_init(&s->squares, TAIL(s), p[0]);
	window_moments_init(&s->returns, TAIL(s) + (size_t)p[0], p[0]);
	s->scale = p[1] > 0 ? p[1] : bars_per_year;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct volatility *s = state;
	double r = s->close > 0 ? log(bar->close / s->close) : 0;

	if (s->close > 0) {
		window_moments_push(&s->returns, r);
		window_sum_push(&s->squares, r * r);
	}
	s->close = bar->close;
	if (!s->returns.ring.full)
		return;
	out[OUT_SAMPLE] = sqrt(s->scale * s->returns.variance * (s->returns.n / (s->returns.n - 1)));
	out[OUT_ZERO_MEAN] = sqrt(s->scale * window_sum(&s->squares) / s->squares.n);
}

RUN(run, step, struct volatility, 2)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0];
}

const struct indicator study_volatility = {
	.name = "volatility",
	.doc = "realised volatility a year from the last n log returns: sample standard deviation; zero_mean: root of the mean square, for short bars",
	.source = "TTR volatility(calc = \"close\") with n returns instead of n closes",
	.params = { PERIOD(20, 2), { "per_year", 0, 0, 1e8, 0, "bars a year; 0: by the interval, around the clock" } },
	.outputs = { "", "zero_mean" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
