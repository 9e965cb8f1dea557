/* Bars with shorter ones inside: what a bar alone leaves open, they decide. */
#include "world.h"

/* An hour of BTC in four quarters, each "open high low close volume". */
static void quarters(struct world *w, const char *const q[4][5])
{
	static struct bar detail[4];
	struct bar *whole = &w->bars[0];
	struct error e = { 0 };

	bar(w, 0, q[0][0], q[0][1], q[0][2], q[3][3], "0");
	for (int i = 0; i < 4; i++) {
		struct bar *b = &detail[i];

		*b = (struct bar){ .open_time = w->now_ms + i * MS_HOUR / 4, .close_time = w->now_ms + (i + 1) * MS_HOUR / 4 - 1,
			.open = (dec64)D(q[i][0]), .high = (dec64)D(q[i][1]), .low = (dec64)D(q[i][2]), .close = (dec64)D(q[i][3]), .volume = D(q[i][4]) };
		if (b->volume == 0)
			continue;
		whole->high = b->high > whole->high ? b->high : whole->high;
		whole->low = b->low < whole->low ? b->low : whole->low;
		whole->volume += b->volume;
	}
	w->queue[0].detail = detail;
	w->queue[0].detail_count = 4;
	w->now_ms += MS_HOUR;
	if (engine_settle(&w->engine, w->now_ms, w->queue, w->queued, &e))
		fail_msg("settle: %s: %s", e.field, e.message);
	w->queued = 0;
	check_world(w);
}

/* One coin at 100, its stop at 95, its target at 110. */
static void hold(struct world *w)
{
	world_open(w);
	w->account.maker_fee_bps = w->account.taker_fee_bps = 0;
	hour(w, "100", "101", "99", "100");
	act(w, wish(w, 0, 0, ACTION_BUY, "5", "10", NULL));
	hour(w, "100", "101", "99", "100");
	assert_dec(only_position(w)->qty, "1");
}

/* Both were reached in this hour: which came first, the quarters know. The hour alone says the stop. */
static void test_stop_and_target(void **state)
{
	static const char *const up[4][5] = { { "100", "104", "99", "103", "1" }, { "103", "111", "103", "108", "1" },
		{ "108", "108", "94", "96", "1" }, { "96", "97", "95", "96", "1" } };
	static const char *const down[4][5] = { { "100", "101", "94", "96", "1" }, { "96", "103", "96", "102", "1" },
		{ "102", "112", "101", "111", "1" }, { "111", "111", "110", "111", "1" } };
	static const char *const same[4][5] = { { "100", "101", "99", "100", "1" }, { "100", "112", "94", "100", "1" },
		{ "100", "101", "99", "100", "1" }, { "100", "101", "99", "100", "1" } };
	struct world w;

	(void)state;
	hold(&w);
	quarters(&w, up);
	assert_dec(last_trade(&w)->price, "110");
	assert_int_equal(last_trade(&w)->t_ms, w.now_ms - MS_HOUR / 2 - 1); /* the end of its quarter */
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count, 0);
	world_close(&w);
	hold(&w);
	quarters(&w, down);
	assert_dec(last_trade(&w)->price, "95");
	assert_int_equal(w.trade_count, 2);
	world_close(&w);
	hold(&w);
	quarters(&w, same);
	assert_dec(last_trade(&w)->price, "95"); /* within one quarter it is open again */
	world_close(&w);
	hold(&w);
	hour(&w, "100", "112", "94", "96");
	assert_dec(last_trade(&w)->price, "95");
	world_close(&w);
}

/* A market order does not care that its first quarter is empty: it fills at the first trade. */
static void test_market_entry(void **state)
{
	static const char *const quiet[4][5] = { { "100", "100", "100", "100", "0" }, { "102", "103", "101", "102", "1" },
		{ "102", "102", "98", "99", "1" }, { "99", "99", "99", "99", "0" } };
	struct world w;

	(void)state;
	world_open(&w);
	hour(&w, "100", "101", "99", "100");
	act(&w, wish(&w, 0, 0, ACTION_BUY, "4", NULL, NULL));
	quarters(&w, quiet);
	assert_int_equal(w.trade_count, 2);
	assert_dec(w.trades[0].price, "102");
	assert_int_equal(w.trades[0].t_ms, START + MS_HOUR + MS_HOUR / 4);
	assert_dec(w.trades[1].price, "98");
	world_close(&w);
}

/* A limit order, filled on the way down; the high before it is no reason to sell, the one after it is. */
static void test_limit_entry(void **state)
{
	static const char *const before[4][5] = { { "100", "112", "100", "105", "1" }, { "105", "105", "89", "92", "1" },
		{ "92", "95", "91", "94", "1" }, { "94", "96", "93", "95", "1" } };
	static const char *const after[4][5] = { { "100", "101", "89", "92", "1" }, { "92", "95", "91", "94", "1" },
		{ "94", "101", "93", "96", "1" }, { "96", "97", "93", "95", "1" } };
	static const char *const last[4][5] = { { "100", "101", "99", "100", "1" }, { "100", "101", "99", "100", "1" },
		{ "100", "101", "99", "100", "1" }, { "100", "101", "89", "91", "1" } };
	struct world w;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct signal s;

		world_open(&w);
		hour(&w, "100", "101", "99", "100");
		s = wish(&w, 0, 0, ACTION_BUY, "5", "10", NULL);
		s.entry = ORDER_LIMIT;
		s.entry_price = D("90");
		s.entry_bars = 1; /* its last quarter still belongs to it */
		act(&w, s);
		quarters(&w, i == 0 ? before : i == 1 ? after : last);
		assert_dec(w.trades[0].price, "90");
		assert_int_equal(w.trade_count, i == 1 ? 2 : 1);
		assert_int_equal(w.ledger.book.position_count, i != 1);
		world_close(&w);
	}
}

/* Not reached in its only hour, whose last quarters were empty: it ends with the hour. */
static void test_expiry(void **state)
{
	static const char *const flat[4][5] = { { "100", "101", "99", "100", "1" }, { "100", "100", "100", "100", "0" },
		{ "100", "101", "99", "100", "1" }, { "100", "100", "100", "100", "0" } };
	struct signal s;
	struct world w;

	(void)state;
	world_open(&w);
	hour(&w, "100", "101", "99", "100");
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	s.entry = ORDER_STOP;
	s.entry_price = D("110");
	s.entry_bars = 1;
	act(&w, s);
	quarters(&w, flat);
	assert_int_equal(w.trade_count, 0);
	assert_int_equal(w.orders[0].status, ORDER_EXPIRED);
	assert_int_equal(w.orders[0].updated_ms, w.now_ms);
	world_close(&w);
}

/* What one quarter does not give the next one may. */
static void test_parts(void **state)
{
	static const char *const four[4][5] = { { "102", "103", "101", "102", "4" }, { "103", "104", "102", "103", "4" },
		{ "104", "105", "103", "104", "0" }, { "105", "106", "104", "105", "4" } };
	struct world w;

	(void)state;
	hold(&w);
	w.account.max_volume_share = D("0.1");
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	quarters(&w, four);
	assert_int_equal(w.trade_count, 4);
	assert_dec(w.trades[1].price, "102");
	assert_dec(w.trades[2].price, "103");
	assert_dec(w.trades[3].price, "105");
	assert_dec(w.trades[3].qty, "0.2");
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count + w.ledger.book.plan_count, 0);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_and_target), cmocka_unit_test(test_market_entry), cmocka_unit_test(test_limit_entry),
		cmocka_unit_test(test_expiry), cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests_name("engine_detail", tests, NULL, NULL);
}
