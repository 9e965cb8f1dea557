#include "store/db.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/utc.h"

#define PAUSE_NS 8000000 /* who waits for the lock looks every millisecond, once it has a processor */

static enum err code_of(int sqlite)
{
	switch (sqlite & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return ERR_TEMPFAIL;
	case SQLITE_NOTADB: return ERR_CONFIG;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT:
	case SQLITE_PERM: return ERR_IO;
	default: return ERR_INTERNAL;
	}
}

enum err db_error_of(sqlite3 *db, const char *path, const char *doing, struct error *e)
{
	int code = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
	enum err rc = code_of(code);

	if (rc == ERR_TEMPFAIL)
		return error_set(e, rc, "database is locked by another process: '%s'", path);
	if ((code & 0xff) == SQLITE_NOTADB)
		return error_set(e, rc, "'%s' is not a database of ct: name another file, or move this one away", path);
	return error_set(e, rc, "cannot %s: %s: '%s'", doing, db ? sqlite3_errmsg(db) : "out of memory", path);
}

enum err db_error(struct store *s, const char *doing, struct error *e)
{
	return db_error_of(s->db, s->path, doing, e);
}

/*
 * Asks again about every millisecond, at uneven times: SQLite's own handler sleeps up to 100 ms, and would
 * meet a busy importer's short pauses too seldom.
 */
static int wait_for_lock(void *ctx, int count)
{
	struct store *s = ctx;
	int64_t now = utc_now_ms();

	if (count == 0)
		s->wait_start_ms = now;
	if (now - s->wait_start_ms >= s->timeout_ms)
		return 0;
	nanosleep(&(struct timespec){ .tv_nsec = 300000 + (count * 7919 + getpid()) % 1000 * 1000 }, NULL);
	return 1;
}

/* Nobody asks SQLite how much memory it uses: counting that takes a lock for every allocation. */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void db_pause(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

enum err db_open(const char *path, int flags, struct store **out, struct error *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	struct store *s = calloc(1, sizeof *s);
	enum err rc;

	*out = NULL;
	if (!s)
		return error_memory(e);
	pthread_once(&once, configure);
	s->timeout_ms = STORE_TIMEOUT_MS;
	snprintf(s->path, sizeof s->path, "%s", path);
	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK) {
		rc = db_error(s, "open the database", e);
		store_close(s);
		return rc;
	}
	/* A quoted name that is no column is an error, not a text: a table that lacks one must say so. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_busy_handler(s->db, wait_for_lock, s);
	*out = s;
	return OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->cache[i].stmt);
	for (size_t i = 0; i < STORE_TABLES; i++) {
		sqlite3_finalize(s->insert[i]);
		sqlite3_finalize(s->update[i]);
	}
	sqlite3_close_v2(s->db);
	digest_free(s->digest);
	free(s->series);
	free(s);
}

void store_set_timeout(struct store *s, int ms)
{
	s->timeout_ms = ms;
}

enum err db_exec(struct store *s, const char *sql, struct error *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? OK : db_error(s, "use the database", e);
}

/* A copy begins without the log. Of those that want to give it one at the same time SQLite refuses some, without asking them to wait. */
enum err db_write_ahead(struct store *s, struct error *e)
{
	int64_t until_ms = utc_now_ms() + s->timeout_ms;
	enum err rc = db_exec(s, "PRAGMA journal_mode = WAL", e);

	while (rc == ERR_TEMPFAIL && utc_now_ms() < until_ms) {
		db_pause();
		rc = db_exec(s, "PRAGMA journal_mode = WAL", e);
	}
	return rc ? rc : db_exec(s, "PRAGMA synchronous = FULL", e);
}

enum err db_number(struct store *s, const char *sql, int64_t *out, struct error *e)
{
	sqlite3_stmt *stmt;
	int step;
	enum err rc = OK;

	*out = 0;
	if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return db_error(s, "read the database", e);
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	else if (step != SQLITE_DONE)
		rc = db_error(s, "read the database", e);
	sqlite3_finalize(stmt);
	return rc;
}

enum err db_statement(struct store *s, const char *sql, sqlite3_stmt **stmt, struct error *e)
{
	size_t at = STATEMENTS;

	for (size_t i = 0; i < STATEMENTS; i++)
		if (s->cache[i].stmt && !s->cache[i].busy && strcmp(sqlite3_sql(s->cache[i].stmt), sql) == 0) {
			s->cache[i].busy = true;
			*stmt = s->cache[i].stmt;
			return OK;
		}
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
		return db_error(s, "read the database", e);
	for (size_t i = 0; i < STATEMENTS && at == STATEMENTS; i++, s->next_slot = (s->next_slot + 1) % STATEMENTS)
		if (!s->cache[s->next_slot].busy)
			at = s->next_slot;
	if (at < STATEMENTS) { /* else all are in use: this one is not kept, and db_done ends it */
		sqlite3_finalize(s->cache[at].stmt);
		s->cache[at].stmt = *stmt;
		s->cache[at].busy = true;
	}
	return OK;
}

void db_done(struct store *s, sqlite3_stmt *stmt)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		if (s->cache[i].stmt == stmt) {
			sqlite3_reset(stmt);
			sqlite3_clear_bindings(stmt);
			s->cache[i].busy = false;
			return;
		}
	sqlite3_finalize(stmt);
}

enum err db_run(struct store *s, sqlite3_stmt *stmt, const char *doing, struct error *e)
{
	enum err rc = sqlite3_step(stmt) == SQLITE_DONE ? OK : db_error(s, doing, e);

	sqlite3_reset(stmt);
	return rc;
}

bool store_in_transaction(const struct store *s)
{
	return !sqlite3_get_autocommit(s->db);
}

enum err store_changes(struct store *s, int64_t *number, struct error *e)
{
	return db_number(s, "PRAGMA data_version", number, e);
}

static enum err simple(struct store *s, const char *sql, const char *doing, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, sql, &stmt, e);

	if (!rc) {
		rc = db_run(s, stmt, doing, e);
		db_done(s, stmt);
	}
	return rc;
}

enum err store_begin(struct store *s, struct error *e)
{
	s->begun_s = utc_now_ms() / 1000;
	return simple(s, "BEGIN IMMEDIATE", "write to the database", e);
}

enum err store_begin_read(struct store *s, struct error *e)
{
	return simple(s, "BEGIN", "read the database", e);
}

/* What is written into a file that was deleted, or replaced, under this process is lost when it ends. */
static enum err still_there(struct store *s, struct error *e)
{
	int moved = 0;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved ? error_set(e, ERR_IO, "the database '%s' was deleted or replaced while it was open: nothing more is done", s->path) : OK;
}

enum err store_commit(struct store *s, struct error *e)
{
	enum err rc = still_there(s, e);

	if (!rc)
		rc = simple(s, "COMMIT", "write to the database", e);
	if (rc)
		store_rollback(s);
	return rc;
}

/* Ids learnt in a transaction that was rolled back are void. */
static void forget_series(struct store *s)
{
	if (s->series)
		memset(s->series, 0, s->series_cap * sizeof *s->series);
	s->series_count = 0;
	s->last_series = NULL;
}

void store_rollback(struct store *s)
{
	if (store_in_transaction(s))
		simple(s, "ROLLBACK", "roll back", NULL);
	forget_series(s);
}

enum err store_end(struct store *s, enum err rc, struct error *e)
{
	if (!rc)
		return store_commit(s, e);
	store_rollback(s);
	return rc;
}
