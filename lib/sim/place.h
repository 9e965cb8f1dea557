#ifndef CT_SIM_PLACE_H
#define CT_SIM_PLACE_H

#include "sim/ticket.h"

/* What stands between a well-formed ticket and the book. Each returns false after it has refused the request in *a. */

/* The pair, its quote and what the account has there; read once a request. */
struct sim_scene {
	const struct sim_rules *r;
	struct sim_quote quote;
	struct sim_holding holding;
};

/* The request's `symbol`, listed; bars up to now have happened. */
bool sim_scene_read(const struct sim_request *q, struct sim_scene *s, struct sim_answer *a);

/* What may not be ordered here at all, and the filters; more: orders that come together. */
bool sim_rules_allow(const struct sim_scene *s, const struct sim_ticket *t, int64_t more, struct sim_answer *a);

/* Room in the account's count of unfilled orders. It is counted by sim_count_orders, once they are accepted. */
bool sim_orders_allow(const struct sim_request *q, int64_t more, struct sim_answer *a);
void sim_count_orders(const struct sim_request *q, int64_t more, struct sim_answer *a);

/* The matching engine's own objections: closed market, twin id, stop price, money. needs_money: it is locked for this one. */
bool sim_engine_allows(const struct sim_request *q, const struct sim_scene *s, const struct sim_ticket *t, bool needs_money, struct sim_answer *a);

/* The order a ticket makes, not yet in the book. */
struct sim_order sim_order_made(const struct sim_request *q, const struct sim_scene *s, const struct sim_ticket *t);

/* A single order, placed and matched; NULL: refused in *a, or failed. *first_trade: the index its trades begin at. */
struct sim_order *sim_place(const struct sim_request *q, const struct sim_scene *s, const struct sim_ticket *t, size_t *first_trade, struct sim_answer *a);

/* What it keeps locked until it is filled. */
dec sim_money_for(const struct sim_exchange *x, const struct sim_scene *s, const struct sim_order *o);

#endif
