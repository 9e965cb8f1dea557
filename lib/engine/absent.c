#include "engine/absent.h"

#include <string.h>

#include "core/utc.h"
#include "engine/scene.h"

static int64_t limit_ms(const struct engine *g)
{
	return g->account->max_missing_bars * interval_ms((enum interval)g->account->interval);
}

int64_t engine_absent_ms(const struct engine *g, size_t pair, int64_t settled_ms)
{
	if (g->account->max_missing_bars <= 0 || settled_ms == TIME_NONE || !book_concerns(&g->ledger->book, pair))
		return INT64_MAX;
	return settled_ms + limit_ms(g);
}

/* Whatever comes into the book from now on has its newest bar then. */
void engine_absent_from(struct engine *g, int64_t t_ms, int64_t first_ms)
{
	int64_t latest_ms = g->account->max_missing_bars <= 0 ? INT64_MAX : t_ms + limit_ms(g);

	if (g->ledger->book.rules_until_ms < latest_ms) /* a pair that is absent already may be delisted then */
		latest_ms = g->ledger->book.rules_until_ms;
	g->absent_from_ms = first_ms < latest_ms ? first_ms : latest_ms;
}

static bool delisted(const struct book_pair *p)
{
	return p->has_rules && strcmp(p->rules.status, "TRADING") != 0;
}

bool engine_may_go(const struct engine *g, size_t pair)
{
	return !g->live && g->account->max_missing_bars > 0 && delisted(&g->ledger->book.pairs[pair]);
}

/* A sale at the last close, as if it were one more bar's open in which anybody would have bought. */
static enum err close_out(struct engine *g, struct book_position *p, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	const struct book_pair *pair = &b->pairs[p->pair];
	bool bad = false, closed;
	dec64 mark = dec_narrow(pair->mark, &bad);
	struct bar last = { .open_time = t_ms, .close_time = t_ms, .open = mark, .high = mark, .low = mark, .close = mark,
		.volume = dec_mul(p->p.qty, (dec)1000000 * DEC_ONE, ROUND_UP, &bad) };
	struct scene s = { .g = g, .b = b, .pair = p->pair, .bar = &last, .open_ms = t_ms, .t_ms = t_ms,
		.tick = book_tick(pair), .step = book_lot(pair), .fee = { risk_fee(g->account, b, false), risk_fee(g->account, b, true) } };
	struct book_plan *plan = book_plan_for(b, p->p.strategy, p->pair, CLASS_REDUCE);
	struct book_order *o = plan ? book_order_of(b, plan->d.id, LEG_EXIT) : NULL;
	enum err rc = bad ? error_field(e, ERR_DATA, "qty", "position %s is out of range", p->p.symbol) : OK;

	if (!rc && o)
		rc = engine_end_order(g, o, ORDER_CANCELED, t_ms, "the pair was delisted", e);
	if (!rc && plan)
		rc = engine_end_plan(g, plan, DECISION_EXPIRED, "the pair was delisted", e);
	if (!rc)
		rc = engine_exit(g, p, REASON_DELISTED, t_ms, t_ms, "the exchange trades the pair no more: closed at its last known price", e);
	plan = rc ? NULL : book_plan_for(b, p->p.strategy, p->pair, CLASS_REDUCE);
	o = plan ? book_order_of(b, plan->d.id, LEG_EXIT) : NULL;
	return o ? scene_exit_at_open(&s, p, o, &closed, e) : rc;
}

static bool holds(const struct book *b, size_t pair)
{
	for (size_t i = 0; i < b->position_count; i++)
		if (b->positions[i].pair == pair)
			return true;
	return false;
}

/* What only a person can end is an alarm: at the exchange nothing sells what is not traded. */
static enum err tell(struct engine *g, size_t pair, int64_t t_ms, struct error *e)
{
	const struct book_pair *p = &g->ledger->book.pairs[pair];
	bool stuck = g->live && holds(&g->ledger->book, pair);
	char last[UTC_TEXT];

	return engine_event(g, stuck ? EVENT_ALARM : EVENT_WARN, "pair.absent", p->symbol, t_ms, e, "no %s candle since the one that closed at %s: %s",
		interval_names[g->account->interval], utc_format(p->settled_ms, last),
		stuck && delisted(p) ? "the exchange trades it no more: convert or withdraw there what is held, then ct-exec adopt --as manual"
		: stuck ? "what is held is not looked after: see whether the exchange still trades it"
		: delisted(p) ? "the exchange trades it no more" : "entries are let go, what is held stands at its last close");
}

static enum err let_entries_go(struct engine *g, size_t pair, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->plan_count;) {
		struct book_plan *p = &b->plans[i];
		size_t before = b->plan_count;

		if (p->pair == pair && p->d.class == CLASS_OPEN && p->d.status == DECISION_WORKING)
			rc = engine_withdraw(g, p, t_ms, "no candle of the pair comes any more", e);
		i += b->plan_count == before;
	}
	return rc;
}

static enum err leave(struct engine *g, size_t pair, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->position_count;) {
		size_t before = b->position_count;

		if (b->positions[i].pair == pair)
			rc = close_out(g, &b->positions[i], t_ms, e);
		i += b->position_count == before;
	}
	return rc;
}

static enum err has_gone(struct engine *g, size_t pair, bool news, int64_t t_ms, struct error *e)
{
	enum err rc = news ? tell(g, pair, t_ms, e) : OK;

	if (!rc)
		rc = let_entries_go(g, pair, t_ms, e);
	return rc || g->live || !delisted(&g->ledger->book.pairs[pair]) ? rc : leave(g, pair, t_ms, e);
}

enum err engine_absent(struct engine *g, int64_t before_ms, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	int64_t first_ms = INT64_MAX;
	enum err rc = OK;

	if (t_ms < g->absent_from_ms)
		return OK;
	for (size_t i = 0; !rc && i < b->pair_count; i++) {
		int64_t due_ms = engine_absent_ms(g, i, b->pairs[i].settled_ms);

		if (t_ms >= due_ms)
			rc = has_gone(g, i, before_ms < due_ms, t_ms, e);
		else if (due_ms < first_ms)
			first_ms = due_ms;
	}
	engine_absent_from(g, t_ms, first_ms);
	return rc;
}
