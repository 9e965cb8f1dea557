#ifndef CT_TUNE_READER_H
#define CT_TUNE_READER_H

#include "store/store.h"
#include "tune/history.h"

/*
 * A database's candles into a history, as the query says; stop (may be NULL) is asked now and then, and its error ends the
 * reading. Many are read in stretches, every second one ahead by a thread with a connection of its own: a row takes longer
 * to come out of the database than to go into the history. path is the store's.
 */
enum err reader_read(struct store *s, const char *path, const struct store_query *q, struct history *h, enum err (*stop)(struct error *e),
	struct error *e);

#endif
