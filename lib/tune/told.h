#ifndef CT_TUNE_TOLD_H
#define CT_TUNE_TOLD_H

#include "core/buf.h"
#include "model/signal.h"
#include "tune/history.h"

/*
 * Signals that are there before a backtest begins: another program's, or those of a strategy on bars of a longer
 * interval. Kept small: what a book could never act upon (HOLD with an exposure) is left out, and a reason that is
 * said again and again is kept once.
 */
struct told_signal {
	int64_t open_time, t_ms;
	double exposure;
	dec price, entry_price, stop_offset, target_offset, trail_offset;
	int64_t entry_bars, max_hold_bars;
	size_t why; /* where it begins in the words */
	int action, entry;
};

/* Those of one strategy and pair, by t_ms after told_ready. */
struct told_list {
	char strategy[NAME_SIZE], symbol[SYMBOL_SIZE];
	int market, interval;
	struct told_signal *rows;
	size_t count, cap;
};

struct told {
	struct told_list *lists;
	size_t count, cap, last;
	struct buf words;
	size_t last_why; /* the words added last begin there */
};

void told_release(struct told *t);
/* ERR_DATA: it became known before the bar that it is about was over; or its interval is not that of those before. */
enum err told_add(struct told *t, const struct signal *s, struct error *e);
/* Sorts. ERR_DATA: two signals of one strategy and pair at one close that are not the same. */
enum err told_ready(struct told *t, struct error *e);
/* NULL: none. The pointer is valid until something is added. */
const struct told_list *told_of(const struct told *t, const char *strategy, const char *symbol);
/* As it came, but for the members that only people read: strength, band, marks, waits_for. */
void told_signal(const struct told *t, const struct told_list *l, size_t i, struct signal *out);

/*
 * Signals at whose t_ms no bar of their pair in the history closes: nobody would have been there to act on them. At most
 * `most` are named in *names (strategy, pair, time; comma between them); returns how many there are.
 */
size_t told_late(const struct told *t, const struct history *h, size_t most, struct buf *names);

#endif
