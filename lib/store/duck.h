#ifndef CT_STORE_DUCK_H
#define CT_STORE_DUCK_H

#include "core/buf.h"
#include "core/error.h"
#include "core/field.h"

/*
 * Inside lib/store only: DuckDB's C library, which reads and writes Parquet. It is loaded when it is first needed, so
 * that nothing else of ct asks for it. An instance has no file, one thread, and never asks the network; others may be
 * opened and work at the same time once the first is open.
 */
struct duck;

/* ERR_UNAVAILABLE: there is no such library, or one that is too old; the message says what to install. */
enum err duck_open(struct duck **d, struct error *e);
void duck_close(struct duck *d); /* NULL is fine */

/* Text as an SQL literal. pattern: for a place where DuckDB would read *, ? and [ as wildcards. */
void duck_literal(struct buf *sql, const char *text, bool pattern);

/*
 * How a field of a record is stored: times as TIMESTAMP_MS, prices as DECIMAL(18,8), other decimals as DECIMAL(38,8),
 * integers as BIGINT. "Unknown" is NULL.
 */
const char *duck_type(const struct field *f);

/*
 * Rows for `FROM ct_rows()`: the table function of that name has the columns `fields`, and asks for the next objects
 * of `stride` bytes, at most DUCK_ROWS, which are valid until it asks again; *count 0 ends it. An error ends the statement,
 * and duck_feed returns it. failed: the code of the statement's own errors; e: its message, in one line.
 */
#define DUCK_ROWS 2048
struct duck_source {
	const struct field *fields;
	size_t field_count, stride;
	enum err (*next)(void *ctx, const void **objects, size_t *count, struct error *e);
	void *ctx;
};
enum err duck_feed(struct duck *d, const struct duck_source *source, const char *sql, enum err failed, struct error *e);

/*
 * The answer of a statement, row by row, in flat memory: its columns are these fields, in their order. ERR_DATA: a column
 * has another type; decimals may be of any width, and each value has to fit exactly. An answer has a connection of its own; several may be open.
 */
struct duck_answer;
enum err duck_ask(struct duck *d, const char *sql, const struct field *fields, size_t n, struct duck_answer **a, struct error *e);
/* Fills the members of *object that the fields name. */
enum err duck_next(struct duck_answer *a, void *object, bool *end, struct error *e);
void duck_end(struct duck_answer *a); /* NULL is fine */
/* The same where the answer is one row. */
enum err duck_ask_row(struct duck *d, const char *sql, const struct field *fields, size_t n, void *object, struct error *e);

#endif
