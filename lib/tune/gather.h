#ifndef CT_TUNE_GATHER_H
#define CT_TUNE_GATHER_H

#include "engine/setup.h"
#include "model/record.h"
#include "tune/history.h"

/* What fills a history (ctx): the exchange's rules from the database; and from lines those and candles, other kinds are ignored. */
enum err gather_rules(void *ctx, const void *symbol, struct error *e);
enum err gather_line(void *ctx, char *line, size_t len, struct error *e);

/*
 * Pairs whose exchange's rules are not known, where the risk file asks for them: their entries are refused. Some: the words are
 * added to told. ERR_NOINPUT: all, so that nothing could be entered.
 */
enum err gather_check_rules(const struct history *h, const struct setup *setup, struct buf *told, struct error *e);
/* Pairs that were asked for and have no candle: the words are added to told. */
void gather_check_pairs(const struct history *h, const char (*symbols)[SYMBOL_SIZE], size_t count, struct buf *told);
/* Only bars that open in [from, until) stay; TIME_NONE: open. After history_ready. */
void gather_cut(struct history *h, int64_t from, int64_t until);

#endif
