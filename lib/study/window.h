#ifndef CT_STUDY_WINDOW_H
#define CT_STUDY_WINDOW_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Moving windows over the last n values, O(1) amortised a value. Each lives in an indicator's state, its ring behind
 * it in the same block: TAIL(state) is where the first ring starts.
 *
 * Every bar waits for what the one before it left in memory. Doubles that are written in each bar therefore have another
 * field between them: compilers store two neighbours at once, and the sooner known would wait for the other.
 */
#define TAIL(state) ((double *)(void *)((state) + 1))
#define WITH_RING(type, values) (sizeof(type) + (size_t)(values) * sizeof(double))

/* One instruction, where a branch would be guessed wrong half of the time. */
static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

struct ring {
	double *next, *first, *end; /* next: the oldest once full, 0 before */
	bool full;
};

static inline void ring_init(struct ring *r, double *v, double n)
{
	*r = (struct ring){ v, v, v + (size_t)n, false };
}

/* True when it ends a round. */
static inline bool ring_push(struct ring *r, double x)
{
	*r->next = x;
	if (++r->next < r->end)
		return false;
	r->next = r->first;
	r->full = true;
	return true;
}

/*
 * A sum without a subtraction: it neither drifts nor cancels, and all zeros give exactly 0. head is the sum of this round's
 * values; a place of the round before holds the sum of itself and of all behind it.
 */
struct window_sum {
	struct ring ring;
	double head, n;
};

static inline void window_sum_init(struct window_sum *w, double *v, double n)
{
	ring_init(&w->ring, v, n);
	w->head = 0;
	w->n = n;
}

/* Each of them becomes the sum of itself and of all behind it; by fours, since each waits for the sum behind. */
static inline void sum_up(double *first, double *v)
{
	double rest = 0;

	while (v - first >= 4) {
		double d = *--v, c = *--v + d, b = *--v + c, a = *--v + b;

		v[3] = rest + d;
		v[2] = rest + c;
		v[1] = rest + b;
		v[0] = rest += a;
	}
	while (v > first) {
		rest += *--v;
		*v = rest;
	}
}

static inline void window_sum_push(struct window_sum *w, double x)
{
	w->head += x;
	if (ring_push(&w->ring, x)) {
		sum_up(w->ring.first, w->ring.end);
		w->head = 0;
	}
}

/* Of the last n values; of all until there are n. */
static inline double window_sum(const struct window_sum *w)
{
	return w->head + *w->ring.next;
}

/*
 * Mean and variance: Welford's update in differences of values alone, so that a small variance far from zero loses nothing;
 * computed anew in two passes now and then, and when the variance has shrunk so far that what left it would drown what is in it.
 */
struct window_moments {
	struct ring ring;
	double last, n, above, inverse_n, variance;
	int32_t pushed; /* since it was computed anew, by whole rounds */
	double floor;
};

/* above: the last value minus the mean. The variance is the population's, exactly 0 when all values are the same. */
struct moments { double mean, above, variance; };

#define SHRUNK 1e-3
#define ANEW 4000 /* pushes */

static inline void window_moments_init(struct window_moments *w, double *v, double n)
{
	*w = (struct window_moments){ .n = n, .inverse_n = 1 / n, .pushed = ANEW };
	ring_init(&w->ring, v, n);
}

static inline void window_moments_anew(struct window_moments *w)
{
	double sum = 0, squares = 0;

	for (const double *v = w->ring.first; v < w->ring.end; v++)
		sum += *v - w->last;
	w->above = -sum / w->n;
	for (const double *v = w->ring.first; v < w->ring.end; v++)
		squares += (*v - w->last + w->above) * (*v - w->last + w->above);
	w->variance = squares / w->n;
	w->floor = w->variance * SHRUNK;
}

/* Of the last n values; the result has no meaning until there are n. */
static inline struct moments window_moments_push(struct window_moments *w, double x)
{
	double old = *w->ring.next, last = w->last, part = (x - old) * w->inverse_n, above = w->above + (x - last) - part;
	double variance = w->variance + part * (above + (w->above + (old - last))), floor = w->floor;
	bool due = false;

	if (ring_push(&w->ring, x) && (w->pushed += (int32_t)w->n) >= ANEW) {
		w->pushed = 0;
		due = true;
	}
	w->last = x;
	w->above = above;
	w->variance = variance;
	w->floor = larger(floor, variance * SHRUNK);
	if (due || variance < floor) {
		window_moments_anew(w);
		above = w->above;
		variance = w->variance;
	}
	return (struct moments){ x - above, above, variance };
}

/*
 * The largest, as window_sum sums: head is the largest of this round's values; a place of the round before holds the
 * largest of itself and of all behind it. The smallest is minus the largest of −x.
 */
struct window_max {
	struct ring ring;
	double head;
};

static inline void window_max_init(struct window_max *w, double *v, double n)
{
	ring_init(&w->ring, v, n);
	w->head = -INFINITY;
}

static inline void window_max_push(struct window_max *w, double x)
{
	w->head = larger(w->head, x);
	if (!ring_push(&w->ring, x))
		return;
	for (double *v = w->ring.end, best = -INFINITY; v-- > w->ring.first;)
		*v = best = larger(best, *v);
	w->head = -INFINITY;
}

/* Of the last n values, once there are n. */
static inline double window_max(const struct window_max *w)
{
	return larger(w->head, *w->ring.next);
}

/*
 * Exponential smoothing seeded with the mean of the first n values. EMA: weight 2/(n+1); Wilder: 1/n. The average is kept
 * as its distance from the last value: few operations wait for the bar before, and what does not move rounds to itself.
 */
struct smooth {
	double last, keep, away, sum;
	int32_t n, count;
};

static inline void smooth_init(struct smooth *s, double n, double weight)
{
	*s = (struct smooth){ .keep = 1 - weight, .n = (int32_t)n };
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
	double before = s->last;

	s->last = x;
	if (s->count == s->n) {
		s->away = s->keep * (s->away - (x - before));
		return true;
	}
	s->sum += x;
	if (++s->count < s->n)
		return false;
	s->away = s->sum / s->n - x;
	return true;
}

static inline double smooth_value(const struct smooth *s)
{
	return s->last + s->away;
}

/* max(high, previous close) − min(low, previous close). */
static inline double true_range(double high, double low, double previous)
{
	return (high > previous ? high : previous) - (low < previous ? low : previous);
}

#endif
