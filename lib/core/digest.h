#ifndef CT_CORE_DIGEST_H
#define CT_CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

#define DIGEST_BYTES 32
#define DIGEST_HEX (2 * DIGEST_BYTES + 1)

/* SHA-256, fed in pieces. One digest is one thread's. */
struct digest;

struct digest *digest_new(void); /* NULL: out of memory */
/* One that hashes nothing, but counts: for ids that only have to differ, and that nobody reads. */
struct digest *digest_counter(void);
bool digest_counts(const struct digest *d);
/* A counter's next number, as a text of DIGEST_NUMBER bytes with its NUL. */
#define DIGEST_NUMBER 17
void digest_number(struct digest *d, char *text);
void digest_add(struct digest *d, const void *data, size_t n);
/* A text field, closed by its NUL, so that ("ab","c") and ("a","bc") differ. */
void digest_field(struct digest *d, const char *text);
/* Lower-case hex of everything added; the digest starts anew. hex holds DIGEST_HEX bytes. */
void digest_hex(struct digest *d, char *hex);
/* The first n hex digits of it, without a NUL. */
void digest_take(struct digest *d, char *hex, size_t n);
/* Of a whole file. ERR_NOINPUT, ERR_IO. */
enum err digest_file(const char *path, char *hex, struct error *e);
void digest_free(struct digest *d);

#endif
