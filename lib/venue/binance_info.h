#ifndef CT_VENUE_BINANCE_INFO_H
#define CT_VENUE_BINANCE_INFO_H

#include "venue/venue.h"

/* Members of struct dialect that both markets have: {"serverTime":…}, exchangeInfo, klines. */
enum err binance_time_read(const char *body, size_t len, int64_t *server_ms, struct error *e);
enum err binance_symbols_read(const struct dialect *d, const char *body, size_t len, struct symbol **rows, size_t *n, int64_t *weight_limit,
	struct error *e);
void binance_candles_path(const struct dialect *d, const struct candle_query *q, char *path);
enum err binance_candles_read(const struct dialect *d, const char *body, size_t len, const struct candle_query *q, struct candle *rows, size_t *n,
	struct error *e);

#endif
