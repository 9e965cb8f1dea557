#ifndef CT_STUDY_STREAMS_H
#define CT_STUDY_STREAMS_H

#include <stdbool.h>

#include "study/study.h"

/*
 * One input of candles, many series in it in any mixture: each pair and interval has a panel and a state of its own.
 * Bars of one series must come in order; a gap is no error.
 */
#define STREAMS_MAX 20000

struct stream {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	struct panel *panel; /* empty when `open` gets it */
	void *own;           /* the caller's */
	int64_t last_open, next_open; /* of the last bar, and where the next one belongs; TIME_NONE before the first */
	bool gap;            /* bars are missing before the one just added */
};

struct streams {
	/* Called once for a new series; asks the panel for columns and fills own. */
	enum err (*open)(void *ctx, struct stream *s, struct error *e);
	void (*close)(void *ctx, struct stream *s); /* releases own; NULL: nothing to do */
	void *ctx;
	struct stream **slots; /* open addressing, a power of two */
	size_t slot_count, count;
	struct stream *last;
};

/*
 * The series of this candle, after its checks (candle_check, and its place behind the series' last bar). The stream
 * belongs to the table. ERR_DATA names field and times; the series is then as it was.
 */
enum err streams_add(struct streams *t, const struct candle *c, struct stream **out, struct error *e);
void streams_release(struct streams *t);

#endif
