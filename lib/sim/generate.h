#ifndef CT_SIM_GENERATE_H
#define CT_SIM_GENERATE_H

#include <stdbool.h>

#include "model/candle.h"

/*
 * A made-up market, bar after bar: trends and ranges that take turns, volatility that comes in clusters, a factor common
 * to all pairs of a seed, jumps at the open, bars without a trade in thin pairs, and outages in which no pair has bars.
 * Only + - * / and sqrt are used, so that a seed gives the same bars on every machine, whatever is asked first.
 */
struct generate {
	enum interval interval;
	int64_t open_time; /* of the next bar */
	dec64 tick, step;
	uint64_t own, common; /* random states: this pair's, and the seed's */
	uint64_t seed;
	double outages_per_year;
	double start, price, anchor;          /* quote units */
	double sigma, variance, drift, lot;   /* a bar's usual deviation; its variance now; base units a usual bar trades */
	int regime, bars_left;
	bool thin;
};

/* symbol's first bar opens at from_ms (taken down to the grid). */
void generate_init(struct generate *g, uint64_t seed, const char *symbol, enum interval interval, int64_t from_ms, double outages_per_year);

/* The next bar; false when it falls into an outage, and *bar is then untouched. Prices are multiples of tick, volumes of step. */
bool generate_next(struct generate *g, struct bar *bar);

#endif
