#ifndef CT_VENUE_HISTORY_H
#define CT_VENUE_HISTORY_H

#include "venue/venue.h"

/*
 * One series fetched page by page. Pure: it says what to ask for, and passes on what came, as it came, oldest first;
 * whether the bars are sound and without gaps is feed/check.h's to say.
 *
 * Closed is not only a matter of the clock: just after its end a bar may still be served as it was a moment before. So
 * a bar counts when the exchange serves a later one too, or HISTORY_SETTLE_MS after its end.
 */
#define HISTORY_SETTLE_MS 5000

enum finding {
	FINDING_STARTS_LATE, /* the first bar is later than asked for: the pair may have been listed then */
	FINDING_LATE,        /* bars that should be closed are not served yet */
	FINDING_FAILED,      /* the series could not be fetched, or not to its end */
	FINDING_COUNT
};

struct history {
	size_t id; /* the owner's */
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t first, last; /* open times that are wanted, inclusive; first > last: nothing */
	int64_t closed;      /* open time of the newest bar that is closed by the exchange's clock */
	int64_t settled;     /* … and has been for HISTORY_SETTLE_MS */
	int64_t next;        /* open time of the first bar not seen yet */
	bool any;            /* whether a row came */
	bool dry;            /* whether the exchange gave all it has for now */
	long taken;          /* bars given to the sink */
};

struct history_sink {
	void *ctx;
	enum err (*candle)(void *ctx, const struct history *h, const struct candle *c, struct error *e);
	/* t_ms: the open time (FINDING_FAILED: the clock) that it is about. message: without the pair's name. */
	enum err (*finding)(void *ctx, const struct history *h, enum finding f, int64_t t_ms, const char *message, struct error *e);
	/*
	 * An answer without any row: the bars that were asked for and have been over for a while, by their open times. What lies
	 * between the rows of one may only be lost, and is not told so.
	 */
	enum err (*lack)(void *ctx, const struct history *h, int64_t first, int64_t last, struct error *e);
};

/* The bars of [since, until) that are closed before now: of them the newest last_n (0: all). */
void history_init(struct history *h, size_t id, int market, const char *symbol, int interval, int64_t since, int64_t until, int64_t last_n,
	int64_t now);
/* The exchange's clock decides too: a bar is closed when both say so. Takes back `dry`. */
void history_set_clock(struct history *h, int64_t server_ms);

/* Fills symbol, interval, first, last and limit (all that is missing) of the next page's query; false: there is none (for now). */
bool history_ask(const struct history *h, struct candle_query *q);
/* rows: the answer to a query of asked_limit rows. An error is the sink's. */
enum err history_take(struct history *h, const struct candle *rows, size_t n, size_t asked_limit, const struct history_sink *sink, struct error *e);

/* Bars that are wanted and not seen yet. */
int64_t history_missing(const struct history *h);
/* Whether all but the newest bar is there: then it is worth waiting for it. */
bool history_is_late(const struct history *h);
/* At the end: reports what is missing at the newer end. */
enum err history_finish(const struct history *h, const struct history_sink *sink, struct error *e);

#endif
