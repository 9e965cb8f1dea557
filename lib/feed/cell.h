#ifndef CT_FEED_CELL_H
#define CT_FEED_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/dec.h"
#include "core/error.h"

/* One row of a CSV: its cells, and what a cell's text means. Private to lib/feed. */

#define CELLS_MAX 64

struct cell {
	const char *s; /* not NUL-terminated */
	size_t n;
};

/* Cuts a line into at most CELLS_MAX cells; quoted ones are unquoted in place. ERR_DATA: too many, a quote that is not closed. */
enum err cell_split(char *s, size_t n, struct cell *cells, size_t *count, struct error *e);

/* Each returns false, with *out as it was or anything, where the text is no such value. */
bool cell_dec64(const struct cell *cell, dec64 *out);
bool cell_dec(const struct cell *cell, dec *out);
bool cell_integer(const struct cell *cell, int64_t *out); /* a count: digits alone */
/* Years 2000 to 2199: milliseconds, microseconds or a date, to milliseconds. */
bool cell_time(const struct cell *cell, int64_t *out);
/* A pair's name into out[SYMBOL_SIZE]: printable UTF-8 without quotes, commas and backslashes. */
bool cell_symbol(const struct cell *cell, char *out);

int cell_choice(const struct cell *cell, const char *const *names); /* -1: none of them */

#endif
