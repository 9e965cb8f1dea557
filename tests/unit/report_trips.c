/* Fills fold into round trips, as in golden/dev/metrics. */
#include "golden_metrics.h"

#include "core/utc.h"

static dec amount(double v)
{
	bool bad = false;
	dec d = dec_from_double(v, ROUND_HALF_EVEN, &bad);

	assert_false(bad);
	return d;
}

/* The golden fills, long and short, fold into the golden trades. */
static void golden_fills(const char *stem)
{
	struct golden_trades g = { .count = 0 };
	struct trips trips = { 0 };
	struct error e;
	char file[128], line[512], *c[4];
	FILE *f;

	snprintf(file, sizeof file, "%s_trades.csv", stem);
	read_trades(file, &g);
	snprintf(file, sizeof file, "%s_fills.csv", stem);
	f = golden(file);
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		struct trade t = { .account = "a", .run = "r", .strategy = "s", .symbol = "XUSDT", .fee_asset = "USDT", .realized_pnl = DEC_NONE };
		bool bad = false;

		split(line, c, 4);
		t.t_ms = strtoll(c[0], NULL, 10) * 1000;
		t.side = c[1][0] == '-' ? SIDE_SELL : SIDE_BUY;
		t.qty = amount(fabs(strtod(c[1], NULL)));
		t.price = amount(strtod(c[2], NULL));
		t.quote_qty = dec_mul(t.qty, t.price, ROUND_HALF_EVEN, &bad);
		t.fee = t.fee_quote = amount(strtod(c[3], NULL));
		assert_int_equal(trips_add(&trips, &t, &e), OK);
	}
	fclose(f);
	assert_int_equal(trips.count, g.count);
	for (size_t i = 0; i < g.count; i++) {
		assert_int_equal(trips.rows[i].entry_ms, g.trips[i].entry_ms);
		assert_int_equal(trips.rows[i].exit_ms, g.trips[i].exit_ms);
		assert_true(fabs(dec_double(trips.rows[i].pnl) - g.outcomes[i].pnl) < 5e-6);
		assert_true(fabs(trip_return(&trips.rows[i]) - g.outcomes[i].ret) < 1e-9);
	}
	trips_release(&trips);
}

static void golden_round_trips(void **state)
{
	(void)state;
	golden_fills("goog_sma");
	golden_fills("btc5m_donchian");
}

static struct trade fill(const char *run, enum side side, double qty, double price, double fee_quote, const char *fee_asset, int64_t t_ms)
{
	struct trade t = { .account = "main", .strategy = "s", .symbol = "BTCUSDT", .side = side, .realized_pnl = DEC_NONE, .t_ms = t_ms };
	bool bad = false;

	snprintf(t.run, sizeof t.run, "%s", run);
	snprintf(t.fee_asset, sizeof t.fee_asset, "%s", fee_asset);
	t.qty = amount(qty);
	t.price = amount(price);
	t.quote_qty = dec_mul(t.qty, t.price, ROUND_HALF_EVEN, &bad);
	t.fee_quote = amount(fee_quote);
	return t;
}

/* A fee in coins leaves dust: the position is closed all the same, because its whole cost was charged. */
static void dust_does_not_hold_a_trip_open(void **state)
{
	struct trips trips = { 0 };
	struct trade buy = fill("r1", SIDE_BUY, 1, 100, 0.1, "BTC", 1000), sell = fill("r1", SIDE_SELL, 0.99, 110, 0.1089, "USDT", 2000);
	struct error e;

	(void)state;
	sell.realized_pnl = amount(0.99 * 110 - 0.1089 - 100);
	sell.reason = REASON_TARGET;
	assert_int_equal(trips_add(&trips, &buy, &e), OK);
	assert_int_equal(trips.rows[0].exit_ms, TIME_NONE);
	assert_int_equal(trips_add(&trips, &sell, &e), OK);
	assert_int_equal(trips.count, 1);
	assert_int_equal(trips.rows[0].exit_ms, 2000);
	assert_int_equal(trips.rows[0].reason, REASON_TARGET);
	assert_true(trips.rows[0].pnl == sell.realized_pnl);
	assert_true(trips.rows[0].fees == amount(0.2089));
	assert_true(fabs(trip_return(&trips.rows[0]) - 0.087911) < 1e-12);
	trips_release(&trips);
}

/* Several fills of one entry and one exit are one round trip; a part that is still held keeps it open. */
static void parts_are_one_trip(void **state)
{
	struct trips trips = { 0 };
	struct trade f[] = {
		fill("r1", SIDE_BUY, 1, 100, 0.1, "USDT", 1000), fill("r1", SIDE_BUY, 3, 104, 0.3, "USDT", 2000),
		fill("r1", SIDE_SELL, 1, 110, 0.1, "USDT", 3000), fill("r1", SIDE_SELL, 3, 108, 0.3, "USDT", 4000),
	};
	struct error e;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(trips_add(&trips, &f[i], &e), OK);
	assert_int_equal(trips.count, 1);
	assert_int_equal(trips.rows[0].exit_ms, TIME_NONE);
	assert_int_equal(trips_add(&trips, &f[3], &e), OK);
	assert_int_equal(trips.count, 1);
	assert_int_equal(trips.rows[0].exit_ms, 4000);
	assert_true(trip_entry_price(&trips.rows[0]) == amount(103));
	assert_true(trip_exit_price(&trips.rows[0]) == amount(108.5));
	assert_true(trips.rows[0].pnl == amount(434 - 412 - 0.8));
	trips_release(&trips);
}

/* A changed configuration is a new run: its exit closes what the old one opened. A second backtest does not mix in. */
static void a_new_run_closes_the_old_ones_position(void **state)
{
	struct trips trips = { 0 };
	struct trade a = fill("r1", SIDE_BUY, 1, 100, 0, "USDT", 1000), b = fill("r2", SIDE_BUY, 1, 101, 0, "USDT", 1500);
	struct trade c = fill("r2", SIDE_SELL, 1, 102, 0, "USDT", 2000), d = fill("r3", SIDE_SELL, 1, 103, 0, "USDT", 3000);
	struct error e;

	(void)state;
	c.realized_pnl = amount(1);
	d.realized_pnl = amount(3);
	assert_int_equal(trips_add(&trips, &a, &e), OK);
	assert_int_equal(trips_add(&trips, &b, &e), OK);
	assert_int_equal(trips.count, 2);
	assert_int_equal(trips_add(&trips, &c, &e), OK);
	assert_int_equal(trips_add(&trips, &d, &e), OK);
	assert_int_equal(trips.count, 2);
	assert_int_equal(trips.rows[0].exit_ms, 3000);
	assert_string_equal(trips.rows[0].run, "r3");
	assert_int_equal(trips.rows[1].exit_ms, 2000);
	trips_release(&trips);
}

static void held_time_is_a_union(void **state)
{
	struct trip t[] = {
		{ .entry_ms = 100, .exit_ms = 200 }, { .entry_ms = 150, .exit_ms = 300 }, { .entry_ms = 400, .exit_ms = TIME_NONE },
		{ .entry_ms = 160, .exit_ms = 170 },
	};

	(void)state;
	assert_int_equal(trips_held_ms(t, 4, 0, 1000), 200 + 600);
	assert_int_equal(trips_held_ms(t, 4, 180, 500), 120 + 100);
	assert_int_equal(trips_held_ms(t, 0, 0, 1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_round_trips), cmocka_unit_test(dust_does_not_hold_a_trip_open), cmocka_unit_test(parts_are_one_trip),
		cmocka_unit_test(a_new_run_closes_the_old_ones_position), cmocka_unit_test(held_time_is_a_union),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
