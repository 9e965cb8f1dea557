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
};

#define BUDGET_PERCENT 80 /* of the limit that ct uses */

enum budget_answer { BUDGET_TAKEN, BUDGET_FULL, BUDGET_BLOCKED };

/*
 * Charges weight, or says why not and how long to wait (BUDGET_FULL: until the next minute; BUDGET_BLOCKED: until
 * the exchange's term is over). A weight above the whole allowance is let through alone, at the start of a minute.
 */
enum budget_answer budget_charge(struct budget_state *s, int64_t weight, int64_t now_ms, int64_t *wait_ms);
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
};

enum err budget_open(struct budget *b, const char *host, int64_t default_limit, struct error *e);
/*
 * Reads the state under the lock, lets change alter it, writes it back. ERR_TEMPFAIL: the lock was held for two
 * seconds; ERR_CANTCREAT, ERR_IO.
 */
enum err budget_update(const struct budget *b, void (*change)(struct budget_state *s, void *ctx), void *ctx, struct error *e);

#endif
