#include "tune/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/grow.h"
#include "core/line.h"
#include "model/record.h"

struct journal_entry {
	char id[RUN_SIZE];
	double metric[TRIAL_METRICS];
};

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct journal_entry *)a)->id, ((const struct journal_entry *)b)->id);
}

static enum err keep(struct journal *j, const struct result *r, struct error *e)
{
	struct journal_entry *entry;

	if (grow(&j->entries, &j->cap, j->count + 1, sizeof *j->entries, e))
		return ERR_INTERNAL;
	entry = &j->entries[j->count++];
	memcpy(entry->id, r->id, sizeof entry->id);
	memcpy(entry->metric, r->metric, sizeof entry->metric);
	return OK;
}

static enum err check(const struct result *r, const struct ground *g, struct error *e)
{
	if (strcmp(r->digest, g->digest) != 0)
		return error_field(e, ERR_DATA, "digest", "a trial on other candles: choose another file");
	if (strcmp(r->setup, g->id) != 0)
		return error_field(e, ERR_DATA, "setup", "a trial with another account, risk or exchange rules: choose another file");
	if (strcmp(r->version, g->version) != 0)
		return error_field(e, ERR_DATA, "version", "a trial made by '%s', and this is '%s': choose another file", r->version, g->version);
	return OK;
}

static enum err read_lines(struct journal *j, const char *path, const struct ground *g, struct error *e)
{
	struct trial *t = calloc(1, sizeof *t);
	struct line_reader reader;
	char *line;
	size_t len;
	enum err rc = t ? OK : error_memory(e);

	line_init(&reader, j->fd, NULL);
	while (!rc) {
		rc = line_next(&reader, &line, &len, e);
		if (rc || !line)
			break;
		rc = record_read_kind(&kinds[KIND_TRIAL], line, len, t, e);
		if (!rc)
			rc = check(&t->r, g, e);
		if (!rc)
			rc = keep(j, &t->r, e);
	}
	if (rc == ERR_DATA)
		error_set(e, ERR_DATA, "%s:%ld: %s%s%s", path, reader.number, strdupa(e->field), *e->field ? ": " : "", strdupa(e->message));
	line_release(&reader);
	free(t);
	if (!rc && j->count)
		qsort(j->entries, j->count, sizeof *j->entries, by_id);
	return rc;
}

static enum err io_error(const char *path, struct error *e)
{
	return error_set(e, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
}

/* The file up to its last whole line; writing goes on there. */
static enum err cut_half_line(struct journal *j, const char *path, struct error *e)
{
	off_t end = lseek(j->fd, 0, SEEK_END);
	char c = '\n';

	while (end > 0 && pread(j->fd, &c, 1, end - 1) == 1 && c != '\n')
		end--;
	if (end < 0 || ftruncate(j->fd, end) != 0 || lseek(j->fd, 0, SEEK_SET) != 0)
		return io_error(path, e);
	return OK;
}

enum err journal_open(struct journal *j, const char *path, bool resume, const struct ground *g, struct error *e)
{
	enum err rc = OK;

	*j = (struct journal){ .fd = -1 };
	if (!path)
		return OK;
	j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (j->fd < 0)
		return error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	if (!resume)
		return lseek(j->fd, 0, SEEK_END) <= 0 ? OK : error_set(e, ERR_CANTCREAT, "'%s' is there already: --resume goes on with it", path);
	rc = cut_half_line(j, path, e);
	if (!rc)
		rc = read_lines(j, path, g, e);
	return rc || lseek(j->fd, 0, SEEK_END) >= 0 ? rc : io_error(path, e);
}

enum err journal_close(struct journal *j, struct error *e)
{
	enum err rc = j->fd >= 0 && close(j->fd) != 0 ? error_set(e, ERR_IO, "cannot write the results: %s", strerror(errno)) : OK;

	free(j->entries);
	buf_release(&j->line);
	*j = (struct journal){ .fd = -1 };
	return rc;
}

bool journal_knows(const struct journal *j, const char *id, const struct ranking *by, struct brief *b)
{
	const struct journal_entry *entry;
	struct journal_entry key;
	struct result r;

	memcpy(key.id, id, sizeof key.id);
	entry = j->count ? bsearch(&key, j->entries, j->count, sizeof key, by_id) : NULL;
	if (!entry)
		return false;
	memcpy(r.metric, entry->metric, sizeof r.metric);
	*b = ranking_brief(by, &r);
	return true;
}

enum err journal_add(struct journal *j, const struct trial *t, struct error *e)
{
	size_t at = 0;

	record_write(&kinds[KIND_TRIAL], t, &j->line);
	if (j->line.failed)
		return error_memory(e);
	if (j->fd < 0)
		return OK;
	while (at < j->line.len) {
		ssize_t n = write(j->fd, j->line.data + at, j->line.len - at);

		if (n < 0 && errno != EINTR)
			return error_set(e, ERR_IO, "cannot write the results: %s", strerror(errno));
		at += n > 0 ? (size_t)n : 0;
	}
	buf_clear(&j->line);
	return OK;
}
