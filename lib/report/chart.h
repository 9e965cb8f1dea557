#ifndef CT_REPORT_CHART_H
#define CT_REPORT_CHART_H

#include "report/curve.h"

#define CHART_LINES 8 /* more cannot be told apart */

struct chart_line {
	const char *name;
	const struct curve *curve; /* at least two points */
};

/*
 * Draws equity, and the fall from its high below, as a PNG or SVG (by the name's ending) through gnuplot and
 * share/gnuplot/equity.gp. One line is drawn in quote units, several as returns in percent. The file appears whole
 * or not at all. note may be NULL.
 * Errors: ERR_USAGE (another ending, more than CHART_LINES), ERR_UNAVAILABLE (gnuplot is not installed),
 * ERR_CANTCREAT, ERR_IO, ERR_INTERNAL (gnuplot failed; its message).
 */
enum err chart_equity(const char *path, const char *title, const char *note, const struct chart_line *lines, size_t n, struct error *e);

#endif
