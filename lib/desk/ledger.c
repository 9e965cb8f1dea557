/* The engine's ledger on the database: the book is read when a transaction begins and written when it commits. */
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/utc.h"
#include "desk/wire.h"

static struct desk *desk_of(struct ledger *l)
{
	return (struct desk *)l;
}

static struct store_query mine(const struct desk *d)
{
	struct store_query q = STORE_ANY;

	q.account = d->setup.label;
	return q;
}

static enum err add_rules(void *ctx, const void *object, struct error *e)
{
	return terms_add(&((struct desk *)ctx)->terms, object, e);
}

static enum err load_pairs(struct desk *d, struct error *e)
{
	struct book *b = &d->ledger.book;

	for (size_t i = 0; i < d->symbol_count; i++) {
		size_t pair, n;
		const struct symbol *terms = terms_of(&d->terms, d->setup.account->market, d->symbols[i], &n);
		enum err rc = book_pair(b, d->setup.account->market, d->symbols[i], &pair, e);

		if (rc)
			return rc;
		book_set_terms(b, pair, terms, n);
	}
	return OK;
}

static enum err load_cursor(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct cursor_state *c = object;
	size_t pair;
	enum err rc = book_pair(b, c->market, c->symbol, &pair, e);

	if (rc)
		return rc;
	b->pairs[pair].settled_ms = c->settled_ms;
	b->pairs[pair].mark = c->mark;
	return OK;
}

static enum err load_dust(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct dust *dust = object;
	size_t pair;
	enum err rc = book_pair(b, dust->market, dust->symbol, &pair, e);

	if (!rc)
		b->pairs[pair].dust = dust->qty;
	return rc;
}

static enum err load_position(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct position *p = object;
	struct book_position *added;
	size_t pair;
	enum err rc;

	if (p->qty == 0)
		return OK;
	rc = book_pair(b, p->market, p->symbol, &pair, e);
	return rc ? rc : book_add_position(b, p, pair, &added, e);
}

/* One of a position that is not held any more is forgotten at the next commit. */
static enum err load_lot(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct lot *row = object;
	struct book_lot l = { .qty = row->qty, .cost = row->cost, .t_ms = row->t_ms };
	enum err rc = book_pair(b, row->market, row->symbol, &l.pair, e);

	memcpy(l.strategy, row->strategy, sizeof l.strategy);
	memcpy(l.trade, row->trade, sizeof l.trade);
	if (rc || book_position_of(b, l.strategy, l.pair))
		return rc ? rc : book_add_lot(b, &l, e);
	b->lots_changed = true;
	return OK;
}

static enum err load_lots(struct desk *d, const struct store_query *q, struct error *e)
{
	struct book *b = &d->ledger.book;
	enum err rc;

	if (b->method == LOTS_AVERAGE)
		return OK;
	rc = store_each_row(d->store, STORE_LOT, q, load_lot, d, e);
	for (size_t i = 0; !rc && i < b->position_count; i++)
		rc = book_lots_mend(b, &b->positions[i], e);
	return rc;
}

static enum err load_plan(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct decision *p = object;
	size_t pair;
	enum err rc = book_pair(b, p->market, p->symbol, &pair, e);

	return rc ? rc : book_add_plan(b, p, pair, e);
}

static enum err load_order(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct order *o = object;
	const struct book_plan *plan = book_plan_of(b, o->decision);
	size_t pair;
	enum err rc = book_pair(b, o->market, o->symbol, &pair, e);

	return rc ? rc : book_add_order(b, o, pair, engine_order_active_ms(plan ? &plan->d : NULL, o), e);
}

/* An unexplained thing stops the entries of its pair, or of all. */
static enum err load_block(void *ctx, const void *object, struct error *e)
{
	struct book *b = &((struct desk *)ctx)->ledger.book;
	const struct block *k = object;

	(void)e;
	for (size_t i = 0; i < b->pair_count; i++)
		if (k->status == BLOCK_OPEN && (!k->symbol[0] || strcmp(k->symbol, b->pairs[i].symbol) == 0))
			memcpy(b->pairs[i].blocked, k->code, sizeof b->pairs[i].blocked);
	return OK;
}

static enum err load_live(struct desk *d, struct error *e)
{
	struct book *b = &d->ledger.book;
	struct live_state live = { .synced_ms = TIME_NONE };
	struct store_query q = mine(d);
	bool found;
	enum err rc;

	memcpy(live.account, b->state.account, sizeof live.account);
	rc = store_get(d->store, STORE_LIVE_STATE, &live, &found, e);
	b->unsynced = !found || live.synced_ms == TIME_NONE || live.synced_ms < b->state.settled_ms;
	q.statuses = 1u << BLOCK_OPEN;
	return rc ? rc : store_each_row(d->store, STORE_BLOCK, &q, load_block, d, e);
}

static enum err load_book(struct desk *d, struct error *e)
{
	struct store_query q = mine(d), plans = q, orders = q;
	bool found;
	enum err rc;

	book_clear(&d->ledger.book);
	plans.statuses = 1u << DECISION_APPROVED | 1u << DECISION_WORKING;
	orders.statuses = 1u << ORDER_INTENT | 1u << ORDER_NEW | 1u << ORDER_PARTIALLY_FILLED;
	rc = load_pairs(d, e);
	if (!rc && d->setup.risk.max_total_quote != DEC_NONE)
		rc = store_elsewhere(d->store, d->setup.label, d->setup.run.mode, d->ledger.book.quote, &d->ledger.book.elsewhere, e);
	if (!rc)
		rc = store_get(d->store, STORE_ACCOUNT_STATE, &d->ledger.book.state, &found, e);
	/* On paper those of the last close, which engine_settle moves on; the exchange wants its newest. */
	book_rules_at(&d->ledger.book, d->engine.live ? INT64_MAX : d->ledger.book.state.settled_ms);
	if (!rc)
		rc = store_each_row(d->store, STORE_CURSOR, &q, load_cursor, d, e);
	if (!rc)
		rc = store_each_row(d->store, STORE_DUST, &q, load_dust, d, e);
	if (!rc)
		rc = store_each(d->store, &kinds[KIND_POSITION], &q, load_position, d, e);
	if (!rc)
		rc = load_lots(d, &q, e);
	if (!rc)
		rc = store_each(d->store, &kinds[KIND_DECISION], &plans, load_plan, d, e);
	if (!rc)
		rc = store_each(d->store, &kinds[KIND_ORDER], &orders, load_order, d, e);
	if (!rc && d->engine.live)
		rc = load_live(d, e);
	return rc;
}

static enum err begin(struct ledger *l, struct error *e)
{
	struct desk *d = desk_of(l);
	enum err rc = store_begin(d->store, e);

	if (rc)
		return rc;
	buf_clear(&d->pending);
	rc = load_book(d, e);
	if (rc)
		store_rollback(d->store);
	return rc;
}

static enum err save_pairs(struct desk *d, struct error *e)
{
	struct book *b = &d->ledger.book;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->pair_count; i++) {
		struct book_pair *p = &b->pairs[i];
		struct cursor_state c = { .market = p->market, .settled_ms = p->settled_ms, .mark = p->mark };
		struct dust dust = { .market = p->market, .qty = p->dust };

		if (!p->dirty || p->settled_ms == INT_NONE)
			continue;
		memcpy(c.account, b->state.account, sizeof c.account);
		memcpy(c.symbol, p->symbol, sizeof c.symbol);
		memcpy(dust.account, b->state.account, sizeof dust.account);
		memcpy(dust.symbol, p->symbol, sizeof dust.symbol);
		rc = store_put_row(d->store, STORE_CURSOR, &c, NULL, e);
		if (!rc && (p->dust || d->engine.live)) /* live, what was dust may have been sold */
			rc = store_put_row(d->store, STORE_DUST, &dust, NULL, e);
		p->dirty = false;
	}
	return rc;
}

static enum err forget_lot(void *ctx, const void *object, struct error *e)
{
	struct desk *d = ctx;
	const struct book *b = &d->ledger.book;
	const struct lot *row = object;

	for (size_t i = 0; i < b->lot_count; i++)
		if (strcmp(b->lots[i].trade, row->trade) == 0)
			return OK;
	return store_delete(d->store, STORE_LOT, row, e);
}

static enum err save_lots(struct desk *d, struct error *e)
{
	struct book *b = &d->ledger.book;
	struct store_query q = mine(d);
	enum err rc;

	if (!b->lots_changed)
		return OK;
	rc = store_each_row(d->store, STORE_LOT, &q, forget_lot, d, e);
	for (size_t i = 0; !rc && i < b->lot_count; i++) {
		const struct book_lot *l = &b->lots[i];
		struct lot row = { .market = b->pairs[l->pair].market, .qty = l->qty, .cost = l->cost, .t_ms = l->t_ms };

		memcpy(row.account, b->state.account, sizeof row.account);
		memcpy(row.trade, l->trade, sizeof row.trade);
		memcpy(row.strategy, l->strategy, sizeof row.strategy);
		memcpy(row.symbol, b->pairs[l->pair].symbol, sizeof row.symbol);
		rc = store_put_row(d->store, STORE_LOT, &row, NULL, e);
	}
	b->lots_changed = false;
	return rc;
}

static enum err commit(struct ledger *l, struct error *e)
{
	struct desk *d = desk_of(l);
	enum err rc = store_put_row(d->store, STORE_ACCOUNT_STATE, &l->book.state, NULL, e);

	if (!rc)
		rc = save_pairs(d, e);
	if (!rc)
		rc = save_lots(d, e);
	if (!rc)
		rc = desk_save_heard(d, e);
	if (!rc && d->pending.failed)
		rc = error_memory(e);
	if (!rc)
		rc = store_commit(d->store, e);
	if (!rc && d->pending.len)
		buf_add(&d->lines, d->pending.data, d->pending.len);
	return rc;
}

static void rollback(struct ledger *l)
{
	store_rollback(desk_of(l)->store);
}

static enum err put(struct ledger *l, enum kind_id kind, const void *object, struct error *e)
{
	struct desk *d = desk_of(l);

	if (d->kinds & 1u << kind)
		record_write(&kinds[kind], object, &d->pending);
	if (kind == KIND_ORDER && d->engine.live && ((const struct order *)object)->status == ORDER_INTENT) {
		enum err rc = wire_intent(d, object, e);

		if (rc)
			return rc;
	}
	return store_put(d->store, &kinds[kind], object, NULL, e);
}

struct found {
	struct decision *d;
	bool *found;
};

static enum err take_decision(void *ctx, const void *object, struct error *e)
{
	struct found *f = ctx;

	(void)e;
	*f->d = *(const struct decision *)object;
	*f->found = true;
	return OK;
}

static enum err find_decision(struct ledger *l, const char *id, struct decision *d, bool *found, struct error *e)
{
	struct store_query q = mine(desk_of(l));
	struct found f = { d, found };

	*found = false;
	q.id = id;
	return store_each(desk_of(l)->store, &kinds[KIND_DECISION], &q, take_decision, &f, e);
}

enum err desk_look(struct desk *d, struct error *e)
{
	enum err rc = store_begin_read(d->store, e);

	if (rc)
		return rc;
	rc = load_book(d, e);
	store_rollback(d->store);
	return rc;
}

enum err desk_open(struct desk *d, const char *config, const char *db, const char *account, struct error *e)
{
	static const struct ledger_ops ops = { begin, commit, rollback, put, find_decision };
	struct store_query q = STORE_ANY;
	char path[PATH_SIZE];
	enum err rc;

	*d = (struct desk){ .ledger = { .ops = &ops, .wants = LEDGER_ALL } };
	rc = setup_load(&d->setup, config, account, MODE_PAPER, NULL, e);
	if (rc)
		return rc;
	book_init(&d->ledger.book, d->setup.label, d->setup.account->quote);
	d->ledger.book.method = d->setup.account->lots;
	d->engine = (struct engine){ .ledger = &d->ledger, .account = d->setup.account, .risk = &d->setup.risk, .label = d->setup.label,
		.live = d->setup.account->mode != MODE_PAPER, .digest = d->setup.digest };
	memcpy(d->engine.run, d->setup.run.id, sizeof d->engine.run);
	rc = account_symbols(d->setup.account, &d->symbols, &d->symbol_count, e);
	if (!rc)
		rc = path_db(db, path, e);
	if (!rc)
		rc = store_open(path, STORE_WRITE, &d->store, e);
	q.market = d->setup.account->market;
	q.symbols = (const char(*)[SYMBOL_SIZE])d->symbols;
	q.symbol_count = d->symbol_count;
	if (!rc)
		rc = store_each_row(d->store, STORE_SYMBOL_TERM, &q, add_rules, d, e);
	if (!rc)
		rc = terms_sort(&d->terms, e);
	if (rc)
		desk_close(d);
	return rc;
}

void desk_close(struct desk *d)
{
	store_close(d->store);
	book_release(&d->ledger.book);
	setup_release(&d->setup);
	buf_release(&d->lines);
	buf_release(&d->pending);
	terms_release(&d->terms);
	free(d->symbols);
}
