#include "tune/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/grow.h"

_Static_assert(SPILL_PAGE * sizeof(struct bar) % 4096 == 0, "stretches fill whole pages");

static enum err failed(const char *what, struct error *e)
{
	const char *dir = getenv("TMPDIR");

	return error_set(e, ERR_IO, "cannot %s a temporary file in '%s': %s", what, dir && *dir ? dir : "/tmp", strerror(errno));
}

static enum err open_file(struct spill *s, struct error *e)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];

	dir = dir && *dir ? dir : "/tmp";
	s->size = 0;
	s->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (s->fd >= 0)
		return OK;
	if ((size_t)snprintf(path, sizeof path, "%s/ct-XXXXXX", dir) >= sizeof path) {
		errno = ENAMETOOLONG;
		return failed("make", e);
	}
	s->fd = mkostemp(path, O_CLOEXEC); /* not every file system knows files without a name */
	if (s->fd < 0)
		return failed("make", e);
	unlink(path);
	return OK;
}

static enum err add_stretch(struct spill_list *list, off_t at, size_t n, struct error *e)
{
	struct spill_stretch *last = list->count ? &list->rows[list->count - 1] : NULL;

	if (last && last->at + (off_t)(last->count * sizeof(struct bar)) == at) {
		last->count += n;
		return OK;
	}
	if (grow(&list->rows, &list->cap, list->count + 1, sizeof *list->rows, e))
		return ERR_INTERNAL;
	list->rows[list->count++] = (struct spill_stretch){ at, n };
	return OK;
}

enum err spill_add(struct spill *s, struct spill_list *list, const struct bar *bars, size_t n, struct error *e)
{
	size_t bytes = n * sizeof *bars, done = 0;
	enum err rc = s->fd < 0 ? open_file(s, e) : OK;

	while (!rc && done < bytes) {
		ssize_t wrote = pwrite(s->fd, (const char *)bars + done, bytes - done, s->size + (off_t)done);

		if (wrote < 0 && errno != EINTR)
			rc = failed("write", e);
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	if (!rc)
		rc = add_stretch(list, s->size, n, e);
	/* The next one begins on a page again. */
	s->size += (off_t)((n + SPILL_PAGE - 1) / SPILL_PAGE * SPILL_PAGE * sizeof *bars);
	return rc;
}

void spill_close(struct spill *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* Where the system has no more mappings to give, the stretch is read. */
static enum err read_stretch(const struct spill *s, const struct spill_stretch *from, char *to, size_t bytes, struct error *e)
{
	size_t done = 0;

	if (mmap(to, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return error_memory(e);
	while (done < bytes) {
		ssize_t n = pread(s->fd, to + done, bytes - done, from->at + (off_t)done);

		if (n < 0 && errno != EINTR)
			return failed("read", e);
		if (n == 0)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	return OK;
}

enum err spill_map(const struct spill *s, const struct spill_list *list, size_t count, struct bar **bars, bool *loose, struct error *e)
{
	char *room = mmap(NULL, count * sizeof **bars, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), *at = room;
	enum err rc = OK;

	if (room == MAP_FAILED)
		return error_memory(e);
	*loose = true;
	for (size_t i = 0; !rc && i < list->count; i++) {
		size_t bytes = list->rows[i].count * sizeof **bars;

		if (mmap(at, bytes, PROT_READ, MAP_SHARED | MAP_FIXED, s->fd, list->rows[i].at) == MAP_FAILED) {
			*loose = false;
			rc = read_stretch(s, &list->rows[i], at, bytes, e);
		}
		at += bytes;
	}
	if (rc)
		munmap(room, count * sizeof **bars);
	else
		*bars = (struct bar *)(void *)room;
	return rc;
}

void spill_unmap(struct bar *bars, size_t count)
{
	munmap(bars, count * sizeof *bars);
}

void spill_let_go(const struct bar *bars, size_t from, size_t to)
{
	size_t first = (from + SPILL_PAGE - 1) / SPILL_PAGE * SPILL_PAGE, end = to / SPILL_PAGE * SPILL_PAGE;

	if (end > first)
		madvise((void *)(uintptr_t)(bars + first), (end - first) * sizeof *bars, MADV_DONTNEED);
}
