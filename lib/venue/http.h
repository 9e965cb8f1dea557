#ifndef CT_VENUE_HTTP_H
#define CT_VENUE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

/*
 * HTTP(S), several transfers at once, connections kept alive, HTTP/2 where it is offered; the one file that knows
 * libcurl. Certificates are always verified, redirects never followed, and plain http goes to loopback only.
 * It sends what it is told once, and libcurl's own second try on a connection that proves dead is forbidden: whoever
 * asks must know how often it went out. Budget and retries are call.h's and broker.h's.
 */
struct http;

/* What became of a transfer, coarse enough to decide whether to try again. */
enum http_fault {
	HTTP_ANSWERED,  /* an HTTP answer came, whatever its status */
	HTTP_REFUSED,   /* no connection: refused, no route, no such host */
	HTTP_TIMEOUT,   /* to connect, in total, or stalled */
	HTTP_CUT,       /* the connection broke before the answer was whole */
	HTTP_UNTRUSTED, /* TLS failed: a wrong certificate, or not TLS at all */
	HTTP_NONSENSE,  /* what came is not HTTP, or larger than the ceiling */
};

#define HTTP_COUNTS 4

/* A header X-MBX-ORDER-COUNT-10S: 3, as { 10000, 3 }. */
struct http_count {
	int64_t length_ms, count;
};

struct http_answer {
	enum http_fault fault;
	char reason[160];      /* where fault is not HTTP_ANSWERED */
	/* False: not a byte of the request left. True: it, or a part of it, may have arrived. */
	bool sent;
	long status;
	int64_t retry_after_s; /* -1: no such header, or not a number */
	int64_t used_weight;   /* X-MBX-USED-WEIGHT-1M; -1: no such header */
	struct http_count order_counts[HTTP_COUNTS];
	size_t order_count_count;
	int64_t sent_ms, received_ms; /* this machine's clock, ms UTC */
	struct buf body;
};

enum http_method { HTTP_GET, HTTP_POST, HTTP_DELETE };

/* One request. The body stays in place until done, the rest is copied. */
struct http_request {
	enum http_method method;
	const char *url;
	const char *header;  /* one more header line, "X-MBX-APIKEY: …"; NULL: none */
	const char *body;    /* of a POST, a form as it is to be sent */
	size_t body_len;
	int64_t timeout_ms;  /* in all */
};

struct http_limits {
	size_t parallel;    /* transfers at once */
	int64_t connect_ms; /* to connect */
	int64_t stall_ms;   /* without a byte; rounded up to seconds */
	size_t body_max;    /* bytes, after decompression */
};

#define HTTP_HOST_SIZE 256

/*
 * "https://host[:port][/prefix]"; host gets "host[:port]". ERR_USAGE: not such an address, or plain http to a host
 * that is not loopback.
 */
enum err http_check_url(const char *url, char *host, struct error *e);
bool http_is_loopback(const char *host); /* "localhost", 127.x.x.x or [::1], with or without a port */

/* done is called from http_run for every transfer; the answer is its to read until it returns, and its body to take away. */
struct http *http_new(const struct http_limits *limits, void (*done)(void *ctx, struct http_answer *answer)); /* NULL: out of memory */
void http_free(struct http *h); /* transfers under way are dropped, without done */

bool http_has_room(const struct http *h);
/* Starts a transfer. Only with room. */
enum err http_send(struct http *h, const struct http_request *q, void *ctx, struct error *e);
/* Moves the transfers on, waiting at most wait_ms for something to happen. */
enum err http_run(struct http *h, int wait_ms, struct error *e);

#endif
