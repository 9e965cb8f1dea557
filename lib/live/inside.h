#ifndef CT_LIVE_INSIDE_H
#define CT_LIVE_INSIDE_H

#include "desk/wire.h"
#include "engine/report.h"
#include "live/live.h"

/*
 * What the files of this room take from each other, a section a file, from the ground up: a file calls what stands above
 * its own section here, never what stands below it.
 */

/* ---- session.c ---- */

int64_t live_now(const struct live *l); /* the step's time; the wire's own times are always the clock's */
void live_pause(const struct live *l, int ms); /* waits, unless the program is to stop */

static inline enum err live_begin(struct live *l, struct error *e) { return l->d->ledger.ops->begin(&l->d->ledger, e); }
/* Commits, or rolls back where rc is an error; returns what came of it. */
static inline enum err live_end(struct live *l, enum err rc, struct error *e) { return ledger_end(&l->d->ledger, rc, e); }

struct book_order *live_order(struct live *l, const char *id); /* open in the book as last loaded; NULL: none */
/* *times: how often this process has made an order of that decision anew; the caller's to count up. */
enum err live_count_try(struct live *l, const char *decision, int **times, struct error *e);

/* ---- later.c ---- */

/* It waits for the next step; r (may be NULL) says why. */
enum err live_defer(struct live *l, const char *id, const struct reply *r, struct error *e);
bool live_deferred(const struct live *l, const char *id);
void live_forget_deferred(struct live *l);
bool live_recall(struct live *l); /* lets the protection that waits go on; false: none waits for something that passes */

/* ---- blocks.c ---- */

/* Records an unexplained thing once; an open row of the same thing is brought up to date. Inside a transaction. */
enum err live_block(struct live *l, const char *code, const char *symbol, const char *thing, dec amount, struct error *e, const char *format, ...)
	__attribute__((format(printf, 7, 8)));
/* Whether a person has seen this very thing, and leaves it as it is. */
enum err live_ignored(struct live *l, const char *code, const char *thing, bool *ignored, struct error *e);

/* ---- balances.c ---- */

void live_base_of(const struct book *b, const struct book_pair *p, char out[ASSET_SIZE]);
/* The account's first step: what lies there beside its capital is a baseline. *capital: what becomes cash. */
enum err live_first(struct live *l, const struct venue_account *a, dec *capital, struct error *e);
/* Compares the account's balances with the books. live_explain records what differs as blocks. */
enum err live_differs(struct live *l, const struct venue_account *a, bool *differs, struct error *e);
enum err live_explain(struct live *l, const struct venue_account *a, struct error *e);

/* ---- guard.c ---- */

/*
 * A leg of a position has come to the book of the exchange at t_ms: how long the position was without is an event
 * "desk.unprotected", an alarm beyond the account's max_unprotected_s. Inside a transaction.
 */
enum err live_note_protected(struct live *l, const struct book_order *leg, int64_t t_ms, struct error *e);
/* Whether a position is without protection that it ought to have. */
enum err live_find_bare(struct live *l, bool *any, struct error *e);
/* An alarm for each that has been for too long. */
enum err live_tell_bare(struct live *l, struct error *e);

/* ---- steps.c ---- */

/* Marks orders as sent (committed), before they are. list: "" or the list's client id. */
enum err live_mark_sent(struct live *l, const char *const *ids, size_t n, const char *list, const char *sent_as, struct error *e);
/* They certainly were not sent (an intent again), or it is not known what became of them. */
enum err live_mark(struct live *l, const char *const *ids, size_t n, enum wire_status status, const char *step, const char *note, struct error *e);
/* Ends an order that the exchange does not have. */
enum err live_drop(struct live *l, const char *id, enum order_status status, const char *step, const char *why, struct error *e);
/* A refused order's last step is written; *o (may be NULL) is still open in the book. Inside a transaction. */
enum err live_note_refused(struct live *l, const char *id, const char *words, struct book_order **o, struct error *e);

/* ---- request.c ---- */

/* The exchange's kind of order for one of ours, which must outlive it; and the same as a leg of a list. */
struct order_request live_request(const struct order *o);
struct leg_request live_leg_request(const struct order *o);

/* ---- take.c ---- */

/* Books what the exchange says of an order; fills that are not told are asked for. */
enum err live_take(struct live *l, const struct venue_order *v, const struct venue_fill *fills, size_t n, struct error *e);

/* ---- ask.c ---- */

/* What the exchange says of an id: it was never told of it (known once, it is not asked again), it has it, or cannot say now. */
enum looked { LOOKED_ABSENT, LOOKED_THERE, LOOKED_LATER };
enum err live_look_up(struct live *l, const char *symbol, const char *id, struct venue_order *v, enum looked *looked, struct reply *r, struct error *e);
enum err live_note_absent(struct live *l, const char *id, struct error *e); /* this process knows that the exchange has not seen it */
enum err live_tell_restored(struct live *l, const struct order *o, struct error *e); /* inside a transaction */
/* Asks for an order until it is known what became of it; deferred where that cannot be learned now. */
enum err live_resolve(struct live *l, const char *id, struct error *e);
/* As live_take, each order of a list; where it does not tell them in full, they are asked for by the ids they were sent under. */
enum err live_take_list(struct live *l, const struct venue_list *list, const char *const *ids, size_t n, struct error *e);
/* Whether a placement was refused for good: not where the exchange has the order, or gives what is no answer to a new order. */
static inline bool live_is_refused(const struct reply *r)
{
	return r->fate == FATE_REFUSED && r->reason != REFUSAL_DUPLICATE && r->refusal != REFUSED_NO_SUCH_ORDER;
}
/* What follows from an answer that is not DONE. */
enum err live_not_done(struct live *l, const char *const *ids, size_t n, const struct reply *r, struct error *e);

/* ---- cancel.c ---- */

/* Cancels an order, with its list, and books how it ended. */
enum err live_cancel(struct live *l, const char *id, struct error *e);

/* ---- maker.c ---- */

bool live_is_refused_maker(const struct order *o, const struct reply *r);
/* It would have taken: its next attempt waits a tick below the best offer; refused again and again, it has failed. */
enum err live_refused_maker(struct live *l, const char *id, const struct reply *r, struct error *e);
/* Whether the last close has moved the price at which it belongs. */
bool live_wants_reprice(const struct live *l, const struct book_order *o, const struct wire *w);
enum err live_reprice(struct live *l, const char *id, struct error *e); /* cancels it: its next attempt follows from that */
/* In a database older than the account: whether one that ended unfilled was re-priced (*moved), or refused (*skipped: now here, too). */
enum err live_maker_went_on(struct live *l, const struct order *o, bool *moved, struct error *e);
enum err live_skip_refused(struct live *l, const struct order *o, bool *skipped, struct error *e);

/* ---- place_protected.c ---- */

/* A limit entry with its stop and target in one list, where the pair allows it; *sent false: it has to go alone. */
enum err live_place_protected(struct live *l, const struct order *entry, size_t pair, bool *sent, struct error *e);
/* Books such a list that the exchange has already: the entry and what it carries. */
enum err live_meet_protected(struct live *l, const struct order *entry, size_t pair, struct error *e);

/* ---- place.c ---- */

/* Sends an order whose row is an intent, and books the answer. */
enum err live_place(struct live *l, const char *id, struct error *e);

/* ---- protect_refused.c ---- */

/* The number of the next stop or target of that decision. */
enum err live_next_attempt(struct live *l, const char *decision, int64_t *next, struct error *e);

/*
 * A stop or target of p, as it was when it was sent, was refused: the market is beyond it, and p is left now; or another
 * strategy's entry has taken its fee out of p's coins, and the next step protects what is left; or a later attempt has them
 * already, and the next step meets it; or a person is told.
 */
enum err live_protection_refused(struct live *l, const struct position *p, size_t pair, const struct reply *r, struct error *e);

/* ---- protect.c ---- */

/* Whether what protects position p is not what it should be. move: a stop that has moved counts. */
enum err live_wants_protection(struct live *l, const struct book_position *p, bool move, bool *wanted, struct error *e);
bool live_learns(struct live *l, const struct book_position *p); /* its entry carried legs for as much as it brought: how much is not known yet */
/* One step towards what it should be. */
enum err live_protect(struct live *l, const char *strategy, size_t pair, bool move, struct error *e);
/* Whether nothing of p is promised to a protective order (clear); one that can be cancelled is, and then it is looked at again. */
enum err live_unprotect(struct live *l, const struct book_position *p, bool *clear, bool *cancelled, struct error *e);
bool live_is_dust(const struct book_pair *p, dec qty, dec price); /* less than the exchange lets one sell */
enum err live_write_off(struct live *l, const char *strategy, size_t pair, struct error *e); /* to dust */

/* ---- exit.c ---- */

/* One step of an exit whose order is an intent: its protection is cancelled, then what remains is sold. */
enum err live_exit(struct live *l, const char *id, struct error *e);
/* An exit whose order ended and left coins behind: the next attempt. One that fails again and again waits, protected. */
enum err live_exit_again(struct live *l, const char *decision, struct error *e);

/* ---- work.c ---- */

/* Of the work list, only what is unknown. */
enum err live_work_unknown(struct live *l, struct error *e);
/*
 * While a position stands without protection, what only has to wait is tried again for a while, and not left to the next
 * step. Alarms for what stays bare. all: as of live_work; exits are among it.
 */
enum err live_cover(struct live *l, bool all, struct error *e);

/* ---- strangers.c ---- */

/* Orders that are open at the exchange and not in the book: each that ct did not make is a block. */
enum err live_judge_open(struct live *l, const struct venue_order *open, size_t n, struct error *e);
/* Of sync's reports: a stop or target that ended though nobody here cancelled it, and its position is still there. */
enum err live_judge_protection(struct live *l, struct error *e);

/* ---- sync.c, watch.c: nothing but live.h's ---- */

struct report {
	struct venue_order order;
	struct venue_fill *fills; /* all of them, oldest first */
	size_t count, booked;
	bool over;                /* and how it ended */
};

#endif
