#ifndef CT_STORE_RECEIPTS_H
#define CT_STORE_RECEIPTS_H

#include "core/utc.h"
#include "store/store.h"

/*
 * Stores a receipt, inside the transaction that stores its rows. That of a file replaces what was stored of the same file;
 * one without a file goes on where another of the same source ends, or lies over it: the two become one. *r is what is
 * stored in the end. What RECEIPT_OWN said of the same rows goes. One of no rows stays for itself until there are any.
 */
enum err receipt_put(struct store *s, struct receipt *r, enum put_result *what, struct error *e);

/*
 * From `from` on, up to when (sought up to `until`): the rows that the exchange was asked for, since asked_since and a day after
 * they were due at the earliest, and answered not to have.
 */
struct lack {
	int64_t until; /* the open or funding time after the last of them, which may be beyond `until`; `from`: there are none */
	int64_t asked; /* the oldest of the answers; TIME_NONE: there is none */
};
#define LACK_RIPE MS_DAY /* rows that came late may have come by then */
#define LACK_AGAIN (90 * MS_DAY) /* then it is worth another question: what was lost may have been found */
enum err receipt_lack(struct store *s, const struct store_series *series, int64_t from, int64_t until, int64_t asked_since, struct lack *lack,
	struct error *e);

/* How many rows of its series are stored from its first to its last. */
enum err receipt_count_rows(struct store *s, const struct receipt *r, int64_t *rows, struct error *e);

/* The source of rows for which no receipt came. */
#define RECEIPT_OWN "stdin"

#endif
