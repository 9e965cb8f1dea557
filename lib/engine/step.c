/* Orders, plans and events: what settle, decide and execute share. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/utc.h"
#include "engine/engine.h"
#include "model/id.h"

struct risk_step engine_step(const struct engine *g, int64_t now_ms)
{
	return (struct risk_step){ g->risk, g->account, g->label, g->run, g->digest, now_ms, g->live };
}

/* what: what tells it apart from others of the pair at that time. */
static enum err put_event(struct engine *g, struct event *event, const char *what, const char *code, const char *symbol, struct error *e)
{
	text_copy(event->account, sizeof event->account, g->label);
	text_copy(event->code, sizeof event->code, code);
	text_copy(event->symbol, sizeof event->symbol, symbol);
	id_event(g->digest, g->account->name, what, symbol, event->t_ms, event->id);
	return g->ledger->ops->put(g->ledger, KIND_EVENT, event, e);
}

enum err engine_event(struct engine *g, enum event_level level, const char *code, const char *symbol, int64_t t_ms, struct error *e,
	const char *format, ...)
{
	struct event event = { .level = level, .t_ms = t_ms };
	va_list ap;

	va_start(ap, format);
	vsnprintf(event.message, sizeof event.message, format, ap);
	va_end(ap);
	return put_event(g, &event, code, code, symbol, e);
}

enum err engine_keep_order(struct engine *g, struct book_order *row, size_t pair, int64_t active_ms, struct error *e)
{
	id_order(g->digest, row->o.decision, (enum leg)row->o.leg, row->o.attempt, row->o.id);
	book_keep_order(&g->ledger->book, pair, active_ms);
	return ledger_put(g->ledger, LEDGER_COURSE, KIND_ORDER, &row->o, e);
}

enum err engine_put_order(struct engine *g, const struct order *o, size_t pair, int64_t active_ms, struct error *e)
{
	struct book_order *row = book_order_room(&g->ledger->book, e);

	if (!row)
		return ERR_INTERNAL;
	row->o = *o;
	return engine_keep_order(g, row, pair, active_ms, e);
}

enum err engine_end_order(struct engine *g, struct book_order *o, enum order_status status, int64_t t_ms, const char *why, struct error *e)
{
	enum err rc;

	o->o.status = status;
	o->o.updated_ms = t_ms;
	text_copy(o->o.why, sizeof o->o.why, why);
	rc = ledger_put(g->ledger, LEDGER_ENDS, KIND_ORDER, &o->o, e);
	book_drop_order(&g->ledger->book, o);
	return rc;
}

enum err engine_end_plan(struct engine *g, struct book_plan *p, enum decision_status status, const char *why, struct error *e)
{
	enum err rc;

	p->d.status = status;
	p->d.reserved = 0;
	if (*why)
		text_copy(p->d.why, sizeof p->d.why, why);
	rc = ledger_put(g->ledger, LEDGER_ENDS, KIND_DECISION, &p->d, e);
	book_drop_plan(&g->ledger->book, p);
	return rc;
}

int64_t engine_active_ms(const struct decision *d, int64_t created_ms)
{
	int64_t open_ms;

	if (d->reason == REASON_FLATTEN)
		return created_ms;
	if (d->reason != REASON_EXIT)
		return d->signal_t_ms;
	open_ms = interval_floor((enum interval)d->interval, created_ms);
	return open_ms > d->signal_t_ms ? open_ms : d->signal_t_ms;
}

int64_t engine_order_active_ms(const struct decision *d, const struct order *o)
{
	return d && !(o->type == ORDER_MAKER && o->attempt > 0) ? engine_active_ms(d, o->created_ms) : o->created_ms;
}

const char engine_repriced[] = "re-priced";

enum err engine_reprice(struct engine *g, struct book_order *o, enum order_status ended, dec price, int64_t active_ms, int64_t t_ms,
	const char *why, struct error *e)
{
	struct order next = o->o;
	size_t pair = o->pair;
	enum err rc = engine_end_order(g, o, ended, t_ms, why, e);

	next.attempt++;
	next.price = price;
	next.status = g->live ? ORDER_INTENT : ORDER_NEW;
	next.created_ms = next.updated_ms = t_ms;
	next.why[0] = next.exchange_id[0] = '\0';
	return rc ? rc : engine_put_order(g, &next, pair, active_ms, e);
}

dec engine_below(const struct engine *g, size_t pair, dec price)
{
	return dec_to_step(price - 1, book_tick(&g->ledger->book.pairs[pair]), ROUND_DOWN);
}

dec engine_maker_price(const struct engine *g, const struct book_plan *p)
{
	const struct book_pair *pair = &g->ledger->book.pairs[p->pair];
	dec price = dec_to_step(pair->mark - (p->d.price - p->d.entry_price), book_tick(pair), ROUND_DOWN);

	return dec_min(price, p->d.worst_price);
}

enum err engine_withdraw(struct engine *g, struct book_plan *p, int64_t t_ms, const char *why, struct error *e)
{
	struct book_order *o = book_order_of(&g->ledger->book, p->d.id, LEG_ENTRY);
	bool part = o && o->o.filled_qty > 0;
	enum err rc;

	if (o && g->live) { /* what the exchange has is over only when the exchange says so: until then, a wish */
		o->o.expires_ms = t_ms;
		text_copy(o->o.why, sizeof o->o.why, why);
		return ledger_put(g->ledger, LEDGER_COURSE, KIND_ORDER, &o->o, e);
	}
	rc = o ? engine_end_order(g, o, ORDER_CANCELED, t_ms, why, e) : OK;
	return rc ? rc : engine_end_plan(g, p, part ? DECISION_EXECUTED : DECISION_EXPIRED, part ? "" : why, e);
}

enum err engine_withdraw_all(struct engine *g, bool resting, int64_t t_ms, const char *why, struct error *e)
{
	struct book *b = &g->ledger->book;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->plan_count;) {
		struct book_plan *p = &b->plans[i];
		size_t before = b->plan_count;

		if (p->d.class == CLASS_OPEN && p->d.status == DECISION_WORKING && !(resting && p->d.type == ORDER_MARKET))
			rc = engine_withdraw(g, p, t_ms, why, e);
		i += b->plan_count == before;
	}
	return rc;
}

/* The close at which a resting order ends unfilled. */
static int64_t order_expiry(const struct engine *g, const struct decision *d, int64_t active_ms)
{
	int64_t t_ms = active_ms;

	if (d->type == ORDER_MARKET)
		return TIME_NONE;
	for (int64_t i = 0; i < d->entry_bars; i++)
		t_ms = interval_next((enum interval)g->account->interval, t_ms);
	return t_ms;
}

/*
 * A budget becomes a quantity when the order is made, at the worst price it may fill at: what is sent is a limit order,
 * which has a quantity, and never spends more than was reserved. Without a collar the fill fixes it.
 */
static dec order_qty(const struct engine *g, const struct book_plan *p, bool *bad)
{
	dec step = book_lot(&g->ledger->book.pairs[p->pair]);
	struct fee_rule fee;

	if (p->d.qty != DEC_NONE || p->d.worst_price == DEC_NONE)
		return p->d.qty;
	fee = risk_fee(g->account, &g->ledger->book, false);
	return book_qty_for_quote(p->d.quote_qty, p->d.worst_price, &fee, step, bad);
}

/* The decision's own order: an entry, or an exit at market. */
static enum err send(struct engine *g, struct book_plan *p, int64_t now_ms, struct error *e)
{
	struct book_order *row = book_order_room(&g->ledger->book, e);
	bool bad = false;
	dec qty = order_qty(g, p, &bad);
	int64_t active_ms = engine_active_ms(&p->d, now_ms);
	enum err rc;

	if (!row)
		return ERR_INTERNAL;
	if (bad || qty == 0)
		return engine_end_plan(g, p, DECISION_FAILED, "the amount buys less than one step", e);
	row->o = (struct order){
		.market = p->d.market, .leg = p->d.class == CLASS_OPEN ? LEG_ENTRY : LEG_EXIT, .side = p->d.side, .type = p->d.type,
		.qty = qty, .quote_qty = qty == DEC_NONE ? p->d.quote_qty : DEC_NONE,
		.price = order_type_is_limit(p->d.type) ? p->d.entry_price : DEC_NONE,
		.stop_price = p->d.type == ORDER_STOP ? p->d.entry_price : DEC_NONE, .worst_price = p->d.worst_price,
		.status = g->live ? ORDER_INTENT : ORDER_NEW, .expires_ms = order_expiry(g, &p->d, active_ms), .created_ms = now_ms, .updated_ms = now_ms,
	};
	memcpy(row->o.decision, p->d.id, sizeof row->o.decision);
	memcpy(row->o.account, p->d.account, sizeof row->o.account);
	memcpy(row->o.run, p->d.run, sizeof row->o.run);
	memcpy(row->o.strategy, p->d.strategy, sizeof row->o.strategy);
	memcpy(row->o.symbol, p->d.symbol, sizeof row->o.symbol);
	p->d.status = DECISION_WORKING;
	rc = ledger_put(g->ledger, LEDGER_COURSE, KIND_DECISION, &p->d, e);
	return rc ? rc : engine_keep_order(g, row, p->pair, active_ms, e);
}

static bool is_late(const struct decision *d, int64_t now_ms)
{
	return d->reason == REASON_EXIT && engine_active_ms(d, now_ms) != d->signal_t_ms;
}

/* Says that an exit is made in a later bar than the one that followed its signal. Two strategies may be late in one pair. */
static enum err tell_late(struct engine *g, const struct decision *d, int64_t now_ms, struct error *e)
{
	struct event event = { .level = EVENT_WARN, .t_ms = now_ms };
	char due[UTC_TEXT];

	snprintf(event.message, sizeof event.message, "%s: the exit that was due at %s is made now: no step carried it out then", d->strategy,
		utc_format(d->signal_t_ms, due));
	return put_event(g, &event, d->id, "exit.late", d->symbol, e);
}

/* An approval made before a halt or a breaker does not outlive it, unless it only reduces risk. */
static enum err claim(struct engine *g, struct book_plan *p, int64_t now_ms, bool *claimed, struct error *e)
{
	const struct account_state *s = &g->ledger->book.state;
	enum err rc;

	if (now_ms >= p->d.expires_ms)
		return engine_end_plan(g, p, DECISION_EXPIRED, "expired before it was executed", e);
	if (p->d.class == CLASS_OPEN && (s->halted || s->breaker[0]))
		return engine_end_plan(g, p, DECISION_FAILED, "the account was halted before it was executed", e);
	if (claimed)
		*claimed = true;
	rc = is_late(&p->d, now_ms) ? tell_late(g, &p->d, now_ms, e) : OK;
	return rc ? rc : send(g, p, now_ms, e);
}

enum err engine_execute(struct engine *g, int64_t now_ms, const char *decision, bool *claimed, struct error *e)
{
	struct ledger *l = g->ledger;
	struct book_plan *p;
	enum err rc = l->ops->begin(l, e);

	if (rc)
		return rc;
	p = book_plan_of(&l->book, decision);
	if (claimed)
		*claimed = false;
	if (p && p->d.status == DECISION_APPROVED)
		rc = claim(g, p, now_ms, claimed, e);
	return ledger_end(l, rc, e);
}

enum err engine_exit(struct engine *g, struct book_position *p, enum reason reason, int64_t t_ms, int64_t now_ms, const char *why, struct error *e)
{
	struct risk_step step = engine_step(g, now_ms);
	struct book *b = &g->ledger->book;
	struct book_plan *rest = book_plan_of(b, p->p.decision);
	struct book_plan *row;
	size_t pair = p->pair;
	enum err rc = rest && rest->d.status == DECISION_WORKING ? engine_withdraw(g, rest, t_ms, "the position is being left", e) : OK;

	if (rc || book_plan_for(b, p->p.strategy, pair, CLASS_REDUCE))
		return rc;
	row = book_plan_room(b, e);
	if (!row)
		return ERR_INTERNAL;
	risk_decide_exit(&step, b, p, reason, t_ms, why, &row->d);
	if (row->d.status == DECISION_REFUSED)
		return ledger_put(g->ledger, LEDGER_ENDS, KIND_DECISION, &row->d, e);
	book_keep_plan(b, pair);
	return send(g, row, now_ms, e);
}

enum err engine_flatten(struct engine *g, int64_t now_ms, const char *symbol, const char *why, size_t *n, struct error *e)
{
	struct ledger *l = g->ledger;
	enum err rc = l->ops->begin(l, e);

	*n = 0;
	for (size_t i = 0; !rc && i < l->book.position_count; i++) {
		struct book_position *p = &l->book.positions[i];

		if (symbol && strcmp(symbol, p->p.symbol) != 0)
			continue;
		(*n)++;
		rc = engine_exit(g, p, REASON_FLATTEN, l->book.pairs[p->pair].settled_ms, now_ms, why, e);
	}
	return ledger_end(l, rc, e);
}

enum err engine_open(struct engine *g, dec capital, int64_t t_ms, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct equity q;
	enum err rc = book_transfer(b, capital, e);

	book_rules_at(b, t_ms);
	if (!rc)
		rc = book_mark(b, g->run, t_ms, &q, e);
	b->state.settled_ms = t_ms;
	b->state.day_ms = utc_day(t_ms);
	b->state.day_equity = b->state.equity;
	return rc ? rc : ledger_put(g->ledger, LEDGER_BARS, KIND_EQUITY, &q, e);
}

enum err engine_day_end(struct engine *g, int64_t t_ms, struct equity *q, const struct equity **ended, struct error *e)
{
	struct book *b = &g->ledger->book;
	int64_t last_ms = b->state.settled_ms;

	*ended = NULL;
	if (g->ledger->wants & LEDGER_BARS || last_ms == TIME_NONE || last_ms == g->ended_ms || t_ms <= last_ms || utc_day(t_ms - 1) == utc_day(last_ms - 1))
		return OK;
	*ended = q;
	return book_mark(b, g->run, last_ms, q, e);
}

enum err engine_end(struct engine *g, struct error *e)
{
	struct equity q;
	const struct equity *ended;
	enum err rc = engine_day_end(g, INT64_MAX, &q, &ended, e);

	return rc || !ended ? rc : g->ledger->ops->put(g->ledger, KIND_EQUITY, ended, e);
}

int64_t engine_bar_end(const struct engine *g, const struct bar *bar)
{
	return interval_next((enum interval)g->account->interval, bar->open_time);
}

void engine_observe(struct engine *g, size_t pair, const struct bar *bar)
{
	struct book_pair *p = &g->ledger->book.pairs[pair];

	p->settled_ms = engine_bar_end(g, bar);
	p->mark = bar->close;
	p->dirty = true;
}
