#include "feed/text.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)1 << 18)
#define ROW_MAX ((size_t)1 << 16)

void csv_text_release(struct csv_text *t)
{
	free(t->data);
}

void csv_text_restart(struct csv_text *t)
{
	t->start = t->end = 0;
	t->line = 0;
	t->eof = false;
}

void csv_text_stop(struct csv_text *t)
{
	t->eof = true;
	t->start = t->end;
}

/* One more block behind what is kept. */
static enum err fill(struct csv_text *t, struct error *e)
{
	size_t got = 0;
	enum err rc;

	if (t->start) {
		memmove(t->data, t->data + t->start, t->end - t->start);
		t->end -= t->start;
		t->start = 0;
	}
	if (t->cap - t->end < BLOCK) {
		size_t cap = t->end + 2 * BLOCK;
		char *data = realloc(t->data, cap);

		if (!data)
			return error_memory(e);
		t->data = data;
		t->cap = cap;
	}
	rc = t->input.read(t->input.ctx, t->data + t->end, BLOCK, &got, e);
	t->eof = rc || got == 0;
	t->end += got;
	return rc;
}

enum err csv_text_at_line(const struct csv_text *t, enum err rc, struct error *e)
{
	if (rc && e)
		e->line = t->line;
	return rc;
}

enum err csv_text_line(struct csv_text *t, char **s, size_t *n, struct error *e)
{
	size_t seen = 0;
	bool long_line = false;
	char *nl;
	enum err rc;

	*s = NULL;
	if (!t->data && (rc = fill(t, e)))
		return rc;
	for (;;) {
		nl = memchr(t->data + t->start + seen, '\n', t->end - t->start - seen);
		if (nl || t->eof)
			break;
		seen = t->end - t->start;
		if (seen > ROW_MAX) { /* throw it away in pieces, up to its end */
			long_line = true;
			t->start = t->end;
			seen = 0;
		}
		rc = fill(t, e);
		if (rc)
			return rc;
	}
	if (!nl && t->start == t->end && !long_line)
		return OK;
	*s = t->data + t->start;
	*n = nl ? (size_t)(nl - *s) : t->end - t->start;
	t->start += *n + (nl != NULL);
	t->line++;
	if (long_line || *n > ROW_MAX)
		return csv_text_at_line(t, error_set(e, ERR_DATA, "line is longer than %zu bytes", ROW_MAX), e);
	if (t->line == 1 && *n >= 3 && memcmp(*s, "\xef\xbb\xbf", 3) == 0) {
		*s += 3;
		*n -= 3;
	}
	if (*n && (*s)[*n - 1] == '\r')
		--*n;
	return OK;
}
