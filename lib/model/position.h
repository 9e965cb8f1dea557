#ifndef CT_MODEL_POSITION_H
#define CT_MODEL_POSITION_H

#include "core/dec.h"
#include "core/field.h"
#include "model/market.h"

/* What an account holds of one pair for one strategy, with its exit plan. qty 0: flat. */
struct position {
	char account[NAME_SIZE], run[RUN_SIZE], strategy[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	char decision[ID_SIZE]; /* the entry's */
	dec qty;                /* base units held, fees taken in base already off */
	dec cost;               /* quote units paid for qty, fees included */
	dec avg_price;          /* cost / qty */
	dec mark;               /* last close */
	dec unrealized_pnl;     /* qty × mark − cost */
	dec stop_price, target_price, trail_offset; /* DEC_NONE: none */
	dec high_since;         /* highest high since the entry */
	int64_t max_hold_bars, bars_held;
	int64_t opened_ms, updated_ms;
};

#define POSITION_FIELDS 19
extern const struct field position_fields[POSITION_FIELDS];

#endif
