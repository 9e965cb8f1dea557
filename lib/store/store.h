#ifndef CT_STORE_STORE_H
#define CT_STORE_STORE_H

#include "model/record.h"
#include "model/state.h"
#include "model/wire.h"

/*
 * The database: one SQLite file, in which records of every kind and the accounts' state last. A store is one
 * connection and one thread's. Schema: share/sql.
 *
 * Errors, of every function: ERR_CONFIG (no database, another schema version: the message names the command that
 * mends it), ERR_TEMPFAIL (locked for longer than the timeout), ERR_IO (full disk, read-only, damaged file),
 * ERR_INTERNAL (memory, or a value the schema refuses).
 */
struct store;

enum store_mode {
	STORE_READ,   /* never writes, is never blocked by a writer */
	STORE_WRITE,
	STORE_CREATE, /* as STORE_WRITE; made when it is not there */
};

#define STORE_TIMEOUT_MS 10000 /* how long a lock is waited for */

/* *s is the caller's to close; NULL after an error. */
enum err store_open(const char *path, enum store_mode mode, struct store **s, struct error *e);
void store_close(struct store *s); /* NULL is fine; an open transaction is rolled back */
void store_set_timeout(struct store *s, int ms);

/*
 * A transaction that holds the write lock from its first moment. Durable once store_commit returns OK; when it fails the
 * transaction is rolled back. Writes outside of one are transactions of their own. They do not nest.
 */
enum err store_begin(struct store *s, struct error *e);
/* One state of the database for all that is read until store_rollback; writers go on. Nothing may be written. */
enum err store_begin_read(struct store *s, struct error *e);
enum err store_commit(struct store *s, struct error *e);
void store_rollback(struct store *s);
/* Commits, or rolls back where rc is an error; returns what came of it. */
enum err store_end(struct store *s, enum err rc, struct error *e);
bool store_in_transaction(const struct store *s);
/* A number, above 0, that is another one once another connection has committed something. */
enum err store_changes(struct store *s, int64_t *number, struct error *e);

/* A stored table: a kind's records, or one of an account's state. */
struct store_table {
	const char *name;
	const struct field *fields;
	size_t field_count, size; /* of the C struct */
	const char *key[7];       /* field names, NULL-terminated; what makes a row the same row */
	const char *time;         /* the field that since, until and last mean; NULL: none */
	bool clustered;           /* ordered by key within one time; else by when the row was first put */
};

enum store_table_id {
	STORE_ACCOUNT_STATE = KIND_COUNT, STORE_DUST, STORE_CURSOR, STORE_WIRE, STORE_WIRE_STEP, STORE_BASELINE, STORE_BLOCK, STORE_LIVE_STATE, STORE_LOT,
	STORE_SYMBOL_TERM, STORE_HEARD, STORE_TABLES
};
extern const struct store_table store_tables[STORE_TABLES]; /* the first are indexed by kind_id */

enum put_result { PUT_NEW, PUT_SAME, PUT_CHANGED };

/*
 * Inserts the object, or updates the row of its key. Putting the same again changes nothing. what may be NULL.
 * A candle is checked first (ERR_DATA names the field); one that comes again with other values leaves an event
 * "candle.revised" and the old values in candle_revisions. Volumes unknown the second time keep what is known. A symbol's
 * rules stay known for the time in which they held; an older reading of them changes that past only.
 */
enum err store_put(struct store *s, const struct kind *k, const void *object, enum put_result *what, struct error *e);
enum err store_put_row(struct store *s, enum store_table_id table, const void *object, enum put_result *what, struct error *e);

/*
 * Candles of one series, each later than the one before, at most STORE_RUN: as store_put for each of them, and faster for
 * whole runs of new ones inside a transaction. what[i] is set for each.
 */
#define STORE_RUN 16
enum err store_put_run(struct store *s, const struct candle *const *rows, size_t n, enum put_result *what, struct error *e);

/*
 * A whole listing of a market was read: its event (SYMBOL_LISTING). Pairs that were last read before it are listed no more,
 * and get the status SYMBOL_DELISTED from its time on.
 */
enum err symbols_delist(struct store *s, const struct event *listing, struct error *e);

/* What store_put would refuse of this object, without a database: ERR_DATA names the field. */
enum err store_check(const struct kind *k, const void *object, struct error *e);

/* The row whose key members are set in *object; its other members are filled. *found false: none, *object is as it was. */
enum err store_get(struct store *s, enum store_table_id table, void *object, bool *found, struct error *e);
/* Deletes that row; no error when there is none. */
enum err store_delete(struct store *s, enum store_table_id table, const void *object, struct error *e);

/* Which rows. Start from STORE_ANY; a filter on something the table lacks is ERR_USAGE. */
struct store_query {
	const char *account, *run, *strategy, *id, *decision, *order, *digest; /* NULL: any */
	int market, interval;                   /* -1: any */
	const char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;                    /* 0: any */
	int64_t since, until;                   /* ms, since <= time < until; TIME_NONE: open */
	int64_t at;                             /* symbols: as they were then; TIME_NONE: as they are */
	bool listed;                            /* with at: not those whose first candle came later */
	int64_t last;                           /* only the newest so many (candles: of each series); 0: all */
	unsigned statuses;                      /* 1u << status | …; 0: any */
	bool by_time;                           /* candles: ordered by (open_time, symbol), not (symbol, open_time) */
};
#define STORE_ANY { .market = -1, .interval = -1, .since = TIME_NONE, .until = TIME_NONE, .at = TIME_NONE }

/* An error from the callback ends the reading and is returned. */
typedef enum err store_callback(void *ctx, const void *object, struct error *e);

/*
 * Calls back with each row, oldest first (tables without a time: by key). No lock is held against writers, and the
 * callback may use the store.
 */
enum err store_each(struct store *s, const struct kind *k, const struct store_query *q, store_callback *callback, void *ctx, struct error *e);
enum err store_each_row(struct store *s, enum store_table_id table, const struct store_query *q, store_callback *callback, void *ctx,
	struct error *e);
/* Whether there is any such row. */
enum err store_any(struct store *s, const struct kind *k, const struct store_query *q, bool *any, struct error *e);

/*
 * What all accounts but this one hold in accounts of the same mode: the cost of positions and what is reserved for approvals that
 * have not ended, in one currency. What no run explains counts too. *sum is DEC_NONE where a pair is quoted in another
 * currency, or the sum is out of range: it cannot be said.
 */
enum err store_elsewhere(struct store *s, const char *account, int mode, const char *quote, dec *sum, struct error *e);

/*
 * Candles by the hundred, series after series: head names the series of the n bars (its own bar is not set). by_time is
 * not heeded; else as store_each.
 */
typedef enum err store_bars_callback(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e);
enum err store_each_bars(struct store *s, const struct store_query *q, store_bars_callback *callback, void *ctx, struct error *e);

/* What candles there are. */
struct store_series {
	int64_t id; /* inside this file only */
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t first, last; /* open times; TIME_NONE: no candle */
	int64_t due;         /* of funding: when the payment after the last is to be there */
};

/* By market, symbol, interval of the query, in that order; the caller frees *rows. */
enum err store_series(struct store *s, const struct store_query *q, struct store_series **rows, size_t *count, struct error *e);
/* The same with funding payments behind them: interval -1, times of payments; not where the query names an interval. */
enum err store_all_series(struct store *s, const struct store_query *q, struct store_series **rows, size_t *count, struct error *e);

/* One line of sync_log: what came in. */
struct store_sync {
	const char *type;             /* "put", "import" */
	int market, interval;         /* -1: not of one series */
	const char *symbol;           /* "": not of one series */
	int64_t inserted, updated;
	double seconds;
	const char *status, *message; /* "ok" or "error"; what is missing, or went wrong: may be NULL */
	int64_t t_ms;
};
enum err store_sync_log(struct store *s, const struct store_sync *row, struct error *e);

/* The newest text of one configuration file. */
enum err store_config_put(struct store *s, const char *key, const char *value_json, int64_t t_ms, struct error *e);

/* The same with the text of dir/name, where there is such a file. */
enum err store_config_keep(struct store *s, const char *dir, const char *name, struct error *e);

/* A consistent copy into a new file, which appears whole or not at all; an existing one is not overwritten (ERR_CANTCREAT). */
enum err store_backup(struct store *s, const char *path, struct error *e);

/* What store_migrate did. */
struct store_migration {
	int from, to;
	char backup[4096]; /* the copy made before; "" where there was nothing to copy */
};

int store_version(void); /* of the schema this program knows */
/*
 * Brings the file's schema to version `to` (-1: this program's), up or down, after a copy of the file is made beside it.
 * create: makes the file when it is not there; else ERR_CONFIG.
 */
enum err store_migrate(const char *path, int to, bool create, struct store_migration *m, struct error *e);

#endif
