/* How orders end, with those of their list, and how the pending ones come to the book. */
#include <string.h>

#include "sim/exchange.h"

/* The coins of an OPO list that no order uses come free. */
static void free_received(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, const struct sim_order *o)
{
	struct sim_balance *b = l->received ? sim_balance(&x->accounts.rows[o->owner], r->base) : NULL;

	if (!b)
		return;
	b->locked -= l->received;
	b->free += l->received;
	l->received = 0;
}

static bool done(const struct sim_exchange *x, const struct sim_list *l)
{
	const int64_t ids[] = { l->working, l->stop, l->profit };

	for (int i = 0; i < 3; i++) {
		const struct sim_order *o = sim_order_of(&x->orders, ids[i]);

		if (o && sim_order_is_open(o))
			return false;
	}
	return true;
}

void sim_list_close(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, const struct sim_order *o, int64_t t_ms)
{
	if (l->status == SIM_LIST_ALL_DONE || !done(x, l))
		return;
	l->status = SIM_LIST_ALL_DONE;
	l->update_ms = t_ms;
	free_received(x, l, r, o);
}

/* One order and nothing else. */
static enum err end_alone(struct sim_exchange *x, struct sim_order *o, enum sim_status status, enum sim_expiry why, int64_t t_ms, struct error *e)
{
	const struct sim_rules *r;
	struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	enum err rc = sim_exchange_rules(x, o->symbol, &r, e);

	if (rc)
		return rc;
	o->status = (int)status;
	o->expiry = (int)why;
	o->update_ms = t_ms;
	sim_release(x, o, r, o->locked);
	sim_orders_close(&x->orders, o);
	if (l)
		sim_list_close(x, l, r, o, t_ms);
	return OK;
}

/* The pending orders of a list, or what is open of its pair. */
static enum err end_pending(struct sim_exchange *x, const struct sim_list *l, enum sim_status status, enum sim_expiry why, int64_t t_ms, struct error *e)
{
	const int64_t ids[] = { l->stop, l->profit };
	enum err rc = OK;

	for (int i = 0; !rc && i < 2; i++) {
		struct sim_order *o = sim_order_of(&x->orders, ids[i]);

		if (o && sim_order_is_open(o))
			rc = end_alone(x, o, status, why, t_ms, e);
	}
	return rc;
}

enum err sim_end(struct sim_exchange *x, struct sim_order *o, enum sim_status status, enum sim_expiry why, int64_t t_ms, struct error *e)
{
	const struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	enum err rc = end_alone(x, o, status, why, t_ms, e);

	if (rc || !l)
		return rc;
	return end_pending(x, l, SIM_EXPIRED, l->working == o->id ? SIM_EXPIRY_OTO_PHASE_ONE : SIM_EXPIRY_OCO_TRIGGER, t_ms, e);
}

enum err sim_cancel(struct sim_exchange *x, struct sim_order *o, int64_t t_ms, struct error *e)
{
	const struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	struct sim_order *working = l ? sim_order_of(&x->orders, l->working) : NULL;
	enum err rc = OK;

	if (!l)
		return end_alone(x, o, SIM_CANCELED, SIM_EXPIRY_NONE, t_ms, e);
	if (working && sim_order_is_open(working))
		rc = end_alone(x, working, SIM_CANCELED, SIM_EXPIRY_NONE, t_ms, e);
	return rc ? rc : end_pending(x, l, SIM_CANCELED, SIM_EXPIRY_NONE, t_ms, e);
}

enum err sim_claim(struct sim_exchange *x, struct sim_order *o, int64_t t_ms, struct error *e)
{
	const struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	struct sim_order *other;

	if (!l || o->id == l->working || !l->stop || !l->profit)
		return OK;
	other = sim_order_of(&x->orders, o->id == l->stop ? l->profit : l->stop);
	if (!sim_order_is_open(other))
		return OK;
	o->locked += other->locked;
	other->locked = 0;
	return end_alone(x, other, SIM_EXPIRED, SIM_EXPIRY_OCO_TRIGGER, t_ms, e);
}

/* The quantity of the pending orders of an OPO list; what they cannot use comes free. False: too little for an order. */
static bool size_pending(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, struct sim_order *stop, struct sim_order *profit)
{
	struct sim_order *first = stop ? stop : profit;
	bool market = (stop && stop->type == SIM_STOP_LOSS) || (profit && (profit->type == SIM_TAKE_PROFIT || profit->type == SIM_MARKET));
	dec qty = sim_lot(r, l->received, market);

	free_received(x, l, r, first);
	if (stop)
		stop->qty = qty;
	if (profit)
		profit->qty = qty;
	return qty > 0;
}

/* What the orders of a pair, or a single one, keep locked: once for both. */
static bool lock_pending(struct sim_exchange *x, const struct sim_rules *r, struct sim_order *stop, struct sim_order *profit)
{
	const struct sim_order *both[] = { stop, profit };
	struct sim_order *first = stop ? stop : profit;
	bool bad = false;
	dec most = 0;

	for (int i = 0; i < 2; i++)
		if (both[i])
			most = dec_max(most, sim_needed(both[i], both[i]->qty, dec_max(both[i]->price, both[i]->stop_price), &bad));
	return !bad && sim_lock(x, first, r, most);
}

static bool filters_pass(const struct sim_rules *r, const struct sim_order *o, const struct sim_quote *q)
{
	struct sim_ticket t = {
		.side = o->side, .type = o->type, .qty = o->qty, .price = o->price, .stop_price = o->stop_price, .trailing_delta = o->trailing_delta,
	};
	struct sim_holding nothing = { .reference = q->last };

	return !sim_filter(r, &t, &nothing, 1);
}

/* Why a pending order cannot come to the book as it is. In a bar's path nobody knows where the price stands. */
static bool refused(const struct sim_exchange *x, const struct sim_rules *r, const struct sim_order *o, const struct sim_quote *q, bool in_path)
{
	if (!filters_pass(r, o, q))
		return true;
	return !in_path && (sim_triggers(o, q) || (o->type == SIM_LIMIT_MAKER && sim_crosses(x, o, q)));
}

static void come_to_book(struct sim_order *o, const struct sim_quote *q, int64_t t_ms)
{
	o->status = SIM_NEW;
	o->update_ms = t_ms;
	if (!sim_order_is_conditional(o))
		o->working_ms = t_ms;
	if (o->trailing_delta != INT_NONE && o->stop_price == 0) {
		o->trailing_ms = t_ms;
		o->extreme = q->last;
	}
}

enum err sim_list_wake(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, const struct sim_quote *q, bool in_path, int64_t t_ms,
	bool *awake, struct error *e)
{
	struct sim_order *stop = sim_order_of(&x->orders, l->stop), *profit = sim_order_of(&x->orders, l->profit), *one = stop ? stop : profit;
	bool good;

	*awake = false;
	if (!one || one->status != SIM_PENDING_NEW)
		return OK;
	good = (!l->pays || size_pending(x, l, r, stop, profit)) && lock_pending(x, r, stop, profit);
	good = good && !(stop && refused(x, r, stop, q, in_path)) && !(profit && refused(x, r, profit, q, in_path));
	if (!good)
		return end_pending(x, l, SIM_EXPIRED, SIM_EXPIRY_REJECTED, t_ms, e);
	if (stop)
		come_to_book(stop, q, t_ms);
	if (profit)
		come_to_book(profit, q, t_ms);
	l->update_ms = t_ms;
	*awake = true;
	return OK;
}
