#ifndef CT_CORE_LINE_H
#define CT_CORE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

#define LINE_MAX_BYTES (1 << 20) /* the longest record line */

/*
 * Lines from a file descriptor, in large blocks. Just before a read that may block, `before_wait` is called (programs
 * flush stdout there): a live pipe sees each record at once, a bulk pipe keeps full buffers. Where `stopping` is set
 * and true after a signal has ended a wait, the input ends there and a half line is dropped.
 */
struct line_reader {
	int fd;
	void (*before_wait)(void);
	bool (*stopping)(void); /* may be NULL */
	long number; /* of the line last returned, 1-based */
	char *data;
	size_t cap, start, end;
	bool eof;
};

/* before_wait (may be NULL) is called before each read that would block: a filter flushes its output there. The caller closes fd. */
void line_init(struct line_reader *r, int fd, void (*before_wait)(void));
void line_release(struct line_reader *r);

/*
 * The next line without its LF or CRLF, NUL-terminated in the reader's own memory, valid until the next call;
 * a UTF-8 byte order mark before the first line is dropped. *line is NULL at the end of input.
 * Errors: ERR_DATA (longer than LINE_MAX_BYTES, or a NUL byte: that line is skipped and the next call goes on), ERR_IO.
 */
enum err line_next(struct line_reader *r, char **line, size_t *len, struct error *e);

#endif
