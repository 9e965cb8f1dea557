#ifndef CT_VENUE_BROKER_DIALECT_H
#define CT_VENUE_BROKER_DIALECT_H

#include "core/buf.h"
#include "venue/broker.h"
#include "venue/budget.h"
#include "venue/http.h"
#include "venue/keys.h"

/* What the broker and its markets share; nobody else includes this. */

/* One route of the exchange. */
struct route {
	enum http_method method;
	const char *path;
	int64_t weight;
	int64_t orders; /* that it counts as, in the order windows */
	bool is_signed;
	bool changes;   /* something at the exchange: it is never sent twice */
};

/*
 * What a market's private API looks like: one function for each call of broker.h, with the same contract, and what the
 * session has to know.
 */
struct broker_dialect {
	int market;
	const char *base_urls[MODE_BACKTEST]; /* by mode */
	int64_t weight_limit;                 /* a minute, where the exchange has not said it */
	struct order_budget_state orders;     /* likewise */
	struct route time;
	enum err (*time_read)(const char *body, size_t len, int64_t *server_ms, struct error *e);
	enum fate (*place)(struct broker *b, const struct order_request *q, bool only_test, struct placed *out, struct reply *r);
	enum fate (*order)(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r);
	enum fate (*open_orders)(struct broker *b, const char *symbol, struct venue_order **rows, size_t *n, struct reply *r);
	enum fate (*cancel)(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r);
	enum fate (*place_list)(struct broker *b, const struct list_request *q, struct venue_list *out, struct reply *r);
	enum fate (*cancel_list)(struct broker *b, const char *symbol, const char *id, struct venue_list *out, struct reply *r);
	enum fate (*account)(struct broker *b, struct venue_account *out, struct reply *r);
	enum fate (*permissions)(struct broker *b, struct venue_permissions *out, struct reply *r);
	enum fate (*symbols)(struct broker *b, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct reply *r);
	enum fate (*order_fills)(struct broker *b, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct reply *r);
	enum fate (*commission)(struct broker *b, const char *symbol, struct venue_commission *out, struct reply *r);
	enum fate (*quote)(struct broker *b, const char *symbol, struct venue_quote *out, struct reply *r);
};

extern const struct broker_dialect broker_spot;

struct clock_mark {
	bool known;
	int64_t server_ms, boot_ms, wall_ms; /* the same instant on three clocks */
	int64_t round_trip_ms;
};

struct broker {
	const struct broker_dialect *dialect;
	struct broker_config config;
	char base_url[HTTP_HOST_SIZE * 2], host[HTTP_HOST_SIZE];
	struct keys *keys;
	struct http *http;
	struct budget budget;
	struct order_budget orders;
	struct clock_mark mark;
	struct broker_counts counts;
	struct buf query;  /* the parameters of the request that is being built, percent-encoded */
	struct buf target; /* its address */
	struct buf form;   /* its body */
	struct buf answer; /* the body of the last answer */
	bool answered;     /* the transfer under way is over */
	struct http_answer head; /* of the last answer; its body is in `answer` */
};

/* A new request: without parameters. */
void query_start(struct broker *b);
void query_text(struct broker *b, const char *name, const char *value);
void query_int(struct broker *b, const char *name, int64_t value);
void query_dec(struct broker *b, const char *name, dec value); /* without trailing zeros */

/*
 * Carries the request in b->query to its end, by the rules at the head of broker.h. FATE_DONE: the answer, with status 200, is
 * in b->answer. urgent: it lessens risk.
 */
enum fate broker_carry(struct broker *b, const struct route *route, bool urgent, struct reply *r);
/* The same for an answer that was read: rc and e are its reader's. */
enum fate broker_read(struct broker *b, enum err rc, const struct error *e, struct reply *r);

/* One try of it, within the deadline (of a monotonic clock); what is signed is stamped by the mark. r->tries goes on. */
enum fate broker_try(struct broker *b, const struct route *route, bool urgent, int64_t deadline, struct reply *r);
int64_t broker_deadline(const struct broker *b); /* for a request that begins now */
/* Whether to ask again, and the wait before it. Only for what changes nothing. */
bool broker_may_again(const struct broker *b, const struct reply *r, int64_t deadline);

/* The exchange's limits, as it tells them; 0: not told. */
void broker_learn_limits(struct broker *b, int64_t weight, const struct http_count *orders, size_t n);

/* The exchange's time now; the mark is known. */
int64_t clock_server_now(const struct broker *b);
int64_t clock_machine_now(const struct broker *b);
int64_t clock_boot_now(void);
bool clock_is_stale(const struct clock_mark *m); /* or not known */

#endif
