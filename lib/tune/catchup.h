#ifndef CT_TUNE_CATCHUP_H
#define CT_TUNE_CATCHUP_H

#include "tune/backtest.h"
#include "tune/track.h"

/*
 * What a machine that was off makes up for at the first close at which it is on again, as ct-trade does: what each
 * strategy said at its newest close is heard then, if no step was made since. The gates leave its exits. Only a strategy
 * on bars longer than the account's can have been missed so: others speak at that close themselves.
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

/* The next close of a track at which the machine is on again, if it is before t_ms; else t_ms. */
int64_t catchup_wakes(const struct catchup *c, int64_t t_ms);

/* The signals that are made up for at t_ms and ask for something, in the order of their closes: at most one a strategy of a track. */
size_t catchup_signals(const struct catchup *c, int64_t t_ms, struct signal *out);

#endif
