/* The table-driven reader and writer: every type, every flag, and messages to the letter. */
#include "check.h"

#include "core/dec.h"
#include "core/field.h"
#include "core/utc.h"

struct thing {
	char text[8];
	dec amount;
	dec64 price;
	int64_t count, when;
	double ratio;
	int flag, choice;
};

static const char *const choices[] = { "red", "green", "blue", NULL };

#define T(member) FIELD(thing, member)

/* as a record: nothing has a default */
static const struct field record_fields[] = {
	{ "text", FIELD_TEXT, T(text), FIELD_NULL, NULL, "a text", NULL, 0, 0, NULL },
	{ "amount", FIELD_DEC, T(amount), FIELD_NULL, "base", "an amount", NULL, 0, 0, NULL },
	{ "price", FIELD_DEC64, T(price), 0, "quote", "a price", NULL, 0, 0, NULL },
	{ "count", FIELD_INT, T(count), FIELD_NULL, NULL, "a count", NULL, 0, 0, NULL },
	{ "when", FIELD_TIME, T(when), FIELD_NULL, "ms UTC", "a time", NULL, 0, 0, NULL },
	{ "ratio", FIELD_REAL, T(ratio), FIELD_NULL, NULL, "a ratio", NULL, 0, 0, NULL },
	{ "flag", FIELD_BOOL, T(flag), FIELD_NULL, NULL, "a flag", NULL, 0, 0, NULL },
	{ "choice", FIELD_ENUM, T(choice), FIELD_NULL, NULL, "a choice", choices, 0, 0, NULL },
};
/* as configuration */
static const struct field config_fields[] = {
	{ "text", FIELD_TEXT, T(text), FIELD_REQUIRED, NULL, "a text", NULL, 0, 0, NULL },
	{ "amount", FIELD_DEC, T(amount), FIELD_ABOVE_MIN, "base", "an amount", NULL, 0, 0, "\"2.5\"" },
	{ "count", FIELD_INT, T(count), FIELD_MIN | FIELD_MAX, NULL, "a count", NULL, 1, 10, "3" },
	{ "when", FIELD_TIME, T(when), 0, "ms UTC", "a time", NULL, 0, 0, NULL },
	{ "ratio", FIELD_REAL, T(ratio), FIELD_ABOVE_MIN | FIELD_MAX, NULL, "a ratio", NULL, 0, 1, NULL },
	{ "choice", FIELD_ENUM, T(choice), 0, NULL, "a choice", choices, 0, 0, "\"blue\"" },
};

#define COUNT(fields) (sizeof fields / sizeof *fields)

static const char good[] = "{\"text\":\"abc\",\"amount\":\"-1.50000000\",\"price\":\"2.00000000\",\"count\":-7,\"when\":1714521600000,\"ratio\":0.1,"
	"\"flag\":false,\"choice\":\"green\"}";

static enum err read_text(bool configuration, const char *text, struct thing *t, struct error *e)
{
	json_t *json;
	enum err rc = field_parse(text, strlen(text), &json, e);

	if (rc)
		return rc;
	rc = configuration ? field_read(config_fields, COUNT(config_fields), json, t, "a[2].", true, e)
		: field_read(record_fields, COUNT(record_fields), json, t, "", false, e);
	json_decref(json);
	return rc;
}

static void refused(bool configuration, const char *text, const char *field, const char *message)
{
	struct error e = { 0 };
	struct thing t;

	if (read_text(configuration, text, &t, &e) != ERR_DATA)
		fail_msg("not refused: %s", text);
	assert_string_equal(e.field, field);
	assert_string_equal(e.message, message);
}

static void record_round_trip(void **state)
{
	struct thing t;
	struct error e = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(read_text(false, good, &t, &e), OK);
	assert_string_equal(t.text, "abc");
	assert_true(t.amount == -150000000 && t.price == 200000000 && t.count == -7 && t.when == 1714521600000);
	assert_true(t.ratio == 0.1 && t.flag == 0 && t.choice == 1);
	buf_addc(&b, '{');
	field_write(record_fields, COUNT(record_fields), &t, &b);
	buf_addc(&b, '}');
	assert_string_equal(b.data, good);
	buf_release(&b);
}

static void unknown_is_null(void **state)
{
	static const char nulls[] = "{\"text\":null,\"amount\":null,\"price\":\"0.00000000\",\"count\":null,\"when\":null,\"ratio\":null,\"flag\":null,"
		"\"choice\":null}";
	struct thing t;
	struct error e = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(read_text(false, nulls, &t, &e), OK);
	for (size_t i = 0; i < COUNT(record_fields); i++)
		assert_int_equal(field_known(&record_fields[i], &t), i == 2);
	buf_addc(&b, '{');
	field_write(record_fields, COUNT(record_fields), &t, &b);
	buf_addc(&b, '}');
	assert_string_equal(b.data, nulls);
	buf_release(&b);
	/* NaN and infinity are never written */
	t.ratio = INFINITY;
	field_write_value(&record_fields[5], &t, &b);
	assert_string_equal(b.data, "null");
	buf_release(&b);
}

/* good with one value put in the place of another */
static const char *with(const char *from, const char *to)
{
	static char text[512];
	const char *at = strstr(good, from);

	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
	return text;
}

static void record_messages(void **state)
{
	(void)state;
	refused(false, with("\"-1.50000000\"", "\"0.1.2\""), "amount", "'0.1.2' is not a decimal string");
	refused(false, with("\"-1.50000000\"", "1.5"), "amount", "'1.5' is not a decimal string: write it in quotes");
	refused(false, with("\"2.00000000\"", "null"), "price", "'null' is not a decimal string");
	refused(false, with("\"2.00000000\"", "\"92233720368.54775808\""), "price", "'92233720368.54775808' is not a decimal string: too large, or of more than 8 decimals");
	refused(false, with("-7", "7.0"), "count", "'7.0' is not an integer");
	refused(false, with("-7", "\"7\""), "count", "'7' is not an integer: write it without quotes");
	refused(false, with("1714521600000", "\"2024-05-01\""), "when", "'2024-05-01' is not a time in milliseconds");
	refused(false, with("0.1", "\"x\""), "ratio", "'x' is not a number");
	refused(false, with("false", "0"), "flag", "'0' is not true or false");
	refused(false, with("\"green\"", "\"GREEN\""), "choice", "'GREEN' is not \"red\", \"green\" or \"blue\"");
	refused(false, with("\"abc\"", "\"abcdefgh\""), "text", "'abcdefgh' is not text of 1 to 7 bytes");
	refused(false, with("\"abc\"", "\"\""), "text", "'' is not text of 1 to 7 bytes");
	refused(false, with("\"abc\"", "[1,{}]"), "text", "'[1,{}]' is not text of 1 to 7 bytes");
	refused(false, with("\"count\":-7,", ""), "count", "missing");
}

static void configuration(void **state)
{
	struct thing t;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(read_text(true, "{\"text\":\"x\",\"when\":\"2024-05-01\"}", &t, &e), OK);
	assert_true(t.amount == 250000000 && t.count == 3 && t.choice == 2 && t.when == 1714521600000 && isnan(t.ratio));
	refused(true, "{}", "a[2].text", "missing");
	refused(true, "{\"text\":\"x\",\"colour\":1}", "a[2].colour", "no such key");
	refused(true, "{\"text\":\"x\",\"amount\":\"0\"}", "a[2].amount", "'0' is not a decimal string above 0");
	refused(true, "{\"text\":\"x\",\"count\":11}", "a[2].count", "'11' is not an integer of at least 1 and at most 10");
	refused(true, "{\"text\":\"x\",\"count\":0}", "a[2].count", "'0' is not an integer of at least 1 and at most 10");
	refused(true, "{\"text\":\"x\",\"ratio\":0}", "a[2].ratio", "'0' is not a number above 0 and at most 1");
	refused(true, "{\"text\":\"x\",\"when\":\"May\"}", "a[2].when", "'May' is not a time such as 2024-05-01");
	assert_int_equal(read_text(true, "{\"text\":\"x\",\"count\":10,\"ratio\":1}", &t, &e), OK);
}

static void text_values(void **state)
{
	struct thing t = { 0 };
	struct error e = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(field_read_text(&record_fields[1], "12.5", &t, &e), OK);
	field_write_plain(&record_fields[1], &t, &b);
	assert_string_equal(b.data, "12.50000000");
	buf_clear(&b);
	assert_int_equal(field_read_text(&record_fields[1], "", &t, &e), OK);
	field_write_plain(&record_fields[1], &t, &b);
	assert_int_equal(b.len, 0);
	assert_int_equal(field_read_text(&record_fields[2], "", &t, &e), ERR_DATA);
	assert_int_equal(field_read_text(&record_fields[3], "12x", &t, &e), ERR_DATA);
	assert_int_equal(field_read_text(&record_fields[3], "99999999999999999999", &t, &e), ERR_DATA);
	assert_int_equal(field_read_text(&record_fields[4], "2024-05-01 12:00", &t, &e), OK);
	assert_int_equal(t.when, 1714564800000);
	assert_int_equal(field_read_text(&record_fields[5], "nan", &t, &e), ERR_DATA);
	assert_int_equal(field_read_text(&record_fields[6], "yes", &t, &e), ERR_DATA);
	assert_int_equal(field_read_text(&config_fields[2], "11", &t, &e), ERR_DATA);
	assert_string_equal(e.message, "'11' is not an integer of at least 1 and at most 10");
	buf_release(&b);
}

static enum err parse(const char *text, size_t n, struct error *e)
{
	json_t *json;
	enum err rc = field_parse(text, n, &json, e);

	assert_int_equal(json == NULL, rc != OK);
	json_decref(json);
	return rc;
}

static void hostile_text(void **state)
{
	static const char *const bad[] = { "", "{", "}", "[]", "1", "null", "{\"a\":1}x", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "{\"a\":1e999}",
		"{\"a\":99999999999999999999}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\xed\xa0\x80\"}", "{'a':1}", "{\"a\":01}", "{\"a\":\"\t\"}" };
	struct error e = { 0 };
	char deep[256] = "{\"a\":";

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (parse(bad[i], strlen(bad[i]), &e) != ERR_DATA)
			fail_msg("'%s' is read", bad[i]);
	memset(deep + 5, '[', 15);
	memset(deep + 20, ']', 15);
	strcpy(deep + 35, "}");
	assert_int_equal(parse(deep, strlen(deep), &e), OK);
	memset(deep + 5, '[', 16);
	memset(deep + 21, ']', 16);
	strcpy(deep + 37, "}");
	assert_int_equal(parse(deep, strlen(deep), &e), ERR_DATA);
	assert_string_equal(e.message, "nested deeper than 16 levels");
	/* brackets within text are not nesting */
	strcpy(deep, "{\"a\":\"[[[[[[[[[[[[[[[[[[[[\\\"[[\"}");
	assert_int_equal(parse(deep, strlen(deep), &e), OK);
}

static long allocations_left;

static void *scarce(size_t n)
{
	return allocations_left-- > 0 ? malloc(n) : NULL;
}

/* Memory runs out at the first allocation, the second, …: always an error, never a crash or a leak. */
static void memory_runs_out(void **state)
{
	struct error e = { 0 };
	struct thing t;
	enum err rc = ERR_INTERNAL;
	long limit;

	(void)state;
	for (limit = 0; rc != OK; limit++) {
		json_set_alloc_funcs(scarce, free);
		allocations_left = limit;
		rc = read_text(false, good, &t, &e);
		json_set_alloc_funcs(malloc, free);
		assert_true(limit < 1000);
	}
	assert_true(limit > 10);
}

static void schema(void **state)
{
	struct buf b = { 0 };
	json_t *json, *properties;

	(void)state;
	buf_addc(&b, '{');
	field_schema(config_fields, COUNT(config_fields), true, &b);
	buf_addc(&b, '}');
	json = json_loads(b.data, 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "required")), 1);
	properties = json_object_get(json, "properties");
	assert_int_equal(json_object_size(properties), COUNT(config_fields));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(properties, "count"), "maximum")), 10);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(properties, "count"), "default")), 3);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(properties, "ratio"), "exclusiveMinimum")), 0);
	assert_int_equal(json_array_size(json_object_get(json_object_get(properties, "choice"), "enum")), 3);
	json_decref(json);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_round_trip), cmocka_unit_test(unknown_is_null), cmocka_unit_test(record_messages), cmocka_unit_test(configuration),
		cmocka_unit_test(text_values), cmocka_unit_test(hostile_text), cmocka_unit_test(memory_runs_out), cmocka_unit_test(schema),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
