/* Orders are placed and cancelled. */
#include "sim/trade.h"

#include <string.h>

size_t sim_owner(const struct sim_request *q)
{
	return (size_t)(q->account - q->state->exchange->accounts.rows);
}

bool sim_detail_read(const struct sim_request *q, enum sim_detail fallback, enum sim_detail *detail, struct sim_answer *a)
{
	int v;

	if (!sim_choice_read(q, "newOrderRespType", sim_detail_names, (int)fallback, -1102,
			"Mandatory parameter 'newOrderRespType' was not sent, was empty/null, or malformed.", &v, a))
		return false;
	*detail = (enum sim_detail)v;
	return true;
}

static const struct sim_ticket_shape single = { .prefix = "", .side = -1, .types = SIM_ALL_TYPES, .bad_type = -1116 };

static enum sim_detail usual_detail(const struct sim_ticket *t)
{
	return t->type == SIM_MARKET || t->type == SIM_LIMIT ? SIM_FULL : SIM_ACK;
}

void sim_post_order(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_order *o;
	struct sim_scene s;
	struct sim_ticket t;
	enum sim_detail detail;
	size_t first_trade;

	if (!sim_scene_read(q, &s, a) || !sim_ticket_read(q, &single, s.r, &t, a) || !sim_detail_read(q, usual_detail(&t), &detail, a))
		return;
	o = sim_place(q, &s, &t, &first_trade, a);
	if (o)
		sim_add_placed(q, o, detail, first_trade, &a->body);
}

static void add_rates(const char *before, const char *name, dec maker_bps, dec taker_bps, struct buf *b)
{
	char maker[DEC_TEXT], taker[DEC_TEXT];

	dec_format(maker_bps / 10000, maker);
	dec_format(taker_bps / 10000, taker);
	buf_addf(b, "%s\"%s\":{\"maker\":\"%s\",\"taker\":\"%s\"}", before, name, maker, taker);
}

void sim_post_order_test(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_account *h = q->account;
	struct sim_scene s;
	struct sim_ticket t;
	enum sim_detail detail;
	bool rates;
	dec sided;

	if (!sim_param_flag(q, "computeCommissionRates", false, &rates, a) || !sim_scene_read(q, &s, a) || !sim_ticket_read(q, &single, s.r, &t, a)
		|| !sim_detail_read(q, usual_detail(&t), &detail, a) || !sim_rules_allow(&s, &t, 1, a))
		return;
	buf_addc(&a->body, '{');
	if (rates) {
		sided = t.side == SIDE_BUY ? h->buyer_bps : h->seller_bps;
		add_rates("", "standardCommissionForOrder", h->maker_bps + sided, h->taker_bps + sided, &a->body);
		add_rates(",", "specialCommissionForOrder", 0, 0, &a->body);
		add_rates(",", "taxCommissionForOrder", 0, 0, &a->body);
		sim_add_discount(h, &a->body);
	}
	buf_addc(&a->body, '}');
}

struct sim_order *sim_order_asked(const struct sim_request *q, const char *symbol, const char *id_name, const char *client_name, bool open, int code,
	const char *text, struct sim_answer *a)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	struct sim_order *o = NULL;
	char client_id[40];
	int64_t id;

	if (!sim_param_count(q, id_name, INT_NONE, &id, a) || !sim_client_id_read(q, client_name, client_id, a))
		return NULL;
	if (id == INT_NONE && !client_id[0]) {
		sim_refuse(a, 400, -1102, "Param '%s' or '%s' must be sent, but both were empty/null!", client_name, id_name);
		return NULL;
	}
	if (id != INT_NONE)
		o = sim_order_of(all, id);
	else
		o = sim_order_named(all, sim_owner(q), symbol, client_id, open);
	if (o && (o->owner != sim_owner(q) || strcmp(o->symbol, symbol) != 0 || (open && !sim_order_is_open(o))))
		o = NULL;
	if (!o)
		sim_refuse(a, 400, code, "%s", text);
	else if (client_id[0] && strcmp(o->client_id, client_id) != 0)
		sim_refuse(a, 400, -2039, "Client order ID is not correct for this order ID.");
	else
		return o;
	return NULL;
}

bool sim_cancel_allowed(const struct sim_request *q, const struct sim_order *o, struct sim_answer *a)
{
	static const char *const restrictions[] = { "ONLY_NEW", "ONLY_PARTIALLY_FILLED", NULL };
	int only;

	if (!sim_choice_read(q, "cancelRestrictions", restrictions, -1, -1145,
			"Invalid cancelRestrictions has been sent. It has to be either ONLY_NEW or ONLY_PARTIALLY_FILLED.", &only, a))
		return false;
	if (only < 0 || (only == 0 ? o->status == SIM_NEW : o->status == SIM_PARTIALLY_FILLED))
		return true;
	sim_refuse(a, 400, -2011, "Order was not canceled due to cancel restrictions.");
	return false;
}

bool sim_cancel_id(const struct sim_request *q, const char *name, const struct sim_order *o, char id[40], struct sim_answer *a)
{
	if (!sim_client_id_read(q, name, id, a))
		return false;
	if (!id[0])
		sim_make_id((uint64_t)o->id << 32 | UINT64_C(0xca11), id);
	return true;
}

void sim_delete_order(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct error e = { 0 };
	struct sim_order *o;
	char symbol[SYMBOL_SIZE], id[40];

	if (!sim_param_symbol(q, "symbol", symbol, a))
		return;
	o = sim_order_asked(q, symbol, "orderId", "origClientOrderId", true, -2011, "Unknown order sent.", a);
	if (!o || !sim_cancel_id(q, "newClientOrderId", o, id, a) || !sim_cancel_allowed(q, o, a))
		return;
	if (sim_cancel(x, o, q->now_ms, &e))
		sim_fail(q, a, &e);
	else if (o->list_id > 0)
		sim_add_list(q, sim_list_of(&x->orders, o->list_id), SIM_CANCELED_REPORTS, SIM_RESULT, 0, &a->body);
	else
		sim_add_canceled(q, o, id, &a->body);
}

void sim_delete_open_orders(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct error e = { 0 };
	char symbol[SYMBOL_SIZE], id[40];
	const char *comma = "[";

	if (!sim_param_symbol(q, "symbol", symbol, a))
		return;
	for (size_t i = 0; i < x->orders.open_count;) {
		struct sim_order *o = &x->orders.orders[x->orders.open[i]];

		if (o->owner != sim_owner(q) || strcmp(o->symbol, symbol) != 0) {
			i++;
			continue;
		}
		if (sim_cancel(x, o, q->now_ms, &e)) {
			sim_fail(q, a, &e);
			return;
		}
		buf_adds(&a->body, comma);
		sim_make_id((uint64_t)o->id << 32 | UINT64_C(0xca11), id);
		if (o->list_id > 0)
			sim_add_list(q, sim_list_of(&x->orders, o->list_id), SIM_CANCELED_REPORTS, SIM_RESULT, 0, &a->body);
		else
			sim_add_canceled(q, o, id, &a->body);
		comma = ",";
		i = 0; /* a list takes several with it */
	}
	if (*comma == '[')
		sim_refuse(a, 400, -2011, "Unknown order sent.");
	else
		buf_addc(&a->body, ']');
}
