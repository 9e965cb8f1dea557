#include "sim/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/grow.h"
#include "feed/archive.h"
#include "feed/rates.h"

#define DEPTH_MAX 3
#define FILES_MAX 100000
#define RATES_MAX ((size_t)1 << 24) /* bytes of funding payments in one file */

bool sim_wanted(const struct sim_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->names[i], name) == 0)
			return true;
	return names->count == 0;
}

struct list {
	struct sim_file *files;
	size_t count, cap;
};

static enum err add_file(struct list *l, const char *path, const struct feed_series *series, struct error *e)
{
	struct sim_file *file;

	if (l->count == FILES_MAX)
		return error_set(e, ERR_DATA, "more than %d files", FILES_MAX);
	if (grow(&l->files, &l->cap, l->count + 1, sizeof *file, e))
		return ERR_INTERNAL;
	file = &l->files[l->count];
	*file = (struct sim_file){ .path = strdup(path), .series = *series };
	if (!file->path)
		return error_memory(e);
	l->count++;
	return OK;
}

static bool is_candle_file(const char *name)
{
	return (strstr(name, ".csv") || strstr(name, ".zip")) && !strstr(name, ".CHECKSUM");
}

static bool is_rates_file(const char *name, struct feed_series *series)
{
	const char *end = strstr(name, "-fundingRate");

	if (!end || (size_t)(end - name) >= sizeof series->symbol)
		return false;
	memcpy(series->symbol, name, (size_t)(end - name));
	return true;
}

static enum err scan(struct list *l, const char *dir, int depth, const struct sim_names *names, struct error *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char path[4096];
	enum err rc = OK;

	if (!d)
		return error_set(e, ERR_NOINPUT, "cannot read folder '%.300s': %s", dir, strerror(errno));
	while (!rc && (entry = readdir(d))) {
		struct feed_series series = { .market = -1, .interval = -1 };
		struct stat st;

		if (entry->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", dir, entry->d_name) >= (int)sizeof path || stat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			rc = scan(l, path, depth + 1, names, e);
		else if (S_ISREG(st.st_mode) && is_candle_file(entry->d_name)
			&& (is_rates_file(entry->d_name, &series) || feed_name(path, &series)) && sim_wanted(names, series.symbol))
			rc = add_file(l, path, &series, e);
	}
	closedir(d);
	return rc;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct sim_file *)a)->path, ((const struct sim_file *)b)->path);
}

enum err sim_folder_scan(const char *dir, const struct sim_names *names, struct sim_file **files, size_t *count, struct error *e)
{
	struct list l = { 0 };
	enum err rc = scan(&l, dir, 1, names, e);

	if (l.count)
		qsort(l.files, l.count, sizeof *l.files, by_path);
	*files = l.files;
	*count = l.count;
	return rc;
}

struct memory {
	const char *data;
	size_t n;
};

static enum err read_memory(void *ctx, char *data, size_t n, size_t *got, struct error *e)
{
	struct memory *m = ctx;

	(void)e;
	*got = n < m->n ? n : m->n;
	memcpy(data, m->data, *got);
	m->data += *got;
	m->n -= *got;
	return OK;
}

static enum err add_rates(struct rates *r, struct funding **rows, size_t *count, struct error *e)
{
	struct funding f, *more;
	bool end;
	enum err rc;

	while (!(rc = rates_next(r, &f, &end, e)) && !end) {
		if ((*count & (*count - 1)) == 0) { /* room for the next power of two */
			more = realloc(*rows, (*count ? 2 * *count : 1) * sizeof *more);
			if (!more)
				return error_memory(e);
			*rows = more;
		}
		(*rows)[(*count)++] = f;
	}
	return rc;
}

static enum err read_rates(const struct sim_file *file, struct funding **rows, size_t *count, struct error *e)
{
	struct buf b = { 0 };
	struct memory text;
	struct error why;
	struct rates r;
	enum err rc = feed_text(file->path, RATES_MAX, &b, e);

	if (!rc) {
		text = (struct memory){ b.data, b.len };
		rates_init(&r, (struct csv_input){ read_memory, &text }, file->series.symbol);
		rc = add_rates(&r, rows, count, &why);
		rates_release(&r);
		if (rc)
			error_set(e, rc, "%.200s:%ld: %s%s%.200s", file->path, why.line, why.field, why.field[0] ? ": " : "", why.message);
	}
	buf_release(&b);
	return rc;
}

static int by_time(const void *a, const void *b)
{
	const struct funding *x = a, *y = b;

	return (x->funding_time > y->funding_time) - (x->funding_time < y->funding_time);
}

enum err sim_folder_rates(const struct sim_file *files, size_t file_count, const char *symbol, struct funding **rows, size_t *count, struct error *e)
{
	enum err rc = OK;

	*rows = NULL;
	*count = 0;
	for (size_t i = 0; !rc && i < file_count; i++)
		if (files[i].series.interval < 0 && strcmp(files[i].series.symbol, symbol) == 0)
			rc = read_rates(&files[i], rows, count, e);
	if (rc) {
		free(*rows);
		*rows = NULL;
		*count = 0;
	} else if (*count) {
		qsort(*rows, *count, sizeof **rows, by_time);
	}
	return rc;
}

void sim_folder_release(struct sim_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(files[i].path);
	free(files);
}
