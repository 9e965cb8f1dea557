/* The signed client against a scripted exchange: when it sends, how often, and where to: clock, budget, connection, address. */
#include "broker.h"

#define STAMP "{\"code\":-1021,\"msg\":\"Timestamp for this request is outside of the recvWindow.\"}"

static void stamps_again_once(void **state)
{
	static const struct step steps[] = { { 400, NULL, STAMP, ANSWER }, { 200, NULL, FILLED, ANSWER }, { 400, NULL, STAMP, ANSWER }, { 400, NULL, STAMP, ANSWER } };
	struct script s;
	struct broker *b;
	struct placed p;
	struct reply r;

	(void)state;
	script_start(&s, steps, 4);
	b = open_broker(s.url, 1000, 1000);
	assert_int_equal(broker_place(b, &buy, &p, &r), FATE_DONE);
	assert_int_equal(atomic_load(&s.played), 2);
	assert_int_equal(atomic_load(&s.times), 2);
	assert_int_equal(r.tries, 2);
	assert_int_equal(p.fill_count, 2);
	placed_release(&p);
	check_signature(s.requests[1], "POST /api/v3/order ");
	assert_int_equal(broker_place(b, &buy, &p, &r), FATE_NOT_SENT);
	assert_int_equal(r.refusal, REFUSED_STAMP);
	assert_int_equal(r.error.code, ERR_TEMPFAIL);
	assert_int_equal(atomic_load(&s.played), 4);
	broker_close(b);
	script_end(&s);
}

static void asks_again_what_changes_nothing(void **state)
{
	static const struct step steps[] = { { 200, NULL, "[]", DROP }, { 503, NULL, "", ANSWER }, { 200, NULL, "[]", CUT }, { 200, NULL, "[]", ANSWER },
		{ 400, NULL, "{\"code\":-2013,\"msg\":\"Order does not exist.\"}", ANSWER } };
	struct script s;
	struct broker *b;
	struct venue_order *rows, o;
	struct reply r;
	size_t n = 9;

	(void)state;
	script_start(&s, steps, 5);
	b = open_broker(s.url, 20000, 1000);
	assert_int_equal(broker_open_orders(b, NULL, &rows, &n, &r), FATE_DONE);
	assert_int_equal(n, 0);
	free(rows);
	assert_int_equal(atomic_load(&s.played), 4);
	assert_int_equal(strncmp(s.requests[0], "GET /api/v3/openOrders?recvWindow=5000&timestamp=", 48), 0);
	check_signature(s.requests[3], "GET /api/v3/openOrders?");
	assert_int_equal(broker_order(b, "AAAUSDT", "ct-1", &o, &r), FATE_REFUSED);
	assert_int_equal(r.refusal, REFUSED_NO_SUCH_ORDER);
	assert_int_equal(atomic_load(&s.played), 5);
	broker_close(b);
	script_end(&s);
}

/* Our clock is 5 s behind: what opens stays, what lessens risk goes, with the exchange's time. */
static void opens_nothing_on_a_wrong_clock(void **state)
{
	static const struct step steps[] = { { 200, NULL, FILLED, ANSWER }, { 200, NULL, CANCELLED("ct-1"), ANSWER } };
	struct order_request q = buy;
	struct script s;
	struct broker *b;
	struct broker_clock clock;
	struct venue_order o;
	struct placed p;
	struct reply r;

	(void)state;
	script_start(&s, steps, 2);
	atomic_store(&s.offset_ms, 5000);
	b = open_broker(s.url, 1000, 1000);
	assert_int_equal(broker_place(b, &q, &p, &r), FATE_NOT_SENT);
	assert_int_equal(r.error.code, ERR_TEMPFAIL);
	assert_non_null(strstr(r.error.message, "s off the exchange's"));
	assert_int_equal(atomic_load(&s.played), 0);
	assert_int_equal(broker_clock(b, false, &clock, &r), FATE_DONE);
	assert_false(clock.may_open);
	assert_in_range(clock.offset_ms, 4900, 5100);
	q.reduces = true;
	assert_int_equal(broker_place(b, &q, &p, &r), FATE_DONE);
	placed_release(&p);
	assert_in_range(stamp_of(s.requests[0]), utc_now_ms() + 4500, utc_now_ms() + 5100);
	assert_int_equal(broker_cancel(b, "AAAUSDT", "ct-1", &o, &r), FATE_DONE);
	assert_string_equal(o.id, "ct-1");
	assert_int_equal(o.status, VENUE_CANCELED);
	assert_int_equal(strncmp(s.requests[1], "DELETE /api/v3/order?symbol=AAAUSDT&origClientOrderId=ct-1&recv", 63), 0);
	broker_close(b);
	script_end(&s);
}

static void keeps_to_the_order_budget(void **state)
{
	static const struct step steps[] = { { 200, "X-MBX-ORDER-COUNT-10S: 97\r\nX-MBX-ORDER-COUNT-1D: 500\r\n", FILLED, ANSWER }, { 200, NULL, FILLED, ANSWER } };
	struct order_request q = buy;
	struct script s;
	struct broker *b;
	struct placed p;
	struct reply r;

	(void)state;
	while (utc_now_ms() % 10000 > 7000) /* a window that lasts for the test */
		usleep(100000);
	script_start(&s, steps, 2);
	b = open_broker(s.url, 100, 1000);
	assert_int_equal(broker_place(b, &q, &p, &r), FATE_DONE);
	placed_release(&p);
	assert_int_equal(broker_place(b, &q, &p, &r), FATE_NOT_SENT);
	assert_int_equal(r.error.code, ERR_TEMPFAIL);
	assert_non_null(strstr(r.error.message, "the account's orders are used up"));
	assert_in_range(r.again_ms, utc_now_ms(), utc_now_ms() + 10100);
	assert_int_equal(atomic_load(&s.played), 1);
	q.reduces = true;
	assert_int_equal(broker_place(b, &q, &p, &r), FATE_DONE);
	placed_release(&p);
	assert_int_equal(broker_place(b, &q, &p, &r), FATE_NOT_SENT); /* 98 of 100 */
	assert_int_equal(atomic_load(&s.played), 2);
	broker_close(b);
	script_end(&s);
}

/* One connection for all, as long as it holds. */
static void keeps_the_connection(void **state)
{
	static const struct step steps[] = { { 200, NULL, FILLED, ANSWER }, { 400, NULL, "{\"code\":-2011,\"msg\":\"\"}", ANSWER }, { 200, NULL, "[]", ANSWER } };
	struct script s;
	struct broker *b;
	struct placed p;
	struct venue_order o, *rows;
	struct reply r;
	size_t n;

	(void)state;
	script_start(&s, steps, 3);
	b = open_broker(s.url, 1000, 1000);
	assert_int_equal(broker_place(b, &buy, &p, &r), FATE_DONE);
	placed_release(&p);
	assert_int_equal(broker_cancel(b, "AAAUSDT", "ct-1", &o, &r), FATE_REFUSED);
	assert_int_equal(broker_open_orders(b, "AAAUSDT", &rows, &n, &r), FATE_DONE);
	free(rows);
	assert_int_equal(atomic_load(&s.connections), 1);
	assert_int_equal(broker_counts(b)->requests, 4);
	broker_close(b);
	script_end(&s);
}

static void refuses_unsafe_addresses(void **state)
{
	static const struct {
		const char *url;
		int mode;
		enum err err;
	} bad[] = {
		{ "http://api.example.com", MODE_LIVE, ERR_USAGE }, { "ftp://127.0.0.1", MODE_DEMO, ERR_USAGE }, { "https://user@127.0.0.1", MODE_DEMO, ERR_USAGE },
		{ "http://127.0.0.1.example.com", MODE_LIVE, ERR_USAGE }, { NULL, MODE_PAPER, ERR_CONFIG }, { NULL, MODE_BACKTEST, ERR_CONFIG },
	};
	char key[100];

	(void)state;
	snprintf(key, sizeof key, "file:%s/key", folder);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct broker_config c = { .market = MARKET_SPOT, .mode = bad[i].mode, .base_url = bad[i].url, .key = key, .now_ms = TIME_NONE };
		struct broker *b;
		struct error e = { 0 };

		assert_int_equal(broker_open(&c, &b, &e), bad[i].err);
		assert_null(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_again_once),
		cmocka_unit_test(asks_again_what_changes_nothing),
		cmocka_unit_test(opens_nothing_on_a_wrong_clock),
		cmocka_unit_test(keeps_to_the_order_budget),
		cmocka_unit_test(keeps_the_connection),
		cmocka_unit_test(refuses_unsafe_addresses),
	};

	return cmocka_run_group_tests(tests, broker_start, broker_end);
}
