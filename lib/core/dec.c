#include "core/dec.h"

#include <endian.h>
#include <math.h>
#include <string.h>

typedef dec_magnitude u128;

/* A magnitude of 256 bits: hi × 2^128 + lo. */
struct wide {
	u128 hi, lo;
};

static u128 magnitude(dec v)
{
	return v < 0 ? -(u128)v : (u128)v;
}

static struct wide wide_mul(u128 a, u128 b)
{
	u128 a0 = (uint64_t)a, a1 = a >> 64, b0 = (uint64_t)b, b1 = b >> 64;
	u128 low = a0 * b0, mid1 = a1 * b0, mid2 = a0 * b1;
	u128 mid = (low >> 64) + (uint64_t)mid1 + (uint64_t)mid2;

	return (struct wide){ a1 * b1 + (mid1 >> 64) + (mid2 >> 64) + (mid >> 64), (mid << 64) | (uint64_t)low };
}

/* n / d with the rest, by one division: of the machine's word where they fit it. */
static u128 divide(u128 n, u128 d, u128 *rest)
{
	u128 q;

	if ((n | d) >> 64 == 0) {
		*rest = (uint64_t)n % (uint64_t)d;
		return (uint64_t)n / (uint64_t)d;
	}
	q = n / d;
	*rest = n - q * d;
	return q;
}

/* n / d with the rest in *rest; false when the quotient needs more than 128 bits. */
static bool wide_div(struct wide n, u128 d, u128 *quotient, u128 *rest)
{
	u128 q = 0, r = n.hi;

	if (n.hi == 0) {
		*quotient = divide(n.lo, d, rest);
		return true;
	}
	if (r >= d)
		return false;
	for (int i = 127; i >= 0; i--) {
		bool carry = r >> 127;

		r = r << 1 | (n.lo >> i & 1);
		q <<= 1;
		if (carry || r >= d) {
			r -= d;
			q |= 1;
		}
	}
	*quotient = q;
	*rest = r;
	return true;
}

static dec signed_or_bad(u128 m, bool negative, bool *bad)
{
	if (m > (u128)DEC_MAX) {
		*bad = true;
		return 0;
	}
	return negative ? -(dec)m : (dec)m;
}

dec dec_mul_div_any(dec a, dec b, dec c, enum rounding r, bool *bad)
{
	u128 x = magnitude(a), y = magnitude(b), d = magnitude(c), q, rest;
	bool negative = (a < 0) ^ (b < 0) ^ (c < 0);

	if (c == 0) {
		*bad = true;
		return 0;
	}
	if ((x | y) >> 64 == 0) {
		q = divide(x * y, d, &rest);
	} else if (!wide_div(wide_mul(x, y), d, &q, &rest)) {
		*bad = true;
		return 0;
	}
	if (q <= (u128)DEC_MAX && dec_rounds_up(q, rest, d, r)) /* beyond it is bad anyway, and the last one would wrap */
		q++;
	return signed_or_bad(q, negative, bad);
}

dec dec_to_step_of(dec v, dec step, enum rounding r)
{
	u128 m = magnitude(v), rest, q = divide(m, (u128)step, &rest);

	if (dec_rounds_up(q, rest, (u128)step, r))
		q++;
	m = q * (u128)step;
	return v < 0 ? -(dec)m : (dec)m;
}

bool dec_parse(const char *s, size_t n, dec *out)
{
	size_t i = 0, from;
	bool negative = n && s[0] == '-';
	u128 m = 0;
	int decimals = 0;

	i = from = negative;
	for (; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
		if (m > (u128)DEC_MAX / 10 / DEC_ONE)
			return false;
		m = m * 10 + (unsigned char)(s[i] - '0');
	}
	if (i == from)
		return false;
	if (i < n && s[i] == '.') {
		from = ++i;
		for (; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
			if (decimals == 8 && s[i] != '0')
				return false;
			if (decimals < 8) {
				m = m * 10 + (unsigned char)(s[i] - '0');
				decimals++;
			}
		}
		if (i == from)
			return false;
	}
	if (i != n)
		return false;
	for (; decimals < 8; decimals++)
		m *= 10;
	if (m > (u128)DEC_MAX)
		return false;
	*out = negative ? -(dec)m : (dec)m;
	return true;
}

bool dec64_parse(const char *s, size_t n, dec64 *out)
{
	bool bad = false;
	dec v;

	if (!dec_parse(s, n, &v))
		return false;
	*out = dec_narrow(v, &bad);
	return !bad;
}

#define EIGHT UINT64_C(100000000) /* digits */

/* By halves, all of a size at once: no digit waits for the one before it. */
uint64_t digits_of(uint32_t v)
{
	uint64_t x = v / 10000 | (uint64_t)(v % 10000) << 32;
	uint64_t q = (x * 10486 >> 20) & 0x0000007f0000007f; /* each by 100 */

	x = q | (x - 100 * q) << 16;
	q = (x * 103 >> 10) & 0x000f000f000f000f; /* each by 10 */
	return q | (x - 10 * q) << 8;
}

void digits_store(char *to, uint64_t digits)
{
	digits = htole64(digits + 0x3030303030303030);
	memcpy(to, &digits, sizeof digits);
}

/* Without the zeros before it. */
static char *put_first(char *to, uint32_t v)
{
	uint64_t digits = digits_of(v);
	int zeros = digits ? __builtin_ctzll(digits) / 8 : 7;

	digits_store(to, digits >> 8 * zeros);
	return to + 8 - zeros;
}

static char *put_eight(char *to, uint32_t v)
{
	digits_store(to, digits_of(v));
	return to + 8;
}

static char *put_sixteen(char *to, uint64_t v)
{
	return put_eight(put_eight(to, (uint32_t)(v / EIGHT)), (uint32_t)(v % EIGHT));
}

char *digits_put(char *to, uint64_t m)
{
	if (m < EIGHT)
		return put_first(to, (uint32_t)m);
	if (m < EIGHT * EIGHT)
		return put_eight(put_first(to, (uint32_t)(m / EIGHT)), (uint32_t)(m % EIGHT));
	return put_sixteen(put_first(to, (uint32_t)(m / (EIGHT * EIGHT))), m % (EIGHT * EIGHT));
}

char *digits_put_signed(char *to, int64_t v)
{
	if (v < 0)
		*to++ = '-';
	return digits_put(to, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

size_t dec_format(dec v, char *out)
{
	u128 m = magnitude(v), whole;
	uint64_t fraction;
	char *p = out;

	if (m == (uint64_t)m) { /* nearly every amount */
		fraction = (uint64_t)m % DEC_ONE;
		whole = (uint64_t)m / DEC_ONE;
	} else {
		fraction = (uint64_t)(m % DEC_ONE);
		whole = m / DEC_ONE;
	}
	if (v < 0)
		*p++ = '-';
	if (whole <= UINT64_MAX)
		p = digits_put(p, (uint64_t)whole);
	else /* at most 31 digits */
		p = put_sixteen(digits_put(p, (uint64_t)(whole / (EIGHT * EIGHT))), (uint64_t)(whole % (EIGHT * EIGHT)));
	*p++ = '.';
	p = put_eight(p, (uint32_t)fraction);
	*p = '\0';
	return (size_t)(p - out);
}

double dec_double_any(dec v)
{
	return v == DEC_NONE ? NAN : (double)v / DEC_ONE;
}

dec dec_from_double(double v, enum rounding r, bool *bad)
{
	double scaled = v * DEC_ONE, whole;

	if (!isfinite(scaled) || fabs(scaled) > 1.7e38) {
		*bad = true;
		return 0;
	}
	whole = r == ROUND_DOWN ? trunc(scaled) : r == ROUND_UP ? (scaled < 0 ? floor(scaled) : ceil(scaled)) : nearbyint(scaled);
	return (dec)whole;
}

dec64 dec_narrow(dec v, bool *bad)
{
	if (v <= INT64_MIN || v > INT64_MAX) {
		*bad = true;
		return 0;
	}
	return (dec64)v;
}
