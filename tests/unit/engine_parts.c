/* Orders larger than a bar gives: what is filled, what goes on, what it costs, and what protects it meanwhile. */
#include "world.h"

/* Bars of volume `volume`; no order takes more than a tenth; nothing is paid but prices. */
static void open_with(struct world *w, const char *share)
{
	world_open(w);
	w->account.max_volume_share = D(share);
	w->account.maker_fee_bps = w->account.taker_fee_bps = 0;
}

static void hour_of(struct world *w, const char *o, const char *h, const char *l, const char *c, const char *volume)
{
	bar(w, 0, o, h, l, c, volume);
	settle(w);
}

static struct order *order_of(struct world *w, enum leg leg, int64_t attempt)
{
	for (size_t i = 0; i < w->order_count; i++)
		if (w->orders[i].leg == (int)leg && w->orders[i].attempt == attempt)
			return &w->orders[i];
	fail_msg("no order of leg %d, attempt %d", leg, (int)attempt);
	return NULL;
}

/* 100 at 100: one coin is wanted. Of a bar of 4 coins 0.4 are had; the rest of a market order is cancelled. */
static void test_market_entry(void **state)
{
	struct world w;

	(void)state;
	open_with(&w, "0.1");
	hour_of(&w, "100", "101", "99", "100", "4");
	act(&w, wish(&w, 0, 0, ACTION_BUY, "5", "10", NULL));
	hour_of(&w, "100", "101", "99", "100", "4");
	assert_dec(last_trade(&w)->qty, "0.4");
	assert_dec(only_position(&w)->qty, "0.4");
	assert_dec(only_position(&w)->cost, "40");
	assert_int_equal(w.orders[0].status, ORDER_CANCELED);
	assert_dec(w.orders[0].filled_qty, "0.4");
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	assert_dec(w.decisions[0].reserved, "0");
	assert_dec(order_of(&w, LEG_STOP, 0)->qty, "0.4");
	assert_dec(order_of(&w, LEG_TARGET, 0)->qty, "0.4");
	hour_of(&w, "100", "101", "99", "100", "400");
	assert_int_equal(w.trade_count, 1);
	world_close(&w);
}

static void test_nothing_is_capped(void **state)
{
	struct world w;

	(void)state;
	open_with(&w, "0.25");
	hour_of(&w, "100", "101", "99", "100", "4");
	act(&w, wish(&w, 0, 0, ACTION_BUY, "5", "10", NULL));
	hour_of(&w, "100", "101", "99", "100", "4");
	assert_dec(last_trade(&w)->qty, "1");
	assert_int_equal(w.orders[0].status, ORDER_FILLED);
	world_close(&w);
}

static struct signal resting(const struct world *w, enum order_type type, const char *price, int64_t bars)
{
	struct signal s = wish(w, 0, 0, ACTION_BUY, "5", "10", NULL);

	s.entry = (int)type;
	s.entry_price = D(price);
	s.entry_bars = bars;
	return s;
}

/* A limit order at 50 for two coins, good for that many bars, has got its first 0.4 of a bar's four coins. */
static void open_waiting(struct world *w, int64_t bars)
{
	open_with(w, "0.1");
	hour_of(w, "100", "101", "99", "100", "4");
	act(w, resting(w, ORDER_LIMIT, "50", bars));
	hour_of(w, "100", "101", "49", "52", "4");
}

/* A limit order at 50 for two coins: 0.4, 0.4, then the rest; its protection grows with it. */
static void test_limit_entry(void **state)
{
	struct world w;

	(void)state;
	open_waiting(&w, 9);
	assert_dec(last_trade(&w)->qty, "0.4");
	assert_int_equal(w.orders[0].status, ORDER_PARTIALLY_FILLED);
	assert_int_equal(w.decisions[0].status, DECISION_WORKING);
	assert_dec(w.decisions[0].reserved, "80");
	assert_dec(order_of(&w, LEG_STOP, 0)->qty, "0.4");
	hour_of(&w, "52", "53", "51", "52", "4"); /* not traded through: nothing */
	assert_int_equal(w.trade_count, 1);
	hour_of(&w, "52", "53", "48", "52", "4");
	assert_dec(w.orders[0].filled_qty, "0.8");
	assert_dec(w.orders[0].filled_quote, "40");
	assert_dec(only_position(&w)->qty, "0.8");
	assert_dec(only_position(&w)->stop_price, "45");
	assert_int_equal(order_of(&w, LEG_STOP, 0)->status, ORDER_CANCELED);
	assert_dec(order_of(&w, LEG_STOP, 1)->qty, "0.8");
	assert_dec(order_of(&w, LEG_TARGET, 1)->qty, "0.8");
	hour_of(&w, "52", "53", "48", "52", "400");
	assert_int_equal(w.orders[0].status, ORDER_FILLED);
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	assert_dec(only_position(&w)->qty, "2");
	assert_dec(only_position(&w)->cost, "100");
	assert_int_equal(w.trade_count, 3);
	assert_int_equal(w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* What has not come in time is let go; what came is kept. */
static void test_limit_expires(void **state)
{
	struct world w;

	(void)state;
	open_waiting(&w, 2);
	hour_of(&w, "52", "53", "49", "52", "4");
	assert_int_equal(w.orders[0].status, ORDER_EXPIRED);
	assert_dec(w.orders[0].filled_qty, "0.8");
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	assert_int_equal(w.ledger.book.plan_count, 0);
	assert_dec(only_position(&w)->qty, "0.8");
	world_close(&w);
}

/* On the way from 52 to the stop at 45 the order at 50 was passed: it is filled first, and all of it is stopped. */
static void test_limit_then_stop(void **state)
{
	struct world w;

	(void)state;
	open_waiting(&w, 9);
	hour_of(&w, "52", "53", "44", "46", "40");
	assert_int_equal(w.trade_count, 3);
	assert_dec(w.trades[1].qty, "1.6");
	assert_dec(w.trades[2].qty, "2");
	assert_dec(w.trades[2].price, "45");
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count + w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* A target ends what still waits: nobody buys more of what has just been sold. */
static void test_target_cancels_rest(void **state)
{
	struct world w;

	(void)state;
	open_waiting(&w, 9);
	hour_of(&w, "52", "61", "49", "55", "40");
	assert_int_equal(w.trade_count, 2);
	assert_dec(w.trades[1].qty, "0.4");
	assert_dec(w.trades[1].price, "60");
	assert_int_equal(w.orders[0].status, ORDER_CANCELED);
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	assert_int_equal(w.ledger.book.order_count + w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* The strategy wants out while its order is still working: the rest of it is withdrawn, what is held is sold. */
static void test_exit_withdraws_rest(void **state)
{
	struct world w;

	(void)state;
	open_waiting(&w, 9);
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	assert_int_equal(w.orders[0].status, ORDER_CANCELED);
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	hour_of(&w, "51", "52", "49", "50", "40");
	assert_int_equal(w.trade_count, 2);
	assert_dec(w.trades[1].price, "51");
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count + w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* One coin is held. Of bars of 4 coins an exit gets 0.4 at each open, until nothing is left. */
static void hold_one(struct world *w, const char *stop, const char *target)
{
	open_with(w, "0.1");
	hour_of(w, "100", "101", "99", "100", "40");
	act(w, wish(w, 0, 0, ACTION_BUY, stop, target, NULL));
	hour_of(w, "100", "101", "99", "100", "40");
	assert_dec(only_position(w)->qty, "1");
}

static void test_exit_in_parts(void **state)
{
	struct world w;

	(void)state;
	hold_one(&w, "20", NULL);
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	hour_of(&w, "102", "103", "101", "102", "4");
	assert_dec(last_trade(&w)->qty, "0.4");
	assert_dec(last_trade(&w)->realized_pnl, "0.8");
	assert_dec(only_position(&w)->qty, "0.6");
	assert_dec(only_position(&w)->cost, "60");
	assert_int_equal(order_of(&w, LEG_EXIT, 0)->status, ORDER_PARTIALLY_FILLED);
	assert_dec(order_of(&w, LEG_STOP, 1)->qty, "0.6"); /* still protected */
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL)); /* said again: one exit is enough */
	hour_of(&w, "104", "105", "103", "104", "0");
	assert_int_equal(w.trade_count, 2); /* nobody traded */
	assert_dec(order_of(&w, LEG_EXIT, 1)->qty, "0.6");
	hour_of(&w, "104", "105", "103", "104", "4");
	assert_dec(last_trade(&w)->qty, "0.4");
	hour_of(&w, "99", "105", "98", "104", "4");
	assert_dec(last_trade(&w)->qty, "0.2");
	assert_dec(last_trade(&w)->price, "99");
	assert_dec(w.ledger.book.state.realized_pnl, "2.2"); /* 0.4 × 2 + 0.4 × 4 − 0.2 × 1 */
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count + w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* A stop that was reached is a market order: what its bar does not take goes at the next opens, wherever they are. */
static void test_stop_in_parts(void **state)
{
	struct world w;

	(void)state;
	hold_one(&w, "5", "10");
	hour_of(&w, "100", "101", "94", "96", "4");
	assert_dec(last_trade(&w)->qty, "0.4");
	assert_dec(last_trade(&w)->price, "95");
	assert_dec(order_of(&w, LEG_STOP, 0)->filled_qty, "0.4");
	assert_int_equal(order_of(&w, LEG_STOP, 0)->status, ORDER_CANCELED);
	assert_int_equal(order_of(&w, LEG_TARGET, 0)->status, ORDER_CANCELED);
	assert_true(only_position(&w)->stop_price == DEC_NONE);
	assert_dec(order_of(&w, LEG_EXIT, 0)->qty, "0.6");
	hour_of(&w, "97", "120", "96", "110", "40"); /* no target any more */
	assert_dec(last_trade(&w)->price, "97");
	assert_int_equal(last_trade(&w)->reason, REASON_STOP);
	assert_dec(w.ledger.book.state.realized_pnl, "-3.8"); /* 0.4 × −5 + 0.6 × −3 */
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count + w.ledger.book.plan_count, 0);
	world_close(&w);
}

/* A target in parts: what is left keeps its stop, and its target. */
static void test_target_in_parts(void **state)
{
	struct world w;

	(void)state;
	hold_one(&w, "5", "10");
	hour_of(&w, "100", "111", "96", "106", "4");
	assert_dec(last_trade(&w)->qty, "0.4");
	assert_int_equal(order_of(&w, LEG_TARGET, 0)->status, ORDER_PARTIALLY_FILLED);
	assert_dec(order_of(&w, LEG_STOP, 1)->qty, "0.6");
	hour_of(&w, "106", "111", "100", "106", "4");
	assert_dec(order_of(&w, LEG_TARGET, 0)->filled_qty, "0.8");
	hour_of(&w, "106", "107", "94", "96", "4");
	assert_dec(last_trade(&w)->price, "95");
	assert_dec(last_trade(&w)->qty, "0.2");
	assert_int_equal(order_of(&w, LEG_TARGET, 0)->status, ORDER_CANCELED);
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count, 0);
	world_close(&w);
}

/* Over the target at the open, then down to the stop: the part that was not sold at the open is stopped. */
static void test_target_then_stop(void **state)
{
	struct world w;

	(void)state;
	hold_one(&w, "5", "10");
	hour_of(&w, "112", "113", "94", "96", "8");
	assert_int_equal(w.trade_count, 3);
	assert_dec(w.trades[1].price, "110");
	assert_dec(w.trades[1].qty, "0.8");
	assert_dec(w.trades[2].price, "95");
	assert_dec(w.trades[2].qty, "0.2");
	assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count, 0);
	world_close(&w);
}

/* 100 at 100 of a bar of 4 coins: a quarter. 100 × 0.8 × (1/4)² = 5 against you. */
static void test_impact(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.account.price_impact = D("0.8");
	w.account.maker_fee_bps = w.account.taker_fee_bps = 0;
	hour_of(&w, "100", "101", "99", "100", "4");
	act(&w, wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL));
	hour_of(&w, "100", "101", "99", "100", "4");
	assert_dec(last_trade(&w)->price, "105");
	assert_dec(last_trade(&w)->qty, "0.95238095"); /* what 100 buy then */
	assert_int_equal(w.orders[0].status, ORDER_FILLED);
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	hour_of(&w, "100", "101", "99", "100", "1.9047619"); /* half of the bar: 0.8 × 0.25 */
	assert_dec(last_trade(&w)->price, "80");
	world_close(&w);
	/* With basis points they add up: 0.2 and 5. */
	world_open(&w);
	w.account.price_impact = D("0.8");
	w.account.slippage_bps = D("20");
	w.risk.sizing = SIZE_RISK_PCT;
	w.risk.size = D("1");
	hour_of(&w, "100", "101", "99", "100", "4");
	act(&w, wish(&w, 0, 0, ACTION_BUY, "10", NULL, NULL)); /* one coin */
	hour_of(&w, "100", "101", "99", "100", "4");
	assert_dec(last_trade(&w)->price, "105.2");
	world_close(&w);
}

/* Any bars, any wishes, little volume: check_world holds after every step, and all money is accounted for in the end. */
static void test_random_life(void **state)
{
	uint64_t seed = 77;
	size_t parts = 0, trades = 0;

	(void)state;
	for (int life = 0; life < 60; life++) {
		struct world w;
		int64_t price = 10000;

		open_with(&w, life % 2 ? "0.05" : "0.3");
		w.account.fee_mode = life % 3;
		w.account.taker_fee_bps = w.account.maker_fee_bps = D("10");
		w.account.price_impact = life % 4 ? D("0.1") : 0;
		w.ledger.book.method = life % 3;
		w.risk.collar_bps = life % 5 ? DEC_NONE : D("500");
		for (int i = 0; i < 120; i++) {
			int64_t o = price + (int64_t)(check_random(&seed) % 200) - 100, c = o + (int64_t)(check_random(&seed) % 400) - 200;
			int64_t h = (o > c ? o : c) + (int64_t)(check_random(&seed) % 150), l = (o < c ? o : c) - (int64_t)(check_random(&seed) % 150);
			struct bar *b = &w.bars[w.queued];
			struct signal s;

			bar(&w, 0, "1", "1", "1", "1", "0");
			b->open = o * (DEC_ONE / 100);
			b->high = h * (DEC_ONE / 100);
			b->low = l * (DEC_ONE / 100);
			b->close = c * (DEC_ONE / 100);
			b->volume = (dec)(check_random(&seed) % 10) * (DEC_ONE / 2);
			price = c < 2000 ? 4000 : c;
			settle(&w);
			s = wish(&w, 0, 0, check_random(&seed) % 4 ? ACTION_BUY : ACTION_SELL, "3", "4", check_random(&seed) % 3 ? NULL : "2");
			if (s.action == ACTION_BUY && check_random(&seed) % 2) {
				s.entry = ORDER_LIMIT;
				s.entry_price = s.price - D("0.5");
				s.entry_bars = 4;
			}
			s.max_hold_bars = check_random(&seed) % 2 ? 3 : INT_NONE;
			act(&w, s);
		}
		for (size_t i = 0; i < w.order_count; i++)
			parts += w.orders[i].status != ORDER_FILLED && w.orders[i].filled_qty > 0;
		trades += w.trade_count;
		world_close(&w);
	}
	assert_in_range(parts, 300, trades);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_market_entry), cmocka_unit_test(test_nothing_is_capped), cmocka_unit_test(test_limit_entry),
		cmocka_unit_test(test_limit_expires), cmocka_unit_test(test_limit_then_stop), cmocka_unit_test(test_target_cancels_rest),
		cmocka_unit_test(test_exit_withdraws_rest), cmocka_unit_test(test_exit_in_parts), cmocka_unit_test(test_stop_in_parts),
		cmocka_unit_test(test_target_in_parts), cmocka_unit_test(test_target_then_stop), cmocka_unit_test(test_impact),
		cmocka_unit_test(test_random_life),
	};

	return cmocka_run_group_tests_name("engine_parts", tests, NULL, NULL);
}
