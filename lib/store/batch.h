#ifndef CT_STORE_BATCH_H
#define CT_STORE_BATCH_H

#include "store/flow.h"

/*
 * Many records into the database without starving other writers: they are gathered in memory and written in short
 * transactions, between which there is time for others. What was added is durable only after the next flush.
 *
 * Every transaction leaves each stored candle and funding payment inside a receipt. A receipt that comes closes the rows
 * of its series before it; both are written together, and where one transaction may not hold them all, the receipt grows
 * with its rows. A receipt that is refused takes the rows that wait for it along. Once a receipt has come, rows wait for
 * theirs; for rows before that, and for all of a stream without receipts, the batch keeps receipts of its own.
 */
struct batch {
	struct store *store;
	struct buf objects; /* to be written: a header and the object, by turns */
	size_t gathered;
	int64_t put[3];     /* records written so far, by put_result; receipts are not counted */
	struct flows flows;
	bool receipted;     /* a receipt has come */
	uint64_t mark;      /* the caller's place in its input: batch_waits_since tells it back */
	bool keep_marks;    /* refused is wanted */
	struct buf refused; /* uint64_t: the marks of rows that were refused with their receipt; the caller's to clear */
	struct receipt own; /* what the batch's own receipts say of where rows came from */
	int64_t begun_ms, kept_ms;
	int64_t changes;    /* store_changes at the last flush; 0: none yet */
	int64_t polite_ms;  /* until then others are given time */
};

void batch_init(struct batch *b, struct store *s);
void batch_release(struct batch *b);

/* *full: time to flush. ERR_DATA: the record is refused, and nothing was gathered. */
enum err batch_add(struct batch *b, const struct record *r, bool *full, struct error *e);
/* The same for work that goes on for long: flushes by itself, when it is full or a second old. */
enum err batch_keep(struct batch *b, const struct kind *k, const void *object, struct error *e);
/* Writes and commits what is gathered and waits for nothing. After an error what was not yet committed is dropped. */
enum err batch_flush(struct batch *b, struct error *e);
/* Flushes, and names where the rows to come are from (a file: its sha256), for receipts of the batch's own. */
enum err batch_source(struct batch *b, const char *source, const char *sha256, int time_unit, struct error *e);

/* The mark that was set when the oldest of the rows that wait came; UINT64_MAX: none waits. */
uint64_t batch_waits_since(const struct batch *b);
/* ERR_DATA names a series whose rows still wait: their receipt never came. */
enum err batch_complete(const struct batch *b, struct error *e);

/*
 * Notes in sync_log, for each series of candles or funding that came (and for symbols in all), how many rows were new or
 * changed, and why a series could not be fetched. why: what ended the input early; NULL: nothing.
 */
enum err batch_log(struct batch *b, const struct error *why, struct error *e);

#endif
