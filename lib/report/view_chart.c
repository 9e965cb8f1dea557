/* Equity drawn: in the terminal, and through gnuplot. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "report/chart.h"
#include "report/number.h"
#include "report/spark.h"
#include "report/view.h"

#define CHART_WIDTH 64
#define CHART_HEIGHT 8

enum err view_chart(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	struct curve c = { 0 };
	const char *account;
	enum err rc = OK;
	size_t drawn = 0;

	style_note(&o->style, b);
	for (size_t i = 0; !rc && (account = report_account(r, i)); i++) {
		rc = slice_curve(r, account, &c, e);
		if (rc || c.count < 2)
			continue;
		buf_addf(b, "%s%s%s%s: equity ", drawn++ ? "\n" : "", style_strong(&o->style), account, style_off(&o->style));
		number_real(b, c.equity[0], 2);
		buf_adds(b, o->style.utf8 ? " → " : " to ");
		number_real(b, c.equity[c.count - 1], 2);
		buf_addf(b, " (%s", style_on(&o->style, c.equity[c.count - 1] >= c.equity[0] ? 1 : -1));
		number_percent(b, c.equity[c.count - 1] / c.equity[0] - 1, 2);
		buf_addf(b, "%s)\n", style_off(&o->style));
		rc = spark_write(&c, CHART_WIDTH, CHART_HEIGHT, &o->style, b, e);
	}
	if (!rc && !drawn)
		buf_adds(b, "no equity to draw\n");
	curve_release(&c);
	return rc;
}

enum err view_picture(const struct report *r, const char *path, const char *note, struct error *e)
{
	struct curve curves[CHART_LINES + 1] = { 0 };
	struct chart_line lines[CHART_LINES + 1];
	const char *account;
	char title[160], from[UTC_TEXT], to[UTC_TEXT];
	enum err rc = OK;
	size_t n = 0;

	for (size_t i = 0; n <= CHART_LINES && !rc && (account = report_account(r, i)); i++) {
		rc = slice_curve(r, account, &curves[n], e);
		if (curves[n].count < 2)
			continue;
		lines[n] = (struct chart_line){ account, &curves[n] };
		n++;
	}
	if (!rc && !n)
		rc = error_set(e, ERR_DATA, "no equity to draw: it takes two points of one run");
	if (!rc) {
		utc_format(curves[0].t_ms[0], from)[10] = '\0';
		utc_format(curves[0].t_ms[curves[0].count - 1] - 1, to)[10] = '\0';
		if (n == 1)
			snprintf(title, sizeof title, "%s: equity and drawdown, %s to %s (UTC)", lines[0].name, from, to);
		else
			snprintf(title, sizeof title, "%zu accounts: return and drawdown", n);
		rc = chart_equity(path, title, note, lines, n, e);
	}
	for (size_t i = 0; i <= CHART_LINES; i++)
		curve_release(&curves[i]);
	return rc;
}
