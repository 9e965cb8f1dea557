#include "core/line.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1 << 18)

void line_init(struct line_reader *r, int fd, void (*before_wait)(void))
{
	*r = (struct line_reader){ .fd = fd, .before_wait = before_wait };
}

void line_release(struct line_reader *r)
{
	free(r->data);
	r->data = NULL;
}

static bool would_wait(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

/* Reads one more block behind what is kept. */
static enum err fill(struct line_reader *r, struct error *e)
{
	ssize_t n;

	if (r->start) {
		memmove(r->data, r->data + r->start, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
	}
	if (r->cap - r->end < BLOCK + 1) {
		size_t cap = r->end + 2 * BLOCK;
		char *data = realloc(r->data, cap);

		if (!data)
			return error_memory(e);
		r->data = data;
		r->cap = cap;
	}
	if (r->before_wait && would_wait(r->fd))
		r->before_wait();
	do
		n = read(r->fd, r->data + r->end, BLOCK);
	while (n < 0 && errno == EINTR && !(r->stopping && r->stopping()));
	if (n < 0 && errno == EINTR) {
		r->eof = true;
		r->end = r->start;
		return OK;
	}
	if (n < 0)
		return error_set(e, ERR_IO, "cannot read: %s", strerror(errno));
	r->eof = n == 0;
	r->end += (size_t)n;
	return OK;
}

/* An over-long line: throw its bytes away up to its end, keeping the reader usable. */
static enum err skip_rest(struct line_reader *r, struct error *e)
{
	for (;;) {
		char *nl = memchr(r->data + r->start, '\n', r->end - r->start);
		enum err rc;

		if (nl) {
			r->start = (size_t)(nl + 1 - r->data);
			return OK;
		}
		r->start = r->end;
		if (r->eof)
			return OK;
		rc = fill(r, e);
		if (rc)
			return rc;
	}
}

static enum err too_long(struct line_reader *r, struct error *e)
{
	enum err rc = skip_rest(r, e);

	if (rc)
		return rc;
	rc = error_set(e, ERR_DATA, "line is longer than %d bytes", LINE_MAX_BYTES);
	e->line = r->number;
	return rc;
}

enum err line_next(struct line_reader *r, char **line, size_t *len, struct error *e)
{
	size_t seen = 0, n;
	char *nl, *s;
	enum err rc;

	*line = NULL;
	for (;;) {
		nl = r->end > r->start + seen ? memchr(r->data + r->start + seen, '\n', r->end - r->start - seen) : NULL;
		if (nl || r->eof)
			break;
		seen = r->end - r->start;
		if (seen > LINE_MAX_BYTES)
			break;
		rc = fill(r, e);
		if (rc)
			return rc;
	}
	if (!nl && r->eof && r->start == r->end)
		return OK;
	r->number++;
	if ((nl ? (size_t)(nl - r->data) : r->end) - r->start > LINE_MAX_BYTES)
		return too_long(r, e);
	s = r->data + r->start;
	n = nl ? (size_t)(nl - s) : r->end - r->start;
	r->start += n + (nl != NULL);
	if (r->number == 1 && n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	if (n && s[n - 1] == '\r')
		n--;
	s[n] = '\0';
	if (memchr(s, '\0', n)) {
		rc = error_set(e, ERR_DATA, "line contains a NUL byte");
		e->line = r->number;
		return rc;
	}
	*line = s;
	*len = n;
	return OK;
}
