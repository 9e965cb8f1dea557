#ifndef CT_SIM_REPLY_H
#define CT_SIM_REPLY_H

#include "sim/request.h"

/* Orders, lists and trades as the exchange tells them. */

enum sim_detail { SIM_ACK, SIM_RESULT, SIM_FULL };
extern const char *const sim_detail_names[];

void sim_add_amount(struct buf *b, const char *key, dec v); /* `,"key":"1.00000000"` */

/* The answer to its placement; trades from first_trade (an index) on are its fills. */
void sim_add_placed(const struct sim_request *q, const struct sim_order *o, enum sim_detail detail, size_t first_trade, struct buf *b);
/* As GET order tells it. */
void sim_add_order(const struct sim_request *q, const struct sim_order *o, struct buf *b);
/* As a cancel tells it, under the cancel's own id. */
void sim_add_canceled(const struct sim_request *q, const struct sim_order *o, const char *client_id, struct buf *b);
void sim_add_trade(const struct sim_request *q, const struct sim_trade *t, struct buf *b);

/* A list; reports: each order as `detail` tells it, or (canceled) as a cancel does. */
enum sim_reports { SIM_NO_REPORTS, SIM_PLACED_REPORTS, SIM_CANCELED_REPORTS };
void sim_add_list(const struct sim_request *q, const struct sim_list *l, enum sim_reports reports, enum sim_detail detail, size_t first_trade,
	struct buf *b);

/* An id of 22 letters and digits, the same for the same number. */
void sim_make_id(uint64_t number, char id[40]);

#endif
