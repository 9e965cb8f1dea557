#ifndef CT_ENGINE_LEDGER_H
#define CT_ENGINE_LEDGER_H

#include "book/book.h"
#include "model/record.h"

/*
 * The only way the engine reaches an account's state. The memory ledger (backtest) keeps the book and hands records
 * to a callback; the desk's (paper, live) loads the book from the database when a transaction begins and writes it
 * back when it commits.
 */
struct ledger {
	const struct ledger_ops *ops;
	struct book book; /* current between begin and commit */
	unsigned wants;   /* LEDGER_…: what put is to be told of; the engine need not make the rest */
};

enum {
	LEDGER_BARS = 1,     /* the equity of every close; else the last of each UTC day, once the next has begun */
	LEDGER_REFUSALS = 2, /* decisions refused without effect: entries of a pair that the strategy holds already */
	LEDGER_TEXT = 4,     /* ids, names and words of records; else the members that are text are unspecified */
	LEDGER_ENDS = 8,     /* decisions and orders that have ended */
	LEDGER_COURSE = 16,  /* decisions and orders as they are made and change, and positions */
	LEDGER_ALL = 31,
};

struct ledger_ops {
	/* After begin, book is the committed state, and nobody else can change it before commit or rollback. */
	enum err (*begin)(struct ledger *l, struct error *e);
	enum err (*commit)(struct ledger *l, struct error *e);
	void (*rollback)(struct ledger *l);
	/* Records a new or changed decision, order, trade, position, equity point, event, transfer or run. */
	enum err (*put)(struct ledger *l, enum kind_id kind, const void *object, struct error *e);
	/* A decision that was recorded before, whatever became of it. */
	enum err (*find_decision)(struct ledger *l, const char *id, struct decision *d, bool *found, struct error *e);
};

/* Commits, or rolls back where rc is an error; returns what came of it. */
static inline enum err ledger_end(struct ledger *l, enum err rc, struct error *e)
{
	if (!rc)
		rc = l->ops->commit(l, e);
	if (rc)
		l->ops->rollback(l);
	return rc;
}

/* Puts what some ledgers do without. of: one of LEDGER_…. */
static inline enum err ledger_put(struct ledger *l, unsigned of, enum kind_id kind, const void *object, struct error *e)
{
	return l->wants & of ? l->ops->put(l, kind, object, e) : OK;
}

/* The memory ledger, which wants everything. sink (may be NULL) gets every record as it is put; ctx is its own. */
struct memory_ledger {
	struct ledger ledger;
	enum err (*sink)(void *ctx, enum kind_id kind, const void *object, struct error *e);
	void *ctx;
};

void memory_ledger_init(struct memory_ledger *m, const char *account, const char *quote,
	enum err (*sink)(void *ctx, enum kind_id kind, const void *object, struct error *e), void *ctx);
void memory_ledger_release(struct memory_ledger *m);

#endif
