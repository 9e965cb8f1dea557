/* The readers of private answers: what is accepted keeps its bounds. */
#include "answers.h"

#include "venue/spot_read.h"

#define ORDER "{\"symbol\":\"AAAUSDT\",\"orderId\":7,\"orderListId\":-1,\"clientOrderId\":\"a\",\"transactTime\":1700000001000,\"price\":\"1.5\",\"origQty\":\"2\"," \
	"\"executedQty\":\"1.5\",\"origQuoteOrderQty\":\"0\",\"cummulativeQuoteQty\":\"2.25\",\"status\":\"EXPIRED\",\"timeInForce\":\"IOC\",\"type\":\"LIMIT\"," \
	"\"side\":\"BUY\",\"workingTime\":-1,\"stopPrice\":\"0\",\"expiryReason\":\"X\",\"fills\":[{\"price\":\"1.5\",\"qty\":\"1.5\",\"commission\":\"0.001\"," \
	"\"commissionAsset\":\"AAA\",\"tradeId\":55}]}"
#define CANCEL "{\"symbol\":\"AAAUSDT\",\"origClientOrderId\":\"b\",\"orderId\":6,\"clientOrderId\":\"x\",\"price\":\"9\",\"origQty\":\"2\",\"executedQty\":\"0.5\"," \
	"\"cummulativeQuoteQty\":\"4.5\",\"status\":\"CANCELED\",\"type\":\"LIMIT\",\"side\":\"BUY\"}"
#define LIST "{\"orderListId\":1,\"listOrderStatus\":\"EXECUTING\",\"listClientOrderId\":\"l\",\"transactionTime\":1710485608839,\"symbol\":\"AAAUSDT\"," \
	"\"orders\":[{\"symbol\":\"AAAUSDT\",\"orderId\":7,\"clientOrderId\":\"a\"}],\"orderReports\":[{\"symbol\":\"AAAUSDT\",\"orderId\":7,\"orderListId\":1," \
	"\"clientOrderId\":\"a\",\"price\":\"1\",\"origQty\":\"5\",\"executedQty\":\"0\",\"cummulativeQuoteQty\":\"0\",\"status\":\"NEW\",\"type\":\"STOP_LOSS\",\"side\":\"SELL\"}]}"
#define RATES "{\"maker\":\"0.001\",\"taker\":\"0.002\",\"buyer\":\"0\",\"seller\":\"0\"}"

static const struct order_request question = { .symbol = "AAAUSDT", .id = "a", .side = SIDE_BUY, .type = VENUE_LIMIT, .qty = DEC_NONE, .quote_qty = DEC_NONE,
	.price = DEC_NONE, .stop_price = DEC_NONE };

static void check_order(const struct venue_order *o)
{
	need(o->qty >= 0 && o->price >= 0 && o->filled_qty >= 0 && (o->qty == 0 || o->filled_qty <= o->qty));
	need(memchr(o->id, '\0', sizeof o->id) && memchr(o->symbol, '\0', sizeof o->symbol) && o->status >= 0 && o->status <= VENUE_EXPIRED_IN_MATCH);
}

static void read_placed(const char *text, size_t n, struct error *e)
{
	struct placed p;
	dec sum = 0;

	if (spot_read_placed(text, n, &question, &p, e) == OK) {
		check_order(&p.order);
		for (size_t i = 0; i < p.fill_count; i++)
			sum += p.fills[i].qty;
		need(sum == p.order.filled_qty);
	}
	placed_release(&p);
}

static void read_orders(const char *text, size_t n, struct error *e)
{
	struct venue_order *rows;
	size_t count;

	if (spot_read_orders(text, n, NULL, &rows, &count, e) == OK)
		for (size_t i = 0; i < count; i++)
			check_order(&rows[i]);
	free(rows);
}

static void read_cancelled(const char *text, size_t n, struct error *e)
{
	struct venue_order o;

	if (spot_read_cancelled(text, n, "AAAUSDT", "b", &o, e) == OK)
		check_order(&o);
}

static void read_list(const char *text, size_t n, struct error *e)
{
	struct venue_list l;

	if (spot_read_list(text, n, NULL, NULL, &l, e) == OK)
		need(l.order_count <= LIST_ORDERS_MAX);
}

static void read_account(const char *text, size_t n, struct error *e)
{
	struct venue_account a;

	if (spot_read_account(text, n, &a, e) == OK)
		for (size_t i = 0; i < a.balance_count; i++)
			need(a.balances[i].free >= 0 && a.balances[i].locked >= 0 && a.balances[i].asset[0]);
	venue_account_release(&a);
}

static void read_fills(const char *text, size_t n, struct error *e)
{
	struct venue_fill *rows;
	size_t count;

	if (spot_read_fills(text, n, "AAAUSDT", 2, &rows, &count, e) == OK)
		for (size_t i = 0; i < count; i++)
			need(rows[i].qty > 0 && rows[i].price >= 0 && (i == 0 || rows[i].trade_id > rows[i - 1].trade_id));
	free(rows);
}

static void read_small(const char *text, size_t n, struct error *e)
{
	struct http_count counts[HTTP_COUNTS];
	struct venue_commission c;
	struct venue_permissions p;
	struct venue_quote q;
	size_t count;

	spot_read_commission(text, n, "AAAUSDT", &c, e);
	spot_read_permissions(text, n, &p, e);
	spot_read_quote(text, n, "AAAUSDT", &q, e);
	if (spot_read_order_limits(text, n, counts, &count, e) == OK)
		need(count <= HTTP_COUNTS);
}

static const struct answer_reader readers[] = {
	{ read_placed, ORDER },
	{ read_orders, "[" ORDER "," CANCEL "]" },
	{ read_cancelled, CANCEL },
	{ read_list, LIST },
	{ read_account, "{\"canTrade\":true,\"canWithdraw\":false,\"canDeposit\":true,\"accountType\":\"SPOT\",\"balances\":[{\"asset\":\"BTC\",\"free\":\"1.5\","
		"\"locked\":\"0\"},{\"asset\":\"LTC\",\"free\":\"0\",\"locked\":\"0\"}],\"uid\":3}" },
	{ read_fills, "[{\"symbol\":\"AAAUSDT\",\"id\":1,\"orderId\":2,\"price\":\"4\",\"qty\":\"12\",\"quoteQty\":\"48\",\"commission\":\"1\",\"commissionAsset\":\"BNB\","
		"\"time\":1499865549590,\"isBuyer\":true,\"isMaker\":false}]" },
	{ read_small, "{\"symbol\":\"AAAUSDT\",\"standardCommission\":" RATES ",\"taxCommission\":" RATES ",\"discount\":{\"enabledForAccount\":true,"
		"\"enabledForSymbol\":false,\"discountAsset\":\"BNB\",\"discount\":\"0.75\"},\"bidPrice\":\"4\",\"askPrice\":\"5\",\"ipRestrict\":false,"
		"\"enableReading\":true,\"enableWithdrawals\":false,\"enableSpotAndMarginTrading\":true,\"rateLimits\":[{\"rateLimitType\":\"ORDERS\","
		"\"interval\":\"SECOND\",\"intervalNum\":10,\"limit\":50}]}" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	return answers_try(readers, sizeof readers / sizeof *readers, data, n);
}
