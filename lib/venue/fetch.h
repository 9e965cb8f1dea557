#ifndef CT_VENUE_FETCH_H
#define CT_VENUE_FETCH_H

#include "venue/history.h"

#define FETCH_MAX 5000 /* series */

/*
 * Many series at once from one venue, each with its number of adding as history.id:
 * each is fetched to its end or to its failure, whatever becomes of the others.
 */
struct fetch {
	struct fetch_job *jobs;
	size_t count;
	size_t failed;       /* series; each was told to the sink as FINDING_FAILED */
	struct error first;  /* why the first of them failed */
	int64_t now_ms;      /* the clock that was used */
	struct venue_clock clock; /* the exchange's, at the start */
	struct venue *venue; /* fetch.c's own, from here on */
	const struct fetch_hooks *hooks;
	enum err rc;         /* the sink's trouble, which ends all */
	struct error error;
};

struct fetch_hooks {
	struct history_sink sink; /* a page's candles are given as it arrives: pages of different series come mixed */
	/* Before every wait, of at most a fifth of a second: candles fetched, of how many. An error ends the run. */
	enum err (*tick)(void *ctx, double done, double total, struct error *e);
};

struct fetch_range {
	int64_t now_ms;  /* the clock; TIME_NONE: the exchange's */
	int64_t last_n;  /* only the newest; 0: all */
	int64_t wait_ms; /* how long to wait for a newest candle that should be closed and is not served yet */
};

/*
 * The bars of [since, until); either may be TIME_NONE: from the beginning, up to now. A series that is added twice is
 * fetched once, as far as either wants. ERR_DATA: more than FETCH_MAX.
 */
enum err fetch_add(struct fetch *f, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e);
void fetch_release(struct fetch *f);

/*
 * Asks for the exchange's clock, then for all series. Jobs of another market than v's fail, each for itself.
 * Errors: when the clock cannot be had; the sink's and tick's; never a series' own.
 */
enum err fetch_run(struct fetch *f, struct venue *v, int market, const struct fetch_range *range, const struct fetch_hooks *hooks, struct error *e);
long fetch_taken(const struct fetch *f); /* candles */

#endif
