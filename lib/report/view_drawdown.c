/* Drawdowns, one a row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "report/view.h"

struct fall {
	const char *account;
	int64_t began_ms, deepest_ms, recovered_ms; /* TIME_NONE: not yet */
	int64_t began_day; /* the day that closed at the high; the curve's first point closes none */
	double depth, days;
};

struct falls {
	struct fall *rows;
	size_t count, cap;
};

/* A drawdown goes from the last daily close at a peak to the first one back at it. */
static enum err find_falls(struct falls *f, const char *account, const struct curve *c, struct error *e)
{
	struct fall *now = NULL;
	size_t peak = 0;
	double high = 0;

	for (size_t i = 0; i < c->count; i++) {
		double depth = curve_below_high(c, i, &high);

		if (!(depth > 0)) {
			if (now) {
				now->recovered_ms = c->t_ms[i];
				now->days = (double)(c->t_ms[i] - now->began_ms) / (double)MS_DAY;
			}
			now = NULL;
			peak = i;
			continue;
		}
		if (!now) {
			now = report_append(&f->rows, &f->count, &f->cap, sizeof *f->rows, e);
			if (!now)
				return ERR_INTERNAL;
			*now = (struct fall){ .account = account, .began_ms = c->t_ms[peak],
				.began_day = peak ? utc_day(c->t_ms[peak] - 1) : c->t_ms[0], .recovered_ms = TIME_NONE };
		}
		if (depth > now->depth) {
			now->depth = depth;
			now->deepest_ms = c->t_ms[i];
		}
		now->days = (double)(c->t_ms[i] - now->began_ms) / (double)MS_DAY;
	}
	return OK;
}

static int by_depth(const void *a, const void *b)
{
	const struct fall *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth > y->depth ? -1 : 1;
	return (x->began_ms > y->began_ms) - (x->began_ms < y->began_ms);
}

#define SHOWN 10 /* of each account, without --last */

/* A daily close is dated 24:00: the day it closes is the one to show. */
static void add_day(struct table *t, int64_t t_ms)
{
	table_time(t, CELL_DATE, t_ms == TIME_NONE ? t_ms : utc_day(t_ms - 1));
}

enum err view_drawdowns(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "account", "depth", "began", "deepest", "recovered", "days" };
	struct falls f = { 0 };
	struct slices s;
	struct table t;
	enum err rc;

	if (o->format == VIEW_JSON)
		return view_equity(r, o, b, e);
	rc = slices_make(r, BY_ACCOUNT, 0, &s, e);
	if (rc)
		return rc;
	table_init(&t, "");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		table_column(&t, titles[i], titles[i], i == 1 || i == 5);
		if (i == 0)
			table_fold(&t);
	}
	for (size_t i = 0; !rc && i < s.count; i++) {
		size_t most = r->filter->last > 0 ? (size_t)r->filter->last : SHOWN;

		f.count = 0;
		rc = find_falls(&f, s.rows[i].account, &s.rows[i].daily, e);
		if (f.count)
			qsort(f.rows, f.count, sizeof *f.rows, by_depth);
		for (size_t j = 0; j < f.count && j < most; j++) {
			table_text(&t, f.rows[j].account);
			table_real(&t, CELL_PERCENT, f.rows[j].depth);
			table_time(&t, CELL_DATE, f.rows[j].began_day);
			add_day(&t, f.rows[j].deepest_ms);
			add_day(&t, f.rows[j].recovered_ms);
			table_real(&t, CELL_COUNT, f.rows[j].days);
		}
	}
	slices_release(&s);
	free(f.rows);
	if (!rc && !table_rows(&t) && o->format == VIEW_TABLE) {
		style_note(&o->style, b);
		buf_adds(b, "no drawdown is recorded\n");
		table_release(&t);
		return OK;
	}
	if (!rc)
		return view_table(&t, o, b, e);
	table_release(&t);
	return rc;
}
