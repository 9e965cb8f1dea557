/*
 * The exchange's routes: any request gets an answer, of a known status, and in JSON where it says so. The input is a route's
 * number, a fault's, and NUL-separated names and values of parameters.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/dispatch.h"

static int64_t counts[128];
static struct sim_state state = {
	.route_counts = counts,
	.limits = { .weight_limit = 6000, .window_ms = 60000, .ban_after = 5, .ban_ms = 120000 },
};

/* One account with money and keys, from a file that is gone at once. */
static void open_accounts(void)
{
	static const char text[] = "{\"volume_share\":\"0.01\",\"spread_ticks\":1,\"accounts\":[{\"name\":\"a\",\"balances\":{\"USDT\":\"1000000\",\"AAA\":\"1000\"},"
				   "\"keys\":[{\"secret\":\"s\",\"api_key\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}]}";
	char path[] = "/tmp/fuzz-sim-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, sizeof text - 1) != sizeof text - 1
		|| sim_exchange_new(path, state.market, state.info, INT64_C(1714523400000), &state.exchange, NULL))
		abort();
	close(fd);
	unlink(path);
}

static void prepare(void)
{
	static const char *const names[] = { "AAAUSDT", "BTCUSDT" };
	struct sim_names all = { names, 2 };

	if (sim_market_generate(7, INTERVAL_4H, INT64_C(1704067200000), 12, &all, &state.market, NULL) || sim_info_new(NULL, &all, &state.info, NULL))
		abort();
	sim_clock_init(&state.clock, INT64_C(1714523400000), 0);
	open_accounts();
}

/* Names that lead somewhere are likelier: a first byte that is the number of one picks it. */
static const char *name_of(const char *text, size_t n)
{
	static const char *const known[] = {
		"symbol", "symbols", "interval", "startTime", "endTime", "limit", "timeZone", "permissions", "symbolStatus", "showPermissionSets", "t", "advance",
		"side", "type", "timeInForce", "quantity", "quoteOrderQty", "price", "stopPrice", "orderId", "newClientOrderId", "origClientOrderId", "trailingDelta",
		"aboveType", "abovePrice", "belowType", "belowStopPrice", "workingType", "workingSide", "workingPrice", "workingQuantity", "workingTimeInForce",
		"pendingSide", "pendingType", "pendingPrice", "pendingAboveType", "pendingAbovePrice", "pendingBelowType", "pendingBelowStopPrice", "amount", "asset", "account",
	};

	return n && (unsigned char)text[0] < sizeof known / sizeof *known ? known[(unsigned char)text[0]] : text;
}

static void read_params(char *text, size_t n, struct sim_request *q)
{
	char *end = text + n;

	while (text < end && q->param_count < SIM_PARAMS_MAX) {
		size_t name = strnlen(text, (size_t)(end - text)), value;
		char *at = text + name + (text + name < end);

		value = strnlen(at, (size_t)(end - at));
		q->params[q->param_count++] = (struct sim_param){ name_of(text, name), at, value };
		text = at + value + 1;
	}
}

/* Nothing is ever owed, and what is locked is locked for an open order or list. */
static void check_money(void)
{
	const struct sim_orders *all = &state.exchange->orders;
	dec locked = 0, kept = 0;

	for (size_t i = 0; i < state.exchange->accounts.rows[0].balance_count; i++) {
		const struct sim_balance *b = &state.exchange->accounts.rows[0].balances[i];

		if (b->free < 0 || b->locked < 0)
			abort();
		locked += b->locked;
	}
	for (size_t i = 0; i < all->order_count; i++)
		kept += all->orders[i].locked;
	for (size_t i = 0; i < all->list_count; i++)
		kept += all->lists[i].received;
	if (locked != kept || all->open_count > all->order_count)
		abort();
}

static void start_anew(void)
{
	sim_exchange_free(state.exchange);
	sim_clock_set(&state.clock, INT64_C(1714523400000));
	open_accounts();
}

static const struct sim_route *route_of(unsigned number)
{
	size_t spot = 0, control = 0;

	while (sim_exchange_routes[spot].method)
		spot++;
	while (sim_control_routes[control].method)
		control++;
	number %= (unsigned)(spot + control);
	return number < spot ? &sim_exchange_routes[number] : &sim_control_routes[number - spot];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sim_answer a = { .status = 200, .type = "application/json", .retry_after_s = -1 };
	struct sim_fault fault = { .status = 200 };
	struct sim_request q = { .state = &state, .body = "" };
	char file[256];
	const struct sim_route *route;
	json_t *json;
	char *text;

	if (!state.market)
		prepare();
	if (n < 3)
		return 0;
	route = route_of(data[0]);
	q.method = route->method;
	q.path = route->path;
	q.now_ms = sim_clock_now(&state.clock);
	q.time_unit = data[2] & 1 ? "MICROSECOND" : NULL;
	fault.kind = data[1] % (2 * SIM_FAULT_COUNT);
	q.fault = fault.kind < SIM_FAULT_COUNT && !route->control ? &fault : NULL;
	text = malloc(n + 1); /* every value ends in a NUL, as the server's do */
	memcpy(text, data + 3, n - 3);
	text[n - 3] = '\0';
	q.body = text;
	q.body_len = n - 3;
	if (route->archive) {
		snprintf(file, sizeof file, "%s%s", route->path, text);
		q.path = file;
	}
	read_params(text, n - 3, &q);
	if (route->security != SIM_PUBLIC && data[2] & 2) { /* as if it were signed; and then some bars pass */
		q.account = &state.exchange->accounts.rows[0];
		q.key = &q.account->keys[0];
		q.fault = NULL;
		route->handle(&q, &a);
		q.now_ms += (data[2] >> 2) * INT64_C(3600000);
		sim_clock_set(&state.clock, q.now_ms);
		if (sim_settle(state.exchange, q.now_ms, NULL))
			abort();
	} else {
		sim_dispatch(&q, route, &(struct sim_verdict){ .status = 200 }, &a);
	}
	if (a.body.failed || a.status < 200 || a.status > 599)
		abort();
	if (!q.fault && !route->archive) { /* files, or XML where there is none */
		json = json_loadb(a.body.data, a.body.len, 0, NULL);
		if (!json)
			abort();
		json_decref(json);
	}
	check_money();
	if (state.exchange->orders.order_count > 2000 || sim_clock_now(&state.clock) > INT64_C(1735689600000))
		start_anew();
	sim_faults_release(&state.faults);
	buf_release(&a.body);
	free(text);
	return 0;
}
