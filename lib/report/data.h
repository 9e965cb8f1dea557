#ifndef CT_REPORT_DATA_H
#define CT_REPORT_DATA_H

#include "model/config.h"
#include "model/record.h"
#include "report/roundtrip.h"

/* Which records count. */
struct report_filter {
	const char *const *accounts;
	size_t account_count;           /* 0: every account */
	const char *run;                /* NULL: the newest of each account; "all": every one; else an id */
	const char *strategy;           /* NULL: any */
	const char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;            /* 0: any */
	int64_t since, until;           /* ms UTC; TIME_NONE: open */
	int64_t last;                   /* 0: all; else what it counts is the view's business */
	const char *x, *y, *metric;     /* of a heat map; NULL: the first parameters searched, calmar */
};

struct report_run {
	char account[NAME_SIZE], run[RUN_SIZE];
	int64_t last_ms; /* of its newest record */
	bool kept;       /* by the filter */
};

/* The price that a fill of an order, or of a decision's order at the market, was expected at. */
struct expected {
	char id[ID_SIZE];
	dec price; /* DEC_NONE: the decision's */
};

/*
 * The records a report is made from. report_add takes them in any order (fills of one moment in their own), twice too;
 * report_close puts them in order, leaves out what the filter does not want, and folds the fills into round trips.
 * After that everything is there to be read; report_release frees it.
 */
struct report {
	const struct report_filter *filter;
	struct trade *trades;       /* of the kept runs, by time */
	struct equity *points;      /* of the kept runs, by time; all times */
	struct transfer *transfers; /* by time */
	struct signal *signals;     /* newest of each strategy and pair */
	struct position *positions; /* newest of each account, strategy and pair; flat ones too */
	struct order *orders;       /* open now */
	struct expected *expecteds; /* by id */
	struct event *events;       /* of breakers, and of their release; by time */
	struct result *results;     /* of searches, over their whole period */
	struct report_run *runs;    /* by account (in the order the filter names them, else of their names), then time */
	size_t trade_count, trade_cap, point_count, point_cap, transfer_count, transfer_cap, signal_count, signal_cap, position_count,
		position_cap, order_count, order_cap, run_count, run_cap, expected_count, expected_cap, event_count, event_cap,
		result_count, result_cap;
	struct trips trips;         /* of the kept runs, by entry */
	size_t records;             /* that were of use */
};

void report_init(struct report *r, const struct report_filter *f);
void report_release(struct report *r);

/* A record of any kind; those no report needs are ignored. ERR_INTERNAL: memory. */
enum err report_add(struct report *r, const struct kind *k, const void *object, struct error *e);
/* ERR_DATA: a fill's amount is out of range, or the filter names a run that is not there. */
enum err report_close(struct report *r, struct error *e);

/* The kept accounts, once each, in the order of runs. i from 0; NULL past the end. */
const char *report_account(const struct report *r, size_t i);
/* Whether there is a run of it, kept or not. */
bool report_has_account(const struct report *r, const char *account);
/* The account's quote currency, as its fills tell; "quote" where they do not. */
const char *report_quote(const struct report *r, const char *account);
/* How much more than expected (sold: less) a fill cost, in quote units; NaN where nothing is known of its decision. */
double report_slippage(const struct report *r, const struct trade *t);
/*
 * The breaker that stopped the account between two times, if it bought nothing after it until then or until a person
 * resumed; NULL: none. A stored event does not tell its run, so what went on buying was not stopped by it.
 */
const struct event *report_breaker(const struct report *r, const char *account, int64_t since, int64_t until);
/* Runs of this account that the filter left out. */
size_t report_left_out(const struct report *r, const char *account);
/* The one run of this account that was kept; "" when several were. */
const char *report_only_run(const struct report *r, const char *account);

/*
 * Of the report's signals, keeps those of the filter's accounts: signals belong to strategies and pairs, the accounts.json of that
 * folder (NULL: the usual one) says whose.
 */
enum err report_keep_signals(struct report *r, const char *config_dir, struct error *e);

/* The place of one more row at the end of an array of rows of this size (rows: its address); NULL: out of memory. */
void *report_append(void *rows, size_t *count, size_t *cap, size_t size, struct error *e);
/* A record of this run was seen. */
enum err report_note_run(struct report *r, const char *account, const char *run, int64_t t_ms, struct error *e);
struct report_run *report_find_run(const struct report *r, const char *account, const char *run); /* NULL: none */
/* Its place among the accounts of the filter; account_count: not among them. */
size_t report_account_rank(const struct report_filter *f, const char *account);
bool report_wants_account(const struct report_filter *f, const char *account);
bool report_wants_symbol(const struct report_filter *f, const char *symbol);
bool report_wants_strategy(const struct report_filter *f, const char *strategy);
bool report_wants_time(const struct report_filter *f, int64_t t_ms);

#endif
