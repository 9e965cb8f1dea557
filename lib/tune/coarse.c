#include "tune/coarse.h"

#include "core/utc.h"
#include "feed/resample.h"

/* One series being read. */
struct reading {
	struct panel *panel;
	struct strategy_series *series;
	struct resample long_bars;
	struct told *out;
};

static enum err step(struct reading *r, const struct bar *bar, int64_t now_ms, struct error *e)
{
	struct signal s;

	strategy_series_step(r->series, bar, panel_step(r->panel, bar), &s);
	if (s.t_ms != now_ms)
		return OK;
	strategy_series_words(r->series, &s);
	return told_add(r->out, &s, e);
}

static enum err read_bars(struct reading *r, const struct history_series *s, int64_t until_ms, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < s->count && (until_ms == TIME_NONE || s->bars[i].open_time < until_ms); i++) {
		int64_t now_ms = interval_next((enum interval)s->interval, s->bars[i].open_time);
		struct bar bars[2];
		int n;

		rc = resample_push(&r->long_bars, &s->bars[i], bars, &n, e);
		for (int k = 0; !rc && k < n; k++)
			rc = step(r, &bars[k], now_ms, e);
	}
	return rc;
}

enum err coarse_tell(const struct history_series *s, const struct strategy *strategy, enum interval interval, int64_t until_ms, struct told *out,
	struct error *e)
{
	struct reading r = { .panel = panel_new(interval), .out = out };
	enum err rc = r.panel ? OK : error_memory(e);

	resample_init(&r.long_bars, (enum interval)s->interval, interval, 0);
	if (!rc)
		rc = strategy_series_new(strategy, r.panel, s->market, s->symbol, (int)interval, &r.series, e);
	if (!rc)
		rc = read_bars(&r, s, until_ms, e);
	strategy_series_free(r.series);
	panel_free(r.panel);
	return rc;
}
