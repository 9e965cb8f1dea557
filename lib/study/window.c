#include "study/window.h"

/* By four chains: one would wait for itself. */
double values_sum(const double *v, int32_t n)
{
	double sum[4] = { 0 };
	int32_t i = 0;

	for (; i + 3 < n; i += 4)
		for (int k = 0; k < 4; k++)
			sum[k] += v[i + k];
	for (; i < n; i++)
		sum[0] += v[i];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void window_moments_init(struct window_moments *w, double *v, double n)
{
	*w = (struct window_moments){ .inverse_n = 1 / n, .last = NAN };
	ring_init(&w->ring, v, n);
}

double values_moments(const double *v, int32_t n, double *mean)
{
	double middle = values_sum(v, n) / n, m2[4] = { 0 };
	int32_t i = 0;

	for (; i + 3 < n; i += 4)
		for (int k = 0; k < 4; k++)
			m2[k] += (v[i + k] - middle) * (v[i + k] - middle);
	for (; i < n; i++)
		m2[0] += (v[i] - middle) * (v[i] - middle);
	*mean = middle;
	return (m2[0] + m2[1]) + (m2[2] + m2[3]);
}

/* The value first, without branches, by two chains; then the newest place that has it: on ties it stays longest. */
double ring_max(const double *v, int32_t n, int32_t at, int32_t *age)
{
	double even = v[0], odd = v[n - 1], best;
	int32_t i = 0;

	for (; i + 1 < n; i += 2) {
		even = larger(even, v[i]);
		odd = larger(odd, v[i + 1]);
	}
	best = larger(even, odd);
	for (i = at - 1; i >= 0 && v[i] != best; i--)
		;
	if (i < 0)
		for (i = n - 1; v[i] != best; i--)
			;
	*age = i < at ? at - 1 - i : at - 1 - i + n;
	return best;
}
