#include "report/returns.h"

#include <math.h>

struct returns returns_of(const struct performance *p)
{
	const double *q = p->daily->equity;
	size_t n = p->daily->count - 1;
	struct returns r = { .count = (double)n, .rf = pow(1 + p->risk_free, 1 / p->periods_per_year) - 1 };
	double m2 = 0, m3 = 0, m4 = 0, down = 0;

	for (size_t t = 1; t <= n; t++) {
		double x = q[t] / q[t - 1] - 1 - r.rf;

		r.mean += x;
		down += x < 0 ? x * x : 0;
	}
	r.mean /= r.count;
	r.down = sqrt(down / r.count);
	for (size_t t = 1; t <= n; t++) {
		double d = q[t] / q[t - 1] - 1 - r.rf - r.mean;

		m2 += d * d;
		m3 += d * d * d;
		m4 += d * d * d * d;
	}
	r.sd = n > 1 ? sqrt(m2 / (r.count - 1)) : NAN;
	r.skew = m3 / r.count / pow(m2 / r.count, 1.5);
	r.kurtosis = m4 / r.count / (m2 / r.count * (m2 / r.count));
	return r;
}

void outcomes_spread(const struct performance *p, double *mean, double *sd)
{
	double n = (double)p->outcome_count, squares = 0, sum = 0;

	for (size_t i = 0; i < p->outcome_count; i++)
		sum += p->outcomes[i].pnl;
	*mean = sum / n;
	for (size_t i = 0; i < p->outcome_count; i++)
		squares += (p->outcomes[i].pnl - *mean) * (p->outcomes[i].pnl - *mean);
	*sd = p->outcome_count > 1 ? sqrt(squares / (n - 1)) : NAN;
}

double curve_mean(const struct curve *c)
{
	double sum = 0;

	for (size_t i = 0; i < c->count; i++)
		sum += c->equity[i];
	return sum / (double)c->count;
}
