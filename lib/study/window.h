#ifndef CT_STUDY_WINDOW_H
#define CT_STUDY_WINDOW_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Moving windows over the last n values, O(1) amortised a value. Each lives in an indicator's state, its ring behind
 * it in the same block: TAIL(state) is where the first ring starts.
 */
#define TAIL(state) ((double *)(void *)((state) + 1))
#define WITH_RING(type, values) (sizeof(type) + (size_t)(values) * sizeof(double))

/* One instruction, where a branch would be guessed wrong half of the time. */
static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

struct ring {
	double *v;
	int32_t n, at, count; /* at: the oldest once full, else the next free place */
};

static inline void ring_init(struct ring *r, double *v, double n)
{
	*r = (struct ring){ .v = v, .n = (int32_t)n };
}

static inline bool ring_full(const struct ring *r)
{
	return r->count == r->n;
}

/* Returns what x pushes out: 0 while the ring fills. */
static inline double ring_push(struct ring *r, double x)
{
	double old = r->v[r->at];

	r->v[r->at] = x;
	if (++r->at == r->n)
		r->at = 0;
	if (r->count < r->n)
		r->count++;
	return old;
}

/*
 * A sum that neither drifts nor cancels: summed anew once a round, and whenever it has shrunk so far that what left
 * it would drown what is in it. All zeros give exactly 0.
 */
struct window_sum {
	struct ring ring;
	double sum, peak;
};

#define SHRUNK 1e-4

double values_sum(const double *v, int32_t n);

static inline void window_sum_init(struct window_sum *w, double *v, double n)
{
	ring_init(&w->ring, v, n);
	w->sum = w->peak = 0;
}

static inline void window_sum_push(struct window_sum *w, double x)
{
	w->sum += x - ring_push(&w->ring, x);
	if (w->ring.at == 0 || fabs(w->sum) < w->peak * SHRUNK) {
		w->sum = values_sum(w->ring.v, w->ring.count);
		w->peak = fabs(w->sum);
	} else {
		w->peak = larger(fabs(w->sum), w->peak);
	}
}

/*
 * Mean and sum of squared deviations: Welford's update; computed anew in two passes every eighth round, and when it has
 * shrunk as above.
 */
struct window_moments {
	struct ring ring;
	double mean, m2, peak, inverse_n, last;
	int32_t rounds;
	int32_t equal; /* how many of the last values were the same */
};

void window_moments_init(struct window_moments *w, double *v, double n);
/* The sum of squared deviations; *mean gets the mean. */
double values_moments(const double *v, int32_t n, double *mean);

static inline void window_moments_push(struct window_moments *w, double x)
{
	double old = ring_push(&w->ring, x), change = x - old, before = w->mean;

	w->equal = x == w->last ? w->equal + 1 : 1;
	w->last = x;
	w->mean += change * w->inverse_n;
	w->m2 += change * (x - w->mean + old - before);
	if ((w->ring.at == 0 && !(w->rounds++ & 7)) || w->m2 < w->peak * SHRUNK) {
		if (ring_full(&w->ring)) {
			double mean;

			w->m2 = w->peak = values_moments(w->ring.v, w->ring.n, &mean);
			w->mean = mean;
		}
	} else {
		w->peak = larger(w->m2, w->peak);
	}
}

/* Exactly 0 when all values are the same. ddof 0: population, 1: sample. */
static inline double window_variance(const struct window_moments *w, int ddof)
{
	if (w->equal >= w->ring.n || w->m2 <= 0)
		return 0;
	return ddof ? w->m2 / (w->ring.n - ddof) : w->m2 * w->inverse_n;
}

/* The largest of the last n: kept, and looked for again only when it leaves. The smallest is minus the largest of −x. */
struct window_max {
	struct ring ring;
	double best;
	int32_t age;
};

/* The largest of the ring, and how many values ago it came last. */
double ring_max(const double *v, int32_t n, int32_t at, int32_t *age);

static inline void window_max_init(struct window_max *w, double *v, double n)
{
	ring_init(&w->ring, v, n);
	w->best = -INFINITY;
	w->age = 0;
}

static inline void window_max_push(struct window_max *w, double x)
{
	ring_push(&w->ring, x);
	if (x >= w->best) {
		w->best = x;
		w->age = 0;
	} else if (++w->age >= w->ring.n) {
		int32_t age;

		w->best = ring_max(w->ring.v, w->ring.n, w->ring.at, &age);
		w->age = age;
	}
}

/* Exponential smoothing seeded with the mean of the first n values. EMA: weight 2/(n+1); Wilder: 1/n. */
struct smooth {
	double value, weight, sum;
	int32_t n, count;
};

static inline void smooth_init(struct smooth *s, double n, double weight)
{
	*s = (struct smooth){ .weight = weight, .n = (int32_t)n };
}

static inline void ema_init(struct smooth *s, double n)
{
	smooth_init(s, n, 2 / (n + 1));
}

static inline void wilder_init(struct smooth *s, double n)
{
	smooth_init(s, n, 1 / n);
}

/* True once there is a value. */
static inline bool smooth_push(struct smooth *s, double x)
{
	if (s->count == s->n) {
		s->value += s->weight * (x - s->value);
		return true;
	}
	s->sum += x;
	if (++s->count < s->n)
		return false;
	s->value = s->sum / s->n;
	return true;
}

/* max(high, previous close) − min(low, previous close). */
static inline double true_range(double high, double low, double previous)
{
	return (high > previous ? high : previous) - (low < previous ? low : previous);
}

#endif
