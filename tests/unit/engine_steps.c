/* Steps of an account that come twice, late, out of order, with several strategies; and its life at random. */
#include "world.h"

/* An exit that waits when the stop comes first ends with the position. */
static void test_stop_before_exit(void **state)
{
	struct world w;
	size_t n;

	(void)state;
	world_open(&w);
	enter(&w, "5", NULL, NULL, INT_NONE);
	hour(&w, "100", "100", "100", "100");
	assert_int_equal(engine_flatten(&w.engine, w.now_ms + MS_MINUTE, NULL, "holiday", &n, NULL), OK);
	hour(&w, "100", "100", "90", "92");
	assert_int_equal(w.trade_count, 2);
	assert_int_equal(last_trade(&w)->reason, REASON_STOP);
	assert_int_equal(w.decisions[1].status, DECISION_EXPIRED);
	assert_int_equal(w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* Two strategies hold the same pair, each its own coins, exits and profit. */
static void test_two_strategies(void **state)
{
	struct signal both[2];
	struct world w;

	(void)state;
	world_open(&w);
	hour(&w, "100", "100", "100", "100");
	both[0] = wish(&w, 1, 0, ACTION_BUY, "5", NULL, NULL);
	both[1] = wish(&w, 0, 0, ACTION_BUY, "20", NULL, NULL);
	decide(&w, both, 2);
	assert_string_equal(w.decisions[0].strategy, "alpha"); /* as configured, not as they came */
	execute(&w);
	hour(&w, "100", "100", "100", "100");
	assert_int_equal(w.ledger.book.position_count, 2);
	hour(&w, "100", "100", "94", "96");
	assert_int_equal(w.ledger.book.position_count, 1);
	assert_string_equal(only_position(&w)->strategy, "alpha");
	assert_string_equal(last_trade(&w)->strategy, "beta");
	world_close(&w);
}

/* The same bars, signals and executions again: nothing more happens. */
static void test_repeats(void **state)
{
	struct world w;
	struct signal s;
	size_t puts, trades;
	bool claimed = true;

	(void)state;
	world_open(&w);
	bar(&w, 0, "100", "100", "100", "100", "10");
	settle(&w);
	s = wish(&w, 0, 0, ACTION_BUY, "5", NULL, NULL);
	decide(&w, &s, 1);
	puts = w.puts;
	decide(&w, &s, 1);
	assert_int_equal(w.puts, puts);
	assert_int_equal(w.decision_count, 1);
	execute(&w);
	puts = w.puts;
	execute(&w);
	assert_int_equal(engine_execute(&w.engine, w.now_ms, w.decisions[0].id, &claimed, NULL), OK);
	assert_false(claimed);
	assert_int_equal(engine_execute(&w.engine, w.now_ms, "no such decision", &claimed, NULL), OK);
	assert_false(claimed);
	decide(&w, &s, 1);
	assert_int_equal(w.puts, puts);
	bar(&w, 0, "100", "101", "99", "100", "10");
	settle(&w);
	puts = w.puts;
	trades = w.trade_count;
	w.queue[0] = (struct engine_bar){ .pair = w.pairs[0], .bar = &w.bars[0] };
	assert_int_equal(engine_settle(&w.engine, w.now_ms, w.queue, 1, NULL), OK);
	assert_int_equal(engine_settle(&w.engine, w.now_ms - MS_HOUR, w.queue, 1, NULL), OK);
	assert_int_equal(w.puts, puts);
	assert_int_equal(w.trade_count, trades);
	decide(&w, &s, 1); /* even the old signal: it has its decision */
	assert_int_equal(w.puts, puts);
	world_close(&w);
}

/* The order in which signals come changes nothing. */
static void test_signal_order(void **state)
{
	char first[6][ID_SIZE] = { 0 };
	int status[6];
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < 30; round++) {
		struct signal s[6];
		struct world w;

		world_open(&w);
		w.risk.size = D("300"); /* three of six */
		bar(&w, 0, "100", "100", "100", "100", "10");
		bar(&w, 1, "10", "10", "10", "10", "10");
		bar(&w, 2, "500", "500", "500", "500", "10");
		settle(&w);
		for (int i = 0; i < 6; i++)
			s[i] = wish(&w, i / 3, i % 3, ACTION_BUY, NULL, NULL, NULL);
		for (int i = 5; round && i > 0; i--) {
			int k = (int)(check_random(&seed) % (unsigned)(i + 1));
			struct signal t = s[i];

			s[i] = s[k];
			s[k] = t;
		}
		decide(&w, s, 6);
		assert_int_equal(w.decision_count, 6);
		for (int i = 0; i < 6; i++) {
			if (round == 0) {
				memcpy(first[i], w.decisions[i].id, ID_SIZE);
				status[i] = w.decisions[i].status;
			}
			assert_string_equal(w.decisions[i].id, first[i]);
			assert_int_equal(w.decisions[i].status, status[i]);
			assert_int_equal(status[i], i < 3 ? DECISION_APPROVED : DECISION_REFUSED);
		}
		world_close(&w);
	}
}

/* Cash freed by a sale is not spent in the same step. */
static void test_no_double_dollar(void **state)
{
	struct signal both[2];
	struct world w;

	(void)state;
	world_open(&w);
	w.risk.size = D("900");
	bar(&w, 1, "10", "10", "10", "10", "10");
	enter(&w, NULL, NULL, NULL, INT_NONE);
	bar(&w, 1, "10", "10", "10", "10", "10");
	hour(&w, "100", "100", "100", "100");
	both[0] = wish(&w, 0, 1, ACTION_BUY, NULL, NULL, NULL);
	both[1] = wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL);
	decide(&w, both, 2);
	assert_int_equal(w.decisions[1].class, CLASS_REDUCE); /* decided first */
	assert_int_equal(w.decisions[1].status, DECISION_APPROVED);
	assert_string_equal(w.decisions[2].gate, "balance");
	world_close(&w);
}

/* An approval that nobody carried out ends, and its money is free again; a halt ends one as well. */
static void test_expiry(void **state)
{
	struct world w;
	struct signal s;
	bool claimed = true;

	(void)state;
	world_open(&w);
	hour(&w, "100", "100", "100", "100");
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	decide(&w, &s, 1);
	hour(&w, "100", "100", "100", "100");
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	assert_int_equal(w.order_count, 0);
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	decide(&w, &s, 1);
	assert_int_equal(engine_execute(&w.engine, w.now_ms + MS_HOUR, w.decisions[1].id, &claimed, NULL), OK);
	assert_false(claimed);
	assert_int_equal(w.decisions[1].status, DECISION_EXPIRED);
	s = wish(&w, 1, 0, ACTION_BUY, NULL, NULL, NULL);
	decide(&w, &s, 1);
	w.ledger.book.state.halted = 1;
	assert_int_equal(engine_execute(&w.engine, w.now_ms, w.decisions[2].id, &claimed, NULL), OK);
	assert_false(claimed);
	assert_int_equal(w.decisions[2].status, DECISION_FAILED);
	check_world(&w);
	assert_int_equal(w.order_count, 0);
	world_close(&w);
}

/* A pair whose bar is late is booked later; the account's equity goes on meanwhile. */
static void test_late_pair(void **state)
{
	struct world w;
	struct bar missed;
	struct engine_bar late;
	size_t points;

	(void)state;
	world_open(&w);
	bar(&w, 1, "10", "10", "10", "10", "10");
	enter(&w, "5", NULL, NULL, INT_NONE);
	bar(&w, 0, "100", "101", "99", "100", "10");
	missed = w.bars[0];
	w.queued = 0;
	bar(&w, 1, "10", "10", "10", "10", "10");
	settle(&w);
	assert_int_equal(w.trade_count, 0);
	assert_int_equal(w.decisions[0].status, DECISION_WORKING); /* its bar is not known yet */
	act(&w, wish(&w, 1, 0, ACTION_BUY, NULL, NULL, NULL));
	assert_string_equal(w.decisions[1].gate, "data");
	points = w.equity_count;
	late = (struct engine_bar){ .pair = w.pairs[0], .bar = &missed };
	assert_int_equal(engine_settle(&w.engine, w.now_ms, &late, 1, NULL), OK);
	assert_int_equal(w.trade_count, 1);
	assert_int_equal(w.equity_count, points);
	assert_dec(w.trades[0].price, "100");
	hour(&w, "100", "100", "90", "90"); /* and its stop works */
	assert_int_equal(w.trade_count, 2);
	world_close(&w);
}

/* Fees in BNB: every fill of a close pays at the mark from before it, whichever pair comes first. */
static void test_bnb_mark(void **state)
{
	(void)state;
	for (int bnb_first = 0; bnb_first < 2; bnb_first++) {
		struct world w;

		world_open(&w);
		w.account.fee_mode = FEE_BNB;
		bar(&w, 2, "500", "500", "500", "500", "10");
		enter(&w, NULL, NULL, NULL, INT_NONE);
		if (bnb_first)
			bar(&w, 2, "500", "800", "500", "800", "10");
		bar(&w, 0, "100", "100", "100", "100", "10");
		if (!bnb_first)
			bar(&w, 2, "500", "800", "500", "800", "10");
		settle(&w);
		assert_string_equal(w.trades[0].fee_asset, "BNB");
		assert_dec(w.trades[0].fee_quote, "0.09990010");
		assert_dec(w.trades[0].fee, "0.00019981"); /* 0.0999001 / 500, up */
		world_close(&w);
	}
}

static void test_foreign_signals(void **state)
{
	struct world w;
	struct signal s;
	struct error e;

	(void)state;
	world_open(&w);
	hour(&w, "100", "100", "100", "100");
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	snprintf(s.strategy, sizeof s.strategy, "stranger");
	assert_int_equal(engine_decide(&w.engine, w.now_ms, &s, 1, &e), ERR_DATA);
	assert_string_equal(e.field, "strategy");
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	snprintf(s.symbol, sizeof s.symbol, "DOGEUSDT");
	assert_int_equal(engine_decide(&w.engine, w.now_ms, &s, 1, &e), ERR_DATA);
	assert_string_equal(e.field, "symbol");
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	s.interval = INTERVAL_4H;
	assert_int_equal(engine_decide(&w.engine, w.now_ms, &s, 1, &e), ERR_DATA);
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	s.market = MARKET_UM;
	assert_int_equal(engine_decide(&w.engine, w.now_ms, &s, 1, &e), ERR_DATA);
	assert_int_equal(w.decision_count, 0);
	world_close(&w);
}

static dec64 near_price(uint64_t *seed, dec64 from)
{
	dec64 p = from + (dec64)(check_random(seed) % 800 * DEC_ONE / 100) - 4 * DEC_ONE;

	return p < DEC_ONE ? DEC_ONE : p;
}

/* A long random life, in every fee mode: bars with gaps and without volume, wishes, halts, flattening; check_world after each. */
static void random_life(int round)
{
	struct world w;
	uint64_t seed = (uint64_t)round + 1;
	dec64 last[3] = { 100 * (dec64)DEC_ONE, 50 * (dec64)DEC_ONE, 500 * (dec64)DEC_ONE };
	size_t n;

	world_open(&w);
	w.account.fee_mode = round % 3;
	w.account.slippage_bps = D(round % 2 ? "7" : "0");
	w.risk.sizing = round % 4 == 3 ? SIZE_RISK_PCT : SIZE_QUOTE;
	w.risk.size = D(round % 4 == 3 ? "1" : "333.33");
	w.risk.collar_bps = round % 5 == 0 ? D("300") : DEC_NONE;
	for (int t = 0; t < 150; t++) {
		struct signal s[9];
		size_t count = 0;

		for (size_t p = 0; p < 3; p++) {
			struct bar *b = &w.bars[w.queued];

			if (check_random(&seed) % 20 == 0)
				continue;
			bar(&w, p, "1", "1", "1", "1", check_random(&seed) % 15 == 0 ? "0" : "10");
			b->open = near_price(&seed, last[p]);
			b->close = near_price(&seed, b->open);
			b->high = (b->open > b->close ? b->open : b->close) + (dec64)(check_random(&seed) % (2 * DEC_ONE));
			b->low = (b->open < b->close ? b->open : b->close) - (dec64)(check_random(&seed) % (DEC_ONE / 2));
			last[p] = b->close;
		}
		settle(&w);
		for (int i = 0; i < 9; i++) {
			enum action a = check_random(&seed) % 3 == 0 ? ACTION_SELL : ACTION_BUY;

			if (w.ledger.book.pairs[w.pairs[i % 3]].mark == DEC_NONE || check_random(&seed) % 2)
				continue;
			s[count] = wish(&w, i / 3, i % 3, a, check_random(&seed) % 3 || w.risk.sizing == SIZE_RISK_PCT ? "6" : NULL,
				check_random(&seed) % 2 ? "8" : NULL, check_random(&seed) % 2 ? "5" : NULL);
			s[count++].max_hold_bars = check_random(&seed) % 2 ? 5 : INT_NONE;
		}
		decide(&w, s, count);
		if (check_random(&seed) % 10)
			execute(&w);
		if (check_random(&seed) % 25 == 0)
			assert_int_equal(engine_flatten(&w.engine, w.now_ms + 1, NULL, "test", &n, NULL), OK);
		check_world(&w);
	}
	assert_true(w.trade_count > 50);
	world_close(&w);
}

static void test_random_life(void **state)
{
	(void)state;
	for (int round = 0; round < 24; round++)
		random_life(round);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_before_exit), cmocka_unit_test(test_two_strategies), cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_signal_order), cmocka_unit_test(test_no_double_dollar), cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_late_pair), cmocka_unit_test(test_bnb_mark), cmocka_unit_test(test_foreign_signals),
		cmocka_unit_test(test_random_life),
	};

	return cmocka_run_group_tests_name("engine steps", tests, NULL, NULL);
}
