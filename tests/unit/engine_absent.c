/* A pair of which no candle comes any more: what waited for it, what is held of it, and what a short gap is not. */
#include "world.h"

static void both(struct world *w, const char *btc, const char *eth)
{
	bar(w, 0, btc, btc, btc, btc, "10");
	bar(w, 1, eth, eth, eth, eth, "10");
	settle(w);
}

/* An hour of ETH alone. */
static void eth_alone(struct world *w, const char *eth)
{
	bar(w, 1, eth, eth, eth, eth, "10");
	settle(w);
}

static const struct event *event_named(const struct world *w, const char *code)
{
	for (size_t i = 0; i < w->event_count; i++)
		if (strcmp(w->events[i].code, code) == 0)
			return &w->events[i];
	return NULL;
}

static void open_gap(struct world *w, int64_t bars)
{
	world_open(w);
	w->account.max_missing_bars = bars;
	w->account.maker_fee_bps = w->account.taker_fee_bps = 0;
	both(w, "100", "10");
}

static void hold_btc(struct world *w, int64_t bars)
{
	open_gap(w, bars);
	act(w, wish(w, 0, 0, ACTION_BUY, "5", "10", NULL));
	both(w, "100", "10");
	assert_dec(only_position(w)->qty, "1");
}

/* Nothing is known of the pair: it stays, at its last close, and one event tells it. */
static void test_held(void **state)
{
	struct world w;

	(void)state;
	hold_btc(&w, 3);
	eth_alone(&w, "10");
	eth_alone(&w, "10");
	assert_null(event_named(&w, "pair.absent"));
	eth_alone(&w, "10");
	assert_non_null(event_named(&w, "pair.absent"));
	assert_string_equal(event_named(&w, "pair.absent")->symbol, "BTCUSDT");
	assert_int_equal(event_named(&w, "pair.absent")->t_ms, w.now_ms);
	for (int i = 0; i < 9; i++)
		eth_alone(&w, "10");
	assert_int_equal(w.event_count, 1);
	assert_dec(only_position(&w)->qty, "1");
	assert_dec(w.equities[w.equity_count - 1].equity, "1000");
	/* It comes back: its stop lies where it lay. */
	bar(&w, 0, "90", "91", "89", "90", "10");
	settle(&w);
	assert_dec(last_trade(&w)->price, "90");
	assert_int_equal(last_trade(&w)->reason, REASON_STOP);
	world_close(&w);
}

/* The exchange trades it no more: closed at the last close, less slippage; an exit that waited is superseded. */
static void test_delisted(void **state)
{
	for (int waits = 0; waits < 2; waits++) {
		struct world w;

		(void)state;
		hold_btc(&w, 3);
		w.ledger.book.pairs[0].has_rules = true;
		snprintf(w.ledger.book.pairs[0].rules.status, sizeof w.ledger.book.pairs[0].rules.status, "BREAK");
		w.ledger.book.pairs[0].rules.step_size = waits ? 0 : D("3"); /* more than is held: its lots count no more */
		w.account.slippage_bps = D("10");
		w.account.price_impact = D("1");
		w.account.max_volume_share = D("0.01");
		if (waits)
			act(&w, wish(&w, 0, 0, ACTION_SELL, NULL, NULL, NULL));
		eth_alone(&w, "10");
		eth_alone(&w, "10");
		assert_int_equal(w.trade_count, 1);
		eth_alone(&w, "10");
		assert_int_equal(w.trade_count, 2);
		assert_int_equal(last_trade(&w)->reason, REASON_DELISTED);
		assert_dec(last_trade(&w)->qty, "1");
		assert_dec(last_trade(&w)->price, "99.899999"); /* 10 bp, and the last digit's worth of impact */
		assert_int_equal(last_trade(&w)->t_ms, w.now_ms);
		assert_int_equal(w.ledger.book.position_count + w.ledger.book.order_count + w.ledger.book.plan_count, 0);
		assert_int_equal(w.event_count, 1);
		assert_true(w.equities[w.equity_count - 1].equity == w.ledger.book.state.cash);
		world_close(&w);
	}
}

/* The same at the exchange: nobody sells there, so that a person must know. */
static void test_delisted_live(void **state)
{
	for (int trades = 0; trades < 2; trades++) {
		const struct event *event;
		struct world w;

		(void)state;
		hold_btc(&w, 3);
		w.ledger.book.pairs[0].has_rules = true;
		snprintf(w.ledger.book.pairs[0].rules.status, sizeof w.ledger.book.pairs[0].rules.status, trades ? "TRADING" : "BREAK");
		w.engine.live = true;
		for (int i = 0; i < 9; i++)
			eth_alone(&w, "10");
		assert_dec(only_position(&w)->qty, "1");
		assert_int_equal(w.trade_count, 1);
		assert_int_equal(w.event_count, 1);
		event = event_named(&w, "pair.absent");
		assert_int_equal(event->level, EVENT_ALARM);
		assert_non_null(strstr(event->message, trades ? "see whether the exchange still trades it"
			: "convert or withdraw there what is held, then ct-exec adopt --as manual"));
		world_close(&w);
	}
}

/* Money that was kept aside for an order that nobody can fill is free again. */
static void test_entry(void **state)
{
	bool bad = false;
	struct signal s;
	struct world w;

	(void)state;
	open_gap(&w, 3);
	s = wish(&w, 0, 0, ACTION_BUY, NULL, NULL, NULL);
	s.entry = ORDER_LIMIT;
	s.entry_price = D("90");
	s.entry_bars = 50;
	act(&w, s);
	eth_alone(&w, "10");
	eth_alone(&w, "10");
	assert_dec(book_reserved(&w.ledger.book, &bad), "100");
	eth_alone(&w, "10");
	assert_dec(book_reserved(&w.ledger.book, &bad), "0");
	assert_int_equal(w.decisions[0].status, DECISION_EXPIRED);
	assert_int_equal(w.orders[0].status, ORDER_CANCELED);
	assert_non_null(event_named(&w, "pair.absent"));
	both(&w, "80", "10");
	assert_int_equal(w.trade_count, 0);
	world_close(&w);
}

/* A gap that is shorter than the limit is none of this; each one begins anew. And without a limit nothing ever is. */
static void test_gaps(void **state)
{
	struct world w;

	(void)state;
	hold_btc(&w, 3);
	for (int i = 0; i < 5; i++) {
		eth_alone(&w, "10");
		eth_alone(&w, "10");
		both(&w, "100", "10");
	}
	assert_int_equal(w.event_count, 0);
	assert_dec(only_position(&w)->qty, "1");
	world_close(&w);
	hold_btc(&w, INT_NONE);
	for (int i = 0; i < 40; i++)
		eth_alone(&w, "10");
	assert_int_equal(w.event_count, 0);
	world_close(&w);
}

/* Nobody holds it and nobody waits for it: nobody needs to know. */
static void test_nobodys(void **state)
{
	struct world w;

	(void)state;
	open_gap(&w, 3);
	for (int i = 0; i < 9; i++)
		eth_alone(&w, "10");
	assert_int_equal(w.event_count, 0);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held), cmocka_unit_test(test_delisted), cmocka_unit_test(test_delisted_live), cmocka_unit_test(test_entry), cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_nobodys),
	};

	return cmocka_run_group_tests_name("engine_absent", tests, NULL, NULL);
}
