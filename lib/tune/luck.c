#include "tune/luck.h"

#include <math.h>
#include <stdlib.h>

#define FLAT_SD 1e-14 /* a standard deviation below this is that of equal numbers */
#define EULER_GAMMA 0.57721566490153286

/* The probability that a standard normal variable lies below x. */
static double normal(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

/* By halving: exact to the last bit that normal has, and asked for a handful of times. */
double luck_normal_quantile(double p)
{
	double low = -40, high = 40;

	if (!(p > 0 && p < 1))
		return NAN;
	if (p > 0.5) { /* the lower tail has all its digits */
		double q = 1 - p;

		return -luck_normal_quantile(q);
	}
	for (int i = 0; i < 200 && low < high; i++) {
		double middle = (low + high) / 2;

		if (normal(middle) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static double sharpe_of(double sum, double squares, double n)
{
	double variance = (squares - sum * sum / n) / (n - 1), sd = variance > 0 ? sqrt(variance) : 0;

	return sd < FLAT_SD ? 0 : sum / n / sd;
}

double luck_sharpe(const double *returns, size_t n)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += returns[i];
	for (size_t i = 0; i < n; i++)
		squares += (returns[i] - sum / (double)n) * (returns[i] - sum / (double)n);
	squares = n < 2 ? NAN : sqrt(squares / (double)(n - 1));
	return squares < FLAT_SD ? 0 : sum / (double)n / squares;
}

struct luck_moments luck_moments(const double *returns, size_t n)
{
	double mean = 0, m2 = 0, m3 = 0, m4 = 0, count = (double)n;

	for (size_t i = 0; i < n; i++)
		mean += returns[i] / count;
	for (size_t i = 0; i < n; i++) {
		double d = returns[i] - mean;

		m2 += d * d;
		m3 += d * d * d;
		m4 += d * d * d * d;
	}
	m2 /= count;
	if (n < 2 || sqrt(m2) < FLAT_SD)
		return (struct luck_moments){ NAN, NAN, NAN };
	return (struct luck_moments){ luck_sharpe(returns, n), m3 / count / pow(m2, 1.5), m4 / count / (m2 * m2) };
}

double luck_psr(const double *returns, size_t n, double threshold)
{
	struct luck_moments m = luck_moments(returns, n);
	double spread = 1 - m.skew * m.sharpe + (m.kurtosis - 1) / 4 * m.sharpe * m.sharpe;

	return spread > 0 ? normal((m.sharpe - threshold) * sqrt((double)n - 1) / sqrt(spread)) : NAN;
}

double luck_expected_best(double variance, double trials)
{
	if (!(trials >= 2))
		return NAN;
	/* z(1 - q) is -z(q), which keeps the digits of a small q. */
	return sqrt(variance) * -((1 - EULER_GAMMA) * luck_normal_quantile(1 / trials) + EULER_GAMMA * luck_normal_quantile(1 / (trials * M_E)));
}

double luck_variance(const double *values, size_t n, size_t *used)
{
	double sum = 0, squares = 0, count = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i])) {
			sum += values[i];
			count++;
		}
	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			squares += (values[i] - sum / count) * (values[i] - sum / count);
	*used = (size_t)count;
	return count < 2 ? NAN : squares / (count - 1);
}

/* What the sums over any union of blocks are made of. */
struct sums {
	double sum, squares;
};

struct cross {
	size_t sets, blocks, rows; /* rows: of one block */
	struct sums *parts;        /* blocks of set 0, then of set 1 … */
	double *in, *out;          /* Sharpes of one split */
};

static void fill_parts(struct cross *c, const double *const *columns)
{
	for (size_t k = 0; k < c->sets; k++)
		for (size_t b = 0; b < c->blocks; b++) {
			struct sums s = { 0 };

			for (size_t i = b * c->rows; i < (b + 1) * c->rows; i++) {
				s.sum += columns[k][i];
				s.squares += columns[k][i] * columns[k][i];
			}
			c->parts[k * c->blocks + b] = s;
		}
}

/* The logit of the out-of-sample rank of the set that was best in-sample. chosen: bits of the in-sample blocks. */
static double split(struct cross *c, unsigned chosen)
{
	double n = (double)(c->rows * c->blocks / 2), below = 0, equal = 0, w;
	size_t best = 0;

	for (size_t k = 0; k < c->sets; k++) {
		struct sums half[2] = { 0 };

		for (size_t b = 0; b < c->blocks; b++) {
			struct sums *h = &half[chosen >> b & 1];

			h->sum += c->parts[k * c->blocks + b].sum;
			h->squares += c->parts[k * c->blocks + b].squares;
		}
		c->in[k] = sharpe_of(half[1].sum, half[1].squares, n);
		c->out[k] = sharpe_of(half[0].sum, half[0].squares, n);
		best = c->in[k] > c->in[best] ? k : best;
	}
	for (size_t k = 0; k < c->sets; k++) {
		below += c->out[k] < c->out[best];
		equal += c->out[k] == c->out[best];
	}
	w = (below + (equal + 1) / 2) / ((double)c->sets + 1);
	return log(w / (1 - w));
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t choices(size_t n, size_t k)
{
	size_t c = 1;

	for (size_t i = 1; i <= k; i++)
		c = c * (n - k + i) / i;
	return c;
}

static void summarize(double *lambda, size_t n, struct luck_overfit *out)
{
	double sum = 0, bad = 0;

	for (size_t i = 0; i < n; i++) {
		sum += lambda[i];
		bad += lambda[i] <= 0;
	}
	qsort(lambda, n, sizeof *lambda, by_value);
	*out = (struct luck_overfit){ bad / (double)n, sum / (double)n, (lambda[(n - 1) / 2] + lambda[n / 2]) / 2, n };
}

int luck_overfit(const double *const *columns, size_t sets, size_t rows, size_t blocks, struct luck_overfit *out)
{
	struct cross c = { .sets = sets, .blocks = blocks, .rows = blocks ? rows / blocks : 0 };
	size_t splits = 0;
	double *lambda;
	int good;

	*out = (struct luck_overfit){ NAN, NAN, NAN, 0 };
	if (sets < 2 || blocks < 2 || blocks > 20 || blocks % 2 || c.rows < 2)
		return 1;
	c.parts = calloc(sets * blocks, sizeof *c.parts);
	c.in = calloc(sets, sizeof *c.in);
	c.out = calloc(sets, sizeof *c.out);
	lambda = calloc(choices(blocks, blocks / 2), sizeof *lambda);
	good = c.parts && c.in && c.out && lambda;
	if (good) {
		fill_parts(&c, columns);
		for (unsigned chosen = 0; chosen < 1u << blocks; chosen++)
			if ((size_t)__builtin_popcount(chosen) == blocks / 2)
				lambda[splits++] = split(&c, chosen);
		summarize(lambda, splits, out);
	}
	free(c.parts);
	free(c.in);
	free(c.out);
	free(lambda);
	return good;
}
