#include "store/verify.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "store/db.h"
#include "store/inspect.h"

#define MARK_BARS 8192 /* in one transaction */

/* Bars of a span that are not marked so; what came again since the inspection began does not count. */
#define OTHERWISE " WHERE series = ?1 AND open_time >= ?2 AND open_time < ?3 AND is_validated <> ?4 AND stored_s <= ?5"

struct span {
	int64_t from, until;
	bool valid;
	int64_t before_s;
};

static enum err run_span(struct store *s, const char *sql, int64_t series, const struct span *m, bool *row, struct error *e)
{
	sqlite3_stmt *stmt;
	int step;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, series);
	sqlite3_bind_int64(stmt, 2, m->from);
	sqlite3_bind_int64(stmt, 3, m->until);
	sqlite3_bind_int(stmt, 4, m->valid);
	sqlite3_bind_int64(stmt, 5, m->before_s);
	step = sqlite3_step(stmt);
	*row = step == SQLITE_ROW;
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		rc = db_error(s, "mark candles", e);
	db_done(s, stmt);
	return rc;
}

/* Some thousand bars at a time, and the lock is taken only where there is something to write. */
static enum err mark_span(struct inspection *i, struct span m, struct error *e)
{
	int64_t end = m.until, piece = interval_ms((enum interval)i->series->interval) * MARK_BARS;
	bool other;
	enum err rc = OK;

	for (; !rc && m.from < end; m.from = m.until) {
		m.until = end - m.from > piece ? m.from + piece : end;
		rc = run_span(i->verify->store, "SELECT 1 FROM candle_row" OTHERWISE " LIMIT 1", i->series->id, &m, &other, e);
		if (rc || !other)
			continue;
		rc = run_span(i->verify->store, "UPDATE candle_row SET is_validated = ?4" OTHERWISE, i->series->id, &m, &other, e);
		db_pause();
	}
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

static enum err mark(struct inspection *i, int64_t before_s, struct error *e)
{
	enum interval interval = (enum interval)i->series->interval;
	struct span m = { .from = i->series->first, .before_s = before_s };
	enum err rc = OK;

	for (size_t k = 0; !rc && k < i->bad_count;) {
		m.until = i->bad[k];
		m.valid = true;
		rc = mark_span(i, m, e);
		m.from = m.until;
		for (m.until = interval_next(interval, i->bad[k++]); k < i->bad_count && i->bad[k] == m.until; k++)
			m.until = interval_next(interval, m.until);
		m.valid = false;
		if (!rc)
			rc = mark_span(i, m, e);
		m.from = m.until;
	}
	m.until = i->series->last + 1;
	m.valid = true;
	return rc ? rc : mark_span(i, m, e);
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
