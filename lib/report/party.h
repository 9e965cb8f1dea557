#ifndef CT_REPORT_PARTY_H
#define CT_REPORT_PARTY_H

#include "model/outage.h"
#include "report/data.h"

enum party_source { SOURCE_FILE, SOURCE_RUN, SOURCE_ACCOUNT };
/* What a word names: '-' and what has a '.' or begins with '/' is a file; 16 hex digits are a run, any other is an account. */
enum party_source party_source(const char *word);

#define PARTY_KINDS ((1u << KIND_SIGNAL) | (1u << KIND_DECISION) | (1u << KIND_ORDER) | (1u << KIND_TRADE) | (1u << KIND_TRANSFER) \
	| (1u << KIND_EQUITY) | (1u << KIND_RUN))

/*
 * One record that is compared, and where it belongs: the decision it carries out (signal_t_ms, class), which leg of it,
 * and which of several. Of equity and transfers: the time alone. Labels of accounts, runs and ids are no part of it.
 */
struct item {
	const char *account, *strategy, *symbol; /* account: without "backtest/"; "" where its side has only one */
	int market;
	int64_t signal_t_ms;
	int class, kind, leg; /* kind: enum kind_id */
	int64_t number;
	const void *object;
	const struct decision *decision; /* that it belongs to; NULL: unknown */
	int64_t t_ms;                    /* when it happened */
};

/* What a strategy said of a pair when a bar closed. */
struct said {
	char strategy[NAME_SIZE], symbol[SYMBOL_SIZE];
	int market, action;
	int64_t t_ms;
	dec price;
};

/* One of two things that are compared: a run, an account, or what a file holds. */
struct party {
	const char *name; /* as typed */
	enum party_source source;
	const char *accounts[1];
	struct report_filter filter;
	struct report report;
	struct run *run_rows;
	struct decision *decision_rows; /* of the kept runs, by id */
	struct order *order_rows;
	struct said *said_rows;         /* by strategy, pair, time */
	size_t run_row_count, run_row_cap, decision_row_count, decision_row_cap, order_row_count, order_row_cap, said_row_count, said_row_cap;
	const struct run *run;          /* what produced it; NULL: unknown, or several */
	struct item *items;             /* by what they are, see item_compare */
	size_t item_count, item_cap;
	int64_t first_ms, last_ms;      /* of its records */
	struct outage outages[OUTAGES_MAX]; /* that its run was made with */
	size_t outage_count;
};

/* filter: what both sides are narrowed to; the word narrows it to its run or account. */
void party_init(struct party *s, const char *word, const struct report_filter *filter);
void party_release(struct party *s);
/* A record of any kind; those that are not compared are ignored. ERR_INTERNAL: memory. */
enum err party_add(struct party *s, const struct kind *k, const void *object, struct error *e);
/* Chooses the run, as every report does. ERR_NOINPUT: there is nothing to compare. */
enum err party_close(struct party *s, struct error *e);
/*
 * After party_close of both: strategies that stand at the same place in both runs and have names that the other side does not
 * know are called as the other side's, so that two files of other names can be compared.
 */
void party_call_alike(struct party *s, const struct party *other);
/* After party_close: the items, by item_compare. by_decision false: trades belong to their own time, not to a decision's. */
enum err party_items(struct party *s, bool by_decision, struct error *e);

/* Order of what they are: account, strategy, pair, decision, kind, leg, number. */
int item_compare(const struct item *a, const struct item *b);
/* Puts what was said in order, once all is read, and finds the outages of the party's run. */
void party_order_said(struct party *s);
/* NULL: none. */
const struct said *party_said(const struct party *s, const struct item *i);
/*
 * Whether nobody asked the strategy at that item's close: its run left it out, or signals of the pair are there before and
 * after, and none of then.
 */
bool party_was_off(const struct party *s, const struct item *i);
/* The first exit after that one's, before the pair is bought anew: what made it up. NULL: none. */
const struct decision *party_exit_after(const struct party *s, const struct decision *d);
/* Whether the stored signals are this party's: those of an account are, a backtest keeps none. */
bool party_has_signals(const struct party *s);

#endif
