#ifndef CT_CORE_RANDOM_H
#define CT_CORE_RANDOM_H

#include <stdint.h>

/*
 * SplitMix64: numbers that are a pure function of where their state starts, on every machine. For draws, never for secrets.
 * Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
 */
#define RANDOM_STEP UINT64_C(0x9e3779b97f4a7c15)

/* Its finalizer: each bit of x moves all others. */
static inline uint64_t random_mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline uint64_t random_next(uint64_t *state)
{
	return random_mix(*state += RANDOM_STEP);
}

/* A number drawn, even over [0, 1). */
static inline double random_unit(uint64_t drawn)
{
	return (double)(drawn >> 11) * 0x1p-53;
}

#endif
