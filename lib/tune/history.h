#ifndef CT_TUNE_HISTORY_H
#define CT_TUNE_HISTORY_H

#include "core/digest.h"
#include "model/candle.h"
#include "model/terms.h"
#include "tune/spill.h"

/* Candles of several pairs in memory, and the exchange's rules for them. */
struct history_series {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	struct bar *bars; /* ascending open_time after history_ready; until then those that are not in the file */
	size_t count, cap;
	struct spill_list file;
	size_t in_file;
	int64_t newest_ms;
	bool disordered, mapped, loose;
};

struct history {
	struct history_series *series; /* by market and symbol after history_ready */
	size_t series_count, series_cap, last;
	struct terms stored, given; /* the exchange's rules: what the database has counts for pairs that nothing else was given of */
	size_t bars; /* of all series */
	/* Most bars to be held in memory while they are gathered; what is more goes into a file. 0: all are held. */
	size_t hold;
	struct spill spill;
};

#define HISTORY_HOLD 196608 /* 24 MiB */

void history_release(struct history *h);
/* Candles may come in any order of pairs; within a pair in any order of time. ERR_DATA: two intervals of one pair. */
enum err history_add(struct history *h, const struct candle *c, struct error *e);
/* A run of bars of one series: head names it, its bar does not count. */
enum err history_add_bars(struct history *h, const struct candle *head, const struct bar *bars, size_t n, struct error *e);
/* Sorts. ERR_DATA: a bar that is there twice. */
enum err history_ready(struct history *h, struct error *e);
bool history_has(const struct history *h, const char *symbol); /* candles of the pair */
/* A pair's rules over time, *n readings (model/terms.h); NULL: none. After history_ready. */
const struct symbol *history_rules(const struct history *h, int market, const char *symbol, size_t *n);
/*
 * The rules that its orders had to meet, as text: those that held between the first bar and the last, and since when, where
 * they began in between. When they were read is not in it, where nothing depends on it.
 */
void history_tell_rules(const struct history *h, const struct history_series *s, struct buf *b);

/*
 * A walk over the bars in order is now at bar `at`: where they are in a file, memory behind it is let go, a MiB at a time:
 * `at` should come by its multiples of 8192, too.
 */
void history_walked(const struct history_series *s, size_t at);

/* SHA-256 over every series' name, its rules and every field of its bars; hex holds DIGEST_HEX bytes. */
void history_digest(const struct history *h, struct digest *d, char *hex);

#endif
