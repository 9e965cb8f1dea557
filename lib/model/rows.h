#ifndef CT_MODEL_ROWS_H
#define CT_MODEL_ROWS_H

#include <stdint.h>

#include "model/record.h"

enum rows_format { ROWS_JSON, ROWS_CSV, ROWS_TABLE, ROWS_FORMATS };

int rows_format_find(const char *name); /* "json", "csv", "table"; -1: none */

/*
 * Records of one kind as lines for programs (json: canonical record lines; csv: a header and every field) or as a table
 * for people: its kind's most wanted columns, aligned, times readable, decimals without their last zeros, "-" for unknown.
 */
struct rows {
	enum rows_format format;
	const struct kind *kind;
	const char *const *columns; /* of a table; NULL: all fields */
	struct buf out;   /* what is finished; the caller takes it and clears it */
	struct buf cells; /* a table is laid out at its end: each cell and its NUL */
	size_t column_count, count;
};

void rows_begin(struct rows *r, enum rows_format format, const struct kind *kind);
enum err rows_add(struct rows *r, const void *object, struct error *e);
/* Completes `out`: the table, or a CSV header without rows. */
enum err rows_end(struct rows *r, struct error *e);
void rows_release(struct rows *r);

#endif
