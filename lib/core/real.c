#include "core/real.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/dec.h"

/* Exact in a long double of 64 bits. */
static const long double powers[] = { 1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L, 1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L,
	1e17L, 1e18L, 1e19L, 1e20L };

static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16 };

static int decimal_exponent(double v)
{
	int x = 0;

	if (v < 1)
		for (x = -1; v * tens[-x] < 1; x--)
			;
	else
		for (; v >= tens[x + 1]; x++)
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
	char text[DIGITS_ROOM], *p = out;
	int n = digits;

	digits_put(text, m);
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

/* Prices and the like are short decimals: the nearest double to n / 10^8 is one whose digits are those of n. 0: it is none. */
static size_t short_decimal(double v, double size, int digits, char *out)
{
	uint64_t n = (uint64_t)(size * 1e8 + 0.5), whole = n / DEC_ONE, fraction = digits_of((uint32_t)(n % DEC_ONE));
	int before, behind = fraction ? 8 - __builtin_clzll(fraction) / 8 : 0; /* digits that are written */
	char *p = out, *first;

	if ((double)n / 1e8 != size)
		return 0;
	if (v < 0)
		*p++ = '-';
	first = p;
	p = digits_put(p, whole);
	before = (int)(p - first);
	if ((whole ? before + behind : behind - __builtin_ctzll(fraction) / 8) > digits)
		return 0;
	if (fraction) {
		*p++ = '.';
		digits_store(p, fraction);
		p += behind;
	}
	*p = '\0';
	return (size_t)(p - out);
}

size_t real_format(double v, int digits, char *out)
{
	double size = fabs(v);
	uint64_t m;
	size_t n;
	int x;

	if (size == 0)
		v = 0; /* -0 as well */
	if (size >= 1e-4 && size < 1e7 && (n = short_decimal(v, size, digits, out)))
		return n;
	/* Where printf writes no exponent, and 0. */
	if (size >= 1e-4 && size < tens[digits]) {
		x = decimal_exponent(size);
		if (round_digits(size, digits - 1 - x, &m)) {
			if (m == (uint64_t)tens[digits]) {
				m /= 10;
				x++;
			}
			if (x < digits)
				return fixed(m, digits, x, v < 0, out);
		}
	}
	return (size_t)snprintf(out, REAL_TEXT, "%.*g", digits, v);
}
