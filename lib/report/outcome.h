#ifndef CT_REPORT_OUTCOME_H
#define CT_REPORT_OUTCOME_H

#include <stddef.h>

/* One closed round trip, as the metrics see it. */
struct outcome {
	double pnl; /* quote units, net of all fees */
	double ret; /* pnl / entry notional */
};

/* What the closed round trips add up to, in quote units. */
struct tally {
	double wins, losses, even;   /* how many */
	double profit, loss;         /* sums, both >= 0 */
	double sum, ret;             /* of net profit, of returns */
	double best, worst;
	double run_wins, run_losses; /* longest runs, in the order given; break-even ends a run */
};

struct tally tally_of(const struct outcome *rows, size_t n);

#endif
