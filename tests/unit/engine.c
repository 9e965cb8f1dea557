/* One step of the world after another: what is filled, when, at what price, and what it leaves behind. */
#include "world.h"

static void test_entry(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.account.slippage_bps = D("20");
	enter(&w, NULL, NULL, NULL, INT_NONE);
	assert_int_equal(w.decisions[0].status, DECISION_WORKING);
	assert_dec(w.ledger.book.plans[0].d.reserved, "100");
	hour(&w, "102", "103", "101", "102.5");
	assert_int_equal(w.trade_count, 1);
	assert_dec(w.trades[0].price, "102.204"); /* the open and 20 bp */
	assert_int_equal(w.trades[0].t_ms, START + MS_HOUR);
	assert_int_equal(w.trades[0].reason, REASON_ENTRY);
	assert_true(w.trades[0].quote_qty + w.trades[0].fee_quote <= D("100"));
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	assert_int_equal(w.orders[0].status, ORDER_FILLED);
	assert_true(w.orders[0].filled_qty == w.trades[0].qty);
	assert_int_equal(only_position(&w)->bars_held, 1);
	assert_dec(only_position(&w)->mark, "102.5");
	/* The strategy wants out: at the next open, slippage down. */
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	assert_int_equal(w.trade_count, 1);
	hour(&w, "105", "106", "104", "105");
	assert_int_equal(w.trade_count, 2);
	assert_dec(last_trade(&w)->price, "104.79");
	assert_int_equal(last_trade(&w)->reason, REASON_EXIT);
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.plan_count + w.ledger.book.order_count, 0);
	world_close(&w);
}

/* Each exit, by the bar after the entry at 100; stop 95, target 110 unless said otherwise. */
static const struct way_out {
	const char *o, *h, *l, *c;
	const char *price; /* NULL: still held */
	enum reason reason;
	bool at_open;
} ways_out[] = {
	{ "100", "103", "98", "101", NULL, REASON_ENTRY, false },
	{ "100", "101", "94", "96", "95", REASON_STOP, false },
	{ "100", "101", "95", "96", "95", REASON_STOP, false },  /* touched is hit */
	{ "93", "97", "92", "96", "93", REASON_STOP, true },     /* gap: the open, not the stop */
	{ "100", "111", "99", "105", "110", REASON_TARGET, false },
	{ "100", "110", "99", "105", NULL, REASON_ENTRY, false },/* touched is not traded through */
	{ "113", "115", "94", "96", "110", REASON_TARGET, true },/* gap over the target: no gift */
	{ "100", "112", "94", "111", "95", REASON_STOP, false }, /* both inside: the worse */
};

static void test_ways_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ways_out / sizeof *ways_out; i++) {
		const struct way_out *x = &ways_out[i];
		struct world w;

		world_open(&w);
		enter(&w, "5", "10", NULL, INT_NONE);
		hour(&w, "100", "100.5", "99.5", "100");
		assert_dec(only_position(&w)->stop_price, "95");
		assert_dec(only_position(&w)->target_price, "110");
		hour(&w, x->o, x->h, x->l, x->c);
		if ((w.trade_count == 2) != (x->price != NULL))
			fail_msg("case %zu: %zu trades", i, w.trade_count);
		if (x->price) {
			assert_dec(last_trade(&w)->price, x->price);
			assert_int_equal(last_trade(&w)->reason, x->reason);
			assert_int_equal(last_trade(&w)->t_ms, x->at_open ? w.now_ms - MS_HOUR : w.now_ms - 1);
			assert_int_equal(w.ledger.book.order_count, 0); /* the other leg went with it */
		}
		world_close(&w);
	}
}

/* Stop and target are alive in the very bar of the entry. */
static void test_entry_bar(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	enter(&w, "5", NULL, NULL, INT_NONE);
	hour(&w, "90", "91", "84", "88"); /* in at 90, its stop at 85 */
	assert_int_equal(w.trade_count, 2);
	assert_dec(last_trade(&w)->price, "85");
	assert_int_equal(w.ledger.book.position_count, 0);
	world_close(&w);
}

/* A stop sold at the raw price less slippage; a target at its price. */
static void test_slippage(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.account.slippage_bps = D("100");
	enter(&w, "5", "10", NULL, INT_NONE);
	hour(&w, "100", "100", "100", "100"); /* in at 101: stop 96, target 111 */
	hour(&w, "100", "100", "95", "97");
	assert_dec(last_trade(&w)->price, "95.04");
	world_close(&w);
	world_open(&w);
	w.account.slippage_bps = D("100");
	enter(&w, "5", "10", NULL, INT_NONE);
	hour(&w, "100", "100", "100", "100");
	hour(&w, "100", "112", "100", "110");
	assert_dec(last_trade(&w)->price, "111");
	world_close(&w);
}

/* It follows the highest high, never down, and from the next bar on. */
static void test_trailing(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	enter(&w, NULL, NULL, "5", INT_NONE);
	hour(&w, "100", "104", "99", "103");
	assert_dec(only_position(&w)->stop_price, "99"); /* from 95 */
	assert_dec(only_position(&w)->high_since, "104");
	hour(&w, "103", "110", "100", "108"); /* 105 would have been hit in this bar: not yet in force */
	assert_dec(only_position(&w)->stop_price, "105");
	hour(&w, "108", "109", "106", "107");
	assert_dec(only_position(&w)->stop_price, "105"); /* a lower high moves nothing */
	hour(&w, "107", "108", "104", "104");
	assert_dec(last_trade(&w)->price, "105");
	assert_int_equal(last_trade(&w)->reason, REASON_TRAIL);
	/* Each move was the next attempt of the same leg; the ones before are cancelled. */
	for (size_t i = 0, stops = 0; i < w.order_count; i++)
		if (w.orders[i].leg == LEG_STOP) {
			assert_int_equal(w.orders[i].attempt, stops++);
			assert_int_equal(w.orders[i].status, stops == 3 ? ORDER_FILLED : ORDER_CANCELED);
		}
	world_close(&w);
}

static void test_time_exit(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	enter(&w, "50", NULL, NULL, 2);
	hour(&w, "100", "101", "99", "100");
	assert_int_equal(w.ledger.book.plan_count, 0);
	hour(&w, "100", "101", "99", "100");
	assert_int_equal(w.ledger.book.plan_count, 1); /* two bars held: out at the next open */
	assert_int_equal(w.trade_count, 1);
	/* The strategy's own exit at the same close adds nothing. */
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	assert_int_equal(w.ledger.book.plan_count, 1);
	hour(&w, "97", "98", "96", "97");
	assert_dec(last_trade(&w)->price, "97");
	assert_int_equal(last_trade(&w)->reason, REASON_TIME);
	world_close(&w);
}

/* Nothing trades in a bar without volume: an entry is over, an exit is issued again, a stop waits. */
static void test_no_volume(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	enter(&w, NULL, NULL, NULL, INT_NONE);
	bar(&w, 0, "100", "100", "100", "100", "0");
	settle(&w);
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	assert_int_equal(w.orders[0].status, ORDER_EXPIRED);
	assert_int_equal(w.ledger.book.plan_count, 0);

	act(&w, wish(&w, 0, 0, ACTION_BUY, "5", NULL, NULL));
	hour(&w, "100", "101", "99", "100");
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	for (int i = 0; i < 2; i++) {
		bar(&w, 0, "100", "100", "80", "90", "0"); /* absurd, but nothing may fill */
		settle(&w);
		assert_int_equal(w.trade_count, 1);
		assert_int_equal(w.ledger.book.plan_count, 1);
	}
	hour(&w, "98", "99", "97", "98");
	assert_int_equal(w.trade_count, 2);
	assert_dec(last_trade(&w)->price, "98");
	for (size_t i = 0, exits = 0; i < w.order_count; i++)
		if (w.orders[i].leg == LEG_EXIT) {
			assert_int_equal(w.orders[i].attempt, exits++);
			assert_int_equal(w.orders[i].status, exits == 3 ? ORDER_FILLED : ORDER_EXPIRED);
		}
	world_close(&w);
}

/* A bar that never came is like one without volume. */
static void test_missing_bar(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	enter(&w, NULL, NULL, NULL, INT_NONE);
	w.now_ms += MS_HOUR;
	hour(&w, "100", "101", "99", "100");
	assert_int_equal(w.trade_count, 0);
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	act(&w, wish(&w, 0, 0, ACTION_BUY, "5", NULL, NULL));
	hour(&w, "100", "101", "99", "100");
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	w.now_ms += MS_HOUR;
	hour(&w, "90", "91", "89", "90"); /* the exit still stands: out at this open */
	assert_int_equal(w.trade_count, 2);
	assert_dec(last_trade(&w)->price, "90");
	assert_int_equal(last_trade(&w)->reason, REASON_EXIT);
	world_close(&w);
}

/* Nothing beyond the collar: not at the open, and not by slippage. */
static void test_collar(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.risk.collar_bps = D("100");
	w.account.slippage_bps = D("50");
	enter(&w, NULL, NULL, NULL, INT_NONE);
	hour(&w, "101.00000001", "102", "100", "101");
	assert_int_equal(w.trade_count, 0);
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	assert_dec(w.ledger.book.state.cash, "1000");
	act(&w, wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL));
	hour(&w, "102", "103", "101", "102");
	assert_dec(last_trade(&w)->price, "102.01"); /* slippage ends at the collar */
	world_close(&w);
}

/* Sized by its stop, no collar, and the open jumps: it is given up rather than paid with money that is not there. */
static void test_fixed_quantity_gap(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.risk.sizing = SIZE_RISK_PCT;
	w.risk.size = D("4");
	enter(&w, "5", NULL, NULL, INT_NONE); /* 8 coins: 800 and the fee */
	assert_dec(w.ledger.book.plans[0].d.reserved, "800.8");
	hour(&w, "125", "126", "124", "125");
	assert_int_equal(w.trade_count, 0);
	assert_int_equal(w.decisions[0].status, DECISION_FAILED);
	assert_int_equal(w.orders[0].status, ORDER_EXPIRED);
	act(&w, wish(&w, 0, 0, ACTION_BUY, "5", NULL, NULL));
	assert_int_equal(w.decisions[1].status, DECISION_REFUSED); /* 8 × 125 and fee */
	assert_string_equal(w.decisions[1].gate, "balance");
	world_close(&w);
}

/* A breaker trips once, latches, and refuses entries until a person resumes; with flatten it sells as well. */
static void test_breaker(void **state)
{
	(void)state;
	for (int flatten = 0; flatten < 2; flatten++) {
		struct world w;

		world_open(&w);
		w.risk.size = D("500");
		w.risk.drawdown_pct = D("10");
		w.risk.breaker_action = flatten ? BREAKER_FLATTEN : BREAKER_BLOCK;
		enter(&w, NULL, NULL, NULL, INT_NONE);
		hour(&w, "100", "100", "100", "100");
		assert_string_equal(w.ledger.book.state.breaker, "");
		hour(&w, "100", "100", "70", "70");
		assert_string_equal(w.ledger.book.state.breaker, "drawdown");
		assert_int_equal(w.ledger.book.state.breaker_ms, w.now_ms);
		assert_int_equal(w.event_count, 1);
		assert_string_equal(w.events[0].code, "breaker.drawdown");
		assert_int_equal(w.events[0].level, EVENT_ALARM);
		hour(&w, "70", "70", "50", "50");
		assert_int_equal(w.event_count, 1);
		assert_int_equal(w.trade_count, 1 + flatten);
		assert_int_equal(w.ledger.book.position_count, !flatten);
		if (flatten) {
			assert_int_equal(last_trade(&w)->reason, REASON_BREAKER);
			assert_dec(last_trade(&w)->price, "70"); /* the open after it tripped */
		}
		act(&w, wish(&w, 1, 0, ACTION_BUY, NULL, NULL, NULL));
		assert_string_equal(w.decisions[w.decision_count - 1].gate, "breaker");
		world_close(&w);
	}
}

/* The day's loss counts from the last equity before 00:00 UTC. */
static void test_daily_loss(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.risk.size = D("500");
	w.risk.daily_loss_pct = D("10");
	enter(&w, NULL, NULL, NULL, INT_NONE);
	for (int i = 1; i < 24; i++)
		hour(&w, "100", "100", i == 23 ? "81" : "100", i == 23 ? "81" : "100"); /* −9.5 % by midnight */
	assert_string_equal(w.ledger.book.state.breaker, "");
	hour(&w, "81", "81", "65", "65"); /* the next day: −8.8 % of 905 */
	assert_string_equal(w.ledger.book.state.breaker, "");
	hour(&w, "65", "65", "60", "60");
	assert_string_equal(w.ledger.book.state.breaker, "daily_loss");
	world_close(&w);
}

static void test_flatten(void **state)
{
	struct world w;
	size_t n;

	(void)state;
	world_open(&w);
	enter(&w, "50", "50", NULL, INT_NONE);
	hour(&w, "100", "100", "100", "100");
	assert_int_equal(engine_flatten(&w.engine, w.now_ms + MS_MINUTE, "ETHUSDT", "test", &n, NULL), OK);
	assert_int_equal(n, 0);
	assert_int_equal(engine_flatten(&w.engine, w.now_ms + MS_MINUTE, NULL, "holiday", &n, NULL), OK);
	assert_int_equal(n, 1);
	check_world(&w);
	assert_int_equal(engine_flatten(&w.engine, w.now_ms + MS_MINUTE, NULL, "again", &n, NULL), OK);
	assert_int_equal(w.ledger.book.plan_count, 1);
	/* Said a minute after the bar began: it is the next bar's open that fills it. */
	hour(&w, "100", "100", "100", "100");
	assert_int_equal(w.trade_count, 1);
	hour(&w, "103", "103", "103", "103");
	assert_int_equal(w.trade_count, 2);
	assert_dec(last_trade(&w)->price, "103");
	assert_int_equal(last_trade(&w)->reason, REASON_FLATTEN);
	assert_string_equal(w.decisions[1].why, "holiday");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry), cmocka_unit_test(test_ways_out), cmocka_unit_test(test_entry_bar), cmocka_unit_test(test_slippage),
		cmocka_unit_test(test_trailing), cmocka_unit_test(test_time_exit), cmocka_unit_test(test_no_volume), cmocka_unit_test(test_missing_bar),
		cmocka_unit_test(test_collar), cmocka_unit_test(test_fixed_quantity_gap), cmocka_unit_test(test_breaker),
		cmocka_unit_test(test_daily_loss), cmocka_unit_test(test_flatten),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
