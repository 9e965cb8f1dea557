/* The exchange's signed half from inside: signatures, filters, what orders do to balances. */
#include "check.h"

#include <unistd.h>

#include "core/utc.h"
#include "sim/exchange.h"

#define SECRET "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

static bool hmac(const char *payload, const char *signature)
{
	return sim_hmac_verify(SECRET, payload, strlen(payload), signature, strlen(signature));
}

/* The vectors of the API's documentation. */
static void hmac_vectors(void **state)
{
	static const char v1[] = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
	static const char v2[] = "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
				 "&recvWindow=5000&timestamp=1499827319559";
	static const char v3[] = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";

	(void)state;
	assert_true(hmac(v1, "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"));
	assert_true(hmac(v1, "C8DB56825AE71D6D79447849E617115F4A920FA2ACDCAB2B053C4B2838BD6B71"));
	assert_false(hmac(v1, "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b72"));
	assert_false(hmac(v1, "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b7"));
	assert_false(hmac(v1, "g8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"));
	assert_false(hmac(v1, ""));
	assert_true(hmac(v2, "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"));
	assert_false(hmac(v2, "ca2cdfbf21d2e2958de492c7f2dd1f059dd2ed4d4459d26a5ec7928db50c8d4f")); /* signed as raw UTF-8 */
	assert_false(hmac(v2, "a6437db89051521c0310ac04ab760d68da896c146d72eed37dbe7ec5ed3cd114")); /* with lower-case escapes */
	assert_true(hmac(v3, "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"));
	assert_true(hmac("timestamp=1499827319559000", "742ffa843940b7c99811ad25b26e82bb498044bef514c65c704d9c1865320725"));
}

static void ed25519_vector(void **state)
{
	static const char payload[] = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918&recvWindow=5000";
	char good[] = "m5loLRxgkb9HyW0wkZ4KNrpck881bx5D0OrKNnPklvk4tlGjEJkhiP9DoyC0sc1lXA/TWugjVPrMb/bfNdmdBw==";
	static const char pem[] = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n-----END PUBLIC KEY-----\n";
	struct sim_public_key *key, *same;

	(void)state;
	assert_int_equal(sim_public_key_new("MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=", &key, NULL), OK);
	assert_int_equal(sim_public_key_new(pem, &same, NULL), OK);
	assert_true(sim_public_key_verify(key, payload, sizeof payload - 1, good, strlen(good)));
	assert_true(sim_public_key_verify(same, payload, sizeof payload - 1, good, strlen(good)));
	assert_false(sim_public_key_verify(key, payload, sizeof payload - 2, good, strlen(good)));
	assert_false(sim_public_key_verify(key, payload, sizeof payload - 1, good, strlen(good) - 1));
	good[0] = 'M'; /* case matters */
	assert_false(sim_public_key_verify(key, payload, sizeof payload - 1, good, strlen(good)));
	sim_public_key_free(key);
	sim_public_key_free(same);
	assert_int_equal(sim_public_key_new("AAAA", &key, NULL), ERR_CONFIG);
	assert_int_equal(sim_public_key_new("", &key, NULL), ERR_CONFIG);
}

static dec D(const char *text)
{
	dec v;

	assert_true(dec_parse(text, strlen(text), &v));
	return v;
}

static struct sim_rules rules_of(const char *filters)
{
	char text[2048];
	json_t *json;
	struct sim_rules r;

	snprintf(text, sizeof text,
		"{\"symbol\":\"AAAUSDT\",\"status\":\"TRADING\",\"baseAsset\":\"AAA\",\"quoteAsset\":\"USDT\",\"orderTypes\":[\"LIMIT\",\"MARKET\"],\"filters\":[%s]}",
		filters);
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	assert_int_equal(sim_rules_read(json, &r, NULL), OK);
	json_decref(json);
	return r;
}

static const char *limit(const struct sim_rules *r, enum side side, const char *qty, const char *price, int64_t orders)
{
	struct sim_ticket t = { .side = (int)side, .type = SIM_LIMIT, .qty = D(qty), .price = D(price), .trailing_delta = INT_NONE };
	struct sim_holding h = { .reference = 100 * (dec)DEC_ONE, .orders = orders };
	const char *name = sim_filter(r, &t, &h, 1);

	return name ? name : "";
}

static void filters_hold_at_their_edges(void **state)
{
	struct sim_rules r = rules_of("{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.02\",\"maxPrice\":\"1000.00\",\"tickSize\":\"0.02\"},"
				      "{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.003\",\"maxQty\":\"50\",\"stepSize\":\"0.002\"},"
				      "{\"filterType\":\"PERCENT_PRICE_BY_SIDE\",\"bidMultiplierUp\":\"2\",\"bidMultiplierDown\":\"0.5\",\"askMultiplierUp\":\"5\","
				      "\"askMultiplierDown\":\"0.8\",\"avgPriceMins\":5},"
				      "{\"filterType\":\"NOTIONAL\",\"minNotional\":\"5\",\"applyMinToMarket\":true,\"maxNotional\":\"4000\",\"applyMaxToMarket\":false,\"avgPriceMins\":5},"
				      "{\"filterType\":\"MAX_NUM_ORDERS\",\"maxNumOrders\":3}");
	struct sim_rules old = rules_of("{\"filterType\":\"MIN_NOTIONAL\",\"minNotional\":\"10\",\"applyToMarket\":false,\"avgPriceMins\":0},"
					"{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0\",\"maxPrice\":\"0\",\"tickSize\":\"0\"},"
					"{\"filterType\":\"PERCENT_PRICE\",\"multiplierUp\":\"1.1\",\"multiplierDown\":\"0.9\",\"avgPriceMins\":5}");

	(void)state;
	assert_string_equal(limit(&r, SIDE_BUY, "1", "100", 0), "");
	assert_string_equal(limit(&r, SIDE_BUY, "1", "100.01", 0), "PRICE_FILTER"); /* not a multiple */
	assert_string_equal(limit(&r, SIDE_BUY, "1", "1000.02", 0), "PRICE_FILTER");
	assert_string_equal(limit(&r, SIDE_BUY, "1", "200", 0), "");
	assert_string_equal(limit(&r, SIDE_BUY, "1", "200.02", 0), "PERCENT_PRICE_BY_SIDE");
	assert_string_equal(limit(&r, SIDE_BUY, "1", "49.98", 0), "PERCENT_PRICE_BY_SIDE");
	assert_string_equal(limit(&r, SIDE_SELL, "1", "499.98", 0), ""); /* the other side's multipliers */
	assert_string_equal(limit(&r, SIDE_SELL, "1", "79.98", 0), "PERCENT_PRICE_BY_SIDE");
	assert_string_equal(limit(&r, SIDE_BUY, "0.002", "100", 0), "LOT_SIZE"); /* a multiple, but below the minimum */
	assert_string_equal(limit(&r, SIDE_BUY, "0.003", "100", 0), "LOT_SIZE"); /* not offset by the minimum */
	assert_string_equal(limit(&r, SIDE_BUY, "0.05", "100", 0), "");
	assert_string_equal(limit(&r, SIDE_BUY, "0.05", "99.98", 0), "NOTIONAL");
	assert_string_equal(limit(&r, SIDE_BUY, "40", "100", 0), "");
	assert_string_equal(limit(&r, SIDE_BUY, "40.002", "100", 0), "NOTIONAL");
	assert_string_equal(limit(&r, SIDE_BUY, "1", "100", 2), "");
	assert_string_equal(limit(&r, SIDE_BUY, "1", "100", 3), "MAX_NUM_ORDERS");
	assert_string_equal(limit(&old, SIDE_BUY, "0.1", "99.99999999", 0), "MIN_NOTIONAL");
	assert_string_equal(limit(&old, SIDE_BUY, "0.1", "100.00000001", 0), "");
	assert_string_equal(limit(&old, SIDE_SELL, "1", "110.00000001", 0), "PERCENT_PRICE");
	assert_true(sim_lot(&r, D("0.0049"), false) == D("0.004"));
	assert_true(sim_lot(&r, D("0.0029"), false) == 0);
}

static struct sim_market *market;
static struct sim_info *info;

static struct sim_exchange *exchange_of(const char *members)
{
	char path[] = "/tmp/sim-orders-XXXXXX", text[1024];
	struct sim_exchange *x;
	int fd = mkstemp(path), n;

	n = snprintf(text, sizeof text,
		"{\"commission_rounding\":\"up\",\"accounts\":[{\"name\":\"a\",%s\"balances\":{\"USDT\":\"1000\",\"AAA\":\"10\"},"
		"\"keys\":[{\"secret\":\"s\",\"api_key\":\"%064d\"}]}]}", members, 1);
	assert_true(fd >= 0 && write(fd, text, (size_t)n) == n);
	close(fd);
	assert_int_equal(sim_exchange_new(path, market, info, INT64_C(1714523400000), &x, NULL), OK);
	unlink(path);
	return x;
}

static dec total(struct sim_exchange *x, const char *asset)
{
	struct sim_balance *b = sim_balance(&x->accounts.rows[0], asset);

	return b->free + b->locked;
}

static struct sim_order *order_of(struct sim_exchange *x, enum side side, const char *qty, const char *price)
{
	struct sim_order o = {
		.list_id = -1, .account = "a", .symbol = "AAAUSDT", .side = (int)side, .type = SIM_LIMIT, .status = SIM_NEW, .qty = D(qty), .price = D(price),
		.trailing_delta = INT_NONE,
	};

	return sim_orders_add(&x->orders, &o);
}

static void a_fill_is_paid_to_the_last_digit(void **state)
{
	struct sim_exchange *x = exchange_of("\"taker_bps\":\"7.5\",");
	const struct sim_rules *r;
	struct sim_fill f = { .price = D("12.34567891"), .qty = D("0.12345679"), .bnb = DEC_NONE, .t_ms = 5 };
	struct sim_order *o = order_of(x, SIDE_BUY, "0.2", "13");

	(void)state;
	assert_int_equal(sim_exchange_rules(x, "AAAUSDT", &r, NULL), OK);
	assert_true(sim_lock(x, o, r, D("2.6")));
	assert_false(sim_lock(x, o, r, D("997.40000001")));
	assert_int_equal(sim_book(x, o, r, &f, NULL), OK);
	assert_int_equal(o->status, SIM_PARTIALLY_FILLED);
	/* 0.12345679 x 12.34567891 = 1.5241578884..., a buyer pays the next digit; 0.075 % of the coins, up */
	assert_true(o->filled_quote == D("1.52415789"));
	assert_true(total(x, "USDT") == D("998.47584211"));
	assert_true(total(x, "AAA") == D("10.12336419"));
	assert_true(x->orders.trades[0].commission == D("0.00009260"));
	assert_true(o->locked == D("0.99506173")); /* what the rest needs at its limit; what the better price saved is free */
	assert_int_equal(sim_end(x, o, SIM_CANCELED, SIM_EXPIRY_NONE, 6, NULL), OK);
	assert_true(sim_spendable(x, 0, "USDT") == D("998.47584211"));
	assert_int_equal(x->orders.open_count, 0);
	sim_exchange_free(x);
}

/* Random orders over random bars: no balance below zero, nothing locked without an order, every change noted. */
static void money_is_kept(void **state)
{
	struct sim_exchange *x = exchange_of("\"slippage_bps\":\"3\",");
	uint64_t seed = 11;
	const struct sim_rules *r;
	int64_t now = INT64_C(1714523400000);
	struct sim_quote q;
	dec sum;

	(void)state;
	assert_int_equal(sim_exchange_rules(x, "AAAUSDT", &r, NULL), OK);
	for (int i = 0; i < 400; i++) {
		uint64_t random = check_random(&seed);
		struct sim_order *o;

		now += MS_HOUR * (int64_t)(random % 3);
		assert_int_equal(sim_settle(x, now, NULL), OK);
		assert_int_equal(sim_quote_now(x, r, now, &q, NULL), OK);
		o = order_of(x, random & 8 ? SIDE_BUY : SIDE_SELL, "0", "0");
		o->qty = dec_to_step((dec)(random >> 40) * 7, r->step, ROUND_UP);
		o->price = dec_to_step(q.last * (95 + (dec)(random >> 8) % 11) / 100, r->tick, ROUND_DOWN);
		o->time_ms = o->update_ms = now;
		if (!sim_lock(x, o, r, o->side == SIDE_BUY ? dec_mul(o->qty, o->price, ROUND_UP, &(bool){ false }) : o->qty))
			assert_int_equal(sim_end(x, o, SIM_REJECTED, SIM_EXPIRY_NONE, now, NULL), OK);
		else
			assert_int_equal(sim_take(x, o, r, &q, NULL), OK);
		if (random % 5 == 0 && x->orders.open_count)
			assert_int_equal(sim_cancel(x, &x->orders.orders[x->orders.open[0]], now, NULL), OK);
	}
	assert_true(x->orders.trade_count > 100);
	for (int asset = 0; asset < 2; asset++) {
		struct sim_balance *b = &x->accounts.rows[0].balances[asset];
		dec locked = 0;

		sum = D(asset ? "10" : "1000");
		for (size_t i = 0; i < x->orders.change_count; i++)
			sum += strcmp(x->orders.changes[i].asset, b->asset) == 0 ? x->orders.changes[i].amount : 0;
		for (size_t i = 0; i < x->orders.order_count; i++)
			locked += (x->orders.orders[i].side == SIDE_BUY) == !asset ? x->orders.orders[i].locked : 0;
		assert_true(b->free >= 0 && b->locked == locked && b->free + b->locked == sum);
	}
	sim_exchange_free(x);
}

int main(void)
{
	static const char *const names[] = { "AAAUSDT" };
	struct sim_names all = { names, 1 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hmac_vectors), cmocka_unit_test(ed25519_vector), cmocka_unit_test(filters_hold_at_their_edges),
		cmocka_unit_test(a_fill_is_paid_to_the_last_digit), cmocka_unit_test(money_is_kept),
	};
	int failed;

	if (sim_market_generate(7, INTERVAL_1H, INT64_C(1704067200000), 0, &all, &market, NULL) || sim_info_new(NULL, &all, &info, NULL))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	sim_info_free(info);
	sim_market_free(market);
	return failed;
}
