#ifndef CT_TUNE_KNOWN_H
#define CT_TUNE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

/* Lines in memory, each with the moment from which on it was known. */
struct known {
	struct buf text;
	size_t *start;      /* of line i; the end of the last one behind them */
	int64_t *t_ms;      /* TIME_NONE: the line does not say */
	size_t count, cap;
};

void known_release(struct known *k);
/* One more line, with its LF where it has one. ERR_DATA: more than BUF_MAX bytes. */
enum err known_add(struct known *k, const char *line, size_t len, int64_t t_ms, struct error *e);

/* t_ms, or close_time + 1, or the close of the bar of open_time and interval; TIME_NONE: nothing of that is in the line. */
int64_t known_since(const char *line, size_t len);

bool known_timed(const struct known *k);    /* every line has a time */
bool known_in_order(const struct known *k); /* no line was known before the one above it */

/* The moments at which a line became known, ascending, each once; the caller frees *moments. */
enum err known_moments(const struct known *k, int64_t **moments, size_t *n, struct error *e);

/*
 * Picks at most `want` of n moments, in place and in order: the last `last` ones always, the others at random. Returns
 * how many. The same seed picks the same.
 */
size_t known_pick(int64_t *moments, size_t n, size_t want, size_t last, uint64_t seed);

#endif
