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
		"AND source = ?7 AND sha256 IS NULL AND rows > 0 AND first <= ?6 AND last >= ?5";
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

/* What a request did not have is no more said once it is there. */
static enum err drop_filled(struct store *s, const struct receipt *r, struct error *e)
{
#define FILLED "DELETE FROM receipt_row AS e WHERE market = ?1 AND symbol = ?2 AND interval = ?3 AND series = ?4 AND rows = 0 AND first <= ?6 " \
	"AND last >= ?5 AND EXISTS (SELECT 1 FROM "
	static const char candles[] = FILLED "candle_row c WHERE c.open_time BETWEEN e.first AND e.last AND c.series = "
		"(SELECT id FROM series WHERE market = ?1 AND symbol = ?2 AND interval = ?3))";
	static const char funding[] = FILLED "funding_row f WHERE f.market = ?1 AND f.symbol = ?2 AND f.funding_time BETWEEN e.first AND e.last)";
#undef FILLED

	return run(s, r->interval < 0 ? funding : candles, r, NULL, NULL, e);
}

/* The newest answer holds for all that it is about. Where rows are, or are said to be, it is out of date. */
static enum err put_lack(struct store *s, const struct receipt *r, enum put_result *what, struct error *e)
{
	static const char inside[] = "DELETE FROM receipt_row WHERE market = ?1 AND symbol = ?2 AND interval = ?3 AND series = ?4 AND source = ?7 "
		"AND rows = 0 AND first > ?5 AND last <= ?6";
	struct receipt old = *r;
	bool found = false;
	int64_t rows;
	enum err rc = receipt_count_rows(s, r, &rows, e);

	if (!rc && rows == 0)
		rc = store_get(s, (enum store_table_id)KIND_RECEIPT, &old, &found, e);
	if (rc || rows || (found && old.rows))
		return rc;
	rc = run(s, inside, r, r->source, NULL, e);
	return rc ? rc : store_put_row(s, (enum store_table_id)KIND_RECEIPT, r, what, e);
}

/* From lack->until on, as far as one answer holds. *more false: none does. */
static enum err extend_lack(struct store *s, struct receipt *r, int64_t ripe, struct lack *lack, bool *more, struct error *e)
{
	/* ?5: a time; ?6: answers since then; ?7: how long after its open a row must have been asked for */
	static const char sql[] = "SELECT max(min(last, t_ms - ?7)), t_ms FROM receipt_row WHERE market = ?1 AND symbol = ?2 AND interval = ?3 "
		"AND series = ?4 AND rows = 0 AND first <= ?5 AND last >= ?5 AND t_ms - ?7 >= ?5 AND t_ms >= ?6";
	sqlite3_stmt *stmt;
	int64_t reach, asked;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (rc)
		return rc;
	r->first = lack->until;
	if (bind_series(stmt, r) || sqlite3_bind_int64(stmt, 7, ripe) || sqlite3_step(stmt) != SQLITE_ROW)
		rc = db_error(s, "read receipts", e);
	*more = !rc && sqlite3_column_type(stmt, 0) != SQLITE_NULL;
	if (*more) {
		reach = sqlite3_column_int64(stmt, 0);
		asked = sqlite3_column_int64(stmt, 1);
		lack->until = r->interval < 0 ? reach + 1 : interval_next((enum interval)r->interval, interval_floor((enum interval)r->interval, reach));
		lack->asked = lack->asked == TIME_NONE || asked < lack->asked ? asked : lack->asked;
	}
	db_done(s, stmt);
	return rc;
}

enum err receipt_lack(struct store *s, const struct store_series *series, int64_t from, int64_t until, int64_t asked_since, struct lack *lack,
	struct error *e)
{
	int64_t ripe = LACK_RIPE + (series->interval < 0 ? 0 : interval_ms((enum interval)series->interval));
	struct receipt r = { .market = series->market, .interval = series->interval, .series = series->interval < 0 ? RECEIPT_FUNDING : RECEIPT_CANDLES,
		.last = asked_since };
	bool more = true;
	enum err rc = OK;

	*lack = (struct lack){ .until = from, .asked = TIME_NONE };
	memcpy(r.symbol, series->symbol, sizeof r.symbol);
	while (!rc && more && lack->until < until)
		rc = extend_lack(s, &r, ripe, lack, &more, e);
	return rc;
}

enum err receipt_put(struct store *s, struct receipt *r, enum put_result *what, struct error *e)
{
	static const char outdated[] = "DELETE FROM receipt_row WHERE market = ?1 AND symbol = ?2 AND interval = ?3 AND series = ?4 "
		"AND rows > 0 AND (source = '" RECEIPT_OWN "' OR (source = ?7 AND first <> ?5)) AND first >= ?5 AND last <= ?6";
	struct receipt old = *r;
	bool found = false;
	enum err rc;

	*what = PUT_SAME;
	if (receipt_is_lack(r))
		return put_lack(s, r, what, e);
	rc = drop_filled(s, r, e);
	if (!rc)
		rc = *r->sha256 ? store_get(s, (enum store_table_id)KIND_RECEIPT, &old, &found, e) : join_touching(s, r, e);
	if (!rc && found && strcmp(old.sha256, r->sha256) == 0 && old.last > r->last)
		return OK; /* the same file again, and not at its end yet: its rows are all there */
	if (!rc && strcmp(r->source, RECEIPT_OWN) != 0)
		rc = run(s, outdated, r, r->source, NULL, e);
	return rc ? rc : store_put_row(s, (enum store_table_id)KIND_RECEIPT, r, what, e);
}
