#ifndef CT_CORE_BUF_H
#define CT_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growable byte string, always NUL-terminated once something was added. The first failure (memory, or the
 * ceiling) sticks: later calls do nothing, and the caller checks `failed` once, at the end.
 */
struct buf {
	char *data;
	size_t len, cap;
	size_t max; /* ceiling in bytes; 0: BUF_MAX */
	bool failed;
};

#define BUF_MAX ((size_t)1 << 30)

void buf_release(struct buf *b);
void buf_clear(struct buf *b);
/* Room for n more bytes at data + len; NULL when it cannot be had. The caller adds to len what it wrote. */
char *buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *data, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A JSON string with its quotes; control characters, quote and backslash escaped, UTF-8 passed as it is. */
void buf_add_json(struct buf *b, const char *s, size_t n);

#endif
