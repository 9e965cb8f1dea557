#ifndef CT_TUNE_GATHER_H
#define CT_TUNE_GATHER_H

#include "model/record.h"
#include "tune/history.h"

/* What fills a history (ctx) from the database or from lines: candles and the exchange's rules; other kinds are ignored. */
enum err gather_candle(void *ctx, const void *candle, struct error *e);
enum err gather_rules(void *ctx, const void *symbol, struct error *e);
enum err gather_line(void *ctx, char *line, size_t len, struct error *e);

/* A pair of which the exchange's rules are not known; NULL: none. */
const char *gather_unruled(const struct history *h);
/* Only bars that open in [from, until) stay; TIME_NONE: open. After history_ready. */
void gather_cut(struct history *h, int64_t from, int64_t until);

#endif
