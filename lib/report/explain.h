#ifndef CT_REPORT_EXPLAIN_H
#define CT_REPORT_EXPLAIN_H

#include "core/buf.h"
#include "report/metrics.h"

/*
 * A metric's formula, the same with its inputs filled in (12 significant digits), the result or why there is none, and what
 * the inputs are. The filled line is arithmetic wherever the formula is: + - * / ^, sqrt and Phi (the normal distribution).
 */
void explain_write(const struct metric_def *m, const struct performance *p, struct buf *b);

#endif
