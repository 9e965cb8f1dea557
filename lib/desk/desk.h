#ifndef CT_DESK_DESK_H
#define CT_DESK_DESK_H

#include "engine/engine.h"
#include "engine/setup.h"
#include "store/store.h"

/*
 * The engine on durable state: the database behind its ledger interface. Used by the steps of paper and live
 * accounts, each step a process of its own.
 *
 * What a transaction recorded is kept as lines until it has committed; the program writes them out then, so that
 * nothing goes to stdout inside a transaction.
 */
struct desk {
	struct ledger ledger; /* first: the ledger's ops get a pointer to it */
	struct setup setup;
	struct store *store;
	struct engine engine;
	struct terms terms;   /* of the account's pairs */
	char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;
	unsigned kinds;       /* 1u << kind_id of what goes into lines */
	struct buf lines;     /* committed, not yet written out */
	struct buf pending;   /* of the open transaction */
	const struct signal *heard; /* what it decides on */
	size_t heard_count;
};

/*
 * Opens the account named `account` on the database. config, db: the options, or NULL. The desk stays where it is in
 * memory. ERR_CONFIG, and the errors of store_open.
 */
enum err desk_open(struct desk *d, const char *config, const char *db, const char *account, struct error *e);
void desk_close(struct desk *d);

/* What sync books between the closes, and of whom. */
struct desk_follow {
	dec capital; /* becomes cash at the account's first step */
	enum err (*before)(void *ctx, int64_t t_ms, struct error *e); /* called before the bars that ended at t_ms are settled; may be NULL */
	void *ctx;
};

/*
 * Brings the book in step with the stored candles that closed by now_ms, one transaction a close. Pairs whose newest closed
 * bar is not stored are named in *late (may be NULL, else freed by the caller) and recorded as an event. ERR_CONFIG: a
 * pair or strategy that holds a position is not configured any more.
 */
enum err desk_follow(struct desk *d, int64_t now_ms, const struct desk_follow *f, struct buf *late, struct error *e);

/* The same for a paper account, to which the candles are the exchange. */
enum err desk_sync_paper(struct desk *d, int64_t now_ms, struct buf *late, struct error *e);
/* Of the shorter bars that the account is managed on not one has come: they may not be had where the others come from. */
bool desk_had_none(const struct desk *d);

/* engine_decide; that these signals were heard is committed with what was decided. */
enum err desk_decide(struct desk *d, int64_t now_ms, const struct signal *signals, size_t n, struct error *e);
/* The ledger's: the rows of the signals in work, inside its transaction. */
enum err desk_save_heard(struct desk *d, struct error *e);

/*
 * Carries out one decision that a line named: its row is what counts. ERR_DATA: no such row, or one that differs from
 * the line. *placed: its order was recorded now (false: it was claimed, refused or over before).
 */
enum err desk_execute(struct desk *d, const struct decision *line, int64_t now_ms, bool *placed, struct error *e);

/* Every approval that a killed step left behind. */
enum err desk_execute_pending(struct desk *d, int64_t now_ms, size_t *placed, struct error *e);

/*
 * Money that a person brings to a paper account (> 0) or takes away, after a sync: ERR_TEMPFAIL where the newest closed
 * bar is not booked, ERR_DATA where more is to go than is free. *booked false: it was booked before, at this very now_ms.
 */
enum err desk_transfer(struct desk *d, dec amount, int64_t now_ms, const char *why, bool *booked, struct error *e);

/* Withdraws entries that wait (of one pair, or NULL: all); never protection. Returns how many in *n. */
enum err desk_withdraw(struct desk *d, const char *symbol, int64_t now_ms, const char *why, size_t *n, struct error *e);

/*
 * A person's word about what sync could not explain (thing: one coin or client order id; NULL: all of it). as: "deposit",
 * "withdraw", "convert" and "manual" take an amount into the books: of the account's currency as a transfer; of a coin
 * beside them, as not ct's; with "manual", coins that are missing leave the positions. "ignore" leaves it beside the books.
 * ERR_DATA: it cannot be that: nothing is changed. *n: how many things were settled.
 */
enum err desk_settle(struct desk *d, const char *thing, const char *as, int64_t now_ms, const char *why, size_t *n, struct error *e);

/* Where the account stands, for people: what is unexplained, positions with their protection, orders. */
enum err desk_status(struct desk *d, struct buf *b, struct error *e);

/* A person's word: no new entries until resume; resume also releases a latched breaker. why is recorded. */
enum err desk_halt(struct desk *d, int64_t now_ms, const char *why, struct error *e);
enum err desk_resume(struct desk *d, int64_t now_ms, const char *why, struct error *e);

/* The book as committed, at one moment; writers are not held up. */
enum err desk_look(struct desk *d, struct error *e);

#endif
