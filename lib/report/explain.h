#ifndef CT_REPORT_EXPLAIN_H
#define CT_REPORT_EXPLAIN_H

#include "core/buf.h"
#include "report/metrics.h"

/* A quantity that formulas are written in: "E[T]", "sd(x)". */
struct symbol_def {
	const char *name;
	const char *doc;
	double (*compute)(const struct performance *p); /* NaN when undefined */
};

extern const struct symbol_def symbol_defs[];
extern const size_t symbol_def_count;

/*
 * A metric's formula, the same with its inputs filled in (12 significant digits), the result or why there is none, and what
 * the inputs are. The filled line is arithmetic wherever the formula is: + - * / ^, sqrt and Phi (the normal distribution).
 */
void explain_write(const struct metric_def *m, const struct performance *p, struct buf *b);

#endif
