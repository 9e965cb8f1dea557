/* The klines parser: the one shape it takes, and everything else. */
#include "check.h"

#include "core/utc.h"
#include "venue/klines.h"

#define T0 INT64_C(1714521600000) /* 2024-05-01 00:00 */
#define ROW0 "[1714521600000,\"1.50\",\"2.00000000\",\"1.00\",\"1.75\",\"5000000000000.12345678\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]"
#define ROW1 "[1714536000000,\"1.75\",\"2\",\"1\",\"1.5\",\"0\",1714550399999,\"0\",0,\"0\",\"0\",\"0\"]"

static struct candle rows[4];
static size_t count;
static struct error error;

static enum err read_text(const char *text)
{
	struct klines_want want = { .market = MARKET_SPOT, .interval = INTERVAL_4H, .symbol = "BTCUSDT", .first = T0, .last = T0 + 8 * MS_HOUR, .limit = 3 };
	char *copy = malloc(strlen(text) + 1); /* without slack, so that the sanitizer sees a read past the end */
	enum err rc;

	memcpy(copy, text, strlen(text));
	error = (struct error){ 0 };
	rc = klines_read(copy, strlen(text), &want, rows, &count, &error);
	free(copy);
	return rc;
}

static void reads_rows(void **state)
{
	(void)state;
	assert_int_equal(read_text("[" ROW0 "," ROW1 "]"), OK);
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].symbol, "BTCUSDT");
	assert_int_equal(rows[0].interval, INTERVAL_4H);
	assert_true(rows[0].bar.open_time == T0 && rows[0].bar.close_time == T0 + 4 * MS_HOUR - 1);
	assert_true(rows[0].bar.open == 150000000 && rows[0].bar.high == 200000000 && rows[0].bar.low == 100000000 && rows[0].bar.close == 175000000);
	assert_true(rows[0].bar.volume == (dec)5000000000000 * DEC_ONE + 12345678);
	assert_true(rows[0].bar.quote_volume == 850000000 && rows[0].bar.trades == 37);
	assert_true(rows[0].bar.taker_buy_volume == 7 * (dec)DEC_ONE && rows[0].bar.taker_buy_quote_volume == 1225000000);
	assert_true(rows[1].bar.open_time == T0 + 4 * MS_HOUR);
	assert_int_equal(read_text("[[1714521600000,\"1\",\"2\",\"1\",\"1\",\"5\",1714536000000,\"8\",3,\"1\",\"2\",\"0\"]]"), OK);
	assert_true(rows[0].bar.close_time == T0 + 4 * MS_HOUR - 1);
}

static void reads_blanks_and_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_text("[]"), OK);
	assert_int_equal(count, 0);
	assert_int_equal(read_text(" [ ] \r\n"), OK);
	assert_int_equal(read_text("[\n\t" ROW0 " ,\r\n " ROW1 " ]\n"), OK);
	assert_int_equal(count, 2);
}

/* What the caller judges: twins, gaps, negative numbers, bars off the grid. */
static void leaves_judgement_to_the_caller(void **state)
{
	(void)state;
	assert_int_equal(read_text("[" ROW0 "," ROW0 "]"), OK);
	assert_int_equal(count, 2);
	assert_int_equal(read_text("[[1714521600001,\"-1\",\"0\",\"9\",\"1\",\"-1\",0,\"0\",-3,\"0\",\"0\",\"0\"]]"), OK);
	assert_true(rows[0].bar.open == -DEC_ONE && rows[0].bar.trades == -3);
}

static const struct {
	const char *text, *field, *message;
} wrong[] = {
	{ "", "", "an empty answer, where a list of candles was expected" },
	{ "  \n", "", "an empty answer, where a list of candles was expected" },
	{ "<html><body>\x1b[31mhi</body></html>", "", "not a list of candles: '<html><body>?[31mhi</body></html>'" },
	{ "{\"code\":0}", "", "not a list of candles: '{\"code\":0}'" },
	{ "null", "", "not a list of candles: 'null'" },
	{ "[", "row 1", "the answer is cut off here" },
	{ "[" ROW0, "row 2", "the answer is cut off here" },
	{ "[" ROW0 ",", "row 2", "the answer is cut off here" },
	{ "[" ROW0 ",]", "row 2", "0 items, where 12 are expected" },
	{ "[" ROW0 " " ROW1 "]", "row 2", "'[1714536000000' is not a list of 12 items" },
	{ "[" ROW0 "]x", "", "something follows the list of candles: 'x'" },
	{ "[1,2]", "row 1", "'1' is not a list of 12 items" },
	{ "[[]]", "row 1", "0 items, where 12 are expected" },
	{ "[[1714521600000,\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\"]]", "row 1", "11 items, where 12 are expected" },
	{ "[[1714521600000,\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\",\"0\"]]", "row 1",
		"',\"0\"' after 12 items, where 12 are expected" },
	{ "[[1714521600000,1.5,\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open",
		"'1.5' is not text with a decimal number" },
	{ "[" ROW0 ",[1714536000000,\"1\",\"2\",null,\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 2 low",
		"'null' is not text with a decimal number" },
	{ "[[\"1714521600000\",\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open time",
		"'\"1714521600000\"' is not a time in milliseconds" },
	{ "[[1714521600000.0,\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open time",
		"'1714521600000.0' is not a time in milliseconds" },
	{ "[[1714521600000,\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",3e1,\"7\",\"12.25\",\"0\"]]", "row 1 trades", "'3e1' is not a whole number" },
	{ "[[1714521600000,\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",\"37\",\"7\",\"12.25\",\"0\"]]", "row 1 trades",
		"'\"37\"' is not a whole number" },
	{ "[[1714521600000,\"1e5\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open",
		"'\"1e5\"' is not a decimal number that fits" },
	{ "[[1714521600000,\"NaN\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open",
		"'\"NaN\"' is not a decimal number that fits" },
	{ "[[1714521600000,\"1\",\"99999999999999\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 high",
		"'\"99999999999999\"' is not a decimal number that fits" },
	{ "[[1714521600000,\"1\",\"2\",\"1\",\"1\",\"0.123456789\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 volume",
		"'\"0.123456789\"' is not a decimal number that fits" },
	{ "[[1714521600000,\"\\u0031\",\"2\",\"1\",\"1\",\"1\",1714535999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open",
		"'\"\\u0031\"' is not text with a decimal number" },
	{ "[[1714521600000000,\"1\",\"2\",\"1\",\"1\",\"1\",1714535999999999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open time",
		"1714521600000000 is outside what was asked for, 2024-05-01 00:00 to 2024-05-01 08:00" },
	{ "[[1714507200000,\"1\",\"2\",\"1\",\"1\",\"1\",1714521599999,\"8.5\",37,\"7\",\"12.25\",\"0\"]]", "row 1 open time",
		"1714507200000 is outside what was asked for, 2024-05-01 00:00 to 2024-05-01 08:00" },
	{ "[" ROW1 "," ROW0 "]", "row 2 open time", "1714521600000 goes back in time, after 1714536000000" },
	{ "[" ROW0 "," ROW0 "," ROW0 "," ROW0 "]", "", "more rows than the 3 asked for" },
};

static void names_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(read_text(wrong[i].text), ERR_PROTOCOL);
		assert_string_equal(error.field, wrong[i].field);
		assert_string_equal(error.message, wrong[i].message);
	}
}

static void refuses_every_cut(void **state)
{
	const char whole[] = "[" ROW0 "," ROW1 "]";
	char cut[sizeof whole];

	(void)state;
	for (size_t n = 0; n + 1 < sizeof whole; n++) {
		memcpy(cut, whole, n);
		cut[n] = '\0';
		assert_int_equal(read_text(cut), ERR_PROTOCOL);
	}
}

/* Random damage is either noticed or harmless: never a crash, never more rows than asked for. */
static void survives_damage(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[] = "[" ROW0 "," ROW1 "]";

		for (int hits = 1 + (int)(check_random(&seed) % 4); hits > 0; hits--)
			text[check_random(&seed) % (sizeof text - 1)] = "[]{},\"\\0123456789-.eE \n\x80\x7f"[check_random(&seed) % 26];
		if (read_text(text) == OK)
			assert_true(count <= 3);
		else
			assert_true(error.message[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rows),
		cmocka_unit_test(reads_blanks_and_nothing),
		cmocka_unit_test(leaves_judgement_to_the_caller),
		cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(survives_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
