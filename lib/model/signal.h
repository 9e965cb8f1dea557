#ifndef CT_MODEL_SIGNAL_H
#define CT_MODEL_SIGNAL_H

#include "core/dec.h"
#include "core/field.h"
#include "model/decision.h"
#include "model/interval.h"
#include "model/market.h"

enum action { ACTION_HOLD, ACTION_BUY, ACTION_SELL };

/*
 * What a strategy says at the close of one bar. `action` is an event: BUY each time its condition newly holds.
 * `exposure` is the state it wants (spot 0..1). The exit plan is given as distances from the fill price.
 */
struct signal {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	char strategy[NAME_SIZE];
	int64_t open_time; /* of the bar it comes from */
	int64_t t_ms;      /* when it became knowable: the next bar's open time */
	int action;        /* enum action */
	double exposure;
	dec price;         /* the close it saw */
	int entry;         /* enum order_type of a BUY */
	dec entry_price;   /* its limit or stop price; DEC_NONE for a market order */
	int64_t entry_bars;/* how many bars it may rest; INT_NONE for a market order */
	dec stop_offset, target_offset, trail_offset; /* quote units, > 0; DEC_NONE: none */
	int64_t max_hold_bars; /* INT_NONE: no limit */
	double strength;       /* 0..1 */
	double lower, middle, upper;    /* the band; NaN while warming up */
	double buy_mark, sell_mark;     /* prices at which it would buy or sell; NaN: none now */
	double distance_pct;   /* from price to the mark it waits for, in percent of price */
	char waits_for[WHY_SIZE];
	char why[WHY_SIZE];
};

#define SIGNAL_FIELDS 25
extern const struct field signal_fields[SIGNAL_FIELDS];

#endif
