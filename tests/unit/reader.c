/* What two connections read is what one reads: the same bars, in the same order. */
#include "store_file.h"

#include "tune/reader.h"

#define BARS 40000

static bool is_missing(int i)
{
	return i % 977 == 5 || (i > 9000 && i < 27000 && i % 2);
}

static void fill(struct store *s)
{
	static const char *const symbols[] = { "AAAUSDT", "BBBUSDT", "CCCUSDT" };
	struct error e = { 0 };

	assert_int_equal(store_begin(s, &e), OK);
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < (k < 2 ? BARS : 10); i++) {
			struct candle c = candle(symbols[k], T0 + i * H4, DEC_ONE + i);

			if (!is_missing(i))
				assert_int_equal(store_put(s, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
		}
	assert_int_equal(store_commit(s, &e), OK);
}

static enum err take(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	return history_add_bars(ctx, head, bars, n, e);
}

static void compare(struct store *s, const struct store_query *q)
{
	struct history two = { 0 }, one = { 0 };
	struct digest *d = digest_new();
	char of_two[DIGEST_HEX], of_one[DIGEST_HEX];
	struct error e = { 0 };

	if (reader_read(s, path, q, &two, NULL, &e))
		fail_msg("%s", e.message);
	assert_int_equal(store_each_bars(s, q, take, &one, &e), OK);
	assert_int_equal(two.series_count, one.series_count);
	assert_int_equal(two.bars, one.bars);
	for (size_t i = 0; i < two.series_count; i++)
		assert_false(two.series[i].disordered);
	history_digest(&one, d, of_one);
	history_digest(&two, d, of_two);
	assert_string_equal(of_one, of_two);
	digest_free(d);
	history_release(&one);
	history_release(&two);
}

static void by_two_as_by_one(void **state)
{
	struct store_query q = STORE_ANY;
	char one[1][SYMBOL_SIZE] = { "BBBUSDT" };

	fill(*state);
	q.market = MARKET_SPOT;
	q.interval = INTERVAL_4H;
	compare(*state, &q);
	q.since = T0 + 123 * H4 + 1;
	q.until = T0 + 39000 * H4;
	compare(*state, &q);
	q.symbols = (const char(*)[SYMBOL_SIZE])one;
	q.symbol_count = 1;
	compare(*state, &q);
	q.since = q.until;
	compare(*state, &q);
	q.since = T0 + 10 * BARS * H4;
	q.until = TIME_NONE;
	compare(*state, &q);
}

static int left;

static enum err stop_soon(struct error *e)
{
	return left-- > 0 ? OK : error_set(e, ERR_TEMPFAIL, "that is enough");
}

/* Whichever of the two fails, the reading ends with its error. */
static void an_error_ends_both(void **state)
{
	static const int calls[] = { 0, 3, 33, 50, 70, 90 }; /* calls until then: the main thread's hundreds, and the other's stretches */
	struct store_query q = STORE_ANY;
	struct history h = { 0 };
	struct error e = { 0 };

	fill(*state);
	q.interval = INTERVAL_4H;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		left = calls[i];
		assert_int_equal(reader_read(*state, path, &q, &h, stop_soon, &e), ERR_TEMPFAIL);
		assert_string_equal(e.message, "that is enough");
		history_release(&h);
	}
	assert_int_equal(reader_read(*state, "/nowhere/ct.db", &q, &h, NULL, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "/nowhere/ct.db"));
	history_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_two_as_by_one, setup, teardown),
		cmocka_unit_test_setup_teardown(an_error_ends_both, setup, teardown),
	};

	return RUN(tests);
}
