#ifndef CT_STORE_RECEIPTS_H
#define CT_STORE_RECEIPTS_H

#include "store/store.h"

/*
 * Stores a receipt, inside the transaction that stores its rows. That of a file replaces what was stored of the same file;
 * one without a file goes on where another of the same source ends, or lies over it: the two become one. *r is what is
 * stored in the end. What RECEIPT_OWN said of the same rows goes.
 */
enum err receipt_put(struct store *s, struct receipt *r, enum put_result *what, struct error *e);

/* How many rows of its series are stored from its first to its last. */
enum err receipt_count_rows(struct store *s, const struct receipt *r, int64_t *rows, struct error *e);

/* The source of rows for which no receipt came. */
#define RECEIPT_OWN "stdin"

#endif
