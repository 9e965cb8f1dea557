#include "core/real.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Exact in a long double of 64 bits. */
static const long double powers[] = { 1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L, 1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L,
	1e17L, 1e18L, 1e19L, 1e20L };

static int decimal_exponent(double v)
{
	int x = 0;

	if (v < 1)
		for (x = -1; v * (double)powers[-x] < 1; x--)
			;
	else
		for (; v >= (double)powers[x + 1]; x++)
			;
	return x;
}

/*
 * The digits as an integer. One multiplication in 64 bits of mantissa, so off by less than 2^-13 of the last digit for
 * up to 15 of them: false where the rest is so near to a half that this could matter.
 */
static bool round_digits(double v, int scale, uint64_t *out)
{
	long double scaled = scale >= 0 ? v * powers[scale] : v / powers[-scale];
	uint64_t whole = (uint64_t)scaled;
	double rest = (double)(scaled - (long double)whole);

	if (fabs(rest - 0.5) < 1e-3)
		return false;
	*out = whole + (rest > 0.5);
	return true;
}

/* digits significant ones of m × 10^(x − digits + 1), without trailing zeros. */
static size_t fixed(uint64_t m, int digits, int x, bool negative, char *out)
{
	char text[24], *p = out;
	int n = digits;

	for (int i = digits - 1; i >= 0; i--, m /= 10)
		text[i] = (char)('0' + m % 10);
	while (n > 1 && text[n - 1] == '0' && n > x + 1)
		n--;
	if (negative)
		*p++ = '-';
	if (x < 0) {
		memcpy(p, "0.0000", (size_t)(1 - x));
		p += 1 - x;
		memcpy(p, text, (size_t)n);
		p += n;
	} else {
		memcpy(p, text, (size_t)x + 1);
		p += x + 1;
		if (n > x + 1) {
			*p++ = '.';
			memcpy(p, text + x + 1, (size_t)(n - x - 1));
			p += n - x - 1;
		}
	}
	*p = '\0';
	return (size_t)(p - out);
}

size_t real_format(double v, int digits, char *out)
{
	double size = fabs(v);
	uint64_t m;
	int x;

	/* Where printf writes no exponent, and 0. */
	if (size >= 1e-4 && size < (double)powers[digits]) {
		x = decimal_exponent(size);
		if (round_digits(size, digits - 1 - x, &m)) {
			if (m == (uint64_t)powers[digits]) {
				m /= 10;
				x++;
			}
			if (x < digits)
				return fixed(m, digits, x, v < 0, out);
		}
	}
	return (size_t)snprintf(out, REAL_TEXT, "%.*g", digits, v);
}
