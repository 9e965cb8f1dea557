#include <math.h>

#include "core/utc.h"
#include "store/db.h"

static int bind_optional(sqlite3_stmt *stmt, int index, const char *text)
{
	return text && *text ? sqlite3_bind_text(stmt, index, text, -1, SQLITE_TRANSIENT) : sqlite3_bind_null(stmt, index);
}

enum err store_sync_log(struct store *s, const struct store_sync *row, struct error *e)
{
	sqlite3_stmt *stmt;
	int bad;
	enum err rc = db_statement(s, "INSERT INTO sync_log (market, symbol, interval, sync_type, rows_inserted, rows_updated, "
		"duration_seconds, status, error_message, sync_timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &stmt, e);

	if (rc)
		return rc;
	bad = bind_optional(stmt, 1, row->market < 0 ? NULL : market_names[row->market]) | bind_optional(stmt, 2, row->symbol)
		| bind_optional(stmt, 3, row->interval < 0 ? NULL : interval_names[row->interval]) | bind_optional(stmt, 4, row->type)
		| sqlite3_bind_int64(stmt, 5, row->inserted) | sqlite3_bind_int64(stmt, 6, row->updated)
		| sqlite3_bind_double(stmt, 7, round(row->seconds * 1000) / 1000) | bind_optional(stmt, 8, row->status)
		| bind_optional(stmt, 9, row->message) | sqlite3_bind_int64(stmt, 10, row->t_ms);
	rc = bad ? db_error(s, "bind a value", e) : db_run(s, stmt, "write sync_log", e);
	db_done(s, stmt);
	return rc;
}

enum err store_config_put(struct store *s, const char *key, const char *value_json, int64_t t_ms, struct error *e)
{
	sqlite3_stmt *stmt;
	int bad;
	enum err rc = db_statement(s, "INSERT INTO configs (key, value_json, updated_at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE "
		"SET value_json = ?2, updated_at = ?3 WHERE value_json <> ?2", &stmt, e);

	if (rc)
		return rc;
	bad = bind_optional(stmt, 1, key) | bind_optional(stmt, 2, value_json) | sqlite3_bind_int64(stmt, 3, t_ms);
	rc = bad ? db_error(s, "bind a value", e) : db_run(s, stmt, "write configs", e);
	db_done(s, stmt);
	return rc;
}

enum err store_config_keep(struct store *s, const char *dir, const char *name, struct error *e)
{
	char file[PATH_SIZE];
	struct buf text = { 0 };
	enum err rc = OK;

	if ((size_t)snprintf(file, sizeof file, "%s/%s", dir, name) < sizeof file && file_read(file, 1 << 20, &text, NULL) == OK && text.data)
		rc = store_config_put(s, name, text.data, utc_now_ms(), e);
	buf_release(&text);
	return rc;
}
