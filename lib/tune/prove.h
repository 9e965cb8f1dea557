#ifndef CT_TUNE_PROVE_H
#define CT_TUNE_PROVE_H

#include <stdbool.h>

#include "model/record.h"
#include "tune/known.h"

/*
 * Does a command that reads candles and writes lines use the future? It is run on all candles, and again on inputs
 * that were cut off: what it says about the past must be the same.
 *
 * A cut is a moment at which a candle closes. Cutting at t keeps, of every series, the candles known at t (close_time
 * < t), in their old order. A line of output says since when it was known (known_since): what the command writes about
 * the cut input must be, byte for byte and in the same order, those lines of the whole output that were known at t.
 * A line that claims to be known only after t is not compared at this cut.
 *
 * Where a line of the whole output does not say so, the candles must come in order of time, and what the command writes
 * about a cut input must be a byte-for-byte prefix of the whole output.
 *
 * First of all the whole input is given a second time: a command that does not write the same twice proves nothing.
 */
struct prove {
	char *const *argv;
	int64_t cuts, last_bars; /* moments, the last ones among them */
	int64_t seed;
	int parallel;
	int64_t timeout_ms;      /* of one run; 0: none */
	bool loud;               /* what the command says on stderr is shown for every run, not only for the first */
	bool (*stopping)(void);
	void (*progress)(size_t done, size_t total); /* may be NULL */
	struct known input;
};

#define PROOF_LINE 4096 /* longer lines are cut in the record */

/* The verdict, a record of kind "proof". */
struct proof {
	char command[512];
	int64_t candles, lines;      /* of the whole input and output */
	int64_t moments;             /* at which the input can be cut */
	int64_t cuts, seed;          /* made */
	int timed;                   /* every line of output says since when it was known */
	int64_t compared, differing; /* lines that were found the same, over all cuts; cuts where something differed */
	int repeatable, causal;
	/* The first line of the whole output that differed, and the earliest cut at which it did. INT_NONE, TIME_NONE, "": none. */
	int64_t line, known_ms, cut_ms;
	char at_cut[PROOF_LINE], whole[PROOF_LINE];
};

extern const struct kind proof_kind; /* for record_write */

/* One more candle, and its line as the command shall read it, with its LF. */
enum err prove_add(struct prove *p, const struct candle *c, const char *line, size_t len, struct error *e);

/*
 * Runs it all. ERR_NOINPUT: no candles, or no such command. ERR_DATA: nothing could be compared (too few candles, no
 * line of output known in time, lines without times over candles that are not in order). ERR_INTERNAL: the command
 * failed. ERR_TEMPFAIL: stopped.
 */
enum err prove_run(struct prove *p, struct proof *out, struct error *e);

void prove_release(struct prove *p);

#endif
