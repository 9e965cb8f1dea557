/* The exchange's private answers: good ones as captured or documented, and hostile ones, each refused with the field named. */
#include "check.h"

#include "core/path.h"
#include "core/utc.h"
#include "venue/spot_read.h"

#define ORDER(head, qty, filled, status, tail) "{" head "\"symbol\":\"LTCBTC\",\"orderId\":1,\"orderListId\":-1,\"clientOrderId\":\"my-1\",\"price\":\"0.1\",\"origQty\":" qty \
	",\"executedQty\":" filled ",\"cummulativeQuoteQty\":\"0.0\",\"status\":" status ",\"timeInForce\":\"GTC\",\"type\":\"LIMIT\",\"side\":\"BUY\",\"stopPrice\":\"0.0\"," \
	"\"icebergQty\":\"0.0\",\"time\":1499827319559,\"updateTime\":1499827319560,\"isWorking\":true,\"workingTime\":-1,\"origQuoteOrderQty\":\"0.000000\"" tail "}"
#define GOOD ORDER("", "\"1.0\"", "\"0.0\"", "\"NEW\"", ",\"selfTradePreventionMode\":\"NONE\",\"newThing\":{\"x\":[1,2]}")

static char *repeat(const char *before, char c, size_t n, const char *after)
{
	size_t a = strlen(before), b = strlen(after);
	char *text = malloc(a + n + b + 1);

	memcpy(text, before, a);
	memset(text + a, c, n);
	memcpy(text + a + n, after, b + 1);
	return text;
}

static void reads_an_order(void **state)
{
	struct venue_order o;
	struct error e = { 0 };

	(void)state;
	if (spot_read_order(GOOD, strlen(GOOD), "LTCBTC", "my-1", &o, &e))
		fail_msg("%s: %s", e.field, e.message);
	assert_int_equal(o.order_id, 1);
	assert_int_equal(o.list_id, -1);
	assert_int_equal(o.side, SIDE_BUY);
	assert_int_equal(o.type, VENUE_LIMIT);
	assert_int_equal(o.tif, VENUE_GTC);
	assert_int_equal(o.status, VENUE_NEW);
	assert_true(o.qty == DEC_ONE && o.price == DEC_ONE / 10 && o.filled_qty == 0 && o.stop_price == 0);
	assert_true(o.created_ms == 1499827319559 && o.updated_ms == 1499827319560 && o.working_ms == TIME_NONE);
}

/* Words that are new to us are somebody else's order, an unknown status is not. */
static void reads_orders_of_others(void **state)
{
	static const char text[] = "{\"symbol\":\"LTCBTC\",\"orderId\":9007199254740993,\"clientOrderId\":\"web_1\",\"price\":\"0\",\"origQty\":\"0\",\"executedQty\":\"0\","
		"\"cummulativeQuoteQty\":\"-1.0\",\"status\":\"CANCELED\",\"timeInForce\":\"GTD\",\"type\":\"PEGGED\",\"side\":\"SELL\"}";
	struct venue_order o;
	struct error e;

	(void)state;
	assert_int_equal(spot_read_order(text, strlen(text), "LTCBTC", "web_1", &o, &e), OK);
	assert_int_equal(o.type, VENUE_TYPE_OTHER);
	assert_int_equal(o.tif, VENUE_TIF_OTHER);
	assert_true(o.order_id == 9007199254740993);
	assert_true(o.filled_quote == DEC_NONE);
}

static const struct {
	const char *text, *field, *says;
} hostile[] = {
	{ "", "", "not a JSON object" },
	{ "null", "", "not a JSON object" },
	{ "[" GOOD "]", "", "not a JSON object" },
	{ GOOD "x", "x", "not a JSON object" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "\"NEW\"", ",\"symbol\":\"LTCBTC\""), "symbol", "duplicate" },
	{ ORDER("", "1.0", "\"0.0\"", "\"NEW\"", ""), "origQty", "'1.0' is not a decimal number as text" },
	{ ORDER("", "\"-1.0\"", "\"0.0\"", "\"NEW\"", ""), "origQty", "'-1.0' is not" },
	{ ORDER("", "\"1e3\"", "\"0.0\"", "\"NEW\"", ""), "origQty", "is not" },
	{ ORDER("", "\"0.123456789\"", "\"0.0\"", "\"NEW\"", ""), "origQty", "is not" },
	{ ORDER("", "\"1000000000000000000000\"", "\"0.0\"", "\"NEW\"", ""), "origQty", "is not" },
	{ ORDER("", "\"NaN\"", "\"0.0\"", "\"NEW\"", ""), "origQty", "'NaN'" },
	{ ORDER("", "\"\"", "\"0.0\"", "\"NEW\"", ""), "origQty", "''" },
	{ ORDER("", "{}", "\"0.0\"", "\"NEW\"", ""), "origQty", "is not" },
	{ ORDER("", "\"1.0\"", "null", "\"NEW\"", ""), "executedQty", "null" },
	{ ORDER("", "\"1.0\"", "\"2.0\"", "\"PARTIALLY_FILLED\"", ""), "executedQty", "more than the order's quantity" },
	{ ORDER("", "\"1.0\"", "\"0.5\"", "\"NEW\"", ""), "executedQty", "is not 0" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "\"FILLED\"", ""), "executedQty", "is 0" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "\"MELTED\"", ""), "status", "'MELTED' is not a word known here" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "5", ""), "status", "'5'" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "\"NEW\\u0000\"", ""), "status", "not a JSON object" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "\"N\\u001bEW\"", ""), "status", "'N?EW'" },
	{ ORDER("", "\"1.0\"", "\"0.0\"", "\"NEW\"", ",\"expiryReason\":\"a\\nb\""), "expiryReason", "a short text" },
	{ ORDER("\"x\":1e999,", "\"1.0\"", "\"0.0\"", "\"NEW\"", ""), "x", "not a JSON object" },
	{ ORDER("\"x\":99999999999999999999,", "\"1.0\"", "\"0.0\"", "\"NEW\"", ""), "x", "not a JSON object" },
	{ "{\"symbol\":\"LTCBTC\"}", "orderId", "is missing" },
	{ "{\"symbol\":\"LTCBTC\",\"orderId\":-4}", "orderId", "'-4'" },
	{ "{\"symbol\":\"LTCBTC\",\"orderId\":1.5}", "orderId", "'1.5'" },
	{ "{\"symbol\":\"LTCBTC\",\"orderId\":\"1\"}", "orderId", "'1'" },
	{ "{\"symbol\":true}", "symbol", "'true'" },
};

static void refuses_hostile_orders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct venue_order o;
		struct error e = { 0 };

		if (spot_read_order(hostile[i].text, strlen(hostile[i].text), "LTCBTC", "my-1", &o, &e) != ERR_PROTOCOL)
			fail_msg("%zu: accepted", i);
		if (strcmp(e.field, hostile[i].field) != 0 || !strstr(e.message, hostile[i].says))
			fail_msg("%zu: '%s' / '%s', where '%s' / '%s' was expected", i, e.field, e.message, hostile[i].field, hostile[i].says);
	}
}

static void refuses_size_and_depth(void **state)
{
	char *texts[] = {
		repeat("{\"symbol\":\"", 'A', 10 << 20, "\"}"), repeat("{\"symbol\":", '[', 100000, ""), repeat("{\"symbol\":\"LTCBTC\",\"orderId\":", '9', 5000, "}"),
		repeat("{\"symbol\":\"LTCBTC\",\"x\":\"", 'y', 10 << 20, ""), repeat("{\"symbol\":\"LTC", '\0', 1, "BTC\"}"),
	};
	static const size_t tails[] = { 2, 0, 1, 0, 5 };
	static const char *const fields[] = { "symbol", "symbol", "orderId", "x", "symbol" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		size_t len = i == 4 ? 14 + 1 + tails[i] : strlen(texts[i]);
		struct venue_order o;
		struct error e = { 0 };

		assert_int_equal(spot_read_order(texts[i], len, "LTCBTC", "my-1", &o, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, fields[i]);
		free(texts[i]);
	}
}

static void refuses_answers_to_other_questions(void **state)
{
	struct venue_order o, *rows;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(spot_read_order(GOOD, strlen(GOOD), "LTCUSDT", "my-1", &o, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "symbol");
	assert_int_equal(spot_read_order(GOOD, strlen(GOOD), "LTCBTC", "my-2", &o, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "clientOrderId");
	assert_int_equal(spot_read_orders("[" GOOD "," GOOD "]", 2 * strlen(GOOD) + 3, NULL, &rows, &n, &e), OK);
	assert_int_equal(n, 2);
	free(rows);
	assert_int_equal(spot_read_orders("[" GOOD "," GOOD "]", 2 * strlen(GOOD) + 3, "AAAUSDT", &rows, &n, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "[0].symbol");
	assert_null(rows);
	assert_int_equal(spot_read_orders("[" GOOD ",3]", strlen(GOOD) + 4, NULL, &rows, &n, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "[1].");
	assert_int_equal(n, 0);
}

#define PLACED(fills) "{\"symbol\":\"BTCUSDT\",\"orderId\":28,\"orderListId\":-1,\"clientOrderId\":\"my-1\",\"transactTime\":1507725176595,\"price\":\"0.00000000\"," \
	"\"origQty\":\"10.00000000\",\"executedQty\":\"10.00000000\",\"origQuoteOrderQty\":\"0.000000\",\"cummulativeQuoteQty\":\"10.00000000\",\"status\":\"FILLED\"," \
	"\"timeInForce\":\"GTC\",\"type\":\"MARKET\",\"side\":\"SELL\",\"workingTime\":1507725176595,\"fills\":" fills "}"
#define FILL(qty, fee) "{\"price\":\"4000.00000000\",\"qty\":\"" qty "\",\"commission\":\"" fee "\",\"commissionAsset\":\"USDT\",\"tradeId\":56}"

static void checks_the_fills_of_a_placement(void **state)
{
	static const struct {
		const char *text, *field;
	} bad[] = {
		{ PLACED("[]"), "fills" }, { PLACED("[" FILL("9", "1") "]"), "fills" }, { PLACED("[" FILL("-10", "1") "]"), "fills[0].qty" }, { PLACED("null"), "fills" },
		{ PLACED("[" FILL("5", "1") ",{}]"), "fills[1].price" }, { PLACED("[" FILL("10", "x") "]"), "fills[0].commission" }, { PLACED("{}"), "fills" },
	};
	const struct order_request q = { .symbol = "BTCUSDT", .id = "my-1", .side = SIDE_SELL, .type = VENUE_MARKET, .qty = 10 * (dec)DEC_ONE, .quote_qty = DEC_NONE,
		.price = DEC_NONE, .stop_price = DEC_NONE };
	const char *good = PLACED("[" FILL("4", "16") "," FILL("6", "24") "]");
	struct order_request other = q;
	struct placed p;
	struct error e;

	(void)state;
	assert_int_equal(spot_read_placed(good, strlen(good), &q, &p, &e), OK);
	assert_int_equal(p.fill_count, 2);
	assert_true(p.fills[1].quote_qty == 24000 * (dec)DEC_ONE && p.fills[1].fee == 24 * (dec)DEC_ONE && p.fills[1].t_ms == 1507725176595);
	placed_release(&p);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(spot_read_placed(bad[i].text, strlen(bad[i].text), &q, &p, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, bad[i].field);
		assert_null(p.fills);
	}
	other.side = SIDE_BUY;
	assert_int_equal(spot_read_placed(good, strlen(good), &other, &p, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "side");
	other = q;
	other.qty++;
	assert_int_equal(spot_read_placed(good, strlen(good), &other, &p, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "origQty");
}

#define LEG(id) "{\"symbol\":\"LTCBTC\",\"orderId\":" id ",\"clientOrderId\":\"leg-" id "\"}"
#define REPORT(id, list) "{\"symbol\":\"LTCBTC\",\"orderId\":" id ",\"orderListId\":" list ",\"clientOrderId\":\"leg-" id "\",\"transactTime\":1710485608839,\"price\":\"1.0\"," \
	"\"origQty\":\"5\",\"executedQty\":\"0\",\"cummulativeQuoteQty\":\"0\",\"status\":\"NEW\",\"timeInForce\":\"GTC\",\"type\":\"STOP_LOSS\",\"side\":\"SELL\"," \
	"\"stopPrice\":\"0.5\",\"workingTime\":-1}"
#define LIST(orders, rest) "{\"orderListId\":1,\"contingencyType\":\"OCO\",\"listStatusType\":\"EXEC_STARTED\",\"listOrderStatus\":\"EXECUTING\"," \
	"\"listClientOrderId\":\"ct-l\",\"transactionTime\":1710485608839,\"symbol\":\"LTCBTC\",\"orders\":[" orders "]" rest "}"

static void reads_lists(void **state)
{
	static const struct {
		const char *text, *field;
	} bad[] = {
		{ LIST(LEG("1") "," LEG("2") "," LEG("3") "," LEG("4"), ""), "orders" },
		{ LIST(LEG("1"), ",\"orderReports\":[" REPORT("1", "1") "," REPORT("2", "1") "]"), "orderReports" },
		{ LIST(LEG("1") "," LEG("2"), ",\"orderReports\":[" REPORT("1", "1") "," REPORT("1", "1") "]"), "orderReports[1].orderId" },
		{ LIST(LEG("1"), ",\"orderReports\":[" REPORT("1", "2") "]"), "orderReports[0].orderListId" },
		{ LIST("{}", ""), "orders[0].symbol" },
		{ "{}", "orderListId" },
	};
	const char *brief = LIST(LEG("1") "," LEG("2"), ""), *full = LIST(LEG("1") "," LEG("2"), ",\"orderReports\":[" REPORT("2", "1") "," REPORT("1", "1") "]");
	struct venue_list l;
	struct error e;

	(void)state;
	assert_int_equal(spot_read_list(brief, strlen(brief), "LTCBTC", "ct-l", &l, &e), OK);
	assert_true(l.executing && !l.full && l.order_count == 2 && l.orders[1].order_id == 2);
	assert_string_equal(l.orders[1].id, "leg-2");
	if (spot_read_list(full, strlen(full), "LTCBTC", "ct-l", &l, &e))
		fail_msg("%s: %s", e.field, e.message);
	assert_true(l.full && l.orders[0].order_id == 2 && l.orders[0].stop_price == DEC_ONE / 2 && l.orders[0].type == VENUE_STOP_LOSS);
	assert_int_equal(spot_read_list(full, strlen(full), "LTCBTC", "ct-m", &l, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "listClientOrderId");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(spot_read_list(bad[i].text, strlen(bad[i].text), NULL, NULL, &l, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, bad[i].field);
	}
}

#define ACCOUNT(balances) "{\"makerCommission\":15,\"commissionRates\":{\"maker\":\"0.00150000\"},\"canTrade\":true,\"canWithdraw\":false,\"canDeposit\":true," \
	"\"updateTime\":123456789,\"accountType\":\"SPOT\",\"balances\":" balances ",\"permissions\":[\"SPOT\"],\"uid\":354937868}"
#define COIN(name, free, locked) "{\"asset\":\"" name "\",\"free\":\"" free "\",\"locked\":\"" locked "\"}"

static void reads_an_account(void **state)
{
	const char *good = ACCOUNT("[" COIN("BTC", "4723846.89208129", "0.00000001") "," COIN("LTC", "0.00000000", "0.00000000") "," COIN("1000SATS", "1", "0") "]");
	static const struct {
		const char *text, *field;
	} bad[] = {
		{ ACCOUNT("[" COIN("BTC", "1", "0") "," COIN("BTC", "2", "0") "]"), "balances[1].asset" }, { ACCOUNT("[" COIN("BTC", "-1", "0") "]"), "balances[0].free" },
		{ ACCOUNT("[" COIN("", "1", "0") "]"), "balances[0].asset" }, { ACCOUNT("{}"), "balances" }, { ACCOUNT("[[]]"), "balances[0]." }, { "{}", "canTrade" },
	};
	struct venue_account a;
	struct error e;

	(void)state;
	assert_int_equal(spot_read_account(good, strlen(good), &a, &e), OK);
	assert_true(a.can_trade == 1 && a.can_withdraw == 0 && a.uid == 354937868);
	assert_int_equal(a.balance_count, 2);
	assert_true(a.balances[0].free == 472384689208129 && a.balances[0].locked == 1);
	assert_string_equal(a.balances[1].asset, "1000SATS");
	venue_account_release(&a);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(spot_read_account(bad[i].text, strlen(bad[i].text), &a, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, bad[i].field);
		assert_null(a.balances);
	}
}

#define TRADE(id, qty) "{\"symbol\":\"BNBBTC\",\"id\":" id ",\"orderId\":100234,\"orderListId\":-1,\"price\":\"4.00000100\",\"qty\":\"" qty "\",\"quoteQty\":\"48.000012\"," \
	"\"commission\":\"10.10000000\",\"commissionAsset\":\"BNB\",\"time\":1499865549590,\"isBuyer\":true,\"isMaker\":false,\"isBestMatch\":true}"

static void reads_trades(void **state)
{
	static const struct {
		const char *text, *field;
	} bad[] = {
		{ "[" TRADE("5", "1") "," TRADE("5", "1") "]", "[1].id" }, { "[" TRADE("5", "0") "]", "[0].qty" },
		{ "[" TRADE("5", "-3") "]", "[0].qty" }, { "{}", "" },
	};
	const char *good = "[" TRADE("3", "12.00000000") "," TRADE("5", "1") "]";
	struct venue_fill *rows;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(spot_read_fills(good, strlen(good), "BNBBTC", 100234, &rows, &n, &e), OK);
	assert_int_equal(n, 2);
	assert_true(rows[0].side == SIDE_BUY && !rows[0].maker && rows[0].quote_qty == 4800001200 && rows[0].fee == 1010000000 && rows[0].list_id == -1);
	free(rows);
	assert_int_equal(spot_read_fills(good, strlen(good), "BNBBTC", 7, &rows, &n, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "[0].orderId");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(spot_read_fills(bad[i].text, strlen(bad[i].text), "BNBBTC", 100234, &rows, &n, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, bad[i].field);
		assert_null(rows);
	}
}

#define RATES(maker) "{\"maker\":\"" maker "\",\"taker\":\"0.0020\",\"buyer\":\"0\",\"seller\":\"0.0004\"}"

static void reads_rates_rights_and_prices(void **state)
{
	const char *rates = "{\"symbol\":\"BTCUSDT\",\"standardCommission\":" RATES("0.001") ",\"taxCommission\":" RATES("0") ",\"discount\":{\"enabledForAccount\":true,"
		"\"enabledForSymbol\":false,\"discountAsset\":\"BNB\",\"discount\":\"0.75000000\"}}";
	const char *absurd = "{\"symbol\":\"BTCUSDT\",\"standardCommission\":" RATES("1") ",\"taxCommission\":" RATES("0") ",\"discount\":{}}";
	const char *rights = "{\"ipRestrict\":false,\"createTime\":1698645219000,\"enableReading\":true,\"enableWithdrawals\":false,\"enableSpotAndMarginTrading\":true,"
		"\"enableFutures\":true}";
	const char *price = "{\"symbol\":\"BTCUSDT\",\"bidPrice\":\"4.00000000\",\"bidQty\":\"431\",\"askPrice\":\"4.00000200\",\"askQty\":\"9\"}";
	const char *limits = "{\"rateLimits\":[{\"rateLimitType\":\"ORDERS\",\"interval\":\"SECOND\",\"intervalNum\":10,\"limit\":50},{\"rateLimitType\":\"ORDERS\","
		"\"interval\":\"DAY\",\"intervalNum\":1,\"limit\":160000},{\"rateLimitType\":\"ORDERS\",\"interval\":\"DAY\",\"intervalNum\":-1,\"limit\":1},{},7]}";
	struct http_count counts[HTTP_COUNTS];
	struct venue_commission c;
	struct venue_permissions p;
	struct venue_quote q;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(spot_read_commission(rates, strlen(rates), "BTCUSDT", &c, &e), OK);
	assert_true(c.standard.maker == 100000 && c.standard.seller == 40000 && c.special.maker == 0 && c.discount_account && !c.discount_symbol && c.discount == 75000000);
	assert_int_equal(spot_read_commission(absurd, strlen(absurd), "BTCUSDT", &c, &e), ERR_PROTOCOL);
	assert_string_equal(e.field, "standardCommission");
	assert_int_equal(spot_read_permissions(rights, strlen(rights), &p, &e), OK);
	assert_true(p.ip_restrict == 0 && p.reading == 1 && p.withdrawals == 0 && p.spot_trading == 1 && p.futures == 1 && p.margin == -1);
	assert_int_equal(spot_read_permissions("{}", 2, &p, &e), ERR_PROTOCOL);
	assert_int_equal(spot_read_quote(price, strlen(price), "BTCUSDT", &q, &e), OK);
	assert_true(q.bid == 400000000 && q.ask == 400000200);
	assert_int_equal(spot_read_quote(price, strlen(price), "ETHUSDT", &q, &e), ERR_PROTOCOL);
	assert_int_equal(spot_read_order_limits(limits, strlen(limits), counts, &n, &e), OK);
	assert_int_equal(n, 2);
	assert_true(counts[0].length_ms == 10000 && counts[0].count == 50 && counts[1].length_ms == MS_DAY && counts[1].count == 160000);
}

/* Answers as others caught them. */
static void reads_captured_answers(void **state)
{
	const char *shared = getenv("SHARED");
	const struct order_request sell = { .symbol = "BTCUSDT", .id = "6gCrw2kRUAF9CvJDGP16IP", .side = SIDE_SELL, .type = VENUE_MARKET, .qty = DEC_NONE,
		.quote_qty = DEC_NONE, .price = DEC_NONE, .stop_price = DEC_NONE };
	static const char *const names[] = { "new_order_full", "order", "open_orders", "cancel_order", "account", "account_trades", "all_orders" };
	char path[PATH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct venue_order o, *rows = NULL;
		struct venue_account a = { 0 };
		struct venue_fill *fills = NULL;
		struct placed p = { 0 };
		struct buf b = { 0 };
		struct error e = { 0 };
		size_t n;
		enum err rc;

		snprintf(path, sizeof path, "%s/data/captures/nautilus/test_data/spot/http_json/%s_response.json", shared ? shared : "../shared", names[i]);
		if (file_read(path, 1 << 20, &b, &e))
			skip();
		rc = i == 0 ? spot_read_placed(b.data, b.len, &sell, &p, &e) : i == 1 ? spot_read_order(b.data, b.len, "LTCBTC", "myOrder1", &o, &e)
			: i == 3 ? spot_read_cancelled(b.data, b.len, "LTCBTC", "myOrder1", &o, &e) : i == 4 ? spot_read_account(b.data, b.len, &a, &e)
			: i == 5 ? spot_read_fills(b.data, b.len, "BNBBTC", 100234, &fills, &n, &e) : spot_read_orders(b.data, b.len, "LTCBTC", &rows, &n, &e);
		if (rc)
			fail_msg("%s: %s: %s", names[i], e.field, e.message);
		placed_release(&p);
		venue_account_release(&a);
		free(rows);
		free(fills);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_order),
		cmocka_unit_test(reads_orders_of_others),
		cmocka_unit_test(refuses_hostile_orders),
		cmocka_unit_test(refuses_size_and_depth),
		cmocka_unit_test(refuses_answers_to_other_questions),
		cmocka_unit_test(checks_the_fills_of_a_placement),
		cmocka_unit_test(reads_lists),
		cmocka_unit_test(reads_an_account),
		cmocka_unit_test(reads_trades),
		cmocka_unit_test(reads_rates_rights_and_prices),
		cmocka_unit_test(reads_captured_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
