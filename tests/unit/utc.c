/* Times as people type them, and the exchange's bar grid. */
#include "check.h"

#include <time.h>

#include "core/utc.h"
#include "model/interval.h"

static void typed_times(void **state)
{
	static const struct {
		const char *text;
		int64_t t_ms;
	} cases[] = {
		{ "2024-05-01", 1714521600000 }, { "2024-05", 1714521600000 }, { "2024-05-01 12:00", 1714564800000 },
		{ "2024-05-01T12:00Z", 1714564800000 }, { "2024-05-01T12:00:30Z", 1714564830000 }, { "2024-05-01 12:00:30.250", 1714564830250 },
		{ "1714521600000", 1714521600000 }, { "now", 42 }, { "2000-02-29", 951782400000 }, { "2199-12-31 23:59:59.999", 7258118399999 },
	};
	static const char *const bad[] = { "", "2024", "2024-5-1", "2024-13", "2024-00", "2023-02-29", "2100-02-29", "2024-04-31", "2024-05-00",
		"2024-05-01 24:00", "2024-05-01 12:60", "2024-05-01 12:00:60", "2024-05-01 12", "2024-05-01x", "2024-05-01 ", "2024-05-01T",
		"2024-05-01 12:00:30.25", "2024-05-01 12:00ZZ", "1999-12-31", "2200-01-01", "17145216",
		"17145216000000", "946684799999", "7258118400000", "-1714521600000", "yesterday",
		"2024/05/01", " 2024-05-01" };
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (!utc_parse(cases[i].text, 42, &t))
			fail_msg("'%s' is not read", cases[i].text);
		assert_int_equal(t, cases[i].t_ms);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (utc_parse(bad[i], 42, &t))
			fail_msg("'%s' is read as %lld", bad[i], (long long)t);
}

/* Every day of two centuries, against the C library. */
static void every_day(void **state)
{
	char text[UTC_TEXT], iso[UTC_TEXT];
	int64_t t, back;

	(void)state;
	for (t = 946684800000; t < 7258118400000; t += MS_DAY) {
		time_t s = (time_t)(t / 1000);
		struct tm tm;

		gmtime_r(&s, &tm);
		utc_format(t + 45296789, text);
		assert_true(utc_parse(text, 0, &back) && back == t + 45296789);
		utc_format_iso(t + 45296789, iso);
		assert_true(utc_parse(iso, 0, &back) && back == t + 45296789);
		assert_int_equal(utc_day(t + MS_DAY - 1), t);
		assert_int_equal(utc_month(t + 5), t - (tm.tm_mday - 1) * MS_DAY);
		s = (time_t)(utc_next_month(t) / 1000);
		gmtime_r(&s, &tm);
		assert_int_equal(tm.tm_mday, 1);
		assert_true(utc_next_month(t) > t && utc_next_month(t) - t <= 31 * MS_DAY);
	}
	assert_string_equal(utc_format(1714521600000, text), "2024-05-01 00:00");
	assert_string_equal(utc_format(1714521601000, text), "2024-05-01 00:00:01");
	assert_string_equal(utc_format_iso(-1, text), "1969-12-31T23:59:59.999Z");
	assert_int_equal(utc_day(-1), -MS_DAY);
}

static void durations(void **state)
{
	int64_t ms;

	(void)state;
	assert_true(duration_parse("30", &ms) && ms == 30000);
	assert_true(duration_parse("30s", &ms) && ms == 30000);
	assert_true(duration_parse("15m", &ms) && ms == 900000);
	assert_true(duration_parse("4h", &ms) && ms == 14400000);
	assert_true(duration_parse("7d", &ms) && ms == 604800000);
	assert_true(duration_parse("2w", &ms) && ms == 1209600000);
	assert_false(duration_parse("", &ms) || duration_parse("h", &ms) || duration_parse("-1s", &ms) || duration_parse("1y", &ms)
		|| duration_parse("1 h", &ms) || duration_parse("9999999999s", &ms));
}

static void grid(void **state)
{
	(void)state;
	assert_int_equal(interval_find("1m"), INTERVAL_1M);
	assert_int_equal(interval_find("1M"), INTERVAL_1MONTH);
	assert_int_equal(interval_find("7m"), -1);
	assert_int_equal(interval_floor(INTERVAL_4H, 1714564830250), 1714564800000);
	assert_int_equal(interval_floor(INTERVAL_1W, 1714564830250), 1714348800000); /* Monday 2024-04-29 */
	assert_int_equal(interval_floor(INTERVAL_1MONTH, 1714564830250), 1714521600000);
	assert_int_equal(interval_next(INTERVAL_1MONTH, 1706745600000), 1709251200000); /* February 2024 has 29 days */
	assert_true(interval_on_grid(INTERVAL_4H, 1714521600000));
	assert_false(interval_on_grid(INTERVAL_4H, 1714521600000 + MS_HOUR));
	assert_false(interval_on_grid(INTERVAL_1W, 1714521600000)); /* a Wednesday */
	check_near(interval_per_year(INTERVAL_4H), 2190, 1e-15);
	for (int i = 0; i < INTERVAL_COUNT; i++) {
		int64_t open = interval_floor((enum interval)i, 1714564830250);

		assert_true(interval_on_grid((enum interval)i, open));
		assert_true(interval_on_grid((enum interval)i, interval_next((enum interval)i, open)));
		assert_int_equal(interval_floor((enum interval)i, interval_next((enum interval)i, open) - 1), open);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typed_times), cmocka_unit_test(every_day), cmocka_unit_test(durations), cmocka_unit_test(grid),
	};

	return cmocka_run_group_tests_name("utc", tests, NULL, NULL);
}
