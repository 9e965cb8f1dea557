#include "venue/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "venue/broker_dialect.h"
#include "venue/fate.h"

#define TIMEOUT_MS 12000 /* the exchange gives up at 10 s */
#define PATIENCE_MS 20000
#define RECV_WINDOW_MS 5000
#define RECV_WINDOW_MOST 60000
#define CLOCK_LIMIT_MS 1000
#define CONNECT_MS 5000
#define BODY_MAX ((size_t)16 << 20)
#define SETTLE_MS 10000 /* beyond an order's window, until the exchange's records must know it */

static const struct broker_dialect *const dialects[] = { &broker_spot };

static void on_answer(void *ctx, struct http_answer *answer)
{
	struct broker *b = ctx;

	b->head = *answer;
	buf_clear(&b->answer);
	if (answer->body.len)
		buf_add(&b->answer, answer->body.data, answer->body.len);
	b->answered = true;
}

static int64_t or_else(int64_t value, int64_t fallback)
{
	return value ? value : fallback;
}

static enum err choose(struct broker *b, struct error *e)
{
	const struct broker_config *c = &b->config;
	const char *url;
	size_t n;

	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (dialects[i]->market == c->market)
			b->dialect = dialects[i];
	if (!b->dialect)
		return error_set(e, ERR_CONFIG, "market '%s' cannot be traded yet, only spot", market_names[c->market]);
	if (c->mode != MODE_DEMO && c->mode != MODE_TESTNET && c->mode != MODE_LIVE)
		return error_set(e, ERR_CONFIG, "mode '%s' has no exchange", mode_names[c->mode]);
	if (c->recv_window_ms < 1 || c->recv_window_ms > RECV_WINDOW_MOST)
		return error_set(e, ERR_CONFIG, "a window of %lld ms: 1 to %d are allowed", (long long)c->recv_window_ms, RECV_WINDOW_MOST);
	url = c->base_url && *c->base_url ? c->base_url : b->dialect->base_urls[c->mode];
	for (n = strlen(url); n && url[n - 1] == '/';)
		n--;
	if (n >= sizeof b->base_url)
		return error_set(e, ERR_CONFIG, "address is too long: '%.100s…'", url);
	memcpy(b->base_url, url, n);
	return http_check_url(url, b->host, e);
}

enum err broker_open(const struct broker_config *config, struct broker **out, struct error *e)
{
	struct http_limits limits = { .parallel = 1, .connect_ms = CONNECT_MS, .body_max = BODY_MAX };
	struct broker *b = calloc(1, sizeof *b);
	enum err rc;

	*out = NULL;
	if (!b)
		return error_memory(e);
	b->config = *config;
	b->config.timeout_ms = limits.stall_ms = or_else(config->timeout_ms, TIMEOUT_MS);
	b->config.patience_ms = or_else(config->patience_ms, PATIENCE_MS);
	b->config.recv_window_ms = or_else(config->recv_window_ms, RECV_WINDOW_MS);
	b->config.clock_limit_ms = or_else(config->clock_limit_ms, CLOCK_LIMIT_MS);
	rc = choose(b, e);
	if (!rc)
		rc = keys_open(config->key, config->config_dir, &b->keys, e);
	if (!rc)
		rc = budget_open(&b->budget, b->host, b->dialect->weight_limit, e);
	if (!rc)
		rc = order_budget_open(&b->orders, b->host, keys_name(b->keys), &b->dialect->orders, e);
	if (!rc && !(b->http = http_new(&limits, on_answer)))
		rc = error_memory(e);
	if (rc) {
		broker_close(b);
		return rc;
	}
	*out = b;
	return OK;
}

void broker_close(struct broker *b)
{
	if (!b)
		return;
	http_free(b->http);
	keys_close(b->keys);
	buf_release(&b->query);
	buf_release(&b->target);
	buf_release(&b->form);
	buf_release(&b->answer);
	free(b);
}

const char *broker_host(const struct broker *b)
{
	return b->host;
}

bool broker_is_local(const struct broker *b)
{
	return http_is_loopback(b->host);
}

const char *broker_key_kind(const struct broker *b)
{
	return signer_kind(keys_signer(b->keys));
}

const struct broker_counts *broker_counts(const struct broker *b)
{
	return &b->counts;
}

int64_t broker_absence_ms(const struct broker *b)
{
	return b->config.recv_window_ms + SETTLE_MS;
}

/*
 * What opens risk does not go out while our clock is wrong: the candles that it was decided on may not be the newest, or not
 * be closed.
 */
static enum fate check_clock(struct broker *b, bool reduces, struct reply *r)
{
	struct broker_clock clock;
	enum fate fate;

	*r = (struct reply){ 0 };
	if (reduces)
		return FATE_DONE;
	fate = broker_clock(b, false, &clock, r);
	if (fate == FATE_DONE && clock.may_open)
		return FATE_DONE;
	if (fate == FATE_DONE)
		error_set(&r->error, ERR_TEMPFAIL, "this machine's clock is %+.3f s off the exchange's: nothing is opened beyond %.3g s",
			(double)-clock.offset_ms / 1000, (double)b->config.clock_limit_ms / 1000);
	r->refusal = 0;
	r->sent_ms = r->received_ms = 0;
	return r->fate = FATE_NOT_SENT;
}

enum fate broker_place(struct broker *b, const struct order_request *q, struct placed *out, struct reply *r)
{
	enum fate fate = check_clock(b, q->reduces, r);

	*out = (struct placed){ 0 };
	return fate == FATE_DONE ? b->dialect->place(b, q, false, out, r) : fate;
}

enum fate broker_test(struct broker *b, const struct order_request *q, struct reply *r)
{
	struct placed nothing;

	return b->dialect->place(b, q, true, &nothing, r);
}

enum fate broker_place_list(struct broker *b, const struct list_request *q, struct venue_list *out, struct reply *r)
{
	enum fate fate = check_clock(b, q->reduces, r);

	return fate == FATE_DONE ? b->dialect->place_list(b, q, out, r) : fate;
}

enum fate broker_order(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r)
{
	return b->dialect->order(b, symbol, id, out, r);
}

enum fate broker_open_orders(struct broker *b, const char *symbol, struct venue_order **rows, size_t *n, struct reply *r)
{
	return b->dialect->open_orders(b, symbol, rows, n, r);
}

enum fate broker_cancel(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r)
{
	return b->dialect->cancel(b, symbol, id, out, r);
}

enum fate broker_cancel_list(struct broker *b, const char *symbol, const char *id, struct venue_list *out, struct reply *r)
{
	return b->dialect->cancel_list(b, symbol, id, out, r);
}

enum fate broker_account(struct broker *b, struct venue_account *out, struct reply *r)
{
	return b->dialect->account(b, out, r);
}

enum fate broker_permissions(struct broker *b, struct venue_permissions *out, struct reply *r)
{
	return b->dialect->permissions(b, out, r);
}

enum fate broker_symbols(struct broker *b, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct reply *r)
{
	return b->dialect->symbols(b, names, count, rows, n, r);
}

enum fate broker_order_fills(struct broker *b, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct reply *r)
{
	return b->dialect->order_fills(b, symbol, order_id, rows, n, r);
}

enum fate broker_commission(struct broker *b, const char *symbol, struct venue_commission *out, struct reply *r)
{
	return b->dialect->commission(b, symbol, out, r);
}

enum fate broker_quote(struct broker *b, const char *symbol, struct venue_quote *out, struct reply *r)
{
	return b->dialect->quote(b, symbol, out, r);
}
