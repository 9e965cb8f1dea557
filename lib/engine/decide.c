#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"

struct wish {
	const struct signal *signal;
	const struct account *account;
	size_t pair;
	enum decision_class class;
};

static int compare(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;

	return risk_compare(x->account, x->class, x->signal, y->class, y->signal);
}

enum err engine_check_signal(const struct account *a, const struct signal *s, struct error *e)
{
	if (s->market != a->market)
		return error_field(e, ERR_DATA, "market", "'%s' is not the market of account %s", market_names[s->market], a->name);
	for (size_t i = 0; i < a->strategy_count; i++) {
		int interval = a->strategies[i].resampled ? a->strategies[i].interval : a->interval;

		if (strcmp(a->strategies[i].name, s->strategy) != 0)
			continue;
		if (s->interval != interval)
			return error_field(e, ERR_DATA, "interval", "'%s' is not the interval of strategy %s of account %s: '%s'", interval_names[s->interval],
				s->strategy, a->name, interval_names[interval]);
		for (size_t k = 0; k < a->strategies[i].symbol_count; k++)
			if (strcmp(a->strategies[i].symbols[k], s->symbol) == 0)
				return OK;
		return error_field(e, ERR_DATA, "symbol", "'%s' is not a pair of strategy %s", s->symbol, s->strategy);
	}
	return error_field(e, ERR_DATA, "strategy", "'%s' is not a strategy of account %s", s->strategy, a->name);
}

static bool same_signal(const struct signal *a, const struct signal *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	record_write(&kinds[KIND_SIGNAL], a, &x);
	record_write(&kinds[KIND_SIGNAL], b, &y);
	same = !x.failed && !y.failed && x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* A signal that came twice counts once; two that contradict each other are nobody's to choose from. */
static enum err drop_repeats(struct wish *wishes, size_t *count, struct error *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		const struct signal *s = wishes[i].signal;

		if (kept && compare(&wishes[kept - 1], &wishes[i]) == 0) {
			if (same_signal(wishes[kept - 1].signal, s))
				continue;
			return error_field(e, ERR_DATA, "symbol", "two signals of strategy %s for %s at one close", s->strategy, s->symbol);
		}
		wishes[kept++] = wishes[i];
	}
	*count = kept;
	return OK;
}

/* Withdraws what only waits, and lists what is to be decided, in the account's order. */
static enum err gather(struct engine *g, const struct signal *signals, size_t n, struct wish *wishes, size_t *count, struct error *e)
{
	struct book *b = &g->ledger->book;
	int64_t book_ms = b->state.settled_ms;

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		struct wish w = { &signals[i], g->account, 0, CLASS_OPEN };
		struct book_plan *unwanted;
		enum err rc = engine_check_signal(g->account, &signals[i], e);

		if (!rc)
			rc = book_pair(b, signals[i].market, signals[i].symbol, &w.pair, e);
		if (rc)
			return rc;
		if (risk_wants(b, w.signal, w.pair, &w.class))
			wishes[(*count)++] = w;
		unwanted = risk_withdraws(b, w.signal, w.pair);
		if (unwanted) /* now, however late */
			rc = engine_withdraw(g, unwanted, signals[i].t_ms < book_ms ? book_ms : signals[i].t_ms, "the strategy no longer wants it", e);
		if (rc)
			return rc;
	}
	if (*count > 1)
		qsort(wishes, *count, sizeof *wishes, compare);
	return drop_repeats(wishes, count, e);
}

static enum err decide_one(struct engine *g, const struct risk_step *step, const struct wish *w, struct error *e)
{
	struct ledger *l = g->ledger;
	struct book_plan *p = book_plan_room(&l->book, e);
	struct decision before;
	bool found;
	enum err rc;

	if (!p)
		return ERR_INTERNAL;
	risk_decide(step, &l->book, w->pair, w->signal, w->class, &p->d);
	rc = l->ops->find_decision(l, p->d.id, &before, &found, e);
	if (rc)
		return rc;
	if (found)
		return g->decided ? g->decided(g->ctx, &before, e) : OK;
	rc = ledger_put(l, p->d.status == DECISION_APPROVED ? LEDGER_COURSE : LEDGER_ENDS, KIND_DECISION, &p->d, e);
	if (rc)
		return rc;
	if (p->d.status == DECISION_APPROVED)
		book_keep_plan(&l->book, w->pair);
	return g->decided ? g->decided(g->ctx, &p->d, e) : OK;
}

static enum err decide_all(struct engine *g, int64_t now_ms, const struct signal *signals, size_t n, struct wish *wishes, struct error *e)
{
	struct risk_step step = engine_step(g, now_ms);
	struct ledger *l = g->ledger;
	size_t count;
	enum err rc = l->ops->begin(l, e);

	if (rc)
		return rc;
	rc = gather(g, signals, n, wishes, &count, e);
	for (size_t i = 0; !rc && i < count; i++)
		rc = decide_one(g, &step, &wishes[i], e);
	return ledger_end(l, rc, e);
}

enum err engine_decide(struct engine *g, int64_t now_ms, const struct signal *signals, size_t n, struct error *e)
{
	struct wish few[8], *wishes = n <= sizeof few / sizeof *few ? few : calloc(n, sizeof *wishes);
	enum err rc = wishes ? OK : error_memory(e);

	if (!rc && n)
		rc = decide_all(g, now_ms, signals, n, wishes, e);
	if (wishes != few)
		free(wishes);
	return rc;
}
