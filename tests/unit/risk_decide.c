/* Sizing, prices, what a signal asks for, the order of doing things, fees. */
#include "risk_scene.h"

static void test_sizing(void **state)
{
	struct scene s;
	struct decision d;

	(void)state;
	scene_init(&s);
	s.config.sizing = SIZE_EQUITY_PCT;
	s.config.size = D("12.5");
	d = decide(&s);
	assert_true(d.quote_qty == D("125") && d.qty == DEC_NONE && d.reserved == D("125"));
	/* 1 % of 1000 at risk, 10 a coin: 1 coin, reserved at the collar (101) with its fee. */
	s.config.sizing = SIZE_RISK_PCT;
	s.config.size = D("1");
	d = decide(&s);
	assert_true(d.qty == D("1") && d.quote_qty == DEC_NONE);
	assert_true(d.reserved == D("101.101"));
	s.signal.stop_offset = D("7");
	assert_true(decide(&s).qty == D("1.428")); /* 1.42857… down to the step */
	s.book.pairs[s.pair].rules.market_step_size = D("0.1");
	assert_true(decide(&s).qty == D("1.4")); /* the coarser of the two steps */
	s.config.collar_bps = DEC_NONE;
	assert_true(decide(&s).reserved == D("140.14"));
	/* An absurd stop asks for more coins than there are numbers. */
	s.book.state.equity = DEC_MAX / 2;
	s.signal.stop_offset = 1;
	d = decide(&s);
	assert_int_equal(d.status, DECISION_REFUSED);
	assert_string_equal(d.gate, "size");
	book_release(&s.book);
}

static void test_collar(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.config.collar_bps = D("33");
	s.signal.price = D("99.99");
	s.book.pairs[s.pair].rules.tick_size = D("0.05");
	assert_true(decide(&s).worst_price == D("100.3")); /* 100.319967 down to the tick */
	book_release(&s.book);
}

static void test_wants(void **state)
{
	struct scene s;
	enum decision_class c;

	(void)state;
	scene_init(&s);
	assert_true(risk_wants(&s.book, &s.signal, s.pair, &c));
	assert_int_equal(c, CLASS_OPEN);
	s.signal.exposure = 0; /* a buy that wants nothing */
	assert_false(risk_wants(&s.book, &s.signal, s.pair, &c));
	s.signal.exposure = 1;
	s.signal.action = ACTION_HOLD; /* an old wish opens nothing */
	assert_false(risk_wants(&s.book, &s.signal, s.pair, &c));
	s.signal.action = ACTION_SELL;
	s.signal.exposure = 0; /* nothing to sell */
	assert_false(risk_wants(&s.book, &s.signal, s.pair, &c));
	add_position(&s, "second", s.pair, "1", "1"); /* another strategy's is not ours */
	assert_false(risk_wants(&s.book, &s.signal, s.pair, &c));
	add_position(&s, "first", s.pair, "1", "1");
	assert_true(risk_wants(&s.book, &s.signal, s.pair, &c));
	assert_int_equal(c, CLASS_REDUCE);
	book_release(&s.book);
}

static void test_order(void **state)
{
	struct scene s;
	struct signal a, b;

	(void)state;
	scene_init(&s);
	a = b = s.signal;
	assert_int_equal(risk_compare(&s.account, CLASS_REDUCE, &a, CLASS_OPEN, &b), -1);
	snprintf(a.strategy, sizeof a.strategy, "second");
	assert_true(risk_compare(&s.account, CLASS_OPEN, &a, CLASS_OPEN, &b) > 0);
	assert_true(risk_compare(&s.account, CLASS_REDUCE, &a, CLASS_OPEN, &b) < 0);
	a = b;
	snprintf(a.symbol, sizeof a.symbol, "AAVEUSDT");
	assert_true(risk_compare(&s.account, CLASS_OPEN, &a, CLASS_OPEN, &b) < 0);
	book_release(&s.book);
}

/* The account's fees: BNB's price is that of the pair BNB + quote, of no other. */
static void test_fee(void **state)
{
	struct scene s;
	struct fee_rule f;
	size_t pair;

	(void)state;
	scene_init(&s);
	s.account.maker_fee_bps = D("2");
	f = risk_fee(&s.account, &s.book, true);
	assert_true(f.bps == D("2") && f.mode == FEE_RECEIVED);
	s.account.fee_mode = FEE_BNB;
	assert_int_equal(book_pair(&s.book, MARKET_SPOT, "BNBFDUSD", &pair, NULL), OK);
	s.book.pairs[pair].mark = D("1");
	assert_true(risk_fee(&s.account, &s.book, false).bnb_mark == DEC_NONE);
	assert_int_equal(book_pair(&s.book, MARKET_SPOT, "BNBUSDT", &pair, NULL), OK);
	s.book.pairs[pair].mark = D("600");
	f = risk_fee(&s.account, &s.book, false);
	assert_true(f.bps == D("10") && f.bnb_mark == D("600"));
	book_release(&s.book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizing), cmocka_unit_test(test_collar), cmocka_unit_test(test_wants),
		cmocka_unit_test(test_order), cmocka_unit_test(test_fee),
	};
	int failed;

	scratch = digest_new();
	failed = cmocka_run_group_tests_name("risk decide", tests, NULL, NULL);
	digest_free(scratch);
	return failed;
}
