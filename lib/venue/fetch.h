#ifndef CT_VENUE_FETCH_H
#define CT_VENUE_FETCH_H

#include "venue/history.h"
#include "venue/payments.h"

#define FETCH_MAX 5000    /* series */
#define FETCH_FUNDING (-1) /* in place of an interval: the pair's funding payments */

/*
 * Many series of several markets at once, candles and funding payments, each with its number of adding as history.id:
 * each is fetched to its end or to its failure, whatever becomes of the others.
 */
struct fetch {
	struct fetch_job *jobs;
	size_t count;
	size_t failed;       /* series; each was told to the sink as FINDING_FAILED */
	struct error first;  /* why the first of them failed */
	struct fetch_market { /* by enum market */
		struct venue *venue;      /* the caller's; NULL: series of this market fail */
		struct venue_clock clock; /* the exchange's, at the start */
		int64_t now_ms;           /* the clock that was used */
		enum err rc;              /* of asking for the clock: all series of the market failed of it */
		struct error error;
	} markets[MARKET_COUNT];
	struct venue *all;   /* fetch.c's own, from here on: one of the venues, which moves all on */
	const struct fetch_hooks *hooks;
	enum err rc;         /* the sink's trouble, which ends all */
	struct error error;
};

struct fetch_hooks {
	struct history_sink sink; /* a page's candles are given as it arrives: pages of different series come mixed */
	enum err (*funding)(void *ctx, const struct history *h, const struct funding *f, struct error *e); /* of h: id, market, symbol */
	/* After the rows of one answer: path is the request's, without its query; t_ms: when it came. */
	enum err (*page)(void *ctx, const struct history *h, const char *path, int64_t t_ms, struct error *e);
	/* Before every wait, of at most a fifth of a second: rows fetched, of about how many. An error ends the run. */
	enum err (*tick)(void *ctx, double done, double total, struct error *e);
};

struct fetch_range {
	int64_t now_ms;  /* the clock; TIME_NONE: the exchange's */
	int64_t last_n;  /* only the newest; 0: all */
	int64_t wait_ms; /* how long to wait for a newest candle that should be closed and is not served yet */
};

/*
 * The bars (or payments) of [since, until); either may be TIME_NONE: from the beginning, up to now. Two
 * stretches of one series that meet are fetched as one. ERR_DATA: more than FETCH_MAX.
 */
enum err fetch_add(struct fetch *f, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e);
void fetch_release(struct fetch *f);

/* Why a series failed: OK, it did not. */
enum err fetch_failure(const struct fetch *f, size_t id);

bool fetch_has(const struct fetch *f, int market); /* whether a series is of it */

/*
 * Asks for the clock of every market whose venue is set (one at least), then for all series. The venues share their connections.
 * Errors: when no clock can be had; the sink's and tick's; never a series' own.
 */
enum err fetch_run(struct fetch *f, const struct fetch_range *range, const struct fetch_hooks *hooks, struct error *e);

struct fetch_totals {
	long series, rows;
	long requests, repeated; /* of these */
	/*
	 * As few as the exchange allows for these rows: the clock of each market, and the rows of each series in the largest
	 * pages there are, or one answer that says that there is nothing new.
	 */
	long least;
	int64_t budget_wait_ms;
};
struct fetch_totals fetch_totals(const struct fetch *f);

#endif
