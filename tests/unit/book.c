/* The book's money: every amount is worked out by hand beside the test, or is an exact property of it. */
#include "check.h"

#include "book/book.h"
#include "core/utc.h"

#define D(text) amount(text)

static dec amount(const char *text)
{
	dec v;

	assert_true(dec_parse(text, strlen(text), &v));
	return v;
}

#define assert_dec(got, want) assert_dec_(got, D(want), #got, __FILE__, __LINE__)

static void assert_dec_(dec got, dec want, const char *what, const char *file, int line)
{
	char a[DEC_TEXT], b[DEC_TEXT];

	if (got == want)
		return;
	dec_format(got, a);
	dec_format(want, b);
	print_error("%s is %s, not %s\n", what, got == DEC_NONE ? "none" : a, b);
	_fail(file, line);
}

struct held {
	struct book b;
	struct book_position *p;
	struct trade t;
};

static void hold(struct held *h, const char *symbol, const char *cash)
{
	struct position fresh = { .strategy = "s", .avg_price = DEC_NONE, .mark = DEC_NONE, .unrealized_pnl = DEC_NONE };
	size_t pair;

	book_init(&h->b, "main", "USDT");
	h->b.state.cash = D(cash);
	assert_int_equal(book_pair(&h->b, MARKET_SPOT, symbol, &pair, NULL), OK);
	snprintf(fresh.symbol, sizeof fresh.symbol, "%s", symbol);
	assert_int_equal(book_add_position(&h->b, &fresh, pair, &h->p, NULL), OK);
}

static void buy(struct held *h, struct fee_rule fee, const char *qty, const char *price)
{
	h->t = (struct trade){ .side = SIDE_BUY, .qty = D(qty), .price = D(price) };
	assert_int_equal(book_buy(&h->b, h->p, &fee, &h->t, NULL), OK);
}

static void sell(struct held *h, struct fee_rule fee, const char *qty, const char *price)
{
	h->t = (struct trade){ .side = SIDE_SELL, .qty = D(qty), .price = D(price) };
	assert_int_equal(book_sell_out(&h->b, h->p, &fee, &h->t, NULL), OK);
}

/* 0.5 at 100, 10 bp of the coin: 0.0005 is taken. Then 0.499 at 110: the rest is dust. */
static void test_fee_received(void **state)
{
	struct held h;
	struct fee_rule fee = { .mode = FEE_RECEIVED, .bps = 10 * (dec)DEC_ONE, .bnb_mark = DEC_NONE };

	(void)state;
	hold(&h, "BTCUSDT", "1000");
	buy(&h, fee, "0.5", "100");
	assert_dec(h.t.quote_qty, "50");
	assert_dec(h.t.fee, "0.0005");
	assert_dec(h.t.fee_quote, "0.05");
	assert_string_equal(h.t.fee_asset, "BTC");
	assert_true(h.t.realized_pnl == DEC_NONE);
	assert_dec(h.p->p.qty, "0.4995");
	assert_dec(h.p->p.cost, "50");
	assert_dec(h.p->p.avg_price, "100.10010011"); /* 50 / 0.4995, up */
	assert_dec(h.b.state.cash, "950");
	assert_dec(h.b.state.fees, "0.05");

	sell(&h, fee, "0.499", "110");
	assert_dec(h.t.quote_qty, "54.89");
	assert_dec(h.t.fee, "0.05489");
	assert_string_equal(h.t.fee_asset, "USDT");
	assert_dec(h.t.realized_pnl, "4.83511"); /* 54.89 − 0.05489 − 50: the dust costs, too */
	assert_dec(h.b.state.cash, "1004.83511");
	assert_dec(h.b.pairs[0].dust, "0.0005");
	assert_true(h.b.pairs[0].dirty);
	assert_dec(h.b.state.fees, "0.10489");
	assert_dec(h.b.state.realized_pnl, "4.83511");
	assert_dec(h.p->p.qty, "0");
	assert_dec(h.p->p.cost, "0");
	book_release(&h.b);
}

static void test_fee_quote(void **state)
{
	struct held h;
	struct fee_rule fee = { .mode = FEE_QUOTE, .bps = D("7.5"), .bnb_mark = DEC_NONE };

	(void)state;
	hold(&h, "ETHUSDT", "1000");
	buy(&h, fee, "3", "33.33333333");
	assert_dec(h.t.quote_qty, "99.99999999");
	assert_dec(h.t.fee, "0.075"); /* 0.0749999999925, up */
	assert_string_equal(h.t.fee_asset, "USDT");
	assert_dec(h.p->p.qty, "3");
	assert_dec(h.p->p.cost, "100.07499999");
	assert_dec(h.b.state.cash, "899.92500001");
	sell(&h, fee, "3", "40");
	assert_dec(h.t.fee_quote, "0.09");
	assert_dec(h.t.realized_pnl, "19.83500001");
	assert_dec(h.b.state.cash, "1019.83500001");
	assert_dec(h.b.pairs[0].dust, "0");
	book_release(&h.b);
}

static void test_fee_bnb(void **state)
{
	struct held h;
	struct fee_rule fee = { .mode = FEE_BNB, .bps = D("10"), .bnb_mark = D("600") };
	struct fee_rule unknown = { .mode = FEE_BNB, .bps = D("10"), .bnb_mark = DEC_NONE };

	(void)state;
	hold(&h, "BTCUSDT", "1000");
	buy(&h, fee, "2", "100");
	assert_dec(h.t.fee, "0.00033334"); /* 0.2 / 600, up */
	assert_dec(h.t.fee_quote, "0.2");
	assert_string_equal(h.t.fee_asset, "BNB");
	assert_dec(h.p->p.qty, "2");
	assert_dec(h.b.state.cash, "799.8");
	sell(&h, fee, "2", "100");
	assert_string_equal(h.t.fee_asset, "BNB");
	assert_dec(h.b.state.cash, "999.6");
	assert_dec(h.t.realized_pnl, "-0.4");
	/* Without a price of BNB the fee comes off what the fill brings. */
	buy(&h, unknown, "2", "100");
	assert_string_equal(h.t.fee_asset, "BTC");
	assert_dec(h.p->p.qty, "1.998");
	book_release(&h.b);
	/* BNB bought with fees in BNB: paid from cash, not from the coins that came. */
	hold(&h, "BNBUSDT", "1000");
	buy(&h, fee, "1", "600");
	assert_dec(h.p->p.qty, "1");
	assert_dec(h.b.state.cash, "399.4");
	book_release(&h.b);
}

/* The base coin's name comes from the exchange where it is known. */
static void test_base_asset(void **state)
{
	struct held h;
	struct fee_rule fee = { .mode = FEE_RECEIVED, .bps = 10 * (dec)DEC_ONE, .bnb_mark = DEC_NONE };

	(void)state;
	hold(&h, "ODDNAME", "1000");
	h.b.pairs[0].has_rules = true;
	snprintf(h.b.pairs[0].rules.base_asset, sizeof h.b.pairs[0].rules.base_asset, "ODD");
	buy(&h, fee, "1", "10");
	assert_string_equal(h.t.fee_asset, "ODD");
	book_release(&h.b);
}

static dec spent(dec qty, dec price, const struct fee_rule *fee, bool *bad)
{
	dec cost = dec_mul(qty, price, ROUND_UP, bad);

	return fee->mode == FEE_RECEIVED ? cost : dec_add(cost, dec_bps(cost, fee->bps, ROUND_UP, bad), bad);
}

/* Never more than the budget, and one step more would be: at every price, fee and step. */
static void test_qty_for_quote(void **state)
{
	static const char *const prices[] = { "0.00000001", "0.00000997", "0.12345678", "1", "27.3", "64321.99", "98765432.1" };
	static const char *const steps[] = { "0", "0.00000001", "0.00001", "0.1", "1", "1000" };
	uint64_t seed = 7;
	bool bad = false;
	int bought = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct fee_rule fee = { .mode = (enum fee_mode)(check_random(&seed) % 2), .bps = (dec)(check_random(&seed) % 1001) * (DEC_ONE / 10), .bnb_mark = DEC_NONE };
		dec price = D(prices[check_random(&seed) % 7]) + (dec)(check_random(&seed) % 100), step = D(steps[check_random(&seed) % 6]);
		dec budget = (dec)(check_random(&seed) % 5000000000000) + 1, qty = book_qty_for_quote(budget, price, &fee, step, &bad);

		assert_false(bad);
		assert_true(qty >= 0 && dec_to_step(qty, step, ROUND_DOWN) == qty);
		assert_true(spent(qty, price, &fee, &bad) <= budget);
		assert_true(spent(qty + dec_max(step, 1), price, &fee, &bad) > budget);
		bought += qty > 0;
	}
	assert_in_range(bought, 100000, 200000);
	assert_false(bad);
}

static void test_qty_for_quote_edges(void **state)
{
	struct fee_rule fee = { .mode = FEE_QUOTE, .bps = 10 * (dec)DEC_ONE, .bnb_mark = DEC_NONE };
	bool bad = false;

	(void)state;
	assert_dec(book_qty_for_quote(D("100.1"), D("100"), &fee, D("0.001"), &bad), "1");
	assert_dec(book_qty_for_quote(D("100.09999999"), D("100"), &fee, D("0.001"), &bad), "0.999");
	assert_dec(book_qty_for_quote(D("0"), D("100"), &fee, D("1"), &bad), "0");
	assert_dec(book_qty_for_quote(D("-5"), D("100"), &fee, D("1"), &bad), "0");
	/* A millionth of a cent a coin, no step: at once, not coin by coin. */
	assert_dec(book_qty_for_quote(D("1000000"), D("0.00000001"), &fee, 0, &bad), "99900099900099");
	assert_false(bad);
	book_qty_for_quote(D("100"), 0, &fee, 0, &bad);
	assert_true(bad);
	bad = false;
	assert_dec(book_qty_for_quote(DEC_MAX, 1, &fee, 0, &bad), "0");
	assert_true(bad);
}

/* What does not fit is an error, and leaves the book as it was. */
static void test_overflow(void **state)
{
	struct fee_rule fee = { .mode = FEE_QUOTE, .bps = 10 * (dec)DEC_ONE, .bnb_mark = DEC_NONE };
	struct equity q;
	struct error e;
	struct held h;

	(void)state;
	hold(&h, "BTCUSDT", "1000");
	h.t = (struct trade){ .side = SIDE_BUY, .qty = DEC_MAX / 2, .price = D("100"), .symbol = "BTCUSDT" };
	assert_int_equal(book_buy(&h.b, h.p, &fee, &h.t, &e), ERR_DATA);
	assert_string_equal(e.field, "qty");
	assert_dec(h.b.state.cash, "1000");
	assert_dec(h.p->p.qty, "0");
	h.p->p.qty = h.t.qty;
	h.t.side = SIDE_SELL;
	assert_int_equal(book_sell_out(&h.b, h.p, &fee, &h.t, &e), ERR_DATA);
	assert_dec(h.b.state.cash, "1000");
	assert_true(h.p->p.qty == DEC_MAX / 2);
	h.b.pairs[0].mark = D("100");
	assert_int_equal(book_mark(&h.b, "r", 0, &q, &e), ERR_DATA);
	assert_int_equal(book_transfer(&h.b, DEC_MAX, &e), ERR_DATA);
	assert_dec(h.b.state.cash, "1000");
	book_release(&h.b);
}

static struct decision plan(const char *stop, const char *target, const char *trail)
{
	return (struct decision){ .stop_offset = stop ? D(stop) : DEC_NONE, .target_offset = target ? D(target) : DEC_NONE,
		.trail_offset = trail ? D(trail) : DEC_NONE, .max_hold_bars = 7 };
}

/* Stops go down and targets up to the tick: never nearer than asked for. */
static void test_exits(void **state)
{
	struct position p = { 0 };
	struct decision d = plan("4.99", "9.99", NULL);

	(void)state;
	book_set_exits(&p, &d, D("100"), D("0.1"));
	assert_dec(p.stop_price, "95");
	assert_dec(p.target_price, "110");
	assert_true(p.trail_offset == DEC_NONE);
	assert_int_equal(p.max_hold_bars, 7);
	d = plan("10", NULL, "5");
	book_set_exits(&p, &d, D("100"), 0);
	assert_dec(p.stop_price, "95"); /* the nearer of the two */
	assert_true(p.target_price == DEC_NONE);
	assert_dec(p.trail_offset, "5");
	d = plan("100", NULL, NULL);
	book_set_exits(&p, &d, D("100"), 0);
	assert_true(p.stop_price == DEC_NONE);
	d = plan("99.99", NULL, NULL);
	book_set_exits(&p, &d, D("100"), D("1"));
	assert_true(p.stop_price == DEC_NONE); /* 0.01 is no tick */
}

static void test_mark_dust(void **state)
{
	struct equity q;
	struct held h;
	bool bad = false;

	(void)state;
	hold(&h, "BTCUSDT", "1000");
	h.p->p.qty = D("2");
	h.p->p.cost = D("200");
	h.b.pairs[0].mark = D("120.5");
	h.b.pairs[0].dust = D("0.001");
	assert_int_equal(book_mark(&h.b, "run", 42, &q, NULL), OK);
	assert_dec(q.positions_value, "241.1205");
	assert_dec(q.equity, "1241.1205");
	assert_dec(h.b.state.peak, "1241.1205");
	assert_int_equal(q.t_ms, 42);
	assert_int_equal(q.open_positions, 1);
	book_mark_position(&h.b, h.p, &bad);
	assert_dec(h.p->p.unrealized_pnl, "41");
	h.b.pairs[0].mark = D("60");
	assert_int_equal(book_mark(&h.b, "run", 43, &q, NULL), OK);
	assert_dec(q.equity, "1120.06");
	assert_dec(q.peak, "1241.1205"); /* the peak stays */
	book_release(&h.b);
}

/* Money that comes is no gain: peak and the day's start move with it. */
static void test_transfer(void **state)
{
	struct held h;

	(void)state;
	hold(&h, "BTCUSDT", "1000");
	h.b.state.equity = h.b.state.peak = h.b.state.day_equity = D("1000");
	assert_int_equal(book_transfer(&h.b, D("-250"), NULL), OK);
	assert_dec(h.b.state.cash, "750");
	assert_dec(h.b.state.peak, "750");
	assert_dec(h.b.state.day_equity, "750");
	assert_dec(h.b.state.deposited, "-250");
	book_release(&h.b);
}

/* Rows go and come; the others stay what and where they were. */
static void test_rows(void **state)
{
	struct book b;
	struct decision d = { .strategy = "s", .class = CLASS_OPEN };
	struct book_plan *p;
	size_t pair = 9;
	bool bad = false;

	(void)state;
	book_init(&b, "main", "USDT");
	for (int i = 0; i < 100; i++) {
		char symbol[SYMBOL_SIZE];

		snprintf(symbol, sizeof symbol, "P%dUSDT", i);
		assert_int_equal(book_pair(&b, MARKET_SPOT, symbol, &pair, NULL), OK);
		assert_int_equal(pair, i);
		snprintf(d.id, sizeof d.id, "d%d", i);
		d.reserved = i;
		assert_int_equal(book_add_plan(&b, &d, pair, NULL), OK);
	}
	assert_int_equal(book_pair(&b, MARKET_SPOT, "P7USDT", &pair, NULL), OK);
	assert_int_equal(pair, 7);
	assert_int_equal(book_pair(&b, MARKET_UM, "P7USDT", &pair, NULL), OK);
	assert_int_equal(pair, 100);
	assert_true(book_reserved(&b, &bad) == 4950);
	book_drop_plan(&b, book_plan_of(&b, "d50"));
	assert_null(book_plan_of(&b, "d50"));
	assert_true(book_reserved(&b, &bad) == 4900);
	p = book_plan_for(&b, "s", 51, CLASS_OPEN);
	assert_non_null(p);
	assert_string_equal(p->d.id, "d51");
	assert_ptr_equal(p, &b.plans[50]);
	assert_null(book_plan_for(&b, "s", 51, CLASS_REDUCE));
	assert_null(book_plan_for(&b, "other", 51, CLASS_OPEN));
	book_clear(&b);
	assert_int_equal(b.plan_count + b.pair_count, 0);
	assert_string_equal(b.state.account, "main");
	assert_true(b.state.settled_ms == TIME_NONE);
	book_release(&b);
}

static struct symbol reading(const char *symbol, const char *tick, int64_t t_ms)
{
	struct symbol s = { .market = MARKET_SPOT, .tick_size = D(tick), .step_size = D("0.1"), .market_step_size = D("0.5"), .t_ms = t_ms };

	snprintf(s.symbol, sizeof s.symbol, "%s", symbol);
	return s;
}

/* A reading holds from its time on; before the first its rules are known, but not as of then. */
static void test_terms(void **state)
{
	static const struct {
		const char *symbol, *tick;
		int64_t t_ms;
	} readings[] = { { "BBB", "0.3", 300 }, { "AAA", "0.01", 100 }, { "BBB", "0.1", 100 }, { "AAA", "1", 500 }, { "BBB", "0.2", 200 },
		{ "BBB", "0.3", 400 }, { "AAA", "0.5", 500 }, { "AAA", "1", 500 } }; /* the same again; and corrected */
	static const struct {
		int64_t t_ms;
		const char *a, *b;
		bool ahead;
		int64_t until_ms;
	} steps[] = { { INT64_MIN, "0.01", "0.1", true, 100 }, { 99, "0.01", "0.1", true, 100 }, { 100, "0.01", "0.1", false, 200 },
		{ 299, "0.01", "0.2", false, 300 }, { 50, "0.01", "0.2", false, 300 }, { 300, "0.01", "0.3", false, 500 }, { 900, "1", "0.3", false, INT64_MAX } };
	struct terms t = { 0 };
	struct book b;
	size_t a, other, n;

	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct symbol s = reading(readings[i].symbol, readings[i].tick, readings[i].t_ms);

		assert_int_equal(terms_add(&t, &s, NULL), OK);
	}
	assert_int_equal(terms_sort(&t, NULL), OK);
	assert_null(terms_of(&t, MARKET_UM, "AAA", &n));
	assert_null(terms_of(&t, MARKET_SPOT, "ABC", &n));
	book_init(&b, "main", "USDT");
	assert_int_equal(book_pair(&b, MARKET_SPOT, "AAA", &a, NULL), OK);
	assert_int_equal(book_pair(&b, MARKET_SPOT, "BBB", &other, NULL), OK);
	assert_true(book_tick(&b.pairs[a]) == 0 && book_lot(&b.pairs[a]) == 0);
	for (size_t pair = a; pair <= other; pair++) {
		const struct symbol *rows = terms_of(&t, MARKET_SPOT, b.pairs[pair].symbol, &n);

		assert_int_equal(n, pair == a ? 2 : 3);
		book_set_terms(&b, pair, rows, n);
	}
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		book_rules_at(&b, steps[i].t_ms);
		assert_dec(book_tick(&b.pairs[a]), steps[i].a);
		assert_dec(book_tick(&b.pairs[other]), steps[i].b);
		assert_int_equal(b.pairs[a].ahead, steps[i].ahead);
		assert_int_equal(b.rules_until_ms, steps[i].until_ms);
	}
	assert_dec(book_lot(&b.pairs[a]), "0.5"); /* the coarser one */
	book_release(&b);
	terms_release(&t);
	assert_int_equal(terms_sort(&t, NULL), OK);
	assert_null(terms_of(&t, MARKET_SPOT, "AAA", &n));
	terms_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fee_received), cmocka_unit_test(test_fee_quote), cmocka_unit_test(test_fee_bnb), cmocka_unit_test(test_base_asset),
		cmocka_unit_test(test_qty_for_quote), cmocka_unit_test(test_qty_for_quote_edges), cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_exits), cmocka_unit_test(test_mark_dust), cmocka_unit_test(test_transfer), cmocka_unit_test(test_rows),
		cmocka_unit_test(test_terms),
	};

	return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
