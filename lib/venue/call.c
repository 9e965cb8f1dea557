#include "venue/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"
#include "venue/budget.h"
#include "venue/http.h"
#include "venue/retry.h"

#define CONNECT_MS 10000
#define STALL_MS 10000
#define BODY_MAX ((size_t)16 << 20)
#define JITTER_MS 200 /* so that all who wait for the same instant do not ask in the same one */

struct caller {
	struct caller_config config;
	struct http *http;
	struct caller *first, *next; /* whose http that is, and the next of those who share it, of whom the owner is first */
	struct budget budget, apart;
	struct caller_counts counts;
	char base_url[HTTP_HOST_SIZE * 2], host[HTTP_HOST_SIZE];
	struct call *head, **tail; /* waiting for their turn */
	size_t waiting, under_way;
	enum err rc;               /* the machine's own trouble; sticks */
	struct error error;
};

static int64_t mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

static double random01(void)
{
	return arc4random_uniform(1 << 20) / (double)(1 << 20);
}

static void queue(struct caller *c, struct call *call)
{
	call->next = NULL;
	*c->tail = call;
	c->tail = &call->next;
	c->waiting++;
}

static struct call *dequeue(struct caller *c)
{
	struct call *call = c->head;

	c->head = call->next;
	if (!c->head)
		c->tail = &c->head;
	c->waiting--;
	return call;
}

void caller_add(struct caller *c, struct call *call)
{
	call->caller = c;
	call->tries = 0;
	call->not_before = call->deadline = 0;
	call->status = 0;
	queue(c, call);
}

bool caller_busy(const struct caller *c)
{
	for (const struct caller *o = c->first; o; o = o->next)
		if (o->waiting || o->under_way)
			return true;
	return false;
}

const struct caller_counts *caller_counts(const struct caller *c)
{
	return &c->counts;
}

static void fail(struct caller *c, enum err rc, const struct error *e)
{
	if (c->rc)
		return;
	c->rc = rc;
	c->error = *e;
}

struct answered {
	int64_t weight;
	const struct http_answer *answer;
	int64_t until_ms; /* 0: not rate limited */
};

static void learn(struct budget_state *s, void *ctx)
{
	const struct answered *a = ctx;

	if (a->answer->fault == HTTP_ANSWERED)
		budget_learn(s, a->weight, a->answer->used_weight, a->answer->sent_ms, a->answer->received_ms);
	budget_block(s, a->until_ms);
}

/* Ends the call: how often it was tried goes into the message, as one try is not the same news as six. */
static void give_up(struct call *call, struct error *e)
{
	char message[sizeof e->message];

	if (call->tries > 1) {
		snprintf(message, sizeof message, "%.*s (tried %d times)", (int)sizeof message - 40, e->message, call->tries);
		error_set(e, e->code, "%s", message);
	}
	call->done(call, e->code, NULL, 0, e);
}

static void on_answer(void *ctx, struct http_answer *answer)
{
	struct call *call = ctx;
	struct caller *c = call->caller;
	struct error e = { 0 }, own = { 0 };
	struct judgement j = retry_judge(answer, c->host, &e);
	struct answered a = { call->weight, answer, j.until_ms };
	int64_t now = mono_ms();
	enum err rc;

	c->under_way--;
	call->sent_ms = answer->sent_ms;
	call->received_ms = answer->received_ms;
	call->refusal = j.refusal;
	call->status = answer->status;
	rc = budget_update(&c->budget, learn, &a, &own);
	if (rc)
		fail(c, rc, &own);
	if (j.verdict == VERDICT_GOOD && call->keeps) {
		buf_release(&call->body);
		call->body = answer->body;
		answer->body = (struct buf){ 0 };
		call->done(call, OK, call->body.data ? call->body.data : "", call->body.len, &e);
		return;
	}
	if (j.verdict == VERDICT_GOOD) {
		call->done(call, OK, answer->body.data ? answer->body.data : "", answer->body.len, &e);
		return;
	}
	if (j.verdict == VERDICT_AGAIN)
		call->not_before = now + retry_pause_ms(call->tries, random01());
	else if (j.verdict == VERDICT_LIMITED)
		call->not_before = now + (j.until_ms - answer->received_ms) + (int64_t)(random01() * JITTER_MS);
	if (j.verdict == VERDICT_FINAL || call->tries > c->config.retries || call->not_before >= call->deadline) {
		give_up(call, &e);
		return;
	}
	c->counts.retries++;
	queue(c, call);
}

struct charge {
	int64_t weight, now_ms, wait_ms, blocked_ms;
	enum budget_answer answer;
};

static void charge(struct budget_state *s, void *ctx)
{
	struct charge *g = ctx;

	g->now_ms = utc_now_ms();
	g->answer = budget_charge(s, g->weight, g->now_ms, &g->wait_ms);
	g->blocked_ms = s->blocked_ms;
}

/* The budget says no: wait for the next minute without hurry, for the end of a ban only within the patience. */
static void put_off(struct caller *c, struct call *call, const struct charge *g, int64_t now)
{
	struct error e = { 0 };
	char until[UTC_TEXT];

	call->not_before = now + g->wait_ms + (int64_t)(random01() * JITTER_MS);
	if (g->answer == BUDGET_FULL) {
		call->deadline += call->not_before - now;
		if (g->wait_ms > c->counts.budget_wait_ms)
			c->counts.budget_wait_ms = g->wait_ms;
	} else if (call->not_before >= call->deadline) {
		error_set(&e, ERR_TEMPFAIL, "%s wants no request before %s UTC (noted in '%.300s')", c->host,
			utc_format(g->blocked_ms - g->blocked_ms % MS_SECOND, until), c->budget.path);
		give_up(call, &e);
		return;
	}
	queue(c, call);
}

static enum err start(struct caller *c, struct call *call, int64_t now, struct error *e)
{
	struct charge g = { .weight = call->weight };
	char url[sizeof c->base_url + CALL_PATH_SIZE];
	struct http_request q = { .method = HTTP_GET, .url = url };
	int64_t left;
	enum err rc;

	if (!call->deadline)
		call->deadline = now + c->config.patience_ms;
	rc = budget_update(&c->budget, charge, &g, e);
	if (!rc && g.answer == BUDGET_TAKEN && call->counted_apart) {
		g.weight = 1;
		rc = budget_update(&c->apart, charge, &g, e);
	}
	if (rc)
		return rc;
	if (g.answer != BUDGET_TAKEN) {
		put_off(c, call, &g, now);
		return OK;
	}
	left = call->deadline - now;
	snprintf(url, sizeof url, "%s%s", c->base_url, call->path);
	q.timeout_ms = left < c->config.timeout_ms ? left : c->config.timeout_ms;
	rc = http_send(c->http, &q, call, e);
	if (rc)
		return rc;
	call->tries++;
	c->under_way++;
	c->counts.requests++;
	return OK;
}

/* Starts what is due; *next becomes when the earliest of the others is. */
static enum err start_due(struct caller *c, int64_t now, int64_t *next, struct error *e)
{
	for (size_t n = c->waiting; n > 0 && http_has_room(c->http); n--) {
		struct call *call = dequeue(c);
		enum err rc;

		if (call->not_before > now) {
			queue(c, call);
		} else {
			rc = start(c, call, now, e);
			if (rc)
				return rc;
		}
	}
	for (const struct call *call = c->head; call && http_has_room(c->http); call = call->next)
		if (call->not_before < *next)
			*next = call->not_before;
	return OK;
}

static enum err own_trouble(const struct caller *c, struct error *e)
{
	if (c->rc)
		*e = c->error;
	return c->rc;
}

enum err caller_run(struct caller *c, int wait_ms, struct error *e)
{
	int64_t now = mono_ms(), next = now + wait_ms;
	enum err rc = OK;

	for (struct caller *o = c->first; !rc && o; o = o->next)
		rc = start_due(o, now, &next, e);
	if (!rc)
		rc = http_run(c->http, next > now ? (int)(next - now) : 0, e);
	for (const struct caller *o = c->first; !rc && o; o = o->next)
		rc = own_trouble(o, e);
	return rc;
}

enum err caller_open(const struct caller_config *config, struct caller *with, struct caller **out, struct error *e)
{
	struct http_limits limits = { .parallel = config->parallel, .connect_ms = CONNECT_MS, .stall_ms = STALL_MS,
		.body_max = config->body_max ? config->body_max : BODY_MAX };
	struct caller *c = calloc(1, sizeof *c);
	size_t n = strlen(config->base_url);
	enum err rc;

	*out = NULL;
	if (!c)
		return error_memory(e);
	c->config = *config;
	c->first = with ? with->first : c;
	c->tail = &c->head;
	while (n && config->base_url[n - 1] == '/')
		n--;
	rc = http_check_url(config->base_url, c->host, e);
	if (!rc && n >= sizeof c->base_url)
		rc = error_set(e, ERR_USAGE, "address is too long: '%.100s…'", config->base_url);
	if (!rc)
		rc = budget_open(&c->budget, c->host, config->weight_limit, e);
	if (!rc && config->apart.name)
		rc = budget_open_calls(&c->apart, c->host, config->apart.name, config->apart.calls, config->apart.length_ms, e);
	if (!rc && !(c->http = with ? with->http : http_new(&limits, on_answer)))
		rc = error_memory(e);
	if (rc) {
		caller_close(c);
		return rc;
	}
	memcpy(c->base_url, config->base_url, n);
	if (with) {
		c->next = c->first->next;
		c->first->next = c;
	}
	*out = c;
	return OK;
}

void caller_close(struct caller *c)
{
	if (!c)
		return;
	if (c->first == c)
		http_free(c->http);
	free(c);
}

static void set_limit(struct budget_state *s, void *ctx)
{
	s->limit = *(const int64_t *)ctx;
}

enum err caller_set_limit(struct caller *c, int64_t weight_limit, struct error *e)
{
	return budget_update(&c->budget, set_limit, &weight_limit, e);
}
