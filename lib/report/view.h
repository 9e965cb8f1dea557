#ifndef CT_REPORT_VIEW_H
#define CT_REPORT_VIEW_H

#include "report/diff.h"
#include "report/slice.h"
#include "report/table.h"

enum view_format { VIEW_TABLE, VIEW_JSON, VIEW_CSV };
extern const char *const view_format_names[]; /* NULL-terminated */

struct view_options {
	struct style style;
	enum view_format format;
	enum slice_by by;  /* summary */
	bool fills;        /* trades: every fill, not round trips */
	bool chart;        /* equity: draw it */
	const char *explain; /* summary: a metric's name, or "all"; NULL: none */
};

/*
 * One view of a closed report each, appended to b: tables for people; JSON: canonical records; CSV: metric records
 * of summary, compare and monthly, the table's rows of the others. filter.last counts days in summary and
 * compare, months in monthly, round trips (fills), points, drawdowns and rows in the others.
 * Errors: ERR_INTERNAL (memory).
 */
typedef enum err view(const struct report *r, const struct view_options *o, struct buf *b, struct error *e);

view view_summary, view_compare, view_monthly, view_trades, view_equity, view_chart, view_drawdowns, view_positions, view_marks, view_metrics, view_heatmap;

/* The differences of two sides: for people the causes, and a sentence; else every one as a record of kind "difference". */
enum err view_diff(const struct diff *d, const struct view_options *o, struct buf *b, struct error *e);

/*
 * The same as a PNG or SVG, all accounts in one picture: equity with its drawdown below, the drawdown alone, the
 * months as a heat map. Errors of report/chart.h; ERR_DATA where there is nothing to draw, ERR_USAGE where there is too much.
 */
typedef enum err picture(const struct report *r, const char *path, const char *note, struct error *e);

picture picture_equity, picture_drawdowns, picture_monthly, picture_heatmap;

/* Ends a view's table: writes it in the wanted format, releases it. */
enum err view_table(struct table *t, const struct view_options *o, struct buf *b, struct error *e);
/* One record in JSON, or as a CSV row with the names before the first. */
void view_record(const struct kind *k, const void *object, const struct view_options *o, bool first, struct buf *b);
/* Metric records of every slice. */
void view_metric_records(const struct slices *s, const char *const *names, const struct view_options *o, struct buf *b);
/* For each account of which runs were left out, a line that says so. */
void view_left_out(const struct report *r, const struct view_options *o, struct buf *b);

#endif
