#include "study/indicators.h"

struct atr {
	struct smooth range;
	double close; /* of the bar before; 0: none */
};

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct atr);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct atr *s = state;

	(void)bars_per_year;
	wilder_init(&s->range, p[0]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct atr *s = state;

	if (s->close > 0 && smooth_push(&s->range, true_range(bar->high, bar->low, s->close)))
		*out = smooth_value(&s->range);
	s->close = bar->close;
}

RUN(run, step, struct atr, 1)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)p[0];
}

const struct indicator study_atr = {
	.name = "atr",
	.doc = "average true range: Wilder's average of tr, in quote units",
	.source = "Wilder 1978, ch. 3; TA-Lib ATR",
	.params = { PERIOD(14, 1) },
	.outputs = { "" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
