#ifndef CT_SIM_TICKET_H
#define CT_SIM_TICKET_H

#include "sim/request.h"

/*
 * Reads an order's parameters and checks what can be told without the market: what its type needs and does not allow,
 * characters, precision. prefix "" for a single order; "working", "pendingAbove" ... for one of a list, whose symbol, side,
 * quantity (fixed: by the list) come from elsewhere. False: refused in *a.
 */
struct sim_ticket_shape {
	const char *prefix;
	int side;           /* -1: read it */
	bool fixed_qty;     /* the quantity is not read, and not needed */
	unsigned types;     /* bits of those that may be; others are code -1158 or -1116 */
	int bad_type;       /* that code */
};

#define SIM_ALL_TYPES 0x7fU

bool sim_ticket_read(const struct sim_request *q, const struct sim_ticket_shape *shape, const struct sim_rules *r, struct sim_ticket *t,
	struct sim_answer *a);

/* A client's id of up to 36 characters; "" when it was not sent. */
bool sim_client_id_read(const struct sim_request *q, const char *name, char id[40], struct sim_answer *a);
bool sim_amount_read(const struct sim_request *q, const char *name, dec *v, struct sim_answer *a); /* 0: not sent */
/* One of the names; `fallback` when it was not sent. Else refused with this code and text. */
bool sim_choice_read(const struct sim_request *q, const char *name, const char *const *names, int fallback, int code, const char *text, int *v,
	struct sim_answer *a);

#endif
