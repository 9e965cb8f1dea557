/* A history whose bars do not all stay in memory is the same history. */
#include "trial.h"

#include "core/digest.h"
#include "tune/history.h"

#define SERIES 5

static uint64_t seed = 20241121;

static struct candle make(int series, int64_t bar)
{
	struct candle c = { .market = MARKET_SPOT, .interval = INTERVAL_1H, .bar = bar_of(bar, 90, 110, 100 + (double)series, 1 + (double)bar) };

	snprintf(c.symbol, sizeof c.symbol, "P%dUSDT", series);
	return c;
}

static void add(struct history *held, struct history *spilled, int series, int64_t bar)
{
	struct candle c = make(series, bar);

	assert_int_equal(history_add(held, &c, NULL), OK);
	assert_int_equal(history_add(spilled, &c, NULL), OK);
}

static void same(struct history *held, struct history *spilled)
{
	char a[DIGEST_HEX], b[DIGEST_HEX];
	struct digest *d = digest_new();

	assert_int_equal(history_ready(held, NULL), OK);
	assert_int_equal(history_ready(spilled, NULL), OK);
	assert_int_equal(spilled->bars, held->bars);
	assert_int_equal(spilled->series_count, held->series_count);
	for (size_t i = 0; i < held->series_count; i++) {
		assert_string_equal(spilled->series[i].symbol, held->series[i].symbol);
		assert_int_equal(spilled->series[i].count, held->series[i].count);
	}
	history_digest(held, d, a);
	history_digest(spilled, d, b);
	assert_string_equal(a, b);
	/* What was let go comes again. */
	for (size_t i = 0; i < held->series_count; i++)
		for (size_t k = 0; k < held->series[i].count; k++) {
			assert_int_equal(spilled->series[i].bars[k].open_time, held->series[i].bars[k].open_time);
			assert_true(spilled->series[i].bars[k].volume == held->series[i].bars[k].volume);
		}
	digest_free(d);
	history_release(held);
	history_release(spilled);
}

static void many_pairs_at_one_time(void **state)
{
	struct history held = { 0 }, spilled = { .hold = 100 };

	(void)state;
	for (int64_t bar = 0; bar < 3000; bar++)
		for (int i = 0; i < SERIES; i++)
			if (check_random(&seed) % 10)
				add(&held, &spilled, i, bar);
	assert_true(spilled.spill.size > 0);
	assert_true(spilled.series[0].in_file > 1000);
	same(&held, &spilled);
}

static void one_pair_after_the_other(void **state)
{
	struct history held = { 0 }, spilled = { .hold = 64 };

	(void)state;
	for (int i = 0; i < SERIES; i++)
		for (int64_t bar = 0; bar < 700 + i; bar++)
			add(&held, &spilled, i, bar);
	same(&held, &spilled);
}

static void out_of_order(void **state)
{
	struct history held = { 0 }, spilled = { .hold = 64 };

	(void)state;
	for (int64_t bar = 0; bar < 1000; bar++)
		add(&held, &spilled, 0, bar * 617 % 1000);
	for (int64_t bar = 0; bar < 1000; bar++)
		add(&held, &spilled, 1, bar);
	same(&held, &spilled);
}

static void a_bar_twice(void **state)
{
	struct history spilled = { .hold = 64 };
	struct error e = { 0 };
	struct candle c = make(0, 5);

	(void)state;
	for (int64_t bar = 0; bar < 1000; bar++) {
		struct candle next = make(0, bar);

		assert_int_equal(history_add(&spilled, &next, NULL), OK);
	}
	assert_int_equal(history_add(&spilled, &c, NULL), OK);
	assert_int_equal(history_ready(&spilled, &e), ERR_DATA);
	assert_non_null(strstr(e.message, "is there twice"));
	history_release(&spilled);
}

static void little_stays_in_memory(void **state)
{
	struct history held = { 0 }, spilled = { .hold = 100 };

	(void)state;
	for (int64_t bar = 0; bar < 90; bar++)
		add(&held, &spilled, 0, bar);
	assert_int_equal(spilled.spill.size, 0);
	same(&held, &spilled);
}

static void a_folder_that_is_not_there(void **state)
{
	struct history spilled = { .hold = 64 };
	struct error e = { 0 };
	enum err rc = OK;

	(void)state;
	setenv("TMPDIR", "/nowhere/at/all", 1);
	for (int64_t bar = 0; !rc && bar < 1000; bar++) {
		struct candle next = make(0, bar);

		rc = history_add(&spilled, &next, &e);
	}
	unsetenv("TMPDIR");
	assert_int_equal(rc, ERR_IO);
	assert_non_null(strstr(e.message, "/nowhere/at/all"));
	history_release(&spilled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_pairs_at_one_time),
		cmocka_unit_test(one_pair_after_the_other),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(a_bar_twice),
		cmocka_unit_test(little_stays_in_memory),
		cmocka_unit_test(a_folder_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
