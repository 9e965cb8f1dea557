#ifndef CT_TUNE_BACKTEST_H
#define CT_TUNE_BACKTEST_H

#include "engine/engine.h"
#include "engine/setup.h"
#include "strategy/strategy.h"
#include "tune/aide.h"
#include "tune/detail.h"
#include "tune/history.h"
#include "tune/period.h"
#include "tune/shelf.h"
#include "tune/told.h"

#define BACKTEST_LONG 65536 /* bars from which on a second thread is worth its while */

/*
 * History through the engine in one process: for each close, settle the bars, step the strategies, decide, execute;
 * the very functions that the programs of a paper step call one after another.
 */
struct backtest_options {
	int64_t since_ms; /* the account's first step; strategies warm up on what came before. TIME_NONE: the first bar */
	int64_t until_ms; /* bars that open from then on are not used; TIME_NONE: all */
	enum err (*progress)(size_t done, size_t total, struct error *e); /* its error ends the run; may be NULL */
	const struct outage *outages; /* closes that nobody decided on, though the book is brought in step; and candles that came late */
	size_t outage_count;
	struct detail *detail; /* what is filled inside a bar is looked up there; NULL: by the bar alone */
	const struct told *signals; /* instead of the account's strategies; NULL: those speak */
	struct shelf *shelf; /* of this history, which other runs may read at the same time; NULL: none */
	struct aide *aide; /* works ahead; NULL: there is none */
};

struct backtest_result {
	int64_t first_ms, last_ms; /* open times of the first and last bar used; TIME_NONE: none */
	size_t bars;
	int64_t closes, closes_held; /* booked by the account; and of them those with a position open */
	double engine_s;           /* spent in the loop, without reading and setting up */
};

/*
 * strategies: one for each of setup->account->strategies, in that order; NULL where the options have signals. The ledger must be fresh; what happened goes
 * to its sink. The book is left as it stands after the last bar.
 */
enum err backtest_run(const struct history *h, struct setup *setup, struct strategy *const *strategies, const struct backtest_options *o,
	struct memory_ledger *ledger, struct backtest_result *result, struct error *e);

/* When the account begins, with its capital; TIME_NONE: there is no bar. */
int64_t backtest_since(const struct history *h, const struct account *a, const struct backtest_options *o);

#endif
