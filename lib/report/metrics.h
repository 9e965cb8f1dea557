#ifndef CT_REPORT_METRICS_H
#define CT_REPORT_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/curve.h"
#include "report/outcome.h"

/*
 * What the metrics are computed from. The caller owns everything.
 *
 * daily holds E[0..T] at uniform times, periods_per_year of them a year; all has every recorded point. Both are NULL
 * where no equity is known for the scope, and no_equity then says why.
 */
struct performance {
	const struct curve *daily, *all;
	const char *no_equity;
	double periods_per_year;        /* 365: crypto never closes */
	double risk_free;               /* a year */
	double pnl;                     /* quote units, net, without deposits; NaN: unknown */
	const struct outcome *outcomes; /* in the order of their exits */
	size_t outcome_count;
	const struct tally *tally;      /* of the outcomes, where it is at hand; NULL: whoever needs it adds them up */
	double bars, bars_held;         /* recorded closes, and those with a position open; bars 0: unknown */
	int64_t span_ms, held_ms;       /* the time looked at, and the part of it with a position open */
	double traded, fees;            /* quote units, both sides */
	double fills;                   /* how many they are of */
	double slippage;                /* quote units, paid over the prices that were expected; NaN: some are unknown */
	double first, last, deposits;   /* equity at both ends and what came in between, as recorded, quote units */
};

enum metric_group { METRIC_RETURN, METRIC_RISK, METRIC_TRADES, METRIC_COST };
enum metric_unit { UNIT_QUOTE, UNIT_FRACTION, UNIT_RATIO, UNIT_COUNT, UNIT_DAYS, UNIT_TIME };

struct metric_def {
	const char *name;
	enum metric_group group;
	enum metric_unit unit;
	int good;         /* 1: more is better, -1: less is better, 0: neither */
	bool headline;    /* shown in comparisons */
	const char *doc;  /* half a sentence */
	const char *formula; /* over the symbols of report/explain.h and other metrics, computable where it can be; ' | ': or else */
	/* NaN when undefined; *why then says it. */
	double (*compute)(const struct performance *p, const char **why);
};

/* The one table of metrics: ct-report, its manual and the tests all walk it. */
extern const struct metric_def metric_defs[];
extern const size_t metric_def_count;
extern const char *const metric_group_names[], *const metric_unit_names[];

const struct metric_def *metric_def_find(const char *name); /* NULL: none */

/* value of one metric by name; NaN and *why (may be NULL) where it is undefined. The name must exist. */
double metric_value(const char *name, const struct performance *p, const char **why);

#endif
