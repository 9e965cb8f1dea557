#ifndef CT_HAUL_COURSE_H
#define CT_HAUL_COURSE_H

#include "feed/bulk.h"

/*
 * Which files of the archive make one series, in order of time: those of months that have been published; of the days of the
 * month that has not, as long as more than COURSE_PAGE rows are missing; and the days of a month that cannot be had. Pure.
 */
#define COURSE_PAGE 1000 /* rows that the API gives at once: they are not worth files */

struct course {
	int market, interval;   /* interval -1: funding payments */
	char symbol[SYMBOL_SIZE];
	int64_t end, now_ms;    /* of the series, and of the clock */
	int64_t at;             /* the next file is the one with this instant; INT64_MAX: there is none */
	int64_t days, days_end; /* before that, these days of a month that cannot be had */
};

/* The files with [since, until); until TIME_NONE: up to now. */
void course_init(struct course *p, int market, int interval, const char *symbol, int64_t since, int64_t until, int64_t now_ms);

/* The next file; false: there is none. Each is given once. */
bool course_next(struct course *p, struct bulk_file *f);
bool course_has_next(const struct course *p);
double course_count(const struct course *p); /* of all that are left */

/* Whether a file is a month that is worth its days. Then the next files are those from `since` on. */
bool course_has_days(const struct course *p, const struct bulk_file *f);
void course_take_days(struct course *p, const struct bulk_file *f, int64_t since);
/* Whether a file that is not given yet comes before t_ms. */
bool course_is_before(const struct course *p, int64_t t_ms);

#endif
