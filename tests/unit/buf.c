/* The growable byte string: content, JSON escapes, the ceiling that sticks. */
#include "check.h"

#include "core/buf.h"

static void grows_and_stays_terminated(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_addf(&b, "%d,", i % 10);
	buf_addc(&b, '!');
	assert_int_equal(b.len, 10001);
	assert_int_equal(strlen(b.data), 10001);
	assert_memory_equal(b.data + 9998, "9,!", 4);
	buf_clear(&b);
	buf_adds(&b, "again");
	assert_string_equal(b.data, "again");
	buf_release(&b);
	assert_null(b.data);
}

static void ceiling_sticks(void **state)
{
	struct buf b = { .max = 1000 };
	char block[400];

	(void)state;
	memset(block, 'x', sizeof block);
	buf_add(&b, block, sizeof block);
	buf_add(&b, block, sizeof block);
	assert_false(b.failed);
	buf_add(&b, block, sizeof block);
	assert_true(b.failed);
	buf_addc(&b, 'y');
	assert_int_equal(b.len, 800);
	assert_null(buf_reserve(&b, SIZE_MAX));
	buf_release(&b);
}

static void json_text(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" }, { "plain", "\"plain\"" }, { "a\"b\\c", "\"a\\\"b\\\\c\"" }, { "\n\t\x01\x1f", "\"\\u000a\\u0009\\u0001\\u001f\"" },
		{ "€ 币", "\"€ 币\"" }, { "/", "\"/\"" }, { "\x7f", "\"\x7f\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = { 0 };

		buf_add_json(&b, cases[i].text, strlen(cases[i].text));
		assert_string_equal(b.data, cases[i].json);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_stays_terminated), cmocka_unit_test(ceiling_sticks), cmocka_unit_test(json_text),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
