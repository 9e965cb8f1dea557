#ifndef CT_TUNE_RANK_H
#define CT_TUNE_RANK_H

#include "tune/luck.h"
#include "tune/ranking.h"

/* The trials of any number of files, each counted once, and what they say about the best of them. */
struct rank_row {
	struct result r;
	struct brief brief;
	double *returns;        /* daily; NULL: not recorded */
	size_t days;
};

/* What a trial made at another time adds: its daily Sharpe. */
struct rank_tried {
	char id[RUN_SIZE];
	double sharpe;
};

/* A value of one metric beside those of what a winner is measured by; NaN: not known. */
struct rank_measure {
	const char *name;
	int good;
	double winner, trained, walked, held, lot_median, lot_high; /* lot_high: better than 95 of 100 random runs */
	double beaten;          /* share of the random runs that the winner beat */
};
#define RANK_MEASURES 5

struct rank {
	struct ranking by;
	struct rank_row *rows;  /* after rank_close: sets over the whole period in their order first, then all others */
	size_t count, cap;
	size_t sets;            /* how many of the first are sets */
	size_t allowed;         /* how many of those satisfy the ranking's limits: they come first */
	struct rank_tried *tried; /* trials on the same candles from the database; after rank_close those no file has */
	size_t tried_count, tried_cap;

	/* About rows[0]; NaN or 0: cannot be told. */
	size_t trials;          /* sets tried on these candles, ever */
	struct luck_moments moments;
	double best_by_luck, psr, dsr;
	size_t blocks;
	struct luck_overfit overfit;
	struct rank_measure measures[RANK_MEASURES];
	size_t lots, other_lots, windows, walks; /* walks: of more than one, as of several searches, none is told */
};

void rank_init(struct rank *k, const struct ranking *by);
void rank_release(struct rank *k);

/* Twice the same is once. ERR_DATA: a trial of other candles, another setup or another period than those before. */
enum err rank_add(struct rank *k, const struct trial *t, struct error *e);
/* A trial that was made on the same candles at another time: it counts, and is not ranked. */
enum err rank_add_tried(struct rank *k, const struct result *r, struct error *e);
/* The same for lines and for rows of the database; ctx is the rank. */
enum err rank_line(void *ctx, char *line, size_t len, struct error *e);
enum err rank_tried(void *ctx, const void *trial, struct error *e);
/* Puts the rows in order and computes; blocks: of the cross-validation. */
enum err rank_close(struct rank *k, size_t blocks, struct error *e);

/* Digest of the candles; "" before the first rank_add. */
const char *rank_digest(const struct rank *k);

#endif
