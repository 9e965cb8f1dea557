#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "model/id.h"
#include "store/db.h"
#include "store/series.h"

#define NEWEST_MS INT64_C(7258118400000) /* 2200-01-01: no candle is younger */

/* A bar as it is stored. */
struct stored {
	struct bar bar;
	bool regular; /* it ends where its interval does */
	int64_t revision;
};

static int64_t regular_close(const struct candle *c)
{
	return interval_next((enum interval)c->interval, c->bar.open_time) - 1;
}

/*
 * An impossible bar is refused. One that ends before its regular end is stored as it came.
 */
static enum err check(const struct candle *c, bool *regular, struct error *e)
{
	if (c->bar.open_time < 0 || c->bar.open_time >= NEWEST_MS)
		return error_field(e, ERR_DATA, "open_time", "%lld is not a time between 1970 and 2200", (long long)c->bar.open_time);
	*regular = c->bar.close_time == regular_close(c);
	return candle_check(c, e);
}

enum err store_check(const struct kind *k, const void *object, struct error *e)
{
	bool regular;

	if (k == &kinds[KIND_RECEIPT])
		return receipt_check(object, e);
	return k == &kinds[KIND_CANDLE] ? check(object, &regular, e) : OK;
}

#define INSERT "INSERT INTO candle_row (series, " CANDLE_COLUMNS ", is_validated, revision, stored_s) VALUES "
#define ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)" /* not validated: that is verify's */
#define COLUMNS 14

/* To the parameters of a ROW that follow the first `at`. */
static int bind_bar(const struct store *s, sqlite3_stmt *stmt, int at, int64_t series, const struct bar *b, bool regular, int64_t revision)
{
	return sqlite3_bind_int64(stmt, at + 1, series) | sqlite3_bind_int64(stmt, at + 2, b->open_time) | sqlite3_bind_int64(stmt, at + 3, b->open)
		| sqlite3_bind_int64(stmt, at + 4, b->high) | sqlite3_bind_int64(stmt, at + 5, b->low) | sqlite3_bind_int64(stmt, at + 6, b->close)
		| value_bind_dec(stmt, at + 7, b->volume)
		| (regular ? sqlite3_bind_null(stmt, at + 8) : sqlite3_bind_int64(stmt, at + 8, b->close_time))
		| value_bind_dec(stmt, at + 9, b->quote_volume)
		| (b->trades == INT_NONE ? sqlite3_bind_null(stmt, at + 10) : sqlite3_bind_int64(stmt, at + 10, b->trades))
		| value_bind_dec(stmt, at + 11, b->taker_buy_volume) | value_bind_dec(stmt, at + 12, b->taker_buy_quote_volume)
		| sqlite3_bind_int64(stmt, at + 13, revision)
		| sqlite3_bind_int64(stmt, at + 14, store_in_transaction(s) ? s->begun_s : utc_now_ms() / 1000);
}

static enum err prepare(struct store *s, struct error *e)
{
	static const char insert[] = INSERT ROW " ON CONFLICT DO NOTHING";
	static const char select[] = "SELECT " CANDLE_COLUMNS ", revision FROM candle_row WHERE series = ?1 AND open_time = ?2";
	unsigned keep = SQLITE_PREPARE_PERSISTENT;

	if (s->insert[KIND_CANDLE] && s->update[KIND_CANDLE])
		return OK;
	if (sqlite3_prepare_v3(s->db, insert, -1, keep, &s->insert[KIND_CANDLE], NULL) != SQLITE_OK
		|| sqlite3_prepare_v3(s->db, select, -1, keep, &s->update[KIND_CANDLE], NULL) != SQLITE_OK)
		return db_error(s, "write candles", e);
	return OK;
}

static enum err read_stored(struct store *s, int64_t series, const struct candle *c, struct stored *old, struct error *e)
{
	sqlite3_stmt *stmt = s->update[KIND_CANDLE];
	enum err rc = OK;

	sqlite3_bind_int64(stmt, 1, series);
	sqlite3_bind_int64(stmt, 2, c->bar.open_time);
	if (sqlite3_step(stmt) != SQLITE_ROW)
		rc = db_error(s, "read candles", e);
	else if (!candle_bar(stmt, (enum interval)c->interval, &old->bar))
		rc = candle_damaged(s, e);
	old->revision = sqlite3_column_int64(stmt, 11);
	sqlite3_reset(stmt);
	return rc;
}

/* What the newcomer does not know stays as it is known. *filled: it knows something that was not. */
static void merge_unknown(struct bar *new, const struct bar *old, bool *filled)
{
	dec *const to[] = { &new->quote_volume, &new->taker_buy_volume, &new->taker_buy_quote_volume };
	const dec *const from[] = { &old->quote_volume, &old->taker_buy_volume, &old->taker_buy_quote_volume };

	*filled = old->trades == INT_NONE && new->trades != INT_NONE;
	if (new->trades == INT_NONE)
		new->trades = old->trades;
	for (size_t i = 0; i < 3; i++) {
		*filled |= *from[i] == DEC_NONE && *to[i] != DEC_NONE;
		if (*to[i] == DEC_NONE)
			*to[i] = *from[i];
	}
}

static bool same_bar(const struct bar *a, const struct bar *b)
{
	return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close && a->volume == b->volume
		&& a->close_time == b->close_time && a->quote_volume == b->quote_volume && a->trades == b->trades
		&& a->taker_buy_volume == b->taker_buy_volume && a->taker_buy_quote_volume == b->taker_buy_quote_volume;
}

/* "close 10.5 was 10.4, …" of what was known and differs; empty: nothing. */
static void describe_change(const struct candle *new, const struct candle *old, struct buf *b)
{
	for (size_t i = 0; i < CANDLE_FIELDS; i++) {
		const struct field *f = &candle_fields[i];
		struct buf was = { 0 }, is = { 0 };

		field_write_plain(f, old, &was);
		field_write_plain(f, new, &is);
		if (was.data && is.data && strcmp(was.data, is.data) != 0)
			buf_addf(b, "%s%s %s was %s", b->len ? ", " : "", f->name, is.data, was.data);
		buf_release(&was);
		buf_release(&is);
	}
}

static enum err write_event(struct store *s, const struct candle *c, int64_t revision, const char *change, struct error *e)
{
	struct event event = { .level = EVENT_WARN, .code = "candle.revised", .t_ms = utc_now_ms() };
	char time[UTC_TEXT], what[ID_SIZE * 2];
	enum put_result result;

	if (!s->digest)
		s->digest = digest_new();
	if (!s->digest)
		return error_memory(e);
	snprintf(what, sizeof what, "%s/%s/%s/%lld", market_names[c->market], c->symbol, interval_names[c->interval], (long long)revision);
	id_event(s->digest, "", event.code, what, c->bar.open_time, event.id);
	memcpy(event.symbol, c->symbol, sizeof event.symbol);
	snprintf(event.message, sizeof event.message, "%s %s candle of %s came again different: %s", c->symbol, interval_names[c->interval],
		utc_format(c->bar.open_time, time), change);
	return table_put(s, (enum store_table_id)KIND_EVENT, &event, &result, e);
}

static enum err keep_old(struct store *s, int64_t series, int64_t open_time, struct error *e)
{
	static const char sql[] = "INSERT INTO candle_revision (series, " CANDLE_COLUMNS ", is_validated, revision, stored_s) "
		"SELECT series, " CANDLE_COLUMNS ", is_validated, revision, stored_s FROM candle_row WHERE series = ? AND open_time = ?";
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, series);
	sqlite3_bind_int64(stmt, 2, open_time);
	rc = db_run(s, stmt, "write candles", e);
	db_done(s, stmt);
	return rc;
}

static enum err overwrite(struct store *s, int64_t series, const struct stored *v, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, "REPLACE INTO candle_row (series, " CANDLE_COLUMNS ", is_validated, revision, stored_s) VALUES " ROW, &stmt, e);

	if (rc)
		return rc;
	rc = bind_bar(s, stmt, 0, series, &v->bar, v->regular, v->revision) ? db_error(s, "bind a value", e) : db_run(s, stmt, "write candles", e);
	db_done(s, stmt);
	return rc;
}

/* The same key is stored already: the same bar, a bar that says more, or another bar. */
static enum err put_again(struct store *s, int64_t series, const struct candle *c, bool regular, enum put_result *what, struct error *e)
{
	struct stored old, new = { .bar = c->bar, .regular = regular };
	struct candle was = *c;
	struct buf change = { .max = 4096 };
	bool filled;
	enum err rc = read_stored(s, series, c, &old, e);

	*what = PUT_SAME;
	if (rc || same_bar(&c->bar, &old.bar))
		return rc;
	was.bar = old.bar;
	describe_change(c, &was, &change);
	merge_unknown(&new.bar, &old.bar, &filled);
	new.revision = old.revision + (change.len > 0);
	*what = change.len || filled ? PUT_CHANGED : PUT_SAME;
	if (change.len)
		rc = keep_old(s, series, c->bar.open_time, e);
	if (!rc && change.len)
		rc = write_event(s, c, new.revision, change.data, e);
	if (!rc && *what == PUT_CHANGED)
		rc = overwrite(s, series, &new, e);
	buf_release(&change);
	return rc;
}

enum err candle_put(struct store *s, const struct candle *c, enum put_result *what, struct error *e)
{
	bool regular;
	int64_t series;
	enum err rc = check(c, &regular, e);

	if (!rc)
		rc = prepare(s, e);
	if (!rc)
		rc = series_id(s, c, &series, e);
	if (!rc && bind_bar(s, s->insert[KIND_CANDLE], 0, series, &c->bar, regular, 0))
		rc = db_error(s, "bind a value", e);
	if (!rc)
		rc = db_run(s, s->insert[KIND_CANDLE], "write candles", e);
	*what = PUT_NEW;
	if (rc || sqlite3_changes(s->db) == 1)
		return rc;
	return put_again(s, series, c, regular, what, e);
}

#define FOUR(text) text ", " text ", " text ", " text
static const char insert_run[] = INSERT FOUR(FOUR(ROW));
_Static_assert(STORE_RUN == 16, "rows of insert_run");

/* Whether nothing of the series is stored from first to last. */
static enum err is_free(struct store *s, int64_t series, int64_t first, int64_t last, bool *free, struct error *e)
{
	sqlite3_stmt *stmt;
	int step;
	enum err rc = db_statement(s, "SELECT 1 FROM candle_row WHERE series = ? AND open_time BETWEEN ? AND ? LIMIT 1", &stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, series);
	sqlite3_bind_int64(stmt, 2, first);
	sqlite3_bind_int64(stmt, 3, last);
	step = sqlite3_step(stmt);
	*free = step == SQLITE_DONE;
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = db_error(s, "read candles", e);
	db_done(s, stmt);
	return rc;
}

/* A whole run of new bars in one statement: that takes two thirds of the time. */
static enum err put_run(struct store *s, int64_t series, const struct candle *const *rows, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, insert_run, &stmt, e);

	if (rc)
		return rc;
	for (int i = 0; !rc && i < STORE_RUN; i++) {
		bool regular;

		rc = check(rows[i], &regular, e);
		if (!rc && bind_bar(s, stmt, i * COLUMNS, series, &rows[i]->bar, regular, 0))
			rc = db_error(s, "bind a value", e);
	}
	if (!rc)
		rc = db_run(s, stmt, "write candles", e);
	db_done(s, stmt);
	return rc;
}

enum err store_put_run(struct store *s, const struct candle *const *rows, size_t n, enum put_result *what, struct error *e)
{
	bool free = false;
	int64_t series;
	enum err rc = OK;

	if (n == STORE_RUN && store_in_transaction(s)) {
		rc = series_id(s, rows[0], &series, e);
		if (!rc)
			rc = is_free(s, series, rows[0]->bar.open_time, rows[n - 1]->bar.open_time, &free, e);
		if (!rc && free)
			rc = put_run(s, series, rows, e);
	}
	for (size_t i = 0; !rc && i < n; i++)
		if (free)
			what[i] = PUT_NEW;
		else
			rc = candle_put(s, rows[i], &what[i], e);
	return rc;
}
