#include "engine/ledger.h"

static enum err begin(struct ledger *l, struct error *e)
{
	(void)l;
	(void)e;
	return OK;
}

static void rollback(struct ledger *l)
{
	(void)l;
}

static enum err put(struct ledger *l, enum kind_id kind, const void *object, struct error *e)
{
	struct memory_ledger *m = (struct memory_ledger *)l;

	return m->sink ? m->sink(m->ctx, kind, object, e) : OK;
}

/* One process, one pass over the bars: no decision is asked for twice. */
static enum err find_decision(struct ledger *l, const char *id, struct decision *d, bool *found, struct error *e)
{
	(void)l;
	(void)id;
	(void)d;
	(void)e;
	*found = false;
	return OK;
}

void memory_ledger_init(struct memory_ledger *m, const char *account, const char *quote,
	enum err (*sink)(void *ctx, enum kind_id kind, const void *object, struct error *e), void *ctx)
{
	static const struct ledger_ops ops = { begin, begin, rollback, put, find_decision };

	m->ledger.ops = &ops;
	m->ledger.wants = LEDGER_ALL;
	m->sink = sink;
	m->ctx = ctx;
	book_init(&m->ledger.book, account, quote);
}

void memory_ledger_release(struct memory_ledger *m)
{
	book_release(&m->ledger.book);
}
