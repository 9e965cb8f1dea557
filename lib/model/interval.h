#ifndef CT_MODEL_INTERVAL_H
#define CT_MODEL_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

/* Binance's candle intervals; the index is the enum. 1w opens on Monday 00:00 UTC, 1M on the first of the month. */
enum interval {
	INTERVAL_1S, INTERVAL_1M, INTERVAL_3M, INTERVAL_5M, INTERVAL_15M, INTERVAL_30M, INTERVAL_1H, INTERVAL_2H, INTERVAL_4H,
	INTERVAL_6H, INTERVAL_8H, INTERVAL_12H, INTERVAL_1D, INTERVAL_3D, INTERVAL_1W, INTERVAL_1MONTH, INTERVAL_COUNT
};

extern const char *const interval_names[]; /* NULL-terminated */

int interval_find(const char *name);               /* -1: none; case matters (1m, 1M) */
int64_t interval_ms(enum interval i);              /* 30 days for 1M: for estimates only */
int64_t interval_floor(enum interval i, int64_t t_ms); /* open time of the bar that contains t_ms */
int64_t interval_next(enum interval i, int64_t open_ms); /* open time of the bar after the one that opens at open_ms */
int64_t interval_count(enum interval i, int64_t from, int64_t until); /* bars that open in [from, until), from being on the grid */
bool interval_makes(enum interval shorter, enum interval longer); /* whole bars of one make a bar of the other */
bool interval_on_grid(enum interval i, int64_t t_ms);
double interval_per_year(enum interval i);         /* bars in 365 days */

#endif
