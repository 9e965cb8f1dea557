#ifndef CT_REPORT_SLICE_H
#define CT_REPORT_SLICE_H

#include "report/data.h"
#include "report/metrics.h"

/* One part of the records that metrics are computed of: an account, or one of its strategies, pairs, months or runs. */
struct slice {
	char account[NAME_SIZE], run[RUN_SIZE]; /* run "": several */
	char scope[96];                         /* as in a metric record */
	int64_t since, until;                   /* points in [since, until], exits in [since, until); TIME_NONE: open */
	struct curve all, daily;
	struct outcome *outcomes;
	struct performance p;                   /* points into this slice: it must not be moved */
};

enum slice_by { BY_ACCOUNT, BY_STRATEGY, BY_SYMBOL, BY_MONTH, BY_RUN };
extern const char *const slice_by_names[]; /* NULL-terminated; "account" first */

struct slices {
	struct slice *rows;
	size_t count, cap;
};

/*
 * Every slice of the closed report, accounts in order, parts in order of their names. last_days 0: the whole time,
 * else only so many days before each account's last point.
 * Errors: ERR_INTERNAL (memory).
 */
enum err slices_make(const struct report *r, enum slice_by by, int64_t last_days, struct slices *s, struct error *e);
void slices_release(struct slices *s);

/* What the filter leaves of an account's equity, deposits taken out of it: it moves only by what was earned. */
enum err slice_curve(const struct report *r, const char *account, struct curve *c, struct error *e);

#endif
