/* A search over two parameters, as a table and as a picture. */
#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/heatmap.h"
#include "report/metrics.h"
#include "report/view.h"

static enum err make(const struct report *r, struct heatmap *h, struct error *e)
{
	const struct report_filter *f = r->filter;

	return heatmap_make(h, r->results, r->result_count, f->x, f->y, f->metric ? f->metric : "calmar", e);
}

static void make_title(const struct heatmap *h, const char *strategy, char *out, size_t size)
{
	snprintf(out, size, "%s: %s by %s%s%s%s", strategy, h->metric, h->x, *h->y ? " and " : "", h->y,
		h->most > 1 ? " (median over the other parameters)" : "");
}

/* As many columns as a table has; of more, every second, third … is shown. */
static enum err fill_table(const struct heatmap *h, const char *title, const struct view_options *o, struct buf *b, struct error *e)
{
	size_t step = 1 + (h->column_count - 1) / (TABLE_COLUMNS - 1);
	enum cell_type type = metric_def_find(h->metric)->unit == UNIT_FRACTION ? CELL_PERCENT : CELL_RATIO;
	char corner[140];
	struct table t;

	snprintf(corner, sizeof corner, *h->y ? "%s \\ %s" : "%s%s", h->y, h->x);
	table_init(&t, title);
	table_column(&t, corner, *h->y ? h->y : "parameter", true);
	for (size_t x = 0; x < h->column_count; x += step)
		table_column(&t, h->columns[x], h->columns[x], true);
	for (size_t y = 0; y < h->row_count; y++) {
		table_text(&t, *h->y ? h->rows[y] : h->metric);
		for (size_t x = 0; x < h->column_count; x += step) {
			table_real(&t, type, h->cells[y * h->column_count + x]);
			table_heat(&t, heatmap_heat(h, h->cells[y * h->column_count + x]));
			if (y * h->column_count + x == h->best)
				table_strong(&t);
		}
	}
	if (step > 1 && o->format == VIEW_TABLE)
		buf_addf(b, "Of %s every value number %zu is shown; a picture (-o FILE.png) shows all.\n", h->x, step);
	return view_table(&t, o, b, e);
}

enum err view_heatmap(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	struct heatmap h;
	char title[160];
	enum err rc = make(r, &h, e);

	if (rc)
		return rc;
	make_title(&h, r->results[0].strategy, title, sizeof title);
	if (o->format == VIEW_JSON) {
		struct trial t = { 0 };

		for (size_t i = 0; i < r->result_count; i++) {
			t.r = r->results[i];
			view_record(&kinds[KIND_TRIAL], &t, o, i == 0, b);
		}
	} else {
		rc = fill_table(&h, title, o, b, e);
	}
	if (!rc && o->format == VIEW_TABLE) {
		buf_addc(b, '\n');
		heatmap_sentence(&h, b);
	}
	heatmap_release(&h);
	return rc;
}

static void add_labels(struct buf *data, char (*values)[64], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addf(data, "%zu ", i);
		chart_add_text(data, values[i]);
		buf_addc(data, '\n');
	}
	buf_adds(data, "\n\n");
}

enum err picture_heatmap(const struct report *r, const char *path, const char *note, struct error *e)
{
	struct heatmap h;
	struct buf data = { 0 };
	char title[160], size[120], axes[160];
	enum err rc = make(r, &h, e);
	double scale;

	if (rc)
		return rc;
	scale = metric_def_find(h.metric)->unit == UNIT_FRACTION ? 100 : 1;
	add_labels(&data, h.columns, h.column_count);
	add_labels(&data, h.rows, h.row_count);
	for (size_t i = 0; i < h.column_count * h.row_count; i++)
		if (!isnan(h.cells[i]))
			buf_addf(&data, "%zu %zu %.6g %.6g %d\n", i % h.column_count, i / h.column_count, heatmap_heat(&h, h.cells[i]),
				scale * h.cells[i], i == h.best);
	make_title(&h, r->results[0].strategy, title, sizeof title);
	snprintf(size, sizeof size, "%zu %zu %.6g %.6g", h.column_count, h.row_count, scale * heatmap_value(&h, -1), scale * heatmap_value(&h, 1));
	snprintf(axes, sizeof axes, "%s|%s", h.x, h.y);
	if (h.best == h.column_count * h.row_count)
		rc = error_set(e, ERR_DATA, "%s is undefined in every trial", h.metric);
	if (!rc) {
		struct chart chart = { "heatmap.gp", title, note, 3, { size, axes, scale > 1 ? "%" : "number" } };

		rc = chart_draw(&chart, path, &data, e);
	}
	buf_release(&data);
	heatmap_release(&h);
	return rc;
}
