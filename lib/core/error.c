#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>

static void fill(struct error *e, enum err code, const char *field, const char *format, va_list ap)
	__attribute__((format(printf, 4, 0)));

static void fill(struct error *e, enum err code, const char *field, const char *format, va_list ap)
{
	if (!e)
		return;
	e->code = code;
	e->line = 0;
	snprintf(e->field, sizeof e->field, "%s", field);
	vsnprintf(e->message, sizeof e->message, format, ap);
}

enum err error_set(struct error *e, enum err code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fill(e, code, "", format, ap);
	va_end(ap);
	return code;
}

enum err error_field(struct error *e, enum err code, const char *field, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fill(e, code, field, format, ap);
	va_end(ap);
	return code;
}

enum err error_memory(struct error *e)
{
	return error_set(e, ERR_INTERNAL, "out of memory");
}
