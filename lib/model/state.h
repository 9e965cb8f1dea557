#ifndef CT_MODEL_STATE_H
#define CT_MODEL_STATE_H

#include "core/dec.h"
#include "core/field.h"
#include "model/market.h"

/* What of an account outlives steps and upgrades, besides positions and orders. Rows of the database, not records. */
struct account_state {
	char account[NAME_SIZE];
	dec cash;             /* quote units, reserved cash included */
	dec realized_pnl, fees; /* cumulative, quote units */
	dec deposited;        /* capital and all transfers so far */
	dec peak;             /* of equity */
	int64_t day_ms;       /* 00:00 UTC of the day that day_equity opened */
	dec day_equity;
	dec equity;           /* at the last settled close */
	int64_t settled_ms;   /* every bar that closed by then is booked */
	char breaker[32];     /* latched: its gate's name; "" none */
	int64_t breaker_ms;
	int halted;           /* by a person */
	char halt_why[WHY_SIZE];
};

#define ACCOUNT_STATE_FIELDS 14
extern const struct field account_state_fields[ACCOUNT_STATE_FIELDS];

/* Leftovers smaller than the exchange lets one sell, by pair: worth something, never traded. */
struct dust {
	char account[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	dec qty;
};

#define DUST_FIELDS 4
extern const struct field dust_fields[DUST_FIELDS];

/* One purchase, as far as it is still held; of accounts whose sales take certain coins (lots: fifo, lifo). */
struct lot {
	char account[NAME_SIZE];
	char trade[ID_SIZE]; /* what bought it */
	char strategy[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	dec qty, cost;       /* as in a position */
	int64_t t_ms;        /* bought */
};

#define LOT_FIELDS 8
extern const struct field lot_fields[LOT_FIELDS];

/* Up to where a pair's bars are booked. */
struct cursor_state {
	char account[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	int64_t settled_ms; /* end of the last booked bar */
	dec mark;           /* its close */
};

#define CURSOR_STATE_FIELDS 5
extern const struct field cursor_state_fields[CURSOR_STATE_FIELDS];

/* For which close an account has heard last what a strategy says of a pair: written with what was decided on it. */
struct heard {
	char account[NAME_SIZE];
	char strategy[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	int64_t t_ms; /* of the signal */
};

#define HEARD_FIELDS 5
extern const struct field heard_fields[HEARD_FIELDS];

#endif
