#include "study/indicators.h"

static size_t size(const double *p)
{
	(void)p;
	return sizeof(double);
}

static void init(void *state, const double *p, double bars_per_year)
{
	(void)state;
	(void)p;
	(void)bars_per_year;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	double *close = state; /* of the bar before; 0: none */

	if (*close > 0)
		*out = true_range(bar->high, bar->low, *close);
	*close = bar->close;
}

RUN(run, step, double, 1)

static int64_t first(const double *p, int output)
{
	(void)p;
	(void)output;
	return 1;
}

const struct indicator study_tr = {
	.name = "tr",
	.doc = "true range: the bar's range, widened to the close before it",
	.source = "Wilder 1978, ch. 3; TA-Lib TRANGE",
	.outputs = { "" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
