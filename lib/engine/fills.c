#include "engine/fills.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "model/id.h"

dec engine_trailed(const struct position *p, dec tick)
{
	dec stop;

	if (p->trail_offset == DEC_NONE || p->high_since <= p->trail_offset)
		return DEC_NONE;
	stop = dec_to_step(p->high_since - p->trail_offset, tick, ROUND_DOWN);
	return stop > 0 && (p->stop_price == DEC_NONE || stop > p->stop_price) ? stop : DEC_NONE;
}

enum reason engine_leg_reason(const struct position *p, enum leg leg)
{
	return leg == LEG_TARGET ? REASON_TARGET : p->trail_offset != DEC_NONE ? REASON_TRAIL : REASON_STOP;
}

static void describe_trade(struct engine *g, const struct order *o, enum reason reason, const struct engine_fill *f, struct trade *t)
{
	*t = (struct trade){
		.market = o->market, .side = o->side, .reason = reason, .qty = f->qty, .price = f->price, .maker = f->maker,
		.realized_pnl = DEC_NONE, .t_ms = f->t_ms, .fee = f->fee_amount, .fee_quote = f->fee_quote,
	};
	id_trade(g->digest, o->id, f->number, t->id);
	memcpy(t->fee_asset, f->fee_asset, sizeof t->fee_asset);
	memcpy(t->order, o->id, sizeof t->order);
	memcpy(t->decision, o->decision, sizeof t->decision);
	memcpy(t->account, o->account, sizeof t->account);
	memcpy(t->run, g->run, sizeof t->run);
	memcpy(t->strategy, o->strategy, sizeof t->strategy);
	memcpy(t->symbol, o->symbol, sizeof t->symbol);
}

/* The trade's record; the order's sums go on. */
static enum err put_trade(struct engine *g, struct book_order *o, const struct trade *t, struct error *e)
{
	bool bad = false;

	o->o.filled_qty = dec_add(o->o.filled_qty, t->qty, &bad);
	o->o.filled_quote = dec_add(o->o.filled_quote, t->quote_qty, &bad);
	if (bad)
		return error_field(e, ERR_DATA, "filled_quote", "order %s is out of range", o->o.id);
	return g->ledger->ops->put(g->ledger, KIND_TRADE, t, e);
}

enum err engine_hold(struct engine *g, const struct book_order *o, const struct engine_fill *f, struct book_position **out, struct error *e)
{
	struct position *p;

	*out = book_new_position(&g->ledger->book, o->pair, e);
	if (!*out)
		return ERR_INTERNAL;
	p = &(*out)->p;
	*p = (struct position){
		.market = o->o.market, .avg_price = DEC_NONE, .mark = DEC_NONE, .unrealized_pnl = DEC_NONE, .high_since = f->price,
		.opened_ms = f->t_ms,
		.stop_price = DEC_NONE, .target_price = DEC_NONE, .trail_offset = DEC_NONE, .max_hold_bars = INT_NONE,
	};
	memcpy(p->account, o->o.account, sizeof p->account);
	memcpy(p->run, g->run, sizeof p->run);
	memcpy(p->strategy, o->o.strategy, sizeof p->strategy);
	memcpy(p->symbol, o->o.symbol, sizeof p->symbol);
	memcpy(p->decision, o->o.decision, sizeof p->decision);
	return OK;
}

enum err engine_bought(struct engine *g, struct book_order *o, const struct engine_fill *f, struct book_position **out, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_plan *plan = book_plan_of(b, o->o.decision);
	bool bad = false;
	struct trade t;
	enum err rc = OK;
	dec stop;

	if (!plan)
		return error_set(e, ERR_INTERNAL, "order %s has no decision in flight", o->o.id);
	describe_trade(g, &o->o, REASON_ENTRY, f, &t);
	*out = book_position_of(b, o->o.strategy, o->pair);
	if (!*out)
		rc = engine_hold(g, o, f, out, e);
	if (!rc)
		rc = book_buy(b, *out, &f->fee, &t, e);
	if (!rc)
		rc = put_trade(g, o, &t, e);
	if (rc)
		return rc;
	stop = (*out)->p.stop_price;
	/* Of several fills their mean; a single price is taken as it stands, for the mean of it is rounded. */
	book_set_exits(&(*out)->p, &plan->d, o->o.filled_qty == t.qty ? f->price : dec_div(o->o.filled_quote, o->o.filled_qty, ROUND_HALF_EVEN, &bad),
		book_tick(&g->ledger->book.pairs[o->pair]));
	if (o->o.filled_qty > t.qty && (*out)->p.trail_offset != DEC_NONE && stop > (*out)->p.stop_price)
		(*out)->p.stop_price = stop; /* a trailing stop never goes down again */
	return bad ? error_field(e, ERR_DATA, "price", "out of range for %s", t.symbol) : OK;
}

enum err engine_sold(struct engine *g, struct book_order *o, struct book_position *p, enum reason reason, const struct engine_fill *f, bool last,
	struct error *e)
{
	struct book *b = &g->ledger->book;
	struct trade t;
	enum err rc;

	describe_trade(g, &o->o, reason, f, &t);
	rc = last ? book_sell_out(b, p, &f->fee, &t, e) : book_sell(b, p, &f->fee, &t, e);
	return rc ? rc : put_trade(g, o, &t, e);
}

enum err engine_drop(struct engine *g, struct book_position *p, dec mark, int64_t t_ms, struct error *e)
{
	enum err rc;

	p->p.mark = mark;
	p->p.unrealized_pnl = 0;
	p->p.stop_price = p->p.target_price = p->p.trail_offset = p->p.high_since = DEC_NONE;
	p->p.max_hold_bars = INT_NONE;
	p->p.updated_ms = t_ms;
	memcpy(p->p.run, g->run, sizeof p->p.run);
	rc = ledger_put(g->ledger, LEDGER_COURSE, KIND_POSITION, &p->p, e);
	book_drop_position(&g->ledger->book, p);
	return rc;
}

enum err engine_protect(struct engine *g, const struct book_position *p, enum leg leg, int64_t attempt, int64_t active_ms, int64_t t_ms,
	struct error *e)
{
	struct book_order *row = book_order_room(&g->ledger->book, e);

	if (!row)
		return ERR_INTERNAL;
	row->o = (struct order){
		.market = p->p.market, .leg = leg, .attempt = attempt, .side = SIDE_SELL, .type = leg == LEG_STOP ? ORDER_STOP : ORDER_LIMIT,
		.qty = book_sellable(&p->p, book_lot(&g->ledger->book.pairs[p->pair])), .quote_qty = DEC_NONE,
		.price = leg == LEG_TARGET ? p->p.target_price : DEC_NONE, .stop_price = leg == LEG_STOP ? p->p.stop_price : DEC_NONE,
		.worst_price = DEC_NONE, .expires_ms = TIME_NONE, .status = g->live ? ORDER_INTENT : ORDER_NEW, .created_ms = t_ms, .updated_ms = t_ms,
	};

	memcpy(row->o.decision, p->p.decision, sizeof row->o.decision);
	memcpy(row->o.account, p->p.account, sizeof row->o.account);
	memcpy(row->o.run, g->run, sizeof row->o.run);
	memcpy(row->o.strategy, p->p.strategy, sizeof row->o.strategy);
	memcpy(row->o.symbol, p->p.symbol, sizeof row->o.symbol);
	return engine_keep_order(g, row, p->pair, active_ms, e);
}
