#ifndef CT_REPORT_CURVE_H
#define CT_REPORT_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

/* Equity over time, in quote units, oldest first. Point 0 is the capital before the first bar. */
struct curve {
	int64_t *t_ms;
	double *equity;
	size_t count, cap;
};

void curve_release(struct curve *c);
/* Appends a point; t_ms must not go back. ERR_INTERNAL: memory. */
enum err curve_add(struct curve *c, int64_t t_ms, double equity, struct error *e);

/*
 * Daily UTC closes: point 0 is the first point, dated 00:00 of its day; then one point a day, dated 24:00, the last
 * equity of that day, carried forward over days without one. A point at 00:00 closes the day before.
 * daily is filled anew.
 */
enum err curve_daily(const struct curve *c, struct curve *daily, struct error *e);

/* The maximum drawdown, and the longest time below a peak. */
struct drawdown {
	double depth;               /* fraction of the peak, >= 0 */
	size_t peak, trough;        /* of the deepest; both 0 when there was none. peak is the last point at the high */
	ptrdiff_t recovery;         /* first point back at that high; -1: not yet, or no drawdown */
	size_t longest_points;      /* from the last point at a high to recovery, or to the end */
	int64_t longest_ms;
	bool longest_open;          /* it has not ended */
};

void curve_drawdown(const struct curve *c, struct drawdown *d);

/* Fraction below the highest equity so far, at point i of a curve walked from 0 on; *high starts at 0. */
double curve_below_high(const struct curve *c, size_t i, double *high);

#endif
