/*
 * The signed client against ct-sim, which shares neither signing nor rules with it: every call, and what faults make of them. Needs the
 * program, in CT_BUILD/bin; else it is skipped.
 */
#include "check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/utc.h"
#include "venue/broker.h"

#define API "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
#define SECRET "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
#define ED_API "EdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEd"
#define PEM "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n"
#define NOW INT64_C(1714521605000)
#define COINS(n) ((dec)(n) * DEC_ONE)

static char folder[] = "/tmp/ct-venue-XXXXXX", url[64];
static pid_t exchange;
static int port;

static void put(const char *name, const char *text)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

static int start(void)
{
	static char program[4200], clock_[] = "--clock", now[] = "1714521605000", data[] = "--data", accounts[] = "--accounts", parent[] = "--exit-with-parent";
	static char data_dir[64], accounts_file[64], port_option[] = "--port-file", port_file[64];
	char *argv[] = { program, data, data_dir, clock_, now, accounts, accounts_file, port_option, port_file, parent, NULL };
	const char *build = getenv("CT_BUILD");
	posix_spawn_file_actions_t quiet;
	FILE *f;

	snprintf(program, sizeof program, "%s/bin/ct-sim", build ? build : "build");
	if (access(program, X_OK) != 0)
		return 1;
	snprintf(data_dir, sizeof data_dir, "%s/data", folder);
	snprintf(accounts_file, sizeof accounts_file, "%s/accounts.json", folder);
	snprintf(port_file, sizeof port_file, "%s/port", folder);
	mkdir(data_dir, 0700);
	put("data/AAAUSDT-1h.csv", "1714518000000,100.00,100.00,99.99,100.00,1000.00001,1714521599999,100000,10,0,0,0\n"
		"1714521600000,100.00,103.00,97.00,98.00,1000,1714525199999,100000,10,0,0,0\n"
		"1714525200000,98.00,99.00,89.00,90.00,1000,1714528799999,100000,10,0,0,0\n");
	put("accounts.json", "{\"spread_ticks\":1,\"fill_parts\":2,\"accounts\":[{\"name\":\"main\",\"slippage_bps\":\"0\",\"balances\":{\"USDT\":\"1000\",\"AAA\":\"10\"},"
		"\"keys\":[{\"api_key\":\"" API "\",\"secret\":\"" SECRET "\",\"enableWithdrawals\":true},{\"api_key\":\"" ED_API
		"\",\"public_key\":\"MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\"}]}]}");
	put("key", API "\n" SECRET "\n");
	put("pem", ED_API "\n" PEM);
	put("wrong", API "\nNhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0k\n");
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&exchange, program, &quiet, NULL, argv, environ) != 0)
		return 1;
	posix_spawn_file_actions_destroy(&quiet);
	for (int i = 0; i < 500 && port == 0; i++) {
		usleep(10000);
		f = fopen(port_file, "r");
		if (f && fscanf(f, "%d", &port) != 1)
			port = 0;
		if (f)
			fclose(f);
	}
	snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
	return port == 0;
}

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

static struct broker *open_with(const char *name)
{
	char key[100];
	struct broker_config c = { .market = MARKET_SPOT, .mode = MODE_DEMO, .base_url = url, .key = key, .now_ms = NOW, .patience_ms = 3000, .timeout_ms = 2000 };
	struct broker *b;
	struct error e = { 0 };

	snprintf(key, sizeof key, "file:%s/%s", folder, name);
	if (broker_open(&c, &b, &e))
		fail_msg("%s", e.message);
	return b;
}

#define MUST(call, want) must((call), (want), &r, #call)

static void must(enum fate got, enum fate want, const struct reply *r, const char *what)
{
	if (got != want)
		fail_msg("%s: %s, where '%s' was expected: %s: %s", what, fate_names[got], fate_names[want], r->error.field, r->error.message);
}

static struct order_request request(const char *id, int side, int type, int tif, dec qty, dec price, dec stop)
{
	return (struct order_request){ .symbol = "AAAUSDT", .id = id, .side = side, .type = type, .tif = tif, .qty = qty, .quote_qty = DEC_NONE, .price = price,
		.stop_price = stop };
}

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
	struct venue_list l, *lists;
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
	MUST(broker_fills(b, "AAAUSDT", p.fills[1].trade_id, &fills, &n, &r), FATE_DONE);
	assert_int_equal(n, 1);
	free(fills);
	placed_release(&p);
	assert_true(free_of(b, "AAA") == before + coins);
	MUST(broker_order(b, "AAAUSDT", "t1-buy", &o, &r), FATE_DONE);
	assert_true(o.status == VENUE_FILLED && o.filled_quote > 0);
	MUST(broker_orders(b, "AAAUSDT", 0, &rows, &n, &r), FATE_DONE);
	assert_true(n >= 1 && strcmp(rows[n - 1].id, "t1-buy") == 0);
	free(rows);

	MUST(broker_place_list(b, &oco, &l, &r), FATE_DONE);
	assert_true(l.executing && l.full && l.order_count == 2);
	MUST(broker_open_orders(b, NULL, &rows, &n, &r), FATE_DONE);
	assert_true(n == 2 && rows[0].list_id == l.list_id);
	free(rows);
	MUST(broker_open_lists(b, &lists, &n, &r), FATE_DONE);
	assert_true(n == 1 && strcmp(lists[0].id, "t1-oco") == 0 && lists[0].order_count == 2);
	free(lists);
	MUST(broker_list(b, "t1-oco", &l, &r), FATE_DONE);
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

static void replaces_and_cancels(void **state)
{
	struct order_request low = request("t3-a", SIDE_BUY, VENUE_LIMIT, VENUE_GTC, COINS(1), COINS(90), DEC_NONE);
	struct order_request lower = request("t3-b", SIDE_BUY, VENUE_LIMIT_MAKER, VENUE_TIF_NONE, COINS(1), COINS(85), DEC_NONE);
	struct order_request taker = request("t3-c", SIDE_BUY, VENUE_LIMIT_MAKER, VENUE_TIF_NONE, COINS(1), COINS(105), DEC_NONE);
	struct broker *b = open_with("key");
	struct replaced x;
	struct venue_order o;
	struct placed p;
	struct reply r;

	(void)state;
	MUST(broker_place(b, &low, &p, &r), FATE_DONE);
	assert_true(p.order.status == VENUE_NEW && p.fill_count == 0);
	placed_release(&p);
	MUST(broker_replace(b, "t3-a", &lower, &x, &r), FATE_DONE);
	assert_true(x.cancelled.status == VENUE_CANCELED && x.placed.order.status == VENUE_NEW);
	placed_release(&x.placed);
	MUST(broker_replace(b, "t3-a", &taker, &x, &r), FATE_REFUSED);
	assert_true(x.cancel == FATE_REFUSED && x.cancel_refusal == REFUSED_CANCEL && x.place == FATE_NOT_SENT);
	MUST(broker_replace(b, "t3-b", &taker, &x, &r), FATE_REFUSED);
	assert_true(x.cancel == FATE_DONE && x.place == FATE_REFUSED && x.place_reason == REFUSAL_WOULD_TAKE);
	MUST(broker_cancel(b, "AAAUSDT", "t3-b", &o, &r), FATE_REFUSED);
	assert_int_equal(r.refusal, REFUSED_CANCEL);
	broker_close(b);
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
		cmocka_unit_test(looks_around),
		cmocka_unit_test(buys_protects_and_sells),
		cmocka_unit_test(attaches_protection_to_an_entry),
		cmocka_unit_test(replaces_and_cancels),
		cmocka_unit_test(is_told_why_not),
		cmocka_unit_test(meets_faults),
		cmocka_unit_test(leaves_a_limited_exchange_alone),
	};
	char command[100];
	int failed = 0;

	if (!mkdtemp(folder))
		return 1;
	setenv("XDG_STATE_HOME", folder, 1);
	if (start())
		print_message("ct-sim is not there: skipped\n");
	else
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (exchange > 0) {
		kill(exchange, SIGTERM);
		waitpid(exchange, NULL, 0);
	}
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) ? 1 : failed;
}
