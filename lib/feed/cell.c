#include "feed/cell.h"

#include <string.h>

#include "core/field.h"
#include "core/utc.h"
#include "model/market.h"

/* A quoted cell: its text in place, doubled quotes made one. Returns what follows the closing quote, NULL: none. */
static char *unquote(char *p, char *end, struct cell *cell)
{
	char *to = ++p;

	cell->s = p;
	for (;; p++) {
		if (p == end)
			return NULL;
		if (*p == '"' && (p + 1 == end || p[1] != '"'))
			break;
		p += *p == '"';
		*to++ = *p;
	}
	cell->n = (size_t)(to - cell->s);
	return p + 1;
}

enum err cell_split(char *s, size_t n, struct cell *cells, size_t *count, struct error *e)
{
	char *p = s, *end = s + n;

	*count = 0;
	for (;;) {
		struct cell *cell = &cells[*count];

		if (*count == CELLS_MAX)
			return error_set(e, ERR_DATA, "more than %d cells", CELLS_MAX);
		if (p < end && *p == '"') {
			p = unquote(p, end, cell);
			if (!p)
				return error_set(e, ERR_DATA, "a quote is not closed");
			if (p < end && *p != ',')
				return error_set(e, ERR_DATA, "text after a closing quote");
		} else {
			cell->s = p;
			while (p < end && *p != ',')
				p++;
			cell->n = (size_t)(p - cell->s);
		}
		++*count;
		if (p == end)
			return OK;
		p++;
	}
}

/* Digits with at most 8 decimals, 18 digits in all: the shape nearly every number has. */
static inline bool quick_decimal(const struct cell *cell, int64_t *out)
{
	static const uint64_t scale[] = { 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };
	const char *p = cell->s, *end = p + cell->n;
	uint64_t v = 0; /* a digit too many fits, before it is seen to be one */
	size_t whole, decimals = 0;

	while (p < end && (unsigned char)(*p - '0') < 10 && p - cell->s < 11)
		v = v * 10 + (uint64_t)(*p++ - '0');
	whole = (size_t)(p - cell->s);
	if (whole == 0 || whole > 10)
		return false;
	if (p < end && *p == '.') {
		const char *from = ++p;

		while (p < end && (unsigned char)(*p - '0') < 10 && p - from < 9)
			v = v * 10 + (uint64_t)(*p++ - '0');
		decimals = (size_t)(p - from);
		if (decimals == 0 || decimals > 8)
			return false;
	}
	*out = (int64_t)(v * scale[decimals]);
	return p == end;
}

bool cell_dec64(const struct cell *cell, dec64 *out)
{
	return quick_decimal(cell, out) || dec64_parse(cell->s, cell->n, out);
}

bool cell_dec(const struct cell *cell, dec *out)
{
	int64_t quick;

	if (quick_decimal(cell, &quick)) {
		*out = quick;
		return true;
	}
	return dec_parse(cell->s, cell->n, out);
}

bool cell_integer(const struct cell *cell, int64_t *out)
{
	int64_t v = 0;

	if (cell->n == 0 || cell->n > 18)
		return false;
	for (size_t i = 0; i < cell->n; i++) {
		if ((unsigned char)(cell->s[i] - '0') >= 10)
			return false;
		v = v * 10 + (cell->s[i] - '0');
	}
	*out = v;
	return true;
}

/* Years 2000 to 2199, in milliseconds, microseconds, or as a date. */
bool cell_time(const struct cell *cell, int64_t *out)
{
	const int64_t first = INT64_C(946684800000), last = INT64_C(7258118400000);
	char text[UTC_TEXT];
	int64_t v;

	if (!cell_integer(cell, &v)) {
		if (cell->n >= sizeof text)
			return false;
		memcpy(text, cell->s, cell->n);
		text[cell->n] = '\0';
		return strlen(text) == cell->n && utc_parse(text, TIME_NONE, out) && *out != TIME_NONE;
	}
	if (v >= first * 1000 && v < last * 1000)
		v /= 1000;
	*out = v;
	return v >= first && v < last;
}

/* Neither JSON nor a database may meet a name that is not plain UTF-8 text. */
bool cell_symbol(const struct cell *cell, char *out)
{
	json_t *text;

	if (cell->n && cell->n < SYMBOL_SIZE && strlen(out) == cell->n && memcmp(out, cell->s, cell->n) == 0)
		return true;
	if (cell->n == 0 || cell->n >= SYMBOL_SIZE)
		return false;
	for (size_t i = 0; i < cell->n; i++)
		if ((unsigned char)cell->s[i] <= ' ' || strchr("\"\\,", cell->s[i]))
			return false;
	text = json_stringn(cell->s, cell->n);
	if (!text)
		return false;
	json_decref(text);
	memcpy(out, cell->s, cell->n);
	out[cell->n] = '\0';
	return true;
}

int cell_choice(const struct cell *cell, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (strlen(names[i]) == cell->n && memcmp(names[i], cell->s, cell->n) == 0)
			return i;
	return -1;
}
