/* Gates. Every gate of the table has a case that passes and one that refuses, naming limit and value. */
#include "risk_scene.h"

static void halted(struct scene *s)
{
	s->book.state.halted = 1;
	snprintf(s->book.state.halt_why, sizeof s->book.state.halt_why, "holiday");
}
static void latched(struct scene *s) { snprintf(s->book.state.breaker, sizeof s->book.state.breaker, "drawdown"); }
static void never_booked(struct scene *s) { s->book.pairs[s->pair].settled_ms = TIME_NONE; }
static void bar_behind(struct scene *s) { s->book.pairs[s->pair].settled_ms = CLOSE - BAR; }
static void bar_ahead(struct scene *s) { s->book.pairs[s->pair].settled_ms = CLOSE + BAR; }
static void no_mark(struct scene *s) { s->book.pairs[s->pair].mark = DEC_NONE; }
static void too_old(struct scene *s) { s->step.now_ms = CLOSE + 3601 * MS_SECOND; }
static void from_the_future(struct scene *s) { s->step.now_ms = CLOSE - 500; }
static void in_flight(struct scene *s) { add_plan(s, "first", s->pair, CLASS_OPEN, "1"); }
static void held_already(struct scene *s) { add_position(s, "first", s->pair, "0.5", "50"); }
static void many_open(struct scene *s)
{
	add_position(s, "second", s->other, "1", "10");
	add_position(s, "third", s->other, "1", "10");
	add_plan(s, "fourth", s->other, CLASS_OPEN, "1");
}
static void unknown_rules(struct scene *s) { s->book.pairs[s->pair].has_rules = false; }
static void suspended(struct scene *s) { snprintf(s->book.pairs[s->pair].rules.status, 24, "BREAK"); }
static void nothing_left(struct scene *s)
{
	s->config.sizing = SIZE_EQUITY_PCT;
	s->book.state.equity = D("-1");
}
static void no_stop(struct scene *s)
{
	s->config.sizing = SIZE_RISK_PCT;
	s->signal.stop_offset = DEC_NONE;
}
static void pair_full(struct scene *s)
{
	add_position(s, "second", s->pair, "0.3", "30");
	add_plan(s, "third", s->pair, CLASS_OPEN, "20.00000001");
}
static void all_full(struct scene *s)
{
	add_position(s, "second", s->other, "30", "300");
	add_plan(s, "second", s->other, CLASS_OPEN, "100.5");
}
static void poor(struct scene *s)
{
	s->book.state.cash = D("150");
	add_plan(s, "second", s->other, CLASS_OPEN, "60");
}
static void small_lot(struct scene *s) { s->book.pairs[s->pair].rules.min_qty = D("2"); }
static void large_lot(struct scene *s) { s->book.pairs[s->pair].rules.max_qty = D("0.5"); }
static void small_market_lot(struct scene *s) { s->book.pairs[s->pair].rules.market_min_qty = D("2"); }
static void large_market_lot(struct scene *s) { s->book.pairs[s->pair].rules.market_max_qty = D("0.9"); }
static void small_notional(struct scene *s) { s->book.pairs[s->pair].rules.min_notional = D("100.01"); }
static void not_synced(struct scene *s) { s->book.unsynced = true; }
static void not_explained(struct scene *s) { strcpy(s->book.pairs[s->pair].blocked, "balance"); }
static void large_notional(struct scene *s) { s->book.pairs[s->pair].rules.max_notional = D("98"); }
static void small_stop(struct scene *s) { s->book.pairs[s->pair].rules.min_notional = D("89.95"); }
static void stop_below_zero(struct scene *s) { s->signal.stop_offset = D("100"); }
static void one_step(struct scene *s)
{
	s->config.size = D("101");
	s->book.pairs[s->pair].rules.step_size = D("1");
	s->book.pairs[s->pair].rules.min_qty = 0;
}
static void all_full_together(struct scene *s) { s->config.max_total_quote = D("5000"); s->book.elsewhere = D("4900.00000001"); }
static void unknown_elsewhere(struct scene *s) { s->config.max_total_quote = D("5000"); s->book.elsewhere = DEC_NONE; }
static void lost_today(struct scene *s) { s->book.state.day_equity = D("1052.63157895"); }
static void fallen(struct scene *s) { s->book.state.peak = D("1111.11111112"); }
static void less_than_a_step(struct scene *s)
{
	s->step.live = true;
	add_position(s, "first", s->pair, "0.0009", "0.09");
	s->signal.exposure = 0;
	s->signal.action = ACTION_SELL;
}

/* 100 quote units at 100, fee in the coin: quantity 1, left 0.999, at its stop 89.91. */
static const struct refusing {
	const char *gate;
	void (*spoil)(struct scene *s);
	const char *limit, *value, *why;
} refusing[] = {
	{ "halt", halted, "not halted", "halted", "halted: holiday" },
	{ "breaker", latched, "none latched", "drawdown", "the drawdown breaker is latched; ct-risk resume --why REASON releases it" },
	{ "explained", not_synced, "synced", "not synced", "the exchange has not been asked since the last close: ct-exec sync" },
	{ "explained", not_explained, "all explained", "balance", "something about BTCUSDT is unexplained: see ct-exec status, then adopt or ignore" },
	{ "data", never_booked, "2024-05-01 16:00", "none", "no candle of BTCUSDT is booked yet" },
	{ "data", no_mark, "2024-05-01 16:00", "none", "no candle of BTCUSDT is booked yet" },
	{ "data", bar_behind, "2024-05-01 16:00", "2024-05-01 12:00", "the book stands at another bar than the signal" },
	{ "data", bar_ahead, "2024-05-01 16:00", "2024-05-01 20:00", "the book stands at another bar than the signal" },
	{ "stale", too_old, "3600 s", "3601 s", "the signal is too old" },
	{ "stale", from_the_future, "3600 s", "0 s", "the signal is from the future" },
	{ "duplicate", in_flight, "1", "2", "decision plan0 is still in flight for this pair" },
	{ "already_open", held_already, "0", "0.50000000", "the strategy holds this pair already" },
	{ "max_positions", many_open, "3", "4", "too many positions would be open" },
	{ "status", unknown_rules, "TRADING", "unknown", "the exchange's rules for BTCUSDT are not stored; run ct-fetch symbols" },
	{ "status", suspended, "TRADING", "BREAK", "BTCUSDT does not trade now" },
	{ "size", nothing_left, "> 0", "0", "nothing to trade: the size comes to 0" },
	{ "size", no_stop, "a stop", "none", "sizing by risk needs a strategy with a stop" },
	{ "held", less_than_a_step, "0.00090000", "0.00000000", "more than the position holds, or less than one step" },
	{ "max_pair", pair_full, "150.00000000", "150.00000001", "too much would be in this pair" },
	{ "max_exposure", all_full, "500.00000000", "500.50000000", "too much would be in positions" },
	{ "max_total", all_full_together, "5000.00000000", "5000.00000001", "too much would be in positions of all accounts together" },
	{ "max_total", unknown_elsewhere, "5000.00000000", "unknown", "what other accounts hold cannot be added up in this currency" },
	{ "balance", poor, "90.00000000", "100.00000000", "not enough free cash, approvals in flight counted" },
	{ "filters", small_lot, "2.00000000", "0.99000000", "below the smallest quantity (LOT_SIZE)" },
	{ "filters", large_lot, "0.50000000", "0.99000000", "above the largest quantity (LOT_SIZE)" },
	{ "filters", small_market_lot, "2.00000000", "0.99000000", "below the smallest quantity (MARKET_LOT_SIZE)" },
	{ "filters", large_market_lot, "0.90000000", "0.99000000", "above the largest quantity (MARKET_LOT_SIZE)" },
	{ "filters", small_notional, "100.01000000", "99.00000000", NULL },
	{ "filters", large_notional, "98.00000000", "99.00000000", NULL },
	{ "filters", small_stop, "89.95000000", "89.01000000", "its stop, after fees, would be below the exchange's smallest amount (NOTIONAL)" },
	{ "filters", stop_below_zero, "> 0", "<= 0", "the stop would lie at or below zero" },
	{ "filters", one_step, "> 0", "0", "after its fee nothing could be sold" },
	{ "daily_loss", lost_today, "5.00000000", "5.00000000", "loss since 00:00 UTC, in percent" },
	{ "drawdown", fallen, "10.00000000", "10.00000000", "fall from the highest equity, in percent" },
};

static void test_passing(void **state)
{
	struct scene s;
	struct decision d;

	(void)state;
	scene_init(&s);
	d = decide(&s);
	if (d.status != DECISION_APPROVED)
		print_error("gate %s: limit %s, value %s\n", d.gate, d.gate_limit, d.gate_value);
	assert_int_equal(d.status, DECISION_APPROVED);
	assert_string_equal(d.gate, "");
	assert_true(d.quote_qty == D("100") && d.qty == DEC_NONE && d.reserved == D("100"));
	assert_true(d.worst_price == D("101") && d.price == D("100") && d.stop_offset == D("10"));
	assert_int_equal(d.signal_t_ms, CLOSE);
	assert_int_equal(d.t_ms, CLOSE + 5000);
	assert_int_equal(d.expires_ms, CLOSE + 3601 * MS_SECOND); /* as long as the signal may be used */
	assert_int_equal(s.book.plan_count, 0); /* deciding does not change the book */
	s.config.max_signal_age_s = INT64_MAX;
	assert_int_equal(decide(&s).expires_ms, CLOSE + BAR);
	book_release(&s.book);
}

static void test_refusing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusing / sizeof *refusing; i++) {
		const struct refusing *r = &refusing[i];
		struct scene s;
		struct decision d;

		scene_init(&s);
		r->spoil(&s);
		d = decide(&s);
		if (d.status != DECISION_REFUSED || strcmp(d.gate, r->gate) != 0 || strcmp(d.gate_limit, r->limit) != 0
			|| strcmp(d.gate_value, r->value) != 0 || (r->why && strcmp(d.why, r->why) != 0))
			fail_msg("case %zu (%s): gate '%s', limit '%s', value '%s', why '%s'", i, r->gate, d.gate, d.gate_limit, d.gate_value, d.why);
		assert_true(d.reserved == 0);
		book_release(&s.book);
	}
}

/* A status that was read after the close says nothing of it: the pair's bar does. */
static void test_status_read_later(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	suspended(&s);
	s.book.pairs[s.pair].ahead = true;
	assert_int_equal(decide(&s).status, DECISION_APPROVED);
	book_release(&s.book);
}

/* A gate that is added to the table wants a case here. */
static void test_every_gate(void **state)
{
	(void)state;
	for (const struct gate *g = gates; g->name; g++) {
		bool found = false;

		for (size_t i = 0; i < sizeof refusing / sizeof *refusing; i++)
			found |= strcmp(refusing[i].gate, g->name) == 0;
		if (!found)
			fail_msg("gate %s has no refusing case", g->name);
		assert_true(g->entries || g->reduces);
		assert_non_null(g->doc);
	}
}

/* One unit less and each limit holds: the refusals above are at the limit, not somewhere beyond it. */
static void test_limits_exact(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add_position(&s, "second", s.pair, "0.3", "30");
	add_plan(&s, "third", s.pair, CLASS_OPEN, "20");
	assert_int_equal(decide(&s).status, DECISION_APPROVED); /* 150 of 150 in the pair */
	book_release(&s.book);
	scene_init(&s);
	s.step.now_ms = CLOSE + 3600 * MS_SECOND + 999;
	assert_int_equal(decide(&s).status, DECISION_APPROVED);
	assert_true(decide(&s).expires_ms > s.step.now_ms);
	s.book.state.cash = D("100");
	s.book.state.day_equity = D("1052");
	s.book.state.peak = D("1111");
	add_position(&s, "second", s.other, "1", "10");
	add_position(&s, "third", s.other, "1", "10");
	s.config.max_total_quote = D("5000");
	s.book.elsewhere = D("4880");
	assert_int_equal(decide(&s).status, DECISION_APPROVED);
	book_release(&s.book);
}

/* No limit, no refusal: what is null in a risk file is not asked. */
static void test_no_limits(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.config.max_pair_quote = s.config.max_exposure_pct = s.config.daily_loss_pct = s.config.drawdown_pct = s.config.collar_bps = DEC_NONE;
	s.config.max_positions = INT_NONE;
	s.config.exchange_filters = false;
	for (int i = 0; i < 10; i++)
		add_position(&s, "second", s.other, "1", "1000");
	s.book.state.peak = s.book.state.day_equity = D("100000");
	s.book.pairs[s.pair].has_rules = false;
	assert_int_equal(decide(&s).status, DECISION_APPROVED);
	assert_true(decide(&s).worst_price == DEC_NONE);
	book_release(&s.book);
}

/* What reduces risk is stopped by no halt, breaker, age or missing rule. */
static void test_reduce(void **state)
{
	struct scene s;
	struct decision d;
	enum decision_class c;

	(void)state;
	scene_init(&s);
	add_position(&s, "first", s.pair, "0.99999", "100");
	s.signal.action = ACTION_HOLD; /* the state counts, not the event */
	s.signal.exposure = 0;
	halted(&s);
	latched(&s);
	bar_behind(&s);
	too_old(&s);
	suspended(&s);
	lost_today(&s);
	fallen(&s);
	d = decide(&s);
	assert_int_equal(d.status, DECISION_APPROVED);
	assert_int_equal(d.class, CLASS_REDUCE);
	assert_int_equal(d.side, SIDE_SELL);
	assert_true(d.qty == D("0.999") && d.reserved == 0 && d.worst_price == DEC_NONE);
	assert_int_equal(d.reason, REASON_EXIT);
	/* While it is under way the same signal means the same decision, and another asks for nothing. */
	assert_int_equal(book_add_plan(&s.book, &d, s.pair, NULL), OK);
	assert_true(risk_wants(&s.book, &s.signal, s.pair, &c));
	s.signal.t_ms += BAR;
	assert_false(risk_wants(&s.book, &s.signal, s.pair, &c));
	book_release(&s.book);
}

/* Breakers are watched alone: nothing else can latch. */
static void test_watch(void **state)
{
	struct refusal r = { 0 };
	struct scene s;

	(void)state;
	scene_init(&s);
	halted(&s);
	assert_null(risk_watch(&s.step, &s.book, &r));
	fallen(&s);
	assert_string_equal(risk_watch(&s.step, &s.book, &r)->name, "drawdown");
	assert_string_equal(r.limit, "10.00000000");
	lost_today(&s);
	assert_string_equal(risk_watch(&s.step, &s.book, &r)->name, "daily_loss");
	book_release(&s.book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passing), cmocka_unit_test(test_refusing), cmocka_unit_test(test_status_read_later), cmocka_unit_test(test_every_gate), cmocka_unit_test(test_limits_exact),
		cmocka_unit_test(test_no_limits), cmocka_unit_test(test_reduce), cmocka_unit_test(test_watch),
	};
	int failed;

	scratch = digest_new();
	failed = cmocka_run_group_tests_name("risk", tests, NULL, NULL);
	digest_free(scratch);
	return failed;
}
