#ifndef CT_SIM_KLINES_H
#define CT_SIM_KLINES_H

#include "sim/market.h"

/*
 * What may be seen of the candles at a moment: never the future. A bar that is not closed yet is in the making: it is
 * built from what finer series the market has of it, and the finest bar in the making counts with its open alone, as
 * open, high, low and close, without volume. So the last row is a candle that a client has to drop.
 */
#define SIM_KLINES_MAX 1000 /* of spot */

/*
 * Bars by open time. Neither bound (TIME_NONE): the newest `limit`; only start: the oldest from there; only end: the newest
 * up to there; both: the oldest from start, not beyond end. shift_ms moves the boundaries of the bars (a time zone).
 */
struct sim_window {
	int64_t start_ms, end_ms;
	size_t limit; /* 1 or more */
	int64_t shift_ms;
};

/*
 * Fills bars[], in ascending order, with *n of them. A longer interval is resampled from the longest series that makes whole
 * bars of it; where there is none (only longer ones, or a time zone that cuts across) *n is 0.
 * ERR_DATA: a file of candles cannot be read.
 */
enum err sim_klines(struct sim_market *m, size_t pair, enum interval interval, const struct sim_window *w, int64_t now_ms, struct bar *bars, size_t *n,
	struct error *e);

/* The last price known at now_ms, of the shortest interval there is; *known is false before the first bar. */
enum err sim_last_bar(struct sim_market *m, size_t pair, int64_t now_ms, struct bar *last, bool *known, struct error *e);

#endif
