/* Exact money: text, rounding and overflow, checked against plain 128-bit arithmetic. */
#include "check.h"

#include <inttypes.h>

#include "core/dec.h"

static dec parse(const char *s)
{
	dec v;

	if (!dec_parse(s, strlen(s), &v))
		fail_msg("'%s' is not read", s);
	return v;
}

static void same(dec got, dec want)
{
	char a[DEC_TEXT], b[DEC_TEXT];

	if (got == want)
		return;
	dec_format(got, a);
	dec_format(want, b);
	fail_msg("%s is not %s", a, b);
}

static void good_text(void **state)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{ "0", "0.00000000" }, { "-0", "0.00000000" }, { "0.00000001", "0.00000001" }, { "-0.00000001", "-0.00000001" },
		{ "1", "1.00000000" }, { "007.5", "7.50000000" }, { "42000.10", "42000.10000000" }, { "0.1200000000000", "0.12000000" },
		{ "5123456789012.12345678", "5123456789012.12345678" }, { "92233720368.54775807", "92233720368.54775807" },
		{ "92233720368.54775808", "92233720368.54775808" },
		{ "1701411834604692317316873037158.84105727", "1701411834604692317316873037158.84105727" }, /* DEC_MAX */
		{ "-1701411834604692317316873037158.84105727", "-1701411834604692317316873037158.84105727" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[DEC_TEXT];

		assert_int_equal(dec_format(parse(cases[i].text), text), strlen(cases[i].canonical));
		assert_string_equal(text, cases[i].canonical);
	}
}

static void bad_text(void **state)
{
	static const char *const cases[] = { "", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1e5", "0x1", "1.2.3", "1,5", "--1", "1.123456789", "NaN", "inf",
		"1701411834604692317316873037158.84105728", "1701411834604692317316873037159", "-1701411834604692317316873037158.84105728",
		"17014118346046923173168730371590", "99999999999999999999999999999999999999999999999999" };
	dec v;
	dec64 v64;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (dec_parse(cases[i], strlen(cases[i]), &v))
			fail_msg("'%s' is read", cases[i]);
	assert_false(dec64_parse("92233720368.54775808", 20, &v64));
	assert_true(dec64_parse("92233720368.54775807", 20, &v64) && v64 == INT64_MAX);
}

static dec random_dec(uint64_t *seed, int bits)
{
	unsigned __int128 m = (unsigned __int128)check_random(seed) << 64 | check_random(seed);
	dec v = (dec)(m >> (128 - bits));

	return check_random(seed) & 1 ? -v : v;
}

static void text_round_trip(void **state)
{
	uint64_t seed = 1;
	char text[DEC_TEXT];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		dec v = random_dec(&seed, 1 + i % 127), back;
		size_t n = dec_format(v, text);

		assert_true(dec_parse(text, n, &back) && back == v);
	}
}

static void same_digits(uint64_t m)
{
	char got[DIGITS_ROOM + 1], want[DIGITS_ROOM + 1];

	*digits_put(got, m) = '\0';
	snprintf(want, sizeof want, "%" PRIu64, m);
	assert_string_equal(got, want);
}

/* Every group of four digits, every length, and around the edges. */
static void digits_are_those_of_printf(void **state)
{
	uint64_t power = 1, seed = 5;

	(void)state;
	for (uint64_t m = 0; m < 10000; m++) {
		same_digits(m);
		same_digits(m * 10000);
		same_digits(m * 100000000 + m);
	}
	for (int i = 0; i < 20; i++, power *= 10) {
		same_digits(power - 1);
		same_digits(power);
	}
	same_digits(UINT64_MAX);
	for (int i = 0; i < 100000; i++)
		same_digits(check_random(&seed) >> (i % 64));
}

/* a × b / c where the product fits 127 bits, by the compiler's own division. */
static dec plain(dec a, dec b, dec c, enum rounding r)
{
	dec product = a * b, q = product / c, rest = product % c, away = (product < 0) != (c < 0) ? -1 : 1;
	dec twice = 2 * (rest < 0 ? -rest : rest), d = c < 0 ? -c : c;

	if (rest == 0 || r == ROUND_DOWN)
		return q;
	if (r == ROUND_UP || twice > d || (twice == d && q % 2 != 0))
		return q + away;
	return q;
}

static void against_plain_division(void **state)
{
	uint64_t seed = 2;
	bool bad = false;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		dec a = random_dec(&seed, 1 + i % 63), b = random_dec(&seed, 1 + i / 7 % 62), c = random_dec(&seed, 1 + i / 11 % 60);
		enum rounding r = (enum rounding)(i % 3);

		if (c != 0)
			same(dec_mul_div(a, b, c, r, &bad), plain(a, b, c, r));
	}
	assert_false(bad);
}

/* Exact halves, which random numbers rarely meet. */
static void ties(void **state)
{
	bool bad = false;

	(void)state;
	for (dec n = -7; n <= 7; n += 2) {
		dec down = n / 2, up = n < 0 ? down - 1 : down + 1, even = down % 2 == 0 ? down : up;

		same(dec_mul_div(n, 1, 2, ROUND_DOWN, &bad), down);
		same(dec_mul_div(n, 1, 2, ROUND_UP, &bad), up);
		same(dec_mul_div(n, 1, 2, ROUND_HALF_EVEN, &bad), even);
	}
	assert_false(bad);
}

/* Products of up to 250 bits: (x·y)·b / (x·z) is y·b / z, which fits. */
static void wide_products(void **state)
{
	uint64_t seed = 3;
	bool bad = false;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		dec x = 1 + (dec)(check_random(&seed) >> 4), y = random_dec(&seed, 60), z = random_dec(&seed, 60), b = random_dec(&seed, 63);
		enum rounding r = (enum rounding)(i % 3);

		if (z != 0)
			same(dec_mul_div(x * y, b, x * z, r, &bad), plain(y, b, z, r));
	}
	assert_false(bad);
	same(dec_mul_div(DEC_MAX, DEC_MAX, DEC_MAX, ROUND_UP, &bad), DEC_MAX);
	same(dec_mul_div(-DEC_MAX, DEC_MAX, DEC_MAX, ROUND_DOWN, &bad), -DEC_MAX);
	assert_false(bad);
}

static bool overflows(dec (*op)(dec, dec, enum rounding, bool *), dec a, dec b)
{
	bool bad = false;
	dec v = op(a, b, ROUND_HALF_EVEN, &bad);

	return bad && v == 0;
}

static void overflow_is_an_error(void **state)
{
	bool bad = false;

	(void)state;
	assert_true(overflows(dec_mul, DEC_MAX, 2 * (dec)DEC_ONE));
	assert_true(overflows(dec_mul, DEC_MAX, -2 * (dec)DEC_ONE));
	assert_true(overflows(dec_div, DEC_ONE, 0));
	assert_true(overflows(dec_div, DEC_MAX, DEC_ONE / 2));
	assert_true(overflows(dec_bps, DEC_MAX, (dec)10001 * DEC_ONE));
	same(dec_bps(DEC_MAX, (dec)10000 * DEC_ONE, ROUND_UP, &bad), DEC_MAX);
	same(dec_add(DEC_MAX - 1, 1, &bad), DEC_MAX);
	assert_false(bad);
	assert_true(dec_add(DEC_MAX, 1, &bad) == 0 && bad);
	bad = false;
	assert_true(dec_sub(-DEC_MAX, 1, &bad) == 0 && bad); /* that would be DEC_NONE */
	bad = false;
	assert_true(dec_narrow((dec)INT64_MAX + 1, &bad) == 0 && bad);
	bad = false;
	assert_true(dec_narrow(INT64_MIN, &bad) == 0 && bad); /* that would be DEC64_NONE */
	/* (2^130 - 2) / 4 rounds up to 2^128, one more than the quotient's own type holds */
	bad = false;
	assert_true(dec_mul_div(2 * (((dec)1 << 43) - 1), 1 + ((dec)1 << 43) + ((dec)1 << 86), 4, ROUND_UP, &bad) == 0 && bad);
	/* bad is never set back */
	dec_add(1, 1, &bad);
	assert_true(bad);
}

static void steps(void **state)
{
	(void)state;
	same(dec_to_step(parse("1.23456"), parse("0.01"), ROUND_DOWN), parse("1.23"));
	same(dec_to_step(parse("1.23456"), parse("0.01"), ROUND_UP), parse("1.24"));
	same(dec_to_step(parse("-1.23456"), parse("0.01"), ROUND_DOWN), parse("-1.23"));
	same(dec_to_step(parse("1.235"), parse("0.01"), ROUND_HALF_EVEN), parse("1.24"));
	same(dec_to_step(parse("1.225"), parse("0.01"), ROUND_HALF_EVEN), parse("1.22"));
	same(dec_to_step(parse("1.24"), parse("0.01"), ROUND_UP), parse("1.24"));
	same(dec_to_step(parse("1.24"), 0, ROUND_UP), parse("1.24"));
}

static void doubles(void **state)
{
	bool bad = false;

	(void)state;
	same(dec_from_double(0.1, ROUND_HALF_EVEN, &bad), DEC_ONE / 10);
	same(dec_from_double(-1.000000019, ROUND_DOWN, &bad), parse("-1.00000001"));
	same(dec_from_double(1.000000011, ROUND_UP, &bad), parse("1.00000002"));
	assert_false(bad);
	check_near(dec_double(parse("123456789.12345678")), 123456789.12345678, 1e-15);
	check_near(dec_double(parse("5123456789012345.5")), 5123456789012345.5, 1e-15);
	assert_true(isnan(dec_double(DEC_NONE)));
	for (int i = 0; i < 3; i++) {
		bad = false;
		dec_from_double((double[]){ NAN, INFINITY, 1e31 }[i], ROUND_DOWN, &bad);
		assert_true(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_text), cmocka_unit_test(bad_text), cmocka_unit_test(text_round_trip), cmocka_unit_test(digits_are_those_of_printf),
		cmocka_unit_test(against_plain_division), cmocka_unit_test(ties), cmocka_unit_test(wide_products),
		cmocka_unit_test(overflow_is_an_error), cmocka_unit_test(steps), cmocka_unit_test(doubles),
	};

	return cmocka_run_group_tests_name("dec", tests, NULL, NULL);
}
