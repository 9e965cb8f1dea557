#ifndef CT_TUNE_RANKING_H
#define CT_TUNE_RANKING_H

#include <stdbool.h>

#include "model/trial.h"

/* By what results are put in order, and which of them may win. */
struct ranking {
	int metric;          /* of result.metric */
	int good;            /* 1: more is better, -1: less */
	double min_trades;   /* fewer round trips tell nothing; 0: any */
	double max_drawdown; /* fraction; NaN: any */
};

/* What that needs of a result. */
struct brief {
	double metric, trades, max_drawdown; /* NaN: undefined */
};

/* By its name; ERR_USAGE where it is no headline metric, or where neither more nor less of it is better. */
enum err ranking_by(struct ranking *o, const char *metric, struct error *e);

struct brief ranking_brief(const struct ranking *o, const struct result *r);
bool ranking_allows(const struct ranking *o, const struct brief *b);
/* < 0: a comes first. Undefined values come last. */
int ranking_compare(const struct ranking *o, const struct brief *a, const struct brief *b);
/* The first of the best that is allowed; n: none. */
size_t ranking_best(const struct ranking *o, const struct brief *rows, size_t n);

#endif
