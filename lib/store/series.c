#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "store/db.h"
#include "store/series.h"

static uint32_t hash(int market, int interval, const char *symbol)
{
	uint32_t h = 2166136261u ^ (uint32_t)(market * 31 + interval);

	for (; *symbol; symbol++)
		h = (h ^ (unsigned char)*symbol) * 16777619u;
	return h;
}

static bool same(const struct series_slot *slot, const struct candle *c)
{
	return slot->market == c->market && slot->interval == c->interval && strcmp(slot->symbol, c->symbol) == 0;
}

/* The slot of this series, or the empty one where it belongs. */
static struct series_slot *find(struct series_slot *slots, size_t cap, const struct candle *c)
{
	size_t i = hash(c->market, c->interval, c->symbol) & (cap - 1);

	while (slots[i].id && !same(&slots[i], c))
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

/* What does not fit any more is forgotten: it can be read again. */
static enum err make_room(struct store *s, struct error *e)
{
	size_t cap = s->series_cap ? 2 * s->series_cap : SERIES_SLOTS;
	void *slots;

	if (2 * (s->series_count + 1) <= s->series_cap)
		return OK;
	slots = calloc(cap, sizeof *s->series);
	if (!slots)
		return error_memory(e);
	free(s->series);
	s->series = slots;
	s->series_cap = cap;
	s->series_count = 0;
	return OK;
}

static enum err bind(struct store *s, sqlite3_stmt *stmt, const struct candle *c, struct error *e)
{
	if (sqlite3_bind_text(stmt, 1, market_names[c->market], -1, SQLITE_STATIC) != SQLITE_OK
		|| sqlite3_bind_text(stmt, 2, c->symbol, -1, SQLITE_TRANSIENT) != SQLITE_OK
		|| sqlite3_bind_text(stmt, 3, interval_names[c->interval], -1, SQLITE_STATIC) != SQLITE_OK)
		return db_error(s, "bind a value", e);
	return OK;
}

static enum err run(struct store *s, const char *sql, const struct candle *c, int64_t *id, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, sql, &stmt, e);
	int step;

	if (rc)
		return rc;
	rc = bind(s, stmt, c, e);
	if (!rc) {
		step = sqlite3_step(stmt);
		*id = step == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
		if (step != SQLITE_ROW && step != SQLITE_DONE)
			rc = db_error(s, "write series", e);
	}
	db_done(s, stmt);
	return rc;
}

enum err series_id(struct store *s, const struct candle *c, int64_t *id, struct error *e)
{
	static const char select[] = "SELECT id FROM series WHERE market = ? AND symbol = ? AND interval = ?";
	static const char insert[] = "INSERT INTO series (market, symbol, interval) VALUES (?, ?, ?) RETURNING id";
	struct series_slot *slot;
	enum err rc;

	if (s->last_series && same(s->last_series, c)) {
		*id = s->last_series->id;
		return OK;
	}
	rc = make_room(s, e);
	if (rc)
		return rc;
	slot = find(s->series, s->series_cap, c);
	if (!slot->id) {
		rc = run(s, select, c, id, e);
		if (!rc && *id == 0)
			rc = run(s, insert, c, id, e);
		if (rc)
			return rc;
		*slot = (struct series_slot){ .id = *id, .market = c->market, .interval = c->interval };
		memcpy(slot->symbol, c->symbol, strlen(c->symbol) + 1);
		s->series_count++;
	}
	s->last_series = slot;
	*id = slot->id;
	return OK;
}

bool symbol_wanted(const struct store_query *q, const char *symbol)
{
	for (size_t i = 0; i < q->symbol_count; i++)
		if (strcmp(q->symbols[i], symbol) == 0)
			return true;
	return q->symbol_count == 0;
}

static bool wanted(const struct store_query *q, const struct store_series *row)
{
	return (q->market < 0 || q->market == row->market) && (q->interval < 0 || q->interval == row->interval) && symbol_wanted(q, row->symbol);
}

static int64_t time_column(sqlite3_stmt *stmt, int index)
{
	return sqlite3_column_type(stmt, index) == SQLITE_NULL ? TIME_NONE : sqlite3_column_int64(stmt, index);
}

static bool read_row(sqlite3_stmt *stmt, struct store_series *row)
{
	const char *interval = (const char *)sqlite3_column_text(stmt, 3);

	*row = (struct store_series){ .id = sqlite3_column_int64(stmt, 0) };
	row->market = market_find((const char *)sqlite3_column_text(stmt, 1));
	snprintf(row->symbol, sizeof row->symbol, "%s", (const char *)sqlite3_column_text(stmt, 2));
	row->interval = interval ? interval_find(interval) : -1;
	row->first = time_column(stmt, 4);
	row->last = time_column(stmt, 5);
	row->due = time_column(stmt, 6);
	return row->market >= 0 && (row->interval >= 0 || !interval);
}

static enum err add_row(struct store_series **rows, size_t *count, size_t *cap, const struct store_series *row, struct error *e)
{
	if (grow(rows, cap, *count + 1, sizeof **rows, e))
		return ERR_INTERNAL;
	(*rows)[(*count)++] = *row;
	return OK;
}

static enum err add_rows(struct store *s, const char *sql, const struct store_query *q, struct store_series **rows, size_t *count, size_t *cap,
	struct error *e)
{
	struct store_series row;
	sqlite3_stmt *stmt;
	int step = SQLITE_DONE;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (rc)
		return rc;
	while (!rc && (step = sqlite3_step(stmt)) == SQLITE_ROW)
		if (read_row(stmt, &row) && wanted(q, &row))
			rc = add_row(rows, count, cap, &row, e);
	if (!rc && step != SQLITE_DONE)
		rc = db_error(s, "read the database", e);
	db_done(s, stmt);
	return rc;
}

static enum err list(struct store *s, const struct store_query *q, bool funding, struct store_series **rows, size_t *count, struct error *e)
{
	static const char candles[] = "SELECT id, market, symbol, interval, (SELECT min(open_time) FROM candle_row WHERE series = id), "
		"(SELECT max(open_time) FROM candle_row WHERE series = id), NULL FROM series ORDER BY market, symbol, interval";
	static const char payments[] = "SELECT 0, market, symbol, NULL, first, last, last + 3600000 * (SELECT ifnull(f.interval_hours, 8) FROM funding_row f "
		"WHERE f.market = g.market AND f.symbol = g.symbol AND f.funding_time = g.last) FROM (SELECT market, symbol, min(funding_time) AS first, "
		"max(funding_time) AS last FROM funding_row GROUP BY market, symbol) AS g ORDER BY market, symbol";
	size_t cap = 0;
	enum err rc;

	*rows = NULL;
	*count = 0;
	rc = add_rows(s, candles, q, rows, count, &cap, e);
	if (!rc && funding)
		rc = add_rows(s, payments, q, rows, count, &cap, e);
	if (rc) {
		free(*rows);
		*rows = NULL;
		*count = 0;
	}
	return rc;
}

enum err store_series(struct store *s, const struct store_query *q, struct store_series **rows, size_t *count, struct error *e)
{
	return list(s, q, false, rows, count, e);
}

enum err store_all_series(struct store *s, const struct store_query *q, struct store_series **rows, size_t *count, struct error *e)
{
	return list(s, q, true, rows, count, e);
}
