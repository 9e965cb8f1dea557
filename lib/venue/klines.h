#ifndef CT_VENUE_KLINES_H
#define CT_VENUE_KLINES_H

#include "model/candle.h"

/* What was asked for, so that anything else in the answer is noticed. */
struct klines_want {
	int market, interval;
	const char *symbol;
	int64_t first, last; /* open times, inclusive */
	size_t limit;        /* rows */
};

/*
 * Binance's klines answer: an array of arrays of 12 (open time, open, high, low, close, volume, close time, quote
 * volume, trades, taker volume, taker quote volume, unused), integers for times and counts, text for the rest. Read by
 * a parser of its own, as pages are large and their shape is fixed; it accepts that shape only.
 * rows has room for w->limit candles; *n is how many came, 0 is possible.
 * Rows may leave gaps, stand off the grid, be impossible bars, or repeat the open time before: that is the caller's to
 * find (candle_check); going back in time is not accepted.
 * Errors: ERR_PROTOCOL with e->field = "row 3 high" (rows count from 1) and the value: not JSON, cut off, a wrong type
 * or number of items, a number that does not fit, rows outside first..last, not ascending, or more than limit.
 */
enum err klines_read(const char *text, size_t len, const struct klines_want *w, struct candle *rows, size_t *n, struct error *e);

/* Text from outside as one line that is safe to show: printable ASCII, '?' for the rest, at most size - 1 bytes. Returns out. */
char *venue_excerpt(const char *text, size_t len, char *out, size_t size);

#endif
