/* Who sends it: parameters as they arrived, and the checks before any of them is looked at. */
#include <string.h>

#include "core/utc.h"
#include "sim/request.h"

#define RECV_WINDOW 5000
#define RECV_WINDOW_MAX 60000
#define FIRST_STAMP INT64_C(1483228800000) /* 2017 */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; what is no escape stays. The result ends in a NUL. */
static size_t decode(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		int high = at[0] == '%' ? hex(at[1]) : -1, low = high < 0 ? -1 : hex(at[2]);

		if (low >= 0) {
			*to++ = (char)(high << 4 | low);
			at += 2;
		} else {
			*to++ = *at == '+' ? ' ' : *at;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

static void parse(struct sim_request *q, char *text, bool in_body)
{
	while (text && *text) {
		char *end = strchr(text, '&'), *value;
		struct sim_param *p = &q->params[q->param_count];

		if (end)
			*end = '\0';
		value = strchr(text, '=');
		if (value)
			*value++ = '\0';
		if (*text || value) {
			if (q->param_count == SIM_PARAMS_MAX) {
				q->too_many_params = true;
				return;
			}
			decode(text);
			*p = (struct sim_param){ text, value ? value : "", value ? decode(value) : 0, in_body };
			q->param_count++;
		}
		text = end ? end + 1 : NULL;
	}
}

void sim_params_parse(struct sim_request *q, char *query, char *body)
{
	parse(q, query, false);
	if (strcmp(q->method, "GET") != 0)
		parse(q, body, true);
}

/* Without its signature, and the ampersand that goes with it. */
static void add_payload(struct buf *b, const char *text, size_t len)
{
	static const char name[] = "signature=";
	size_t begin = b->len;

	while (len) {
		const char *end = memchr(text, '&', len);
		size_t n = end ? (size_t)(end - text) : len;

		if (n < sizeof name - 1 || memcmp(text, name, sizeof name - 1) != 0) {
			if (b->len > begin)
				buf_addc(b, '&');
			buf_add(b, text, n);
		}
		len -= n + (end != NULL);
		text += n + (end != NULL);
	}
}

static bool signature_is_good(const struct sim_request *q, const struct sim_key *key)
{
	const struct sim_param *signature = sim_param(q, "signature");
	struct buf payload = { 0 };
	const char *data;
	bool good;

	add_payload(&payload, q->query, q->query_len);
	if (strcmp(q->method, "GET") != 0)
		add_payload(&payload, q->body, q->body_len);
	data = payload.data ? payload.data : "";
	if (key->verify)
		good = sim_public_key_verify(key->verify, data, payload.len, signature->value, signature->len);
	else
		good = sim_hmac_verify(key->secret, data, payload.len, signature->value, signature->len);
	good = good && !payload.failed;
	buf_release(&payload);
	return good;
}

/* Up to three decimals; in microseconds. */
static bool read_window(const struct sim_request *q, int64_t *window_us, struct sim_answer *a)
{
	char text[24];
	dec v;

	*window_us = RECV_WINDOW * 1000;
	if (!sim_param(q, "recvWindow"))
		return true;
	if (!sim_param_text(q, "recvWindow", text, sizeof text) || !dec_parse(text, strlen(text), &v) || v < 0 || v % (DEC_ONE / 1000)) {
		sim_refuse(a, 400, -1100, "Illegal characters found in parameter 'recvWindow'; legal range is '^[0-9]{1,5}(\\.[0-9]{1,3})?$'.");
		return false;
	}
	if (v > (dec)RECV_WINDOW_MAX * DEC_ONE) {
		sim_refuse(a, 400, -1131, "recvWindow must be less than 60000.");
		return false;
	}
	*window_us = (int64_t)(v / (DEC_ONE / 1000));
	return true;
}

/* Not too old, and less than a second ahead; in microseconds, so that both units of a stamp are exact. */
static bool time_is_right(const struct sim_request *q, struct sim_answer *a)
{
	int64_t skew_ms = q->fault && q->fault->kind == SIM_FAULT_SKEW ? q->fault->skew_ms : 0;
	int64_t now_us = (q->now_ms + skew_ms) * 1000, stamp, stamp_us, window_us;

	if (!sim_param_count(q, "timestamp", TIME_NONE, &stamp, a) || !read_window(q, &window_us, a))
		return false;
	stamp_us = stamp > 100 * INT64_C(7258118400000) ? stamp : stamp * 1000;
	if (stamp_us / 1000 < FIRST_STAMP || now_us - stamp_us > window_us)
		sim_refuse(a, 400, -1021, "Timestamp for this request is outside of the recvWindow.");
	else if (stamp_us >= now_us + 1000000)
		sim_refuse(a, 400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
	else
		return true;
	return false;
}

static bool well_formed(const char *key)
{
	return key && strlen(key) == 64 && strspn(key, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == 64;
}

static bool permitted(const struct sim_key *key, enum sim_security security)
{
	return security == SIM_TRADE ? key->spot_trading : key->reading;
}

static bool reject_key(struct sim_answer *a)
{
	sim_refuse(a, 401, -2015, "Invalid API-key, IP, or permissions for action.");
	return false;
}

static bool sent(const struct sim_request *q, const char *name, struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, name);

	return (p && p->len) || sim_missing(name, a);
}

bool sim_authorize(struct sim_request *q, const struct sim_route *route, struct sim_answer *a)
{
	if (!well_formed(q->api_key)) {
		sim_refuse(a, 401, -2014, "API-key format invalid.");
		return false;
	}
	if (!sent(q, "timestamp", a) || !sent(q, "signature", a))
		return false;
	q->account = sim_account_of_key(&q->state->exchange->accounts, q->api_key, &q->key);
	if (!q->account)
		return reject_key(a);
	if (!signature_is_good(q, q->key)) {
		sim_refuse(a, 400, -1022, "Signature for this request is not valid.");
		return false;
	}
	if (!time_is_right(q, a))
		return false;
	return permitted(q->key, route->security) || reject_key(a);
}
