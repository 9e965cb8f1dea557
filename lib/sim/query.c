/* What the account has: orders and trades. */
#include <string.h>

#include "core/utc.h"
#include "sim/trade.h"

#define LIMIT_MAX 1000

void sim_get_order(const struct sim_request *q, struct sim_answer *a)
{
	char symbol[SYMBOL_SIZE];
	const struct sim_order *o;

	if (!sim_param_symbol(q, "symbol", symbol, a))
		return;
	o = sim_order_asked(q, symbol, "orderId", "origClientOrderId", false, -2013, "Order does not exist.", a);
	if (!o)
		return;
	if (o->filled_qty == 0 && !sim_order_is_open(o) && q->now_ms - o->update_ms > 90 * MS_DAY)
		sim_refuse(a, 400, -2026, "Order was canceled or expired with no executed qty over 90 days ago and has been archived.");
	else
		sim_add_order(q, o, &a->body);
}

void sim_get_open_orders(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	char symbol[SYMBOL_SIZE] = "";
	const char *comma = "";

	if (sim_param(q, "symbol") && !sim_param_symbol(q, "symbol", symbol, a))
		return;
	buf_addc(&a->body, '[');
	for (size_t i = 0; i < all->open_count; i++) {
		const struct sim_order *o = &all->orders[all->open[i]];

		if (o->owner != sim_owner(q) || (symbol[0] && strcmp(o->symbol, symbol) != 0))
			continue;
		buf_adds(&a->body, comma);
		sim_add_order(q, o, &a->body);
		comma = ",";
	}
	buf_addc(&a->body, ']');
}

bool sim_span_read(const struct sim_request *q, int64_t span_ms, struct sim_span *s, struct sim_answer *a)
{
	if (!sim_param_time(q, "startTime", &s->start_ms, a) || !sim_param_time(q, "endTime", &s->end_ms, a)
		|| !sim_param_count(q, "limit", 500, &s->limit, a))
		return false;
	if (s->limit == 0) {
		sim_refuse(a, 400, -1130, "Data sent for parameter 'limit' is not valid.");
		return false;
	}
	if (s->limit > LIMIT_MAX)
		s->limit = LIMIT_MAX;
	if (span_ms && s->start_ms != TIME_NONE && s->end_ms != TIME_NONE && s->end_ms - s->start_ms > span_ms) {
		sim_refuse(a, 400, -1127, "More than 24 hours between startTime and endTime.");
		return false;
	}
	return true;
}

/* Inside the span and not before an id; the newest `limit` unless a start is given, in ascending order. */
struct wanted {
	struct sim_span span;
	int64_t from_id; /* INT_NONE: any */
};

static bool inside(const struct wanted *w, int64_t id, int64_t t_ms)
{
	return (w->from_id == INT_NONE || id >= w->from_id) && (w->span.start_ms == TIME_NONE || t_ms >= w->span.start_ms)
		&& (w->span.end_ms == TIME_NONE || t_ms <= w->span.end_ms);
}

/* Of `found` rows the first that is told. */
static size_t skipped(const struct wanted *w, size_t found)
{
	bool oldest = w->span.start_ms != TIME_NONE || w->from_id != INT_NONE;

	return oldest || found <= (size_t)w->span.limit ? 0 : found - (size_t)w->span.limit;
}

static bool is_asked_order(const struct sim_request *q, const char *symbol, const struct wanted *w, const struct sim_order *o)
{
	return o->owner == sim_owner(q) && strcmp(o->symbol, symbol) == 0 && inside(w, o->id, o->time_ms);
}

void sim_get_all_orders(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	char symbol[SYMBOL_SIZE];
	struct wanted w;
	size_t found = 0, first, told = 0;

	if (!sim_param_symbol(q, "symbol", symbol, a) || !sim_span_read(q, MS_DAY, &w.span, a) || !sim_param_count(q, "orderId", INT_NONE, &w.from_id, a))
		return;
	for (size_t i = 0; i < all->order_count; i++)
		found += is_asked_order(q, symbol, &w, &all->orders[i]);
	first = skipped(&w, found);
	found = 0;
	buf_addc(&a->body, '[');
	for (size_t i = 0; i < all->order_count && told < (size_t)w.span.limit; i++) {
		if (!is_asked_order(q, symbol, &w, &all->orders[i]) || found++ < first)
			continue;
		buf_adds(&a->body, told++ ? "," : "");
		sim_add_order(q, &all->orders[i], &a->body);
	}
	buf_addc(&a->body, ']');
}

static bool is_asked_trade(const struct sim_request *q, const char *symbol, const struct wanted *w, int64_t order_id, const struct sim_trade *t)
{
	return strcmp(t->account, q->account->name) == 0 && strcmp(t->symbol, symbol) == 0 && inside(w, t->id, t->time_ms)
		&& (order_id == INT_NONE || t->order_id == order_id);
}

void sim_get_my_trades(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	char symbol[SYMBOL_SIZE];
	struct wanted w;
	int64_t order_id;
	size_t found = 0, first, told = 0;

	if (!sim_param_symbol(q, "symbol", symbol, a) || !sim_span_read(q, MS_DAY, &w.span, a) || !sim_param_count(q, "fromId", INT_NONE, &w.from_id, a)
		|| !sim_param_count(q, "orderId", INT_NONE, &order_id, a))
		return;
	if ((w.from_id != INT_NONE || order_id != INT_NONE) && (w.span.start_ms != TIME_NONE || w.span.end_ms != TIME_NONE)) {
		sim_refuse(a, 400, -1128, "Combination of optional parameters invalid.");
		return;
	}
	for (size_t i = 0; i < all->trade_count; i++)
		found += is_asked_trade(q, symbol, &w, order_id, &all->trades[i]);
	first = skipped(&w, found);
	found = 0;
	buf_addc(&a->body, '[');
	for (size_t i = 0; i < all->trade_count && told < (size_t)w.span.limit; i++) {
		if (!is_asked_trade(q, symbol, &w, order_id, &all->trades[i]) || found++ < first)
			continue;
		buf_adds(&a->body, told++ ? "," : "");
		sim_add_trade(q, &all->trades[i], &a->body);
	}
	buf_addc(&a->body, ']');
}
