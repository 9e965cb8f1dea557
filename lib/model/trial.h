#ifndef CT_MODEL_TRIAL_H
#define CT_MODEL_TRIAL_H

#include "core/field.h"
#include "model/market.h"

#define TRIAL_METRICS 19
#define TRIAL_FIRST_METRIC 12 /* its place in trial_fields */
#define TRIAL_RETURNS 65536 /* bytes of text: 16 years of days with 6 digits each */

enum sample {
	SAMPLE_WHOLE,  /* one parameter set over the whole period */
	SAMPLE_TRAIN,  /* over a train window of a walk forward */
	SAMPLE_TEST,   /* the set chosen on that window, over the test window that follows */
	SAMPLE_WALK,   /* all test windows, one after another: the out-of-sample result */
	SAMPLE_HOLD,   /* a yardstick: bought at the start and held */
	SAMPLE_RANDOM, /* a yardstick: entries at random, as often and for as long as the winner's */
};
extern const char *const *const sample_names;

/* What came out of one backtest of a search, in numbers. */
struct result {
	char id[RUN_SIZE];    /* hash of data, setup, parameters, sample and period */
	int sample;
	int64_t window;       /* of a walk forward, from 0 */
	int64_t number;       /* of the set in its plan, of a random run in its row, from 0 */
	char strategy[NAME_SIZE];
	char tuned[512];      /* the parameters that were searched, as JSON */
	char params[2048];    /* every parameter, as JSON */
	char setup[RUN_SIZE]; /* hash of what all trials of a search share: market, money, fees, risk, rules */
	char digest[72];      /* of the candles */
	char version[96];     /* program and commit */
	int64_t since, until; /* ms UTC */
	double metric[TRIAL_METRICS]; /* trial_fields names them */
};

/* The record: a result and, but for train windows and random runs, its daily returns. */
struct trial {
	struct result r;
	char returns[TRIAL_RETURNS]; /* JSON array of fractions */
};

#define TRIAL_FIELDS (TRIAL_FIRST_METRIC + TRIAL_METRICS + 1)
extern const struct field trial_fields[TRIAL_FIELDS];

/* Which of metric[] has this name; -1: none. */
int result_metric(const char *name);

#endif
