#ifndef CT_TUNE_TRIAL_H
#define CT_TUNE_TRIAL_H

#include "model/trial.h"
#include "report/metrics.h"
#include "tune/backtest.h"

/*
 * What every trial of a search stands on. Made once, only read afterwards: many threads may run trials on it at a time.
 * The setup, the history and the texts stay the caller's until ground_release.
 */
struct ground {
	const struct history *history;
	const struct setup *setup;
	struct shelf *shelf;    /* what its trials have in common of the history */
	size_t tuned;           /* which of the account's strategies is searched */
	char **strategies;      /* each strategy's file, as JSON text */
	char digest[DIGEST_HEX], id[RUN_SIZE]; /* of the candles; of all else the trials share */
	char version[96];
	int64_t since, until;   /* the whole period, ms UTC */
};

/* since_ms, until_ms: as in backtest_options. ERR_DATA: no candle is in that period. */
enum err ground_make(struct ground *g, const struct history *h, const struct setup *setup, size_t tuned, int64_t since_ms, int64_t until_ms,
	struct error *e);
void ground_release(struct ground *g);

/* The tuned strategy with these parameters changed; set is a JSON object. ERR_DATA: they are no parameter set. */
enum err ground_strategy(const struct ground *g, const char *set, struct strategy **out, struct error *e);

/* One backtest to make. */
struct job {
	enum sample sample;
	int64_t window, number;  /* INT_NONE: none */
	const char *set;         /* the searched parameters, as JSON */
	int64_t since, until;
	const char *extra;       /* what else its id depends on; NULL: nothing */
	dec capital;             /* DEC_NONE: the account's */
	bool sell_at_end;        /* what is open at the end is charged what selling it would cost */
	const char *instead;     /* a whole strategy, as JSON text, in the place of the tuned one; NULL: none */
	bool alone;              /* all equity in equal parts for its pairs, no other strategy, no limits: buy and hold */
};

/* The i-th of the account's strategies as the job wants it; the caller frees it. */
enum err ground_job_strategy(const struct ground *g, const struct job *job, size_t i, struct strategy **out, struct error *e);

/* What a trial's numbers were made of. The caller releases it. */
struct detail {
	struct curve daily;
	struct outcome *outcomes;
	size_t outcome_count, entries;
	double bars, bars_held;      /* closes; those with a position open */
	double pair_bars_held;       /* of all pairs together */
	double fees, traded, slippage, fills;
	int64_t span_ms;
};

void detail_release(struct detail *d);

/* The id that the job's trial will have, and its parameters; without running it. */
enum err trial_name(const struct ground *g, const struct job *job, struct digest *d, struct result *r, struct error *e);

/*
 * Runs a trial that is named. Every number of it is rounded as its record has it (12 digits, returns 6), so that a
 * trial that is read back is the same. detail may be NULL.
 */
enum err trial_make(const struct ground *g, const struct job *job, struct trial *t, struct detail *detail, struct error *e);
/* The same, named first; d is scratch, of one thread. */
enum err trial_run(const struct ground *g, const struct job *job, struct digest *d, struct trial *t, struct detail *detail, struct error *e);

/* Fills t's metrics, and its returns where its sample has them. ERR_DATA: more days than a record holds. */
enum err trial_measure(struct trial *t, const struct detail *d, struct error *e);
/* Daily returns back from their text; the caller frees *returns. ERR_DATA: not an array of numbers. */
enum err trial_returns_read(const char *text, double **returns, size_t *n, struct error *e);

#endif
