/* The signed client against ct-sim: every call, as it should go. */
#include "exchange.h"

static dec free_of(struct broker *b, const char *asset)
{
	struct venue_account a;
	struct reply r;
	dec free_ = 0;

	MUST(broker_account(b, &a, &r), FATE_DONE);
	for (size_t i = 0; i < a.balance_count; i++)
		if (strcmp(a.balances[i].asset, asset) == 0)
			free_ = a.balances[i].free;
	venue_account_release(&a);
	return free_;
}

static void looks_around(void **state)
{
	struct broker *b = open_with("key");
	char names[2][SYMBOL_SIZE] = { "AAAUSDT", "NOPEUSDT" };
	struct broker_clock clock;
	struct venue_account a;
	struct venue_permissions p;
	struct venue_commission c;
	struct venue_quote q;
	struct symbol *rows;
	struct reply r;
	size_t n;

	(void)state;
	MUST(broker_clock(b, true, &clock, &r), FATE_DONE);
	assert_true(clock.may_open && clock.offset_ms == 0 && clock.server_ms == NOW);
	MUST(broker_account(b, &a, &r), FATE_DONE);
	assert_true(a.can_trade && a.balance_count == 2);
	venue_account_release(&a);
	MUST(broker_permissions(b, &p, &r), FATE_DONE);
	assert_true(p.reading == 1 && p.spot_trading == 1 && p.withdrawals == 1);
	MUST(broker_symbols(b, names, 2, &rows, &n, &r), FATE_DONE);
	assert_int_equal(n, 1);
	assert_true(rows[0].tick_size > 0 && rows[0].opo_allowed == 1);
	free(rows);
	MUST(broker_symbols(b, names + 1, 1, &rows, &n, &r), FATE_DONE);
	assert_int_equal(n, 0);
	free(rows);
	MUST(broker_commission(b, "AAAUSDT", &c, &r), FATE_DONE);
	assert_true(c.standard.taker >= 0);
	MUST(broker_quote(b, "AAAUSDT", &q, &r), FATE_DONE);
	assert_true(q.bid > COINS(99) && q.ask > q.bid && q.ask < COINS(101));
	assert_true(broker_is_local(b));
	broker_close(b);
}

static void buys_protects_and_sells(void **state)
{
	struct order_request buy = request("t1-buy", SIDE_BUY, VENUE_LIMIT, VENUE_IOC, COINS(2), COINS(101), DEC_NONE);
	struct order_request sell = request("t1-sell", SIDE_SELL, VENUE_MARKET, VENUE_TIF_NONE, COINS(1), DEC_NONE, DEC_NONE);
	struct list_request oco = { .kind = LIST_OCO, .symbol = "AAAUSDT", .id = "t1-oco", .side = SIDE_SELL, .qty = COINS(1), .reduces = true,
		.above = { "t1-above", VENUE_LIMIT_MAKER, VENUE_TIF_NONE, COINS(110), DEC_NONE }, .below = { "t1-below", VENUE_STOP_LOSS, VENUE_TIF_NONE, DEC_NONE, COINS(90) } };
	struct broker *b = open_with("key");
	struct venue_order o, *rows;
	struct venue_fill *fills;
	struct venue_list l;
	struct placed p;
	struct reply r;
	dec coins, before = free_of(b, "AAA");
	size_t n;

	(void)state;
	MUST(broker_place(b, &buy, &p, &r), FATE_DONE);
	assert_true(p.order.status == VENUE_FILLED && p.order.filled_qty == COINS(2) && p.fill_count == 2);
	coins = COINS(2) - p.fills[0].fee - p.fills[1].fee;
	MUST(broker_order_fills(b, "AAAUSDT", p.order.order_id, &fills, &n, &r), FATE_DONE);
	assert_int_equal(n, 2);
	assert_true(fills[0].trade_id == p.fills[0].trade_id && fills[1].fee == p.fills[1].fee && fills[0].quote_qty == p.fills[0].quote_qty);
	free(fills);
	placed_release(&p);
	assert_true(free_of(b, "AAA") == before + coins);
	MUST(broker_order(b, "AAAUSDT", "t1-buy", &o, &r), FATE_DONE);
	assert_true(o.status == VENUE_FILLED && o.filled_quote > 0);

	MUST(broker_place_list(b, &oco, &l, &r), FATE_DONE);
	assert_true(l.executing && l.full && l.order_count == 2);
	MUST(broker_open_orders(b, NULL, &rows, &n, &r), FATE_DONE);
	assert_true(n == 2 && rows[0].list_id == l.list_id);
	free(rows);
	MUST(broker_cancel_list(b, "AAAUSDT", "t1-oco", &l, &r), FATE_DONE);
	assert_true(!l.executing && l.full && l.orders[0].status == VENUE_CANCELED);
	assert_true(strcmp(l.orders[0].id, "t1-above") == 0 || strcmp(l.orders[0].id, "t1-below") == 0);
	MUST(broker_cancel_list(b, "AAAUSDT", "t1-oco", &l, &r), FATE_REFUSED);
	assert_int_equal(r.refusal, REFUSED_CANCEL);
	MUST(broker_place(b, &sell, &p, &r), FATE_DONE);
	assert_true(p.order.status == VENUE_FILLED && strcmp(p.fills[0].fee_asset, "USDT") == 0);
	placed_release(&p);
	broker_close(b);
}

static void attaches_protection_to_an_entry(void **state)
{
	static const int kinds[] = { LIST_OPO, LIST_OPOCO };
	struct broker *b = open_with("pem");
	struct reply r;

	(void)state;
	assert_string_equal(broker_key_kind(b), "ed25519");
	for (int i = 0; i < 2; i++) {
		struct list_request q = { .kind = kinds[i], .symbol = "AAAUSDT", .id = i ? "t2-l1" : "t2-l0", .side = SIDE_SELL,
			.working = { .id = i ? "t2-w1" : "t2-w0", .side = SIDE_BUY, .type = VENUE_LIMIT, .tif = VENUE_IOC, .qty = COINS(1), .price = COINS(101) },
			.above = { i ? "t2-a1" : NULL, VENUE_LIMIT_MAKER, VENUE_TIF_NONE, COINS(120), DEC_NONE },
			.below = { i ? "t2-b1" : "t2-b0", VENUE_STOP_LOSS, VENUE_TIF_NONE, DEC_NONE, COINS(80) } };
		struct venue_list l;
		struct venue_order o;

		MUST(broker_place_list(b, &q, &l, &r), FATE_DONE);
		assert_int_equal(l.order_count, 2 + i);
		MUST(broker_order(b, "AAAUSDT", q.working.id, &o, &r), FATE_DONE);
		assert_int_equal(o.status, VENUE_FILLED);
		MUST(broker_order(b, "AAAUSDT", q.below.id, &o, &r), FATE_DONE);
		assert_int_equal(o.status, VENUE_NEW);
		assert_true(o.stop_price == COINS(80) && o.qty > 0 && o.qty <= COINS(1));
		MUST(broker_cancel(b, "AAAUSDT", q.below.id, &o, &r), FATE_DONE); /* takes the list with it */
		MUST(broker_cancel_list(b, "AAAUSDT", q.id, &l, &r), FATE_REFUSED);
	}
	broker_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_around),
		cmocka_unit_test(buys_protects_and_sells),
		cmocka_unit_test(attaches_protection_to_an_entry),
	};

	return exchange_tests(tests);
}
