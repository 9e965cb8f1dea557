#include "study/indicators.h"

/* Directional movement: sums over the first n − 1 bars, then each loses its n-th part a bar. */
struct adx {
	double plus, minus, range, dx, adx, dx_sum, weight;
	double high, low, close; /* of the bar before */
	int32_t n, bars; /* bars seen, counted up to 2n */
};

enum { OUT_ADX, OUT_PLUS, OUT_MINUS, OUT_DX };

static size_t size(const double *p)
{
	(void)p;
	return sizeof(struct adx);
}

static void init(void *state, const double *p, double bars_per_year)
{
	struct adx *s = state;

	(void)bars_per_year;
	s->n = (int32_t)p[0];
	s->weight = 1 / p[0];
}

/* What a moves further than b does, 0 if it does not: without a branch, which nobody could foresee. */
static inline double further(double a, double b)
{
	return larger(a, 0) * (a > b);
}

static inline void move(struct adx *s, const struct study_bar *bar)
{
	double up = bar->high - s->high, down = s->low - bar->low, keep = s->bars >= s->n ? s->weight : 0;

	s->plus += further(up, down) - s->plus * keep;
	s->minus += further(down, up) - s->minus * keep;
	s->range += true_range(bar->high, bar->low, s->close) - s->range * keep;
}

/* A bar without direction leaves dx as it was; adx counts such a bar as 0 in its seed and skips it later. */
static inline void direction(struct adx *s, double *out)
{
	double scale = s->range > 0 ? 100 / s->range : 0, sum = s->plus + s->minus;
	bool defined = scale > 0 && sum > 0;

	if (defined)
		s->dx = 100 * fabs(s->plus - s->minus) / sum;
	if (s->bars < 2 * s->n) {
		s->dx_sum += defined ? s->dx : 0;
		s->adx = s->dx_sum / s->n;
	} else if (defined) {
		s->adx += (s->dx - s->adx) * s->weight;
	}
	out[OUT_PLUS] = s->plus * scale;
	out[OUT_MINUS] = s->minus * scale;
	out[OUT_DX] = s->dx;
	if (s->bars >= 2 * s->n - 1)
		out[OUT_ADX] = s->adx;
}

static inline void step(void *state, const struct study_bar *bar, double *out)
{
	struct adx *s = state;

	if (s->bars > 0)
		move(s, bar);
	if (s->bars >= s->n)
		direction(s, out);
	s->high = bar->high;
	s->low = bar->low;
	s->close = bar->close;
	if (s->bars < 2 * s->n)
		s->bars++;
}

RUN(run, step, struct adx, 4)

static int64_t first(const double *p, int output)
{
	return output == OUT_ADX ? 2 * (int64_t)p[0] - 1 : (int64_t)p[0];
}

const struct indicator study_adx = {
	.name = "adx",
	.doc = "average directional index, with +DI, -DI and DX, all 0..100",
	.source = "Wilder 1978, ch. 4; TA-Lib ADX, PLUS_DI, MINUS_DI, DX",
	.params = { PERIOD(14, 2) },
	.outputs = { "", "plus_di", "minus_di", "dx" },
	.size = size, .init = init, .step = step, .run = run, .first = first,
};
