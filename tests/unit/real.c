/* Reals as text: the bytes of printf, but no -0. */
#include "check.h"

#include "core/real.h"

static void same(double v, int digits)
{
	char want[64], got[REAL_TEXT];
	size_t n = real_format(v, digits, got);

	snprintf(want, sizeof want, "%.*g", digits, v == 0 ? 0 : v);
	assert_string_equal(got, want);
	assert_int_equal(n, strlen(want));
}

static void corners_are_as_printf_writes_them(void **state)
{
	static const double values[] = { 0, -0.0, 1, -1, 9.5, 0.5, 0.1, 100, 1e-4, 0.00012345, 9.9999e-5, 99999999999.95, 999999999999.4, 999999999999.5,
		999999999999.6, 1e12, 1e15, 123456789012.5, 0.000999999999999951, 62312.08, 1e300, 1e-300, 5e-324, 2.5, 1234567890123456 };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		for (int digits = 1; digits <= 15; digits++) {
			same(values[i], digits);
			same(-values[i], digits);
		}
}

static void chance_is_as_printf_writes_it(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		double mantissa = (double)(check_random(&seed) >> 11), price = (double)(check_random(&seed) % 1000000000) / 10000;
		double v = ldexp(mantissa, -(int)(check_random(&seed) % 80));

		same(v, 12);
		same(-v, 10);
		same(price, 12);
		same(price, 6); /* many exact ties */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corners_are_as_printf_writes_them),
		cmocka_unit_test(chance_is_as_printf_writes_it),
	};

	return cmocka_run_group_tests_name("real", tests, NULL, NULL);
}
