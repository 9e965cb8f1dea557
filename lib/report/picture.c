/* Reports drawn by gnuplot. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "report/chart.h"
#include "report/view.h"

/* From the first point of any curve to the last. */
struct period {
	int64_t first_ms, last_ms;
};

static void widen(struct period *p, const struct curve *c)
{
	if (p->first_ms == TIME_NONE || c->t_ms[0] < p->first_ms)
		p->first_ms = c->t_ms[0];
	if (c->t_ms[c->count - 1] > p->last_ms)
		p->last_ms = c->t_ms[c->count - 1];
}

static void make_title(const struct period *p, const char *account, size_t n, const char *what, char *out, size_t size)
{
	char from[UTC_TEXT], to[UTC_TEXT], who[NAME_SIZE];

	snprintf(who, sizeof who, "%zu accounts", n);
	utc_format(p->first_ms, from)[10] = '\0';
	utc_format(p->last_ms - 1, to)[10] = '\0';
	snprintf(out, size, "%s: %s, %s to %s", n > 1 ? who : account, what, from, to);
}

/* One line an account; what: "equity", with the fall below, or "drawdown", the fall alone. */
static enum err draw_curves(const struct report *r, const char *path, const char *what, const char *note, struct error *e)
{
	struct curve c = { 0 };
	struct buf data = { 0 };
	const char *account, *drawn = "";
	bool several = report_account(r, 1) != NULL, whole = strcmp(what, "equity") == 0;
	struct period p = { TIME_NONE, TIME_NONE };
	char title[200];
	size_t n = 0;
	enum err rc = OK;

	for (size_t i = 0; !rc && (account = report_account(r, i)); i++) {
		rc = slice_curve(r, account, &c, e);
		if (rc || c.count < 2)
			continue;
		chart_add_curve(&data, account, &c, several);
		widen(&p, &c);
		drawn = account;
		n++;
	}
	if (!rc && !n)
		rc = error_set(e, ERR_DATA, "no equity to draw: it takes two points of one run");
	if (!rc && n > CHART_LINES)
		rc = error_set(e, ERR_USAGE, "%zu accounts are too many for one chart: choose at most %d with -A", n, CHART_LINES);
	if (!rc) {
		struct chart chart = { "equity.gp", title, note, n, { what, several ? "" : report_quote(r, drawn) } };

		make_title(&p, drawn, n, !whole ? "drawdown" : several ? "return and drawdown" : "equity and drawdown", title, sizeof title);
		rc = chart_draw(&chart, path, &data, e);
	}
	curve_release(&c);
	buf_release(&data);
	return rc;
}

enum err picture_equity(const struct report *r, const char *path, const char *note, struct error *e)
{
	return draw_curves(r, path, "equity", note, e);
}

enum err picture_drawdowns(const struct report *r, const char *path, const char *note, struct error *e)
{
	return draw_curves(r, path, "drawdown", note, e);
}

/* A cell: column 1..12, or 13 for the year; row; percent; the year. */
static void add_cell(struct buf *data, int column, int row, double v, const char *year, double *most)
{
	if (isnan(v))
		return;
	buf_addf(data, "%d %d %.10g %.4s\n", column, row, 100 * v, year);
	if (column < 13)
		*most = fmax(*most, fabs(100 * v));
}

/* One account's months as a block of cells, and its name; its rows are counted on. */
static void add_months(struct buf *data, struct buf *names, const struct slice *rows, size_t n, int *row, double *most)
{
	buf_addf(names, "%d ", *row - 1);
	chart_add_text(names, rows[0].account);
	buf_addc(names, '\n');
	for (size_t i = 0; i < n;) {
		const char *year = strchr(rows[i].scope, ':') + 1;
		double whole = 1;

		for (; i < n && strncmp(strchr(rows[i].scope, ':') + 1, year, 4) == 0; i++) {
			const char *month = strchr(rows[i].scope, ':') + 6;
			double v = metric_value("total_return", &rows[i].p, NULL);

			add_cell(data, 10 * (month[0] - '0') + month[1] - '0', *row, v, year, most);
			whole *= isnan(v) ? 1 : 1 + v;
		}
		add_cell(data, 13, *row, whole - 1, year, most);
		++*row;
	}
	++*row; /* room for the next one's name */
}

enum err picture_monthly(const struct report *r, const char *path, const char *note, struct error *e)
{
	struct slices s;
	struct buf data = { 0 }, names = { 0 };
	char title[200] = "return by month (%)", most_text[32], row_text[16];
	double most = 0;
	size_t count = 0;
	int row = 0;
	enum err rc = slices_make(r, BY_MONTH, 0, &s, e);

	if (rc)
		return rc;
	for (size_t i = 0, n; i < s.count; i += n, count++) {
		size_t first = i;

		for (n = 1; i + n < s.count && strcmp(s.rows[i + n].account, s.rows[i].account) == 0; n++)
			;
		if (r->filter->last > 0 && (uint64_t)r->filter->last < n)
			first = i + n - (size_t)r->filter->last;
		add_months(&data, &names, &s.rows[first], i + n - first, &row, &most);
	}
	buf_addf(&data, "\n\n%s", names.data ? names.data : "");
	data.failed |= names.failed;
	if (!s.count || most == 0)
		rc = error_set(e, ERR_DATA, "no months to draw: it takes equity that moved");
	if (!rc && count > CHART_LINES)
		rc = error_set(e, ERR_USAGE, "%zu accounts are too many for one chart: choose at most %d with -A", count, CHART_LINES);
	if (!rc && count == 1)
		snprintf(title, sizeof title, "%s: return by month (%%)", s.rows[0].account);
	snprintf(most_text, sizeof most_text, "%.3g", most);
	snprintf(row_text, sizeof row_text, "%d", row - 1);
	if (!rc) {
		struct chart chart = { "monthly.gp", title, note, count, { row_text, most_text } };

		rc = chart_draw(&chart, path, &data, e);
	}
	buf_release(&data);
	buf_release(&names);
	slices_release(&s);
	return rc;
}
