#ifndef CT_SIM_DAY_H
#define CT_SIM_DAY_H

#include "sim/market.h"

/* A pair's last 24 hours, of the shortest bars there are: those that opened in them; of the one that runs only its open. */
struct sim_day {
	dec open, high, low, last, before; /* before: the last price before them; all 0: nothing yet */
	dec volume, quote_volume;
	int64_t open_ms, close_ms, trades;
};

/* ERR_DATA: a file of candles cannot be read. */
enum err sim_day_read(struct sim_market *m, size_t pair, int64_t now_ms, struct sim_day *day, struct error *e);

#endif
