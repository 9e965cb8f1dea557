#ifndef CT_FEED_TEXT_H
#define CT_FEED_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/* Lines of a CSV from any source of bytes. Private to lib/feed. */

/* Fills data with up to n bytes; *got 0 is the end. */
struct csv_input {
	enum err (*read)(void *ctx, char *data, size_t n, size_t *got, struct error *e);
	void *ctx;
};

struct csv_text {
	struct csv_input input;
	char *data;
	size_t cap, start, end;
	long line; /* of the line last given, 1-based */
	bool eof;
};

void csv_text_release(struct csv_text *t);
void csv_text_restart(struct csv_text *t); /* the input starts anew */
void csv_text_stop(struct csv_text *t);    /* what is left cannot be understood: the next line is the end */

/*
 * The next line into *s, *n without its end, which may be changed in place; *s is NULL at the end of the input. A byte order
 * mark is dropped. ERR_DATA: over 64 KiB; the next call goes on behind it. What the input returned.
 */
enum err csv_text_line(struct csv_text *t, char **s, size_t *n, struct error *e);

/* Returns rc, and tells *e the line. */
enum err csv_text_at_line(const struct csv_text *t, enum err rc, struct error *e);

#endif
