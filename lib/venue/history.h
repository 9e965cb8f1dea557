#ifndef CT_VENUE_HISTORY_H
#define CT_VENUE_HISTORY_H

#include "venue/venue.h"

/*
 * One series fetched page by page, and what is odd about it. Pure: it says what to ask for and judges what came; it
 * never mends. Good bars go to the sink as they are, once each, oldest first; an impossible bar does not.
 */
enum finding {
	FINDING_STARTS_LATE, /* the first bar is later than asked for: the pair may have been listed then */
	FINDING_GAP,         /* bars are missing between two others */
	FINDING_DUPLICATE,   /* a bar came twice; where the two differ, neither is taken */
	FINDING_BAD,         /* an impossible bar, which is not taken */
	FINDING_LATE,        /* bars that should be closed are not served yet */
	FINDING_FAILED,      /* the series could not be fetched, or not to its end */
	FINDING_COUNT
};

struct history {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t first, last; /* open times that are wanted, inclusive; first > last: nothing */
	int64_t closed;      /* open time of the newest bar that is closed by the exchange's clock */
	int64_t next;        /* open time of the first bar not seen yet */
	bool any;            /* whether a row came */
	bool dry;            /* whether the exchange gave all it has for now */
	long taken;          /* bars given to the sink */
};

struct history_sink {
	void *ctx;
	enum err (*candle)(void *ctx, const struct candle *c, struct error *e);
	/* t_ms: what the finding is about, an open time. message: without the pair's name. */
	enum err (*finding)(void *ctx, const struct history *h, enum finding f, int64_t t_ms, const char *message, struct error *e);
};

/* The bars of [since, until) that are closed before now: of them the newest last_n (0: all). */
void history_init(struct history *h, int market, const char *symbol, int interval, int64_t since, int64_t until, int64_t last_n, int64_t now);
/* The exchange's clock decides too: a bar is closed when both say so. Takes back `dry`. */
void history_set_clock(struct history *h, int64_t server_ms);

/* Fills symbol, interval, first, last and limit of the next page's query; false: there is none (for now). */
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
