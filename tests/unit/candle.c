/* The candle codec reads what the JSON parser reads, and refuses what it refuses, over mutated lines. */
#include "check.h"

#include "core/utc.h"
#include "model/record.h"

static const char line[] = "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"BTCUSDT\",\"interval\":\"4h\",\"open_time\":1714521600000,"
	"\"open\":\"60672.00000000\",\"high\":\"60841.63000000\",\"low\":\"59765.01000000\",\"close\":\"60068.56000000\",\"volume\":\"3952.28133000\","
	"\"close_time\":1714535999999,\"quote_volume\":\"238324137.21946100\",\"trades\":208634,\"taker_buy_volume\":\"1923.10371000\","
	"\"taker_buy_quote_volume\":\"115957405.86540210\"}";

/*
 * The slow path alone: a leading blank is no canonical line, but the same JSON. (What begins with a quote or a
 * bracket stays what it is.)
 */
static enum err slow(const char *text, size_t n, struct candle *c, struct error *e)
{
	char *spaced = malloc(n + 2);
	enum err rc;

	spaced[0] = ' ';
	memcpy(spaced + 1, text, n);
	spaced[n + 1] = '\0';
	rc = candle_read(spaced, n + 1, c, e);
	free(spaced);
	return rc;
}

static void alike(const char *text, size_t n)
{
	struct candle a = { 0 }, b = { 0 };
	struct error ea = { 0 }, eb = { 0 };
	struct buf wa = { 0 }, wb = { 0 };
	enum err fast = candle_read(text, n, &a, &ea);

	if (fast != slow(text, n, &b, &eb) || strcmp(ea.field, eb.field) != 0)
		fail_msg("the two paths differ on %.*s", (int)n, text);
	if (fast == OK) {
		candle_write(&a, &wa);
		candle_write(&b, &wb);
		assert_string_equal(wa.data, wb.data);
	}
	buf_release(&wa);
	buf_release(&wb);
}

static void canonical(void **state)
{
	struct candle c;
	struct error e = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(candle_read(line, sizeof line - 1, &c, &e), OK);
	assert_true(c.bar.high == 6084163000000 && c.bar.trades == 208634 && c.bar.taker_buy_quote_volume == (dec)11595740586540210);
	candle_write(&c, &b);
	assert_int_equal(b.len, sizeof line);
	assert_memory_equal(b.data, line, sizeof line - 1);
	assert_int_equal(candle_check(&c, &e), OK);
	buf_release(&b);
}

/* line, with `from` replaced. */
static char *with(const char *from, const char *to)
{
	static char text[1 << 13];
	const char *at = strstr(line, from);

	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - line), line, to, at + strlen(from));
	return text;
}

static void chosen_shapes(void **state)
{
	static const char *const changes[][2] = {
		{ "208634", "null" }, { "208634", "-5" }, { "208634", "007" }, { "208634", "1e3" }, { "208634", "999999999999999999" },
		{ "208634", "9223372036854775807" }, { "208634", "9223372036854775808" }, { "208634", "-9223372036854775808" }, { "208634", "\"208634\"" },
		{ "60672.00000000", "60672" }, { "60672.00000000", "60672.1" }, { "60672.00000000", "-60672.00000000" }, { "60672.00000000", "" },
		{ "60672.00000000", "9999999999.00000000" }, { "60672.00000000", "92233720368.54775808" }, { "60672.00000000", "1.000000001" },
		{ "60672.00000000", "0060672.00000000" }, { "60672.00000000", ".5" }, { "60672.00000000", "\\u0031" }, { "\"60672.00000000\"", "60672.5" },
		{ "3952.28133000", "5123456789012.12345678" }, { "3952.28133000", "1701411834604692317316873037159" }, { "\"1923.10371000\"", "null" },
		{ "\"3952.28133000\"", "null" }, { "spot", "um" }, { "spot", "cm" }, { "\"4h\"", "\"4H\"" }, { "\"4h\"", "\"\"" }, { "BTCUSDT", "" },
		{ "BTCUSDT", "币安人生USDT" }, { "BTCUSDT", "A\\u0042" }, { "BTCUSDT", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345" }, { "\"v\":1", "\"v\":2" },
		{ "\"v\":1", "\"v\":1.0" }, { "\"v\":1", "\"v\": 1" }, { "candle", "signal" }, { "0210\"}", "0210\"} " }, { "0210\"}", "0210\"}}" },
		{ "0210\"}", "0210\",\"ema\":1.5}" }, { "0210\"}", "0210\",\"ema\":1.5e-05,\"why\":\"x\",\"none\":null}" },
		{ "0210\"}", "0210\",\"ema\":1,\"ema\":2}" }, { "0210\"}", "0210\",\"open\":\"1\"}" }, { "0210\"}", "0210\",\"kind\":\"candle\"}" },
		{ "0210\"}", "0210\",\"\":1}" }, { "0210\"}", "0210\",\"a\":01}" }, { "0210\"}", "0210\",\"a\":-}" }, { "0210\"}", "0210\",\"a\":1.}" },
		{ "0210\"}", "0210\",\"a\":1e400}" }, { "0210\"}", "0210\",\"a\":[1,{}]}" }, { "0210\"}", "0210\",\"a\":true}" }, { "0210\"}", "0210\",}" },
		{ "0210\"}", "0210\",\"a\":\"\x01\"}" }, { "0210\"}", "0210\",\"a\":123456789012345678901}" }, { "1714521600000", "1714521600000.0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char *text = with(changes[i][0], changes[i][1]);

		alike(text, strlen(text));
	}
}

/* Bytes and pieces changed at random, from the alphabet in which such lines are written. */
static void random_mutations(void **state)
{
	static const char alphabet[] = "0123456789.-+eE\"\\{}[]:, nulltruefalse\x01\x7f\xc3\xa9";
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[sizeof line + 8];
		size_t n = sizeof line - 1;
		int changes = 1 + (int)(check_random(&seed) % 3);

		memcpy(text, line, sizeof line);
		while (changes--) {
			size_t at = check_random(&seed) % n;
			char c = alphabet[check_random(&seed) % (sizeof alphabet - 1)];

			switch (check_random(&seed) % 3) {
			case 0: text[at] = c; break;
			case 1:
				memmove(text + at + 1, text + at, n - at);
				text[at] = c;
				n++;
				break;
			default:
				memmove(text + at, text + at + 1, n - at - 1);
				n--;
			}
		}
		alike(text, n);
	}
}

static void many_columns(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (int columns = 30; columns < 35; columns++) { /* around what the codec keeps */
		buf_clear(&b);
		buf_add(&b, line, sizeof line - 2);
		for (int i = 0; i < columns; i++)
			buf_addf(&b, ",\"c%d\":%.12g", i, i / 3.0);
		buf_addc(&b, '}');
		alike(b.data, b.len);
		buf_clear(&b);
		buf_add(&b, line, sizeof line - 2);
		for (int i = 0; i < columns; i++)
			buf_addf(&b, ",\"c%d\":0", i % (columns - 1));
		buf_addc(&b, '}');
		alike(b.data, b.len);
	}
	buf_release(&b);
}

static void impossible(const char *from, const char *to, const char *field)
{
	struct candle c;
	struct error e = { 0 };
	char *text = with(from, to);

	assert_int_equal(candle_read(text, strlen(text), &c, &e), OK);
	assert_int_equal(candle_check(&c, &e), ERR_DATA);
	assert_string_equal(e.field, field);
}

/* The first millisecond of the next bar is the exchange's old way to say the last of this one; nothing else is. */
static void an_end_a_millisecond_late_is_put_back(void **state)
{
	static const int64_t ends[][2] = { { 0, 0 }, { 1, 0 }, { 2, 2 }, { -1, -1 }, { -MS_HOUR, -MS_HOUR }, { MS_HOUR + 1, MS_HOUR + 1 } };
	struct candle c = { .interval = INTERVAL_4H, .bar.open_time = INT64_C(1504699200000) }; /* 2017-09-06 12:00, which is such a bar */
	const int64_t last = c.bar.open_time + 4 * MS_HOUR - 1;

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		c.bar.close_time = last + ends[i][0];
		candle_settle_end(&c);
		assert_int_equal(c.bar.close_time, last + ends[i][1]);
	}
}

static void impossible_bars(void **state)
{
	(void)state;
	impossible("1714521600000", "1714521600001", "open_time");
	impossible("1714535999999", "1714536000000", "close_time");
	impossible("1714535999999", "1714521599999", "close_time");
	impossible("59765.01", "0.00", "low");
	impossible("60841.63", "59765.00", "high");
	impossible("\"60672.00", "\"60841.64", "open");
	impossible("60068.56", "59765.00", "close");
	impossible("\"3952.28133000", "\"-3952.28133000", "volume");
	impossible("\"238324137", "\"-238324137", "quote_volume");
	impossible("208634", "-1", "trades");
	impossible("\"1923.1", "\"9923.1", "taker_buy_volume");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical), cmocka_unit_test(chosen_shapes), cmocka_unit_test(random_mutations), cmocka_unit_test(many_columns),
		cmocka_unit_test(impossible_bars), cmocka_unit_test(an_end_a_millisecond_late_is_put_back),
	};

	return cmocka_run_group_tests_name("candle", tests, NULL, NULL);
}
