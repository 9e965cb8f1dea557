#include "study/indicators.h"

/* Each average starts with its own first closes, so that this is ema(fast) - ema(slow), bar for bar. */
struct macd_indep {
	struct smooth fast, slow, signal;
};

enum { OUT_MACD, OUT_SIGNAL, OUT_HISTOGRAM };

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct macd_indep);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct macd_indep *s = state;

	(void)bars_per_year;
	ema_init(&s->fast, p[0]);
	ema_init(&s->slow, p[1]);
	ema_init(&s->signal, p[2]);
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct macd_indep *s = state;
	bool fast = smooth_push(&s->fast, bar->close), slow = smooth_push(&s->slow, bar->close);

	if (!fast || !slow)
		return;
	out[OUT_MACD] = smooth_value(&s->fast) - smooth_value(&s->slow);
	if (!smooth_push(&s->signal, out[OUT_MACD]))
		return;
	out[OUT_SIGNAL] = smooth_value(&s->signal);
	out[OUT_HISTOGRAM] = out[OUT_MACD] - out[OUT_SIGNAL];
}

RUN(run, step, struct macd_indep, 3)

static int64_t first(const double *p, int output)
{
	int64_t macd = (int64_t)(p[0] > p[1] ? p[0] : p[1]) - 1;

	return output == OUT_MACD ? macd : macd + (int64_t)p[2] - 1;
}

const struct indicator study_macd_indep = {
	.name = "macd_indep",
	.doc = "ema(fast) minus ema(slow), each from its own first bar, its own ema (signal) and the difference of the two (histogram)",
	.source = "Appel; TTR MACD and TradingView ta.macd: independent seeds",
	.params = { { "fast", 12, 1, STUDY_PERIOD_MAX, 1, "bars" }, { "slow", 26, 1, STUDY_PERIOD_MAX, 1, "bars" },
		{ "signal", 9, 1, STUDY_PERIOD_MAX, 1, "bars" } },
	.outputs = { "", "signal", "histogram" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
