/* The exchange over HTTP: libmicrohttpd's connections on one side, routes and faults on the other. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/path.h"
#include "core/utc.h"
#include "sim/dispatch.h"
#include "sim/sim.h"

#define BODY_MAX ((size_t)1 << 16)
#define HANG_MS (10 * MS_MINUTE)
#define WAIT_MS 200 /* between two looks at stopping() */

/* One request on its way. */
struct exchange {
	struct sim *sim;
	struct MHD_Connection *connection;
	const struct sim_route *route; /* NULL: no such path */
	bool admitted, waiting, resumed;
	struct sim_verdict verdict;    /* of the limits */
	int64_t resume_wall_ms;
	struct sim_fault fault;        /* a copy: the list may change while this one waits */
	bool faulty;
	struct buf body;
	struct exchange *next;         /* in sim->waiting */
};

struct sim {
	struct sim_state state;
	struct MHD_Daemon *daemon;
	struct exchange *waiting; /* suspended connections */
	int port;
};

static enum MHD_Result add_param(void *ctx, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value, size_t value_size)
{
	struct sim_request *q = ctx;

	(void)kind;
	(void)key_size;
	if (q->param_count == SIM_PARAMS_MAX) {
		q->too_many_params = true;
		return MHD_NO;
	}
	q->params[q->param_count++] = (struct sim_param){ key, value ? value : "", value ? value_size : 0 };
	return MHD_YES;
}

static void read_request(struct exchange *x, const char *method, const char *path, struct sim_request *q)
{
	*q = (struct sim_request){ .state = &x->sim->state, .method = method, .path = path };
	q->now_ms = sim_clock_now(&x->sim->state.clock);
	q->time_unit = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "X-MBX-TIME-UNIT");
	q->body = x->body.data ? x->body.data : "";
	q->body_len = x->body.len;
	q->fault = x->faulty ? &x->fault : NULL;
	MHD_get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, add_param, q);
}

static void count_request(struct sim_state *s, const struct sim_route *route)
{
	if (!route)
		s->unknown_count++;
	else if (!route->control)
		s->route_counts[route - sim_spot_routes]++;
}

/* Once a request, when it has arrived whole: books its weight, and finds the fault that strikes it. */
static void admit(struct exchange *x, const char *method, const char *path)
{
	struct sim_state *s = &x->sim->state;
	const struct sim_fault *fault;
	struct sim_request q;
	char symbol[SYMBOL_SIZE];
	bool known_path, one;

	x->admitted = true;
	x->verdict.status = 200;
	x->route = sim_route_find(method, path, &known_path);
	count_request(s, x->route);
	if (!x->route || x->route->control)
		return;
	read_request(x, method, path, &q);
	one = sim_param_text(&q, "symbol", symbol, sizeof symbol);
	x->verdict.status = sim_limits_charge(&s->limits, one ? x->route->weight : x->route->weight_many, utc_now_ms(), &x->verdict.retry_after_s);
	fault = x->verdict.status == 200 ? sim_faults_strike(&s->faults, path, one ? symbol : NULL) : NULL;
	if (fault) {
		x->fault = *fault;
		x->faulty = true;
	}
}

static void wait_for(struct exchange *x, int64_t delay_ms)
{
	x->waiting = true;
	x->resume_wall_ms = utc_now_ms() + delay_ms + 1; /* never early: the clock is cut to whole milliseconds */
	x->next = x->sim->waiting;
	x->sim->waiting = x;
	MHD_suspend_connection(x->connection);
}

static void stop_waiting(struct exchange *x)
{
	for (struct exchange **p = &x->sim->waiting; *p; p = &(*p)->next)
		if (*p == x) {
			*p = x->next;
			break;
		}
	x->waiting = false;
}

/* Resets the connection: no FIN, and nothing of what is still in the buffers. */
static enum MHD_Result slam(struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (info)
		setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	return MHD_NO;
}

/* A body that breaks off: promised whole, sent by half. */
struct half {
	size_t len;
	char data[];
};

static ssize_t read_half(void *ctx, uint64_t at, char *out, size_t max)
{
	const struct half *h = ctx;
	size_t n = h->len - (size_t)at;

	if (n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = n < max ? n : max;
	memcpy(out, h->data + at, n);
	return (ssize_t)n;
}

static struct MHD_Response *half_response(const struct buf *body)
{
	struct half *h = malloc(sizeof *h + body->len / 2);

	if (!h)
		return NULL;
	h->len = body->len / 2;
	if (h->len)
		memcpy(h->data, body->data, h->len);
	return MHD_create_response_from_callback(body->len ? body->len : 1, 4096, read_half, h, free);
}

static enum MHD_Result send_answer(struct exchange *x, struct sim_answer *a)
{
	struct sim_state *s = &x->sim->state;
	struct MHD_Response *r;
	char number[24];
	enum MHD_Result ok;

	if (a->body.failed) {
		buf_release(&a->body);
		sim_refuse(a, 500, -1000, "An unknown error occurred while processing the request.");
	}
	r = x->faulty && x->fault.kind == SIM_FAULT_CUT ? half_response(&a->body)
							 : MHD_create_response_from_buffer(a->body.len, a->body.data, MHD_RESPMEM_MUST_COPY);
	if (!r)
		return MHD_NO;
	s->status_counts[a->status] += x->route && !x->route->control;
	MHD_add_response_header(r, "Content-Type", a->type);
	if (x->route && !x->route->control) {
		snprintf(number, sizeof number, "%lld", (long long)s->limits.used);
		MHD_add_response_header(r, "X-MBX-USED-WEIGHT", number);
		MHD_add_response_header(r, "X-MBX-USED-WEIGHT-1M", number);
	}
	if (a->retry_after_s >= 0) {
		snprintf(number, sizeof number, "%lld", (long long)a->retry_after_s);
		MHD_add_response_header(r, "Retry-After", number);
	}
	ok = MHD_queue_response(x->connection, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return ok;
}

/* The request has come whole, or its wait is over. */
static enum MHD_Result serve(struct exchange *x, const char *method, const char *path)
{
	struct sim_answer a = { .status = 200, .type = "application/json;charset=UTF-8", .retry_after_s = -1 };
	struct sim_request q;
	int kind;
	enum MHD_Result ok;

	if (!x->admitted)
		admit(x, method, path);
	kind = x->faulty ? x->fault.kind : -1;
	if (!x->resumed && (kind == SIM_FAULT_HANG || kind == SIM_FAULT_DELAY)) {
		wait_for(x, x->fault.delay_ms ? x->fault.delay_ms : kind == SIM_FAULT_HANG ? HANG_MS : MS_SECOND);
		return MHD_YES;
	}
	if (kind == SIM_FAULT_HANG || kind == SIM_FAULT_RESET)
		return slam(x);
	read_request(x, method, path, &q);
	if (x->body.failed)
		sim_refuse(&a, 413, -1100, "The body is too large.");
	else
		sim_dispatch(&q, x->route, &x->verdict, &a);
	ok = send_answer(x, &a);
	buf_release(&a.body);
	return ok;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
	const char *upload, size_t *upload_size, void **own)
{
	struct exchange *x = *own;

	(void)version;
	if (!x) {
		x = calloc(1, sizeof *x);
		if (!x)
			return MHD_NO;
		x->sim = ctx;
		x->connection = connection;
		x->body.max = BODY_MAX;
		*own = x;
		return MHD_YES;
	}
	if (*upload_size) {
		buf_add(&x->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return x->waiting ? MHD_YES : serve(x, method, path);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **own, enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *own;

	(void)ctx;
	(void)connection;
	(void)how;
	if (!x)
		return;
	stop_waiting(x);
	buf_release(&x->body);
	free(x);
	*own = NULL;
}

static enum err load_faults(struct sim *s, const char *text, struct error *e)
{
	struct buf file = { 0 };
	enum err rc;

	if (text[0] == '[' || text[0] == '{')
		return sim_faults_add(&s->state.faults, text, strlen(text), e);
	rc = file_read(text, (size_t)1 << 20, &file, e);
	if (!rc)
		rc = sim_faults_add(&s->state.faults, file.data, file.len, e);
	buf_release(&file);
	return rc;
}

static enum err listen_on(struct sim *s, int port, struct error *e)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(MHD_ALLOW_SUSPEND_RESUME, (uint16_t)port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT, 500U, MHD_OPTION_CONNECTION_TIMEOUT, 120U,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)1 << 16, MHD_OPTION_END);
	if (!s->daemon)
		return error_set(e, ERR_UNAVAILABLE, "cannot listen on 127.0.0.1:%d", port);
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	s->port = info ? info->port : port;
	return OK;
}

enum err sim_new(const struct sim_config *c, struct sim **sim, struct error *e)
{
	struct sim_names names = { c->symbols, c->symbol_count };
	struct sim *s = calloc(1, sizeof *s);
	size_t routes = 0;
	enum err rc;

	*sim = NULL;
	if (!s)
		return error_memory(e);
	while (sim_spot_routes[routes].method)
		routes++;
	s->state.route_counts = calloc(routes, sizeof *s->state.route_counts);
	s->state.warn = c->warn;
	s->state.faults.random = c->seed;
	s->state.limits = (struct sim_limits){ .weight_limit = c->weight_limit, .window_ms = c->weight_window_ms, .ban_after = c->ban_after, .ban_ms = c->ban_ms };
	sim_clock_init(&s->state.clock, c->clock_ms, c->speed);
	rc = s->state.route_counts ? OK : error_memory(e);
	if (!rc && c->data)
		rc = sim_market_folder(c->data, &names, &s->state.market, e);
	else if (!rc)
		rc = sim_market_generate(c->seed, c->interval, c->from_ms, c->outages_per_year, &names, &s->state.market, e);
	if (!rc)
		rc = sim_info_new(c->exchange_info, &names, &s->state.info, e);
	if (!rc && c->faults)
		rc = load_faults(s, c->faults, e);
	if (!rc)
		rc = listen_on(s, c->port, e);
	if (rc) {
		sim_free(s);
		return rc;
	}
	*sim = s;
	return OK;
}

int sim_port(const struct sim *s)
{
	return s->port;
}

/* Wakes the connections whose time has come; returns how long until the next one's. */
static int64_t resume_due(struct sim *s, int64_t now_ms, bool all)
{
	int64_t wait_ms = WAIT_MS;

	for (struct exchange *x = s->waiting, *next; x; x = next) {
		next = x->next;
		if (all || x->resume_wall_ms <= now_ms) {
			stop_waiting(x);
			x->resumed = true;
			MHD_resume_connection(x->connection);
			wait_ms = 0;
		} else if (x->resume_wall_ms - now_ms < wait_ms) {
			wait_ms = x->resume_wall_ms - now_ms;
		}
	}
	return wait_ms;
}

enum err sim_run(struct sim *s, bool (*stopping)(void), struct error *e)
{
	while (!stopping())
		if (MHD_run_wait(s->daemon, (int32_t)resume_due(s, utc_now_ms(), false)) != MHD_YES)
			return error_set(e, ERR_INTERNAL, "the HTTP server failed");
	return OK;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	if (s->daemon) {
		resume_due(s, 0, true); /* a suspended connection cannot be closed */
		MHD_run(s->daemon);
		MHD_stop_daemon(s->daemon);
	}
	sim_faults_release(&s->state.faults);
	sim_info_free(s->state.info);
	sim_market_free(s->state.market);
	free(s->state.route_counts);
	free(s);
}
