#include "study/indicators.h"

struct keltner {
	struct smooth middle, range;
	double width, close; /* close of the bar before; 0: none */
};

enum { OUT_UPPER, OUT_MIDDLE, OUT_LOWER };

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct keltner);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct keltner *s = state;

	(void)bars_per_year;
	ema_init(&s->middle, p[0]);
	wilder_init(&s->range, p[1]);
	s->width = p[2];
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct keltner *s = state;
	double half;
	bool ranged = s->close > 0 && smooth_push(&s->range, true_range(bar->high, bar->low, s->close));

	s->close = bar->close;
	if (!smooth_push(&s->middle, bar->close))
		return;
	out[OUT_MIDDLE] = smooth_value(&s->middle);
	if (ranged) {
		half = s->width * smooth_value(&s->range);
		out[OUT_UPPER] = out[OUT_MIDDLE] + half;
		out[OUT_LOWER] = out[OUT_MIDDLE] - half;
	}
}

RUN(run, step, struct keltner, 3)

static int64_t first(const double *p, int output)
{
	int64_t middle = (int64_t)p[0] - 1, range = (int64_t)p[1];

	return output == OUT_MIDDLE || middle > range ? middle : range;
}

const struct indicator study_keltner = {
	.name = "keltner",
	.doc = "ema of the close ± k times atr",
	.source = "TA-Lib EMA and ATR; TradingView's chart study",
	.params = { { "ema", 20, 1, STUDY_PERIOD_MAX, 1, "bars of the ema" }, { "atr", 10, 1, STUDY_PERIOD_MAX, 1, "bars of the atr" },
		{ "k", 2, 0.01, 100, 0, "times atr" } },
	.outputs = { "upper", "middle", "lower" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
