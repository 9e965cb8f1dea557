#include "feed/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)1 << 17)

struct feed {
	struct csv *csv;
	struct archive *archive;
	int fd;
	int64_t bytes;
	long entries;
	bool in_entry, broken;
	char *path, place[512];
};

static enum err archive_failed(struct archive *a, const char *path, struct error *e)
{
	const char *why = archive_error_string(a);

	return error_set(e, ERR_DATA, "cannot read '%.200s': %.200s", path, why ? why : "not a file of a known shape");
}

static enum err open_archive(const char *path, struct archive **archive, int *fd, struct error *e)
{
	struct archive *a;

	*fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_set(e, ERR_NOINPUT, "cannot open '%.200s': %s", path, strerror(errno));
	*archive = a = archive_read_new();
	if (!a)
		return error_memory(e);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (archive_read_open_fd(a, *fd, BLOCK) != ARCHIVE_OK)
		return archive_failed(a, path, e);
	return OK;
}

static void close_archive(struct archive *a, int fd)
{
	if (a)
		archive_read_free(a);
	if (fd > STDIN_FILENO)
		close(fd);
}

/* Bytes of the entry that is open. The text of a bomb is counted, and refused. */
static enum err read_entry(void *ctx, char *data, size_t n, size_t *got, struct error *e)
{
	struct feed *f = ctx;
	la_ssize_t r = f->in_entry ? archive_read_data(f->archive, data, n) : 0;

	*got = 0;
	if (r < 0) {
		f->broken = true;
		return archive_failed(f->archive, f->path, e);
	}
	f->bytes += r;
	if (f->bytes > FEED_BYTES_MAX) {
		f->broken = true;
		return error_set(e, ERR_DATA, "'%.200s' holds more than %lld bytes", f->path, (long long)FEED_BYTES_MAX);
	}
	*got = (size_t)r;
	return OK;
}

static bool is_csv(const char *name)
{
	size_t n = strlen(name);

	return n >= 4 && strcasecmp(name + n - 4, ".csv") == 0;
}

/* The next entry with candles; in_entry is false after the last. */
static enum err next_entry(struct feed *f, struct error *e)
{
	struct archive_entry *entry;
	const char *name;
	int r;

	f->in_entry = false;
	for (;;) {
		r = archive_read_next_header(f->archive, &entry);
		if (r == ARCHIVE_EOF)
			return OK;
		if (r < ARCHIVE_WARN || ++f->entries > FEED_ENTRIES_MAX) {
			f->broken = true;
			return r < ARCHIVE_WARN ? archive_failed(f->archive, f->path, e)
						: error_set(e, ERR_DATA, "'%.200s' has more than %d entries", f->path, FEED_ENTRIES_MAX);
		}
		if ((archive_format(f->archive) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_ZIP) {
			f->in_entry = true;
			return OK;
		}
		name = archive_entry_pathname_utf8(entry);
		if (name && is_csv(name) && archive_entry_filetype(entry) == AE_IFREG) {
			snprintf(f->place, sizeof f->place, "%s:%s", f->path, name);
			f->in_entry = true;
			return OK;
		}
	}
}

bool feed_name(const char *path, struct feed_series *series)
{
	const char *base = strrchr(path, '/'), *p;
	size_t n, m;
	char name[8];
	int interval;

	base = base ? base + 1 : path;
	n = strcspn(base, "-");
	p = base + n;
	m = *p ? strcspn(p + 1, "-.") : 0;
	if (n == 0 || n >= SYMBOL_SIZE || m == 0 || m >= sizeof name)
		return false;
	memcpy(name, p + 1, m);
	name[m] = '\0';
	interval = interval_find(name);
	if (interval < 0)
		return false;
	if (series->interval < 0)
		series->interval = interval;
	if (!series->symbol[0]) {
		memcpy(series->symbol, base, n);
		series->symbol[n] = '\0';
	}
	return true;
}

enum err feed_open(const char *path, const struct feed_series *series, struct feed **feed, struct error *e)
{
	struct feed_series known = series ? *series : (struct feed_series){ .market = -1, .interval = -1 };
	struct feed *f = calloc(1, sizeof *f);
	enum err rc;

	*feed = NULL;
	if (!f)
		return error_memory(e);
	f->fd = -1;
	feed_name(path, &known);
	snprintf(f->place, sizeof f->place, "%s", strcmp(path, "-") == 0 ? "stdin" : path);
	f->path = strdup(f->place);
	rc = f->path ? open_archive(path, &f->archive, &f->fd, e) : error_memory(e);
	if (!rc)
		rc = csv_new((struct csv_input){ read_entry, f }, &known, &f->csv, e);
	if (!rc)
		rc = next_entry(f, e);
	if (!rc && !f->in_entry && f->entries > 0)
		rc = error_set(e, ERR_DATA, "'%.200s' has no entry that ends in .csv", f->path);
	if (rc) {
		feed_close(f);
		return rc;
	}
	*feed = f;
	return OK;
}

enum err feed_next(struct feed *f, struct candle *c, bool *end, struct error *e)
{
	enum err rc;

	for (;;) {
		rc = csv_next(f->csv, c, end, e);
		if (rc || !*end || f->broken || !f->in_entry)
			return rc;
		rc = next_entry(f, e);
		if (rc || !f->in_entry)
			return rc;
		csv_restart(f->csv);
	}
}

bool feed_broken(const struct feed *f)
{
	return f->broken;
}

const char *feed_place(const struct feed *f)
{
	return f->place;
}

bool feed_is_micros(const struct feed *f)
{
	return csv_is_micros(f->csv);
}

long feed_line(const struct feed *f)
{
	return csv_line(f->csv);
}

void feed_close(struct feed *f)
{
	if (!f)
		return;
	csv_free(f->csv);
	close_archive(f->archive, f->fd);
	free(f->path);
	free(f);
}

enum err feed_text(const char *path, size_t max, struct buf *b, struct error *e)
{
	struct archive *a = NULL;
	struct archive_entry *entry;
	int fd = -1, r;
	la_ssize_t n = 0;
	enum err rc = open_archive(path, &a, &fd, e);

	if (rc)
		goto out;
	buf_clear(b);
	r = archive_read_next_header(a, &entry);
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF) {
		rc = archive_failed(a, path, e);
		goto out;
	}
	while (r == ARCHIVE_OK && !rc) {
		char *to = buf_reserve(b, BLOCK);

		n = to ? archive_read_data(a, to, BLOCK) : 0;
		if (!to)
			rc = error_memory(e);
		else if (n < 0)
			rc = archive_failed(a, path, e);
		else if (b->len + (size_t)n > max)
			rc = error_set(e, ERR_DATA, "'%.200s' is larger than %zu bytes", path, max);
		if (rc || n == 0)
			break;
		b->len += (size_t)n;
	}
	buf_addc(b, '\0');
	if (!rc && b->failed)
		rc = error_memory(e);
	b->len -= !rc;
out:
	close_archive(a, fd);
	return rc;
}
