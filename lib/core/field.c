#include "core/field.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "core/utc.h"

#define DEPTH_MAX 16

static enum err check_depth(const char *text, size_t len, struct error *e)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > DEPTH_MAX)
				return error_set(e, ERR_DATA, "nested deeper than %d levels", DEPTH_MAX);
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return OK;
}

static enum err parse(const char *text, size_t len, json_type type, json_t **out, struct error *e)
{
	const char *what = type == JSON_OBJECT ? "object" : "list";
	json_error_t why;
	json_t *json;
	enum err rc = check_depth(text, len, e);

	*out = NULL;
	if (rc)
		return rc;
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!json)
		return why.line > 1 ? error_set(e, ERR_DATA, "not a JSON %s: %s (line %d, column %d)", what, why.text, why.line, why.column)
				    : error_set(e, ERR_DATA, "not a JSON %s: %s (column %d)", what, why.text, why.column);
	if (json_typeof(json) != type) {
		json_decref(json);
		return error_set(e, ERR_DATA, "not a JSON %s", what);
	}
	*out = json;
	return OK;
}

enum err field_parse(const char *text, size_t len, json_t **object, struct error *e)
{
	return parse(text, len, JSON_OBJECT, object, e);
}

enum err field_parse_list(const char *text, size_t len, json_t **list, struct error *e)
{
	return parse(text, len, JSON_ARRAY, list, e);
}

static void *at(const struct field *f, void *object)
{
	return (char *)object + f->offset;
}

static const void *at_const(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

static void set_unknown(const struct field *f, void *p)
{
	switch (f->type) {
	case FIELD_TEXT: *(char *)p = '\0'; break;
	case FIELD_DEC: *(dec *)p = DEC_NONE; break;
	case FIELD_DEC64: *(dec64 *)p = DEC64_NONE; break;
	case FIELD_INT:
	case FIELD_TIME: *(int64_t *)p = INT_NONE; break;
	case FIELD_REAL: *(double *)p = NAN; break;
	case FIELD_BOOL:
	case FIELD_ENUM: *(int *)p = -1; break;
	}
}

bool field_known(const struct field *f, const void *object)
{
	const void *p = at_const(f, object);

	switch (f->type) {
	case FIELD_TEXT: return *(const char *)p != '\0';
	case FIELD_DEC: return *(const dec *)p != DEC_NONE;
	case FIELD_DEC64: return *(const dec64 *)p != DEC64_NONE;
	case FIELD_INT:
	case FIELD_TIME: return *(const int64_t *)p != INT_NONE;
	case FIELD_REAL: return isfinite(*(const double *)p);
	case FIELD_BOOL:
	case FIELD_ENUM: return *(const int *)p >= 0;
	}
	return false;
}

static const char *expected(const struct field *f, bool typed, char *out, size_t n)
{
	struct buf b = { .max = 4096 };

	switch (f->type) {
	case FIELD_TEXT: buf_addf(&b, "text of 1 to %zu bytes", f->size - 1); break;
	case FIELD_DEC:
	case FIELD_DEC64: buf_adds(&b, "a decimal string"); break;
	case FIELD_INT: buf_adds(&b, "an integer"); break;
	case FIELD_TIME: buf_adds(&b, typed ? "a time such as 2024-05-01" : "a time in milliseconds"); break;
	case FIELD_REAL: buf_adds(&b, "a number"); break;
	case FIELD_BOOL: buf_adds(&b, "true or false"); break;
	case FIELD_ENUM:
		for (int i = 0; f->values[i]; i++)
			buf_addf(&b, "%s\"%s\"", i == 0 ? "" : f->values[i + 1] ? ", " : " or ", f->values[i]);
		break;
	}
	if (f->flags & FIELD_ABOVE_MIN)
		buf_addf(&b, " above %.12g", f->min);
	else if (f->flags & FIELD_MIN)
		buf_addf(&b, " of at least %.12g", f->min);
	if (f->flags & FIELD_MAX)
		buf_addf(&b, "%s %.12g", f->flags & (FIELD_MIN | FIELD_ABOVE_MIN) ? " and at most" : " of at most", f->max);
	snprintf(out, n, "%s", b.data ? b.data : "");
	buf_release(&b);
	return out;
}

/* The message every wrong value gets: `'0.1.2' is not a decimal string`. typed: by a person, who may write dates. */
static enum err wrong(const struct field *f, const char *path, const char *shown, const char *hint, bool typed, struct error *e)
{
	char name[64], text[256];

	snprintf(name, sizeof name, "%s%s", path, f->name);
	return error_field(e, ERR_DATA, name, "'%.80s' is not %s%s", shown, expected(f, typed, text, sizeof text), hint);
}

static double number_of(const struct field *f, const void *p)
{
	switch (f->type) {
	case FIELD_DEC: return dec_double(*(const dec *)p);
	case FIELD_DEC64: return dec_double(*(const dec64 *)p);
	case FIELD_INT:
	case FIELD_TIME: return (double)*(const int64_t *)p;
	case FIELD_REAL: return *(const double *)p;
	default: return 0;
	}
}

static bool in_range(const struct field *f, const void *p)
{
	double v = number_of(f, p);

	return !((f->flags & FIELD_MIN && v < f->min) || (f->flags & FIELD_ABOVE_MIN && v <= f->min) || (f->flags & FIELD_MAX && v > f->max));
}

static int enum_index(const struct field *f, const char *s)
{
	for (int i = 0; f->values[i]; i++)
		if (strcmp(s, f->values[i]) == 0)
			return i;
	return -1;
}

static bool set_text(const struct field *f, const char *s, size_t n, void *p)
{
	if (n == 0 || n >= f->size)
		return false;
	memcpy(p, s, n);
	((char *)p)[n] = '\0';
	return true;
}

static bool set_json(const struct field *f, json_t *v, void *p, bool configuration)
{
	const char *s = json_string_value(v);
	size_t n = s ? json_string_length(v) : 0;

	switch (f->type) {
	case FIELD_TEXT: return s && set_text(f, s, n, p);
	case FIELD_DEC: return s && dec_parse(s, n, p);
	case FIELD_DEC64: return s && dec64_parse(s, n, p);
	case FIELD_TIME:
		if (configuration && s)
			return utc_parse(s, TIME_NONE, p);
		/* fall through */
	case FIELD_INT:
		*(int64_t *)p = json_integer_value(v);
		return json_is_integer(v) && *(int64_t *)p != INT_NONE;
	case FIELD_REAL:
		*(double *)p = json_number_value(v);
		return json_is_number(v);
	case FIELD_BOOL:
		*(int *)p = json_is_true(v);
		return json_is_boolean(v);
	case FIELD_ENUM:
		*(int *)p = s ? enum_index(f, s) : -1;
		return *(int *)p >= 0;
	}
	return false;
}

/* A word more on a value that looks nearly right: a number where text belongs, or the other way round, or too much of one. */
static const char *hint_for(const struct field *f, const json_t *v)
{
	static const char digits[] = "0123456789";
	const char *s = json_string_value(v);
	size_t n = s ? strspn(s, digits) : 0;

	if (f->type != FIELD_DEC && f->type != FIELD_DEC64)
		return s && *s && !s[strspn(s, "-.0123456789")] && (f->type == FIELD_INT || f->type == FIELD_REAL) ? ": write it without quotes" : "";
	if (json_is_number(v))
		return ": write it in quotes";
	if (!n || f->flags & (FIELD_MIN | FIELD_ABOVE_MIN | FIELD_MAX))
		return "";
	if (s[n] == '.' && strspn(s + n + 1, digits))
		n += 1 + strspn(s + n + 1, digits);
	return s[n] ? "" : ": too large, or of more than 8 decimals";
}

static enum err read_one(const struct field *f, json_t *v, void *object, const char *path, bool configuration, struct error *e)
{
	void *p = at(f, object);
	char *shown;
	enum err rc;

	if (json_is_null(v) && f->flags & FIELD_NULL) {
		set_unknown(f, p);
		return OK;
	}
	if (set_json(f, v, p, configuration) && in_range(f, p))
		return OK;
	shown = json_is_string(v) ? strdup(json_string_value(v)) : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
	rc = wrong(f, path, shown ? shown : "?", hint_for(f, v), configuration, e);
	free(shown);
	return rc;
}

void field_clear(const struct field *fields, size_t n, void *object)
{
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		json_t *v = f->fallback ? json_loads(f->fallback, JSON_DECODE_ANY, NULL) : NULL;

		if (!v || !set_json(f, v, at(f, object), true))
			set_unknown(f, at(f, object));
		json_decref(v);
	}
}

static enum err refuse_unknown_keys(const struct field *fields, size_t n, json_t *json, const char *path, struct error *e)
{
	const char *key;
	json_t *v;

	json_object_foreach(json, key, v)
		if (!field_find(fields, n, key)) {
			char name[64];

			snprintf(name, sizeof name, "%s%s", path, key);
			return error_field(e, ERR_DATA, name, "no such key");
		}
	return OK;
}

enum err field_read(const struct field *fields, size_t n, json_t *json, void *object, const char *path, bool configuration,
	struct error *e)
{
	char name[64];
	enum err rc;

	if (configuration) {
		field_clear(fields, n, object);
		rc = refuse_unknown_keys(fields, n, json, path, e);
		if (rc)
			return rc;
	}
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		json_t *v = json_object_get(json, f->name);

		if (!v && configuration && !(f->flags & FIELD_REQUIRED))
			continue;
		if (!v) {
			snprintf(name, sizeof name, "%s%s", path, f->name);
			return error_field(e, ERR_DATA, name, "missing");
		}
		rc = read_one(f, v, object, path, configuration, e);
		if (rc)
			return rc;
	}
	return OK;
}

enum err field_read_text(const struct field *f, const char *text, void *object, struct error *e)
{
	void *p = at(f, object);
	size_t n = strlen(text);
	char *end = NULL;
	bool good = false;

	if (n == 0 && f->flags & FIELD_NULL) {
		set_unknown(f, p);
		return OK;
	}
	switch (f->type) {
	case FIELD_TEXT: good = set_text(f, text, n, p); break;
	case FIELD_DEC: good = dec_parse(text, n, p); break;
	case FIELD_DEC64: good = dec64_parse(text, n, p); break;
	case FIELD_TIME: good = utc_parse(text, TIME_NONE, p); break;
	case FIELD_INT:
		*(int64_t *)p = strtoll(text, &end, 10);
		good = n && !*end && *(int64_t *)p > INT_NONE && *(int64_t *)p < INT64_MAX;
		break;
	case FIELD_REAL:
		*(double *)p = strtod(text, &end);
		good = n && !*end && isfinite(*(double *)p);
		break;
	case FIELD_BOOL:
		*(int *)p = strcmp(text, "true") == 0;
		good = *(int *)p || strcmp(text, "false") == 0;
		break;
	case FIELD_ENUM:
		*(int *)p = enum_index(f, text);
		good = *(int *)p >= 0;
		break;
	}
	return good && in_range(f, p) ? OK : wrong(f, "", text, "", true, e);
}

const struct field *field_find(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}
