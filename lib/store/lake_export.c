/* The database into a lake: which files, and the threads that write them. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/prog.h"
#include "core/utc.h"
#include "store/db.h"
#include "store/lake_file.h"

#define MOST_THREADS 4 /* each has its own DuckDB, and its memory */

struct export {
	const char *folder, *db;
	const struct store_query *q;
	const struct store_series *rows;
	size_t count;
	pthread_mutex_t lock;
	/* under the lock: */
	size_t at; /* the series that is next */
	int year;  /* of it; 0: its first */
	size_t taken, failed; /* tasks; failed: the first that did, SIZE_MAX: none */
	struct error error;   /* its */
	struct lake_count *done;
};

/* A file that may have to be written. */
struct task {
	size_t number;
	const struct lake_table *t;
	int64_t series;
	struct lake_file file;
};

/* The next year of the series; false: there is none. */
static bool next_year(struct export *x, const struct store_series *row)
{
	const struct store_query *q = x->q;
	int64_t since = q->since > row->first ? q->since : row->first; /* TIME_NONE is the smallest integer */
	int64_t until = q->until != TIME_NONE && q->until <= row->last ? q->until - 1 : row->last;

	if (row->first == TIME_NONE)
		return false;
	x->year = x->year ? x->year + 1 : lake_year(since);
	return x->year <= lake_year(until);
}

/* False: there is no more, or something has failed. */
static bool take(struct export *x, struct task *task)
{
	bool found;

	pthread_mutex_lock(&x->lock);
	while (x->at < x->count && !next_year(x, &x->rows[x->at])) {
		x->at++;
		x->year = 0;
	}
	found = x->failed == SIZE_MAX && x->at < x->count;
	if (found) {
		const struct store_series *row = &x->rows[x->at];

		*task = (struct task){ x->taken++, lake_table(row->interval < 0), row->id, { .market = row->market, .interval = row->interval, .year = x->year } };
		memcpy(task->file.symbol, row->symbol, sizeof task->file.symbol);
		prog_progress("export", (double)x->at, (double)x->count, "series");
	}
	pthread_mutex_unlock(&x->lock);
	return found;
}

/* Of several failures the first in order is told, whichever came first. */
static void fail(struct export *x, size_t at, const struct error *e)
{
	pthread_mutex_lock(&x->lock);
	if (at < x->failed) {
		x->failed = at;
		x->error = *e;
	}
	pthread_mutex_unlock(&x->lock);
}

/* What is complete stays, whatever ended the rest. */
static void work(struct export *x, struct store *s, struct lake *l)
{
	struct lake_count done = { 0 };
	struct error e = { 0 };
	struct task task;

	while (take(x, &task))
		if (lake_write(l, s, task.t, task.series, &task.file, &done, &e))
			fail(x, task.number, &e);
	if (lake_place_all(l, &e))
		fail(x, SIZE_MAX - 1, &e); /* behind those of tasks */
	pthread_mutex_lock(&x->lock);
	x->done->files += done.files;
	x->done->rows += done.rows;
	x->done->kept += done.kept;
	pthread_mutex_unlock(&x->lock);
}

/* A second pair of hands; one that cannot get its tools leaves the work to the first. */
static void *help(void *ctx)
{
	struct export *x = ctx;
	struct store *s = NULL;
	struct lake *l = NULL;

	if (!store_open(x->db, STORE_READ, &s, NULL) && !lake_open(x->folder, false, &l, NULL))
		work(x, s, l);
	lake_close(l);
	store_close(s);
	return NULL;
}

static size_t processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

static enum err export_all(struct lake *l, struct store *s, const struct store_query *q, struct lake_count *count, struct error *e)
{
	struct export x = { .folder = l->folder, .db = s->path, .q = q, .lock = PTHREAD_MUTEX_INITIALIZER, .failed = SIZE_MAX, .done = count };
	pthread_t helpers[MOST_THREADS];
	size_t threads = processors(), started = 1;
	struct store_series *rows;
	enum err rc = store_all_series(s, q, &rows, &x.count, e);

	if (rc)
		return rc;
	x.rows = rows;
	while (started < threads && started < MOST_THREADS && pthread_create(&helpers[started], NULL, help, &x) == 0)
		started++;
	work(&x, s, l);
	while (--started > 0)
		pthread_join(helpers[started], NULL);
	free(rows);
	if (x.failed != SIZE_MAX && e)
		*e = x.error;
	return x.error.code;
}

enum err lake_export(const char *folder, struct store *s, const struct store_query *q, struct lake_count *count, struct error *e)
{
	char lock[PATH_SIZE + 8];
	struct lake *l;
	int fd;
	enum err rc = lake_check_query(q, e);

	if (!rc && q->last > 0)
		rc = error_set(e, ERR_USAGE, "--last is not for an export: a file has all that the database has of its year");
	if (!rc)
		rc = lake_open(folder, true, &l, e);
	if (rc)
		return rc;
	snprintf(lock, sizeof lock, "%s/.lock", l->folder);
	rc = lock_take(lock, STORE_TIMEOUT_MS, &fd, e);
	if (!rc) {
		rc = export_all(l, s, q, count, e);
		close(fd);
	}
	lake_close(l);
	return rc;
}
