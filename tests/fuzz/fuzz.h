#ifndef CT_TESTS_FUZZ_H
#define CT_TESTS_FUZZ_H

/* What fuzzers have in common: what must hold, and a market to try things on. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "model/candle.h"

static inline void need(bool holds)
{
	if (!holds)
		abort();
}

/* A refusal says why. */
static inline void need_reason(enum err rc, const struct error *e)
{
	need(!rc || *e->message);
}

/* The i-th bar of a market that goes up and down, with one of no volume now and then. */
static inline struct bar wave_bar(int i, enum interval interval)
{
	dec64 close = (dec64)(DEC_ONE * (100 + 20 * sin(i / 5.0))), wide = DEC_ONE / 10 * (i % 7);
	int64_t open_ms = i * interval_ms(interval);

	return (struct bar){ .open_time = open_ms, .close_time = open_ms + interval_ms(interval) - 1, .open = close, .close = close,
		.high = close + wide, .low = close - wide, .volume = i % 9 * (dec)DEC_ONE, .quote_volume = DEC_NONE, .trades = INT_NONE,
		.taker_buy_volume = DEC_NONE, .taker_buy_quote_volume = DEC_NONE };
}

#endif
