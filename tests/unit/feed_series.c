/* What is told of a series of bars: the check, resampling, names of files. */
#include "check.h"

#include "core/utc.h"
#include "feed/archive.h"
#include "feed/check.h"
#include "feed/resample.h"

static struct check_finding last;

static void remember(void *ctx, const struct check_finding *f)
{
	++*(int *)ctx;
	last = *f;
}

static struct candle bar_at(int64_t open_time)
{
	struct candle c = { .market = MARKET_SPOT, .interval = INTERVAL_4H, .symbol = "A" };

	c.bar = (struct bar){ .open_time = open_time, .close_time = open_time + 4 * MS_HOUR - 1, .open = 2, .high = 3, .low = 1, .close = 2, .trades = INT_NONE };
	c.bar.quote_volume = c.bar.taker_buy_volume = c.bar.taker_buy_quote_volume = DEC_NONE;
	return c;
}

static void checks_a_series(void **state)
{
	const int64_t t = 1714521600000, step = 4 * MS_HOUR;
	struct candle c = bar_at(t);
	struct check check;
	int n = 0;

	(void)state;
	check_init(&check, remember, &n);
	assert_true(check_candle(&check, &c));
	c = bar_at(t + step);
	assert_true(check_candle(&check, &c));
	assert_int_equal(n, 0);
	assert_false(check_candle(&check, &c));
	assert_int_equal(last.fault, CHECK_DUPLICATE);
	c.bar.close = 3;
	assert_false(check_candle(&check, &c));
	assert_int_equal(last.fault, CHECK_CONFLICT);
	c = bar_at(t);
	assert_false(check_candle(&check, &c));
	assert_int_equal(last.fault, CHECK_ORDER);
	c = bar_at(t + 4 * step);
	assert_true(check_candle(&check, &c));
	assert_int_equal(last.fault, CHECK_GAP);
	assert_int_equal(last.missing, 2);
	assert_int_equal(last.from, t + 2 * step);
	assert_int_equal(last.until, t + 4 * step);
	c = bar_at(t + 5 * step + 1000);
	assert_false(check_candle(&check, &c));
	assert_int_equal(last.fault, CHECK_OFF_GRID);
	c = bar_at(t + 5 * step);
	c.bar.high = 0;
	assert_false(check_candle(&check, &c));
	assert_int_equal(last.fault, CHECK_IMPOSSIBLE);
	assert_non_null(strstr(last.message, "high"));
	assert_int_equal(n, 6);
	c = bar_at(t);
	c.symbol[0] = 'B';
	assert_true(check_candle(&check, &c));
	assert_int_equal(n, 6);
	assert_int_equal(check.counts[CHECK_GAP], 1);
}

static void monthly_gaps_are_counted(void **state)
{
	struct candle c = bar_at(0);
	struct check check;
	int n = 0;

	(void)state;
	check_init(&check, remember, &n);
	c.interval = INTERVAL_1MONTH;
	for (int month = 0; month < 6; month += 5) { /* January, June */
		c.bar.open_time = month ? 1717200000000 : 1704067200000;
		c.bar.close_time = interval_next(INTERVAL_1MONTH, c.bar.open_time) - 1;
		assert_true(check_candle(&check, &c));
	}
	assert_int_equal(n, 1);
	assert_int_equal(last.missing, 4);
}

static void knows_what_nests(void **state)
{
	(void)state;
	assert_true(resample_possible(INTERVAL_1H, INTERVAL_4H, 0));
	assert_true(resample_possible(INTERVAL_4H, INTERVAL_1MONTH, 0));
	assert_true(resample_possible(INTERVAL_1D, INTERVAL_1W, 0));
	assert_false(resample_possible(INTERVAL_8H, INTERVAL_12H, 0));
	assert_false(resample_possible(INTERVAL_3D, INTERVAL_1MONTH, 0));
	assert_false(resample_possible(INTERVAL_4H, INTERVAL_1H, 0));
	assert_true(resample_possible(INTERVAL_4H, INTERVAL_1D, 8 * MS_HOUR));
	assert_false(resample_possible(INTERVAL_4H, INTERVAL_1D, MS_HOUR));
	assert_false(resample_possible(INTERVAL_1D, INTERVAL_1D, 8 * MS_HOUR));
}

static struct bar hour(int h, dec64 open, dec64 high, dec64 low, dec64 close, int volume)
{
	struct bar b = { .open_time = 1714521600000 + h * MS_HOUR, .open = open, .high = high, .low = low, .close = close };

	b.close_time = b.open_time + MS_HOUR - 1;
	b.volume = b.quote_volume = b.taker_buy_volume = b.taker_buy_quote_volume = volume;
	b.trades = volume;
	return b;
}

static void resamples_with_gaps(void **state)
{
	struct resample r;
	struct bar out[2], in;
	int n;

	(void)state;
	resample_init(&r, INTERVAL_1H, INTERVAL_4H, 0);
	in = hour(0, 9, 9, 9, 9, 0); /* nothing traded: an old price */
	assert_int_equal(resample_push(&r, &in, out, &n, NULL), OK);
	assert_int_equal(n, 0);
	in = hour(1, 10, 12, 10, 11, 5);
	resample_push(&r, &in, out, &n, NULL);
	in = hour(7, 20, 30, 15, 25, 7); /* hours 2 to 6 are missing; 7 ends its bucket */
	assert_int_equal(resample_push(&r, &in, out, &n, NULL), OK);
	assert_int_equal(n, 2);
	assert_int_equal(out[0].open_time, 1714521600000);
	assert_int_equal(out[0].close_time, 1714521600000 + 4 * MS_HOUR - 1);
	assert_int_equal(out[0].open, 10);
	assert_int_equal(out[0].low, 10);
	assert_int_equal(out[0].high, 12);
	assert_int_equal(out[0].close, 11);
	assert_int_equal(out[0].volume, 5);
	assert_int_equal(out[1].open_time, 1714521600000 + 4 * MS_HOUR);
	assert_int_equal(out[1].close, 25);
	assert_false(resample_flush(&r, out));
	in = hour(8, 1, 1, 1, 1, 1);
	in.taker_buy_volume = DEC_NONE;
	resample_push(&r, &in, out, &n, NULL);
	in = hour(9, 1, 3, 1, 2, 1);
	resample_push(&r, &in, out, &n, NULL);
	in = hour(7, 1, 1, 1, 1, 1);
	assert_int_equal(resample_push(&r, &in, out, &n, NULL), ERR_DATA);
	assert_true(resample_flush(&r, out));
	assert_int_equal(out[0].high, 3);
	assert_true(out[0].taker_buy_volume == DEC_NONE);
	assert_int_equal(out[0].trades, 2);
}

static void knows_file_names(void **state)
{
	static const struct {
		const char *path, *symbol;
		int interval;
	} rows[] = {
		{ "a/b-c/BTCUSDT-4h.csv.zst", "BTCUSDT", INTERVAL_4H },
		{ "BTCUSDT-1m-2020-01-01.zip", "BTCUSDT", INTERVAL_1M },
		{ "BTCUSDT-1M.csv", "BTCUSDT", INTERVAL_1MONTH },
		{ "BTCUSDT-7h.csv", "", -1 },
		{ "BTCUSDT.csv", "", -1 },
		{ "-4h.csv", "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct feed_series s = { -1, -1, "" };

		assert_int_equal(feed_name(rows[i].path, &s), rows[i].interval >= 0);
		assert_string_equal(s.symbol, rows[i].symbol);
		assert_int_equal(s.interval, rows[i].interval);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_a_series), cmocka_unit_test(monthly_gaps_are_counted), cmocka_unit_test(knows_what_nests),
		cmocka_unit_test(resamples_with_gaps), cmocka_unit_test(knows_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
