#ifndef CT_STORE_BATCH_H
#define CT_STORE_BATCH_H

#include "store/store.h"

/*
 * Many records into the database without starving other writers: they are gathered in memory and written in short
 * transactions, between which there is time for others. What was added is durable only after the next flush.
 */
struct batch {
	struct store *store;
	struct buf objects; /* gathered: a header and the object, by turns */
	size_t gathered;
	int64_t put[3];     /* records written so far, by put_result */
	struct batch_series *series;
	size_t series_count, series_cap, last_series;
	int64_t begun_ms, kept_ms;
};

void batch_init(struct batch *b, struct store *s);
void batch_release(struct batch *b);

/* *full: time to flush. ERR_DATA: the record is refused, and nothing was gathered. */
enum err batch_add(struct batch *b, const struct record *r, bool *full, struct error *e);
/* The same for work that goes on for long: flushes by itself, when it is full or a second old. */
enum err batch_keep(struct batch *b, const struct kind *k, const void *object, struct error *e);
/* Writes and commits what is gathered. After an error what was not yet committed is dropped. */
enum err batch_flush(struct batch *b, struct error *e);
/*
 * Notes in sync_log, for each series of candles or funding (and for symbols in all), what came in new or changed. why:
 * what ended the input early; NULL: nothing. Where nothing came in nothing is written.
 */
enum err batch_log(struct batch *b, const struct error *why, struct error *e);

#endif
