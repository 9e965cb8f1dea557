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

/* Latest on ties: it stays longest. */
void window_max_again(struct window_max *w)
{
	const struct ring *r = &w->ring;
	int32_t best = 0;

	for (int32_t i = 1; i < r->n; i++) {
		int32_t age = r->at - 1 - i, old = r->at - 1 - best;

		if (r->v[age < 0 ? age + r->n : age] > r->v[old < 0 ? old + r->n : old])
			best = i;
	}
	w->age = best;
	best = r->at - 1 - best;
	w->best = r->v[best < 0 ? best + r->n : best];
}
