#ifndef CT_TUNE_CATCHUP_H
#define CT_TUNE_CATCHUP_H

#include "tune/backtest.h"
#include "tune/track.h"

/*
 * What a machine that was off makes up for at the first close at which it is on again, as ct-trade does: what each
 * strategy said at its newest close is heard then, if no step was made since. The gates leave its exits. Only a strategy
 * on bars longer than the account's can have been missed so: others speak at that close themselves. So it is with a pair
 * whose candles came late, and those are booked then, at their own times.
 */
struct catchup {
	const struct backtest_options *options;
	const struct engine *engine;
	const struct told *told;
	struct track *tracks;
	size_t count;
	int64_t since_ms;  /* the account's first step */
	int64_t before_ms; /* where the walk stopped last */
};

/* Whether nobody decided on the close t_ms. */
bool catchup_off(const struct backtest_options *o, int64_t t_ms);

/* The bars of a pair that are over and have not come. */
struct catchup_hold {
	int64_t until_ms; /* then they come; 0: there are none */
	int64_t next_ms;  /* the pair's first close from then on; INT64_MAX: none */
};

/*
 * After track_event, which found *event_ms: whether the track's next bar is held when it closes; else *event_ms stays before
 * the first that is. What closed by since_ms is there when the account begins.
 */
void catchup_hold(const struct backtest_options *o, const struct track *t, int64_t since_ms, struct catchup_hold *h, int64_t *event_ms,
	bool *settles);
/* Whether bars of one of n tracks come at t_ms. */
bool catchup_comes(const struct catchup_hold *holds, size_t n, int64_t t_ms);

/* Before what comes at t_ms is booked: tells the last point of a day that ends by then, as it was known, to a ledger that wants such. */
enum err catchup_end_day(struct engine *g, const struct track *tracks, size_t n, int64_t t_ms, struct error *e);

/* The next close of a track at which the machine is on again, if it is before t_ms; else t_ms. */
int64_t catchup_wakes(const struct catchup *c, int64_t t_ms);

/* The signals that are made up for at t_ms and ask for something, in the order of their closes: at most one a strategy of a track. */
size_t catchup_signals(const struct catchup *c, int64_t t_ms, struct signal *out);

#endif
