#ifndef CT_REPORT_JUDGE_H
#define CT_REPORT_JUDGE_H

#include "report/diff.h"

/* What diff.c and judge.c share: the two sides' records of the same thing, one of them NULL where a side has none. */
struct twin {
	const struct item *a, *b;
	size_t account, series, chain; /* numbers of the account, of the strategy and pair, of the decision */
};

/* What a strategy holds of a pair on each side, as far as the fills so far tell. */
struct holding {
	dec held[2], most[2], cost[2]; /* held: 0 where only dust is left */
	int64_t entry[2]; /* the signal it was bought on */
	bool data_told;   /* other candles were named as a cause here */
};

/* What is known when one twin after another is judged, in order of time. */
struct judge {
	struct diff *diff;
	const struct party *parties[2];
	bool *money;             /* by account: its money is not the same any more */
	struct holding *series;
	unsigned *chains;        /* by decision: 1u << cause of each difference so far */
	bool ends_told[2][2];    /* by side: that it begins later, that it ends earlier */
	const struct item *data; /* the last record in which another price was seen */
	bool equity_seen;
};

/* Adds the differences of one twin. ERR_INTERNAL: memory. */
enum err judge_twin(struct judge *j, const struct twin *t, struct error *e);

#endif
