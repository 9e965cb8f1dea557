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
#include "sim/request.h"
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
	int refused_status;            /* by the limits: 429 or 418, else 0 */
	int64_t retry_after_s, resume_wall_ms;
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

static const struct sim_route *const tables[] = { sim_spot_routes, sim_control_routes };

static const struct sim_route *find_route(const char *method, const char *path, bool *known_path)
{
	*known_path = false;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (const struct sim_route *r = tables[t]; r->method; r++)
			if (strcmp(r->path, path) == 0) {
				*known_path = true;
				if (strcmp(r->method, method) == 0)
					return r;
			}
	return NULL;
}

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

static bool known_param(const struct sim_route *route, const char *name)
{
	for (const char *const *p = route->params; p && *p; p++)
		if (strcmp(*p, name) == 0)
			return true;
	return false;
}

static bool params_are_right(const struct sim_route *route, const struct sim_request *q, struct sim_answer *a)
{
	size_t known = 0;

	for (size_t i = 0; i < q->param_count; i++) {
		known += known_param(route, q->params[i].name);
		if (sim_param(q, q->params[i].name) != &q->params[i]) {
			sim_refuse(a, 400, -1101, "Duplicate values for a parameter detected.");
			return false;
		}
	}
	if (known == q->param_count && !q->too_many_params)
		return true;
	if (route->params)
		sim_refuse(a, 400, -1104, "Not all sent parameters were read; read '%zu' parameter(s) but was sent '%zu'.", known, q->param_count);
	else
		sim_refuse(a, 400, -1101, "Too many parameters; expected '0' and received '%zu'.", q->param_count);
	return false;
}

static bool read_time_unit(struct sim_request *q, struct sim_answer *a)
{
	const char *unit = q->time_unit;

	q->micros = unit && (strcmp(unit, "MICROSECOND") == 0 || strcmp(unit, "microsecond") == 0);
	if (!unit || q->micros || strcmp(unit, "MILLISECOND") == 0 || strcmp(unit, "millisecond") == 0)
		return true;
	sim_refuse(a, 400, -1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.");
	return false;
}

static void page(struct sim_answer *a, int status, const char *title)
{
	buf_clear(&a->body);
	a->status = status;
	a->type = "text/html";
	buf_addf(&a->body, "<html>\n<head><title>%d %s</title></head>\n<body><h1>%d %s</h1></body>\n</html>\n", status, title, status, title);
}

/* Decimals in quotes become bare numbers. */
static void unquote_numbers(struct buf *b)
{
	size_t to = 0;

	for (size_t i = 0; i < b->len; i++) {
		size_t n = b->data[i] == '"' ? strspn(b->data + i + 1, "0123456789.") : 0;

		if (n && b->data[i + 1 + n] == '"') {
			memmove(b->data + to, b->data + i + 1, n);
			to += n;
			i += n + 1;
		} else {
			b->data[to++] = b->data[i];
		}
	}
	b->len = to;
}

static void over_limit(struct sim_answer *a, const struct sim_state *s, int status, int64_t retry_after_s, int64_t until_ms)
{
	a->retry_after_s = retry_after_s;
	if (status == 429)
		sim_refuse(a, 429, -1003,
			"Too much request weight used; current limit is %lld request weight per %lld %s. "
			"Please use WebSocket Streams for live updates to avoid polling the API.",
			(long long)s->limits.weight_limit, (long long)(s->limits.window_ms / (s->limits.window_ms % MS_MINUTE ? MS_SECOND : MS_MINUTE)),
			s->limits.window_ms % MS_MINUTE ? "SECOND" : "MINUTE");
	else
		sim_refuse(a, 418, -1003,
			"Way too much request weight used; IP banned until %lld. Please use WebSocket Streams for live updates to avoid bans.",
			(long long)until_ms);
}

/* Faults that come in place of an answer; false: this one spoils an answer, or none. */
static bool fault_instead(const struct sim_request *q, const struct sim_fault *f, struct sim_answer *a)
{
	switch (f->kind) {
	case SIM_FAULT_429:
	case SIM_FAULT_418:
		over_limit(a, q->state, f->kind == SIM_FAULT_429 ? 429 : 418, f->retry_after_s, utc_now_ms() + f->retry_after_s * MS_SECOND);
		return true;
	case SIM_FAULT_500: sim_refuse(a, 500, -1001, "Internal error; unable to process your request. Please try again."); return true;
	case SIM_FAULT_502: page(a, 502, "Bad Gateway"); return true;
	case SIM_FAULT_503: sim_refuse(a, 503, -1008, "Server is currently overloaded with other requests. Please try again in a few minutes."); return true;
	case SIM_FAULT_504:
		sim_refuse(a, 504, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.");
		return true;
	case SIM_FAULT_HTML: page(a, (int)f->status, "Attention Required"); return true;
	case SIM_FAULT_EMPTY: a->status = (int)f->status; return true;
	case SIM_FAULT_GARBAGE:
		for (int i = 0; i < 400; i++)
			buf_addc(&a->body, (char)sim_random(&q->state->faults.random));
		return true;
	default: return false;
	}
}

static void spoil(const struct sim_fault *f, struct sim_answer *a)
{
	if (f->kind == SIM_FAULT_TRUNCATE)
		a->body.len /= 2;
	else if (f->kind == SIM_FAULT_NUMBERS && a->body.data)
		unquote_numbers(&a->body);
}

static void answer_request(struct exchange *x, const char *method, const char *path, struct sim_answer *a)
{
	struct sim_request q;
	bool known_path;

	read_request(x, method, path, &q);
	if (!x->route) {
		find_route(method, path, &known_path);
		if (known_path)
			sim_refuse(a, 405, -1020, "This operation is not supported.");
		else
			page(a, 404, "Not Found");
		return;
	}
	if (x->refused_status) {
		over_limit(a, q.state, x->refused_status, x->retry_after_s, q.state->limits.banned_until_ms);
		return;
	}
	if (q.fault && fault_instead(&q, q.fault, a))
		return;
	if (x->body.failed)
		sim_refuse(a, 413, -1100, "The body is too large.");
	else if (read_time_unit(&q, a) && params_are_right(x->route, &q, a))
		x->route->handle(&q, a);
	if (q.fault)
		spoil(q.fault, a);
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
	int status;

	x->admitted = true;
	x->route = find_route(method, path, &known_path);
	count_request(s, x->route);
	if (!x->route || x->route->control)
		return;
	read_request(x, method, path, &q);
	one = sim_param_text(&q, "symbol", symbol, sizeof symbol);
	status = sim_limits_charge(&s->limits, one ? x->route->weight : x->route->weight_many, utc_now_ms(), &x->retry_after_s);
	x->refused_status = status == 200 ? 0 : status;
	fault = x->refused_status ? NULL : sim_faults_strike(&s->faults, path, one ? symbol : NULL);
	if (fault) {
		x->fault = *fault;
		x->faulty = true;
	}
}

static void wait_for(struct exchange *x, int64_t delay_ms)
{
	x->waiting = true;
	x->resume_wall_ms = utc_now_ms() + delay_ms;
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
	answer_request(x, method, path, &a);
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
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)1 << 16, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_END);
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
