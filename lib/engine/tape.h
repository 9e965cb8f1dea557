#ifndef CT_ENGINE_TAPE_H
#define CT_ENGINE_TAPE_H

#include "model/candle.h"

/*
 * What the engine sees of a stretch of one pair's bars, by column: made once, shared by every run over these bars.
 * Searches for a price skip whole blocks of bars, by each block's extreme.
 */
#define TAPE_BLOCK 64

struct tape {
	size_t count, cap;
	enum interval interval;
	int64_t *end_ms;         /* when each bar is over and known: engine_bar_end */
	dec64 *high, *low, *close;
	dec64 *block_high, *block_low, *block_close; /* of each TAPE_BLOCK bars: highest high, lowest low, highest close */
};

/* Begins anew with these bars, which must be in order of time; keeps the memory. t is zeroed before the first time. */
enum err tape_fill(struct tape *t, enum interval interval, const struct bar *bars, size_t n, struct error *e);
void tape_release(struct tape *t);

/* The first bar of [from, to) whose low is at or below v, whose high is above v; to: none. */
size_t tape_low_at_or_below(const struct tape *t, size_t from, size_t to, dec v);
size_t tape_high_above(const struct tape *t, size_t from, size_t to, dec v);
/* Behind the last bar of [from, to) that is over at t_ms. */
size_t tape_closed(const struct tape *t, size_t from, size_t to, int64_t t_ms);
/* The highest high, and the highest close, of [from, to), which is not empty. */
dec64 tape_highest(const struct tape *t, size_t from, size_t to);
dec64 tape_highest_close(const struct tape *t, size_t from, size_t to);

#endif
