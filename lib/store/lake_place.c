/* Files of a lake that are written, on their way to the disk and to their names. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/lake_file.h"

#define TAIL 16384 /* bytes at a file's end that have its metadata */

/* Readers of lakes pass over names with a dot in front; one that a killed export left is written over. */
void lake_temporary(const char *path, char *out)
{
	const char *name = strrchr(path, '/') + 1;

	snprintf(out, LAKE_TEMPORARY, "%.*s.%s.tmp", (int)(name - path), path, name);
}

/* Puts the sum where its place is kept. */
static enum err write_sum(int fd, uint64_t sum, const char *path, struct error *e)
{
	char tail[TAIL], text[sizeof LAKE_UNSUMMED], *found;
	off_t size = lseek(fd, 0, SEEK_END), from = size > TAIL ? size - TAIL : 0;
	ssize_t n = size < 0 ? -1 : pread(fd, tail, sizeof tail, from);

	snprintf(text, sizeof text, "%020lld", (long long)lake_sum_value(sum));
	found = n > 0 ? memmem(tail, (size_t)n, LAKE_UNSUMMED, strlen(LAKE_UNSUMMED)) : NULL;
	if (n > 0 && !found)
		return error_set(e, ERR_INTERNAL, "DuckDB has left out the metadata: '%s'", path);
	if (!found || pwrite(fd, text, strlen(text), from + (found - tail)) != (ssize_t)strlen(text))
		return error_set(e, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
	return OK;
}

enum err lake_place(struct lake *l, const char *path, uint64_t sum, struct error *e)
{
	char temporary[LAKE_TEMPORARY];
	struct lake_placing *p = &l->placing[l->placing_count];
	enum err rc;

	lake_temporary(path, temporary);
	*p = (struct lake_placing){ open(temporary, O_RDWR | O_CLOEXEC), strdup(path) };
	if (p->fd < 0)
		rc = error_set(e, ERR_IO, "cannot open '%s': %s", temporary, strerror(errno));
	else
		rc = p->path ? write_sum(p->fd, sum, path, e) : error_memory(e);
	if (rc) {
		if (p->fd >= 0)
			close(p->fd);
		free(p->path);
		unlink(temporary);
		return rc;
	}
	/* Only begun: that it is done is waited for once, for many files. */
	sync_file_range(p->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return ++l->placing_count < LAKE_PLACING ? OK : lake_place_all(l, e);
}

enum err lake_place_all(struct lake *l, struct error *e)
{
	char temporary[LAKE_TEMPORARY];
	enum err rc = OK;

	for (size_t i = 0; i < l->placing_count; i++) {
		struct lake_placing *p = &l->placing[i];

		lake_temporary(p->path, temporary);
		if (!rc && (fsync(p->fd) != 0 || rename(temporary, p->path) != 0))
			rc = error_set(e, ERR_IO, "cannot write '%s': %s", p->path, strerror(errno));
		close(p->fd);
		if (rc)
			unlink(temporary);
		free(p->path);
	}
	l->placing_count = 0;
	return rc;
}
