/* Order lists are placed, cancelled and told. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "sim/trade.h"

#define CONTINGENT (1U << SIM_STOP_LOSS | 1U << SIM_STOP_LOSS_LIMIT | 1U << SIM_TAKE_PROFIT | 1U << SIM_TAKE_PROFIT_LIMIT)
#define OCO_TYPES (CONTINGENT | 1U << SIM_LIMIT_MAKER)
#define WORKING_TYPES (1U << SIM_LIMIT | 1U << SIM_LIMIT_MAKER)

/* What a request for a list asks for, until it is placed. */
struct draft {
	struct sim_list list;
	struct sim_scene s;
	struct sim_ticket working, legs[2]; /* legs: above and below, or the pending one */
	bool has_working;
	int leg_count;
};

static bool rejected(struct sim_answer *a, const char *why)
{
	sim_refuse(a, 400, -2010, "%s", why);
	return false;
}

static bool is_stop(const struct sim_ticket *t)
{
	return t->type == SIM_STOP_LOSS || t->type == SIM_STOP_LOSS_LIMIT;
}

/* Which leg may stand where. */
static bool legs_are_placed_right(const struct sim_ticket *above, const struct sim_ticket *below, struct sim_answer *a)
{
	bool sell = above->side == SIDE_SELL;
	const struct sim_ticket *profit = sell ? above : below, *stop = sell ? below : above;

	if (profit->type == SIM_LIMIT_MAKER && stop->type == SIM_LIMIT_MAKER)
		sim_refuse(a, 400, -1168, "At least one OCO order must be contingent.");
	else if (stop->type == SIM_LIMIT_MAKER)
		sim_refuse(a, 400, sell ? -1166 : -1165, sell ? "A limit order in a sell OCO must be above." : "A limit order in a buy OCO must be below.");
	else if (is_stop(profit))
		sim_refuse(a, 400, sell ? -1197 : -1196, sell ? "A stop loss order in a sell OCO must be below." : "A stop loss order in a buy OCO must be above.");
	else if (!is_stop(stop))
		sim_refuse(a, 400, sell ? -1199 : -1198, sell ? "A take profit order in a sell OCO must be above."
			: "A take profit order in a buy OCO must be below.");
	else
		return true;
	return false;
}

/* Where a leg acts; 0: a trailing one without a price yet. */
static dec acts_at(const struct sim_ticket *t)
{
	return t->type == SIM_LIMIT_MAKER ? t->price : t->stop_price;
}

/* Above and below each other and (last > 0) the last price. */
static bool prices_relate(const struct sim_ticket *above, const struct sim_ticket *below, dec last, struct sim_answer *a)
{
	dec high = acts_at(above), low = acts_at(below);
	bool good = (!high || !low || high > low) && (!last || ((!high || high > last) && (!low || low < last)));

	return good || rejected(a, "The relationship of the prices for the orders is not correct.");
}

static bool read_pair(const struct sim_request *q, struct draft *d, const char *above, const char *below, int side, dec qty, struct sim_answer *a)
{
	struct sim_ticket_shape shape = { .prefix = above, .side = side, .fixed_qty = true, .types = OCO_TYPES, .bad_type = -1158 };

	if (!sim_ticket_read(q, &shape, d->s.r, &d->legs[0], a))
		return false;
	shape.prefix = below;
	if (!sim_ticket_read(q, &shape, d->s.r, &d->legs[1], a))
		return false;
	d->legs[0].qty = d->legs[1].qty = qty;
	d->leg_count = 2;
	return legs_are_placed_right(&d->legs[0], &d->legs[1], a) && prices_relate(&d->legs[0], &d->legs[1], d->has_working ? 0 : d->s.quote.last, a);
}

static bool read_side(const struct sim_request *q, const char *name, int *side, struct sim_answer *a)
{
	if (!sim_param(q, name))
		return sim_missing(name, a);
	return sim_choice_read(q, name, sim_side_names, -1, -1117, "Invalid side.", side, a);
}

static bool read_quantity(const struct sim_request *q, const char *name, dec *qty, struct sim_answer *a)
{
	if (!sim_param(q, name))
		return sim_missing(name, a);
	if (!sim_amount_read(q, name, qty, a))
		return false;
	if (*qty == 0)
		sim_refuse(a, 400, -1013, "Invalid quantity.");
	return *qty != 0;
}

static bool read_working(const struct sim_request *q, struct draft *d, struct sim_answer *a)
{
	struct sim_ticket_shape shape = { .prefix = "working", .side = -1, .types = WORKING_TYPES, .bad_type = -1116 };

	d->has_working = true;
	return sim_ticket_read(q, &shape, d->s.r, &d->working, a);
}

/* Of an OPO list: bought, and sold again. */
static bool sides_pay(const struct draft *d, int pending, struct sim_answer *a)
{
	if (!d->list.pays)
		return true;
	if (d->working.side != SIDE_BUY)
		sim_refuse(a, 400, -1222, "The working order of an OPO must be a BUY.");
	else if (pending != SIDE_SELL)
		sim_refuse(a, 400, -1223, "The pending order of an OPO must be a SELL.");
	else
		return true;
	return false;
}

static bool allowed_here(const struct draft *d, struct sim_answer *a)
{
	const struct sim_rules *r = d->s.r;

	if (d->leg_count == 2 && !r->oco)
		return rejected(a, "OCO orders are not supported for this symbol");
	if (d->has_working && !r->oto)
		return rejected(a, "OTO orders are not supported for this symbol");
	if (d->list.pays && !r->opo)
		return rejected(a, "OPO orders are not supported for this symbol");
	return true;
}

static bool same_id(const struct sim_ticket *a, const struct sim_ticket *b)
{
	return a->client_id[0] && strcmp(a->client_id, b->client_id) == 0;
}

/* Filters, the count of orders, and the engine's objections, of the whole list. */
static bool list_passes(const struct sim_request *q, const struct draft *d, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	int64_t count = d->leg_count + d->has_working;

	if (!allowed_here(d, a) || (d->has_working && !sim_rules_allow(&d->s, &d->working, count, a)))
		return false;
	for (int i = 0; i < d->leg_count; i++)
		if (!sim_rules_allow(&d->s, &d->legs[i], count, a))
			return false;
	if (d->s.r->max_lists && d->s.holding.lists >= d->s.r->max_lists) {
		sim_refuse(a, 400, -1013, "Filter failure: MAX_NUM_ORDER_LISTS");
		return false;
	}
	if (!sim_orders_allow(q, count, a))
		return false;
	if ((d->leg_count == 2 && same_id(&d->legs[0], &d->legs[1])) || (d->has_working && (same_id(&d->working, &d->legs[0])
			|| (d->leg_count == 2 && same_id(&d->working, &d->legs[1]))))
		|| (d->list.client_id[0] && sim_list_named(&x->orders, q->account->name, NULL, d->list.client_id, true)))
		return rejected(a, "Duplicate order sent.");
	for (int i = 0; i < d->leg_count; i++)
		if (d->legs[i].client_id[0] && sim_order_named(&x->orders, sim_owner(q), d->s.r->symbol, d->legs[i].client_id, true))
			return rejected(a, "Duplicate order sent.");
	if (d->has_working)
		return sim_engine_allows(q, &d->s, &d->working, true, a);
	return sim_engine_allows(q, &d->s, &d->legs[0], true, a) && sim_engine_allows(q, &d->s, &d->legs[1], true, a);
}

static enum err add_one(struct sim_exchange *x, struct sim_order made, bool pending, int64_t *id, struct error *e)
{
	const struct sim_order *o;

	if (pending) {
		made.status = SIM_PENDING_NEW;
		made.working_ms = -1;
		made.trailing_ms = TIME_NONE;
	}
	o = sim_orders_add(&x->orders, &made);
	if (!o)
		return error_memory(e);
	*id = o->id;
	return OK;
}

/* The orders of the list, with their ids in it; the stop leg before the profit leg. */
static enum err add_orders(const struct sim_request *q, const struct draft *d, struct sim_list *l, struct error *e)
{
	struct sim_exchange *x = q->state->exchange;
	enum err rc = OK;

	for (int stops = -1; !rc && stops < 2; stops++)
		for (int i = 0; !rc && i < d->leg_count; i++) {
			const struct sim_ticket *t = stops < 0 ? &d->working : &d->legs[i];
			struct sim_order made = sim_order_made(q, &d->s, t);

			made.list_id = l->id;
			if (stops < 0 && d->has_working && i == 0)
				rc = add_one(x, made, false, &l->working, e);
			else if (stops >= 0 && is_stop(t) == !stops)
				rc = add_one(x, made, d->has_working, stops == 0 ? &l->stop : &l->profit, e);
		}
	return rc;
}

static enum err begin(const struct sim_request *q, const struct draft *d, struct sim_list *l, struct error *e)
{
	struct sim_exchange *x = q->state->exchange;
	struct sim_order *first = sim_order_of(&x->orders, l->working ? l->working : l->stop), *profit = sim_order_of(&x->orders, l->profit);
	dec money = sim_money_for(x, &d->s, first);

	if (!l->working) /* a pair needs its money once */
		money = dec_max(money, sim_money_for(x, &d->s, profit));
	if (!sim_lock(x, first, d->s.r, money))
		return error_set(e, ERR_INTERNAL, "list %lld cannot be paid", (long long)l->id);
	if (!l->working)
		return OK;
	return sim_take(x, first, d->s.r, &d->s.quote, e);
}

static void place_list(const struct sim_request *q, struct draft *d, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	size_t first_trade = x->orders.trade_count;
	enum sim_detail detail;
	struct error e = { 0 };
	struct sim_list *l;
	enum err rc;

	if (!sim_detail_read(q, SIM_RESULT, &detail, a) || !sim_client_id_read(q, "listClientOrderId", d->list.client_id, a) || !list_passes(q, d, a))
		return;
	d->list.contingency = d->has_working ? SIM_OTO : SIM_OCO;
	d->list.time_ms = d->list.update_ms = q->now_ms;
	memcpy(d->list.account, q->account->name, sizeof d->list.account);
	memcpy(d->list.symbol, d->s.r->symbol, sizeof d->list.symbol);
	if (!d->list.client_id[0])
		sim_make_id((uint64_t)x->orders.list_count << 32 | UINT64_C(0x1157), d->list.client_id);
	l = sim_lists_add(&x->orders, &d->list);
	rc = l ? add_orders(q, d, l, &e) : error_memory(&e);
	sim_count_orders(q, d->leg_count + d->has_working, a);
	x->half = q->fault && q->fault->kind == SIM_FAULT_PARTIAL;
	if (!rc)
		rc = begin(q, d, l, &e);
	x->half = false;
	if (rc)
		sim_fail(q, a, &e);
	else
		sim_add_list(q, l, SIM_PLACED_REPORTS, detail, first_trade, &a->body);
}

void sim_post_oco(const struct sim_request *q, struct sim_answer *a)
{
	struct draft d = { .list = { .id = 0 } };
	int side;
	dec qty;

	if (sim_scene_read(q, &d.s, a) && read_side(q, "side", &side, a) && read_quantity(q, "quantity", &qty, a)
		&& read_pair(q, &d, "above", "below", side, qty, a))
		place_list(q, &d, a);
}

static void post_oto(const struct sim_request *q, bool pays, struct sim_answer *a)
{
	struct sim_ticket_shape shape = { .prefix = "pending", .side = -1, .fixed_qty = pays, .types = SIM_ALL_TYPES, .bad_type = -1116 };
	struct draft d = { .list = { .pays = pays }, .leg_count = 1 };

	if (sim_scene_read(q, &d.s, a) && read_working(q, &d, a) && sim_ticket_read(q, &shape, d.s.r, &d.legs[0], a) && sides_pay(&d, d.legs[0].side, a))
		place_list(q, &d, a);
}

static void post_otoco(const struct sim_request *q, bool pays, struct sim_answer *a)
{
	struct draft d = { .list = { .pays = pays } };
	dec qty = 0;
	int side;

	if (sim_scene_read(q, &d.s, a) && read_working(q, &d, a) && read_side(q, "pendingSide", &side, a)
		&& (pays || read_quantity(q, "pendingQuantity", &qty, a)) && sides_pay(&d, side, a)
		&& read_pair(q, &d, "pendingAbove", "pendingBelow", side, qty, a))
		place_list(q, &d, a);
}

void sim_post_oto(const struct sim_request *q, struct sim_answer *a)
{
	post_oto(q, false, a);
}

void sim_post_opo(const struct sim_request *q, struct sim_answer *a)
{
	post_oto(q, true, a);
}

void sim_post_otoco(const struct sim_request *q, struct sim_answer *a)
{
	post_otoco(q, false, a);
}

void sim_post_opoco(const struct sim_request *q, struct sim_answer *a)
{
	post_otoco(q, true, a);
}
