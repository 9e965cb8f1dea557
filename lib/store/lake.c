/* What a lake is made of: folders, files, and the sum that a file has of its rows. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/grow.h"
#include "core/utc.h"
#include "store/lake_file.h"
#include "store/series.h"

static const struct lake_table tables[] = {
	{ &kinds[KIND_CANDLE], "candles", true, 3, offsetof(struct candle, market), offsetof(struct candle, symbol), offsetof(struct candle, interval) },
	{ &kinds[KIND_FUNDING], "funding", false, 2, offsetof(struct funding, market), offsetof(struct funding, symbol), 0 },
};
#define TABLES (sizeof tables / sizeof *tables)

const struct lake_table *lake_table(size_t i)
{
	return i < TABLES ? &tables[i] : NULL;
}

static bool is_parquet(const char *name)
{
	size_t n = strlen(name);

	return n > 8 && strcmp(name + n - 8, ".parquet") == 0;
}

bool lake_is(const char *path)
{
	return path_is_folder(path) || is_parquet(path);
}

static bool has_tables(const char *folder)
{
	char inside[PATH_SIZE];

	for (size_t i = 0; i < TABLES; i++)
		if ((size_t)snprintf(inside, sizeof inside, "%s/%s", folder, tables[i].folder) < sizeof inside && path_is_folder(inside))
			return true;
	return false;
}

enum err lake_open(const char *folder, bool create, struct lake **out, struct error *e)
{
	struct lake *l = calloc(1, sizeof *l);
	char inside[PATH_SIZE];
	enum err rc = l ? OK : error_memory(e);

	snprintf(inside, sizeof inside, "%s/%s/", folder, tables[0].folder);
	if (!rc && create)
		rc = path_make_parents(inside, e);
	if (!rc && !realpath(folder, l->folder))
		rc = error_set(e, ERR_NOINPUT, "cannot open folder '%s': %s", folder, strerror(errno));
	if (!rc && !path_is_folder(l->folder))
		rc = error_set(e, ERR_DATA, "a lake is read by the folder that export wrote, not file by file: '%s'", folder);
	if (!rc && !has_tables(l->folder))
		rc = error_set(e, ERR_DATA, "neither %s nor %s is in it, as export makes them: '%s'", tables[0].folder, tables[1].folder, folder);
	if (!rc)
		rc = duck_open(&l->duck, e);
	if (rc) {
		lake_close(l);
		l = NULL;
	}
	*out = l;
	return rc;
}

void lake_close(struct lake *l)
{
	if (!l)
		return;
	duck_close(l->duck);
	free(l);
}

enum err lake_error(const char *path, enum err rc, struct error *e)
{
	char message[sizeof e->message];

	if (rc && e && !strstr(e->message, path)) {
		snprintf(message, sizeof message, "%.200s: '%s'", e->message, path);
		memcpy(e->message, message, sizeof message);
	}
	return rc;
}

int lake_year(int64_t t_ms)
{
	time_t seconds = (time_t)(t_ms / 1000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return tm.tm_year + 1900;
}

int64_t lake_year_start(int year)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mday = 1 };

	return (int64_t)timegm(&tm) * 1000;
}

enum err lake_check_query(const struct store_query *q, struct error *e)
{
	if (q->account || q->run || q->strategy || q->id || q->decision || q->order || q->digest || q->statuses)
		return error_set(e, ERR_USAGE, "a lake has only market, symbol, interval and time to choose by");
	return OK;
}

/* Names of pairs may be any text that is not lower case; a folder's may not. */
enum err lake_path(const struct lake *l, const struct lake_table *t, const struct lake_file *f, char *out, struct error *e)
{
	const char *interval = t->has_interval ? interval_names[f->interval] : "";
	int n;

	if (!*f->symbol || *f->symbol == '.' || strpbrk(f->symbol, "/\\=%"))
		return error_field(e, ERR_DATA, "symbol", "'%s' cannot be the name of a folder", f->symbol);
	n = snprintf(out, PATH_SIZE, "%s/%s/market=%s/symbol=%s%s%s/year=%d/%s%s%s-%d.parquet", l->folder, t->folder, market_names[f->market], f->symbol,
		*interval ? "/interval=" : "", interval, f->year, f->symbol, *interval ? "-" : "", interval, f->year);
	return n < PATH_SIZE ? OK : error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", l->folder);
}

/* The walk through the folders: one level after the other, each of which has names "key=value". */
struct walk {
	const struct lake_table *t;
	const struct store_query *q;
	struct lake_file *files, at;
	size_t count, cap;
};

static bool year_wanted(const struct store_query *q, int year)
{
	return (q->since == TIME_NONE || lake_year_start(year + 1) > q->since) && (q->until == TIME_NONE || lake_year_start(year) < q->until);
}

static bool read_year(const char *text, int *year)
{
	*year = 0;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9' || *year > 999)
			return false;
		*year = *year * 10 + *p - '0';
	}
	return strlen(text) == 4;
}

enum { LEVEL_MARKET, LEVEL_SYMBOL, LEVEL_INTERVAL, LEVEL_YEAR, LEVEL_FILE };
static const char *const level_keys[] = { "market=", "symbol=", "interval=", "year=" };

/* Takes the value of a folder's name; false: it is none. *wanted: the query asks for it. */
static bool take_value(struct walk *w, int level, const char *value, bool *wanted)
{
	struct lake_file *at = &w->at;

	switch (level) {
	case LEVEL_MARKET:
		at->market = market_find(value);
		*wanted = w->q->market < 0 || w->q->market == at->market;
		return at->market >= 0;
	case LEVEL_SYMBOL:
		snprintf(at->symbol, sizeof at->symbol, "%s", value);
		*wanted = symbol_wanted(w->q, at->symbol);
		return *value && strlen(value) < sizeof at->symbol;
	case LEVEL_INTERVAL:
		at->interval = interval_find(value);
		*wanted = w->q->interval < 0 || w->q->interval == at->interval;
		return at->interval >= 0;
	default:
		*wanted = read_year(value, &at->year) && year_wanted(w->q, at->year);
		return at->year > 0;
	}
}

static enum err add_file(struct walk *w, const char *path, struct error *e)
{
	if (grow(&w->files, &w->cap, w->count + 1, sizeof *w->files, e))
		return ERR_INTERNAL;
	w->files[w->count] = w->at;
	w->files[w->count].path = strdup(path);
	return w->files[w->count++].path ? OK : error_memory(e);
}

static enum err walk(struct walk *w, const char *folder, int level, struct error *e);

static enum err enter(struct walk *w, const char *folder, const char *name, int level, struct error *e)
{
	const char *key = level == LEVEL_FILE ? "" : level_keys[level];
	size_t key_len = strlen(key);
	char path[PATH_SIZE];
	bool wanted = true;

	if (*name == '.' || *name == '_' || strncmp(name, key, key_len) != 0)
		return OK;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", folder);
	if (level == LEVEL_FILE)
		return is_parquet(name) ? add_file(w, path, e) : OK;
	if (!take_value(w, level, name + key_len, &wanted))
		return error_set(e, ERR_DATA, "'%s' is not a %.*s: '%s'", name + key_len, (int)key_len - 1, key, path);
	if (!wanted)
		return OK;
	return walk(w, path, level == LEVEL_SYMBOL && !w->t->has_interval ? LEVEL_YEAR : level + 1, e);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum err walk(struct walk *w, const char *folder, int level, struct error *e)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, by_bytes);
	enum err rc = OK;

	if (n < 0)
		return error_set(e, ERR_NOINPUT, "cannot read folder '%s': %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!rc)
			rc = enter(w, folder, names[i]->d_name, level, e);
		free(names[i]);
	}
	free(names);
	return rc;
}

enum err lake_files(const struct lake *l, const struct lake_table *t, const struct store_query *q, struct lake_file **files, size_t *n,
	struct error *e)
{
	struct walk w = { .t = t, .q = q, .at = { .interval = -1 } };
	char folder[PATH_SIZE];
	struct stat st;
	enum err rc = OK;

	if ((size_t)snprintf(folder, sizeof folder, "%s/%s", l->folder, t->folder) >= sizeof folder)
		rc = error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", l->folder);
	if (!rc && stat(folder, &st) == 0)
		rc = walk(&w, folder, LEVEL_MARKET, e);
	if (rc) {
		lake_files_free(w.files, w.count);
		w = (struct walk){ 0 };
	}
	*files = w.files;
	*n = w.count;
	return rc;
}

void lake_files_free(struct lake_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(files[i].path);
	free(files);
}

static uint64_t stir(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	return sum ^ sum >> 29;
}

uint64_t lake_sum_start(const struct lake_file *f)
{
	uint64_t sum = stir((uint64_t)f->market, (uint64_t)(f->interval + 1));

	for (const char *p = f->symbol; *p; p++)
		sum = stir(sum, (unsigned char)*p);
	return sum;
}

uint64_t lake_sum(uint64_t sum, const struct lake_table *t, const void *object)
{
	for (size_t i = t->first_field; i < t->kind->field_count; i++) {
		const struct field *f = &t->kind->fields[i];
		const char *from = (const char *)object + f->offset;
		uint64_t word;

		for (size_t at = 0; at < f->size; at += sizeof word) {
			memcpy(&word, from + at, sizeof word);
			sum = stir(sum, word);
		}
	}
	return sum;
}

void lake_from(struct buf *sql, const char *path)
{
	buf_adds(sql, " FROM read_parquet(");
	duck_literal(sql, path, true);
	buf_adds(sql, ", hive_partitioning = false)");
}

static const struct field stamp_fields[] = {
	{ "sum", FIELD_INT, FIELD(lake_stamp, sum), FIELD_NULL, NULL, NULL, NULL, 0, 0, NULL },
	{ "exported_s", FIELD_INT, FIELD(lake_stamp, exported_s), FIELD_NULL, NULL, NULL, NULL, 0, 0, NULL },
};

enum err lake_stamp(struct lake *l, const char *path, struct lake_stamp *stamp, struct error *e)
{
	struct buf sql = { 0 };
	enum err rc;

	buf_adds(&sql, "SELECT max(CASE CAST(key AS VARCHAR) WHEN '" LAKE_KEY_SUM "' THEN CAST(CAST(value AS VARCHAR) AS BIGINT) END), "
		"max(CASE CAST(key AS VARCHAR) WHEN '" LAKE_KEY_TIME "' THEN CAST(CAST(value AS VARCHAR) AS BIGINT) END) FROM parquet_kv_metadata(");
	duck_literal(&sql, path, true);
	buf_adds(&sql, ")");
	rc = sql.failed ? error_memory(e) : duck_ask_row(l->duck, sql.data, stamp_fields, 2, stamp, e);
	buf_release(&sql);
	return rc;
}
