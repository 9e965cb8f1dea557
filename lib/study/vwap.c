#include "study/indicators.h"

#include "core/utc.h"

struct vwap {
	int64_t day;
	double money, volume;
};

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct vwap);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct vwap *s = state;

	(void)p;
	(void)bars_per_year;
	s->day = -1;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct vwap *s = state;
	int64_t day = bar->open_time / MS_DAY;

	if (day != s->day)
		*s = (struct vwap){ .day = day };
	s->money += (bar->high + bar->low + bar->close) / 3 * bar->volume;
	s->volume += bar->volume;
	*out = s->volume > 0 ? s->money / s->volume : NAN;
}

RUN(run, step, struct vwap, 1)

static int64_t first(const double *p, int output)
{
	(void)p;
	(void)output;
	return 0;
}

const struct indicator study_vwap = {
	.name = "vwap",
	.doc = "volume-weighted mean of (high + low + close) / 3 since 00:00 UTC; null before the day's first trade",
	.source = "session VWAP of (high + low + close) / 3, as TradingView ta.vwap(hlc3)",
	.outputs = { "" },
	.volume = true, .size = size, .init = init, .step = step, .run = run, .first = first,
};
