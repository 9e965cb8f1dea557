#ifndef CT_VENUE_VENUE_H
#define CT_VENUE_VENUE_H

#include "model/candle.h"
#include "model/symbol.h"
#include "venue/call.h"

/*
 * An exchange's public data. One venue is one market at one address; what differs from market to market (paths,
 * weights, answers) is its struct dialect, the rest is shared.
 */
struct venue;

struct venue_config {
	int market;           /* enum market */
	const char *base_url; /* NULL: the market's keyless public address */
	size_t parallel;
	int retries;
	int64_t patience_ms, timeout_ms;
	bool (*stopping)(void); /* asked while something blocks: true ends it with ERR_TEMPFAIL; may be NULL */
};

/*
 * with: another venue whose connections this one shares: venue_busy and venue_run of either are then for both, and they
 * are closed together; NULL: its own. ERR_USAGE: the address, or a market that has no dialect.
 */
enum err venue_open(const struct venue_config *config, struct venue *with, struct venue **v, struct error *e);
void venue_close(struct venue *v);
const struct caller_counts *venue_counts(const struct venue *v);

struct venue_clock {
	int64_t server_ms; /* the exchange's clock when its answer came in, to within half of round_trip_ms */
	int64_t offset_ms; /* the exchange's clock less ours */
	int64_t round_trip_ms;
};

/* Blocks. Errors here and below: as struct call's done says. After a stop the venue is only good for closing. */
enum err venue_time(struct venue *v, struct venue_clock *clock, struct error *e);

/*
 * The rules of all pairs (count 0) or of those named (without quotes and backslashes), in the exchange's order; *rows is
 * the caller's to free. Named pairs that the exchange does not know are left out: the caller sees it by their absence.
 * Blocks.
 */
enum err venue_symbols(struct venue *v, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct error *e);

#define VENUE_PAGE_MAX 1500 /* candles an answer, of the market that gives most */
size_t venue_candles_most(const struct venue *v); /* of this one */

/* One page of one series. The bars that open from first to last, oldest first. */
struct candle_query {
	char symbol[SYMBOL_SIZE];
	int interval;
	int64_t first, last; /* open times, inclusive */
	size_t limit;        /* how many are wanted; venue_candles makes of it how many it asks for, as pages have sizes and prices */
	void *ctx;
	/* Called once; rows are the venue's, until it returns. Another page may be asked for from here, with the same query. */
	void (*done)(struct candle_query *q, enum err rc, const struct candle *rows, size_t n, struct error *e);

	/* venue.c's own: */
	struct venue *venue;
	struct call call;
};

/* Puts the question in line; the query stays the caller's, and in place, until done. */
void venue_candles(struct venue *v, struct candle_query *q);

#define VENUE_FUNDING_MAX 1000 /* payments an answer */
bool venue_has_funding(const struct venue *v);

/* One page of a pair's funding payments: those of [since, until), at most VENUE_FUNDING_MAX, oldest first; no interval_hours. */
struct funding_query {
	char symbol[SYMBOL_SIZE];
	int64_t since, until;
	void *ctx;
	/* As struct candle_query's. */
	void (*done)(struct funding_query *q, enum err rc, struct funding *rows, size_t n, struct error *e);

	/* venue.c's own: */
	struct venue *venue;
	struct call call;
};

/* As venue_candles. Only where venue_has_funding. */
void venue_funding(struct venue *v, struct funding_query *q);

bool venue_busy(const struct venue *v);
/* Works for about wait_ms at most. An error is the machine's, not a query's. */
enum err venue_run(struct venue *v, int wait_ms, struct error *e);

/* A page of candles: at most so many, for so much. */
struct venue_page {
	size_t rows; /* 0: the end of the list, which ascends */
	int64_t weight;
};

/* What a market's API looks like. Paths are written to CALL_PATH_SIZE bytes, percent-encoded; answers are status 200. */
struct dialect {
	int market;
	const char *base_url;
	int64_t weight_limit; /* a minute, where the exchange has not said it */
	int64_t time_weight, symbols_weight;
	const struct venue_page *pages;
	size_t symbols_most;  /* names in one question; more: all pairs are asked for */
	int unknown_symbol;   /* the error codes */
	int refused_limit;    /* of a page that is too large; 0: none is */
	const char *time_path;
	enum err (*time_read)(const char *body, size_t len, int64_t *server_ms, struct error *e);
	void (*symbols_path)(char (*names)[SYMBOL_SIZE], size_t count, char *path);
	/* *weight_limit stays as it is where the answer does not say. */
	enum err (*symbols_read)(const struct dialect *d, const char *body, size_t len, struct symbol **rows, size_t *n, int64_t *weight_limit,
		struct error *e);
	const char *candles_route;
	void (*candles_path)(const struct dialect *d, const struct candle_query *q, char *path);
	enum err (*candles_read)(const struct dialect *d, const char *body, size_t len, const struct candle_query *q, struct candle *rows, size_t *n,
		struct error *e);
	struct caller_apart funding_limit; /* of questions about funding, which weigh nothing */
	/* NULL: no funding. rows has room for VENUE_FUNDING_MAX. */
	void (*funding_path)(const char *symbol, int64_t since, int64_t until, char *path);
	enum err (*funding_read)(const char *body, size_t len, const char *symbol, int64_t since, int64_t until, struct funding *rows, size_t *n,
		struct error *e);
};

extern const struct dialect binance_spot, binance_um;

#endif
