#ifndef CT_CORE_FIELD_H
#define CT_CORE_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/error.h"

/*
 * One table describes a JSON object: it drives reader, writer, JSON Schema and manual, for records and for
 * configuration files alike. Each row maps a key to a member of a C struct.
 *
 * "Unknown" has one in-memory value a type: "" (text), DEC_NONE, DEC64_NONE, TIME_NONE / INT_NONE, NaN, -1 (bool,
 * enum); it is written as null, and read only where the row says FIELD_NULL.
 */
enum field_type {
	FIELD_TEXT, /* char[size], UTF-8; longer text is refused */
	FIELD_DEC,  /* dec, a decimal string */
	FIELD_DEC64,/* dec64, a decimal string */
	FIELD_INT,  /* int64_t */
	FIELD_TIME, /* int64_t, ms UTC; in a configuration file also "2024-05-01" */
	FIELD_REAL, /* double, a JSON number; 12 significant digits when written */
	FIELD_BOOL, /* int: 0, 1, -1 unknown */
	FIELD_ENUM, /* int: index into values[], -1 unknown */
};

enum { FIELD_NULL = 1, FIELD_REQUIRED = 2, FIELD_MIN = 4, FIELD_MAX = 8, FIELD_ABOVE_MIN = 16 };

#define INT_NONE INT64_MIN

struct field {
	const char *name;
	enum field_type type;
	size_t offset, size;       /* of the member */
	unsigned flags;
	const char *unit;          /* "quote", "base", "ms UTC", "percent" …; NULL: none */
	const char *doc;           /* half a sentence */
	const char *const *values; /* FIELD_ENUM: NULL-terminated */
	double min, max;           /* with FIELD_MIN (or FIELD_ABOVE_MIN: > min) and FIELD_MAX */
	const char *fallback;      /* configuration: the default, as JSON text; NULL: the "unknown" value */
};

#define FIELD(record, member) offsetof(struct record, member), sizeof(((struct record *)0)->member)

/*
 * A JSON object from text: at most 16 levels deep, no duplicate keys, no NUL, nothing behind it. The caller
 * releases it with json_decref. ERR_DATA with the parser's reason.
 */
enum err field_parse(const char *text, size_t len, json_t **object, struct error *e);
/* The same for a JSON array. */
enum err field_parse_list(const char *text, size_t len, json_t **list, struct error *e);

/* Every field to its "unknown" value, or to its fallback where it has one. */
void field_clear(const struct field *fields, size_t n, void *object);

/*
 * Members from a parsed object. Absent keys: refused for a FIELD_REQUIRED or (in a record) any row; else the fallback.
 * path is the prefix for messages ("" or "accounts[2]."). known: refuse keys the table lacks (configuration).
 * ERR_DATA with e->field = path + name, and a message that has the value and what was expected.
 */
enum err field_read(const struct field *fields, size_t n, json_t *json, void *object, const char *path, bool configuration,
	struct error *e);

/* `"name":value,…` without braces, in table order; every key is written. */
void field_write(const struct field *fields, size_t n, const void *object, struct buf *b);
/* The same with the names ready to be copied, made once of a table: records are written by the million. */
#define FIELD_KEY 32
struct field_key {
	size_t len;
	char text[FIELD_KEY]; /* ,"name": */
};
size_t field_keys(const struct field *fields, size_t n, struct field_key *keys); /* most bytes that all of it takes */
/* Into so much room; returns its end, without a NUL. */
char *field_put_keyed(const struct field *fields, const struct field_key *keys, size_t n, const void *object, char *to);
/* One value, as field_write writes it. */
void field_write_value(const struct field *f, const void *object, struct buf *b);
/* One value for people and CSV: no quotes, "" when unknown. */
void field_write_plain(const struct field *f, const void *object, struct buf *b);
/* The value of one field from text typed by a person or found in a CSV cell; "" is unknown. */
enum err field_read_text(const struct field *f, const char *text, void *object, struct error *e);

const struct field *field_find(const struct field *fields, size_t n, const char *name);
bool field_known(const struct field *f, const void *object);

/* `"properties":{…},"required":[…]` of a JSON Schema (2020-12). */
void field_schema(const struct field *fields, size_t n, bool configuration, struct buf *b);

#endif
