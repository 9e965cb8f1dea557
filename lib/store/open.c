/* Opening a database: it is there, is ours, and has this program's schema. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/db.h"

static enum err check_schema(struct store *s, struct error *e)
{
	int64_t version;
	enum err rc = db_check_ours(s, &version, e);

	if (rc)
		return rc;
	if (version == 0)
		return error_set(e, ERR_CONFIG, "'%s' is not a database of ct; run ct-store init", s->path);
	if (version < store_version())
		return error_set(e, ERR_CONFIG, "database has schema %d and this program needs %d: run ct-store migrate: '%s'", (int)version,
			store_version(), s->path);
	if (version > store_version())
		return error_set(e, ERR_CONFIG, "database has schema %d, newer than this program's %d: use the newer ct, or run its ct-store migrate "
			"--to %d: '%s'", (int)version, store_version(), store_version(), s->path);
	return OK;
}

/*
 * Write-ahead log, so that readers and the writer do not block each other; every commit is on the disk when it returns.
 * References to series are not looked up for every candle: series_id gives no id that is not there, and nothing deletes one.
 */
static enum err prepare_writing(struct store *s, struct error *e)
{
	enum err rc;

	if (sqlite3_db_readonly(s->db, "main") == 1)
		return error_set(e, ERR_IO, "database is read-only: '%s'", s->path);
	rc = db_write_ahead(s, e);
	return rc ? rc : db_exec(s, "PRAGMA foreign_keys = OFF; PRAGMA wal_autocheckpoint = 2000", e);
}

enum err store_open(const char *path, enum store_mode mode, struct store **s, struct error *e)
{
	/* A reader looks at the file's own pages: no copy of them, and no memory for it. */
	static const char reading[] = "PRAGMA cache_size = -4096; PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY";
	static const char writing[] = "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY";
	struct store_migration done;
	enum err rc = OK;

	*s = NULL;
	if (mode == STORE_CREATE && db_is_unmade(path)) {
		rc = store_migrate(path, -1, true, &done, e);
	} else if (access(path, F_OK) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			rc = error_set(e, ERR_CONFIG, "no database '%s'; run ct-store init", path);
		else
			rc = error_set(e, ERR_IO, "cannot open the database '%s': %s", path, strerror(errno));
	}
	if (!rc)
		rc = db_open(path, mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, s, e);
	if (!rc)
		rc = check_schema(*s, e);
	if (!rc)
		rc = db_exec(*s, mode == STORE_READ ? reading : writing, e);
	if (!rc && mode != STORE_READ)
		rc = prepare_writing(*s, e);
	if (rc) {
		store_close(*s);
		*s = NULL;
	}
	return rc;
}
