/* When planned transfers are due. */
#include "check.h"

#include "core/utc.h"
#include "model/schedule.h"

static int64_t at(const char *text)
{
	int64_t t = 0;

	assert_true(utc_parse(text, TIME_NONE, &t));
	return t;
}

static void check_next(enum every every, const char *first, const char *after, const char *next)
{
	struct planned_transfer p = { at(first), DEC_ONE, every };
	char text[UTC_TEXT];
	int64_t t_ms = planned_next(&p, at(after));

	assert_string_equal(t_ms == TIME_NONE ? "never" : utc_format(t_ms, text), next);
}

static void next_times(void **state)
{
	(void)state;
	check_next(EVERY_ONCE, "2024-05-01", "2024-04-30", "2024-05-01 00:00");
	check_next(EVERY_ONCE, "2024-05-01", "2024-05-01", "never");
	check_next(EVERY_DAY, "2024-05-01 07:00", "2024-05-01 06:59", "2024-05-01 07:00");
	check_next(EVERY_DAY, "2024-05-01 07:00", "2024-05-01 07:00", "2024-05-02 07:00");
	check_next(EVERY_WEEK, "2024-02-28 12:00", "2024-03-06 11:00", "2024-03-06 12:00");
	check_next(EVERY_MONTH, "2024-01-31 09:30", "2024-01-31 09:30", "2024-02-29 09:30");
	check_next(EVERY_MONTH, "2024-01-31 09:30", "2024-02-29 09:30", "2024-03-31 09:30");
	check_next(EVERY_MONTH, "2023-12-31", "2024-01-30 23:00", "2024-01-31 00:00");
	check_next(EVERY_MONTH, "2020-01-05", "2024-05-04 23:59", "2024-05-05 00:00");
	check_next(EVERY_MONTH, "2020-01-05", "2024-12-05", "2025-01-05 00:00");
}

/* No month is skipped, none comes twice: ten years of every day of a month. */
static void every_month_once(void **state)
{
	(void)state;
	for (int day = 0; day < 31; day++) {
		struct planned_transfer p = { at("2015-01-01") + day * MS_DAY, DEC_ONE, EVERY_MONTH };
		int64_t t_ms = p.at;

		for (int64_t month = utc_month(p.at); month < at("2025-01-01"); month = utc_next_month(month)) {
			assert_int_equal(utc_month(t_ms), month);
			assert_true(utc_day(t_ms) == month + day * MS_DAY || utc_month(t_ms + MS_DAY) > month);
			t_ms = planned_next(&p, t_ms);
		}
	}
}

static void lists(void **state)
{
	static const char text[] = "{\"l\":[{\"at\":\"2024-05-01\",\"amount\":\"500\",\"every\":\"month\"},{\"at\":\"2024-04-01\",\"amount\":\"-20.5\"}]}";
	json_t *json;
	struct schedule s, again;
	struct buf b = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(field_parse(text, sizeof text - 1, &json, &e), OK);
	assert_int_equal(schedule_read(json_object_get(json, "l"), "l", &s, &e), OK);
	assert_int_equal(s.count, 2);
	assert_true(s.rows[1].amount == -(dec)205 * DEC_ONE / 10 && s.rows[1].every == EVERY_ONCE);
	assert_int_equal(schedule_next(&s, 0), at("2024-04-01"));
	assert_int_equal(schedule_next(&s, at("2024-04-01")), at("2024-05-01"));
	json_decref(json);
	buf_adds(&b, "{\"l\":");
	schedule_write(&s, &b);
	buf_adds(&b, "}");
	assert_int_equal(field_parse(b.data, b.len, &json, &e), OK);
	assert_int_equal(schedule_read(json_object_get(json, "l"), "l", &again, &e), OK);
	assert_int_equal(again.count, 2);
	assert_memory_equal(&again.rows[0], &s.rows[0], sizeof s.rows[0]);
	json_decref(json);
	free(again.rows);
	free(s.rows);
	buf_release(&b);
}

static void wrong_lists(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "{\"l\":5}", "l" }, { "{\"l\":[3]}", "l[0]" }, { "{\"l\":[{\"at\":\"2024-05-01\"}]}", "l[0].amount" },
		{ "{\"l\":[{\"at\":\"2024-05-01\",\"amount\":\"0\"}]}", "l[0].amount" }, { "{\"l\":[{\"at\":\"May\",\"amount\":\"5\"}]}", "l[0].at" },
		{ "{\"l\":[{\"at\":\"2024-05-01\",\"amount\":\"5\",\"every\":\"year\"}]}", "l[0].every" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *json;
		struct schedule s;
		struct error e = { 0 };

		assert_int_equal(field_parse(cases[i].text, strlen(cases[i].text), &json, &e), OK);
		assert_int_equal(schedule_read(json_object_get(json, "l"), "l", &s, &e), ERR_DATA);
		assert_string_equal(e.field, cases[i].field);
		json_decref(json);
		free(s.rows);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_times), cmocka_unit_test(every_month_once), cmocka_unit_test(lists), cmocka_unit_test(wrong_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
