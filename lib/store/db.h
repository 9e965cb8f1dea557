#ifndef CT_STORE_DB_H
#define CT_STORE_DB_H

#include <sqlite3.h>

#include "core/digest.h"
#include "core/path.h"
#include "store/store.h"

/* Inside lib/store only: the connection, its prepared statements, and how values pass in and out. */

#define STATEMENTS 64   /* of queries, by their text */
#define SERIES_SLOTS 64 /* of the hash table at first; a power of two */

struct series_slot {
	int64_t id; /* 0: empty */
	int market, interval;
	char symbol[SYMBOL_SIZE];
};

struct store {
	sqlite3 *db;
	char path[PATH_SIZE];
	int timeout_ms;
	int64_t wait_start_ms;
	int64_t begun_s; /* when the last transaction began */
	struct {
		sqlite3_stmt *stmt;
		bool busy;
	} cache[STATEMENTS];
	size_t next_slot; /* of cache, to be replaced next */
	sqlite3_stmt *insert[STORE_TABLES], *update[STORE_TABLES];
	struct series_slot *series, *last_series;
	size_t series_cap, series_count;
	struct digest *digest;
};

/* The error for SQLite's last failure on this connection. */
enum err db_error(struct store *s, const char *doing, struct error *e);
/* The same for a bare connection. */
enum err db_error_of(sqlite3 *db, const char *path, const char *doing, struct error *e);

/* Statements without values, outside the cache. */
enum err db_exec(struct store *s, const char *sql, struct error *e);
/* Write-ahead log, and every commit on the disk when it returns. */
enum err db_write_ahead(struct store *s, struct error *e);
/* One number, 0 when there is no row. */
enum err db_number(struct store *s, const char *sql, int64_t *out, struct error *e);

#define DB_APPLICATION 0x63746462 /* "ctdb", set by the first migration */
/* Its schema's version; 0: it has none yet. ERR_CONFIG: anybody else's database, which is left alone. */
enum err db_check_ours(struct store *s, int64_t *version, struct error *e);

/* A prepared statement for this text, kept for the next time; give it back with db_done. */
enum err db_statement(struct store *s, const char *sql, sqlite3_stmt **stmt, struct error *e);
void db_done(struct store *s, sqlite3_stmt *stmt);
/* `before"name"`: texts of statements are built for every question, so they are put together without formatting. */
static inline void add_name(struct buf *sql, const char *before, const char *name)
{
	buf_adds(sql, before);
	buf_addc(sql, '"');
	buf_adds(sql, name);
	buf_addc(sql, '"');
}
/* Steps a statement that returns no rows, and resets it. */
enum err db_run(struct store *s, sqlite3_stmt *stmt, const char *doing, struct error *e);

/* Parameter or column `index` (SQLite counts parameters from 1, columns from 0) from or to a member. */
int value_bind(sqlite3_stmt *stmt, int index, const struct field *f, const void *object, bool is_key);
int value_bind_dec(sqlite3_stmt *stmt, int index, dec v);
/* False: the stored value is not one of the field's. */
bool value_column(sqlite3_stmt *stmt, int index, const struct field *f, void *object);
bool value_column_dec(sqlite3_stmt *stmt, int index, dec *v);

/* A row of a table that has no code of its own: new, changed, or the same. */
enum err table_put(struct store *s, enum store_table_id id, const void *object, enum put_result *what, struct error *e);
/* All of a table's columns, in its order. ERR_IO names the one that is damaged. */
enum err table_row(struct store *s, sqlite3_stmt *stmt, const struct store_table *t, void *object, struct error *e);
/* A symbol's rules, and the time in which they held. */
enum err symbol_put(struct store *s, const struct symbol *symbol, enum put_result *what, struct error *e);

/* The candles' own code: store_put and store_each come here for that kind. */
enum err candle_put(struct store *s, const struct candle *c, enum put_result *what, struct error *e);
enum err candle_each(struct store *s, const struct store_query *q, store_callback *callback, void *ctx, struct error *e);
/* A bar from a row that begins with these columns; false: damaged, which candle_damaged says. */
#define CANDLE_COLUMNS "open_time, open, high, low, close, volume, close_time, quote_volume, trades, taker_buy_volume, taker_buy_quote_volume"
bool candle_bar(sqlite3_stmt *stmt, enum interval interval, struct bar *b);
enum err candle_damaged(struct store *s, struct error *e);

/* A moment for others, between two transactions. */
void db_pause(void);

/* Opens without looking at the schema; migrations and backups need that. */
enum err db_open(const char *path, int flags, struct store **s, struct error *e);
/* Whether there is nothing at path, or a file that is empty still: of an init that was killed, or is at work. */
bool db_is_unmade(const char *path);

#endif
