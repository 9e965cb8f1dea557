#ifndef CT_ENGINE_REPORT_H
#define CT_ENGINE_REPORT_H

#include "engine/fills.h"

/*
 * The other half of settling, for live accounts: what happened to an order, as the exchange reported it. It goes
 * through the same functions as the fill model's (engine/fills.h); what follows at each close is engine_settle's, as
 * everywhere.
 */
struct engine_report {
	const char *order;               /* its id */
	const struct engine_fill *fills; /* only those that are new, oldest first */
	size_t count;
	int status;                      /* enum order_status, after them */
	int64_t t_ms;                    /* when it got there */
	const char *why;                 /* how it ended, in words; may be "" */
	dec *beyond;                     /* coins that it sold and the book did not hold are added here; may be NULL */
};

/*
 * Inside the caller's transaction. An order that is not open in the book is nobody's: ERR_INTERNAL.
 *
 * Entries: an ended one ends its decision (but a limit-maker cancelled with engine_repriced as why: its next attempt is
 * recorded), executed where anything was filled. What was filled stands protected: the
 * position has its stop and target; making orders of them is the caller's.
 * Sales: with the last coin that can be sold the position leaves the book. An exit that ended and left coins behind keeps
 * its decision working, and the caller sells on (engine_again) or writes the rest off (engine_write_off).
 * A sale of more than the book holds (dust and spare coins of the pair included) is booked whole, for it happened; the
 * account is halted, with an alarm "desk.oversold", and r->beyond tells how many coins came from elsewhere.
 * A sale further below the price it was meant for than the risk file's collar is an alarm "desk.collar".
 */
enum err engine_report(struct engine *g, const struct engine_report *r, struct error *e);

/*
 * The protection that p's entry carried is for qty coins: the exchange has taken the entry's fee from other coins of the
 * account. Where p holds less, they come from the pair's dust and from its other positions. Inside a transaction.
 */
enum err engine_fund(struct engine *g, struct book_position *p, dec qty, int64_t t_ms, struct error *e);

/* The next attempt of an exit that ended too early, for what is left. */
enum err engine_again(struct engine *g, struct book_plan *p, const struct order *before, int64_t t_ms, struct error *e);

/* What is left of a position is less than the exchange lets one sell: it becomes dust. */
enum err engine_write_off(struct engine *g, struct book_position *p, int64_t t_ms, struct error *e);

/* No new entries from now on: something happened that only a person can judge. Records an alarm. */
enum err engine_halt(struct engine *g, const char *code, const char *symbol, int64_t t_ms, struct error *e, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

#endif
