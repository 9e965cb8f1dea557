/* One try of a request, from its parameters to its fate: its budgets, its signature, its way. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"
#include "venue/broker_dialect.h"
#include "venue/fate.h"
#include "venue/retry.h"

#define LOOK_MS 100  /* between looks at stopping() */
#define READ_TRIES 5 /* of a request that changes nothing */
#define URGENT_PERCENT 98
#define LIMITED_MS 50 /* after the end of a term, so as not to be the first */

static int64_t mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int64_t mono_ms(void)
{
	return mono_ns() / 1000000;
}

/* ---- budget ---- */

struct charge {
	int64_t amount, now_ms, wait_ms;
	int percent;
	enum budget_answer answer;
};

static void charge_weight(struct budget_state *s, void *ctx)
{
	struct charge *c = ctx;

	c->answer = budget_charge_share(s, c->amount, c->percent, c->now_ms, &c->wait_ms);
}

static void charge_orders(struct order_budget_state *s, void *ctx)
{
	struct charge *c = ctx;

	c->answer = order_budget_charge(s, c->amount, c->percent, c->now_ms, &c->wait_ms);
}

static void wait_ms(const struct broker *b, int64_t ms)
{
	int64_t end = mono_ms() + ms;

	for (int64_t left = ms; left > 0 && !(b->config.stopping && b->config.stopping()); left = end - mono_ms()) {
		int64_t step = left < LOOK_MS ? left : LOOK_MS;

		nanosleep(&(struct timespec){ .tv_nsec = step * 1000000 }, NULL);
	}
}

/* One of the two budgets; waits for it within the deadline. waited_ns grows by that. */
static enum fate take(struct broker *b, bool orders, int64_t amount, bool urgent, int64_t deadline, int64_t *waited_ns, struct reply *r)
{
	struct charge c = { .amount = amount, .percent = urgent ? URGENT_PERCENT : BUDGET_PERCENT };
	struct error e = { 0 };
	char until[UTC_TEXT];

	for (;;) {
		int64_t start, ends;
		enum err rc;

		c.now_ms = utc_now_ms();
		rc = orders ? order_budget_update(&b->orders, charge_orders, &c, &e) : budget_update(&b->budget, charge_weight, &c, &e);
		if (rc)
			return fate_not_sent(&e, 0, r);
		if (c.answer == BUDGET_TAKEN)
			return FATE_DONE;
		ends = utc_now_ms() + c.wait_ms;
		error_set(&e, ERR_TEMPFAIL, "%s: %s until %s UTC ('%.200s')", b->host,
			c.answer == BUDGET_BLOCKED ? "it wants no request" : orders ? "the account's orders are used up" : "the request weight is used up",
			utc_format(ends - ends % MS_SECOND, until), orders ? b->orders.path : b->budget.path);
		if (mono_ms() + c.wait_ms > deadline || (b->config.stopping && b->config.stopping()))
			return fate_not_sent(&e, ends, r);
		start = mono_ns();
		wait_ms(b, c.wait_ms + LIMITED_MS);
		*waited_ns += mono_ns() - start;
	}
}

struct lesson {
	const struct broker *broker;
	const struct route *route;
	const struct reply *reply;
};

static void learn_weight(struct budget_state *s, void *ctx)
{
	const struct lesson *l = ctx;
	const struct http_answer *a = &l->broker->head;

	if (a->fault == HTTP_ANSWERED)
		budget_learn(s, l->route->weight, a->used_weight, a->sent_ms, a->received_ms);
	if (l->reply->refusal != REFUSED_TOO_MANY_ORDERS)
		budget_block(s, l->reply->again_ms);
}

static void learn_orders(struct order_budget_state *s, void *ctx)
{
	const struct lesson *l = ctx;
	const struct http_answer *a = &l->broker->head;

	for (size_t i = 0; i < a->order_count_count; i++)
		order_budget_learn(s, a->order_counts[i].length_ms, a->order_counts[i].count, a->received_ms);
	if (l->reply->refusal == REFUSED_TOO_MANY_ORDERS)
		budget_block(&s->windows[0], l->reply->again_ms);
}

/* The request is over: trouble with the budgets' files must not change what became of it. */
static void learn(struct broker *b, const struct route *route, const struct reply *r)
{
	struct lesson l = { b, route, r };
	struct error ignored;

	budget_update(&b->budget, learn_weight, &l, &ignored);
	if (route->orders && (b->head.order_count_count || r->refusal == REFUSED_TOO_MANY_ORDERS))
		order_budget_update(&b->orders, learn_orders, &l, &ignored);
}

struct limits {
	int64_t weight;
	const struct http_count *orders;
	size_t n;
};

static void set_weight(struct budget_state *s, void *ctx)
{
	s->limit = ((const struct limits *)ctx)->weight;
}

static void set_orders(struct order_budget_state *s, void *ctx)
{
	const struct limits *l = ctx;

	for (size_t i = 0; i < l->n; i++)
		order_budget_set_limit(s, l->orders[i].length_ms, l->orders[i].count);
}

void broker_learn_limits(struct broker *b, int64_t weight, const struct http_count *orders, size_t n)
{
	struct limits l = { weight, orders, n };
	struct error ignored; /* the limits as they were known serve as well */

	if (weight > 0)
		budget_update(&b->budget, set_weight, &l, &ignored);
	if (n)
		order_budget_update(&b->orders, set_orders, &l, &ignored);
}

/* ---- one try ---- */

static void sign(struct broker *b, struct buf *payload, struct reply *r)
{
	char signature[SIGNATURE_SIZE];

	buf_addf(payload, "%srecvWindow=%" PRId64 "&timestamp=%" PRId64, b->query.len ? "&" : "", b->config.recv_window_ms, clock_server_now(b));
	if (payload->failed)
		return;
	if (!signer_sign(keys_signer(b->keys), payload->data, payload->len, signature))
		error_set(&r->error, ERR_INTERNAL, "the request cannot be signed");
	else
		buf_addf(payload, "&signature=%s", signature);
}

/* Address and body of the request, stamped and signed now. Parameters go into the body of a POST, else into the address. */
static enum fate assemble(struct broker *b, const struct route *route, struct reply *r)
{
	struct buf payload = b->form;

	r->error = (struct error){ 0 };
	buf_clear(&payload);
	buf_clear(&b->target);
	if (b->query.len)
		buf_add(&payload, b->query.data, b->query.len);
	if (route->is_signed)
		sign(b, &payload, r);
	b->form = payload;
	buf_addf(&b->target, "%s%s", b->base_url, route->path);
	if (route->method != HTTP_POST && payload.len) {
		buf_addc(&b->target, '?');
		buf_add(&b->target, payload.data, payload.len);
	}
	if (!r->error.code && (b->query.failed || payload.failed || b->target.failed))
		error_memory(&r->error);
	return r->error.code ? fate_not_sent(&r->error, 0, r) : FATE_DONE;
}

/* *started: the request is libcurl's. */
static enum err exchange(struct broker *b, const struct route *route, int64_t timeout_ms, bool *started, struct error *e)
{
	char header[512];
	struct http_request q = { .method = route->method, .url = b->target.data, .timeout_ms = timeout_ms };
	enum err rc;

	if (route->is_signed) {
		snprintf(header, sizeof header, "X-MBX-APIKEY: %s", keys_api(b->keys));
		q.header = header;
	}
	if (route->method == HTTP_POST) {
		q.body = b->form.data ? b->form.data : "";
		q.body_len = b->form.len;
	}
	b->answered = false;
	rc = http_send(b->http, &q, b, e);
	explicit_bzero(header, sizeof header);
	*started = !rc;
	while (!rc && !b->answered)
		rc = http_run(b->http, LOOK_MS, e);
	return rc;
}

/* From here on, what happens to the request is told by its fate and by nothing else. */
static enum fate transmit(struct broker *b, const struct route *route, int64_t deadline, struct reply *r)
{
	int64_t left = deadline - mono_ms(), start = mono_ns();
	int64_t timeout_ms = !route->changes && left < b->config.timeout_ms ? left : b->config.timeout_ms;
	struct error e = { 0 };
	bool started;
	enum err rc = exchange(b, route, timeout_ms, &started, &e);

	b->counts.requests++;
	b->counts.weight += route->weight;
	b->counts.wire_ns += mono_ns() - start;
	r->tries++;
	if (rc && !started)
		return fate_not_sent(&e, 0, r);
	if (rc) { /* libcurl's own trouble, before or after the send: the worse is assumed */
		r->error = e;
		return r->fate = FATE_UNKNOWN;
	}
	b->head.body = b->answer;
	fate_judge(&b->head, b->host, r);
	learn(b, route, r);
	return r->fate;
}

int64_t broker_deadline(const struct broker *b)
{
	return mono_ms() + b->config.patience_ms;
}

enum fate broker_try(struct broker *b, const struct route *route, bool urgent, int64_t deadline, struct reply *r)
{
	int64_t start = mono_ns(), waited = 0;
	enum fate fate = FATE_DONE;

	if (route->orders)
		fate = take(b, true, route->orders, urgent, deadline, &waited, r);
	if (fate == FATE_DONE)
		fate = take(b, false, route->weight, urgent, deadline, &waited, r);
	if (fate == FATE_DONE)
		fate = assemble(b, route, r);
	b->counts.ours_ns += mono_ns() - start - waited;
	return fate == FATE_DONE ? transmit(b, route, deadline, r) : fate;
}

bool broker_may_again(const struct broker *b, const struct reply *r, int64_t deadline)
{
	int64_t pause = retry_pause_ms(r->tries ? r->tries : 1, arc4random_uniform(1 << 20) / (double)(1 << 20));

	if (r->fate == FATE_DONE || r->fate == FATE_REFUSED || r->tries >= READ_TRIES || (b->config.stopping && b->config.stopping()))
		return false;
	if (r->again_ms)
		pause = r->again_ms - utc_now_ms() + LIMITED_MS;
	else if (r->error.code != ERR_UNAVAILABLE)
		return false;
	if (mono_ms() + pause >= deadline)
		return false;
	wait_ms(b, pause);
	return true;
}

enum fate broker_read(struct broker *b, enum err rc, const struct error *e, struct reply *r)
{
	return rc ? fate_nonsense(e, b->host, r) : r->fate;
}
