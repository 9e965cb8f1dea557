#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}

char *buf_reserve(struct buf *b, size_t n)
{
	size_t max = b->max ? b->max : BUF_MAX, cap = b->cap ? b->cap : 256;
	char *data;

	if (b->failed)
		return NULL;
	if (n < b->cap - b->len)
		return b->data + b->len;
	if (n >= max || b->len >= max - n) {
		b->failed = true;
		return NULL;
	}
	while (cap <= b->len + n)
		cap *= 2;
	data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return NULL;
	}
	b->data = data;
	b->cap = cap;
	return data + b->len;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
	char *to = buf_reserve(b, n + 1);

	if (!to)
		return;
	memcpy(to, data, n);
	to[n] = '\0';
	b->len += n;
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	to = n < 0 ? NULL : buf_reserve(b, (size_t)n + 1);
	if (!to)
		return;
	va_start(ap, format);
	vsnprintf(to, (size_t)n + 1, format, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_add_json(struct buf *b, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t from = 0;

	buf_addc(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, s + from, i - from);
		from = i + 1;
		if (c == '"' || c == '\\')
			buf_add(b, (char[]){ '\\', (char)c }, 2);
		else
			buf_add(b, escape, 6);
	}
	buf_add(b, s + from, n - from);
	buf_addc(b, '"');
}
