#include "sim/place.h"

#include <string.h>

#include "core/utc.h"
#include "sim/reply.h"

static size_t owner_of(const struct sim_request *q)
{
	return (size_t)(q->account - q->state->exchange->accounts.rows);
}

static void read_holding(const struct sim_request *q, struct sim_scene *s)
{
	struct sim_exchange *x = q->state->exchange;
	const struct sim_orders *all = &x->orders;
	const struct sim_balance *base = sim_balance(q->account, s->r->base);

	s->holding.base = base ? base->free + base->locked : 0;
	for (size_t i = 0; i < all->open_count; i++) {
		const struct sim_order *o = &all->orders[all->open[i]];

		if (o->owner != owner_of(q) || strcmp(o->symbol, s->r->symbol) != 0)
			continue;
		s->holding.orders++;
		s->holding.algo_orders += sim_order_is_conditional(o) && !o->triggered;
		s->holding.iceberg_orders += o->iceberg_qty != 0;
		if (o->side == SIDE_BUY)
			s->holding.base += sim_order_left(o);
	}
	for (size_t i = 0; i < all->list_count; i++)
		s->holding.lists += all->lists[i].status == SIM_LIST_EXEC_STARTED && strcmp(all->lists[i].account, q->account->name) == 0
			&& strcmp(all->lists[i].symbol, s->r->symbol) == 0;
}

bool sim_scene_read(const struct sim_request *q, struct sim_scene *s, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct error e = { 0 };
	char symbol[SYMBOL_SIZE];
	enum err rc;

	*s = (struct sim_scene){ .r = NULL };
	if (!sim_param_symbol(q, "symbol", symbol, a))
		return false;
	rc = sim_exchange_rules(x, symbol, &s->r, &e);
	if (!rc)
		rc = sim_quote_now(x, s->r, q->now_ms, &s->quote, &e);
	if (!rc)
		rc = sim_reference_price(x, s->r, q->now_ms, &s->holding.reference, &e);
	if (rc) {
		sim_fail(q, a, &e);
		return false;
	}
	read_holding(q, s);
	return true;
}

static bool rejected(struct sim_answer *a, const char *why)
{
	sim_refuse(a, 400, -2010, "%s", why);
	return false;
}

bool sim_rules_allow(const struct sim_scene *s, const struct sim_ticket *t, int64_t more, struct sim_answer *a)
{
	static const char *const unsupported[] = {
		"Limit orders are not supported for this symbol.", "Market orders are not supported for this symbol.",
		"Limit maker orders are not supported for this symbol.", "Stop loss orders are not supported for this symbol.",
		"Stop loss limit orders are not supported for this symbol.", "Take profit orders are not supported for this symbol.",
		"Take profit limit orders are not supported for this symbol.",
	};
	const struct sim_rules *r = s->r;
	const char *filter;

	if (!(r->types & 1U << t->type))
		return rejected(a, unsupported[t->type]);
	if (t->iceberg_qty && !r->iceberg)
		return rejected(a, "Iceberg orders are not supported for this symbol.");
	if (t->trailing_delta != INT_NONE && !r->trailing)
		return rejected(a, "Trailing stop orders are not supported for this symbol.");
	if (t->quote_qty && !r->quote_qty_market)
		return rejected(a, "Quote order qty market orders are not support for this symbol.");
	filter = sim_filter(r, t, &s->holding, more);
	if (!filter)
		return true;
	sim_refuse(a, 400, -1013, "Filter failure: %s", filter);
	return false;
}

static int64_t counted(struct sim_order_window *w, int64_t length_ms)
{
	int64_t window = utc_now_ms() / length_ms;

	if (window != w->window)
		*w = (struct sim_order_window){ .window = window };
	return w->count;
}

static bool has_room(struct sim_order_window *w, int64_t length_ms, int64_t limit, int64_t more, const char *unit, struct sim_answer *a)
{
	if (limit == 0 || counted(w, length_ms) + more <= limit)
		return true;
	sim_refuse(a, 429, -1015, "Too many new orders; current limit is %lld orders per %s.", (long long)limit, unit);
	a->retry_after_s = ((w->window + 1) * length_ms - utc_now_ms()) / MS_SECOND + 1;
	return false;
}

bool sim_orders_allow(const struct sim_request *q, int64_t more, struct sim_answer *a)
{
	const struct sim_settings *s = &q->state->exchange->accounts.settings;

	return has_room(&q->account->per_10s, 10 * MS_SECOND, s->orders_10s, more, "10 SECOND", a)
		&& has_room(&q->account->per_day, MS_DAY, s->orders_1d, more, "1 DAY", a);
}

void sim_count_orders(const struct sim_request *q, int64_t more, struct sim_answer *a)
{
	counted(&q->account->per_10s, 10 * MS_SECOND);
	counted(&q->account->per_day, MS_DAY);
	q->account->per_10s.count += more;
	q->account->per_day.count += more;
	a->tells_orders = true;
}

dec sim_money_for(const struct sim_exchange *x, const struct sim_scene *s, const struct sim_order *o)
{
	bool bad = false;
	dec price = o->price ? o->price : o->stop_price ? o->stop_price : sim_slipped(x, o, s->r, s->quote.ask);
	dec needed = sim_needed(o, sim_order_left(o), price, &bad);

	return bad ? DEC_MAX : needed;
}

struct sim_order sim_order_made(const struct sim_request *q, const struct sim_scene *s, const struct sim_ticket *t)
{
	struct sim_exchange *x = q->state->exchange;
	struct sim_order o = {
		.list_id = -1, .side = t->side, .type = t->type, .tif = t->tif, .status = SIM_NEW, .stp = t->stp, .price = t->price, .qty = t->qty,
		.quote_qty = t->quote_qty, .stop_price = t->stop_price, .iceberg_qty = t->iceberg_qty, .trailing_delta = t->trailing_delta,
		.strategy_id = t->strategy_id, .strategy_type = t->strategy_type, .trailing_ms = TIME_NONE, .time_ms = q->now_ms, .update_ms = q->now_ms,
		.working_ms = q->now_ms, .owner = owner_of(q),
	};
	bool bad = false;

	memcpy(o.account, q->account->name, sizeof o.account);
	memcpy(o.symbol, s->r->symbol, sizeof o.symbol);
	memcpy(o.client_id, t->client_id, sizeof o.client_id);
	if (!o.client_id[0])
		sim_make_id((uint64_t)x->orders.order_count + 1, o.client_id);
	if (sim_order_is_conditional(&o))
		o.working_ms = -1;
	if (o.trailing_delta != INT_NONE && o.stop_price == 0) {
		o.trailing_ms = q->now_ms;
		o.extreme = s->quote.last;
	}
	if (o.quote_qty && s->quote.last)
		o.qty = sim_lot(s->r, dec_div(o.quote_qty, sim_slipped(x, &o, s->r, o.side == SIDE_BUY ? s->quote.ask : s->quote.bid), ROUND_DOWN, &bad), true);
	return o;
}

bool sim_engine_allows(const struct sim_request *q, const struct sim_scene *s, const struct sim_ticket *t, bool needs_money, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct sim_order o = sim_order_made(q, s, t);

	if (strcmp(s->r->status, "TRADING") != 0 || s->quote.last == 0)
		return rejected(a, "Market is closed.");
	if (!q->account->can_trade)
		return rejected(a, "This account may not place or cancel orders.");
	if (t->client_id[0] && sim_order_named(&x->orders, o.owner, o.symbol, t->client_id, true))
		return rejected(a, "Duplicate order sent.");
	if (t->iceberg_qty > t->qty)
		return rejected(a, "IcebergQty exceeds QTY.");
	if (o.qty == 0) {
		sim_refuse(a, 400, -1013, "Filter failure: LOT_SIZE");
		return false;
	}
	if (o.type == SIM_LIMIT_MAKER && sim_crosses(x, &o, &s->quote))
		return rejected(a, "Order would immediately match and take.");
	if (sim_triggers(&o, &s->quote))
		return rejected(a, "Order would trigger immediately.");
	if (needs_money && sim_money_for(x, s, &o) > sim_spendable(x, o.owner, o.side == SIDE_BUY ? s->r->quote : s->r->base))
		return rejected(a, "Account has insufficient balance for requested action.");
	return true;
}

struct sim_order *sim_place(const struct sim_request *q, const struct sim_scene *s, const struct sim_ticket *t, size_t *first_trade, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct sim_order made = sim_order_made(q, s, t), *o;
	struct error e = { 0 };
	enum err rc = OK;

	*first_trade = x->orders.trade_count;
	if (!sim_rules_allow(s, t, 1, a) || !sim_orders_allow(q, 1, a) || !sim_engine_allows(q, s, t, true, a))
		return NULL;
	o = sim_orders_add(&x->orders, &made);
	if (!o || !sim_lock(x, o, s->r, sim_money_for(x, s, &made)))
		rc = error_set(&e, ERR_INTERNAL, "out of memory");
	sim_count_orders(q, 1, a);
	x->half = q->fault && q->fault->kind == SIM_FAULT_PARTIAL;
	if (!rc && (!sim_order_is_conditional(o)))
		rc = sim_take(x, o, s->r, &s->quote, &e);
	x->half = false;
	if (rc) {
		sim_fail(q, a, &e);
		return NULL;
	}
	return o;
}
