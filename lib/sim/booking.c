/* What an order does to the balances: locks, fills, commission. */
#include <stdio.h>
#include <string.h>

#include "sim/exchange.h"

static struct sim_account *owner_of(struct sim_exchange *x, const struct sim_order *o)
{
	return &x->accounts.rows[o->owner];
}

static const char *pays_with(const struct sim_order *o, const struct sim_rules *r)
{
	return o->side == SIDE_BUY ? r->quote : r->base;
}

dec sim_spendable(struct sim_exchange *x, size_t owner, const char *asset)
{
	const struct sim_account *a = &x->accounts.rows[owner];

	for (size_t i = 0; i < a->balance_count; i++)
		if (strcmp(a->balances[i].asset, asset) == 0)
			return a->balances[i].free;
	return 0;
}

bool sim_lock(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec amount)
{
	struct sim_balance *b = sim_balance(owner_of(x, o), pays_with(o, r));

	if (!b || amount > b->free)
		return false;
	b->free -= amount;
	b->locked += amount;
	o->locked += amount;
	return true;
}

void sim_release(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec amount)
{
	struct sim_balance *b = amount ? sim_balance(owner_of(x, o), pays_with(o, r)) : NULL;

	if (!b)
		return;
	b->free += amount;
	b->locked -= amount;
	o->locked -= amount;
}

dec sim_needed(const struct sim_order *o, dec qty, dec price, bool *bad)
{
	return o->side == SIDE_BUY ? dec_mul(qty, price, ROUND_UP, bad) : qty;
}

dec sim_slipped(const struct sim_exchange *x, const struct sim_order *o, const struct sim_rules *r, dec price)
{
	bool bad = false, buy = o->side == SIDE_BUY;
	dec slip = dec_bps(price, x->accounts.rows[o->owner].slippage_bps, ROUND_UP, &bad);
	dec p = dec_to_step(buy ? price + slip : price - slip, r->tick, buy ? ROUND_UP : ROUND_DOWN);

	return dec_max(p, dec_max(r->tick, 1));
}

/* What of it belongs to this bar; nothing when it was of an earlier one. */
static const struct sim_used *used_in(const struct sim_exchange *x, const struct sim_rules *r, const struct bar *b)
{
	static const struct sim_used nothing;
	const struct sim_used *u = &x->used[r->pair];

	return u->open_time == b->open_time ? u : &nothing;
}

dec sim_liquidity(const struct sim_exchange *x, const struct sim_rules *r, const struct bar *b, int side, dec price, bool taker)
{
	const struct sim_settings *s = &x->accounts.settings;
	const struct sim_used *u = used_in(x, r, b);
	dec left = DEC_MAX;
	bool bad = false;

	if (b->volume == 0)
		return 0;
	if (s->volume_share > 0)
		left = dec_to_step(dec_mul(b->volume, s->volume_share, ROUND_DOWN, &bad) - u->filled, r->step, ROUND_DOWN);
	if (taker && s->depth_quote > 0)
		left = dec_min(left, dec_to_step(dec_div(s->depth_quote, price, ROUND_DOWN, &bad) - u->depth[side], r->step, ROUND_DOWN));
	return bad || left < 0 ? 0 : left;
}

void sim_use_liquidity(struct sim_exchange *x, const struct sim_rules *r, const struct bar *b, int side, dec qty, bool taker)
{
	struct sim_used *u = &x->used[r->pair];

	if (u->open_time != b->open_time)
		*u = (struct sim_used){ .done_ms = u->done_ms, .open_time = b->open_time };
	u->filled += qty;
	if (taker)
		u->depth[side] += qty;
}

static enum rounding commission_rounding(const struct sim_exchange *x)
{
	static const enum rounding modes[] = { ROUND_HALF_EVEN, ROUND_UP, ROUND_DOWN };

	return modes[x->accounts.settings.commission_rounding];
}

/* In BNB, with its discount, where the account wants that and has enough; false: otherwise. */
static bool commission_in_bnb(struct sim_exchange *x, struct sim_account *a, const struct sim_fill *f, dec bps, struct sim_trade *t)
{
	enum rounding round = commission_rounding(x);
	bool bad = false;
	dec discounted = dec_mul(bps, a->bnb_factor, ROUND_HALF_EVEN, &bad), bnb;

	if (!a->bnb_burn || f->bnb == DEC_NONE || f->bnb <= 0)
		return false;
	bnb = dec_div(dec_bps(t->quote_qty, discounted, round, &bad), f->bnb, round, &bad);
	if (bad || bnb > sim_spendable(x, (size_t)(a - x->accounts.rows), "BNB"))
		return false;
	t->commission = bnb;
	snprintf(t->commission_asset, sizeof t->commission_asset, "BNB");
	return true;
}

static void charge(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_fill *f, struct sim_trade *t, bool *bad)
{
	struct sim_account *a = owner_of(x, o);
	dec bps = (f->maker ? a->maker_bps : a->taker_bps) + (t->buyer ? a->buyer_bps : a->seller_bps);

	if (commission_in_bnb(x, a, f, bps, t))
		return;
	t->commission = dec_bps(t->buyer ? t->qty : t->quote_qty, bps, commission_rounding(x), bad);
	snprintf(t->commission_asset, sizeof t->commission_asset, "%s", t->buyer ? r->base : r->quote);
}

static bool note(struct sim_exchange *x, const struct sim_trade *t, const char *asset, dec amount, enum sim_change_kind kind)
{
	struct sim_change c = { .amount = amount, .kind = (int)kind, .ref = t->id, .time_ms = t->time_ms };

	memcpy(c.account, t->account, sizeof c.account);
	snprintf(c.asset, sizeof c.asset, "%s", asset);
	return amount == 0 || sim_changes_add(&x->orders, &c);
}

/*
 * The coins a working order of an OPO list brings stay locked, for the orders that wait for them. Its commission comes out
 * of other free coins where there are enough, but for BNB.
 */
static void keep_received(struct sim_exchange *x, const struct sim_order *o, const struct sim_rules *r, const struct sim_trade *t)
{
	struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	struct sim_balance *got = sim_balance(owner_of(x, o), r->base);
	bool in_base = strcmp(t->commission_asset, r->base) == 0;
	dec kept = t->qty;

	if (!l || !got || !l->pays || l->working != o->id)
		return;
	if (in_base && (strcmp(r->base, "BNB") == 0 || got->free < t->qty))
		kept -= t->commission;
	got->free -= kept;
	got->locked += kept;
	l->received += kept;
}

/* The three balances a fill touches, after it was found affordable. */
static bool move_money(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_trade *t)
{
	struct sim_account *a = owner_of(x, o);
	dec paid = t->buyer ? t->quote_qty : t->qty, got = t->buyer ? t->qty : t->quote_qty;
	struct sim_balance *b = sim_balance(a, t->buyer ? r->quote : r->base);

	if (!b || !note(x, t, b->asset, -paid, SIM_CHANGE_TRADE))
		return false;
	b->locked -= paid;
	o->locked -= paid;
	b = sim_balance(a, t->buyer ? r->base : r->quote);
	if (!b || !note(x, t, b->asset, got, SIM_CHANGE_TRADE))
		return false;
	b->free += got;
	b = sim_balance(a, t->commission_asset);
	if (!b || !note(x, t, b->asset, -t->commission, SIM_CHANGE_COMMISSION))
		return false;
	b->free -= t->commission;
	if (t->buyer)
		keep_received(x, o, r, t);
	a->update_ms = t->time_ms;
	return true;
}

void sim_relock(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r)
{
	bool bad = false;
	dec needed = sim_order_is_open(o) ? sim_needed(o, sim_order_left(o), o->price ? o->price : o->stop_price, &bad) : 0;

	if (!bad && o->locked > needed)
		sim_release(x, o, r, o->locked - needed);
}

/*
 * Locks what a fill costs beyond what is locked. Parts that are each rounded up may cost some units of the last digit more
 * than the whole did: where these are not there, the fill costs so much less.
 */
static bool pay(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, struct sim_trade *t)
{
	dec more = (t->buyer ? t->quote_qty : t->qty) - o->locked, there = sim_spendable(x, o->owner, pays_with(o, r));

	if (t->buyer && more > there && more - there < 1000) {
		t->quote_qty -= more - there;
		more = there;
	}
	return more <= 0 || sim_lock(x, o, r, more);
}

/* An order that finds somebody has not been in vain: it counts less against the limit of orders. */
static void uncount(struct sim_account *a, bool maker)
{
	int64_t less = maker ? 5 : 1;

	a->per_10s.count = a->per_10s.count > less ? a->per_10s.count - less : 0;
	a->per_day.count = a->per_day.count > less ? a->per_day.count - less : 0;
}

enum err sim_book(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_fill *f, struct error *e)
{
	struct sim_trade t = {
		.order_id = o->id, .list_id = o->list_id, .price = f->price, .qty = f->qty, .time_ms = f->t_ms, .buyer = o->side == SIDE_BUY, .maker = f->maker,
	};
	struct sim_trade *booked;
	bool bad = false;

	memcpy(t.account, o->account, sizeof t.account);
	memcpy(t.symbol, o->symbol, sizeof t.symbol);
	t.quote_qty = dec_mul(f->qty, f->price, t.buyer ? ROUND_UP : ROUND_DOWN, &bad);
	charge(x, o, r, f, &t, &bad);
	if (bad || !pay(x, o, r, &t))
		return error_set(e, ERR_INTERNAL, "a fill of order %lld cannot be paid", (long long)o->id);
	booked = sim_trades_add(&x->orders, &t);
	if (!booked || !move_money(x, o, r, booked))
		return error_memory(e);
	if (o->filled_qty == 0)
		uncount(owner_of(x, o), f->maker);
	o->filled_qty += t.qty;
	o->filled_quote += t.quote_qty;
	o->update_ms = f->t_ms;
	o->status = sim_order_left(o) == 0 ? SIM_FILLED : SIM_PARTIALLY_FILLED;
	if (o->status == SIM_FILLED)
		sim_orders_close(&x->orders, o);
	sim_relock(x, o, r);
	return OK;
}

enum err sim_transfer(struct sim_exchange *x, struct sim_account *a, const char *asset, dec amount, int64_t now_ms, struct error *e)
{
	struct sim_change c = { .amount = amount, .kind = amount < 0 ? SIM_CHANGE_WITHDRAW : SIM_CHANGE_DEPOSIT, .time_ms = now_ms };
	struct sim_balance *b = sim_balance(a, asset);
	bool bad = false;
	dec free;

	if (!b)
		return error_memory(e);
	free = dec_add(b->free, amount, &bad);
	if (bad || free < 0)
		return error_set(e, ERR_DATA, "the account has not that much free %s", asset);
	memcpy(c.account, a->name, sizeof c.account);
	memcpy(c.asset, b->asset, sizeof c.asset);
	if (!sim_changes_add(&x->orders, &c))
		return error_memory(e);
	b->free = free;
	a->update_ms = now_ms;
	return OK;
}
