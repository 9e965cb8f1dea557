#ifndef CT_REPORT_ROUNDTRIP_H
#define CT_REPORT_ROUNDTRIP_H

#include "core/dec.h"
#include "model/trade.h"
#include "report/outcome.h"

/*
 * A round trip: what happened to one account's position of one strategy in one pair from flat to flat, however many
 * fills that took. Amounts in quote units.
 */
struct trip {
	char account[NAME_SIZE], run[RUN_SIZE], strategy[NAME_SIZE]; /* run: of the exit, once there is one */
	int market;
	char symbol[SYMBOL_SIZE];
	int side;                   /* SIDE_BUY: long */
	int64_t entry_ms, exit_ms;  /* first opening fill, last closing fill; exit TIME_NONE: still open */
	dec entry_qty, entry_quote; /* of the opening fills */
	dec exit_qty, exit_quote;   /* of the closing fills */
	dec held, cost;             /* what is left of the position, and its cost */
	dec fees;                   /* of all fills */
	dec pnl;                    /* net of all fees; of an open trip: what its closing fills have realized so far */
	int reason;                 /* enum reason of the last closing fill; -1: open */
};

/* Rounding of single fills never keeps a trip open: a millionth of what was there counts as nothing. */
bool trip_is_rest(dec left, dec whole);

struct trips {
	struct trip *rows;
	size_t count, cap;
	size_t *open; /* indices of the open ones, oldest first; of use to trips_add only */
	size_t open_count, open_cap;
};

/*
 * Folds in one fill; the fills of a (account, strategy, pair) come in order of time. A fill on the other side of an open
 * trip of its run, or one that realized something, closes: a position opened under another run too (a changed
 * configuration is a new run). A fill that realizes the position's whole cost closes the trip though coins may
 * be left over as dust; without a realized_pnl, the quantity decides. A closing fill without a trip (its entry is not
 * among the records) makes a trip that begins and ends there.
 * ERR_DATA: an amount is out of range. ERR_INTERNAL: memory.
 */
enum err trips_add(struct trips *t, const struct trade *fill, struct error *e);
void trips_release(struct trips *t);

dec trip_entry_price(const struct trip *t); /* mean; DEC_NONE: no entry known */
dec trip_exit_price(const struct trip *t);  /* mean; DEC_NONE: no exit yet */
double trip_return(const struct trip *t);   /* pnl / entry_quote; NaN: no entry known */

/* What n closed trips came to, in the order of their exits; closed: which ones of t. ERR_INTERNAL: memory. */
enum err trips_outcomes(const struct trips *t, const size_t *closed, size_t n, struct outcome *rows, struct error *e);

/* How long at least one of the trips was open between start and end; an open trip lasts to the end. */
int64_t trips_held_ms(const struct trip *rows, size_t n, int64_t start_ms, int64_t end_ms);

#endif
