#include "store/verify.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "store/db.h"
#include "store/inspect.h"

#define MARK_BARS 8192 /* in one transaction */

/* Marks the bars of the series that open in [from, until); what came again since the inspection began stays as it is. */
static enum err mark_span(struct store *s, int64_t series, int64_t from, int64_t until, bool valid, int64_t before_s, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, "UPDATE candle_row SET is_validated = ?4 WHERE series = ?1 AND open_time >= ?2 AND open_time < ?3 AND "
		"is_validated <> ?4 AND stored_s <= ?5", &stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, series);
	sqlite3_bind_int64(stmt, 2, from);
	sqlite3_bind_int64(stmt, 3, until);
	sqlite3_bind_int(stmt, 4, valid);
	sqlite3_bind_int64(stmt, 5, before_s);
	rc = db_run(s, stmt, "mark candles", e);
	db_done(s, stmt);
	return rc;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_bad(struct inspection *i)
{
	size_t kept = 0;

	if (i->bad_count == 0)
		return;
	qsort(i->bad, i->bad_count, sizeof *i->bad, by_value);
	for (size_t k = 0; k < i->bad_count; k++)
		if (kept == 0 || i->bad[k] != i->bad[kept - 1])
			i->bad[kept++] = i->bad[k];
	i->bad_count = kept;
}

/* Some thousand bars at a time, between which others may write. */
static enum err mark(struct inspection *i, int64_t before_s, struct error *e)
{
	struct store *s = i->verify->store;
	enum interval interval = (enum interval)i->series->interval;
	int64_t from = i->series->first, end = i->series->last + 1, piece = interval_ms(interval) * MARK_BARS;
	size_t k = 0;
	enum err rc = OK;

	while (!rc && from < end) {
		int64_t until = end - from > piece ? from + piece : end;

		rc = store_begin(s, e);
		for (; !rc && k < i->bad_count && i->bad[k] < until; k++) {
			rc = mark_span(s, i->series->id, from, i->bad[k], true, before_s, e);
			from = interval_next(interval, i->bad[k]);
			if (!rc)
				rc = mark_span(s, i->series->id, i->bad[k], from, false, before_s, e);
		}
		if (!rc)
			rc = mark_span(s, i->series->id, from, until, true, before_s, e);
		rc = rc ? rc : store_commit(s, e);
		if (rc)
			store_rollback(s);
		from = until > from ? until : from;
	}
	return rc;
}

static enum err conclude(struct inspection *i, int64_t before_s, struct error *e)
{
	struct verified *r = &i->result;
	enum err rc = OK;

	sort_bad(i);
	r->bad = (int64_t)i->bad_count;
	r->sound = r->holes == 0 && r->bad == 0 && i->receipts_hold;
	r->validated = r->interval < 0 || !i->verify->mark ? INT_NONE : r->rows - r->bad;
	if (i->verify->mark && r->interval >= 0)
		rc = mark(i, before_s, e);
	return rc || !i->verify->on_series ? rc : i->verify->on_series(i->verify->ctx, r, e);
}

/* Each interval beside the longest of the shorter ones that make it. */
static enum err cross_all(struct inspection *list, size_t n, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < n; i++) {
		struct inspection *shorter = NULL;

		for (size_t k = 0; k < n; k++)
			if (list[i].series->interval >= 0 && list[k].series->interval >= 0
				&& interval_makes((enum interval)list[k].series->interval, (enum interval)list[i].series->interval)
				&& (!shorter || list[k].series->interval > shorter->series->interval))
				shorter = &list[k];
		if (shorter)
			rc = inspect_cross(&list[i], shorter, e);
	}
	return rc;
}

/* All series of one pair. */
static enum err verify_pair(const struct verify *v, const struct store_series *rows, size_t n, struct error *e)
{
	struct inspection *list = calloc(n, sizeof *list);
	int64_t before_s = utc_now_ms() / 1000;
	enum err rc = list ? OK : error_memory(e);

	for (size_t i = 0; !rc && i < n; i++)
		rc = inspect_series(&list[i], v, &rows[i], e);
	if (!rc)
		rc = cross_all(list, n, e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = conclude(&list[i], before_s, e);
	for (size_t i = 0; list && i < n; i++)
		inspect_release(&list[i]);
	free(list);
	return rc;
}

static int by_pair(const void *a, const void *b)
{
	const struct store_series *x = a, *y = b;
	int order = x->market - y->market;

	if (!order)
		order = strcmp(x->symbol, y->symbol);
	return order ? order : (x->interval < 0 ? INTERVAL_COUNT : x->interval) - (y->interval < 0 ? INTERVAL_COUNT : y->interval);
}

enum err store_verify(const struct verify *v, const struct store_query *q, struct error *e)
{
	struct store_series *rows;
	size_t n, end, kept = 0;
	enum err rc = store_all_series(v->store, q, &rows, &n, e);

	for (size_t i = 0; !rc && i < n; i++)
		if (rows[i].first != TIME_NONE)
			rows[kept++] = rows[i];
	if (!rc && kept)
		qsort(rows, kept, sizeof *rows, by_pair);
	for (size_t i = 0; !rc && i < kept; i = end) {
		for (end = i + 1; end < kept && rows[end].market == rows[i].market && strcmp(rows[end].symbol, rows[i].symbol) == 0;)
			end++;
		rc = verify_pair(v, &rows[i], end - i, e);
	}
	free(rows);
	return rc;
}
