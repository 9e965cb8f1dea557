#ifndef CT_CORE_UTC_H
#define CT_CORE_UTC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Time is integer milliseconds since 1970-01-01T00:00Z, everywhere. */
#define TIME_NONE INT64_MIN /* "unknown": null in a record */
#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

#define UTC_TEXT 32

int64_t utc_now_ms(void);

/*
 * What people type: "2024-05-01", "2024-05-01 12:00[:30[.250]]" (or with T, and Z), "2024-05" (its first instant),
 * milliseconds ("1714521600000"), or "now". False: none of these, or not a real date. Years 2000..2199.
 */
#define UTC_FORMS "2024-05-01, '2024-05-01 12:00' or milliseconds" /* for messages */
bool utc_parse(const char *text, int64_t now_ms, int64_t *t_ms);

/* "30s", "15m", "4h", "7d", "2w" → milliseconds; a bare number is seconds. */
bool duration_parse(const char *text, int64_t *ms);

/* "2024-05-01 12:00" (seconds and milliseconds only where they are not zero); returns out, of UTC_TEXT bytes. */
char *utc_format(int64_t t_ms, char *out);
/* "2024-05-01T12:00:00.000Z". */
char *utc_format_iso(int64_t t_ms, char *out);

/* 00:00 of its UTC day. */
static inline int64_t utc_day(int64_t t_ms)
{
	int64_t rest = t_ms % MS_DAY;

	return t_ms - (rest < 0 ? rest + MS_DAY : rest);
}
int64_t utc_month(int64_t t_ms); /* the first instant of its UTC month */
int64_t utc_next_month(int64_t t_ms);

#endif
