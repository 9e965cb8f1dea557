#ifndef CT_VENUE_CALL_H
#define CT_VENUE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

/*
 * Questions to the exchange that may be asked twice without harm (GET), each carried to its end: the request budget is
 * kept, what is worth trying again is tried again after a growing, jittered pause, and both tries and time are bounded.
 *
 * Tried again: rate limits (429, 418, after the term that the exchange names), 5xx and its kin, refused, timed out and
 * cut connections. Not: any other answer, whatever it says.
 */
#define CALL_PATH_SIZE 4096

struct call {
	char path[CALL_PATH_SIZE]; /* "/api/v3/klines?symbol=…", percent-encoded */
	int64_t weight;            /* charged to the request budget */
	bool counted_apart;        /* and, as one call, to the budget of those that the exchange counts by themselves */
	bool keeps;                /* the answer is moved into `body` below, which is then the owner's to release */
	/*
	 * Called once, at the end; the call may be added again from here. rc OK: body (never NULL) is the answer with status 200.
	 * Else e says what was wrong: ERR_UNAVAILABLE (69), ERR_TEMPFAIL (75, rate limited for longer than the patience),
	 * ERR_PROTOCOL (76), ERR_NOPERM (77), ERR_DATA (the exchange refused the request; its words are in e).
	 */
	void (*done)(struct call *c, enum err rc, const char *body, size_t len, struct error *e);

	/* caller.c's own: */
	struct call *next;
	int tries;
	int64_t not_before, deadline; /* monotonic ms; deadline 0: not tried yet */
	int64_t sent_ms, received_ms; /* of the last try, this machine's clock, ms UTC */
	int refusal;                  /* the exchange's error code (-1121 …), 0: none */
	long status;                  /* of the last answer; 0: none came */
	struct buf body;              /* of a call that keeps it */
	struct caller *caller;
};

struct caller_config {
	const char *base_url;
	size_t parallel;     /* requests at once */
	int retries;         /* tries of a call after the first */
	int64_t patience_ms; /* time for all tries of one call; waiting for the budget's next minute is not counted */
	int64_t timeout_ms;  /* of one try */
	size_t body_max;     /* bytes of an answer; 0: 16 MiB */
	int64_t weight_limit; /* a minute, until the exchange says otherwise */
	struct caller_apart {
		const char *name; /* NULL: it counts nothing by itself */
		int64_t calls, length_ms; /* so many in such a time */
	} apart;
};

struct caller;

/*
 * with: another caller whose connections and number of requests at once this one shares: either moves both on; NULL: its
 * own. They are closed together. ERR_USAGE: base_url (see http_check_url).
 */
enum err caller_open(const struct caller_config *config, struct caller *with, struct caller **c, struct error *e);
void caller_close(struct caller *c); /* calls under way are dropped, without done */

void caller_add(struct caller *c, struct call *call); /* the call stays the owner's, and in place, until done */
bool caller_busy(const struct caller *c); /* it, or one that shares its connections */
/* Works on the calls for about wait_ms at most. An error here is the machine's (memory, the budget's file), not a call's. */
enum err caller_run(struct caller *c, int wait_ms, struct error *e);

/* The exchange's own limit, as exchangeInfo tells it. */
enum err caller_set_limit(struct caller *c, int64_t weight_limit, struct error *e);

struct caller_counts {
	long requests, retries;
	int64_t budget_wait_ms; /* longest wait for the budget so far */
};
const struct caller_counts *caller_counts(const struct caller *c);

#endif
