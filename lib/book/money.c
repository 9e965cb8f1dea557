/* What a fill, a mark and a transfer do to the money. Every amount is rounded against the account. */
#include <string.h>

#include "book/book.h"
#include "core/text.h"

static const char bnb[] = "BNB";

/* A fee in BNB needs a price of BNB; without one the exchange, too, takes it from what the fill brings. */
static enum fee_mode effective(const struct fee_rule *fee)
{
	return fee->mode == FEE_BNB && fee->bnb_mark == DEC_NONE ? FEE_RECEIVED : fee->mode;
}

dec book_qty_for_quote(dec budget, dec price, const struct fee_rule *fee, dec step, bool *bad)
{
	const dec whole = (dec)10000 * DEC_ONE;
	dec bps = effective(fee) == FEE_RECEIVED ? 0 : fee->bps;
	/* The largest whole amount that, rounded up with its fee, is within the budget: both roundings end in integers. */
	dec notional = dec_mul_div(budget, whole, dec_add(whole, bps, bad), ROUND_DOWN, bad);
	dec qty = dec_to_step(dec_div(notional, price, ROUND_DOWN, bad), step, ROUND_DOWN);

	return *bad || qty < 0 ? 0 : qty;
}

/* Fills fee, fee_asset and fee_quote. received: the asset the fill brings. */
static void charge(const struct book *b, const struct fee_rule *fee, const char *received, struct trade *t, bool *bad)
{
	const char *asset = b->quote;

	if (fee->reported)
		return;
	if (effective(fee) == FEE_RECEIVED && t->side == SIDE_BUY) {
		t->fee = dec_bps(t->qty, fee->bps, ROUND_UP, bad);
		t->fee_quote = dec_mul(t->fee, t->price, ROUND_UP, bad);
		asset = received;
	} else {
		t->fee_quote = t->fee = dec_bps(t->quote_qty, fee->bps, ROUND_UP, bad);
	}
	if (effective(fee) == FEE_BNB) {
		t->fee = dec_div(t->fee_quote, fee->bnb_mark, ROUND_UP, bad);
		asset = bnb;
	}
	text_copy(t->fee_asset, sizeof t->fee_asset, asset);
}

static enum err out_of_range(const struct trade *t, struct error *e)
{
	return error_field(e, ERR_DATA, "qty", "an amount of %s's fill is out of range", t->symbol);
}

/* The base coin's name: from the exchange's rules, else the pair's name without the quote. */
static void base_asset(const struct book *b, const struct book_pair *pair, char out[ASSET_SIZE])
{
	size_t n = strlen(pair->symbol), q = strlen(b->quote);

	memset(out, 0, ASSET_SIZE);
	if (pair->has_rules && pair->rules.base_asset[0])
		memcpy(out, pair->rules.base_asset, ASSET_SIZE - 1);
	else
		memcpy(out, pair->symbol, n > q && n - q < ASSET_SIZE ? n - q : 0);
}

enum err book_buy(struct book *b, struct book_position *p, const struct fee_rule *fee, struct trade *t, struct error *e)
{
	char base[ASSET_SIZE];
	bool bad = false;
	dec spent, got, cash, cost, qty, fees;

	base_asset(b, &b->pairs[p->pair], base);
	t->quote_qty = dec_mul(t->qty, t->price, ROUND_UP, &bad);
	charge(b, fee, base, t, &bad);
	t->realized_pnl = DEC_NONE;
	got = strcmp(t->fee_asset, base) == 0 && (fee->reported || effective(fee) == FEE_RECEIVED) ? dec_sub(t->qty, t->fee, &bad) : t->qty;
	spent = got == t->qty ? dec_add(t->quote_qty, t->fee_quote, &bad) : t->quote_qty;
	cash = dec_sub(b->state.cash, spent, &bad);
	cost = dec_add(p->p.cost, spent, &bad);
	qty = dec_add(p->p.qty, got, &bad);
	fees = dec_add(b->state.fees, t->fee_quote, &bad);
	if (bad)
		return out_of_range(t, e);
	if (book_lots_add(b, p, t->id, got, spent, t->t_ms, e))
		return ERR_INTERNAL;
	b->state.cash = cash;
	b->state.fees = fees;
	p->p.cost = cost;
	p->p.qty = qty;
	p->p.avg_price = qty > 0 ? dec_div(cost, qty, ROUND_UP, &bad) : DEC_NONE;
	return OK;
}

/* What a sale brings: cash, and what it has realized over the cost of the coins. */
static enum err take_proceeds(struct book *b, const struct fee_rule *fee, dec cost, struct trade *t, bool *bad, struct error *e)
{
	dec net, cash, realized, fees;

	t->quote_qty = dec_mul(t->qty, t->price, ROUND_DOWN, bad);
	charge(b, fee, b->quote, t, bad);
	net = dec_sub(t->quote_qty, t->fee_quote, bad);
	cash = dec_add(b->state.cash, net, bad);
	t->realized_pnl = dec_sub(net, cost, bad);
	realized = dec_add(b->state.realized_pnl, t->realized_pnl, bad);
	fees = dec_add(b->state.fees, t->fee_quote, bad);
	if (*bad)
		return out_of_range(t, e);
	b->state.cash = cash;
	b->state.realized_pnl = realized;
	b->state.fees = fees;
	return OK;
}

enum err book_sell(struct book *b, struct book_position *p, const struct fee_rule *fee, struct trade *t, struct error *e)
{
	bool bad = t->qty <= 0 || t->qty > p->p.qty;
	dec cost = bad ? 0 : book_lots_cost(b, p, t->qty, &bad);
	enum err rc = take_proceeds(b, fee, cost, t, &bad, e);

	if (rc)
		return rc;
	book_lots_take(b, p, t->qty);
	p->p.qty -= t->qty;
	p->p.cost -= cost;
	p->p.avg_price = p->p.qty > 0 ? dec_div(p->p.cost, p->p.qty, ROUND_UP, &bad) : DEC_NONE;
	return OK;
}

enum err book_take(struct book *b, struct book_position *p, dec qty, dec *cost, struct error *e)
{
	bool bad = false;

	*cost = book_lots_cost(b, p, qty, &bad);
	if (bad)
		return error_field(e, ERR_DATA, "qty", "position %s is out of range", p->p.symbol);
	book_lots_take(b, p, qty);
	p->p.qty -= qty;
	p->p.cost -= *cost;
	return OK;
}

enum err book_sell_out(struct book *b, struct book_position *p, const struct fee_rule *fee, struct trade *t, struct error *e)
{
	struct book_pair *pair = &b->pairs[p->pair];
	bool bad = t->qty > p->p.qty;
	dec dust = dec_add(pair->dust, dec_sub(p->p.qty, t->qty, &bad), &bad);
	enum err rc = take_proceeds(b, fee, p->p.cost, t, &bad, e);

	if (rc)
		return rc;
	book_lots_drop(b, p, true);
	pair->dirty |= dust != pair->dust;
	pair->dust = dust;
	p->p.qty = p->p.cost = 0;
	p->p.avg_price = DEC_NONE;
	return OK;
}

void book_set_exits(struct position *p, const struct decision *d, dec fill_price, dec tick)
{
	p->stop_price = p->target_price = DEC_NONE;
	p->trail_offset = d->trail_offset;
	p->max_hold_bars = d->max_hold_bars;
	if (d->stop_offset != DEC_NONE && fill_price > d->stop_offset)
		p->stop_price = dec_to_step(fill_price - d->stop_offset, tick, ROUND_DOWN);
	if (d->trail_offset != DEC_NONE && fill_price > d->trail_offset) {
		dec trail = dec_to_step(fill_price - d->trail_offset, tick, ROUND_DOWN);

		p->stop_price = p->stop_price == DEC_NONE ? trail : dec_max(p->stop_price, trail);
	}
	if (p->stop_price != DEC_NONE && p->stop_price <= 0)
		p->stop_price = DEC_NONE;
	if (d->target_offset != DEC_NONE)
		p->target_price = dec_to_step(fill_price + d->target_offset, tick, ROUND_UP);
}

void book_mark_position(struct book *b, struct book_position *p, bool *bad)
{
	p->p.mark = b->pairs[p->pair].mark;
	p->p.unrealized_pnl = dec_sub(dec_mul(p->p.qty, p->p.mark, ROUND_DOWN, bad), p->p.cost, bad);
}

dec book_value(const struct book *b, bool *bad)
{
	dec value = 0;

	for (size_t i = 0; i < b->position_count; i++)
		value = dec_add(value, dec_mul(b->positions[i].p.qty, b->pairs[b->positions[i].pair].mark, ROUND_DOWN, bad), bad);
	for (size_t i = 0; i < b->pair_count; i++)
		if (b->pairs[i].dust)
			value = dec_add(value, dec_mul(b->pairs[i].dust, b->pairs[i].mark, ROUND_DOWN, bad), bad);
	return value;
}

enum err book_weigh(struct book *b, dec *value, struct error *e)
{
	bool bad = false;
	dec equity;

	*value = book_value(b, &bad);
	equity = dec_add(b->state.cash, *value, &bad);
	if (bad)
		return error_field(e, ERR_DATA, "equity", "out of range for account %s", b->state.account);
	b->state.equity = equity;
	b->state.peak = dec_max(b->state.peak, equity);
	return OK;
}

enum err book_mark(struct book *b, const char *run, int64_t t_ms, struct equity *q, struct error *e)
{
	dec value;
	enum err rc = book_weigh(b, &value, e);

	if (rc)
		return rc;
	*q = (struct equity){
		.t_ms = t_ms, .cash = b->state.cash, .positions_value = value, .equity = b->state.equity, .peak = b->state.peak,
		.realized_pnl = b->state.realized_pnl, .fees = b->state.fees, .open_positions = (int64_t)b->position_count,
	};
	memcpy(q->account, b->state.account, sizeof q->account);
	text_copy(q->run, sizeof q->run, run);
	return OK;
}

enum err book_transfer(struct book *b, dec amount, struct error *e)
{
	bool bad = false;
	dec cash = dec_add(b->state.cash, amount, &bad), deposited = dec_add(b->state.deposited, amount, &bad);
	dec peak = dec_add(b->state.peak, amount, &bad), day = dec_add(b->state.day_equity, amount, &bad);
	dec equity = dec_add(b->state.equity, amount, &bad);

	if (bad)
		return error_field(e, ERR_DATA, "amount", "out of range for account %s", b->state.account);
	b->state.cash = cash;
	b->state.deposited = deposited;
	b->state.peak = peak;
	b->state.day_equity = day;
	b->state.equity = equity;
	return OK;
}
