/* Every kind of record: written, read back and written again, with known and with unknown values. */
#include "check.h"

#include "core/digest.h"
#include "core/utc.h"
#include "model/id.h"
#include "model/record.h"

static const char *sample(const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT: return "t";
	case FIELD_DEC: return "123456789012345.00000001";
	case FIELD_DEC64: return "0.00000001";
	case FIELD_INT: return "7";
	case FIELD_TIME: return "1714521600000";
	case FIELD_REAL: return "0.333333333333";
	case FIELD_BOOL: return "true";
	case FIELD_ENUM: return f->values[1] ? f->values[1] : f->values[0];
	}
	return "";
}

static void write_read_write(const struct kind *k, const void *object)
{
	struct buf first = { 0 }, second = { 0 };
	struct error e = { 0 };
	struct record *r = calloc(1, sizeof *r);

	record_write(k, object, &first);
	assert_true(first.len > 2 && first.data[first.len - 1] == '\n');
	if (record_read(first.data, first.len - 1, r, &e))
		fail_msg("%s: %s: %s", k->name, e.field, e.message);
	assert_ptr_equal(r->kind, k);
	record_write(k, &r->candle, &second);
	assert_string_equal(first.data, second.data);
	free(r);
	buf_release(&first);
	buf_release(&second);
}

/* Found by the fuzzer: -0.0 was written as -0, which reads back as the integer 0. */
static void a_zero_has_no_sign(void **state)
{
	const struct kind *k = &kinds[KIND_METRIC];
	struct metric m;

	(void)state;
	for (size_t n = 0; n < k->field_count; n++)
		if (field_read_text(&k->fields[n], k->fields[n].type == FIELD_REAL ? "-0.0" : sample(&k->fields[n]), &m, NULL))
			fail_msg("%s", k->fields[n].name);
	write_read_write(k, &m);
}

static void every_kind(void **state)
{
	(void)state;
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind *k = &kinds[i];
		void *object = calloc(1, k->size);
		struct error e = { 0 };

		assert_ptr_equal(kind_find(k->name), k);
		for (size_t n = 0; n < k->field_count; n++)
			if (field_read_text(&k->fields[n], sample(&k->fields[n]), object, &e))
				fail_msg("%s: %s", k->name, e.message);
		write_read_write(k, object);
		/* whatever may be unknown, unknown */
		for (size_t n = 0; n < k->field_count; n++)
			if (k->fields[n].flags & FIELD_NULL)
				field_clear(&k->fields[n], 1, object);
		write_read_write(k, object);
		free(object);
	}
	assert_null(kind_find("nonsense"));
}

/* No two members of a kind share bytes or a name, and each lies inside its struct. */
static void tables_are_sound(void **state)
{
	static const size_t sizes[] = { [FIELD_DEC] = 16, [FIELD_DEC64] = 8, [FIELD_INT] = 8, [FIELD_TIME] = 8, [FIELD_REAL] = 8, [FIELD_BOOL] = 4, [FIELD_ENUM] = 4 };

	(void)state;
	for (int i = 0; i < KIND_COUNT; i++)
		for (size_t n = 0; n < kinds[i].field_count; n++) {
			const struct field *f = &kinds[i].fields[n];

			if (f->type != FIELD_TEXT)
				assert_int_equal(f->size, sizes[f->type]);
			assert_true(f->offset + f->size <= kinds[i].size);
			assert_true(f->doc && *f->doc);
			for (size_t m = 0; m < n; m++) {
				const struct field *other = &kinds[i].fields[m];

				assert_string_not_equal(f->name, other->name);
				if (f->offset < other->offset + other->size && other->offset < f->offset + f->size)
					fail_msg("%s: %s and %s overlap", kinds[i].name, f->name, other->name);
			}
		}
}

static void refused(const char *line, const char *field, const char *message)
{
	struct record *r = calloc(1, sizeof *r);
	struct error e = { 0 };

	if (record_read(line, strlen(line), r, &e) != ERR_DATA)
		fail_msg("not refused: %s", line);
	assert_string_equal(e.field, field);
	assert_string_equal(e.message, message);
	free(r);
}

static void heads(void **state)
{
	(void)state;
	refused("{\"v\":1}", "kind", "missing");
	refused("{\"kind\":5,\"v\":1}", "kind", "missing");
	refused("{\"kind\":\"Candle\",\"v\":1}", "kind", "'Candle' is not a known kind");
	refused("{\"kind\":\"trade\"}", "v", "missing");
	refused("{\"kind\":\"trade\",\"v\":\"1\"}", "v", "missing");
	refused("{\"kind\":\"trade\",\"v\":2}", "v", "'2' is not a known version of trade (1)");
	refused("{\"kind\":\"trade\",\"v\":1}", trade_fields[0].name, "missing");
	refused("[]", "", "not a JSON object");
}

static void one_kind_only(void **state)
{
	static const char line[] = "{\"kind\":\"balance\",\"v\":1,\"account\":\"a\",\"asset\":\"USDT\",\"free\":\"1\",\"locked\":\"0\",\"t_ms\":1,\"more\":[1]}";
	struct balance balance;
	struct trade trade;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(record_read_kind(&kinds[KIND_BALANCE], line, sizeof line - 1, &balance, &e), OK); /* unknown keys are ignored */
	assert_true(balance.free == DEC_ONE);
	assert_int_equal(record_read_kind(&kinds[KIND_TRADE], line, sizeof line - 1, &trade, &e), ERR_DATA);
	assert_string_equal(e.message, "'balance' is not trade");
}

static void digests(void **state)
{
	struct digest *d = digest_new();
	char a[DIGEST_HEX], b[DIGEST_HEX];

	(void)state;
	digest_add(d, "abc", 3);
	digest_hex(d, a);
	assert_string_equal(a, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-2, B.1 */
	digest_add(d, "ab", 2);
	digest_add(d, "c", 1);
	digest_hex(d, b);
	assert_string_equal(a, b);
	digest_field(d, "ab");
	digest_field(d, "c");
	digest_hex(d, a);
	digest_field(d, "a");
	digest_field(d, "bc");
	digest_hex(d, b);
	assert_string_not_equal(a, b);
	digest_free(d);
}

/* An id depends on each part of what it names, and on nothing else. */
static void ids(void **state)
{
	struct digest *d = digest_new();
	char seen[9][ID_SIZE];

	(void)state;
	id_decision(d, "a", "s", "BTCUSDT", 1, CLASS_OPEN, REASON_ENTRY, seen[0]);
	id_decision(d, "b", "s", "BTCUSDT", 1, CLASS_OPEN, REASON_ENTRY, seen[1]);
	id_decision(d, "a", "t", "BTCUSDT", 1, CLASS_OPEN, REASON_ENTRY, seen[2]);
	id_decision(d, "a", "s", "ETHUSDT", 1, CLASS_OPEN, REASON_ENTRY, seen[3]);
	id_decision(d, "a", "s", "BTCUSDT", 2, CLASS_OPEN, REASON_ENTRY, seen[4]);
	id_decision(d, "a", "s", "BTCUSDT", 1, CLASS_REDUCE, REASON_ENTRY, seen[5]);
	id_decision(d, "a", "s", "BTCUSDT", 1, CLASS_REDUCE, REASON_STOP, seen[6]);
	id_order(d, "d1", LEG_ENTRY, 0, seen[7]);
	id_order(d, "d1", LEG_ENTRY, 1, seen[8]);
	for (int i = 0; i < 9; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(seen[i], seen[k]);
	id_decision(d, "a", "s", "BTCUSDT", 1, CLASS_OPEN, REASON_ENTRY, seen[1]);
	assert_string_equal(seen[0], seen[1]);
	assert_true(strlen(seen[7]) <= 36); /* Binance's limit of a client order id */
	assert_memory_equal(seen[7], ID_PREFIX, 2);
	digest_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind), cmocka_unit_test(a_zero_has_no_sign), cmocka_unit_test(tables_are_sound),
		cmocka_unit_test(heads), cmocka_unit_test(one_kind_only), cmocka_unit_test(digests), cmocka_unit_test(ids),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
