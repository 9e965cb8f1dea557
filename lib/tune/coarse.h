#ifndef CT_TUNE_COARSE_H
#define CT_TUNE_COARSE_H

#include "strategy/strategy.h"
#include "tune/told.h"

/*
 * What a strategy says about a series on bars of a longer interval, made of the series' own (feed/resample.h), from its
 * first bar on: what ct-signal would have written. Bars that open from until_ms on are not used; TIME_NONE: all. A long
 * bar whose last short one is missing is seen by the strategy, but nothing is said at its close: nobody knew of it then.
 */
enum err coarse_tell(const struct history_series *s, const struct strategy *strategy, enum interval interval, int64_t until_ms, struct told *out,
	struct error *e);

#endif
