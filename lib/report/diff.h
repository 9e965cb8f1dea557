#ifndef CT_REPORT_DIFF_H
#define CT_REPORT_DIFF_H

#include "report/party.h"

enum cause { CAUSE_DATA, CAUSE_SIGNAL, CAUSE_GATE, CAUSE_PRICE, CAUSE_FEE, CAUSE_TIMING, CAUSE_QUANTITY, CAUSE_MISSING };

#define VALUE_SIZE 96

/* One difference between two sides. */
struct difference {
	int64_t t_ms;
	char account[NAME_SIZE], strategy[NAME_SIZE], symbol[SYMBOL_SIZE];
	char record[16]; /* the kind of record, and what of it: "decision", "entry order", "BUY trade" */
	char field[24];  /* "": the whole record is on one side only */
	char a[VALUE_SIZE], b[VALUE_SIZE];
	int cause;
	int follows;     /* bool: from an earlier difference, so that its cause is not one of its own */
	char why[WHY_SIZE];
};

#define DIFFERENCE_FIELDS 11
extern const struct field difference_fields[DIFFERENCE_FIELDS];

/* A setting in which the two runs differ: "account.taker_fee_bps". */
struct setting {
	char path[96];
	char a[VALUE_SIZE], b[VALUE_SIZE];
	unsigned causes; /* 1u << cause of each thing that it makes differ; 0: nothing by itself */
	int rank;  /* of those with one cause, the lowest explains best */
	bool told; /* a cause names it already */
};

struct diff {
	struct difference *rows; /* by time */
	struct setting *settings;
	size_t count, cap, setting_count, setting_cap;
	size_t causes;             /* rows that follow from no other */
	size_t compared[KIND_COUNT]; /* records that are on both sides, alike or not */
	bool data_differ;          /* the digests of the candles are known and are not the same */
};

/*
 * Compares decisions, orders, trades, transfers and equity of two closed parties (their items are made here). A difference that
 * can be due to an earlier one (of the same decision, of the position, of the account's money) follows from it. A
 * setting that explains differences is a cause once, and so are other candles for each pair; everything after follows.
 * ERR_INTERNAL: memory.
 */
enum err diff_make(struct party *a, struct party *b, struct diff *d, struct error *e);
void diff_release(struct diff *d);

/* The settings in which two params_json differ. */
enum err diff_settings(const struct run *a, const struct run *b, struct diff *d, struct error *e);
/* The setting that best explains a difference of this cause; NULL: none. */
struct setting *diff_setting(struct diff *d, enum cause cause);

#endif
