#ifndef CT_MODEL_WANTED_H
#define CT_MODEL_WANTED_H

#include "model/record.h"

/* A series of which candles are wanted: ct-store writes the list, ct-fetch reads it. Never stored. */
struct wanted {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t since; /* open time of the first missing candle */
	int64_t until; /* TIME_NONE: up to now */
};

extern const struct kind wanted_kind;

#endif
