#ifndef CT_VENUE_ANSWER_H
#define CT_VENUE_ANSWER_H

#include <stdbool.h>

#include "core/dec.h"
#include "core/field.h"

/*
 * Strict reading of the exchange's answers about an account, by tables: exact types, bounded sizes and numbers, the key
 * named in every error. Keys that a table lacks are ignored, as the exchange adds some every year.
 */
enum answer_type {
	ANSWER_TEXT, /* char[size]: longer text, or one with control characters, is refused */
	ANSWER_DEC,  /* dec, from text; at most 10^20 */
	ANSWER_INT,  /* int64_t */
	ANSWER_TIME, /* int64_t, ms UTC of this age; -1 or 0: TIME_NONE where it is ANSWER_OPTIONAL */
	ANSWER_BOOL, /* int */
	ANSWER_WORD, /* int: index into words */
};

enum {
	ANSWER_OPTIONAL = 1, /* absent or null: the member stays as it is */
	ANSWER_SIGNED = 2,   /* may be below 0 */
	ANSWER_EMPTY = 4,    /* text may be "" */
	ANSWER_OTHER = 8,    /* a word that is none of words: their count */
};

struct answer_item {
	const char *key;
	enum answer_type type;
	size_t offset, size;
	unsigned flags;
	const char *const *words; /* NULL-terminated */
};

/* A JSON object, or a list of at most `most` entries, from text. ERR_PROTOCOL; where the text breaks off or overflows, the key is named. */
enum err answer_parse(const char *text, size_t len, json_t **json, struct error *e);
enum err answer_parse_list(const char *text, size_t len, size_t most, json_t **json, struct error *e);

/* Members of one object. path goes before the key in errors: "", or "orders[3].". */
enum err answer_read(const struct answer_item *items, size_t n, const json_t *json, void *out, const char *path, struct error *e);

/* A member that is an object, or a list of at most `most` entries; borrowed. */
enum err answer_object(const json_t *json, const char *key, const char *path, json_t **out, struct error *e);
enum err answer_list(const json_t *json, const char *key, const char *path, size_t most, json_t **out, struct error *e);

/* Text that has to be what was asked for; want NULL: any. It is shown as far as it can be printed. */
enum err answer_asked(const char *got, const char *want, const char *path, const char *key, struct error *e);

/* An answer that contradicts the question or itself. */
enum err answer_wrong(struct error *e, const char *path, const char *key, const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
