#include "venue/answer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "venue/klines.h"

#define DEC_MOST ((dec)DEC_ONE * 100000000000 * 1000000000) /* 10^20: nothing that is traded comes near it */
#define TIME_LEAST INT64_C(1000000000000)                   /* 2001 */
#define TIME_MOST INT64_C(10000000000000)                   /* 2286 */

enum err answer_wrong(struct error *e, const char *path, const char *key, const char *format, ...)
{
	char field[64], message[256];
	va_list args;

	snprintf(field, sizeof field, "%s%s", path, key);
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	return error_field(e, ERR_PROTOCOL, field, "%s", message);
}

/* The last key that stands before `at`, for the message about text that cannot be parsed from there on; twice: a key itself ends there. */
static void key_before(const char *text, size_t at, bool twice, char *key, size_t size)
{
	const char *colon = twice ? text + at : at ? memrchr(text, ':', at) : NULL, *end, *start;

	key[0] = '\0';
	end = colon ? memrchr(text, '"', (size_t)(colon - text)) : NULL;
	start = end ? memrchr(text, '"', (size_t)(end - text)) : NULL;
	if (start && end - start > 1 && end - start < 40)
		venue_excerpt(start + 1, (size_t)(end - start - 1), key, size);
}

static enum err unreadable(const char *text, size_t len, const char *what, struct error *e)
{
	char key[40], start[48], why[JSON_ERROR_TEXT_LENGTH];
	json_error_t error;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	bool parsed = json != NULL;

	json_decref(json);
	venue_excerpt(text, len, start, sizeof start);
	if (parsed || error.position < 0)
		return error_set(e, ERR_PROTOCOL, "not a JSON %s of few levels: '%s'", what, start);
	key_before(text, (size_t)error.position < len ? (size_t)error.position : len, json_error_code(&error) == json_error_duplicate_key, key, sizeof key);
	venue_excerpt(error.text, strnlen(error.text, sizeof error.text), why, 80);
	return error_field(e, ERR_PROTOCOL, key, "not a JSON %s: %s, at byte %d, '%s'", what, why, error.position, start);
}

enum err answer_parse(const char *text, size_t len, json_t **json, struct error *e)
{
	return field_parse(text, len, json, NULL) ? unreadable(text, len, "object", e) : OK;
}

enum err answer_parse_list(const char *text, size_t len, size_t most, json_t **json, struct error *e)
{
	if (field_parse_list(text, len, json, NULL))
		return unreadable(text, len, "list", e);
	if (json_array_size(*json) <= most)
		return OK;
	json_decref(*json);
	*json = NULL;
	return error_set(e, ERR_PROTOCOL, "a list of more than %zu entries", most);
}

/* The value as the message shows it. */
static const char *shown(const json_t *value, char *out, size_t size)
{
	char *text;

	if (json_is_string(value))
		return venue_excerpt(json_string_value(value), json_string_length(value), out, size);
	text = json_is_object(value) || json_is_array(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
	snprintf(out, size, "%s", text ? text : json_is_object(value) ? "{…}" : "[…]");
	free(text);
	return out;
}

static bool read_text(const struct answer_item *i, const json_t *v, void *p)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v);

	if (!s || n >= i->size || (n == 0 && !(i->flags & ANSWER_EMPTY)))
		return false;
	for (size_t k = 0; k < n; k++)
		if ((unsigned char)s[k] < 0x20 || s[k] == 0x7f)
			return false;
	memcpy(p, s, n + 1);
	return true;
}

static bool read_dec(const struct answer_item *i, const json_t *v, dec *p)
{
	dec d;

	if (!json_is_string(v) || !dec_parse(json_string_value(v), json_string_length(v), &d))
		return false;
	if (d > DEC_MOST || d < -DEC_MOST || (d < 0 && !(i->flags & ANSWER_SIGNED)))
		return false;
	*p = d;
	return true;
}

static bool read_int(const struct answer_item *i, const json_t *v, int64_t *p)
{
	if (!json_is_integer(v) || (json_integer_value(v) < 0 && !(i->flags & ANSWER_SIGNED)))
		return false;
	*p = json_integer_value(v);
	return true;
}

static bool read_time(const struct answer_item *i, const json_t *v, int64_t *p)
{
	int64_t t = json_is_integer(v) ? json_integer_value(v) : INT64_MIN;

	if ((t == -1 || t == 0) && i->flags & ANSWER_OPTIONAL) {
		*p = TIME_NONE;
		return true;
	}
	if (t < TIME_LEAST || t >= TIME_MOST)
		return false;
	*p = t;
	return true;
}

static bool read_word(const struct answer_item *i, const json_t *v, int *p)
{
	const char *s = json_string_value(v);
	int k = 0;

	if (!s)
		return false;
	while (i->words[k] && strcmp(i->words[k], s) != 0)
		k++;
	*p = k;
	return i->words[k] || i->flags & ANSWER_OTHER;
}

static bool read_item(const struct answer_item *i, const json_t *v, void *p)
{
	switch (i->type) {
	case ANSWER_TEXT: return read_text(i, v, p);
	case ANSWER_DEC: return read_dec(i, v, p);
	case ANSWER_INT: return read_int(i, v, p);
	case ANSWER_TIME: return read_time(i, v, p);
	case ANSWER_BOOL: *(int *)p = json_is_true(v); return json_is_boolean(v);
	case ANSWER_WORD: return read_word(i, v, p);
	}
	return false;
}

static const char *const expected[] = {
	[ANSWER_TEXT] = "a short text", [ANSWER_DEC] = "a decimal number as text, in range", [ANSWER_INT] = "a whole number in range",
	[ANSWER_TIME] = "a time in milliseconds", [ANSWER_BOOL] = "true or false", [ANSWER_WORD] = "a word known here",
};

enum err answer_read(const struct answer_item *items, size_t n, const json_t *json, void *out, const char *path, struct error *e)
{
	char text[64];

	if (!json_is_object(json))
		return answer_wrong(e, path, "", "'%s' is not an object", shown(json, text, sizeof text));
	for (size_t k = 0; k < n; k++) {
		const struct answer_item *i = &items[k];
		const json_t *v = json_object_get(json, i->key);

		if ((!v || json_is_null(v)) && i->flags & ANSWER_OPTIONAL)
			continue;
		if (!v)
			return answer_wrong(e, path, i->key, "is missing");
		if (!read_item(i, v, (char *)out + i->offset))
			return answer_wrong(e, path, i->key, "'%s' is not %s", shown(v, text, sizeof text), expected[i->type]);
	}
	return OK;
}

enum err answer_object(const json_t *json, const char *key, const char *path, json_t **out, struct error *e)
{
	*out = json_object_get(json, key);
	return json_is_object(*out) ? OK : answer_wrong(e, path, key, *out ? "is not an object" : "is missing");
}

enum err answer_list(const json_t *json, const char *key, const char *path, size_t most, json_t **out, struct error *e)
{
	*out = json_object_get(json, key);
	if (!json_is_array(*out))
		return answer_wrong(e, path, key, *out ? "is not a list" : "is missing");
	return json_array_size(*out) <= most ? OK : answer_wrong(e, path, key, "has more than %zu entries", most);
}

enum err answer_asked(const char *got, const char *want, const char *path, const char *key, struct error *e)
{
	char text[48];

	if (!want || strcmp(got, want) == 0)
		return OK;
	return answer_wrong(e, path, key, "'%s' is not the '%s' that was asked for", venue_excerpt(got, strlen(got), text, sizeof text), want);
}
