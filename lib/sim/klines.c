#include "sim/klines.h"

#include "core/utc.h"
#include "feed/resample.h"

/* A bar as it looks at now_ms. */
static struct bar visible(const struct bar *b, int64_t now_ms)
{
	struct bar v = *b;

	if (now_ms > b->close_time)
		return v;
	v.high = v.low = v.close = v.open;
	v.volume = v.quote_volume = v.taker_buy_volume = v.taker_buy_quote_volume = 0;
	v.trades = 0;
	return v;
}

/* The longest (or shortest) series that makes whole bars of `to`; -1: none. */
static int source_of(const struct sim_market *m, size_t pair, enum interval to, int64_t shift_ms, bool longest)
{
	unsigned there = sim_market_intervals(m, pair);
	int found = -1;

	for (int i = 0; i <= (int)to; i++)
		if (there & 1U << i && resample_possible((enum interval)i, to, shift_ms) && (longest || found < 0))
			found = i;
	return found;
}

/* The bars [*low, *high) of the source that the window's bars are made of; at most `limit` buckets at the end that is asked for. */
static void select_bars(const struct resample *r, const struct bar *bars, const struct sim_window *w, size_t *low, size_t *high)
{
	bool newest = w->start_ms == TIME_NONE;
	int64_t bucket = TIME_NONE, here;
	size_t buckets = 0, i;

	if (!newest) {
		here = resample_floor(r, w->start_ms);
		*low = sim_bars_before(bars, *high, here == w->start_ms ? here : resample_next(r, here));
	}
	if (w->end_ms != TIME_NONE)
		*high = sim_bars_before(bars, *high, resample_next(r, resample_floor(r, w->end_ms)));
	if (!newest)
		return;
	for (i = *high; i > *low; i--) {
		here = resample_floor(r, bars[i - 1].open_time);
		if (here != bucket && buckets++ == w->limit)
			break;
		bucket = here;
	}
	*low = i;
}

/* The bar in the making, from the finest series: what it has seen until now. */
static enum err forming_bar(struct sim_market *m, size_t pair, const struct resample *shape, int64_t now_ms, struct bar *forming, struct error *e)
{
	int source = source_of(m, pair, shape->to, shape->shift_ms, false);
	int64_t open_time = resample_floor(shape, now_ms);
	struct resample r;
	const struct bar *bars;
	struct bar out[2];
	size_t count, i;
	int n = 0;
	enum err rc;

	if (source < 0 || source == (int)shape->from)
		return OK;
	rc = sim_market_bars(m, pair, (enum interval)source, now_ms, &bars, &count, e);
	if (rc)
		return rc;
	resample_init(&r, (enum interval)source, shape->to, shape->shift_ms);
	for (i = sim_bars_before(bars, count, open_time); !rc && i < count && bars[i].open_time <= now_ms; i++) {
		struct bar b = visible(&bars[i], now_ms);

		rc = resample_push(&r, &b, out, &n, e);
	}
	if (!rc && (n > 0 || resample_flush(&r, &out[0])))
		*forming = out[0];
	return rc;
}

static bool inside(const struct sim_window *w, const struct bar *b)
{
	return (w->start_ms == TIME_NONE || b->open_time >= w->start_ms) && (w->end_ms == TIME_NONE || b->open_time <= w->end_ms);
}

static void keep(const struct sim_window *w, const struct bar *from, int count, struct bar *bars, size_t *n)
{
	for (int i = 0; i < count && *n < w->limit; i++)
		if (inside(w, &from[i]))
			bars[(*n)++] = from[i];
}

enum err sim_klines(struct sim_market *m, size_t pair, enum interval interval, const struct sim_window *w, int64_t now_ms, struct bar *bars, size_t *n,
	struct error *e)
{
	int source = source_of(m, pair, interval, w->shift_ms, true), count;
	const struct bar *all;
	struct bar out[2];
	struct resample r;
	size_t low = 0, high;
	enum err rc;

	*n = 0;
	if (source < 0)
		return OK;
	rc = sim_market_bars(m, pair, (enum interval)source, now_ms, &all, &high, e);
	if (rc)
		return rc;
	resample_init(&r, (enum interval)source, interval, w->shift_ms);
	high = sim_bars_before(all, high, now_ms + 1);
	select_bars(&r, all, w, &low, &high);
	for (size_t i = low; i < high && *n < w->limit; i++) {
		struct bar b = visible(&all[i], now_ms);

		if (r.from == r.to) { /* as it is, however wrong: clients have to notice */
			keep(w, &b, 1, bars, n);
			continue;
		}
		rc = resample_push(&r, &b, out, &count, e);
		if (rc)
			return rc;
		keep(w, out, count, bars, n);
	}
	if (*n < w->limit && resample_flush(&r, &out[0]))
		keep(w, out, 1, bars, n);
	if (*n && bars[*n - 1].close_time >= now_ms)
		rc = forming_bar(m, pair, &r, now_ms, &bars[*n - 1], e);
	return rc;
}

enum err sim_last_bar(struct sim_market *m, size_t pair, int64_t now_ms, struct bar *last, bool *known, struct error *e)
{
	unsigned there = sim_market_intervals(m, pair);
	const struct bar *bars;
	size_t count = 0;
	enum err rc;

	*known = false;
	rc = there ? sim_market_bars(m, pair, (enum interval)__builtin_ctz(there), now_ms, &bars, &count, e) : OK;
	if (rc || (count = count ? sim_bars_before(bars, count, now_ms + 1) : 0) == 0)
		return rc;
	*last = visible(&bars[count - 1], now_ms);
	*known = true;
	return OK;
}
