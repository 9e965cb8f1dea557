#include "study/indicators.h"

struct rsi {
	struct smooth up, down;
	double close; /* of the bar before; 0: none */
};

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct rsi);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct rsi *s = state;

	(void)bars_per_year;
	wilder_init(&s->up, p[0]);
	wilder_init(&s->down, p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct rsi *s = state;
	double change = bar->close - s->close, up, sum;

	if (s->close > 0) {
		smooth_push(&s->up, change > 0 ? change : 0);
		if (smooth_push(&s->down, change < 0 ? -change : 0)) {
			up = smooth_value(&s->up);
			sum = up + smooth_value(&s->down);
			*out = sum < 1e-14 ? 0 : 100 * up / sum;
		}
	}
	s->close = bar->close;
}

RUN(run, step, struct rsi, 1)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0];
}

const struct indicator study_rsi = {
	.name = "rsi",
	.doc = "relative strength index, 0..100; 0 in a market that never moved",
	.source = "Wilder 1978, ch. 6; TA-Lib RSI",
	.params = { PERIOD(14, 2) },
	.outputs = { "" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
