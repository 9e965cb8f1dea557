/* The stored candles, booked bar by bar, exactly as a backtest would. To a paper account they are the exchange. */
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "desk/desk.h"

/* Candles of one close, gathered until the next one begins. */
struct walk {
	struct desk *d;
	const struct desk_follow *f;
	int64_t t_ms;
	struct bar *bars;
	size_t *pairs;
	size_t count, cap;
};

static enum err settle(struct walk *w, struct error *e)
{
	struct engine_bar *bars;
	enum err rc;

	if (w->count == 0)
		return OK;
	bars = calloc(w->count, sizeof *bars);
	if (!bars)
		return error_memory(e);
	for (size_t i = 0; i < w->count; i++)
		bars[i] = (struct engine_bar){ .pair = w->pairs[i], .bar = &w->bars[i] };
	rc = w->f->before ? w->f->before(w->f->ctx, w->t_ms, e) : OK;
	if (!rc)
		rc = engine_settle(&w->d->engine, w->t_ms, bars, w->count, e);
	free(bars);
	w->count = 0;
	return rc;
}

static enum err gather(void *ctx, const void *object, struct error *e)
{
	struct walk *w = ctx;
	const struct candle *c = object;
	int64_t end_ms = engine_bar_end(&w->d->engine, &c->bar);
	enum err rc;

	if (w->count && end_ms != w->t_ms) {
		rc = settle(w, e);
		if (rc)
			return rc;
	}
	if (w->count == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 64;
		struct bar *bars = reallocarray(w->bars, cap, sizeof *bars);
		size_t *pairs;

		if (!bars)
			return error_memory(e);
		w->bars = bars;
		pairs = reallocarray(w->pairs, cap, sizeof *pairs);
		if (!pairs)
			return error_memory(e);
		w->pairs = pairs;
		w->cap = cap;
	}
	w->t_ms = end_ms;
	w->bars[w->count] = c->bar;
	rc = book_pair(&w->d->ledger.book, c->market, c->symbol, &w->pairs[w->count], e);
	w->count += !rc;
	return rc;
}

static struct store_query candles(const struct desk *d, const char (*symbols)[SYMBOL_SIZE], size_t count)
{
	struct store_query q = STORE_ANY;

	q.market = d->setup.account->market;
	q.interval = d->setup.account->interval;
	q.symbols = symbols;
	q.symbol_count = count;
	q.by_time = true;
	return q;
}

static enum err observe(void *ctx, const void *object, struct error *e)
{
	struct desk *d = ctx;
	const struct candle *c = object;
	size_t pair;
	enum err rc = book_pair(&d->ledger.book, c->market, c->symbol, &pair, e);

	if (!rc)
		engine_observe(&d->engine, pair, &c->bar);
	return rc;
}

/*
 * The account's first step, and the first of a pair that joined it later: what closed before is only a price. The
 * interval of the last bar before start_ms is what has to be looked at.
 */
static enum err open_new(struct desk *d, dec capital, int64_t start_ms, bool *opened, struct error *e)
{
	struct book *b = &d->ledger.book;
	bool fresh = b->state.settled_ms == TIME_NONE;
	enum err rc = OK;

	*opened = fresh;
	for (size_t i = 0; !rc && i < d->symbol_count; i++) {
		struct store_query q = candles(d, (const char(*)[SYMBOL_SIZE])&d->symbols[i], 1);
		size_t pair;

		rc = book_pair(b, d->setup.account->market, d->symbols[i], &pair, e);
		if (rc || b->pairs[pair].settled_ms != TIME_NONE)
			continue;
		q.until = fresh ? start_ms : b->state.settled_ms;
		q.last = 1;
		rc = store_each(d->store, &kinds[KIND_CANDLE], &q, observe, d, e);
	}
	return rc || !fresh ? rc : engine_open(&d->engine, capital, start_ms, e);
}

/* The run's row is written at its first step, and says when that was. */
static enum err record_run(struct desk *d, int64_t start_ms, struct error *e)
{
	struct store_query q = STORE_ANY;
	bool known = false;
	enum err rc;

	q.id = d->setup.run.id;
	rc = store_any(d->store, &kinds[KIND_RUN], &q, &known, e);
	if (rc || known)
		return rc;
	d->setup.run.started_at = start_ms;
	return d->ledger.ops->put(&d->ledger, KIND_RUN, &d->setup.run, e);
}

/* What is held must stay configured: without its candles no stop would ever be looked at. */
static enum err check_configured(const struct desk *d, struct error *e)
{
	const struct book *b = &d->ledger.book;
	const struct account *a = d->setup.account;

	for (size_t i = 0; i < b->position_count; i++) {
		const struct position *p = &b->positions[i].p;

		if (!account_trades(a, p->strategy, p->symbol))
			return error_set(e, ERR_CONFIG, "account %s holds %s of strategy %s, which accounts.json no longer lists: put it back, and "
				"flatten it first", a->name, p->symbol, p->strategy);
	}
	return OK;
}

static enum err open_account(struct desk *d, dec capital, int64_t start_ms, struct error *e)
{
	struct ledger *l = &d->ledger;
	bool opened;
	enum err rc = l->ops->begin(l, e);

	if (rc)
		return rc;
	rc = check_configured(d, e);
	if (!rc)
		rc = open_new(d, capital, start_ms, &opened, e);
	if (!rc)
		rc = record_run(d, start_ms, e);
	return ledger_end(l, rc, e);
}

/* Pairs whose newest closed bar is not there yet: left out of this step, by name. */
static enum err name_late(struct desk *d, int64_t newest_ms, struct buf *late, struct error *e)
{
	struct ledger *l = &d->ledger;
	size_t in_step = 0;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < d->symbol_count; i++) {
		size_t pair;

		rc = book_pair(&l->book, d->setup.account->market, d->symbols[i], &pair, e);
		in_step += !rc && l->book.pairs[pair].settled_ms >= newest_ms;
	}
	if (rc || in_step >= d->symbol_count)
		return rc;
	rc = l->ops->begin(l, e);
	for (size_t i = 0; !rc && i < d->symbol_count; i++) {
		size_t pair;
		char t[UTC_TEXT];

		rc = book_pair(&l->book, d->setup.account->market, d->symbols[i], &pair, e);
		if (rc || l->book.pairs[pair].settled_ms >= newest_ms)
			continue;
		if (late)
			buf_addf(late, "%s%s", late->len ? " " : "", d->symbols[i]);
		rc = engine_event(&d->engine, EVENT_WARN, "sync.late", d->symbols[i], newest_ms, e,
			"the %s candle that closed at %s is not stored: the pair is left out of this step", interval_names[d->setup.account->interval],
			utc_format(newest_ms, t));
	}
	return ledger_end(l, rc, e);
}

enum err desk_follow(struct desk *d, int64_t now_ms, const struct desk_follow *f, struct buf *late, struct error *e)
{
	int64_t newest_ms = interval_floor((enum interval)d->setup.account->interval, now_ms), from_ms = newest_ms;
	struct store_query q = candles(d, (const char(*)[SYMBOL_SIZE])d->symbols, d->symbol_count);
	struct walk w = { .d = d, .f = f };
	enum err rc = open_account(d, f->capital, newest_ms, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < d->ledger.book.pair_count; i++) {
		int64_t settled = d->ledger.book.pairs[i].settled_ms;

		if (settled == TIME_NONE)
			settled = d->ledger.book.state.settled_ms;
		from_ms = settled < from_ms ? settled : from_ms;
	}
	q.since = from_ms;
	q.until = newest_ms; /* a bar that opens before the newest close has closed by now */
	rc = store_each(d->store, &kinds[KIND_CANDLE], &q, gather, &w, e);
	if (!rc)
		rc = settle(&w, e);
	free(w.bars);
	free(w.pairs);
	return rc ? rc : name_late(d, newest_ms, late, e);
}

enum err desk_sync_paper(struct desk *d, int64_t now_ms, struct buf *late, struct error *e)
{
	struct desk_follow f = { .capital = d->setup.account->capital };

	return desk_follow(d, now_ms, &f, late, e);
}

bool desk_had_none(const struct desk *d)
{
	const struct book *b = &d->ledger.book;

	for (size_t i = 0; i < b->pair_count; i++)
		if (b->pairs[i].settled_ms != TIME_NONE)
			return false;
	return d->setup.account->interval != d->setup.account->strategy_interval;
}
