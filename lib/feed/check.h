#ifndef CT_FEED_CHECK_H
#define CT_FEED_CHECK_H

#include "model/candle.h"

/*
 * Watches one series go by and reports what is wrong with it, mending nothing. A bar of another series (market, symbol,
 * interval) starts anew.
 */
enum check_fault {
	CHECK_GAP,        /* bars are missing before this one */
	CHECK_DUPLICATE,  /* the same open time again, with the same content */
	CHECK_CONFLICT,   /* the same open time again, with other content */
	CHECK_ORDER,      /* older than the bar before it */
	CHECK_OFF_GRID,   /* open time is not one of this interval's */
	CHECK_IMPOSSIBLE, /* no market can print it: high < low, negative volume … (candle_check) */
	CHECK_FAULTS
};

struct check_finding {
	enum check_fault fault;
	const struct candle *candle; /* where it was noticed */
	int64_t from, until;         /* CHECK_GAP: open times of the first missing bar, and of the bar after the gap */
	int64_t missing;             /* CHECK_GAP: how many; else 0 */
	char message[256];           /* for people, without the series' name */
};

typedef void check_report(void *ctx, const struct check_finding *finding);

struct check {
	check_report *report; /* may be NULL: only count */
	void *ctx;
	struct candle last; /* the newest sound bar */
	bool started;
	int64_t seen, sound, counts[CHECK_FAULTS];
};

void check_init(struct check *check, check_report *report, void *ctx);

/*
 * The next bar. True when it is sound and newer than all before it (a gap before it does not make it unsound).
 * Unsound bars are reported and otherwise ignored.
 */
bool check_candle(struct check *check, const struct candle *c);

#endif
