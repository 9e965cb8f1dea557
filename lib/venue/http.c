#include "venue/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/utc.h"
#include "core/version.h"

struct transfer {
	struct http *http;
	CURL *easy;
	struct curl_slist *header; /* the key's header line; wiped when the transfer is over */
	void *ctx;
	bool busy, too_large, twice;
	struct http_answer answer;
};

struct http {
	CURLM *multi;
	struct http_limits limits;
	void (*done)(void *ctx, struct http_answer *answer);
	struct transfer *transfers; /* limits.parallel of them */
};

bool http_is_loopback(const char *host)
{
	size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");

	return (n == 9 && strncasecmp(host, "localhost", 9) == 0) || (n == 5 && strncmp(host, "[::1]", 5) == 0)
		|| (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == n);
}

static bool has_part(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static enum err check_parts(CURLU *u, const char *url, char *host, struct error *e)
{
	char *scheme = NULL, *name = NULL, *port = NULL;
	enum err rc = OK;

	if (curl_url_set(u, CURLUPART_URL, url, 0) || curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) || curl_url_get(u, CURLUPART_HOST, &name, 0))
		rc = error_set(e, ERR_USAGE, "not an address like https://host: '%.200s'", url);
	else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		rc = error_set(e, ERR_USAGE, "neither https nor http: '%.200s'", url);
	else if (strcmp(scheme, "http") == 0 && !http_is_loopback(name))
		rc = error_set(e, ERR_USAGE, "plain http is for this machine only (127.0.0.1, localhost), elsewhere use https: '%.200s'", url);
	else if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD) || has_part(u, CURLUPART_QUERY) || has_part(u, CURLUPART_FRAGMENT))
		rc = error_set(e, ERR_USAGE, "an address here is scheme, host and port only: '%.200s'", url);
	else {
		bool has_port = curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK;

		if (snprintf(host, HTTP_HOST_SIZE, "%s%s%s", name, has_port ? ":" : "", has_port ? port : "") >= HTTP_HOST_SIZE)
			rc = error_set(e, ERR_USAGE, "host is too long: '%.100s…'", url);
	}
	curl_free(scheme);
	curl_free(name);
	curl_free(port);
	return rc;
}

enum err http_check_url(const char *url, char *host, struct error *e)
{
	CURLU *u = curl_url();
	enum err rc = u ? check_parts(u, url, host, e) : error_memory(e);

	curl_url_cleanup(u);
	return rc;
}

static size_t on_body(char *data, size_t size, size_t n, void *p)
{
	struct transfer *t = p;

	n *= size;
	if (n > t->http->limits.body_max - t->answer.body.len) {
		t->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	buf_add(&t->answer.body, data, n);
	return t->answer.body.failed ? CURL_WRITEFUNC_ERROR : n;
}

/* A header's value as a count; -1 when it is something else. line is not NUL-terminated. */
static bool header_count(const char *line, size_t n, const char *name, int64_t *out)
{
	size_t name_len = strlen(name);
	const char *p = line + name_len + 1, *end = line + n;
	int64_t v = 0;
	int digits = 0;

	if (n <= name_len || strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
		return false;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	for (; p < end && *p >= '0' && *p <= '9' && digits < 15; p++, digits++)
		v = v * 10 + (*p - '0');
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	*out = digits && p == end ? v : -1;
	return true;
}

/* X-MBX-ORDER-COUNT-10S: the window's length is in the name. */
static void order_count(const char *line, size_t n, struct http_answer *a)
{
	static const struct {
		const char *name;
		int64_t length_ms;
	} windows[] = {
		{ "X-MBX-ORDER-COUNT-10S", 10 * MS_SECOND }, { "X-MBX-ORDER-COUNT-1M", MS_MINUTE }, { "X-MBX-ORDER-COUNT-1D", MS_DAY },
	};
	int64_t count;

	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
		if (a->order_count_count < HTTP_COUNTS && header_count(line, n, windows[i].name, &count) && count >= 0)
			a->order_counts[a->order_count_count++] = (struct http_count){ windows[i].length_ms, count };
}

static size_t on_header(char *line, size_t size, size_t n, void *p)
{
	struct transfer *t = p;

	n *= size;
	if (!header_count(line, n, "Retry-After", &t->answer.retry_after_s) && !header_count(line, n, "X-MBX-USED-WEIGHT-1M", &t->answer.used_weight))
		order_count(line, n, &t->answer);
	return n;
}

/*
 * Called once a connection stands, before the first byte of the request. libcurl sends again by itself when a kept
 * connection breaks before any answer; as the first may have arrived, the second is stopped here.
 */
static int on_connected(void *p, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = p;

	(void)ip, (void)local_ip, (void)port, (void)local_port;
	t->twice = t->answer.sent;
	t->answer.sent = true;
	return t->twice ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool setup(struct transfer *t)
{
	const struct http_limits *l = &t->http->limits;
	bool ok = (t->easy = curl_easy_init()) != NULL;

#define SET(option, value) (ok = ok && curl_easy_setopt(t->easy, option, value) == CURLE_OK)
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_PIPEWAIT, 1L);
	SET(CURLOPT_ACCEPT_ENCODING, "");
	SET(CURLOPT_USERAGENT, "ct/" CT_VERSION);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_NOPROXY, "localhost,127.0.0.0/8,::1");
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)l->connect_ms);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, (long)((l->stall_ms + MS_SECOND - 1) / MS_SECOND));
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_PREREQFUNCTION, on_connected);
	SET(CURLOPT_PREREQDATA, t);
	SET(CURLOPT_PRIVATE, t);
#undef SET
	return ok;
}

static void drop_header(struct transfer *t)
{
	if (t->header)
		explicit_bzero(t->header->data, strlen(t->header->data));
	curl_slist_free_all(t->header);
	t->header = NULL;
}

struct http *http_new(const struct http_limits *limits, void (*done)(void *ctx, struct http_answer *answer))
{
	struct http *h = calloc(1, sizeof *h);
	bool ok;

	if (!h)
		return NULL;
	h->limits = *limits;
	h->done = done;
	ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && (h->multi = curl_multi_init())
		&& (h->transfers = calloc(limits->parallel, sizeof *h->transfers));
	for (size_t i = 0; ok && i < limits->parallel; i++) {
		h->transfers[i].http = h;
		ok = setup(&h->transfers[i]);
	}
	if (ok)
		return h;
	http_free(h);
	return NULL;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	for (size_t i = 0; h->transfers && i < h->limits.parallel; i++) {
		struct transfer *t = &h->transfers[i];

		if (t->busy)
			curl_multi_remove_handle(h->multi, t->easy);
		curl_easy_cleanup(t->easy);
		drop_header(t);
		buf_release(&t->answer.body);
	}
	free(h->transfers);
	curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	free(h);
}

static struct transfer *idle(const struct http *h)
{
	for (size_t i = 0; i < h->limits.parallel; i++)
		if (!h->transfers[i].busy)
			return &h->transfers[i];
	return NULL;
}

bool http_has_room(const struct http *h)
{
	return idle(h) != NULL;
}

static bool describe(struct transfer *t, const struct http_request *q)
{
	bool ok = !q->header || (t->header = curl_slist_append(NULL, q->header));

#define SET(option, value) (ok = ok && curl_easy_setopt(t->easy, option, value) == CURLE_OK)
	SET(CURLOPT_URL, q->url);
	SET(CURLOPT_HTTPHEADER, t->header);
	SET(CURLOPT_TIMEOUT_MS, (long)(q->timeout_ms > 0 ? q->timeout_ms : 1));
	SET(CURLOPT_CUSTOMREQUEST, q->method == HTTP_DELETE ? "DELETE" : NULL);
	if (q->method == HTTP_POST) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE, (long)q->body_len);
		SET(CURLOPT_POSTFIELDS, q->body);
	} else {
		SET(CURLOPT_POSTFIELDS, NULL);
		SET(CURLOPT_HTTPGET, 1L);
	}
#undef SET
	return ok;
}

enum err http_send(struct http *h, const struct http_request *q, void *ctx, struct error *e)
{
	struct transfer *t = idle(h);
	struct buf body;

	if (!t)
		return error_set(e, ERR_INTERNAL, "more transfers at once than %zu", h->limits.parallel);
	body = t->answer.body;
	buf_clear(&body);
	t->answer = (struct http_answer){ .retry_after_s = -1, .used_weight = -1, .sent_ms = utc_now_ms(), .body = body };
	t->too_large = t->twice = false;
	t->ctx = ctx;
	if (!describe(t, q) || curl_multi_add_handle(h->multi, t->easy)) {
		drop_header(t);
		return error_memory(e);
	}
	t->busy = true;
	return OK;
}

static enum http_fault fault_of(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum http_fault fault;
	} table[] = {
		{ CURLE_OK, HTTP_ANSWERED },
		{ CURLE_COULDNT_RESOLVE_HOST, HTTP_REFUSED }, { CURLE_COULDNT_RESOLVE_PROXY, HTTP_REFUSED },
		{ CURLE_COULDNT_CONNECT, HTTP_REFUSED }, { CURLE_PROXY, HTTP_REFUSED },
		{ CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT },
		{ CURLE_GOT_NOTHING, HTTP_CUT }, { CURLE_RECV_ERROR, HTTP_CUT }, { CURLE_SEND_ERROR, HTTP_CUT }, { CURLE_PARTIAL_FILE, HTTP_CUT },
		{ CURLE_HTTP2, HTTP_CUT }, { CURLE_HTTP2_STREAM, HTTP_CUT },
		{ CURLE_SSL_CONNECT_ERROR, HTTP_UNTRUSTED }, { CURLE_PEER_FAILED_VERIFICATION, HTTP_UNTRUSTED },
		{ CURLE_SSL_CACERT_BADFILE, HTTP_UNTRUSTED }, { CURLE_SSL_CERTPROBLEM, HTTP_UNTRUSTED }, { CURLE_SSL_CIPHER, HTTP_UNTRUSTED },
		{ CURLE_SSL_ISSUER_ERROR, HTTP_UNTRUSTED }, { CURLE_SSL_INVALIDCERTSTATUS, HTTP_UNTRUSTED },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].code == code)
			return table[i].fault;
	return HTTP_NONSENSE;
}

static void finish(struct transfer *t, CURLcode code)
{
	struct http_answer *a = &t->answer;

	a->received_ms = utc_now_ms();
	a->fault = t->twice ? HTTP_CUT : fault_of(code);
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &a->status);
	if (t->too_large)
		snprintf(a->reason, sizeof a->reason, "the answer is larger than %zu bytes", t->http->limits.body_max);
	else if (t->twice)
		snprintf(a->reason, sizeof a->reason, "a kept connection broke before the answer");
	else if (code)
		snprintf(a->reason, sizeof a->reason, "%s", curl_easy_strerror(code));
	curl_multi_remove_handle(t->http->multi, t->easy);
	drop_header(t);
	t->http->done(t->ctx, a);
	t->busy = false;
}

/* Hands over what is finished; false: nothing was. */
static bool deliver(struct http *h)
{
	CURLMsg *message;
	bool any = false;
	int left;

	while ((message = curl_multi_info_read(h->multi, &left))) {
		struct transfer *t = NULL;
		CURLcode result = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		finish(t, result);
		any = true;
	}
	return any;
}

enum err http_run(struct http *h, int wait_ms, struct error *e)
{
	int running;
	CURLMcode code = curl_multi_perform(h->multi, &running);

	if (!code && !deliver(h) && wait_ms > 0) {
		code = curl_multi_poll(h->multi, NULL, 0, wait_ms, NULL);
		if (!code)
			code = curl_multi_perform(h->multi, &running);
		if (!code)
			deliver(h);
	}
	return code ? error_set(e, ERR_INTERNAL, "http: %s", curl_multi_strerror(code)) : OK;
}
