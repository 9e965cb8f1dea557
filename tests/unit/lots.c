/* Lots: what a sale's coins had cost, worked out by hand; and what holds of any row of purchases and sales. */
#include "check.h"

#include "book/book.h"

static dec amount(const char *text)
{
	dec v;

	assert_true(dec_parse(text, strlen(text), &v));
	return v;
}
#define D(text) amount(text)

static const struct fee_rule free_of_charge = { .mode = FEE_QUOTE, .bnb_mark = DEC_NONE };

struct held {
	struct book b;
	struct book_position *p;
	struct trade t;
};

static void hold(struct held *h, enum lot_method method)
{
	struct position fresh = { .strategy = "s", .symbol = "BTCUSDT", .decision = "d1", .avg_price = DEC_NONE, .mark = DEC_NONE };
	size_t pair;

	*h = (struct held){ .t = { .t_ms = 0 } };
	book_init(&h->b, "main", "USDT");
	h->b.method = (int)method;
	h->b.state.cash = D("1000000");
	assert_int_equal(book_pair(&h->b, MARKET_SPOT, "BTCUSDT", &pair, NULL), OK);
	assert_int_equal(book_add_position(&h->b, &fresh, pair, &h->p, NULL), OK);
}

static void fill(struct held *h, enum side side, dec qty, dec price, const struct fee_rule *fee)
{
	int64_t t_ms = h->t.t_ms + 1;

	h->t = (struct trade){ .side = (int)side, .qty = qty, .price = price, .t_ms = t_ms };
	snprintf(h->t.id, sizeof h->t.id, "t%lld", (long long)t_ms);
	assert_int_equal(side == SIDE_BUY ? book_buy(&h->b, h->p, fee, &h->t, NULL) : book_sell(&h->b, h->p, fee, &h->t, NULL), OK);
}

static void assert_dec(dec got, const char *want)
{
	char a[DEC_TEXT];

	dec_format(got, a);
	if (got != D(want))
		fail_msg("%s, not %s", a, want);
}

static void check_sums(const struct held *h)
{
	dec qty = 0, cost = 0;
	int64_t last = 0;

	for (size_t i = 0; i < h->b.lot_count; i++) {
		assert_true(h->b.lots[i].qty > 0);
		assert_true(h->b.lots[i].cost >= 0);
		assert_true(h->b.lots[i].t_ms > last);
		last = h->b.lots[i].t_ms;
		qty += h->b.lots[i].qty;
		cost += h->b.lots[i].cost;
	}
	if (h->b.method == LOTS_AVERAGE) {
		assert_int_equal(h->b.lot_count, 0);
		return;
	}
	assert_true(qty == h->p->p.qty);
	assert_true(cost == h->p->p.cost);
}

/*
 * 1 at 100, 2 at 130, 1 at 160: 520 for 4. Then 2 at 150, so 300.
 * average: 2 of 4 cost 260. fifo: 100 + one of the two at 130. lifo: 160 + one at 130.
 * Then 1.5 at 120, so 180: average 195; fifo 130 + 0.5 × 160; lifo 130 + 0.5 × 100.
 */
static void test_by_hand(void **state)
{
	static const struct {
		enum lot_method method;
		const char *pnl, *cost, *avg, *pnl2, *cost2;
		size_t lots;
		const char *first; /* qty of the first lot after the first sale */
	} cases[] = {
		{ LOTS_AVERAGE, "40", "260", "130", "-15", "65", 0, NULL },
		{ LOTS_FIFO, "70", "290", "145", "-30", "80", 2, "1" },
		{ LOTS_LIFO, "10", "230", "115", "0", "50", 2, "1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct held h;

		hold(&h, cases[i].method);
		fill(&h, SIDE_BUY, D("1"), D("100"), &free_of_charge);
		fill(&h, SIDE_BUY, D("2"), D("130"), &free_of_charge);
		fill(&h, SIDE_BUY, D("1"), D("160"), &free_of_charge);
		assert_dec(h.p->p.cost, "520");
		assert_dec(h.p->p.avg_price, "130");
		fill(&h, SIDE_SELL, D("2"), D("150"), &free_of_charge);
		assert_dec(h.t.realized_pnl, cases[i].pnl);
		assert_dec(h.p->p.cost, cases[i].cost);
		assert_dec(h.p->p.qty, "2");
		assert_dec(h.p->p.avg_price, cases[i].avg);
		assert_int_equal(h.b.lot_count, cases[i].lots);
		if (cases[i].first)
			assert_dec(h.b.lots[0].qty, cases[i].first);
		check_sums(&h);
		fill(&h, SIDE_SELL, D("1.5"), D("120"), &free_of_charge);
		assert_dec(h.t.realized_pnl, cases[i].pnl2);
		assert_dec(h.p->p.cost, cases[i].cost2);
		check_sums(&h);
		h.t = (struct trade){ .side = SIDE_SELL, .qty = D("0.5"), .price = D("200") };
		assert_int_equal(book_sell_out(&h.b, h.p, &free_of_charge, &h.t, NULL), OK);
		assert_dec(h.b.state.realized_pnl, "60"); /* 300 + 180 + 100 − 520, whichever coins went first */
		assert_dec(h.b.state.cash, "1000060");
		assert_int_equal(h.b.lot_count, 0);
		book_release(&h.b);
	}
}

/* A fee in coins: 0.999 of 1 are there, and cost 100; two thirds of them cost 66.66666667, rounded against the account. */
static void test_fee_and_rounding(void **state)
{
	struct fee_rule received = { .mode = FEE_RECEIVED, .bps = D("10") };
	struct held h;

	(void)state;
	hold(&h, LOTS_FIFO);
	fill(&h, SIDE_BUY, D("1"), D("100"), &received);
	assert_dec(h.p->p.qty, "0.999");
	assert_dec(h.b.lots[0].qty, "0.999");
	assert_string_equal(h.b.lots[0].trade, "t1");
	fill(&h, SIDE_SELL, D("0.666"), D("100"), &free_of_charge);
	assert_dec(h.t.realized_pnl, "-0.06666667");
	assert_dec(h.p->p.cost, "33.33333333");
	check_sums(&h);
	book_release(&h.b);
}

/* A fee that the exchange has charged stands: 0.002 of the coin, or 0.001 BNB worth 0.6. */
static void test_reported_fee(void **state)
{
	struct fee_rule reported = { .mode = FEE_QUOTE, .bps = D("10"), .reported = true };
	struct held h;

	(void)state;
	hold(&h, LOTS_LIFO);
	h.t = (struct trade){ .id = "x", .side = SIDE_BUY, .qty = D("1"), .price = D("100"), .fee = D("0.002"), .fee_asset = "BTC",
		.fee_quote = D("0.2"), .t_ms = 1 };
	assert_int_equal(book_buy(&h.b, h.p, &reported, &h.t, NULL), OK);
	assert_dec(h.p->p.qty, "0.998");
	assert_dec(h.b.state.cash, "999900");
	assert_dec(h.b.state.fees, "0.2");
	h.t = (struct trade){ .id = "y", .side = SIDE_SELL, .qty = D("0.499"), .price = D("120"), .fee = D("0.001"), .fee_asset = "BNB",
		.fee_quote = D("0.6"), .t_ms = 2 };
	assert_int_equal(book_sell(&h.b, h.p, &reported, &h.t, NULL), OK);
	assert_dec(h.t.quote_qty, "59.88");
	assert_dec(h.t.realized_pnl, "9.28"); /* 59.88 − 0.6 − 50 */
	assert_string_equal(h.t.fee_asset, "BNB");
	book_release(&h.b);
}

static void test_refused(void **state)
{
	struct held h;
	struct error e;

	(void)state;
	hold(&h, LOTS_FIFO);
	fill(&h, SIDE_BUY, D("1"), D("100"), &free_of_charge);
	h.t = (struct trade){ .side = SIDE_SELL, .qty = D("1.00000001"), .price = D("100"), .symbol = "BTCUSDT" };
	assert_int_equal(book_sell(&h.b, h.p, &free_of_charge, &h.t, &e), ERR_DATA);
	assert_int_equal(book_sell_out(&h.b, h.p, &free_of_charge, &h.t, &e), ERR_DATA);
	h.t.qty = 0;
	assert_int_equal(book_sell(&h.b, h.p, &free_of_charge, &h.t, &e), ERR_DATA);
	assert_dec(h.p->p.qty, "1");
	assert_dec(h.b.state.cash, "999900");
	check_sums(&h);
	book_release(&h.b);
}

/* Other strategies' coins of the same pair are nobody else's. */
static void test_of_one_position(void **state)
{
	struct position other = { .strategy = "z", .symbol = "BTCUSDT", .avg_price = DEC_NONE };
	struct trade t = { .id = "z1", .side = SIDE_BUY, .qty = D("5"), .price = D("10") };
	struct book_position *z;
	struct held h;

	(void)state;
	hold(&h, LOTS_LIFO);
	fill(&h, SIDE_BUY, D("1"), D("100"), &free_of_charge);
	assert_int_equal(book_add_position(&h.b, &other, 0, &z, NULL), OK);
	assert_int_equal(book_buy(&h.b, z, &free_of_charge, &t, NULL), OK);
	h.p = &h.b.positions[0];
	fill(&h, SIDE_SELL, D("0.5"), D("100"), &free_of_charge);
	assert_dec(h.t.realized_pnl, "0");
	assert_int_equal(h.b.lot_count, 2);
	assert_dec(h.b.positions[1].p.qty, "5");
	book_drop_position(&h.b, &h.b.positions[0]);
	assert_int_equal(h.b.lot_count, 1);
	assert_string_equal(h.b.lots[0].strategy, "z");
	book_release(&h.b);
}

/* Lots that do not add up give way to one of what is held. */
static void test_mend(void **state)
{
	struct held h;

	(void)state;
	hold(&h, LOTS_FIFO);
	fill(&h, SIDE_BUY, D("1"), D("100"), &free_of_charge);
	fill(&h, SIDE_BUY, D("1"), D("200"), &free_of_charge);
	h.b.lots_changed = false;
	assert_int_equal(book_lots_mend(&h.b, h.p, NULL), OK);
	assert_int_equal(h.b.lot_count, 2);
	assert_false(h.b.lots_changed);
	h.p->p.qty = D("3");
	assert_int_equal(book_lots_mend(&h.b, h.p, NULL), OK);
	assert_int_equal(h.b.lot_count, 1);
	assert_true(h.b.lots_changed);
	assert_dec(h.b.lots[0].qty, "3");
	assert_dec(h.b.lots[0].cost, "300");
	book_release(&h.b);
}

/*
 * Any purchases and sales, at any prices: lots add up to the position at every moment; and when all is sold, all three
 * methods have realized the same, to the last digit.
 */
static void test_properties(void **state)
{
	uint64_t seed = 20240501;
	bool differed = false;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct fee_rule fee = { .mode = (enum fee_mode)(round % 2), .bps = D("7.5") };
		struct held h[3];

		for (int m = 0; m < 3; m++)
			hold(&h[m], (enum lot_method)m);
		for (int i = 0; i < 40; i++) {
			bool buys = h[0].p->p.qty == 0 || check_random(&seed) % 5 < 3;
			dec price = (dec)(check_random(&seed) % 10000000000) + 1, qty = (dec)(check_random(&seed) % 1000000000) + 1;

			if (!buys)
				qty = dec_min(qty, h[0].p->p.qty);
			for (int m = 0; m < 3; m++) {
				fill(&h[m], buys ? SIDE_BUY : SIDE_SELL, qty, price, &fee);
				assert_true(h[m].p->p.qty == h[0].p->p.qty);
				assert_true(h[m].b.state.cash == h[0].b.state.cash);
				check_sums(&h[m]);
			}
			differed |= h[1].p->p.cost != h[2].p->p.cost;
		}
		for (int m = 0; m < 3; m++) {
			if (h[m].p->p.qty > 0)
				fill(&h[m], SIDE_SELL, h[m].p->p.qty, D("55.5"), &fee);
			assert_true(h[m].p->p.cost == 0);
			assert_true(h[m].b.state.realized_pnl == h[0].b.state.realized_pnl);
			assert_true(h[m].b.state.realized_pnl == h[m].b.state.cash - D("1000000"));
			assert_int_equal(h[m].b.lot_count, 0);
		}
		for (int m = 0; m < 3; m++)
			book_release(&h[m].b);
	}
	assert_true(differed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand), cmocka_unit_test(test_fee_and_rounding), cmocka_unit_test(test_reported_fee),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_of_one_position), cmocka_unit_test(test_mend), cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests_name("lots", tests, NULL, NULL);
}
