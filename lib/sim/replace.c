/* An order is cancelled and another one placed in one request. */
#include <string.h>

#include "sim/trade.h"

enum outcome { NOT_ATTEMPTED, SUCCESS, FAILURE };

static const char *const outcomes[] = { "NOT_ATTEMPTED", "SUCCESS", "FAILURE" };
static const char *const modes[] = { "STOP_ON_FAILURE", "ALLOW_FAILURE", NULL };
static const char *const exceeded_modes[] = { "DO_NOTHING", "CANCEL_ONLY", NULL };

static void cancel(const struct sim_request *q, const char *symbol, struct sim_answer *a)
{
	struct error e = { 0 };
	struct sim_order *o = sim_order_asked(q, symbol, "cancelOrderId", "cancelOrigClientOrderId", true, -2011, "Unknown order sent.", a);
	char id[40];

	if (!o || !sim_cancel_id(q, "cancelNewClientOrderId", o, id, a) || !sim_cancel_allowed(q, o, a))
		return;
	if (sim_cancel(q->state->exchange, o, q->now_ms, &e))
		sim_fail(q, a, &e);
	else
		sim_add_canceled(q, o, id, &a->body);
}

static void add_response(struct buf *b, const char *name, enum outcome how, const struct sim_answer *part)
{
	buf_addf(b, ",\"%s\":", name);
	if (how == NOT_ATTEMPTED)
		buf_adds(b, "null");
	else
		buf_add(b, part->body.data, part->body.len);
}

/* The status and code of both halves, as the exchange has them. */
static void tell(struct sim_answer *a, enum outcome canceled, enum outcome placed, const struct sim_answer *cancel_part, const struct sim_answer *new_part)
{
	bool both = canceled == SUCCESS && placed == SUCCESS, none = canceled != SUCCESS && placed != SUCCESS;

	if (!both) {
		a->status = none ? 400 : 409;
		buf_addf(&a->body, "{\"code\":%d,\"msg\":\"%s\",\"data\":", none ? -2022 : -2021,
			none ? "Order cancel-replace failed." : "Order cancel-replace partially failed.");
	}
	buf_addf(&a->body, "{\"cancelResult\":\"%s\",\"newOrderResult\":\"%s\"", outcomes[canceled], outcomes[placed]);
	add_response(&a->body, "cancelResponse", canceled, cancel_part);
	add_response(&a->body, "newOrderResponse", placed, new_part);
	buf_adds(&a->body, both ? "}" : "}}");
}

struct plan {
	struct sim_scene s;
	struct sim_ticket t;
	enum sim_detail detail;
	int mode, exceeded;
};

static bool read_plan(const struct sim_request *q, struct plan *p, struct sim_answer *a)
{
	static const struct sim_ticket_shape single = { .prefix = "", .side = -1, .types = SIM_ALL_TYPES, .bad_type = -1116 };

	if (!sim_scene_read(q, &p->s, a) || !sim_ticket_read(q, &single, p->s.r, &p->t, a))
		return false;
	if (!sim_param(q, "cancelReplaceMode"))
		return sim_missing("cancelReplaceMode", a);
	if (!sim_choice_read(q, "cancelReplaceMode", modes, -1, -1102, "Mandatory parameter 'cancelReplaceMode' was not sent, was empty/null, or malformed.",
			&p->mode, a)
		|| !sim_choice_read(q, "orderRateLimitExceededMode", exceeded_modes, 0, -1102,
			"Mandatory parameter 'orderRateLimitExceededMode' was not sent, was empty/null, or malformed.", &p->exceeded, a))
		return false;
	if (!sim_param(q, "cancelOrderId") && !sim_param(q, "cancelOrigClientOrderId")) {
		sim_refuse(a, 400, -1102, "Param 'cancelOrigClientOrderId' or 'cancelOrderId' must be sent, but both were empty/null!");
		return false;
	}
	if (!p->s.r->cancel_replace) {
		sim_refuse(a, 400, -2010, "Order cancel-replace is not supported for this symbol.");
		return false;
	}
	p->s.holding.orders -= p->s.holding.orders > 0; /* the one that goes */
	return sim_detail_read(q, p->t.type == SIM_MARKET || p->t.type == SIM_LIMIT ? SIM_FULL : SIM_ACK, &p->detail, a)
		&& sim_rules_allow(&p->s, &p->t, 1, a);
}

static enum outcome place(const struct sim_request *q, const struct plan *p, struct sim_answer *part)
{
	size_t first_trade;
	const struct sim_order *o = sim_place(q, &p->s, &p->t, &first_trade, part);

	if (!o)
		return FAILURE;
	sim_add_placed(q, o, p->detail, first_trade, &part->body);
	return SUCCESS;
}

void sim_post_cancel_replace(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_answer over = { .status = 200, .retry_after_s = -1 }, cancel_part = over, new_part = over;
	enum outcome canceled, placed = NOT_ATTEMPTED;
	struct plan p;
	bool room;

	if (!read_plan(q, &p, a))
		return;
	room = sim_orders_allow(q, 1, &over);
	if (!room && p.exceeded == 0) {
		*a = (struct sim_answer){ .status = over.status, .body = over.body, .type = a->type, .retry_after_s = over.retry_after_s };
		return;
	}
	cancel(q, p.s.r->symbol, &cancel_part);
	canceled = cancel_part.status == 200 ? SUCCESS : FAILURE;
	if (canceled == SUCCESS || p.mode == 1)
		placed = place(q, &p, &new_part);
	tell(a, canceled, placed, &cancel_part, &new_part);
	if (!room && p.mode == 0) {
		a->status = 429;
		a->retry_after_s = over.retry_after_s;
	}
	a->tells_orders = new_part.tells_orders;
	buf_release(&over.body);
	buf_release(&cancel_part.body);
	buf_release(&new_part.body);
}
