/* The signed client against ct-sim: refusals, faults and limits. */
#include "exchange.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A word to the simulator itself. */
static void control(const char *method, const char *path, const char *body)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char text[1024];
	int fd = socket(AF_INET, SOCK_STREAM, 0), n;

	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	n = snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", method, path, strlen(body), body);
	assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
	n = (int)recv(fd, text, sizeof text - 1, MSG_WAITALL);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, " 200 "))
		fail_msg("%s %s: %s", method, path, text);
	close(fd);
}

static void fault(const char *members)
{
	char text[300];

	snprintf(text, sizeof text, "[{%s}]", members);
	control("POST", "/sim/fault", text);
}

static void is_told_why_not(void **state)
{
	static const struct {
		int side, type, tif;
		int64_t qty, price, stop; /* hundredths */
		int refusal;
		enum refusal_reason reason;
	} cases[] = {
		{ SIDE_BUY, VENUE_LIMIT, VENUE_GTC, 10000, 9000, 0, -2010, REFUSAL_BALANCE },
		{ SIDE_BUY, VENUE_LIMIT_MAKER, VENUE_TIF_NONE, 100, 10500, 0, -2010, REFUSAL_WOULD_TAKE },
		{ SIDE_SELL, VENUE_STOP_LOSS, VENUE_TIF_NONE, 100, 0, 12000, -2010, REFUSAL_WOULD_TRIGGER },
		{ SIDE_BUY, VENUE_LIMIT, VENUE_GTC, 1, 9000, 0, -1013, REFUSAL_OTHER },
		{ SIDE_BUY, VENUE_MARKET, VENUE_GTC, 100, 0, 0, -1106, REFUSAL_OTHER },
	};
	struct broker *b = open_with("key"), *wrong = open_with("wrong");
	struct order_request unknown = request("t4", SIDE_BUY, VENUE_LIMIT, VENUE_GTC, COINS(1), COINS(90), DEC_NONE);
	struct venue_order o, *rows;
	struct placed p;
	struct reply r;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct order_request q = request("t4-x", cases[i].side, cases[i].type, cases[i].tif, (dec)cases[i].qty * 1000000,
			cases[i].price ? (dec)cases[i].price * 1000000 : DEC_NONE, cases[i].stop ? (dec)cases[i].stop * 1000000 : DEC_NONE);

		MUST(broker_place(b, &q, &p, &r), FATE_REFUSED);
		assert_int_equal(r.refusal, cases[i].refusal);
		assert_int_equal(r.reason, cases[i].reason);
		assert_int_equal(r.error.code, ERR_DATA);
	}
	MUST(broker_test(b, &unknown, &r), FATE_DONE);
	MUST(broker_order(b, "AAAUSDT", "t4", &o, &r), FATE_REFUSED);
	assert_int_equal(r.refusal, REFUSED_NO_SUCH_ORDER);
	unknown.symbol = "NOPEUSDT";
	MUST(broker_place(b, &unknown, &p, &r), FATE_REFUSED);
	assert_int_equal(r.refusal, REFUSED_SYMBOL);
	MUST(broker_open_orders(wrong, NULL, &rows, &n, &r), FATE_REFUSED);
	assert_int_equal(r.refusal, REFUSED_SIGNATURE);
	assert_int_equal(r.error.code, ERR_NOPERM);
	broker_close(wrong);
	broker_close(b);
}

/* Carried out and the answer lost: the order is there, once. Lost on the way: it is not. The caller can't tell which. */
static void meets_faults(void **state)
{
	static const struct {
		const char *fault, *id;
		enum fate fate;
		bool there;
	} cases[] = {
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"reset\",\"processed\":true", "t5-1", FATE_UNKNOWN, true },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"reset\"", "t5-2", FATE_UNKNOWN, false },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"cut\",\"processed\":true", "t5-3", FATE_UNKNOWN, true },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"504\",\"processed\":true", "t5-4", FATE_UNKNOWN, true },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"503\"", "t5-5", FATE_UNKNOWN, false },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"garbage\",\"processed\":true", "t5-6", FATE_UNKNOWN, true },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"truncate\",\"processed\":true", "t5-7", FATE_UNKNOWN, true },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"html\",\"status\":403", "t5-8", FATE_NOT_SENT, false },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"skew\",\"skew_ms\":60000", "t5-9", FATE_DONE, true },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"maintenance\"", "t5-10", FATE_UNKNOWN, false },
		{ "\"route\":\"order\",\"method\":\"POST\",\"kind\":\"hang\",\"delay_ms\":5000,\"processed\":true", "t5-11", FATE_UNKNOWN, true },
	};
	struct broker *b = open_with("key");
	struct venue_order o, *rows;
	struct reply r;
	size_t n, times;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct order_request q = request(cases[i].id, SIDE_BUY, VENUE_LIMIT, VENUE_GTC, DEC_ONE / 10, COINS(90), DEC_NONE);
		struct placed p;

		fault(cases[i].fault);
		must(broker_place(b, &q, &p, &r), cases[i].fate, &r, cases[i].fault);
		placed_release(&p);
		MUST(broker_open_orders(b, "AAAUSDT", &rows, &n, &r), FATE_DONE);
		times = 0;
		for (size_t k = 0; k < n; k++)
			times += strcmp(rows[k].id, cases[i].id) == 0;
		free(rows);
		if (times != cases[i].there)
			fail_msg("%s: there %zu times", cases[i].fault, times);
		must(broker_order(b, "AAAUSDT", cases[i].id, &o, &r), cases[i].there ? FATE_DONE : FATE_REFUSED, &r, cases[i].fault);
		if (cases[i].there)
			MUST(broker_cancel(b, "AAAUSDT", cases[i].id, &o, &r), FATE_DONE);
	}
	fault("\"route\":\"openOrders\",\"kind\":\"500\",\"count\":2");
	MUST(broker_open_orders(b, NULL, &rows, &n, &r), FATE_DONE);
	assert_int_equal(r.tries, 3);
	free(rows);
	broker_close(b);
}

/* Last, as everybody waits after it. */
static void leaves_a_limited_exchange_alone(void **state)
{
	struct order_request q = request("t6", SIDE_BUY, VENUE_LIMIT, VENUE_GTC, DEC_ONE / 10, COINS(90), DEC_NONE);
	struct broker *b = open_with("key");
	long before;
	struct placed p;
	struct reply r;

	(void)state;
	fault("\"route\":\"order\",\"kind\":\"429\",\"retry_after_s\":30");
	MUST(broker_place(b, &q, &p, &r), FATE_NOT_SENT);
	assert_true(r.again_ms > utc_now_ms() + 20000);
	before = broker_counts(b)->requests;
	q.reduces = true;
	MUST(broker_place(b, &q, &p, &r), FATE_NOT_SENT);
	assert_int_equal(broker_counts(b)->requests, before);
	assert_int_equal(r.error.code, ERR_TEMPFAIL);
	broker_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_told_why_not),
		cmocka_unit_test(meets_faults),
		cmocka_unit_test(leaves_a_limited_exchange_alone),
	};

	return exchange_tests(tests);
}
