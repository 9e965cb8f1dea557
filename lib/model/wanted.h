#ifndef CT_MODEL_WANTED_H
#define CT_MODEL_WANTED_H

#include "model/record.h"

/* A series of which candles or funding payments are wanted: ct-store writes the list, ct-fetch reads it. Never stored. */
struct wanted {
	int market, interval; /* interval -1: not candles, the pair's funding payments */
	char symbol[SYMBOL_SIZE];
	int64_t since; /* open time of the first missing candle, or time from which payments are missing */
	int64_t until; /* TIME_NONE: up to now */
};

extern const struct kind wanted_kind;

#endif
