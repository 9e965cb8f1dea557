#include "model/interval.h"

#include <stddef.h>
#include <string.h>

#include "core/utc.h"

const char *const interval_names[] = { "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M", NULL };

static const int64_t lengths[INTERVAL_COUNT] = {
	MS_SECOND, MS_MINUTE, 3 * MS_MINUTE, 5 * MS_MINUTE, 15 * MS_MINUTE, 30 * MS_MINUTE, MS_HOUR, 2 * MS_HOUR, 4 * MS_HOUR,
	6 * MS_HOUR, 8 * MS_HOUR, 12 * MS_HOUR, MS_DAY, 3 * MS_DAY, 7 * MS_DAY, 30 * MS_DAY,
};

int interval_find(const char *name)
{
	for (int i = 0; i < INTERVAL_COUNT; i++)
		if (strcmp(interval_names[i], name) == 0)
			return i;
	return -1;
}

int64_t interval_ms(enum interval i)
{
	return lengths[i];
}

int64_t interval_floor(enum interval i, int64_t t_ms)
{
	int64_t phase = i == INTERVAL_1W ? 4 * MS_DAY : 0, rest; /* 1970-01-05 was a Monday */

	if (i == INTERVAL_1MONTH)
		return utc_month(t_ms);
	rest = (t_ms - phase) % lengths[i];
	return t_ms - (rest < 0 ? rest + lengths[i] : rest);
}

int64_t interval_next(enum interval i, int64_t open_ms)
{
	return i == INTERVAL_1MONTH ? utc_next_month(open_ms) : open_ms + lengths[i];
}

int64_t interval_count(enum interval i, int64_t from, int64_t until)
{
	int64_t n = 0;

	if (i != INTERVAL_1MONTH)
		return (until - from + lengths[i] - 1) / lengths[i];
	for (; from < until; from = interval_next(i, from))
		n++;
	return n;
}

bool interval_makes(enum interval shorter, enum interval longer)
{
	return shorter < longer && shorter <= INTERVAL_1D && lengths[longer] % lengths[shorter] == 0;
}

bool interval_on_grid(enum interval i, int64_t t_ms)
{
	return interval_floor(i, t_ms) == t_ms;
}

double interval_per_year(enum interval i)
{
	return i == INTERVAL_1MONTH ? 12 : (double)(365 * MS_DAY) / (double)lengths[i];
}
