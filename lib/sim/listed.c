/* Order lists are cancelled and told. */
#include <string.h>

#include "core/utc.h"
#include "sim/trade.h"

/* By orderListId or the client's id. NULL: refused with code and text. */
static struct sim_list *list_asked(const struct sim_request *q, const char *symbol, const char *client_name, bool open, int code, const char *text,
	struct sim_answer *a)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	struct sim_list *l;
	char client_id[40];
	int64_t id;

	if (!sim_param_count(q, "orderListId", INT_NONE, &id, a) || !sim_client_id_read(q, client_name, client_id, a))
		return NULL;
	if (id == INT_NONE && !client_id[0]) {
		sim_refuse(a, 400, -1102, "Param '%s' or 'orderListId' must be sent, but both were empty/null!", client_name);
		return NULL;
	}
	l = id != INT_NONE ? sim_list_of(all, id) : sim_list_named(all, q->account->name, symbol, client_id, open);
	if (l && strcmp(l->account, q->account->name) == 0 && (!symbol || strcmp(l->symbol, symbol) == 0)
		&& (!open || l->status == SIM_LIST_EXEC_STARTED) && (!client_id[0] || strcmp(l->client_id, client_id) == 0))
		return l;
	sim_refuse(a, 400, code, "%s", text);
	return NULL;
}

void sim_delete_list(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	char symbol[SYMBOL_SIZE], id[40];
	struct error e = { 0 };
	struct sim_list *l;
	struct sim_order *any;

	if (!sim_param_symbol(q, "symbol", symbol, a) || !sim_client_id_read(q, "newClientOrderId", id, a))
		return;
	l = list_asked(q, symbol, "listClientOrderId", true, -2011, "Unknown order sent.", a);
	if (!l)
		return;
	any = sim_order_of(&x->orders, l->working ? l->working : l->stop);
	if (sim_cancel(x, any, q->now_ms, &e))
		sim_fail(q, a, &e);
	else
		sim_add_list(q, l, SIM_CANCELED_REPORTS, SIM_RESULT, 0, &a->body);
}

void sim_get_list(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_list *l = list_asked(q, NULL, "origClientOrderId", false, -2018, "Order list does not exist.", a);

	if (l)
		sim_add_list(q, l, SIM_NO_REPORTS, SIM_RESULT, 0, &a->body);
}

static void add_lists(const struct sim_request *q, const struct sim_span *s, int64_t from_id, bool open, struct sim_answer *a)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	int64_t told = 0;

	buf_addc(&a->body, '[');
	for (size_t i = 0; i < all->list_count && told < s->limit; i++) {
		const struct sim_list *l = &all->lists[i];

		if (strcmp(l->account, q->account->name) != 0 || (open && l->status != SIM_LIST_EXEC_STARTED) || (from_id != INT_NONE && l->id < from_id)
			|| (s->start_ms != TIME_NONE && l->time_ms < s->start_ms) || (s->end_ms != TIME_NONE && l->time_ms > s->end_ms))
			continue;
		buf_adds(&a->body, told++ ? "," : "");
		sim_add_list(q, l, SIM_NO_REPORTS, SIM_RESULT, 0, &a->body);
	}
	buf_addc(&a->body, ']');
}

void sim_get_all_lists(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_span s;
	int64_t from_id;

	if (!sim_span_read(q, MS_DAY, &s, a) || !sim_param_count(q, "fromId", INT_NONE, &from_id, a))
		return;
	if (from_id != INT_NONE && (s.start_ms != TIME_NONE || s.end_ms != TIME_NONE))
		sim_refuse(a, 400, -1128, "Combination of optional parameters invalid.");
	else
		add_lists(q, &s, from_id, false, a);
}

void sim_get_open_lists(const struct sim_request *q, struct sim_answer *a)
{
	add_lists(q, &(struct sim_span){ TIME_NONE, TIME_NONE, INT64_MAX }, INT_NONE, true, a);
}
