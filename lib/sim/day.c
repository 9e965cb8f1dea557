/* What has happened to a pair in 24 hours. */
#include "sim/day.h"

#include "core/utc.h"

static void add(struct sim_day *d, const struct bar *b, bool runs, bool *bad)
{
	dec high = runs ? b->open : b->high, low = runs ? b->open : b->low;

	if (d->open == 0) {
		d->open = b->open;
		d->high = high;
		d->low = low;
	}
	d->high = dec_max(d->high, high);
	d->low = dec_min(d->low, low);
	d->last = runs ? b->open : b->close;
	if (runs)
		return;
	d->volume = dec_add(d->volume, b->volume, bad);
	d->quote_volume = dec_add(d->quote_volume, b->quote_volume == DEC_NONE ? 0 : b->quote_volume, bad);
	d->trades += b->trades == INT_NONE ? 0 : b->trades;
}

enum err sim_day_read(struct sim_market *m, size_t pair, int64_t now_ms, struct sim_day *day, struct error *e)
{
	unsigned there = sim_market_intervals(m, pair);
	const struct bar *bars = NULL;
	size_t count = 0, from, to;
	bool bad = false;
	enum err rc = there ? sim_market_bars(m, pair, (enum interval)__builtin_ctz(there), now_ms, &bars, &count, e) : OK;

	*day = (struct sim_day){ .open_ms = now_ms - MS_DAY, .close_ms = now_ms };
	if (rc || count == 0)
		return rc;
	from = sim_bars_before(bars, count, now_ms - MS_DAY);
	to = sim_bars_before(bars, count, now_ms + 1);
	day->before = day->last = from > 0 ? bars[from - 1].close : 0;
	for (size_t i = from; i < to; i++)
		add(day, &bars[i], bars[i].close_time >= now_ms, &bad);
	if (from == to) /* nobody has traded: its price stands */
		day->open = day->high = day->low = day->last;
	return bad ? error_set(e, ERR_DATA, "the volumes of %s are out of range", sim_market_name(m, pair)) : OK;
}
