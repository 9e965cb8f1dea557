#include "study/indicators.h"

/* Both averages start on bar slow − 1: the fast one with the mean of the `fast` closes that end there. */
struct macd {
	struct smooth fast, slow, signal;
	int32_t skip; /* closes the fast one does not see */
};

enum { OUT_MACD, OUT_SIGNAL, OUT_HISTOGRAM };

static double shorter(const double *p)
{
	return p[0] < p[1] ? p[0] : p[1];
}

static double longer(const double *p)
{
	return p[0] < p[1] ? p[1] : p[0];
}

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct macd);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct macd *s = state;

	(void)bars_per_year;
	ema_init(&s->fast, shorter(p));
	ema_init(&s->slow, longer(p));
	ema_init(&s->signal, p[2]);
	s->skip = (int32_t)(longer(p) - shorter(p));
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct macd *s = state;
	double macd;

	if (s->skip > 0)
		s->skip--;
	else
		smooth_push(&s->fast, bar->close);
	if (!smooth_push(&s->slow, bar->close))
		return;
	macd = smooth_value(&s->fast) - smooth_value(&s->slow);
	if (!smooth_push(&s->signal, macd))
		return;
	out[OUT_MACD] = macd;
	out[OUT_SIGNAL] = smooth_value(&s->signal);
	out[OUT_HISTOGRAM] = macd - out[OUT_SIGNAL];
}

RUN(run, step, struct macd, 3)

static int64_t first(const double *p, int output)
{
	(void)output;
	return (int64_t)(longer(p) + p[2]) - 2;
}

const struct indicator study_macd = {
	.name = "macd",
	.doc = "fast ema minus slow ema, its own ema (signal) and the difference of the two (histogram)",
	.source = "Appel; TA-Lib MACD, seeds included",
	.params = { { "fast", 12, 1, STUDY_PERIOD_MAX, 1, "bars" }, { "slow", 26, 2, STUDY_PERIOD_MAX, 1, "bars" },
		{ "signal", 9, 1, STUDY_PERIOD_MAX, 1, "bars" } },
	.outputs = { "", "signal", "histogram" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
