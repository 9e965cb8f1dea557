#include "core/field.h"

#include <string.h>

#include "core/dec.h"
#include "core/real.h"

static const void *at_const(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

static void add_int(struct buf *b, int64_t v)
{
	char digits[24], *p = digits + sizeof digits;
	uint64_t m = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + m % 10);
	while (m /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

static void add_dec(struct buf *b, dec v, bool quoted)
{
	char text[DEC_TEXT + 2];
	size_t n = dec_format(v, text + 1);

	text[0] = text[n + 1] = '"';
	buf_add(b, text + !quoted, n + (quoted ? 2 : 0));
}

static void write_known(const struct field *f, const void *p, bool quoted, struct buf *b)
{
	char real[REAL_TEXT];
	const char *s;

	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_ENUM:
		s = f->type == FIELD_ENUM ? f->values[*(const int *)p] : p;
		if (quoted)
			buf_add_json(b, s, strlen(s));
		else
			buf_adds(b, s);
		break;
	case FIELD_DEC: add_dec(b, *(const dec *)p, quoted); break;
	case FIELD_DEC64: add_dec(b, *(const dec64 *)p, quoted); break;
	case FIELD_INT:
	case FIELD_TIME: add_int(b, *(const int64_t *)p); break;
	case FIELD_REAL: buf_add(b, real, real_format(*(const double *)p, 12, real)); break;
	case FIELD_BOOL: buf_adds(b, *(const int *)p ? "true" : "false"); break;
	}
}

void field_write_value(const struct field *f, const void *object, struct buf *b)
{
	if (field_known(f, object))
		write_known(f, at_const(f, object), true, b);
	else
		buf_add(b, "null", 4);
}

void field_write_plain(const struct field *f, const void *object, struct buf *b)
{
	if (field_known(f, object))
		write_known(f, at_const(f, object), false, b);
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
