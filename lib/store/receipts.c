#include "store/receipts.h"

#include <string.h>

#include "core/utc.h"
#include "store/db.h"
#include "store/flow.h"

#define FUNDING_APART (8 * MS_HOUR + MS_MINUTE) /* the longest time between two payments */

static int bind_series(sqlite3_stmt *stmt, const struct receipt *r)
{
	return sqlite3_bind_text(stmt, 1, market_names[r->market], -1, SQLITE_STATIC) | sqlite3_bind_text(stmt, 2, r->symbol, -1, SQLITE_TRANSIENT)
		| sqlite3_bind_text(stmt, 3, r->interval < 0 ? "" : interval_names[r->interval], -1, SQLITE_STATIC)
		| sqlite3_bind_text(stmt, 4, receipt_series_names[r->series], -1, SQLITE_STATIC) | sqlite3_bind_int64(stmt, 5, r->first)
		| sqlite3_bind_int64(stmt, 6, r->last);
}

/* Runs a statement whose parameters 1 to 6 are a receipt's series, first and last, and the 7th a text. */
static enum err run(struct store *s, const char *sql, const struct receipt *r, const char *text, int64_t *out, struct error *e)
{
	sqlite3_stmt *stmt;
	int step;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (rc)
		return rc;
	if (bind_series(stmt, r) || (text && sqlite3_bind_text(stmt, 7, text, -1, SQLITE_STATIC))) {
		rc = db_error(s, "bind a value", e);
	} else {
		step = sqlite3_step(stmt);
		if (step == SQLITE_ROW && out)
			*out = sqlite3_column_type(stmt, 0) == SQLITE_NULL ? TIME_NONE : sqlite3_column_int64(stmt, 0);
		else if (step != SQLITE_DONE && step != SQLITE_ROW)
			rc = db_error(s, "write receipts", e);
	}
	db_done(s, stmt);
	return rc;
}

/* A stored receipt of the same source, without a file, that touches the span of this one; TIME_NONE: none. */
static enum err find_touching(struct store *s, const struct receipt *r, int64_t *first, struct error *e)
{
	static const char sql[] = "SELECT max(first) FROM receipt_row WHERE market = ?1 AND symbol = ?2 AND interval = ?3 AND series = ?4 "
		"AND source = ?7 AND sha256 IS NULL AND first <= ?6 AND last >= ?5";
	struct receipt wide = *r;

	if (r->interval < 0) {
		wide.first -= FUNDING_APART;
		wide.last += FUNDING_APART;
	} else {
		wide.first = interval_floor((enum interval)r->interval, r->first - 1);
		wide.last = interval_next((enum interval)r->interval, r->last);
	}
	*first = TIME_NONE;
	return run(s, sql, &wide, r->source, first, e);
}

enum err receipt_count_rows(struct store *s, const struct receipt *r, int64_t *rows, struct error *e)
{
	static const char candles[] = "SELECT count(*) FROM candle_row WHERE ?4 <> '' AND open_time BETWEEN ?5 AND ?6 AND series = "
		"(SELECT id FROM series WHERE market = ?1 AND symbol = ?2 AND interval = ?3)";
	static const char funding[] = "SELECT count(*) FROM funding_row WHERE ?4 <> '' AND market = ?1 AND symbol = ?2 AND ?3 = '' "
		"AND funding_time BETWEEN ?5 AND ?6";

	return run(s, r->interval < 0 ? funding : candles, r, NULL, rows, e);
}

/* Two receipts of one source as one. Where they lie over each other the stored rows are counted. */
static enum err join(struct store *s, struct receipt *r, const struct receipt *old, struct error *e)
{
	bool apart = old->last < r->first || r->last < old->first;
	int64_t rows = r->rows + old->rows;
	enum err rc = OK;

	r->first = old->first < r->first ? old->first : r->first;
	r->last = old->last > r->last ? old->last : r->last;
	if (!apart)
		rc = receipt_count_rows(s, r, &rows, e);
	r->rows = rows;
	r->gaps = flow_gaps(r->interval, r->first, r->last, rows);
	r->t_ms = r->first == old->first && r->last == old->last && rows == old->rows ? old->t_ms : r->t_ms;
	return rc;
}

static enum err join_touching(struct store *s, struct receipt *r, struct error *e)
{
	struct receipt old = *r;
	bool found;
	enum err rc = find_touching(s, r, &old.first, e);

	while (!rc && old.first != TIME_NONE) {
		rc = store_get(s, (enum store_table_id)KIND_RECEIPT, &old, &found, e);
		if (!rc)
			rc = join(s, r, &old, e);
		if (!rc && r->first == old.first && r->last == old.last)
			break; /* it says all of this already */
		if (!rc)
			rc = store_delete(s, (enum store_table_id)KIND_RECEIPT, &old, e);
		if (!rc)
			rc = find_touching(s, r, &old.first, e);
	}
	return rc;
}

enum err receipt_put(struct store *s, struct receipt *r, enum put_result *what, struct error *e)
{
	static const char outdated[] = "DELETE FROM receipt_row WHERE market = ?1 AND symbol = ?2 AND interval = ?3 AND series = ?4 "
		"AND (source = '" RECEIPT_OWN "' OR (source = ?7 AND first <> ?5)) AND first >= ?5 AND last <= ?6";
	struct receipt old = *r;
	bool found = false;
	enum err rc = *r->sha256 ? store_get(s, (enum store_table_id)KIND_RECEIPT, &old, &found, e) : join_touching(s, r, e);

	*what = PUT_SAME;
	if (!rc && found && strcmp(old.sha256, r->sha256) == 0 && old.last > r->last)
		return OK; /* the same file again, and not at its end yet: its rows are all there */
	if (!rc && strcmp(r->source, RECEIPT_OWN) != 0)
		rc = run(s, outdated, r, r->source, NULL, e);
	return rc ? rc : store_put_row(s, (enum store_table_id)KIND_RECEIPT, r, what, e);
}
