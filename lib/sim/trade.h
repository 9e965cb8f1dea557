#ifndef CT_SIM_TRADE_H
#define CT_SIM_TRADE_H

#include "sim/place.h"
#include "sim/reply.h"

/* Handlers of the signed routes. */
void sim_post_order(const struct sim_request *q, struct sim_answer *a);
void sim_post_order_test(const struct sim_request *q, struct sim_answer *a);
void sim_delete_order(const struct sim_request *q, struct sim_answer *a);
void sim_delete_open_orders(const struct sim_request *q, struct sim_answer *a);
void sim_post_cancel_replace(const struct sim_request *q, struct sim_answer *a);
void sim_put_amend(const struct sim_request *q, struct sim_answer *a);
void sim_get_order(const struct sim_request *q, struct sim_answer *a);
void sim_get_open_orders(const struct sim_request *q, struct sim_answer *a);
void sim_get_all_orders(const struct sim_request *q, struct sim_answer *a);
void sim_get_my_trades(const struct sim_request *q, struct sim_answer *a);
void sim_get_account(const struct sim_request *q, struct sim_answer *a);
void sim_get_commission(const struct sim_request *q, struct sim_answer *a);
void sim_get_trade_fee(const struct sim_request *q, struct sim_answer *a);
void sim_get_restrictions(const struct sim_request *q, struct sim_answer *a);
void sim_get_order_limits(const struct sim_request *q, struct sim_answer *a);
void sim_post_oco(const struct sim_request *q, struct sim_answer *a);
void sim_post_oto(const struct sim_request *q, struct sim_answer *a);
void sim_post_otoco(const struct sim_request *q, struct sim_answer *a);
void sim_post_opo(const struct sim_request *q, struct sim_answer *a);
void sim_post_opoco(const struct sim_request *q, struct sim_answer *a);
void sim_delete_list(const struct sim_request *q, struct sim_answer *a);
void sim_get_list(const struct sim_request *q, struct sim_answer *a);
void sim_get_all_lists(const struct sim_request *q, struct sim_answer *a);
void sim_get_open_lists(const struct sim_request *q, struct sim_answer *a);

/* Shared by them. */
void sim_add_discount(const struct sim_account *h, struct buf *b); /* `,"discount":{…}` */
size_t sim_owner(const struct sim_request *q);
/* newOrderRespType; false: refused. */
bool sim_detail_read(const struct sim_request *q, enum sim_detail fallback, enum sim_detail *detail, struct sim_answer *a);
/* By id or client id, whose names are given. NULL: refused with code and text. open: only open ones are found. */
struct sim_order *sim_order_asked(const struct sim_request *q, const char *symbol, const char *id_name, const char *client_name, bool open, int code,
	const char *text, struct sim_answer *a);
/* cancelRestrictions and the order's state; false: refused. */
bool sim_cancel_allowed(const struct sim_request *q, const struct sim_order *o, struct sim_answer *a);
/* The cancel's own id: as sent under that name, or made. */
bool sim_cancel_id(const struct sim_request *q, const char *name, const struct sim_order *o, char id[40], struct sim_answer *a);

/* startTime, endTime and limit of a list. span_ms: the longest time between the two; 0: any. */
struct sim_span {
	int64_t start_ms, end_ms, limit;
};

bool sim_span_read(const struct sim_request *q, int64_t span_ms, struct sim_span *s, struct sim_answer *a);

#endif
