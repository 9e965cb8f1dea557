#ifndef CT_FILL_FILL_H
#define CT_FILL_FILL_H

#include <stdbool.h>

#include "model/candle.h"
#include "model/decision.h"

/*
 * What happens to an order and to a position inside one bar of which only open, high, low and close are known: the
 * worst outcome over all continuous price paths that fit. Prices come back raw: slippage, ticks and fees are the
 * caller's. In a bar without volume nothing happens.
 * Source: the house's fill rules 1–7; proved there against an exhaustive search of paths.
 */
enum fill_where {
	FILL_NONE,    /* not filled; for a position: held since before the bar */
	FILL_AT_OPEN,
	FILL_AT_LIMIT, /* inside the bar, by a limit order */
	FILL_AT_STOP,  /* inside the bar, by a stop order */
};

struct fill {
	enum fill_where where;
	dec price;
	bool maker; /* the order rested before it was filled */
};

/* Whether the bar's open would fill a new limit order at once: one that may only make is refused then. */
bool fill_takes(enum side side, dec price, const struct bar *b);

/*
 * An entry order. price: the limit or stop price (ignored for a market order). resting: it was already working before
 * this bar. A limit needs trade-through: a touch does not fill it. A limit-maker that is new must have been asked about
 * (fill_takes).
 */
struct fill fill_entry(enum side side, enum order_type type, dec price, bool resting, const struct bar *b);

enum fill_exit_kind { FILL_EXIT_NONE, FILL_EXIT_STOP, FILL_EXIT_TARGET };

struct fill_exit {
	enum fill_exit_kind kind;
	dec price;
	bool at_open;
};

/* An open position's stop and target (DEC_NONE: none). entry: how it was entered in this very bar, or FILL_NONE. */
struct fill_exit fill_exit(enum side entry_side, dec stop, dec target, enum fill_where entry, const struct bar *b);

#endif
