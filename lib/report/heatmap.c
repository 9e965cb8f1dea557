#include "report/heatmap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/metrics.h"
#include "report/number.h"

void heatmap_release(struct heatmap *h)
{
	free(h->columns);
	free(h->rows);
	free(h->cells);
	*h = (struct heatmap){ 0 };
}

/* A value of a set as a person writes it. False: the set has no such parameter. */
static bool value_of(const json_t *set, const char *name, char *out)
{
	const json_t *v = json_object_get(set, name);
	char *text = v ? json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12)) : NULL;

	snprintf(out, 64, "%s", json_is_string(v) ? json_string_value(v) : text ? text : "");
	free(text);
	return v != NULL;
}

static json_t *set_of(const struct result *r)
{
	return json_loads(r->tuned, 0, NULL);
}

/* The parameters that make the axes: those asked for, else the first that were searched. */
static enum err choose_axes(struct heatmap *h, const struct result *first, const char *x, const char *y, struct error *e)
{
	json_t *set = set_of(first), *v;
	const char *key;
	char unused[64];
	enum err rc = OK;

	snprintf(h->x, sizeof h->x, "%s", x ? x : "");
	snprintf(h->y, sizeof h->y, "%s", y ? y : "");
	json_object_foreach(set, key, v) {
		if (!*h->x && strcmp(key, h->y) != 0)
			snprintf(h->x, sizeof h->x, "%s", key);
		else if (!*h->y && strcmp(key, h->x) != 0)
			snprintf(h->y, sizeof h->y, "%s", key);
	}
	if (!*h->x || (x && !value_of(set, x, unused)) || (y && !value_of(set, y, unused)))
		rc = error_set(e, ERR_USAGE, "%s%.40s%s was not searched", *h->x ? "'" : "", *h->x ? (x && !value_of(set, x, unused) ? x : y) : "any parameter",
			*h->x ? "'" : "");
	json_decref(set);
	return rc;
}

/* Numbers by size, words by the alphabet, numbers first. */
static int by_value(const void *a, const void *b)
{
	char *x_end, *y_end;
	double x = strtod(a, &x_end), y = strtod(b, &y_end);

	if (*x_end || *y_end)
		return *x_end && *y_end ? strcmp(a, b) : (*x_end != 0) - (*y_end != 0);
	return (x > y) - (x < y);
}

static enum err make_axis(const struct result *const *rows, size_t n, const char *name, char (**values)[64], size_t *count, struct error *e)
{
	size_t kept = 0;

	*values = calloc(n + 1, sizeof **values);
	if (!*values)
		return error_memory(e);
	for (size_t i = 0; i < n; i++) {
		json_t *set = set_of(rows[i]);

		value_of(set, name, (*values)[i]);
		json_decref(set);
	}
	qsort(*values, n, sizeof **values, by_value);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp((*values)[kept - 1], (*values)[i]) != 0)
			memmove((*values)[kept++], (*values)[i], sizeof **values);
	*count = kept;
	return OK;
}

static size_t place(const char *value, char (*values)[64], size_t n)
{
	char (*at)[64] = bsearch(value, values, n, sizeof *values, by_value);

	return at ? (size_t)(at - values) : 0;
}

/* A set's value and the cell it belongs to. */
struct mark {
	size_t cell;
	double v;
};

static int by_cell(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return (x->v > y->v) - (x->v < y->v);
}

static enum err fill_cells(struct heatmap *h, const struct result *const *rows, size_t n, int metric, struct error *e)
{
	struct mark *marks = calloc(n + 1, sizeof *marks);
	size_t count = 0;
	char value[64];

	h->cells = calloc(h->column_count * h->row_count + 1, sizeof *h->cells);
	if (!marks || !h->cells) {
		free(marks);
		return error_memory(e);
	}
	for (size_t i = 0; i < n; i++) {
		json_t *set = set_of(rows[i]);
		size_t x, y;

		value_of(set, h->x, value);
		x = place(value, h->columns, h->column_count);
		value_of(set, h->y, value);
		y = *h->y ? place(value, h->rows, h->row_count) : 0;
		json_decref(set);
		if (!isnan(rows[i]->metric[metric]))
			marks[count++] = (struct mark){ y * h->column_count + x, rows[i]->metric[metric] };
	}
	for (size_t i = 0; i < h->column_count * h->row_count; i++)
		h->cells[i] = NAN;
	qsort(marks, count, sizeof *marks, by_cell);
	for (size_t i = 0, k; i < count; i += k) {
		for (k = 1; i + k < count && marks[i + k].cell == marks[i].cell; k++)
			;
		h->cells[marks[i].cell] = (marks[i + (k - 1) / 2].v + marks[i + k / 2].v) / 2;
		h->most = k > h->most ? k : h->most;
	}
	free(marks);
	return OK;
}

/* The mean of a cell and those around it; NaN with fewer than four of them (two in a single row). */
static double surroundings(const struct heatmap *h, size_t cell)
{
	ptrdiff_t x = (ptrdiff_t)(cell % h->column_count), y = (ptrdiff_t)(cell / h->column_count);
	double sum = 0, n = 0;

	for (ptrdiff_t j = y - 1; j <= y + 1; j++)
		for (ptrdiff_t i = x - 1; i <= x + 1; i++) {
			double v = i < 0 || j < 0 || i >= (ptrdiff_t)h->column_count || j >= (ptrdiff_t)h->row_count ? NAN :
				h->cells[(size_t)j * h->column_count + (size_t)i];

			sum += isnan(v) ? 0 : v;
			n += !isnan(v);
		}
	return n >= (h->row_count > 1 && h->column_count > 1 ? 4 : 2) ? sum / n : NAN;
}

static void find_best(struct heatmap *h)
{
	size_t n = h->column_count * h->row_count;
	double sign = h->good < 0 ? -1 : 1, best = -INFINITY, calm = -INFINITY;

	h->best = h->calm = n;
	h->low = INFINITY;
	h->high = -INFINITY;
	h->calm_mean = NAN;
	for (size_t i = 0; i < n; i++) {
		double around = surroundings(h, i);

		if (isnan(h->cells[i]))
			continue;
		h->low = fmin(h->low, h->cells[i]);
		h->high = fmax(h->high, h->cells[i]);
		if (sign * h->cells[i] > best) {
			best = sign * h->cells[i];
			h->best = i;
		}
		if (!isnan(around) && sign * around > calm) {
			calm = sign * around;
			h->calm = i;
			h->calm_mean = around;
		}
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct result *const *)a)->id, (*(const struct result *const *)b)->id);
}

/* Each trial once, by id; the caller frees *out. */
static enum err once_each(const struct result *rows, size_t *n, const struct result ***out, struct error *e)
{
	size_t kept = 0;

	*out = calloc(*n + 1, sizeof **out);
	if (!*out)
		return error_memory(e);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = &rows[i];
	qsort(*out, *n, sizeof **out, by_id);
	for (size_t i = 0; i < *n; i++)
		if (kept == 0 || by_id(&(*out)[kept - 1], &(*out)[i]) != 0)
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return OK;
}

enum err heatmap_make(struct heatmap *h, const struct result *rows, size_t n, const char *x, const char *y, const char *metric, struct error *e)
{
	const struct result **trials = NULL;
	int at = result_metric(metric);
	enum err rc;

	*h = (struct heatmap){ .metric = metric };
	if (at < 0)
		return error_set(e, ERR_USAGE, "'%.40s' is not a metric of a trial, such as calmar, sharpe or total_return", metric);
	if (!n)
		return error_set(e, ERR_DATA, "no trial over a whole period: ct-tune makes them");
	for (size_t i = 1; i < n; i++)
		if (strcmp(rows[i].digest, rows[0].digest) != 0 || strcmp(rows[i].setup, rows[0].setup) != 0)
			return error_set(e, ERR_DATA, "the trials are of several searches: choose the files of one");
	h->good = metric_def_find(metric)->good;
	rc = once_each(rows, &n, &trials, e);
	if (!rc)
		rc = choose_axes(h, trials[0], x, y, e);
	if (!rc)
		rc = make_axis(trials, n, h->x, &h->columns, &h->column_count, e);
	if (!rc)
		rc = make_axis(trials, n, h->y, &h->rows, &h->row_count, e);
	if (!rc)
		rc = fill_cells(h, trials, n, at, e);
	if (!rc)
		find_best(h);
	free(trials);
	if (rc)
		heatmap_release(h);
	return rc;
}

double heatmap_heat(const struct heatmap *h, double v)
{
	double sign = h->good < 0 ? -1 : 1, most = fmax(fabs(h->low), fabs(h->high));

	if (isnan(v) || !(h->high > h->low))
		return 0;
	if (h->low < 0)
		return sign * v / most;
	return sign * (2 * (v - h->low) / (h->high - h->low) - 1);
}

double heatmap_value(const struct heatmap *h, double heat)
{
	double sign = h->good < 0 ? -1 : 1, most = fmax(fabs(h->low), fabs(h->high));

	if (h->low < 0)
		return sign * heat * most;
	return h->low + (sign * heat + 1) / 2 * (h->high - h->low);
}

static void add_value(struct buf *b, const struct heatmap *h, double v)
{
	if (metric_def_find(h->metric)->unit == UNIT_FRACTION)
		number_percent(b, v, 1);
	else
		number_real(b, v, 2);
}

static void add_place(struct buf *b, const struct heatmap *h, size_t cell)
{
	buf_addf(b, "%s %s", h->x, h->columns[cell % h->column_count]);
	if (*h->y)
		buf_addf(b, ", %s %s", h->y, h->rows[cell / h->column_count]);
}

void heatmap_sentence(const struct heatmap *h, struct buf *b)
{
	size_t n = h->column_count * h->row_count;

	if (h->best == n) {
		buf_addf(b, "%s is undefined everywhere.\n", h->metric);
		return;
	}
	buf_addf(b, "Best %s: ", h->metric);
	add_value(b, h, h->cells[h->best]);
	buf_adds(b, " at ");
	add_place(b, h, h->best);
	if (h->calm < n) {
		buf_adds(b, h->calm == h->best ? ", and best with its neighbours as well: on average " : "; best with its neighbours, ");
		if (h->calm != h->best) {
			add_place(b, h, h->calm);
			buf_adds(b, ": on average ");
		}
		add_value(b, h, h->calm_mean);
	}
	buf_adds(b, h->good > 0 && h->high < 0 ? ". Every set is below zero here: the best is only the least bad.\n"
		: ". A good place has good neighbours; a lone peak is mostly luck.\n");
}
