#ifndef CT_VENUE_BINANCE_INFO_H
#define CT_VENUE_BINANCE_INFO_H

#include "venue/venue.h"

/* {"serverTime":…}, as struct dialect's time_read. */
enum err binance_time_read(const char *body, size_t len, int64_t *server_ms, struct error *e);
/* exchangeInfo of a market, as struct dialect's symbols_read. */
enum err binance_symbols_read(const char *body, size_t len, int market, struct symbol **rows, size_t *n, int64_t *weight_limit, struct error *e);

#endif
