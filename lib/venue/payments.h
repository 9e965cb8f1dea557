#ifndef CT_VENUE_PAYMENTS_H
#define CT_VENUE_PAYMENTS_H

#include "venue/venue.h"

/*
 * One pair's funding payments fetched page by page; as pure as history.h. A pair is paid every 1, 2, 4 or 8 hours, which
 * the exchange changes at times and the answer does not say: it is the time since the payment before. So the first page
 * begins with one that is not wanted, and after a missing payment it is not known.
 */
#define PAYMENTS_LONGEST_H 8

struct payments {
	int64_t since, until; /* [since, until) is wanted */
	int64_t next;         /* where the next page begins; TIME_NONE: there is none */
	int64_t before;       /* time of the last payment seen; TIME_NONE: none */
	long taken;           /* payments given out */
};

void payments_init(struct payments *p, int64_t since, int64_t until);

/* Fills since and until of the next page's query; false: there is none. */
bool payments_ask(const struct payments *p, struct funding_query *q);
/* About how many are to come. */
int64_t payments_missing(const struct payments *p);

/* Its answer: completed, each that is wanted goes to row, whose error ends it. */
enum err payments_take(struct payments *p, struct funding *rows, size_t n, enum err (*row)(void *ctx, const struct funding *f, struct error *e),
	void *ctx, struct error *e);

#endif
