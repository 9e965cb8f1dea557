#ifndef CT_SIM_REQUEST_H
#define CT_SIM_REQUEST_H

#include "core/buf.h"
#include "core/error.h"
#include "model/market.h"
#include "sim/clock.h"
#include "sim/exchange.h"
#include "sim/faults.h"
#include "sim/info.h"
#include "sim/limits.h"
#include "sim/market.h"

/* What one request is, what one answer is, and the table of routes that leads from one to the other. Private to lib/sim. */

#define SIM_PARAMS_MAX 64

struct sim_param {
	const char *name;
	const char *value; /* decoded; not NUL-free, and not always UTF-8 */
	size_t len;
	bool in_body;      /* of a form; the query string's wins where both have it */
};

/* The exchange's state, which handlers read and control routes change. */
struct sim_state {
	struct sim_market *market;
	struct sim_info *info;
	struct sim_clock clock;
	struct sim_limits limits;
	struct sim_faults faults;
	int64_t *route_counts; /* by index in the table of all routes */
	int64_t unknown_count;
	int64_t status_counts[600];
	struct sim_exchange *exchange; /* NULL: market data only */
	const char *state_file;        /* where it is saved; NULL: nowhere */
	void (*warn)(const struct error *e);
};

struct sim_request {
	struct sim_state *state;
	const char *method, *path;
	struct sim_param params[SIM_PARAMS_MAX];
	size_t param_count;
	bool too_many_params;
	const char *time_unit; /* the header, NULL: not sent */
	bool micros;           /* times in the answer are microseconds */
	const char *query;     /* as it arrived, without the question mark */
	size_t query_len;
	const char *body;      /* as it arrived */
	size_t body_len;
	const char *api_key;   /* the header, NULL: not sent */
	struct sim_account *account; /* whose key it is, once the signature was found good */
	const struct sim_key *key;
	int64_t now_ms;        /* the exchange's time */
	const struct sim_fault *fault; /* that strikes; NULL: none */
};

struct sim_answer {
	int status;
	struct buf body;
	const char *type;      /* content type */
	int64_t retry_after_s; /* -1: none */
	bool tells_orders;     /* with the headers that count the account's orders */
};

enum sim_security { SIM_PUBLIC, SIM_USER_DATA, SIM_TRADE };

struct sim_route {
	const char *method, *path;
	int weight, weight_many;          /* with and without one `symbol` */
	const char *const *params;        /* NULL-terminated names; NULL: none */
	void (*handle)(const struct sim_request *q, struct sim_answer *a);
	bool control;                     /* of ct-sim itself: no weight, no faults */
	enum sim_security security;
	bool free_of_charge;              /* weighs nothing when it succeeds */
	const char *switched;             /* a parameter with which it weighs weight_switched */
	int weight_switched;
	int64_t (*weigh)(const struct sim_request *q); /* what it weighs, in place of all that; NULL: that */
	bool own_limit;                   /* counted in calls, by itself: it weighs nothing */
	bool archive;                     /* of the archive's host: the path is only how all of them begin; no weight, no limits */
};

extern const struct sim_route sim_exchange_routes[], sim_control_routes[]; /* end with method NULL */

/*
 * Parameters from the query string and, but for a GET, from a form in the body; both are decoded in place. What comes after
 * SIM_PARAMS_MAX of them is only counted as too many.
 */
void sim_params_parse(struct sim_request *q, char *query, char *body);

/*
 * Key, signature, timestamp and permission of a request to a route that needs them, in this order. Fills q->account and
 * q->key; false: refused in *a.
 */
bool sim_authorize(struct sim_request *q, const struct sim_route *route, struct sim_answer *a);

/* Error bodies. */
void sim_refuse(struct sim_answer *a, int status, int code, const char *format, ...) __attribute__((format(printf, 4, 5)));
void sim_page(struct sim_answer *a, int status, const char *title); /* as a proxy says it */
void sim_not_found(struct sim_answer *a); /* 404, a page */
/* Something of ours failed: 500, and the reason to `warn`. */
void sim_fail(const struct sim_request *q, struct sim_answer *a, const struct error *e);

const struct sim_param *sim_param(const struct sim_request *q, const char *name); /* NULL: not sent */
/* A copy without NUL bytes in out[n]; false: not sent, too long, or it contains one. */
bool sim_param_text(const struct sim_request *q, const char *name, char *out, size_t n);

/* Readers of parameters that several routes have. Each returns false after it has refused the request in *a. */
bool sim_param_symbol(const struct sim_request *q, const char *name, char *symbol, struct sim_answer *a);
bool sim_param_count(const struct sim_request *q, const char *name, int64_t fallback, int64_t *out, struct sim_answer *a);
bool sim_param_flag(const struct sim_request *q, const char *name, bool fallback, bool *out, struct sim_answer *a);
/* A bound in milliseconds or microseconds, told apart by size; TIME_NONE: not sent. */
bool sim_param_time(const struct sim_request *q, const char *name, int64_t *t_ms, struct sim_answer *a);
bool sim_missing(const char *name, struct sim_answer *a); /* refuses: -1102; returns false */

/* A time in the answer's unit. */
static inline int64_t sim_time(const struct sim_request *q, int64_t t_ms)
{
	return q->micros ? t_ms * 1000 : t_ms;
}

#endif
