/* Candles out of the database: one by one, or by the hundred. */
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "store/db.h"
#include "store/series.h"

/* A volume, by its value: asked for column by column, sqlite looks each of them up twice. */
static bool read_volume(sqlite3_stmt *stmt, int index, dec *out)
{
	sqlite3_value *v = sqlite3_column_value(stmt, index);

	switch (sqlite3_value_type(v)) {
	case SQLITE_INTEGER: *out = sqlite3_value_int64(v); return true;
	case SQLITE_NULL: *out = DEC_NONE; return true;
	default: return value_column_dec(stmt, index, out);
	}
}

static int64_t read_int(sqlite3_stmt *stmt, int index, int64_t unknown)
{
	sqlite3_value *v = sqlite3_column_value(stmt, index);

	return sqlite3_value_type(v) == SQLITE_NULL ? unknown : sqlite3_value_int64(v);
}

bool candle_bar(sqlite3_stmt *stmt, enum interval interval, struct bar *b)
{
	b->open_time = sqlite3_column_int64(stmt, 0);
	b->open = sqlite3_column_int64(stmt, 1);
	b->high = sqlite3_column_int64(stmt, 2);
	b->low = sqlite3_column_int64(stmt, 3);
	b->close = sqlite3_column_int64(stmt, 4);
	b->close_time = read_int(stmt, 6, interval_next(interval, b->open_time) - 1);
	b->trades = read_int(stmt, 8, INT_NONE);
	return read_volume(stmt, 5, &b->volume) && read_volume(stmt, 7, &b->quote_volume) && read_volume(stmt, 9, &b->taker_buy_volume)
		&& read_volume(stmt, 10, &b->taker_buy_quote_volume);
}

enum err candle_damaged(struct store *s, struct error *e)
{
	return error_set(e, ERR_IO, "a stored candle has a value that is not a decimal: '%s'", s->path);
}

#define LANE_BARS 256

/* Reading: one series, a stretch of bars at a time, so that no statement is open while the caller works. */
struct lane {
	const struct store_series *series;
	int64_t next, until; /* of open_time */
	size_t at, count;
	bool end;
	struct bar bars[LANE_BARS];
};

static enum err refill(struct store *s, struct lane *l, struct error *e)
{
	static const char sql[] = "SELECT " CANDLE_COLUMNS " FROM candle_row WHERE series = ? AND open_time >= ? AND open_time < ? "
		"ORDER BY open_time LIMIT ?";
	sqlite3_stmt *stmt;
	int step = SQLITE_ROW;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, l->series->id);
	sqlite3_bind_int64(stmt, 2, l->next);
	sqlite3_bind_int64(stmt, 3, l->until);
	sqlite3_bind_int(stmt, 4, LANE_BARS);
	for (l->at = l->count = 0; !rc && (step = sqlite3_step(stmt)) == SQLITE_ROW; l->count++)
		if (!candle_bar(stmt, (enum interval)l->series->interval, &l->bars[l->count]))
			rc = candle_damaged(s, e);
	if (!rc && step != SQLITE_DONE)
		rc = db_error(s, "read candles", e);
	db_done(s, stmt);
	l->end = l->count < LANE_BARS;
	if (l->count)
		l->next = l->bars[l->count - 1].open_time + 1;
	return rc;
}

/* Where the newest `last` bars begin. */
static enum err find_last(struct store *s, struct lane *l, int64_t last, struct error *e)
{
	sqlite3_stmt *stmt;
	int step;
	enum err rc = db_statement(s, "SELECT open_time FROM candle_row WHERE series = ? AND open_time >= ? AND open_time < ? "
		"ORDER BY open_time DESC LIMIT 1 OFFSET ?", &stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, l->series->id);
	sqlite3_bind_int64(stmt, 2, l->next);
	sqlite3_bind_int64(stmt, 3, l->until);
	sqlite3_bind_int64(stmt, 4, last - 1);
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW)
		l->next = sqlite3_column_int64(stmt, 0);
	else if (step != SQLITE_DONE)
		rc = db_error(s, "read candles", e);
	db_done(s, stmt);
	return rc;
}

static enum err lane_start(struct store *s, struct lane *l, const struct store_series *series, const struct store_query *q, struct error *e)
{
	enum err rc = OK;

	l->series = series;
	l->next = q->since; /* TIME_NONE is the smallest integer */
	l->until = q->until == TIME_NONE ? INT64_MAX : q->until;
	if (q->last > 0)
		rc = find_last(s, l, q->last, e);
	return rc ? rc : refill(s, l, e);
}

static enum err give(const struct lane *l, store_callback *callback, void *ctx, struct error *e)
{
	struct candle c = { .market = l->series->market, .interval = l->series->interval, .bar = l->bars[l->at] };

	memcpy(c.symbol, l->series->symbol, sizeof c.symbol);
	return callback(ctx, &c, e);
}

/* On to the next bar; at == count afterwards: there is none. */
static enum err advance(struct store *s, struct lane *l, struct error *e)
{
	return ++l->at < l->count || l->end ? OK : refill(s, l, e);
}

static enum err by_series(struct store *s, const struct store_query *q, const struct store_series *rows, size_t n, store_callback *callback,
	void *ctx, struct error *e)
{
	struct lane *l = malloc(sizeof *l);
	enum err rc = l ? OK : error_memory(e);

	for (size_t i = 0; !rc && i < n; i++)
		for (rc = lane_start(s, l, &rows[i], q, e); !rc && l->at < l->count;) {
			rc = give(l, callback, ctx, e);
			if (!rc)
				rc = advance(s, l, e);
		}
	free(l);
	return rc;
}

/* The series are few (hundreds): the earliest of their next bars is found by looking at each. Ties go in series order. */
static enum err by_time(struct store *s, const struct store_query *q, const struct store_series *rows, size_t n, store_callback *callback,
	void *ctx, struct error *e)
{
	struct lane *lanes = calloc(n ? n : 1, sizeof *lanes);
	enum err rc = lanes ? OK : error_memory(e);

	for (size_t i = 0; !rc && i < n; i++)
		rc = lane_start(s, &lanes[i], &rows[i], q, e);
	while (!rc) {
		struct lane *first = NULL;

		for (size_t i = 0; i < n; i++)
			if (lanes[i].at < lanes[i].count
				&& (!first || lanes[i].bars[lanes[i].at].open_time < first->bars[first->at].open_time))
				first = &lanes[i];
		if (!first)
			break;
		rc = give(first, callback, ctx, e);
		if (!rc)
			rc = advance(s, first, e);
	}
	free(lanes);
	return rc;
}

static enum err bars_of(struct store *s, struct lane *l, store_bars_callback *callback, void *ctx, struct error *e)
{
	struct candle head = { .market = l->series->market, .interval = l->series->interval };
	enum err rc = OK;

	memcpy(head.symbol, l->series->symbol, sizeof head.symbol);
	while (!rc && l->count) {
		rc = callback(ctx, &head, l->bars, l->count, e);
		if (l->end)
			break;
		if (!rc)
			rc = refill(s, l, e);
	}
	return rc;
}

static enum err choose_series(struct store *s, const struct store_query *q, struct store_series **rows, size_t *n, struct error *e)
{
	if (q->account || q->run || q->strategy || q->id || q->decision || q->order || q->statuses)
		return error_set(e, ERR_USAGE, "candle records have only market, symbol, interval and time to choose by");
	return store_series(s, q, rows, n, e);
}

enum err series_bars(struct store *s, const struct store_series *series, int64_t since, int64_t until, store_bars_callback *callback, void *ctx,
	struct error *e)
{
	struct store_query q = { .since = since, .until = until };
	struct lane *l = malloc(sizeof *l);
	enum err rc = l ? lane_start(s, l, series, &q, e) : error_memory(e);

	if (!rc)
		rc = bars_of(s, l, callback, ctx, e);
	free(l);
	return rc;
}

enum err store_each_bars(struct store *s, const struct store_query *q, store_bars_callback *callback, void *ctx, struct error *e)
{
	struct lane *l = malloc(sizeof *l);
	struct store_series *rows = NULL;
	size_t n = 0;
	enum err rc = l ? choose_series(s, q, &rows, &n, e) : error_memory(e);

	for (size_t i = 0; !rc && i < n; i++) {
		rc = lane_start(s, l, &rows[i], q, e);
		if (!rc)
			rc = bars_of(s, l, callback, ctx, e);
	}
	free(l);
	free(rows);
	return rc;
}

enum err candle_each(struct store *s, const struct store_query *q, store_callback *callback, void *ctx, struct error *e)
{
	struct store_series *rows;
	size_t n;
	enum err rc = choose_series(s, q, &rows, &n, e);

	if (rc)
		return rc;
	rc = (q->by_time ? by_time : by_series)(s, q, rows, n, callback, ctx, e);
	free(rows);
	return rc;
}
