#include "core/field.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/dec.h"
#include "core/real.h"

static const void *at_const(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

/* Most bytes that one value takes. */
static size_t value_max(const struct field *f)
{
	size_t longest = 4;

	switch (f->type) {
	case FIELD_TEXT: return 6 * f->size + 2;
	case FIELD_DEC:
	case FIELD_DEC64: return DEC_TEXT + 2;
	case FIELD_REAL: return REAL_TEXT;
	case FIELD_ENUM:
		for (size_t i = 0; f->values[i]; i++)
			longest = strlen(f->values[i]) > longest ? strlen(f->values[i]) : longest;
		return longest + 3;
	default: return DIGITS_ROOM + 1;
	}
}

#define EACH(c) (UINT64_C(0x0101010101010101) * (c))

/* The first of eight bytes that a JSON string does not hold as it is, NUL among them; 8: none. */
static size_t first_special(const char *s)
{
	uint64_t x, quote, slash, found;

	memcpy(&x, s, sizeof x);
	quote = x ^ EACH('"');
	slash = x ^ EACH('\\');
	/* Exact up to the lowest byte that is found, which is all that is asked. */
	found = (((x - EACH(0x20)) & ~x) | ((quote - EACH(1)) & ~quote) | ((slash - EACH(1)) & ~slash)) & EACH(0x80);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return found ? (size_t)__builtin_ctzll(found) / 8 : 8;
#else
	return found ? 0 : 8; /* then byte by byte */
#endif
}

static char *put_escape(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	*to++ = '\\';
	if (c == '"' || c == '\\') {
		*to++ = (char)c;
		return to;
	}
	memcpy(to, "u00", 3);
	to[3] = hex[c >> 4];
	to[4] = hex[c & 15];
	return to + 5;
}

/* A member of `size` bytes as a JSON string, eight bytes at a time: texts are most of a record. */
static char *put_text(char *to, const char *s, size_t size)
{
	const char *end = s + size;

	*to++ = '"';
	for (;;) {
		while (end - s >= 8) {
			size_t n = first_special(s);

			memcpy(to, s, 8);
			to += n;
			s += n;
			if (n < 8)
				break;
		}
		if (s == end || *s == '\0')
			break;
		if ((unsigned char)*s < 0x20 || *s == '"' || *s == '\\')
			to = put_escape(to, (unsigned char)*s++);
		else
			*to++ = *s++;
	}
	*to++ = '"';
	return to;
}

static char *put_dec(char *to, dec v)
{
	*to++ = '"';
	to += dec_format(v, to);
	*to = '"';
	return to + 1;
}

/* A value into room for value_max bytes; returns its end, or NULL where it is unknown. */
static char *put_known(const struct field *f, const void *p, char *to)
{
	switch (f->type) {
	case FIELD_TEXT: return *(const char *)p ? put_text(to, p, f->size) : NULL;
	case FIELD_DEC: return *(const dec *)p != DEC_NONE ? put_dec(to, *(const dec *)p) : NULL;
	case FIELD_DEC64: return *(const dec64 *)p != DEC64_NONE ? put_dec(to, *(const dec64 *)p) : NULL;
	case FIELD_INT:
	case FIELD_TIME: return *(const int64_t *)p != INT_NONE ? digits_put_signed(to, *(const int64_t *)p) : NULL;
	case FIELD_REAL: return isfinite(*(const double *)p) ? to + real_format(*(const double *)p, 12, to) : NULL;
	case FIELD_BOOL: return *(const int *)p < 0 ? NULL : stpcpy(to, *(const int *)p ? "true" : "false");
	case FIELD_ENUM: break;
	}
	if (*(const int *)p < 0)
		return NULL;
	*to++ = '"';
	to = stpcpy(to, f->values[*(const int *)p]);
	*to = '"';
	return to + 1;
}

static char *put_value(const struct field *f, const void *p, char *to)
{
	char *end = put_known(f, p, to);

	if (end)
		return end;
	memcpy(to, "null", 4);
	return to + 4;
}

void field_write_value(const struct field *f, const void *object, struct buf *b)
{
	char *to = buf_reserve(b, value_max(f) + 1), *end;

	if (!to)
		return;
	end = put_value(f, at_const(f, object), to);
	*end = '\0';
	b->len += (size_t)(end - to);
}

void field_write_plain(const struct field *f, const void *object, struct buf *b)
{
	const void *p = at_const(f, object);
	char text[DEC_TEXT];

	if (!field_known(f, object))
		return;
	if (f->type == FIELD_TEXT || f->type == FIELD_ENUM)
		buf_adds(b, f->type == FIELD_ENUM ? f->values[*(const int *)p] : p);
	else if (f->type == FIELD_DEC || f->type == FIELD_DEC64)
		buf_add(b, text, dec_format(f->type == FIELD_DEC ? *(const dec *)p : *(const dec64 *)p, text));
	else
		field_write_value(f, object, b);
}

size_t field_keys(const struct field *fields, size_t n, struct field_key *keys)
{
	size_t most = FIELD_KEY; /* the last key is copied whole, too */

	for (size_t i = 0; i < n; i++) {
		keys[i].len = (size_t)snprintf(keys[i].text, sizeof keys[i].text, "%s\"%s\":", i ? "," : "", fields[i].name);
		most += keys[i].len + value_max(&fields[i]);
	}
	return most;
}

char *field_put_keyed(const struct field *fields, const struct field_key *keys, size_t n, const void *object, char *to)
{
	for (size_t i = 0; i < n; i++) {
		memcpy(to, keys[i].text, FIELD_KEY);
		to = put_value(&fields[i], at_const(&fields[i], object), to + keys[i].len);
	}
	return to;
}

void field_write(const struct field *fields, size_t n, const void *object, struct buf *b)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		buf_addc(b, '"');
		buf_adds(b, fields[i].name);
		buf_add(b, "\":", 2);
		field_write_value(&fields[i], object, b);
	}
}

static void schema_type(const struct field *f, bool configuration, struct buf *b)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "string", [FIELD_DEC] = "string", [FIELD_DEC64] = "string", [FIELD_INT] = "integer",
		[FIELD_TIME] = "integer", [FIELD_REAL] = "number", [FIELD_BOOL] = "boolean", [FIELD_ENUM] = "string",
	};
	bool text_time = configuration && f->type == FIELD_TIME;

	if (f->flags & FIELD_NULL || text_time)
		buf_addf(b, "\"type\":[\"%s\"%s%s]", types[f->type], text_time ? ",\"string\"" : "", f->flags & FIELD_NULL ? ",\"null\"" : "");
	else
		buf_addf(b, "\"type\":\"%s\"", types[f->type]);
	if (f->type == FIELD_TEXT)
		buf_addf(b, ",\"minLength\":1,\"maxLength\":%zu", f->size - 1);
	if (f->type == FIELD_DEC || f->type == FIELD_DEC64)
		buf_adds(b, ",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?$\"");
	if (f->type == FIELD_ENUM) {
		buf_adds(b, ",\"enum\":[");
		for (int i = 0; f->values[i]; i++)
			buf_addf(b, "%s\"%s\"", i ? "," : "", f->values[i]);
		buf_addf(b, "%s]", f->flags & FIELD_NULL ? ",null" : "");
	}
	if (f->type != FIELD_DEC && f->type != FIELD_DEC64) {
		if (f->flags & (FIELD_MIN | FIELD_ABOVE_MIN))
			buf_addf(b, ",\"%s\":%.12g", f->flags & FIELD_MIN ? "minimum" : "exclusiveMinimum", f->min);
		if (f->flags & FIELD_MAX)
			buf_addf(b, ",\"maximum\":%.12g", f->max);
	}
	if (f->fallback)
		buf_addf(b, ",\"default\":%s", f->fallback);
}

void field_schema(const struct field *fields, size_t n, bool configuration, struct buf *b)
{
	bool first = true;

	buf_adds(b, "\"properties\":{");
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];

		buf_addf(b, "%s\"%s\":{\"description\":", i ? "," : "", f->name);
		buf_add_json(b, f->doc, strlen(f->doc));
		buf_addc(b, ',');
		schema_type(f, configuration, b);
		buf_addc(b, '}');
	}
	buf_adds(b, "},\"required\":[");
	for (size_t i = 0; i < n; i++)
		if (!configuration || fields[i].flags & FIELD_REQUIRED) {
			buf_addf(b, "%s\"%s\"", first ? "" : ",", fields[i].name);
			first = false;
		}
	buf_addc(b, ']');
}
