#include "report/curve.h"

#include <stdlib.h>

#include "core/utc.h"

void curve_release(struct curve *c)
{
	free(c->t_ms);
	free(c->equity);
	*c = (struct curve){ 0 };
}

static enum err curve_grow(struct curve *c, struct error *e)
{
	size_t cap = c->cap ? 2 * c->cap : 256;
	int64_t *t_ms = reallocarray(c->t_ms, cap, sizeof *t_ms);
	double *equity;

	if (!t_ms)
		return error_memory(e);
	c->t_ms = t_ms;
	equity = reallocarray(c->equity, cap, sizeof *equity);
	if (!equity)
		return error_memory(e);
	c->equity = equity;
	c->cap = cap;
	return OK;
}

enum err curve_add(struct curve *c, int64_t t_ms, double equity, struct error *e)
{
	if (c->count == c->cap && curve_grow(c, e))
		return ERR_INTERNAL;
	c->t_ms[c->count] = t_ms;
	c->equity[c->count++] = equity;
	return OK;
}

enum err curve_daily(const struct curve *c, struct curve *daily, struct error *e)
{
	int64_t end;
	enum err rc;

	daily->count = 0;
	if (!c->count)
		return OK;
	end = utc_day(c->t_ms[0]);
	rc = curve_add(daily, end, c->equity[0], e);
	for (size_t i = 1; i < c->count && !rc; i++) {
		int64_t closes = utc_day(c->t_ms[i] - 1) + MS_DAY;

		for (; end + MS_DAY < closes && !rc; end += MS_DAY)
			rc = curve_add(daily, end + MS_DAY, c->equity[i - 1], e);
		if (!rc && end < closes)
			rc = curve_add(daily, closes, c->equity[i], e);
		end = end < closes ? closes : end;
		daily->equity[daily->count - 1] = c->equity[i];
	}
	return rc;
}

double curve_below_high(const struct curve *c, size_t i, double *high)
{
	if (c->equity[i] > *high)
		*high = c->equity[i];
	return *high > 0 ? 1 - c->equity[i] / *high : 0;
}

static void keep_longest(const struct curve *c, struct drawdown *d, size_t peak, size_t end, bool open)
{
	if (end - peak <= d->longest_points)
		return;
	d->longest_points = end - peak;
	d->longest_ms = c->t_ms[end] - c->t_ms[peak];
	d->longest_open = open;
}

void curve_drawdown(const struct curve *c, struct drawdown *d)
{
	size_t peak = 0;
	double high = 0;
	bool below = false, deepest_is_open = false;

	*d = (struct drawdown){ .recovery = -1 };
	for (size_t i = 0; i < c->count; i++) {
		bool at_high = i == 0 || c->equity[i] >= high;
		double depth = curve_below_high(c, i, &high);

		if (at_high) {
			if (below)
				keep_longest(c, d, peak, i, false);
			if (deepest_is_open)
				d->recovery = (ptrdiff_t)i;
			below = deepest_is_open = false;
			peak = i;
			continue;
		}
		below = true;
		if (depth > d->depth) {
			d->depth = depth;
			d->peak = peak;
			d->trough = i;
			d->recovery = -1;
			deepest_is_open = true;
		}
	}
	if (below)
		keep_longest(c, d, peak, c->count - 1, true);
}
