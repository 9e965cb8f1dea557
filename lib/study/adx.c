#include "study/indicators.h"

/* Directional movement: sums over the first n − 1 bars, then each loses its n-th part a bar. */
struct adx {
	double plus, minus, range, dx, adx, dx_sum;
	struct study_bar before;
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
}

static void move(struct adx *s, const struct study_bar *bar)
{
	double up = bar->high - s->before.high, down = s->before.low - bar->low;
	double keep = s->bars >= s->n ? 1.0 / s->n : 0;

	s->plus += (up > 0 && up > down ? up : 0) - s->plus * keep;
	s->minus += (down > 0 && down > up ? down : 0) - s->minus * keep;
	s->range += true_range(bar->high, bar->low, s->before.close) - s->range * keep;
}

/* A bar without direction leaves dx as it was; adx counts such a bar as 0 in its seed and skips it later. */
static void direction(struct adx *s, double *out)
{
	double plus = s->range > 0 ? 100 * s->plus / s->range : 0, minus = s->range > 0 ? 100 * s->minus / s->range : 0;
	bool defined = plus + minus > 0;

	if (defined)
		s->dx = 100 * fabs(plus - minus) / (plus + minus);
	if (s->bars < 2 * s->n) {
		s->dx_sum += defined ? s->dx : 0;
		s->adx = s->dx_sum / s->n;
	} else if (defined) {
		s->adx = (s->adx * (s->n - 1) + s->dx) / s->n;
	}
	out[OUT_PLUS] = plus;
	out[OUT_MINUS] = minus;
	out[OUT_DX] = s->dx;
	if (s->bars >= 2 * s->n - 1)
		out[OUT_ADX] = s->adx;
}

static void step(void *state, const struct study_bar *bar, double *out)
{
	struct adx *s = state;

	if (s->bars > 0)
		move(s, bar);
	if (s->bars >= s->n)
		direction(s, out);
	s->before = *bar;
	if (s->bars < 2 * s->n)
		s->bars++;
}

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
	.size = size, .init = init, .step = step, .first = first,
};
