#include "venue/klines.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"

enum item_type { ITEM_TIME, ITEM_COUNT, ITEM_PRICE, ITEM_VOLUME, ITEM_TEXT };

static const struct item {
	const char *name;
	enum item_type type;
	size_t offset; /* in struct bar */
} items[] = {
	{ "open time", ITEM_TIME, offsetof(struct bar, open_time) },
	{ "open", ITEM_PRICE, offsetof(struct bar, open) },
	{ "high", ITEM_PRICE, offsetof(struct bar, high) },
	{ "low", ITEM_PRICE, offsetof(struct bar, low) },
	{ "close", ITEM_PRICE, offsetof(struct bar, close) },
	{ "volume", ITEM_VOLUME, offsetof(struct bar, volume) },
	{ "close time", ITEM_TIME, offsetof(struct bar, close_time) },
	{ "quote volume", ITEM_VOLUME, offsetof(struct bar, quote_volume) },
	{ "trades", ITEM_COUNT, offsetof(struct bar, trades) },
	{ "taker buy volume", ITEM_VOLUME, offsetof(struct bar, taker_buy_volume) },
	{ "taker buy quote volume", ITEM_VOLUME, offsetof(struct bar, taker_buy_quote_volume) },
	{ "unused", ITEM_TEXT, 0 },
};

#define ITEMS (sizeof items / sizeof *items)

struct scan {
	const char *p, *end;
	size_t row; /* 1-based */
};

char *venue_excerpt(const char *text, size_t len, char *out, size_t size)
{
	size_t n = len < size - 1 ? len : size - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
	out[n] = '\0';
	return out;
}

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
		s->p++;
}

static bool take(struct scan *s, char c)
{
	skip_blanks(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

/* The whole value at `from` (not the end), for a message: a string with its quotes, else up to the next separator. */
static const char *value_text(const struct scan *s, const char *from, char *out, size_t size)
{
	const char *p = from + 1;

	if (*from == '"')
		while (p < s->end && *p != '"')
			p++;
	while (p < s->end && *p != ',' && *p != ']' && *p != '\n')
		p++;
	return venue_excerpt(from, (size_t)(p - from), out, size);
}

static enum err wrong_item(const struct scan *s, const struct item *item, const char *from, const char *expected, struct error *e)
{
	char field[64], value[48];

	snprintf(field, sizeof field, "row %zu %s", s->row, item->name);
	if (from == s->end || (*from == '"' && !memchr(from + 1, '"', (size_t)(s->end - from - 1))))
		return error_field(e, ERR_PROTOCOL, field, "the answer is cut off here");
	return error_field(e, ERR_PROTOCOL, field, "'%s' is not %s", value_text(s, from, value, sizeof value), expected);
}

/* A JSON integer of at most 16 digits. */
static bool read_integer(struct scan *s, int64_t *out)
{
	const char *p = s->p, *from;
	bool minus = p < s->end && *p == '-';
	int64_t v = 0;

	from = p += minus;
	while (p < s->end && *p >= '0' && *p <= '9' && p - from < 17)
		v = v * 10 + (*p++ - '0');
	if (p == from || p - from > 16 || (*from == '0' && p - from > 1))
		return false;
	if (p < s->end && *p != ',' && *p != ']' && *p != ' ' && *p != '\n' && *p != '\r' && *p != '\t')
		return false;
	s->p = p;
	*out = minus ? -v : v;
	return true;
}

/* A JSON string without escapes, as every one of these is. */
static bool read_text(struct scan *s, const char **text, size_t *n)
{
	const char *p = s->p;

	if (p == s->end || *p++ != '"')
		return false;
	*text = p;
	while (p < s->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	if (p == s->end || *p != '"')
		return false;
	*n = (size_t)(p - *text);
	s->p = p + 1;
	return true;
}

static enum err read_item(struct scan *s, const struct item *item, struct bar *bar, struct error *e)
{
	void *member = (char *)bar + item->offset;
	const char *from, *text;
	size_t n;

	skip_blanks(s);
	from = s->p;
	if (item->type == ITEM_TIME || item->type == ITEM_COUNT)
		return read_integer(s, member) ? OK : wrong_item(s, item, from, item->type == ITEM_TIME ? "a time in milliseconds" : "a whole number", e);
	if (!read_text(s, &text, &n))
		return wrong_item(s, item, from, "text with a decimal number", e);
	if ((item->type == ITEM_PRICE && !dec64_parse(text, n, member)) || (item->type == ITEM_VOLUME && !dec_parse(text, n, member)))
		return wrong_item(s, item, from, "a decimal number that fits", e);
	return OK;
}

/* The row has another number of items, or is none. */
static enum err wrong_count(const struct scan *s, size_t had, struct error *e)
{
	char field[64], value[48];

	snprintf(field, sizeof field, "row %zu", s->row);
	if (s->p == s->end)
		return error_field(e, ERR_PROTOCOL, field, "the answer is cut off here");
	if (*s->p == ']')
		return error_field(e, ERR_PROTOCOL, field, "%zu items, where %zu are expected", had, ITEMS);
	value_text(s, s->p, value, sizeof value);
	if (had == 0)
		return error_field(e, ERR_PROTOCOL, field, "'%s' is not a list of %zu items", value, ITEMS);
	return error_field(e, ERR_PROTOCOL, field, "'%s' after %zu items, where %zu are expected", value, had, ITEMS);
}

static enum err read_row(struct scan *s, struct bar *bar, struct error *e)
{
	if (!take(s, '['))
		return wrong_count(s, 0, e);
	for (size_t i = 0; i < ITEMS; i++) {
		enum err rc;

		skip_blanks(s);
		if (i == 0 ? s->p < s->end && *s->p == ']' : !take(s, ','))
			return wrong_count(s, i, e);
		rc = read_item(s, &items[i], bar, e);
		if (rc)
			return rc;
	}
	return take(s, ']') ? OK : wrong_count(s, ITEMS, e);
}

static enum err check_times(const struct scan *s, const struct klines_want *w, const struct candle *rows, size_t n, struct error *e)
{
	int64_t t = rows[n].bar.open_time;
	char field[64], a[UTC_TEXT], b[UTC_TEXT];

	snprintf(field, sizeof field, "row %zu open time", s->row);
	if (t < w->first || t > w->last)
		return error_field(e, ERR_PROTOCOL, field, "%lld is outside what was asked for, %s to %s", (long long)t, utc_format(w->first, a),
			utc_format(w->last, b));
	if (n && t < rows[n - 1].bar.open_time)
		return error_field(e, ERR_PROTOCOL, field, "%lld goes back in time, after %lld", (long long)t, (long long)rows[n - 1].bar.open_time);
	return OK;
}

static enum err not_a_list(const struct scan *s, struct error *e)
{
	char start[64];

	if (s->p == s->end)
		return error_set(e, ERR_PROTOCOL, "an empty answer, where a list of candles was expected");
	return error_set(e, ERR_PROTOCOL, "not a list of candles: '%s'", venue_excerpt(s->p, (size_t)(s->end - s->p), start, sizeof start));
}

enum err klines_read(const char *text, size_t len, const struct klines_want *w, struct candle *rows, size_t *n, struct error *e)
{
	struct scan s = { .p = text, .end = text + len, .row = 1 };
	char rest[48];
	bool more;

	*n = 0;
	if (!take(&s, '['))
		return not_a_list(&s, e);
	for (more = !take(&s, ']'); more; more = take(&s, ','), s.row++) {
		struct candle *c = &rows[*n];
		enum err rc;

		if (*n == w->limit)
			return error_set(e, ERR_PROTOCOL, "more rows than the %zu asked for", w->limit);
		*c = (struct candle){ .market = w->market, .interval = w->interval };
		snprintf(c->symbol, sizeof c->symbol, "%s", w->symbol);
		rc = read_row(&s, &c->bar, e);
		candle_settle_end(c);
		if (!rc)
			rc = check_times(&s, w, rows, *n, e);
		if (rc)
			return rc;
		++*n;
	}
	if (*n && !take(&s, ']'))
		return wrong_count(&s, 0, e);
	skip_blanks(&s);
	if (s.p == s.end)
		return OK;
	return error_set(e, ERR_PROTOCOL, "something follows the list of candles: '%s'",
		venue_excerpt(s.p, (size_t)(s.end - s.p), rest, sizeof rest));
}
