/* Entries that rest: limit and stop orders, what fills them, and how they end when nothing does. */
#include "world.h"

/* A buy decided at the first close (100), by a limit or stop order that may rest so many bars. */
static void rest(struct world *w, enum order_type type, const char *price, int64_t bars)
{
	struct signal s;

	hour(w, "100", "101", "99", "100");
	s = wish(w, 0, 0, ACTION_BUY, "5", "10", NULL);
	s.entry = (int)type;
	s.entry_price = D(price);
	s.entry_bars = bars;
	act(w, s);
	assert_int_equal(w->ledger.book.plan_count, 1);
	assert_int_equal(w->orders[0].type, type);
	assert_true((order_type_is_limit((int)type) ? w->orders[0].price : w->orders[0].stop_price) == D(price));
	assert_int_equal(w->orders[0].expires_ms, START + (1 + bars) * MS_HOUR);
}

static void test_limit_rests_until_traded_through(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.account.slippage_bps = D("20");
	w.account.maker_fee_bps = D("2");
	rest(&w, ORDER_LIMIT, "98", 3);
	hour(&w, "100", "101", "98", "99"); /* touched: not filled */
	assert_int_equal(w.trade_count, 0);
	assert_dec(w.ledger.book.plans[0].d.reserved, "100");
	hour(&w, "99", "100", "97", "99");
	assert_int_equal(w.trade_count, 1);
	assert_dec(w.trades[0].price, "98"); /* its own price: no slippage */
	assert_int_equal(w.trades[0].maker, 1);
	assert_true(w.trades[0].fee_quote == dec_bps(w.trades[0].quote_qty, D("2"), ROUND_UP, &(bool){ false }));
	assert_dec(only_position(&w)->stop_price, "93");
	world_close(&w);
}

static void test_limit_that_would_cross_is_a_taker(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	rest(&w, ORDER_LIMIT, "98", 3);
	hour(&w, "97", "99", "96", "98"); /* new in this bar: the open is better */
	assert_dec(w.trades[0].price, "97");
	assert_int_equal(w.trades[0].maker, 0);
	world_close(&w);
	world_open(&w);
	rest(&w, ORDER_LIMIT, "98", 3);
	hour(&w, "99", "100", "98.5", "99");
	hour(&w, "97", "99", "96", "98"); /* resting: filled at its own price on the way down */
	assert_dec(w.trades[0].price, "98");
	world_close(&w);
}

static void test_stop_entry(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	rest(&w, ORDER_STOP, "103", 2);
	hour(&w, "100", "102", "99", "101");
	assert_int_equal(w.trade_count, 0);
	hour(&w, "101", "103", "100", "102"); /* a stop is triggered by a touch */
	assert_dec(w.trades[0].price, "103");
	assert_int_equal(w.trades[0].maker, 0);
	world_close(&w);
	world_open(&w);
	w.risk.collar_bps = D("100");
	rest(&w, ORDER_STOP, "103", 2);
	hour(&w, "105", "106", "104", "105"); /* a gap beyond the collar of 104.03 */
	assert_int_equal(w.trade_count, 0);
	assert_int_equal(w.orders[0].status, ORDER_EXPIRED);
	world_close(&w);
}

/* Each way a resting entry ends without a fill frees what it reserved. */
static void assert_ended(struct world *w, enum order_status status, enum decision_status decision)
{
	assert_int_equal(w->trade_count, 0);
	assert_int_equal(w->orders[0].status, status);
	assert_int_equal(w->decisions[0].status, decision);
	assert_int_equal(w->ledger.book.plan_count + w->ledger.book.order_count, 0);
	assert_dec(book_reserved(&w->ledger.book, &(bool){ false }), "0");
	world_close(w);
}

static void test_ends_unfilled(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	rest(&w, ORDER_LIMIT, "90", 2);
	hour(&w, "100", "101", "99", "100");
	assert_int_equal(w.orders[0].status, ORDER_NEW);
	hour(&w, "100", "101", "99", "100");
	assert_ended(&w, ORDER_EXPIRED, DECISION_EXPIRED);

	world_open(&w);
	rest(&w, ORDER_LIMIT, "90", 5);
	bar(&w, 0, "100", "100", "100", "100", "0"); /* nobody trades */
	settle(&w);
	assert_ended(&w, ORDER_EXPIRED, DECISION_EXPIRED);

	world_open(&w);
	rest(&w, ORDER_LIMIT, "90", 5);
	hour(&w, "100", "101", "99", "100");
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL)); /* the strategy wants out before it was in */
	assert_ended(&w, ORDER_CANCELED, DECISION_EXPIRED);
}

/* The last of so many attempts of the entry. */
static const struct order *standing(const struct world *w, size_t rows, const char *price)
{
	const struct order *o = &w->orders[rows - 1];

	assert_true(w->order_count == rows || w->orders[rows].leg != LEG_ENTRY);
	assert_int_equal(o->leg, LEG_ENTRY);
	assert_int_equal(o->attempt, rows - 1);
	assert_dec(o->price, price);
	return o;
}

static void test_maker_follows_the_price_up(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.account.maker_fee_bps = D("2");
	w.account.slippage_bps = D("20");
	w.risk.collar_bps = D("150");
	rest(&w, ORDER_MAKER, "98", 4);
	assert_dec(w.orders[0].qty, "0.98423743"); /* what 100 buy at the worst price, 101.5 */
	hour(&w, "100", "101", "98", "99.5"); /* touched; and it never moves down */
	assert_int_equal(standing(&w, 1, "98")->status, ORDER_NEW);
	hour(&w, "100", "103", "99", "102"); /* as far below as it was decided: 2 */
	assert_int_equal(w.orders[0].status, ORDER_CANCELED);
	assert_string_equal(w.orders[0].why, "re-priced");
	assert_int_equal(standing(&w, 2, "100")->status, ORDER_NEW);
	hour(&w, "102", "110", "101", "109"); /* up to the worst price and no further */
	assert_dec(standing(&w, 3, "101.5")->qty, "0.98423743");
	assert_int_equal(w.orders[2].expires_ms, START + 5 * MS_HOUR); /* as at first */
	hour(&w, "102", "103", "101", "102");
	assert_int_equal(w.trade_count, 1);
	assert_dec(w.trades[0].price, "101.5");
	assert_int_equal(w.trades[0].maker, 1);
	assert_true(w.trades[0].fee_quote == dec_bps(w.trades[0].quote_qty, D("2"), ROUND_UP, &(bool){ false }));
	assert_dec(only_position(&w)->stop_price, "96.5");
	assert_int_equal(w.decisions[0].status, DECISION_EXECUTED);
	world_close(&w);
}

static void test_maker_that_would_take_is_refused(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	w.ledger.book.pairs[w.pairs[0]].rules = (struct symbol){ .tick_size = D("0.01"), .step_size = D("0.00001") };
	w.ledger.book.pairs[w.pairs[0]].has_rules = true;
	rest(&w, ORDER_MAKER, "98", 3);
	hour(&w, "98", "99", "97.99", "98"); /* the open would fill it: a tick below it is touched only */
	assert_int_equal(w.orders[0].status, ORDER_REJECTED);
	assert_int_equal(standing(&w, 2, "97.99")->status, ORDER_NEW);
	assert_int_equal(w.trade_count, 0);
	hour(&w, "97", "98", "96", "97"); /* it rests now: filled at its own price */
	assert_dec(w.trades[0].price, "97.99");
	assert_int_equal(w.trades[0].maker, 1);
	world_close(&w);
	/* Moved at a close to where the next open would fill it: refused there, and filled below. */
	world_open(&w);
	rest(&w, ORDER_MAKER, "98", 3);
	hour(&w, "100", "102", "99", "102");
	standing(&w, 2, "100");
	hour(&w, "99", "100", "95", "96");
	standing(&w, 3, "98.99999999");
	assert_dec(w.trades[0].price, "98.99999999");
	world_close(&w);
}

static void test_maker_ends(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	rest(&w, ORDER_MAKER, "98", 2);
	hour(&w, "100", "101", "99", "100.5"); /* without a collar it may go up to the price it was decided on, less the distance */
	standing(&w, 2, "98.5");
	hour(&w, "101", "104", "100", "103");
	assert_int_equal(w.orders[1].status, ORDER_EXPIRED);
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	assert_int_equal(w.ledger.book.plan_count + w.ledger.book.order_count, 0);
	world_close(&w);
	world_open(&w);
	rest(&w, ORDER_MAKER, "98", 5);
	hour(&w, "100", "106", "99", "105");
	standing(&w, 2, "100"); /* the price it was decided on */
	act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
	assert_int_equal(w.orders[1].status, ORDER_CANCELED);
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	world_close(&w);
}

static void test_one_waits_at_a_time(void **state)
{
	struct signal again;
	struct world w;

	(void)state;
	world_open(&w);
	rest(&w, ORDER_LIMIT, "90", 5);
	hour(&w, "100", "101", "99", "100");
	again = wish(&w, 0, 0, ACTION_BUY, "5", NULL, NULL);
	act(&w, again);
	assert_int_equal(w.decisions[1].status, DECISION_REFUSED);
	assert_string_equal(w.decisions[1].gate, "duplicate");
	world_close(&w);
}

static void test_two_signals_of_one_close(void **state)
{
	struct signal twice[2];
	struct error e = { 0 };
	struct world w;

	(void)state;
	world_open(&w);
	hour(&w, "100", "101", "99", "100");
	twice[0] = twice[1] = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	twice[1].stop_offset = D("3");
	assert_int_equal(engine_decide(&w.engine, w.now_ms, twice, 2, &e), ERR_DATA);
	assert_non_null(strstr(e.message, "two signals of strategy alpha for BTCUSDT"));
	assert_int_equal(w.decision_count, 0);
	twice[1] = twice[0];
	decide(&w, twice, 2); /* the same one twice is one */
	assert_int_equal(w.decision_count, 1);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit_rests_until_traded_through),
		cmocka_unit_test(test_limit_that_would_cross_is_a_taker),
		cmocka_unit_test(test_stop_entry),
		cmocka_unit_test(test_ends_unfilled),
		cmocka_unit_test(test_maker_follows_the_price_up),
		cmocka_unit_test(test_maker_that_would_take_is_refused),
		cmocka_unit_test(test_maker_ends),
		cmocka_unit_test(test_one_waits_at_a_time),
		cmocka_unit_test(test_two_signals_of_one_close),
	};

	return cmocka_run_group_tests_name("resting entries", tests, NULL, NULL);
}
