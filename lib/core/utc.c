#include "core/utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t utc_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

/* Days since 1970-01-01 of a Gregorian date, counted from 1 March so that the leap day comes last. */
static int64_t days_of(int y, int m, int d)
{
	int64_t year = m <= 2 ? y - 1 : y, era = year / 400, of_era = year - era * 400;
	int64_t of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in_month(int y, int m)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : days[m - 1];
}

static bool digits(const char **p, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool parse_clock(const char *p, int64_t *ms)
{
	int h, m, s = 0, milli = 0;

	if (!digits(&p, 2, &h) || *p++ != ':' || !digits(&p, 2, &m) || h > 23 || m > 59)
		return false;
	if (*p == ':') {
		p++;
		if (!digits(&p, 2, &s) || s > 59)
			return false;
		if (*p == '.') {
			p++;
			if (!digits(&p, 3, &milli))
				return false;
		}
	}
	if (*p == 'Z')
		p++;
	*ms = h * MS_HOUR + m * MS_MINUTE + s * MS_SECOND + milli;
	return *p == '\0';
}

static bool all_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

bool utc_parse(const char *text, int64_t now_ms, int64_t *t_ms)
{
	const char *p = text;
	int y, m, d = 1;
	int64_t clock = 0;

	if (strcmp(text, "now") == 0) {
		*t_ms = now_ms;
		return true;
	}
	if (all_digits(text) && strlen(text) >= 12 && strlen(text) <= 13) {
		*t_ms = strtoll(text, NULL, 10);
		return *t_ms >= days_of(2000, 1, 1) * MS_DAY && *t_ms < days_of(2200, 1, 1) * MS_DAY;
	}
	if (!digits(&p, 4, &y) || *p++ != '-' || !digits(&p, 2, &m) || y < 2000 || y > 2199 || m < 1 || m > 12)
		return false;
	if (*p == '-') {
		p++;
		if (!digits(&p, 2, &d) || d < 1 || d > days_in_month(y, m))
			return false;
		if ((*p == ' ' || *p == 'T') && !parse_clock(p + 1, &clock))
			return false;
		if (*p && *p != ' ' && *p != 'T')
			return false;
	} else if (*p) {
		return false;
	}
	*t_ms = days_of(y, m, d) * MS_DAY + clock;
	return true;
}

bool duration_parse(const char *text, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "", MS_SECOND }, { "s", MS_SECOND }, { "m", MS_MINUTE }, { "h", MS_HOUR }, { "d", MS_DAY }, { "w", 7 * MS_DAY } };
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 9)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(text + n, units[i].unit) == 0) {
			*ms = strtoll(text, NULL, 10) * units[i].ms;
			return true;
		}
	return false;
}

static void civil(int64_t t_ms, struct tm *tm, int *milli)
{
	int64_t floor_s = t_ms >= 0 ? t_ms / MS_SECOND : -((-t_ms + MS_SECOND - 1) / MS_SECOND);
	time_t s = (time_t)floor_s;

	gmtime_r(&s, tm);
	*milli = (int)(t_ms - floor_s * MS_SECOND);
}

char *utc_format(int64_t t_ms, char *out)
{
	struct tm tm;
	int milli;
	size_t n;

	civil(t_ms, &tm, &milli);
	n = strftime(out, UTC_TEXT, tm.tm_sec || milli ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M", &tm);
	if (milli)
		snprintf(out + n, UTC_TEXT - n, ".%03d", milli);
	return out;
}

char *utc_format_iso(int64_t t_ms, char *out)
{
	struct tm tm;
	int milli;
	size_t n;

	civil(t_ms, &tm, &milli);
	n = strftime(out, UTC_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, UTC_TEXT - n, ".%03dZ", milli);
	return out;
}

int64_t utc_month(int64_t t_ms)
{
	struct tm tm;
	int milli;

	civil(t_ms, &tm, &milli);
	return days_of(tm.tm_year + 1900, tm.tm_mon + 1, 1) * MS_DAY;
}

int64_t utc_next_month(int64_t t_ms)
{
	return utc_month(utc_month(t_ms) + 32 * MS_DAY);
}
