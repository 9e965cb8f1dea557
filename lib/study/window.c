#include "study/window.h"

void window_sum_again(struct window_sum *w)
{
	double sum = 0;

	for (int32_t i = 0; i < w->ring.count; i++)
		sum += w->ring.v[i];
	w->sum = sum;
	w->peak = fabs(sum);
}

void window_moments_init(struct window_moments *w, double *v, double n)
{
	*w = (struct window_moments){ .inverse_n = 1 / n, .last = NAN };
	ring_init(&w->ring, v, n);
}

void window_moments_again(struct window_moments *w)
{
	double sum = 0, m2 = 0;
	int32_t n = w->ring.count;

	if (n < w->ring.n)
		return;
	for (int32_t i = 0; i < n; i++)
		sum += w->ring.v[i];
	w->mean = sum / n;
	for (int32_t i = 0; i < n; i++)
		m2 += (w->ring.v[i] - w->mean) * (w->ring.v[i] - w->mean);
	w->m2 = w->peak = m2;
}

static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

/* The value first, without branches, by two chains; then the newest place that has it: on ties it stays longest. */
void window_max_again(struct window_max *w)
{
	const struct ring *r = &w->ring;
	double even = r->v[0], odd = r->v[r->n - 1];
	int32_t i = 0;

	for (; i + 1 < r->n; i += 2) {
		even = larger(even, r->v[i]);
		odd = larger(odd, r->v[i + 1]);
	}
	w->best = larger(even, odd);
	for (i = r->at - 1; i >= 0 && r->v[i] != w->best; i--)
		;
	if (i < 0)
		for (i = r->n - 1; r->v[i] != w->best; i--)
			;
	w->age = i < r->at ? r->at - 1 - i : r->at - 1 - i + r->n;
}
