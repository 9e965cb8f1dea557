/* The signed client against a scripted exchange: what is sent, and what each answer is taken for. */
#include "broker.h"

static void places_an_order(void **state)
{
	static const struct step steps[] = { { 200, "X-MBX-ORDER-COUNT-10S: 1\r\n", FILLED, ANSWER } };
	struct script s;
	struct broker *b;
	struct placed p;
	struct reply r;

	(void)state;
	script_start(&s, steps, 1);
	b = open_broker(s.url, 0, 0);
	assert_int_equal(broker_place(b, &buy, &p, &r), FATE_DONE);
	assert_int_equal(r.error.code, OK);
	assert_int_equal(r.tries, 1);
	assert_string_equal(s.keys[0], API);
	assert_non_null(strstr(s.requests[0], "POST /api/v3/order symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=2&price=101"
		"&newClientOrderId=ct-1&newOrderRespType=FULL&recvWindow=5000&timestamp="));
	check_signature(s.requests[0], "POST /api/v3/order ");
	assert_in_range(stamp_of(s.requests[0]), utc_now_ms() - 2000, utc_now_ms() + 10);
	assert_int_equal(p.order.order_id, 7);
	assert_int_equal(p.order.status, VENUE_EXPIRED);
	assert_true(p.order.filled_qty == DEC_ONE * 3 / 2);
	assert_string_equal(p.order.expiry_reason, "UNFILLED_IOC_QUANTITY_EXPIRED");
	assert_int_equal(p.fill_count, 2);
	assert_true(p.fills[1].quote_qty == 5000500000);
	assert_true(p.fills[0].fee == 100000);
	assert_string_equal(p.fills[0].fee_asset, "AAA");
	assert_int_equal(p.fills[1].trade_id, 56);
	placed_release(&p);
	broker_close(b);
	script_end(&s);
}

#define LONGER "{\"symbol\":\"AAAUSDT\",\"orderId\":7,\"orderListId\":-1,\"clientOrderId\":\"ct-1\",\"transactTime\":17000000"

/* What an answer to a placement means; it went out once, whatever that is. */
static const struct {
	struct step step;
	enum fate fate;
	enum err err;
	int refusal;
	enum refusal_reason reason;
	const char *field;
} outcomes[] = {
	{ { 200, NULL, FILLED, DROP }, FATE_UNKNOWN, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 200, NULL, FILLED, CUT }, FATE_UNKNOWN, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 200, NULL, FILLED, HANG }, FATE_UNKNOWN, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 200, NULL, LONGER, ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "transactTime: " },
	{ { 200, NULL, "", ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "" },
	{ { 200, NULL, "<html>login</html>", ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "" },
	{ { 200, NULL, "{}", ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "symbol: " },
	{ { 201, NULL, FILLED, ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "" },
	{ { 500, NULL, "", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 502, NULL, "<html>bad gateway</html>", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 503, NULL, "{\"code\":-1008,\"msg\":\"Server is currently overloaded\"}", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, -1008, 0, "" },
	{ { 504, NULL, "{\"code\":-1007,\"msg\":\"Timeout waiting\"}", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, -1007, 0, "" },
	{ { 500, NULL, "{\"code\":-2010,\"msg\":\"Duplicate order sent.\"}", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, -2010, REFUSAL_DUPLICATE, "" },
	{ { 408, NULL, "", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 400, NULL, "{\"code\":-1006,\"msg\":\"An unexpected response\"}", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, -1006, 0, "" },
	{ { 400, NULL, "{\"code\":-1000,\"msg\":\"An unknown error\"}", ANSWER }, FATE_UNKNOWN, ERR_UNAVAILABLE, -1000, 0, "" },
	{ { 400, NULL, "garbage", ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "" },
	{ { 400, NULL, "{\"code\":0,\"msg\":\"\"}", ANSWER }, FATE_UNKNOWN, ERR_PROTOCOL, 0, 0, "" },
	{ { 400, NULL, "{\"code\":-2010,\"msg\":\"Account has insufficient balance for requested action.\"}", ANSWER }, FATE_REFUSED, ERR_DATA, -2010, REFUSAL_BALANCE, "" },
	{ { 400, NULL, "{\"code\":-2010,\"msg\":\"Duplicate order sent.\"}", ANSWER }, FATE_REFUSED, ERR_DATA, -2010, REFUSAL_DUPLICATE, "" },
	{ { 400, NULL, "{\"code\":-2010,\"msg\":\"Order would trigger immediately.\"}", ANSWER }, FATE_REFUSED, ERR_DATA, -2010, REFUSAL_WOULD_TRIGGER, "" },
	{ { 400, NULL, "{\"code\":-2010,\"msg\":\"Order would immediately match and take.\"}", ANSWER }, FATE_REFUSED, ERR_DATA, -2010, REFUSAL_WOULD_TAKE, "" },
	{ { 400, NULL, "{\"code\":-2010,\"msg\":\"Market is closed.\"}", ANSWER }, FATE_REFUSED, ERR_DATA, -2010, REFUSAL_CLOSED, "" },
	{ { 400, NULL, "{\"code\":-1013,\"msg\":\"Filter failure: LOT_SIZE\"}", ANSWER }, FATE_REFUSED, ERR_DATA, -1013, 0, "" },
	{ { 400, NULL, "{\"code\":-1022,\"msg\":\"Signature for this request is not valid.\"}", ANSWER }, FATE_REFUSED, ERR_NOPERM, -1022, 0, "" },
	{ { 401, NULL, "{\"code\":-2015,\"msg\":\"Invalid API-key, IP, or permissions for action.\"}", ANSWER }, FATE_REFUSED, ERR_NOPERM, -2015,
		REFUSAL_NOT_PERMITTED, "" },
	{ { 403, NULL, "<html>blocked</html>", ANSWER }, FATE_NOT_SENT, ERR_UNAVAILABLE, 0, 0, "" },
	{ { 302, "Location: /elsewhere\r\n", "", ANSWER }, FATE_NOT_SENT, ERR_PROTOCOL, 0, 0, "" },
	{ { 429, "Retry-After: 30\r\n", "{\"code\":-1003,\"msg\":\"Too much request weight used\"}", ANSWER }, FATE_NOT_SENT, ERR_TEMPFAIL, -1003, 0, "" },
	{ { 429, "Retry-After: 9\r\n", "{\"code\":-1015,\"msg\":\"Too many new orders\"}", ANSWER }, FATE_NOT_SENT, ERR_TEMPFAIL, -1015, 0, "" },
	{ { 418, "Retry-After: 120\r\n", "", ANSWER }, FATE_NOT_SENT, ERR_TEMPFAIL, 0, 0, "" },
};

/* Also on a connection that was kept from an earlier request, where libcurl would send a second time by itself. */
static void sends_an_order_once_whatever_becomes_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof outcomes / sizeof *outcomes; i++) {
		size_t k = i / 2;
		const struct step steps[] = { outcomes[k].step, outcomes[k].step, outcomes[k].step };
		struct script s;
		struct broker *b;
		struct broker_clock clock;
		struct placed p;
		struct reply r;
		enum fate fate;

		script_start(&s, steps, 3);
		b = open_broker(s.url, 2000, 2000);
		if (i % 2)
			assert_int_equal(broker_clock(b, true, &clock, &r), FATE_DONE);
		fate = broker_place(b, &buy, &p, &r);
		usleep(2000);
		if (fate != outcomes[k].fate || r.fate != fate || r.error.code != outcomes[k].err || atomic_load(&s.played) != 1)
			fail_msg("answer %zu: %s, code %d, %s, sent %zu times", k, fate_names[fate], (int)r.error.code, r.error.message, atomic_load(&s.played));
		assert_int_equal(r.refusal, outcomes[k].refusal);
		assert_int_equal(r.reason, outcomes[k].reason);
		if (!strstr(r.error.message, outcomes[k].field))
			fail_msg("answer %zu: '%s' does not name %s", k, r.error.message, outcomes[k].field);
		assert_int_equal(r.tries, 1);
		assert_null(p.fills);
		assert_null(strstr(r.error.message, API));
		if (r.error.code == ERR_TEMPFAIL)
			assert_true(r.again_ms > utc_now_ms() + 8000);
		broker_close(b);
		script_end(&s);
	}
}

static void knows_that_nothing_was_sent(void **state)
{
	struct script s;
	struct broker *b;
	struct venue_order o;
	struct reply r;

	(void)state;
	script_start(&s, NULL, 0);
	b = open_broker(s.url, 500, 500);
	script_end(&s);
	assert_int_equal(broker_cancel(b, "AAAUSDT", "ct-1", &o, &r), FATE_NOT_SENT);
	assert_int_equal(r.error.code, ERR_UNAVAILABLE);
	assert_int_equal(r.sent_ms, 0);
	broker_close(b);
}

static void asks_for_lists_by_their_names(void **state)
{
	static const struct step steps[] = { { 503, NULL, "", ANSWER }, { 503, NULL, "", ANSWER }, { 503, NULL, "", ANSWER } };
	struct list_request q = {
		.kind = LIST_OCO, .symbol = "AAAUSDT", .id = "ct-l", .side = SIDE_SELL, .qty = COINS(3), .reduces = true,
		.working = { .id = "ct-w", .side = SIDE_BUY, .type = VENUE_LIMIT, .tif = VENUE_IOC, .qty = COINS(4), .price = DEC_ONE / 4 },
		.above = { "ct-a", VENUE_LIMIT_MAKER, VENUE_TIF_NONE, COINS(110), DEC_NONE },
		.below = { "ct-b", VENUE_STOP_LOSS, VENUE_TIF_NONE, DEC_NONE, DEC_ONE / 1000 },
	};
	struct venue_list l;
	struct script s;
	struct broker *b;
	struct reply r;

	(void)state;
	script_start(&s, steps, 3);
	b = open_broker(s.url, 1000, 1000);
	assert_int_equal(broker_place_list(b, &q, &l, &r), FATE_UNKNOWN);
	q.kind = LIST_OPOCO;
	assert_int_equal(broker_place_list(b, &q, &l, &r), FATE_UNKNOWN);
	q.kind = LIST_OPO;
	q.above.id = NULL;
	assert_int_equal(broker_place_list(b, &q, &l, &r), FATE_UNKNOWN);
	assert_non_null(strstr(s.requests[0], "POST /api/v3/orderList/oco symbol=AAAUSDT&listClientOrderId=ct-l&newOrderRespType=FULL&side=SELL&quantity=3"
		"&aboveType=LIMIT_MAKER&aboveClientOrderId=ct-a&abovePrice=110&belowType=STOP_LOSS&belowClientOrderId=ct-b&belowStopPrice=0.001&recvWindow="));
	assert_non_null(strstr(s.requests[1], "POST /api/v3/orderList/opoco symbol=AAAUSDT&listClientOrderId=ct-l&newOrderRespType=FULL&workingType=LIMIT"
		"&workingSide=BUY&workingClientOrderId=ct-w&workingPrice=0.25&workingQuantity=4&workingTimeInForce=IOC&pendingSide=SELL"
		"&pendingAboveType=LIMIT_MAKER&pendingAboveClientOrderId=ct-a&pendingAbovePrice=110&pendingBelowType=STOP_LOSS"
		"&pendingBelowClientOrderId=ct-b&pendingBelowStopPrice=0.001&recvWindow="));
	assert_non_null(strstr(s.requests[2], "POST /api/v3/orderList/opo symbol=AAAUSDT&"));
	assert_non_null(strstr(s.requests[2], "&pendingSide=SELL&pendingType=STOP_LOSS&pendingClientOrderId=ct-b&pendingStopPrice=0.001&recvWindow="));
	broker_close(b);
	script_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_an_order),
		cmocka_unit_test(sends_an_order_once_whatever_becomes_of_it),
		cmocka_unit_test(knows_that_nothing_was_sent),
		cmocka_unit_test(asks_for_lists_by_their_names),
	};

	return cmocka_run_group_tests(tests, broker_start, broker_end);
}
