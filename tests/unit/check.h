#ifndef CT_TESTS_CHECK_H
#define CT_TESTS_CHECK_H

/* What every unit test includes: cmocka with the headers it wants, comparisons it lacks, and a seeded generator. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* cmocka compares floats in single precision; this is relative, in double. */
#define check_near(got, want, relative) check_near_(got, want, relative, #got, __FILE__, __LINE__)

static inline void check_near_(double got, double want, double relative, const char *what, const char *file, int line)
{
	if (fabs(got - want) <= relative * fmax(fabs(want), 1e-300) || (isnan(got) && isnan(want)))
		return;
	print_error("%s is %.17g, not %.17g\n", what, got, want);
	_fail(file, line);
}

/* xorshift64*: the same numbers in every run. */
static inline uint64_t check_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

#endif
