#ifndef CT_ENGINE_ABSENT_H
#define CT_ENGINE_ABSENT_H

#include "engine/engine.h"

/*
 * Pairs of which no candle comes any more while others go on: delisted, halted, or not fetched. After
 * max_missing_bars of the account's bars without one
 *   - an event "pair.absent" says so, once;
 *   - entries that wait for the pair are let go: what was reserved for them is free again;
 *   - a position is closed at the last known close (reason delisted) where the stored rules say that the exchange trades
 *     the pair no more, or when they begin to say so; else it stays, marked at that close, until candles come again.
 * A live position stays in any case: what became of it is the exchange's to say, and the event is an alarm that says what a
 * person can do. Entries are refused by the gates (status, data).
 */

/* Whether a position of the pair would be closed after so long without a candle. */
bool engine_may_go(const struct engine *g, size_t pair);

/* At the close t_ms, the one before being before_ms (TIME_NONE: none). Inside the caller's transaction. */
enum err engine_absent(struct engine *g, int64_t before_ms, int64_t t_ms, struct error *e);

/* When the pair counts as absent, if its last bar was over at settled_ms. INT64_MAX: never, or nothing of it is held or waited for. */
int64_t engine_absent_ms(const struct engine *g, size_t pair, int64_t settled_ms);

/*
 * At the close t_ms it was found that no other becomes absent before first_ms: looked for again from then on, or when other rules
 * hold (g->absent_from_ms).
 */
void engine_absent_from(struct engine *g, int64_t t_ms, int64_t first_ms);

#endif
