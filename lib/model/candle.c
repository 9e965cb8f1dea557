#include "model/candle.h"

#include <string.h>

#include "core/utc.h"
#include "model/record.h"

#define F(member) FIELD(candle, member)

const struct field candle_fields[CANDLE_FIELDS] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), 0, NULL, "length of the bar", interval_names, 0, 0, NULL },
	{ "open_time", FIELD_TIME, F(bar.open_time), 0, "ms UTC", "first millisecond of the bar", NULL, 0, 0, NULL },
	{ "open", FIELD_DEC64, F(bar.open), 0, "quote", "first price", NULL, 0, 0, NULL },
	{ "high", FIELD_DEC64, F(bar.high), 0, "quote", "highest price", NULL, 0, 0, NULL },
	{ "low", FIELD_DEC64, F(bar.low), 0, "quote", "lowest price", NULL, 0, 0, NULL },
	{ "close", FIELD_DEC64, F(bar.close), 0, "quote", "last price", NULL, 0, 0, NULL },
	{ "volume", FIELD_DEC, F(bar.volume), 0, "base", "traded", NULL, 0, 0, NULL },
	{ "close_time", FIELD_TIME, F(bar.close_time), 0, "ms UTC", "last millisecond of the bar", NULL, 0, 0, NULL },
	{ "quote_volume", FIELD_DEC, F(bar.quote_volume), FIELD_NULL, "quote", "traded", NULL, 0, 0, NULL },
	{ "trades", FIELD_INT, F(bar.trades), FIELD_NULL, NULL, "number of trades", NULL, 0, 0, NULL },
	{ "taker_buy_volume", FIELD_DEC, F(bar.taker_buy_volume), FIELD_NULL, "base", "bought by takers", NULL, 0, 0, NULL },
	{ "taker_buy_quote_volume", FIELD_DEC, F(bar.taker_buy_quote_volume), FIELD_NULL, "quote", "paid by takers who bought", NULL, 0, 0, NULL },
};

/* A cursor over a canonical line; every step fails by returning false, and the slow path decides what is wrong. */
struct cursor {
	const char *p, *end;
};

static inline __attribute__((always_inline)) bool literal(struct cursor *c, const char *s, size_t n)
{
	if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
		return false;
	c->p += n;
	return true;
}

#define LITERAL(c, s) literal(c, s, sizeof(s) - 1)

/* Up to the closing quote; no escapes, and none of the bytes that JSON forbids in strings. */
static bool plain_text(struct cursor *c, const char **s, size_t *n)
{
	const char *p = c->p;

	while (p < c->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80)
		p++;
	if (p == c->end || *p != '"')
		return false;
	*s = c->p;
	*n = (size_t)(p - c->p);
	c->p = p + 1;
	return true;
}

/* digits.dddddddd" with at most 18 digits in all: the shape nearly every number has. */
static inline bool quick_decimal(struct cursor *c, int64_t *out)
{
	const char *p = c->p, *from = p;
	uint64_t v = 0;
	size_t left = (size_t)(c->end - p);

	if (left < 12)
		return false;
	while (p < c->end && (unsigned char)(*p - '0') < 10)
		v = v * 10 + (uint64_t)(*p++ - '0');
	if (p == from || p - from > 10 || c->end - p < 10 || *p != '.')
		return false;
	p++;
	for (int i = 0; i < 8; i++, p++) {
		if ((unsigned char)(*p - '0') >= 10)
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	if (*p != '"')
		return false;
	c->p = p + 1;
	*out = (int64_t)v;
	return true;
}

static bool price(struct cursor *c, dec64 *out)
{
	const char *s;
	size_t n;

	return quick_decimal(c, out) || (plain_text(c, &s, &n) && dec64_parse(s, n, out));
}

static bool volume(struct cursor *c, dec *out)
{
	int64_t quick;
	const char *s;
	size_t n;

	if (quick_decimal(c, &quick)) {
		*out = quick;
		return true;
	}
	return plain_text(c, &s, &n) && dec_parse(s, n, out);
}

/* The values that may be unknown: a number in quotes, or null. */
static bool volume_or_null(struct cursor *c, dec *out)
{
	if (LITERAL(c, "\""))
		return volume(c, out);
	*out = DEC_NONE;
	return LITERAL(c, "null");
}

static bool integer(struct cursor *c, int64_t *out)
{
	const char *p = c->p;
	int64_t v = 0;

	while (p < c->end && (unsigned char)(*p - '0') < 10 && p - c->p < 18)
		v = v * 10 + (*p++ - '0');
	if (p == c->p || (*c->p == '0' && p - c->p > 1)) /* JSON has no leading zeros */
		return false;
	c->p = p;
	*out = v;
	return true;
}

static bool integer_or_null(struct cursor *c, int64_t *out)
{
	if (integer(c, out))
		return true;
	*out = INT_NONE;
	return LITERAL(c, "null");
}

static bool series(struct cursor *c, struct candle *out)
{
	const char *s;
	size_t n;

	if (LITERAL(c, "spot\",\"symbol\":\""))
		out->market = MARKET_SPOT;
	else if (LITERAL(c, "um\",\"symbol\":\""))
		out->market = MARKET_UM;
	else
		return false;
	if (!plain_text(c, &s, &n) || n == 0 || n >= sizeof out->symbol)
		return false;
	memcpy(out->symbol, s, n);
	out->symbol[n] = '\0';
	if (!LITERAL(c, ",\"interval\":\"") || !plain_text(c, &s, &n))
		return false;
	for (out->interval = 0; out->interval < INTERVAL_COUNT; out->interval++) {
		const char *name = interval_names[out->interval];
		size_t same = 0;

		while (same < n && name[same] == s[same])
			same++;
		if (same == n && !name[n])
			return true;
	}
	return false;
}

/* Whether a key is one of a candle's own: a second one is an error that only the slow path can name. */
static bool own_key(const char *s, size_t n)
{
	if ((n == 4 && memcmp(s, "kind", n) == 0) || (n == 1 && *s == 'v'))
		return true;
	for (size_t i = 0; i < CANDLE_FIELDS; i++)
		if (strlen(candle_fields[i].name) == n && memcmp(candle_fields[i].name, s, n) == 0)
			return true;
	return false;
}

/* A string or number of a member that is not ours. Numbers by their JSON grammar. */
static bool foreign_value(struct cursor *c)
{
	const char *s, *p;
	size_t n;

	if (LITERAL(c, "\""))
		return plain_text(c, &s, &n);
	if (LITERAL(c, "null"))
		return true;
	p = c->p;
	if (p < c->end && *p == '-')
		p++;
	if (p == c->end || *p < '0' || *p > '9' || (*p == '0' && p + 1 < c->end && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (s = p; p < c->end && *p >= '0' && *p <= '9' && p - s < 18; p++)
		;
	if (p < c->end && *p == '.') {
		for (s = ++p; p < c->end && *p >= '0' && *p <= '9'; p++)
			;
		if (p == s)
			return false;
	}
	if (p < c->end && *p == 'e') { /* as %.12g writes it; larger exponents are left to the slow path */
		p += p + 1 < c->end && (p[1] == '-' || p[1] == '+') ? 2 : 1;
		if (c->end - p < 2 || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
			return false;
		p += 2;
	}
	c->p = p;
	return true;
}

/*
 * What may follow the known keys: the end, or a few flat members with keys of their own. Two equal foreign keys, and
 * any shape beyond this, are left to the slow path.
 */
static bool tail(struct cursor *c)
{
	struct {
		const char *s;
		size_t n;
	} keys[32];
	size_t count = 0;

	for (; !LITERAL(c, "}"); count++) {
		if (count == sizeof keys / sizeof *keys || !LITERAL(c, ",\"") || !plain_text(c, &keys[count].s, &keys[count].n)
			|| own_key(keys[count].s, keys[count].n) || !LITERAL(c, ":"))
			return false;
		for (size_t i = 0; i < count; i++)
			if (keys[i].n == keys[count].n && memcmp(keys[i].s, keys[count].s, keys[i].n) == 0)
				return false;
		if (!foreign_value(c))
			return false;
	}
	return c->p == c->end;
}

bool candle_read_canonical(const char *line, size_t len, struct candle *out)
{
	struct cursor c = { line, line + len };
	struct bar *b = &out->bar;

	return LITERAL(&c, "{\"kind\":\"candle\",\"v\":1,\"market\":\"") && series(&c, out)
		&& LITERAL(&c, ",\"open_time\":") && integer(&c, &b->open_time)
		&& LITERAL(&c, ",\"open\":\"") && price(&c, &b->open)
		&& LITERAL(&c, ",\"high\":\"") && price(&c, &b->high)
		&& LITERAL(&c, ",\"low\":\"") && price(&c, &b->low)
		&& LITERAL(&c, ",\"close\":\"") && price(&c, &b->close)
		&& LITERAL(&c, ",\"volume\":\"") && volume(&c, &b->volume)
		&& LITERAL(&c, ",\"close_time\":") && integer(&c, &b->close_time)
		&& LITERAL(&c, ",\"quote_volume\":") && volume_or_null(&c, &b->quote_volume)
		&& LITERAL(&c, ",\"trades\":") && integer_or_null(&c, &b->trades)
		&& LITERAL(&c, ",\"taker_buy_volume\":") && volume_or_null(&c, &b->taker_buy_volume)
		&& LITERAL(&c, ",\"taker_buy_quote_volume\":") && volume_or_null(&c, &b->taker_buy_quote_volume)
		&& tail(&c);
}

/* Names are upper case or beyond ASCII: anything else is a broken column. */
static bool is_symbol(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == '"' || *s == ',' || *s == 0x7f || (*s >= 'a' && *s <= 'z'))
			return false;
	return true;
}

void candle_settle_end(struct candle *c)
{
	struct bar *b = &c->bar;

	if (b->close_time % MS_SECOND == 0 && b->close_time == interval_next((enum interval)c->interval, b->open_time))
		b->close_time--;
}

static enum err impossible(struct error *e, const char *field, dec value, const char *why)
{
	char text[DEC_TEXT];

	dec_format(value, text);
	return error_field(e, ERR_DATA, field, "%s is %s", text, why);
}

enum err candle_check(const struct candle *c, struct error *e)
{
	const struct bar *b = &c->bar;

	if (!is_symbol(c->symbol))
		return error_field(e, ERR_DATA, "symbol", "'%s' is not a pair's name", c->symbol);
	if (!interval_on_grid((enum interval)c->interval, b->open_time))
		return error_field(e, ERR_DATA, "open_time", "%lld is not on the grid of %s", (long long)b->open_time, interval_names[c->interval]);
	if (b->close_time < b->open_time || b->close_time >= interval_next((enum interval)c->interval, b->open_time))
		return error_field(e, ERR_DATA, "close_time", "%lld is outside the bar", (long long)b->close_time);
	if (b->low <= 0)
		return impossible(e, "low", b->low, "not above 0");
	if (b->high < b->low)
		return impossible(e, "high", b->high, "below low");
	if (b->open < b->low || b->open > b->high)
		return impossible(e, "open", b->open, "outside low..high");
	if (b->close < b->low || b->close > b->high)
		return impossible(e, "close", b->close, "outside low..high");
	if (b->volume < 0)
		return impossible(e, "volume", b->volume, "negative");
	if (b->quote_volume != DEC_NONE && b->quote_volume < 0)
		return impossible(e, "quote_volume", b->quote_volume, "negative");
	if (b->trades != INT_NONE && b->trades < 0)
		return error_field(e, ERR_DATA, "trades", "%lld is negative", (long long)b->trades);
	if (b->taker_buy_volume != DEC_NONE && (b->taker_buy_volume < 0 || b->taker_buy_volume > b->volume))
		return impossible(e, "taker_buy_volume", b->taker_buy_volume, "negative, or more than volume");
	return OK;
}
