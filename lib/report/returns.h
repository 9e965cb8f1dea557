#ifndef CT_REPORT_RETURNS_H
#define CT_REPORT_RETURNS_H

#include "report/metrics.h"

#define FLAT_SD 1e-14 /* a standard deviation below this is that of equal numbers */

/* What the returns r[t] = E[t]/E[t-1] - 1 of the daily closes add up to; x = r - rf. */
struct returns {
	double count;     /* T; at least 1 */
	double rf;        /* the risk-free rate a period */
	double mean, sd;  /* of x; ddof 1, NaN for one return */
	double down;      /* sqrt(sum(min(x,0)^2)/T) */
	double skew, kurtosis; /* population; raw: 3 for a normal distribution */
};

/* p->daily has two points or more, the first above 0. */
struct returns returns_of(const struct performance *p);

/* Mean and standard deviation (ddof 1) of the round trips' net profit. */
void outcomes_spread(const struct performance *p, double *mean, double *sd);

double curve_mean(const struct curve *c);

#endif
