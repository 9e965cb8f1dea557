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

static inline void draw(const struct bollinger *s, double close, double *upper, double *middle, double *lower, double *pctb)
{
	double half = s->width * sqrt(window_variance(&s->close, 0)), mean = s->close.mean;

	*middle = mean;
	*upper = mean + half;
	*lower = mean - half;
	*pctb = half > 0 ? (close - (mean - half)) / (2 * half) : NAN;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct bollinger *s = state;

	window_moments_push(&s->close, bar->close);
	if (ring_full(&s->close.ring))
		draw(s, bar->close, &out[OUT_UPPER], &out[OUT_MIDDLE], &out[OUT_LOWER], &out[OUT_PCTB]);
}

/* Bar by bar until there are values; then straight into the rows. */
__attribute__((flatten)) static void run(void *state, const struct study_bar *bars, size_t n, double *out, double (*rows)[STUDY_PIECE])
{
	struct bollinger s = *(struct bollinger *)state;
	size_t i = 0;

	for (; i < n && !ring_full(&s.close.ring); i++) {
		step(&s, &bars[i], out);
		for (size_t k = 0; k < OUT_COUNT; k++)
			rows[k][i] = out[k];
	}
	for (; i < n; i++) {
		window_moments_push(&s.close, bars[i].close);
		draw(&s, bars[i].close, &rows[OUT_UPPER][i], &rows[OUT_MIDDLE][i], &rows[OUT_LOWER][i], &rows[OUT_PCTB][i]);
	}
	for (size_t k = 0; n && k < OUT_COUNT; k++)
		out[k] = rows[k][n - 1];
	*(struct bollinger *)state = s;
}

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
