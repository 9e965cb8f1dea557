#ifndef CT_TUNE_OUTPUT_H
#define CT_TUNE_OUTPUT_H

#include "engine/ledger.h"
#include "tune/scribe.h"

/*
 * What a backtest writes: each decision and each order once, as it ended; trades and events as they come; equity
 * points of every bar, or the last of each UTC day; at the end what is still open, where it stands.
 */
struct output {
	enum err (*write)(struct buf *lines, struct error *e); /* takes the lines and leaves the buffer empty */
	bool equity_all;
	struct aide *aide; /* writes the records, until output_end: only it calls `write`; NULL: they are written as they come */
	struct buf lines;
	struct scribe scribe;
};

/* The memory ledger's sink, and for the caller's own records; ctx is the output. */
enum err output_sink(void *ctx, enum kind_id kind, const void *object, struct error *e);
unsigned output_wants(const struct output *o);
enum err output_end(struct output *o, const struct book *b, struct error *e);
void output_release(struct output *o);

#endif
