/* The exchange over HTTP: libmicrohttpd's connections on one side, routes and faults on the other. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/utc.h"
#include "sim/bulk.h"
#include "sim/dispatch.h"
#include "sim/server.h"

#define BODY_MAX ((size_t)1 << 16)
#define HANG_MS (10 * MS_MINUTE)

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
	bool started;                  /* its headers have come */
	char *query;                   /* as it arrived, NULL: none */
	struct buf body, decoded;
	struct exchange *next;         /* in sim->waiting */
};

/* Parameters point into x->decoded. */
static void read_request(struct exchange *x, const char *method, const char *path, struct sim_request *q)
{
	size_t query_size;

	*q = (struct sim_request){ .state = &x->sim->state, .method = method, .path = path };
	q->now_ms = sim_clock_now(&x->sim->state.clock);
	q->time_unit = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "X-MBX-TIME-UNIT");
	q->api_key = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "X-MBX-APIKEY");
	q->query = x->query ? x->query : "";
	q->query_len = strlen(q->query);
	q->body = x->body.data ? x->body.data : "";
	q->body_len = x->body.len;
	q->fault = x->faulty ? &x->fault : NULL;
	buf_clear(&x->decoded);
	query_size = q->query_len + 1;
	buf_add(&x->decoded, q->query, query_size);
	buf_add(&x->decoded, q->body, q->body_len + 1);
	if (!x->decoded.failed)
		sim_params_parse(q, x->decoded.data, x->route && x->route->control ? NULL : x->decoded.data + query_size);
}

static void count_request(struct sim_state *s, const struct sim_route *route)
{
	if (!route)
		s->unknown_count++;
	else if (!route->control)
		s->route_counts[route - sim_exchange_routes]++;
}

static int64_t weight_of(const struct sim_route *r, const struct sim_request *q)
{
	char symbol[SYMBOL_SIZE];

	if (r->weigh)
		return r->weigh(q);
	if (r->switched && sim_param(q, r->switched))
		return r->weight_switched;
	return sim_param_text(q, "symbol", symbol, sizeof symbol) ? r->weight : r->weight_many;
}

/* Once a request, when it has arrived whole: books its weight, and finds the fault that strikes it. */
static void admit(struct exchange *x, const char *method, const char *path)
{
	struct sim_state *s = &x->sim->state;
	const struct sim_fault *fault;
	const struct sim_account *account;
	const struct sim_key *key;
	struct sim_target target = { .method = method, .path = path };
	struct sim_request q;
	char symbol[SYMBOL_SIZE];
	bool known_path;

	x->admitted = true;
	x->verdict.status = 200;
	x->route = sim_route_find(s, method, path, &known_path);
	count_request(s, x->route);
	if (!x->route || x->route->control)
		return;
	read_request(x, method, path, &q);
	target.symbol = sim_param_text(&q, "symbol", symbol, sizeof symbol) || (x->route->archive && sim_bulk_symbol(path, symbol)) ? symbol : NULL;
	target.now_ms = q.now_ms;
	account = s->exchange && q.api_key ? sim_account_of_key(&s->exchange->accounts, q.api_key, &key) : NULL;
	target.account = account ? account->name : NULL;
	if (x->route->own_limit)
		x->verdict.status = sim_limits_charge_call(&s->limits, utc_now_ms(), &x->verdict.retry_after_s);
	else if (!x->route->archive)
		x->verdict.status = sim_limits_charge(&s->limits, weight_of(x->route, &q), utc_now_ms(), &x->verdict.retry_after_s);
	fault = x->verdict.status == 200 ? sim_faults_strike(&s->faults, &target) : NULL;
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

static void add_number(struct MHD_Response *r, const char *name, int64_t v)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", (long long)v);
	MHD_add_response_header(r, name, number);
}

static enum MHD_Result send_answer(struct exchange *x, const struct sim_request *q, struct sim_answer *a)
{
	struct sim_state *s = &x->sim->state;
	struct MHD_Response *r;
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
	if (x->route && !x->route->control && !x->route->archive) {
		add_number(r, "X-MBX-USED-WEIGHT", s->limits.used);
		add_number(r, "X-MBX-USED-WEIGHT-1M", s->limits.used);
	}
	if (a->tells_orders) {
		add_number(r, "X-MBX-ORDER-COUNT-10S", q->account->per_10s.count);
		add_number(r, "X-MBX-ORDER-COUNT-1D", q->account->per_day.count);
	}
	if (a->retry_after_s >= 0)
		add_number(r, "Retry-After", a->retry_after_s);
	ok = MHD_queue_response(x->connection, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return ok;
}

/* What the exchange does not answer at all: it hangs, before it has carried the request out or after; or resets. */
static bool is_silent(const struct exchange *x)
{
	return x->faulty && (x->fault.kind == SIM_FAULT_HANG || x->fault.kind == SIM_FAULT_RESET || x->fault.kind == SIM_FAULT_PARTIAL);
}

static int64_t wait_of(const struct sim_fault *f)
{
	if (f->kind != SIM_FAULT_HANG && f->kind != SIM_FAULT_DELAY && f->kind != SIM_FAULT_PARTIAL)
		return 0;
	return f->delay_ms ? f->delay_ms : f->kind == SIM_FAULT_DELAY ? MS_SECOND : HANG_MS;
}

static void answer(struct exchange *x, struct sim_request *q, struct sim_answer *a)
{
	if (x->body.failed)
		sim_refuse(a, 413, -1100, "The body is too large.");
	else
		sim_dispatch(q, x->route, &x->verdict, a);
}

/* The request has come whole, or its wait is over. */
static enum MHD_Result serve(struct exchange *x, const char *method, const char *path)
{
	struct sim_answer a = { .status = 200, .type = "application/json;charset=UTF-8", .retry_after_s = -1 };
	struct sim_request q;
	enum MHD_Result ok;

	if (!x->admitted)
		admit(x, method, path);
	if (is_silent(x) && !x->resumed && (x->fault.processed || x->fault.kind == SIM_FAULT_PARTIAL)) {
		read_request(x, method, path, &q);
		answer(x, &q, &a);
		buf_release(&a.body);
	}
	if (x->faulty && !x->resumed && wait_of(&x->fault)) {
		wait_for(x, wait_of(&x->fault));
		return MHD_YES;
	}
	if (is_silent(x))
		return slam(x);
	read_request(x, method, path, &q);
	answer(x, &q, &a);
	ok = send_answer(x, &q, &a);
	buf_release(&a.body);
	return ok;
}

/* The request's first line: the query string as it came, before anything is decoded. */
static void *on_line(void *ctx, const char *uri, struct MHD_Connection *connection)
{
	const char *query = strchr(uri, '?');
	struct exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->sim = ctx;
	x->connection = connection;
	x->body.max = BODY_MAX;
	x->query = query ? strdup(query + 1) : NULL;
	return x;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
	const char *upload, size_t *upload_size, void **own)
{
	struct exchange *x = *own;

	(void)version;
	(void)ctx;
	(void)connection;
	if (!x)
		return MHD_NO;
	if (!x->started) {
		x->started = true;
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
	buf_release(&x->decoded);
	free(x->query);
	free(x);
	*own = NULL;
}

enum err sim_listen(struct sim *s, int port, struct error *e)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(MHD_ALLOW_SUSPEND_RESUME, (uint16_t)port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_URI_LOG_CALLBACK, on_line, s,
		MHD_OPTION_CONNECTION_LIMIT, 500U, MHD_OPTION_CONNECTION_TIMEOUT, 120U,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)1 << 16, MHD_OPTION_END);
	if (!s->daemon)
		return error_set(e, ERR_UNAVAILABLE, "cannot listen on 127.0.0.1:%d", port);
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	s->port = info ? info->port : port;
	return OK;
}

int64_t sim_resume_due(struct sim *s, int64_t now_ms, bool all)
{
	int64_t wait_ms = SIM_WAIT_MS;

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
