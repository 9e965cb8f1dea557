#ifndef CT_SIM_FUNDING_H
#define CT_SIM_FUNDING_H

#include "sim/market.h"

/*
 * Funding payments of perpetual futures. A pair of which the folder has a file of them has these, with their own times and
 * intervals, and no others; else one is made up every eight hours: a hundredth of what the price gained since the one
 * before, and what longs always pay. Nothing of the future is in it. Private to lib/sim.
 */
#define SIM_ONBOARD_MS INT64_C(1569398400000)

/*
 * Those from start_ms to end_ms, the oldest `limit` of them into rows, in order of time; start_ms TIME_NONE: about the newest
 * `limit`. mark_price is DEC_NONE where it is not known.
 */
enum err sim_payments(struct sim_market *m, const char *symbol, int64_t start_ms, int64_t end_ms, size_t limit, struct funding *rows, size_t *n,
	struct error *e);

/* When the one after now_ms is due, with the rate that the exchange foretells. */
enum err sim_next_payment(struct sim_market *m, const char *symbol, int64_t now_ms, struct funding *next, struct error *e);

/* The last price at a moment; *known is false before the first bar. */
enum err sim_price_at(struct sim_market *m, const char *symbol, int64_t t_ms, dec *price, bool *known, struct error *e);

#endif
