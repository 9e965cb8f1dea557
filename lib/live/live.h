#ifndef CT_LIVE_LIVE_H
#define CT_LIVE_LIVE_H

#include "desk/desk.h"
#include "venue/broker.h"

/*
 * The sending half of the desk: an account at the exchange. Only ct-exec uses it; what decides (desk.h) knows nothing of
 * the network.
 *
 * The book says what is wished: plans that work, positions with their stop and target. What is at the exchange is brought
 * in line with it, one order at a time, and every answer is booked through the engine's reports. So a process that was
 * killed at any instruction leaves rows from which the next one goes on:
 *
 *	intent            never sent: it may be sent, if it is still wished
 *	sent, unknown     asked for by its client order id, until it is found, or proven absent
 *	acked             watched by sync; what was filled is booked by the fill's own id, once
 *
 * An order is sent once. What the exchange does not know is absent only when it did not know it for `absence_ms` after it
 * was sent. One process at a time works on an account: the caller holds its lock.
 */
struct live_config {
	int64_t now_ms;     /* the step's time: --now, or TIME_NONE for the clock */
	int64_t absence_ms; /* 0: the broker's own */
	bool (*stopping)(void);
};

struct live {
	struct desk *d;
	struct broker *b;
	struct live_config c;
	struct error trouble;    /* the first thing that must wait for the next step; code OK: nothing */
	struct later *later;     /* what waits */
	size_t later_count, later_cap;
	char (*absent)[ID_SIZE]; /* ids that the exchange has never seen, as far as this process asked */
	size_t absent_count, absent_cap;
	struct tried *tried;     /* decisions whose orders were made anew in this process */
	size_t tried_count, tried_cap;
	struct report *reports;  /* sync's: orders that the exchange told of, and that are not all booked */
	size_t report_count, report_cap;
};

/* Opens the session with the key that accounts.json names. Nothing is sent yet. Errors of broker_open. */
enum err live_open(struct live *l, struct desk *d, const struct live_config *c, struct error *e);
void live_close(struct live *l);

/*
 * Reads the account and its open orders, books what happened and the candles that closed, each at its time, and compares:
 * what it cannot explain is recorded as an alarm and blocks its pair. Then it protects what is not protected and cancels
 * entries that have expired; it opens nothing and moves nothing. late: as desk_follow's.
 *
 * The account's first sync records what lies there as baselines; its capital becomes cash, at most what the account has.
 */
enum err live_sync(struct live *l, struct buf *late, struct error *e);

/*
 * Brings the exchange in line with the book: exits, protection, trailing moves, entries. ERR_TEMPFAIL or ERR_UNAVAILABLE:
 * something must wait for the next step (the rest is done); the message names the first.
 */
enum err live_act(struct live *l, struct error *e);

/* The same without telling what must wait: struct live's trouble has it. all false: only what protects, and what is over. */
enum err live_work(struct live *l, bool all, struct error *e);

/*
 * One look at the entries that rest at the exchange without protection of their own (stop entries; others where the pair
 * takes no such list): what they bought is booked and protected at once. *left: how many rest on.
 */
enum err live_watch(struct live *l, size_t *left, struct error *e);

#endif
