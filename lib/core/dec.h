#ifndef CT_CORE_DEC_H
#define CT_CORE_DEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Money: exact fixed point with 8 decimals. A dec counts units of 1e-8 and reaches ±1.7e30, enough for 10^18 coins
 * at any price. A dec64 is the same unit in 64 bits (±9.2e10), for prices; it widens to dec by assignment.
 *
 * Every operation that can overflow or must round takes `bool *bad`: it is set to true (and never back to false)
 * when the exact result does not fit, and 0 is returned. A computation runs through and looks at bad once.
 * No operation wraps, and none is called with DEC_NONE.
 */
__extension__ typedef __int128 dec;
__extension__ typedef unsigned __int128 dec_magnitude;
typedef int64_t dec64;

#define DEC_ONE 100000000
#define DEC_NONE ((dec)((unsigned __int128)1 << 127)) /* "unknown": null in a record */
#define DEC64_NONE INT64_MIN
#define DEC_MAX ((dec)(((unsigned __int128)1 << 127) - 1))
#define DEC_TEXT 48 /* bytes that hold any dec as text */

enum rounding {
	ROUND_DOWN,      /* toward zero */
	ROUND_UP,        /* away from zero */
	ROUND_HALF_EVEN, /* to nearest, ties to even */
};

/*
 * Text to dec: [-]digits[.digits], no sign '+', no exponent, no blanks; at least one digit before the point, and
 * after it where there is one. Digits beyond the eighth decimal must be zero. False: not such a number, or too big.
 */
bool dec_parse(const char *s, size_t n, dec *out);
bool dec64_parse(const char *s, size_t n, dec64 *out);

/* Writes m in decimal, without a NUL; returns its end. to holds DIGITS_ROOM bytes, of which any may be written. */
#define DIGITS_ROOM 24
char *digits_put(char *to, uint64_t m);
char *digits_put_signed(char *to, int64_t v); /* a byte more */
/* The eight digits of v, below 10^8, as numbers: the first in the lowest byte. */
uint64_t digits_of(uint32_t v);
/* Such bytes as text, in their order; to holds eight bytes. */
void digits_store(char *to, uint64_t digits);

/* Always 8 decimals ("0.00012000"), NUL-terminated; returns the length. out holds DEC_TEXT bytes. */
size_t dec_format(dec v, char *out);

static inline dec dec_add(dec a, dec b, bool *bad)
{
	dec sum;

	if (__builtin_add_overflow(a, b, &sum) || sum == DEC_NONE) {
		*bad = true;
		return 0;
	}
	return sum;
}

static inline dec dec_sub(dec a, dec b, bool *bad)
{
	return dec_add(a, -b, bad);
}

/* Whether a quotient with this rest, of a division by d, is rounded away from zero. */
static inline bool dec_rounds_up(dec_magnitude quotient, dec_magnitude rest, dec_magnitude d, enum rounding r)
{
	if (rest == 0 || r == ROUND_DOWN)
		return false;
	return r == ROUND_UP || rest > d - rest || (rest == d - rest && (quotient & 1));
}

/* n / d where it fits into 64 bits; the compiler would call a division that asks first. */
static inline uint64_t dec_quotient(dec_magnitude n, uint64_t d)
{
#ifdef __x86_64__
	uint64_t q = (uint64_t)n, rest = (uint64_t)(n >> 64);

	__asm__("divq %2" : "+a"(q), "+d"(rest) : "rm"(d) : "cc");
	return q;
#else
	return (uint64_t)(n / d);
#endif
}

/* a × b / c in one rounding; c == 0 is bad. The rest of the range is dec.c's; what nearly always comes is inline. */
dec dec_mul_div_any(dec a, dec b, dec c, enum rounding r, bool *bad);
static inline dec dec_mul_div(dec a, dec b, dec c, enum rounding r, bool *bad)
{
	dec_magnitude product = (dec_magnitude)(uint64_t)a * (uint64_t)b;
	uint64_t d = (uint64_t)c, q, rest;

	if ((dec_magnitude)(a | b | c) >> 64 || product >> 64 >= d) /* negative, or more than 64 bits, or c == 0 */
		return dec_mul_div_any(a, b, c, r, bad);
	q = dec_quotient(product, d);
	rest = (uint64_t)product - q * d;
	return (dec)q + dec_rounds_up(q, rest, d, r);
}
static inline dec dec_mul(dec a, dec b, enum rounding r, bool *bad) { return dec_mul_div(a, b, DEC_ONE, r, bad); }
static inline dec dec_div(dec a, dec b, enum rounding r, bool *bad) { return dec_mul_div(a, DEC_ONE, b, r, bad); } /* b == 0 is bad */
/* v × bps / 10000. */
static inline dec dec_bps(dec v, dec bps, enum rounding r, bool *bad) { return dec_mul_div(v, bps, (dec)10000 * DEC_ONE, r, bad); }

/* The multiple of step (> 0) next to v; step <= 0 leaves v as it is. */
dec dec_to_step_of(dec v, dec step, enum rounding r);
static inline dec dec_to_step(dec v, dec step, enum rounding r) { return step > 0 ? dec_to_step_of(v, step, r) : v; }

double dec_double_any(dec v);
/* DEC_NONE gives NaN. */
static inline double dec_double(dec v) { return v == (int64_t)v ? (double)(int64_t)v / DEC_ONE : dec_double_any(v); }
dec dec_from_double(double v, enum rounding r, bool *bad); /* not finite, or too big: bad */
dec64 dec_narrow(dec v, bool *bad);

static inline dec dec_min(dec a, dec b) { return a < b ? a : b; }
static inline dec dec_max(dec a, dec b) { return a > b ? a : b; }

#endif
