/* Equity drawn in the terminal. */
#include <stdio.h>
#include <string.h>

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
