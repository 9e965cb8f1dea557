/* From a request to its answer: routes, what is wrong with any request, faults in place of answers. */
#include "sim/dispatch.h"

#include <string.h>

#include "core/random.h"
#include "core/utc.h"

static const struct sim_route *const tables[] = { sim_exchange_routes, sim_control_routes };

/* Signed routes need accounts; the test network has no /sapi. */
static bool is_served(const struct sim_state *s, const struct sim_route *r)
{
	if (r->security == SIM_PUBLIC)
		return true;
	return s->exchange && !(s->exchange->accounts.settings.testnet && strncmp(r->path, "/sapi/", 6) == 0);
}

const struct sim_route *sim_route_find(const struct sim_state *s, const char *method, const char *path, bool *known_path)
{
	*known_path = false;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (const struct sim_route *r = tables[t]; r->method; r++)
			if ((r->archive ? strncmp(r->path, path, strlen(r->path)) : strcmp(r->path, path)) == 0 && is_served(s, r)) {
				*known_path = true;
				if (strcmp(r->method, method) == 0)
					return r;
			}
	return NULL;
}

static bool known_param(const struct sim_route *route, const char *name)
{
	if (route->security != SIM_PUBLIC && (strcmp(name, "timestamp") == 0 || strcmp(name, "recvWindow") == 0 || strcmp(name, "signature") == 0))
		return true;
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
		if (sim_param(q, q->params[i].name) != &q->params[i] && sim_param(q, q->params[i].name)->in_body == q->params[i].in_body) {
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

static bool is_um(const struct sim_request *q)
{
	return strncmp(q->path, "/fapi/", 6) == 0;
}

/* Futures know milliseconds alone, and no such header. */
static bool read_time_unit(struct sim_request *q, struct sim_answer *a)
{
	const char *unit = is_um(q) ? NULL : q->time_unit;

	q->micros = unit && (strcmp(unit, "MICROSECOND") == 0 || strcmp(unit, "microsecond") == 0);
	if (!unit || q->micros || strcmp(unit, "MILLISECOND") == 0 || strcmp(unit, "millisecond") == 0)
		return true;
	sim_refuse(a, 400, -1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.");
	return false;
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

static void over_um_limit(struct sim_answer *a, const struct sim_state *s, int status, int64_t until_ms)
{
	if (status == 429)
		sim_refuse(a, 429, -1003, "Too many requests; current limit is %lld requests per minute. "
			"Please use the websocket for live updates to avoid polling the API.", (long long)s->limits.weight_limit);
	else
		sim_refuse(a, 418, -1003, "Way too many requests; IP banned until %lld. Please use the websocket for live updates to avoid bans.",
			(long long)until_ms);
}

static void over_limit(struct sim_answer *a, const struct sim_request *q, int status, int64_t retry_after_s, int64_t until_ms)
{
	const struct sim_state *s = q->state;

	a->retry_after_s = retry_after_s;
	if (is_um(q)) {
		over_um_limit(a, s, status, until_ms);
		return;
	}
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
		over_limit(a, q, f->kind == SIM_FAULT_429 ? 429 : 418, f->retry_after_s, utc_now_ms() + f->retry_after_s * MS_SECOND);
		return true;
	case SIM_FAULT_500: sim_refuse(a, 500, -1001, "Internal error; unable to process your request. Please try again."); return true;
	case SIM_FAULT_502: sim_page(a, 502, "Bad Gateway"); return true;
	case SIM_FAULT_503: sim_refuse(a, 503, -1008, "Server is currently overloaded with other requests. Please try again in a few minutes."); return true;
	case SIM_FAULT_504:
		sim_refuse(a, 504, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.");
		return true;
	case SIM_FAULT_HTML: sim_page(a, (int)f->status, "Attention Required"); return true;
	case SIM_FAULT_EMPTY: a->status = (int)f->status; return true;
	case SIM_FAULT_UNSEEN: sim_refuse(a, 400, -2013, "Order does not exist."); return true;
	case SIM_FAULT_MAINTENANCE: sim_refuse(a, 503, -1016, "This service is no longer available."); return true;
	case SIM_FAULT_UNLISTED: sim_refuse(a, 400, -1121, "Invalid symbol."); return true;
	case SIM_FAULT_MISSING: sim_not_found(a); return true;
	case SIM_FAULT_GARBAGE:
		for (int i = 0; i < 400; i++)
			buf_addc(&a->body, (char)random_next(&q->state->faults.random));
		return true;
	default: return false;
	}
}

static void spoil(const struct sim_fault *f, struct sim_answer *a)
{
	if (f->kind == SIM_FAULT_TWICE && a->body.data)
		buf_add(&a->body, strndupa(a->body.data, a->body.len), a->body.len);
	else if (f->kind == SIM_FAULT_TRUNCATE)
		a->body.len /= 2;
	else if (f->kind == SIM_FAULT_FLIP && a->body.len)
		a->body.data[a->body.len / 3] ^= 1;
	else if (f->kind == SIM_FAULT_NUMBERS && a->body.data)
		unquote_numbers(&a->body);
}

static void forget(struct sim_answer *a)
{
	buf_clear(&a->body);
	a->status = 200;
	a->retry_after_s = -1;
}

static void carry_out(struct sim_request *q, const struct sim_route *route, struct sim_answer *a)
{
	struct error e = { 0 };

	if (!read_time_unit(q, a) || (route->security != SIM_PUBLIC && !sim_authorize(q, route, a)) || !params_are_right(route, q, a))
		return;
	if (route->security != SIM_PUBLIC && sim_settle(q->state->exchange, q->now_ms, &e)) {
		sim_fail(q, a, &e);
		return;
	}
	route->handle(q, a);
	if (a->status == 200 && route->free_of_charge && q->state->limits.used >= route->weight)
		q->state->limits.used -= route->weight;
}

void sim_dispatch(struct sim_request *q, const struct sim_route *route, const struct sim_verdict *verdict, struct sim_answer *a)
{
	const struct sim_fault *f = q->fault;
	bool known_path;

	if (!route) {
		sim_route_find(q->state, q->method, q->path, &known_path);
		if (known_path)
			sim_refuse(a, 405, -1020, "This operation is not supported.");
		else
			sim_not_found(a);
		return;
	}
	if (verdict->status != 200) {
		/* futures do not tell when to come back, or nobody has written it down */
		over_limit(a, q, verdict->status, is_um(q) ? -1 : verdict->retry_after_s, q->state->limits.banned_until_ms);
		return;
	}
	if (f && !f->processed && fault_instead(q, f, a))
		return;
	carry_out(q, route, a);
	if (f && f->kind == SIM_FAULT_REPEAT) {
		forget(a);
		carry_out(q, route, a);
	}
	if (!f)
		return;
	if (f->processed) {
		struct sim_answer lost = *a;

		*a = (struct sim_answer){ .status = 200, .type = lost.type, .retry_after_s = -1 };
		if (!fault_instead(q, f, a)) {
			buf_release(&a->body);
			*a = lost;
		} else {
			buf_release(&lost.body);
		}
	}
	spoil(f, a);
}
