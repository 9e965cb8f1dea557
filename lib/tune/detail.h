#ifndef CT_TUNE_DETAIL_H
#define CT_TUNE_DETAIL_H

#include "core/digest.h"
#include "model/account.h"
#include "model/candle.h"
#include "tune/history.h"

/*
 * Shorter bars from the database, for the inside of those bars in which something may be filled; read one bar at a time,
 * so that years of minutes take no memory.
 */
struct detail;

/*
 * db: --db, or NULL; whole: of the bars that they make. ERR_USAGE: they do not; ERR_CONFIG: there is no database. The caller
 * frees with detail_free.
 */
enum err detail_new(const char *db, enum interval interval, enum interval whole, struct detail **out, struct error *e);
void detail_free(struct detail *d);

/* Forgets the bars of the close before: what detail_of gave is not valid any more. */
void detail_clear(struct detail *d);
/*
 * The shorter bars of one bar of a series. They count only where together they reach its high and its low, and nothing
 * beyond: else some are missing, and *n is 0. *from is their place for detail_bars, once all of a close are asked for.
 */
enum err detail_of(struct detail *d, const struct history_series *s, const struct bar *whole, size_t *from, size_t *n, struct error *e);
const struct bar *detail_bars(const struct detail *d, size_t from);

/*
 * At the end of a run: those that were used become part of its digest, and an event "backtest.detail" says how many bars
 * were decided so, and how many by themselves. Counts anew from here.
 */
void detail_end(struct detail *d, struct digest *digest, struct run *run, struct event *event);

#endif
