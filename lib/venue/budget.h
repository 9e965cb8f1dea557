#ifndef CT_VENUE_BUDGET_H
#define CT_VENUE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/path.h"

/*
 * The exchange counts request weight by IP address in fixed windows of one minute, and bans who goes on regardless. So
 * all processes of the machine share one count a host, in a small locked file: weight is charged before a request is
 * sent, the answers' headers correct the count upward, and when the exchange said "wait", everybody waits.
 *
 * Times are this machine's clock, ms UTC. A clock that is a few seconds off does no harm: the headers bring the
 * exchange's own count into whichever minute it is here, and a fifth of the limit is never used.
 */
struct budget_state {
	int64_t window_ms;  /* first instant of the minute that `used` belongs to */
	int64_t used;       /* weight charged or reported in it */
	int64_t limit;      /* the exchange's, a minute */
	int64_t blocked_ms; /* no request before this; 0: free */
	int64_t length_ms;  /* of a window; 0: a minute. It is not written to the file of weights */
};

#define BUDGET_PERCENT 80 /* of the limit that ct uses */

enum budget_answer { BUDGET_TAKEN, BUDGET_FULL, BUDGET_BLOCKED };

/*
 * Charges weight, or says why not and how long to wait (BUDGET_FULL: until the next minute; BUDGET_BLOCKED: until
 * the exchange's term is over). A weight above the whole allowance is let through alone, at the start of a minute.
 */
enum budget_answer budget_charge(struct budget_state *s, int64_t weight, int64_t now_ms, int64_t *wait_ms);
/* The same for a request that may use another share of the limit: what lessens risk may use all of it. */
enum budget_answer budget_charge_share(struct budget_state *s, int64_t weight, int percent, int64_t now_ms, int64_t *wait_ms);
/*
 * Learns from an answer: reported is the header's count (-1: none). A request that was sent in one minute and answered
 * in the next may count in either: it is charged to both.
 */
void budget_learn(struct budget_state *s, int64_t weight, int64_t reported, int64_t sent_ms, int64_t received_ms);
/* Nobody may ask before until_ms; a shorter term never cuts a longer one. */
void budget_block(struct budget_state *s, int64_t until_ms);

#define BUDGET_TEXT 128
/* The file's one line. Reading what is not such a line gives a fresh state (false). */
size_t budget_format(const struct budget_state *s, char *out);
bool budget_parse(const char *text, size_t n, struct budget_state *s);

/* The shared file of a host ("host[:port]"): $XDG_STATE_HOME/ct/budget/HOST. */
struct budget {
	char path[PATH_SIZE];
	int64_t default_limit; /* where the file does not know it */
	int64_t length_ms;     /* as in its state */
};

enum err budget_open(struct budget *b, const char *host, int64_t default_limit, struct error *e);
/* That of questions which the exchange counts by themselves, in calls: HOST.NAME. */
enum err budget_open_calls(struct budget *b, const char *host, const char *name, int64_t limit, int64_t length_ms, struct error *e);
/*
 * Reads the state under the lock, lets change alter it, writes it back. ERR_TEMPFAIL: the lock was held for two
 * seconds; ERR_CANTCREAT, ERR_IO.
 */
enum err budget_update(const struct budget *b, void (*change)(struct budget_state *s, void *ctx), void *ctx, struct error *e);

/*
 * The exchange also counts an account's orders, in windows of its own. They are shared likewise, in one file an account.
 */
#define ORDER_WINDOWS 2
#define ORDERS_TEXT 256

struct order_budget_state {
	struct budget_state windows[ORDER_WINDOWS]; /* length_ms and limit are always set */
};

struct order_budget {
	char path[PATH_SIZE];
	struct order_budget_state defaults;
};

/* Charges all windows or none. */
enum budget_answer order_budget_charge(struct order_budget_state *s, int64_t orders, int percent, int64_t now_ms, int64_t *wait_ms);
/* A header's count of one window. */
void order_budget_learn(struct order_budget_state *s, int64_t length_ms, int64_t reported, int64_t now_ms);
void order_budget_set_limit(struct order_budget_state *s, int64_t length_ms, int64_t limit);

size_t order_budget_format(const struct order_budget_state *s, char *out);
/* False, and defaults as they are, when the text is not such lines. */
bool order_budget_parse(const char *text, size_t n, const struct order_budget_state *defaults, struct order_budget_state *s);

/* $XDG_STATE_HOME/ct/budget/HOST.orders-NAME; name is the account's, of letters and digits. Else as budget_open and budget_update. */
enum err order_budget_open(struct order_budget *b, const char *host, const char *name, const struct order_budget_state *defaults, struct error *e);
enum err order_budget_update(const struct order_budget *b, void (*change)(struct order_budget_state *s, void *ctx), void *ctx, struct error *e);

/* The path of a budget's file; suffix may be "". */
enum err budget_path(const char *host, const char *suffix, char *path, struct error *e);
/* Reads the file's text under its lock, lets change write the new one (returns its length, 0: as it was), and writes that. */
enum err budget_rewrite(const char *path, size_t max, size_t (*change)(void *ctx, const char *text, size_t n, char *out), void *ctx,
	struct error *e);

#endif
