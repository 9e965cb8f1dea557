/* One file of a lake out of the database. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/prog.h"
#include "core/utc.h"
#include "store/db.h"
#include "store/lake_file.h"
#include "store/series.h"

#define ROW_GROUP 30720 /* rows; what a reader has in memory */

/* The rows of one file on their way. */
struct writer {
	struct store *s;
	const struct lake_table *t;
	struct lake_file *file;
	int64_t series; /* of candles: the database's id */
	sqlite3_stmt *stmt;
	uint64_t sum;
	int64_t rows;
	bool ahead; /* a row is waiting in stmt */
	char *objects; /* DUCK_ROWS of them */
};

/* What the database, or a file, has of a series' year. */
struct extent {
	int64_t rows, first, last, changed_s; /* changed_s: when the last row came or changed; INT64_MAX: not known */
};

static const char *candle_sql(bool extent)
{
	return extent ? "SELECT count(*), min(open_time), max(open_time), max(stored_s) FROM candle_row WHERE series = ?1 AND open_time >= ?3 AND open_time < ?4"
		: "SELECT " CANDLE_COLUMNS " FROM candle_row WHERE series = ?1 AND open_time >= ?3 AND open_time < ?4 ORDER BY open_time";
}

static const char *funding_sql(bool extent)
{
	return extent ? "SELECT count(*), min(funding_time), max(funding_time), 9223372036854775807 FROM funding_row "
		"WHERE market = ?1 AND symbol = ?2 AND funding_time >= ?3 AND funding_time < ?4"
		: "SELECT funding_time, interval_hours, rate, mark_price FROM funding_row "
		"WHERE market = ?1 AND symbol = ?2 AND funding_time >= ?3 AND funding_time < ?4 ORDER BY funding_time";
}

static enum err select_rows(struct writer *w, bool extent, sqlite3_stmt **stmt, struct error *e)
{
	const struct lake_file *f = w->file;
	enum err rc = db_statement(w->s, w->t->has_interval ? candle_sql(extent) : funding_sql(extent), stmt, e);

	if (rc)
		return rc;
	if (w->t->has_interval) {
		sqlite3_bind_int64(*stmt, 1, w->series);
	} else {
		sqlite3_bind_text(*stmt, 1, market_names[f->market], -1, SQLITE_STATIC);
		sqlite3_bind_text(*stmt, 2, f->symbol, -1, SQLITE_STATIC);
	}
	sqlite3_bind_int64(*stmt, 3, lake_year_start(f->year));
	sqlite3_bind_int64(*stmt, 4, lake_year_start(f->year + 1));
	return OK;
}

static enum err step(struct writer *w, struct error *e)
{
	int code = sqlite3_step(w->stmt);

	w->ahead = code == SQLITE_ROW;
	return w->ahead || code == SQLITE_DONE ? OK : db_error(w->s, "read the database", e);
}

static enum err read_object(struct writer *w, void *object, struct error *e)
{
	const struct lake_table *t = w->t;

	if (t->has_interval)
		return candle_bar(w->stmt, (enum interval)w->file->interval, &((struct candle *)object)->bar) ? OK : candle_damaged(w->s, e);
	for (size_t i = t->first_field; i < t->kind->field_count; i++)
		if (!value_column(w->stmt, (int)(i - t->first_field), &t->kind->fields[i], object))
			return error_field(e, ERR_IO, t->kind->fields[i].name, "a stored value is not one of this field's: '%s'", w->s->path);
	return OK;
}

static enum err next_rows(void *ctx, const void **objects, size_t *count, struct error *e)
{
	struct writer *w = ctx;
	char *object = w->objects;
	enum err rc = prog_stopped(e);

	for (*count = 0; !rc && w->ahead && *count < DUCK_ROWS; ++*count, object += w->t->kind->size) {
		rc = read_object(w, object, e);
		w->sum = lake_sum(w->sum, w->t, object);
		if (!rc)
			rc = step(w, e);
	}
	*objects = w->objects;
	w->rows += (int64_t)*count;
	return rc;
}

static enum err extent_of_database(struct writer *w, struct extent *x, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = select_rows(w, true, &stmt, e);

	if (rc)
		return rc;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*x = (struct extent){ sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3) };
	else
		rc = db_error(w->s, "read the database", e);
	db_done(w->s, stmt);
	return rc;
}

static enum err extent_of_file(struct lake *l, const struct lake_table *t, const char *path, struct extent *x, struct error *e)
{
	static const struct field fields[] = {
		{ "rows", FIELD_INT, FIELD(extent, rows), 0, NULL, NULL, NULL, 0, 0, NULL },
		{ "first", FIELD_TIME, FIELD(extent, first), FIELD_NULL, NULL, NULL, NULL, 0, 0, NULL },
		{ "last", FIELD_TIME, FIELD(extent, last), FIELD_NULL, NULL, NULL, NULL, 0, 0, NULL },
	};
	const char *time = t->kind->fields[t->first_field].name;
	struct buf sql = { 0 };
	enum err rc;

	buf_addf(&sql, "SELECT count(*), min(\"%s\"), max(\"%s\")", time, time);
	lake_from(&sql, path);
	rc = sql.failed ? error_memory(e) : duck_ask_row(l->duck, sql.data, fields, 3, x, e);
	buf_release(&sql);
	return rc;
}

/* An earlier file: *same if nothing has changed since; ERR_CANTCREAT if it has what the database has not. */
static enum err compare(struct lake *l, struct writer *w, const char *path, bool *same, struct error *e)
{
	struct extent file, database = { 0 };
	struct lake_stamp stamp;
	char from[UTC_TEXT], to[UTC_TEXT];
	enum err rc = extent_of_file(l, w->t, path, &file, e);

	if (!rc)
		rc = lake_stamp(l, path, &stamp, e);
	if (rc)
		return lake_error(path, rc, e);
	rc = extent_of_database(w, &database, e);
	if (rc)
		return rc;
	if (file.rows > database.rows || (file.rows && (file.first < database.first || file.last > database.last)))
		return error_set(e, ERR_CANTCREAT, "it has %lld rows, %s to %s, of which the database has %lld: import the lake first, or remove the file: '%s'",
			(long long)file.rows, utc_format(file.first, from), utc_format(file.last, to), (long long)database.rows, path);
	/* A row that came within the second of the export may have come after it. */
	*same = file.rows == database.rows && stamp.exported_s != INT_NONE && database.changed_s < stamp.exported_s - 1;
	return OK;
}

static enum err copy(struct lake *l, struct writer *w, const char *temporary, int64_t now_ms, struct error *e)
{
	const struct lake_table *t = w->t;
	const struct duck_source source = { t->kind->fields + t->first_field, t->kind->field_count - t->first_field, t->kind->size, next_rows, w };
	struct buf sql = { 0 };
	enum err rc;

	w->objects = malloc(DUCK_ROWS * t->kind->size);
	if (!w->objects)
		return error_memory(e);
	buf_adds(&sql, "COPY (FROM ct_rows()) TO ");
	duck_literal(&sql, temporary, false);
	/* The level below the first: a tenth less work than it, for a thirtieth more bytes. */
	buf_addf(&sql, " (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL -1, PARQUET_VERSION V2, ROW_GROUP_SIZE %d, USE_TMP_FILE false, "
		"KV_METADATA {'" LAKE_KEY_SUM "': '" LAKE_UNSUMMED "', '" LAKE_KEY_TIME "': '%lld'})", ROW_GROUP, (long long)(now_ms / 1000));
	rc = sql.failed ? error_memory(e) : duck_feed(l->duck, &source, sql.data, ERR_IO, e);
	free(w->objects);
	buf_release(&sql);
	return rc;
}

static enum err write_file(struct lake *l, struct writer *w, const char *path, int64_t now_ms, struct error *e)
{
	char temporary[LAKE_TEMPORARY];
	enum err rc = path_make_parents(path, e);

	lake_temporary(path, temporary);
	if (!rc)
		rc = copy(l, w, temporary, now_ms, e);
	if (!rc)
		return lake_place(l, path, w->sum, e);
	unlink(temporary);
	return rc == ERR_DATA ? lake_error(path, rc, e) : rc;
}

static enum err export_rows(struct lake *l, struct writer *w, const char *path, struct lake_count *count, int64_t now_ms, struct error *e)
{
	bool same = false;
	enum err rc = access(path, F_OK) == 0 ? compare(l, w, path, &same, e) : OK;

	count->kept += same;
	if (rc || same)
		return rc;
	rc = select_rows(w, false, &w->stmt, e);
	if (rc)
		return rc;
	rc = step(w, e);
	if (!rc && w->ahead) {
		rc = write_file(l, w, path, now_ms, e);
		count->files += !rc;
		count->rows += rc ? 0 : w->rows;
	}
	db_done(w->s, w->stmt);
	return rc;
}

/* One state of the database for a file; not for all, or the write-ahead log would grow while others trade. */
enum err lake_write(struct lake *l, struct store *s, const struct lake_table *t, int64_t series, struct lake_file *f, struct lake_count *count,
	struct error *e)
{
	struct writer w = { .s = s, .t = t, .file = f, .series = series, .sum = lake_sum_start(f) };
	int64_t now_ms = utc_now_ms();
	char path[PATH_SIZE];
	enum err rc = lake_path(l, t, f, path, e);

	if (!rc)
		rc = store_begin_read(s, e);
	if (rc)
		return rc;
	rc = export_rows(l, &w, path, count, now_ms, e);
	store_rollback(s);
	return rc;
}
