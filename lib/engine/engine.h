#ifndef CT_ENGINE_ENGINE_H
#define CT_ENGINE_ENGINE_H

#include "engine/ledger.h"
#include "risk/decide.h"

/*
 * One step of the world, for backtest, paper and live alike: settle the bars that closed, decide on the signals made
 * from them, and carry the approved decisions out. Every function is one transaction of the ledger.
 */
struct engine {
	struct ledger *ledger;
	const struct account *account;
	const struct risk_config *risk;
	const char *label;   /* the account's name in records */
	bool live;           /* what happened to orders is reported (engine/report.h), not computed from the bars */
	char run[RUN_SIZE];
	struct digest *digest;
	enum err (*decided)(void *ctx, const struct decision *d, struct error *e); /* sees every decision of engine_decide, in order */
	void *ctx;
	int64_t absent_from_ms; /* the engine's own: when it looks for absent pairs again (engine/absent.h) */
	int64_t ended_ms;       /* the day's last point was that of this close, and is told (a ledger that does not want every close) */
	int64_t closes, closes_held; /* booked so far; and of them those with a position open */
};

/* One bar of one pair of the book. */
struct engine_bar {
	size_t pair;
	const struct bar *bar;
	const struct bar *detail; /* shorter bars that make it: what is filled inside is decided by them, one after another */
	size_t detail_count;      /* 0: by the bar alone */
};

/*
 * The account's first step: the capital becomes cash at t_ms, and an equity point says so (for a ledger that does not want
 * every close: unless one follows on the same day). Inside the caller's transaction.
 */
enum err engine_open(struct engine *g, dec capital, int64_t t_ms, struct error *e);

/* There are no more bars: what a ledger that does not want every close has still to hear of the last one. */
enum err engine_end(struct engine *g, struct error *e);

/*
 * When a bar is over and known: the next one's open time. Its close_time may be earlier (the exchange has such bars
 * around its outages), but nobody knew that then.
 */
int64_t engine_bar_end(const struct engine *g, const struct bar *bar);

/* A bar from before the account's first step, or of a pair it did not hold then: it sets the mark and nothing else. */
void engine_observe(struct engine *g, size_t pair, const struct bar *bar);

/*
 * Books every bar that was over at t_ms (see engine_bar_end): fills and exits, trailing and time exits, then the account's
 * equity and its breakers. Bars of a pair must come in order; a bar that is booked already is ignored, so that a step
 * may be repeated. Bars of pairs that were late may come with a later step's.
 */
enum err engine_settle(struct engine *g, int64_t t_ms, const struct engine_bar *bars, size_t n, struct error *e);

/* A signal must be about something the account is configured to trade: anything else is a mix-up of pipes (ERR_DATA). */
enum err engine_check_signal(const struct account *a, const struct signal *s, struct error *e);

/*
 * Decides on all signals of one close. The order of the signals does not matter, and neither does repeating the call:
 * a decision that is recorded already is reported again as it stands.
 * ERR_DATA: a signal one that engine_check_signal refuses.
 */
enum err engine_decide(struct engine *g, int64_t now_ms, const struct signal *signals, size_t n, struct error *e);

/*
 * Claims one approved decision and records its order, working from the next bar on. Does nothing when it is no
 * longer approved (claimed before, or ended). *claimed tells (may be NULL).
 */
enum err engine_execute(struct engine *g, int64_t now_ms, const char *decision, bool *claimed, struct error *e);

/* Exits from every open position (of one pair, or NULL: all), at the next bar's open. Returns how many in *n. */
enum err engine_flatten(struct engine *g, int64_t now_ms, const char *symbol, const char *why, size_t *n, struct error *e);

/*
 * Money that came (> 0) or went without a trade: a transfer record, and the book follows. number tells apart what
 * happens to be of one time and amount. Inside the caller's transaction. ERR_DATA: a withdrawal of more than is free
 * (reserved cash is not); nothing is booked then.
 */
enum err engine_transfer(struct engine *g, dec amount, int64_t t_ms, int64_t number, const char *why, struct error *e);

/*
 * The transfers that the account's configuration plans, up to t_ms, from the last settled close on; one that is refused is an event.
 * Inside the caller's transaction (engine_settle's).
 */
enum err engine_transfer_planned(struct engine *g, int64_t t_ms, struct error *e);
/* When the next of them is due; TIME_NONE: never. */
int64_t engine_transfer_due(const struct engine *g);

/* Records an event about the account. Inside the caller's transaction. */
enum err engine_event(struct engine *g, enum event_level level, const char *code, const char *symbol, int64_t t_ms, struct error *e,
	const char *format, ...) __attribute__((format(printf, 7, 8)));

/* What the rooms of the engine share (engine/step.c). */
struct risk_step engine_step(const struct engine *g, int64_t now_ms);
/*
 * Where the close t_ms begins another UTC day, the last point of the one before, for a ledger that does not want every close:
 * into q, and *ended is q (else NULL). It is made before t_ms changes anything, and put when that is booked.
 */
enum err engine_day_end(struct engine *g, int64_t t_ms, struct equity *q, const struct equity **ended, struct error *e);
/* Whether a breaker may trip at a close. */
bool engine_watched(const struct engine *g);
/* A new order: its id is made, the book holds it, the ledger hears of it. */
enum err engine_put_order(struct engine *g, const struct order *o, size_t pair, int64_t active_ms, struct error *e);
/* The same of a row from book_order_room, whose o is filled. */
enum err engine_keep_order(struct engine *g, struct book_order *row, size_t pair, int64_t active_ms, struct error *e);
/* Ends an open order and drops it from the book. */
enum err engine_end_order(struct engine *g, struct book_order *o, enum order_status status, int64_t t_ms, const char *why, struct error *e);
/*
 * A limit-maker is re-priced: its order ends, and the next attempt of the leg stands at `price` from active_ms on. What is
 * recorded as why is engine_repriced where a close has moved it.
 */
enum err engine_reprice(struct engine *g, struct book_order *o, enum order_status ended, dec price, int64_t active_ms, int64_t t_ms,
	const char *why, struct error *e);
extern const char engine_repriced[];
/* Where it belongs at the pair's last close: as far below as it was decided, never above its worst price. */
dec engine_maker_price(const struct engine *g, const struct book_plan *p);
/* The nearest price of the pair below `price`. */
dec engine_below(const struct engine *g, size_t pair, dec price);
/* Ends a decision in flight, freeing what it reserved. */
enum err engine_end_plan(struct engine *g, struct book_plan *p, enum decision_status status, const char *why, struct error *e);
/*
 * From which bar's open on the decision's order may act: the bar that follows its signal; for an exit that was missed, the
 * one in which it is made; for a person's flatten, which may come in the middle of a bar, the next one that opens.
 */
int64_t engine_active_ms(const struct decision *d, int64_t created_ms);
/* The same of an order as recorded; d NULL: of a protective leg. */
int64_t engine_order_active_ms(const struct decision *d, const struct order *o);
/* Cancels a working entry that has not been filled, or what is left of one that was filled in part, and ends its decision. */
enum err engine_withdraw(struct engine *g, struct book_plan *p, int64_t t_ms, const char *why, struct error *e);
/* The same for every entry that waits; resting: only limit and stop orders. Inside the caller's transaction. */
enum err engine_withdraw_all(struct engine *g, bool resting, int64_t t_ms, const char *why, struct error *e);
/* Records an exit of the book's own: approved, claimed and working from the next bar on. Nothing if one is in flight. */
enum err engine_exit(struct engine *g, struct book_position *p, enum reason reason, int64_t t_ms, int64_t now_ms, const char *why, struct error *e);

#endif
