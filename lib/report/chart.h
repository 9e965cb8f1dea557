#ifndef CT_REPORT_CHART_H
#define CT_REPORT_CHART_H

#include "core/buf.h"
#include "report/curve.h"

#define CHART_LINES 8 /* more cannot be told apart */

/* A picture that gnuplot draws by a script of share/gnuplot from blocks of data, two blank lines between them. */
struct chart {
	const char *script; /* "equity.gp" */
	const char *title;
	const char *note;   /* NULL: none */
	size_t count;       /* blocks */
	const char *more[3];/* what else the script wants; NULL: nothing */
};

/*
 * Draws a PNG or SVG, by the ending of path, which appears whole or not at all. The script is called with format, file,
 * data, count, title, note and the rest as ARG1 to ARG9.
 * Errors: ERR_USAGE (another ending), ERR_UNAVAILABLE (gnuplot is not installed), ERR_CANTCREAT, ERR_IO, ERR_INTERNAL
 * (memory, or gnuplot failed; its message).
 */
enum err chart_draw(const struct chart *c, const char *path, const struct buf *data, struct error *e);

/*
 * A block of equity (two points or more) as rows "seconds value percent-below-the-high", after its name. Long curves are
 * thinned, highs and lows stay. percent: the value is the return in percent.
 */
void chart_add_curve(struct buf *data, const char *name, const struct curve *c, bool percent);

/* A text in quotes, as gnuplot reads it from data. */
void chart_add_text(struct buf *data, const char *text);

#endif
