#ifndef CT_MODEL_RECEIPT_H
#define CT_MODEL_RECEIPT_H

#include "core/digest.h"
#include "core/error.h"
#include "core/field.h"
#include "model/market.h"

enum receipt_series { RECEIPT_CANDLES, RECEIPT_FUNDING };
extern const char *const *const receipt_series_names;

enum time_unit { TIME_UNIT_MS, TIME_UNIT_US };

#define SOURCE_SIZE 256

/*
 * Where a stretch of one series came from. On a stream it follows its rows and closes them: all of its series that came
 * since that series' last receipt. ct-store put stores rows and receipt together or neither. A receipt of no rows closes
 * nothing. With times it says what a request asked for and was answered not to be there; without, at the head of a stream,
 * that rows wait for their receipts from here on, and is not stored.
 */
struct receipt {
	int market;
	char symbol[SYMBOL_SIZE];
	int interval;           /* enum interval; -1: funding has none */
	int series;             /* enum receipt_series */
	char source[SOURCE_SIZE]; /* of a file: its path at the host, or its name; of a request: its path without the query */
	char sha256[DIGEST_HEX]; /* of the file as it was fetched, lower-case hex; "": a request */
	int64_t rows;           /* that it closes */
	int64_t first, last;    /* open or funding times; of no rows what was asked for; TIME_NONE: nothing was */
	int64_t gaps;           /* bars missing from first to last; INT_NONE: of funding, which keeps no grid */
	int time_unit;          /* of the times at the source */
	int64_t t_ms;           /* when it was fetched */
};

#define RECEIPT_FIELDS 12
extern const struct field receipt_fields[RECEIPT_FIELDS];

/* Whether it says that there are no rows where it asked for some. */
bool receipt_is_lack(const struct receipt *r);

/* ERR_DATA names the field that does not fit the others. */
enum err receipt_check(const struct receipt *r, struct error *e);

#endif
