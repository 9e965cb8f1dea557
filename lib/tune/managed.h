#ifndef CT_TUNE_MANAGED_H
#define CT_TUNE_MANAGED_H

#include "engine/setup.h"
#include "store/store.h"
#include "tune/history.h"

/*
 * A backtest manages an account of accounts.json on shorter bars than its strategies read, as the account does, where
 * those are there for all of its pairs. Where they are not, it works on the strategies' bars alone: the setup is as with
 * manage_interval null, and the words to tell it, with what is missing, are added to why.
 */

/* By what is stored of the account's pairs, from its anchor to until_ms (TIME_NONE: all). */
enum err managed_by_store(struct setup *s, struct store *store, int64_t until_ms, struct buf *why, struct error *e);
/* By the candles that were given instead: their interval says it. */
enum err managed_by_history(struct setup *s, const struct history *h, struct buf *why, struct error *e);

#endif
