#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/utc.h"
#include "store/db.h"
#include "store/sql.h"

static int version_of(const struct sql_file *f)
{
	return (int)strtol(f->name, NULL, 10);
}

int store_version(void)
{
	int newest = 0;

	for (const struct sql_file *f = sql_files; f->name; f++)
		newest = version_of(f) > newest ? version_of(f) : newest;
	return newest;
}

static const char *script(int version, const char *suffix)
{
	for (const struct sql_file *f = sql_files; f->name; f++) {
		size_t n = strlen(f->name), m = strlen(suffix);

		if (version_of(f) == version && n > m && strcmp(f->name + n - m, suffix) == 0)
			return f->text;
	}
	return NULL;
}

/* One version up or down. user_version changes in the same transaction as the tables. */
static enum err step(struct store *s, int from, int to, struct error *e)
{
	const char *sql = to > from ? script(to, ".up.sql") : script(from, ".down.sql");
	char set[64];
	enum err rc;

	if (!sql)
		return error_set(e, ERR_CONFIG, "this program has no migration from schema %d to %d", from, to);
	snprintf(set, sizeof set, "PRAGMA user_version = %d", to);
	rc = db_exec(s, sql, e);
	return rc ? rc : db_exec(s, set, e);
}

static enum err copy_beside(struct store *s, int version, char *out, size_t size, struct error *e)
{
	int64_t now = utc_now_ms();

	if ((size_t)snprintf(out, size, "%s.v%d.%lld.backup", s->path, version, (long long)now) >= size)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", s->path);
	return store_backup(s, out, e);
}

/* All steps in one transaction, whose first reading of the version is what counts: two may be asked at once. */
static enum err migrate(struct store *s, int to, struct store_migration *m, struct error *e)
{
	int64_t version;
	enum err rc = store_begin(s, e);

	if (rc)
		return rc;
	rc = db_number(s, "PRAGMA user_version", &version, e);
	if (!rc && version > store_version() && to != version)
		rc = error_set(e, ERR_CONFIG, "database has schema %d, newer than this program's %d: use the newer ct's ct-store migrate: '%s'",
			(int)version, store_version(), s->path);
	m->from = (int)version;
	while (!rc && version != to) {
		int next = (int)version + (to > version ? 1 : -1);

		rc = step(s, (int)version, next, e);
		version = next;
	}
	m->to = to;
	return store_end(s, rc, e);
}

enum err db_check_ours(struct store *s, int64_t *version, struct error *e)
{
	int64_t tables = 0, application = 0;
	enum err rc = store_begin_read(s, e); /* all of one moment: another may be making it */

	if (rc)
		return rc;
	rc = db_number(s, "PRAGMA user_version", version, e);
	if (!rc)
		rc = db_number(s, "PRAGMA application_id", &application, e);
	if (!rc)
		rc = db_number(s, "SELECT count(*) FROM sqlite_schema", &tables, e);
	store_rollback(s);
	if (!rc && (*version ? application != DB_APPLICATION : tables > 0))
		return error_set(e, ERR_CONFIG, "'%s' is a database of something else: name another file", s->path);
	return rc;
}

bool db_is_unmade(const char *path)
{
	struct store *s = NULL;
	int64_t version = 1;

	if (access(path, F_OK) != 0)
		return true;
	if (db_open(path, SQLITE_OPEN_READWRITE, &s, NULL) || db_number(s, "PRAGMA user_version", &version, NULL))
		version = 1; /* whoever opens it says what is wrong */
	store_close(s);
	return version == 0;
}

enum err store_migrate(const char *path, int to, bool create, struct store_migration *m, struct error *e)
{
	struct store *s = NULL;
	int64_t version = 0;
	enum err rc = OK;

	*m = (struct store_migration){ 0 };
	if (to < 0)
		to = store_version();
	if (to > store_version())
		return error_set(e, ERR_USAGE, "schema %d does not exist; the newest is %d", to, store_version());
	if (create)
		rc = path_make_parents(path, e);
	else if (access(path, F_OK) != 0)
		return error_set(e, ERR_CONFIG, "no database '%s'; run ct-store init", path);
	if (!rc)
		rc = db_open(path, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), &s, e);
	if (!rc && sqlite3_db_readonly(s->db, "main") == 1)
		rc = error_set(e, ERR_IO, "database is read-only: '%s'", path);
	if (!rc)
		rc = db_check_ours(s, &version, e);
	if (!rc && version > 0 && version != to)
		rc = copy_beside(s, (int)version, m->backup, sizeof m->backup, e);
	if (!rc)
		rc = db_write_ahead(s, e);
	if (!rc)
		rc = migrate(s, to, m, e);
	store_close(s);
	return rc;
}

/* The copy is one plain file without a log beside it, so that it can lie on a read-only disk and still be read. */
static enum err finish_copy(sqlite3 *copy, const char *path, struct error *e)
{
	if (sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
		return db_error_of(copy, path, "finish the copy", e);
	return OK;
}

static enum err copy_pages(struct store *s, sqlite3 *copy, const char *path, struct error *e)
{
	sqlite3_backup *b = sqlite3_backup_init(copy, "main", s->db, "main");
	int code;

	if (!b)
		return db_error_of(copy, path, "start the copy", e);
	code = sqlite3_backup_step(b, -1);
	sqlite3_backup_finish(b);
	if (code == SQLITE_DONE)
		return finish_copy(copy, path, e);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return error_set(e, ERR_TEMPFAIL, "database is locked by another process: '%s'", s->path);
	return error_set(e, code == SQLITE_NOMEM ? ERR_INTERNAL : ERR_IO, "cannot copy to '%s': %s", path, sqlite3_errstr(code));
}

enum err store_backup(struct store *s, const char *path, struct error *e)
{
	char temporary[PATH_SIZE];
	sqlite3 *copy = NULL;
	enum err rc;

	if (access(path, F_OK) == 0)
		return error_set(e, ERR_CANTCREAT, "'%s' exists already", path);
	if ((size_t)snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid()) >= sizeof temporary)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", path);
	unlink(temporary);
	if (sqlite3_open_v2(temporary, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
		rc = error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", temporary, copy ? sqlite3_errmsg(copy) : "out of memory");
	else
		rc = copy_pages(s, copy, temporary, e);
	sqlite3_close(copy);
	if (!rc && rename(temporary, path) != 0)
		rc = error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	if (rc)
		unlink(temporary);
	return rc;
}
