#include "study/indicators.h"

struct obv {
	double close, value; /* close of the bar before; 0: none */
};

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct obv);
}

static void init(void *state, const double *p, double bars_per_year)
{
	(void)state;
	(void)p;
	(void)bars_per_year;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct obv *s = state;

	if (bar->close > s->close)
		s->value += bar->volume; /* so the first bar counts as a rise */
	else if (bar->close < s->close)
		s->value -= bar->volume;
	s->close = bar->close;
	*out = s->value;
}

RUN(run, step, struct obv, 1)

static int64_t first(const double *p, int output)
{
	(void)p;
	(void)output;
	return 0;
}

const struct indicator study_obv = {
	.name = "obv",
	.doc = "on-balance volume: the volume of rising bars minus that of falling ones",
	.source = "Granville; TA-Lib OBV",
	.outputs = { "" },
	.volume = true, .size = size, .init = init, .step = step, .run = run, .first = first,
};
