#ifndef CT_SIM_PAIRS_H
#define CT_SIM_PAIRS_H

#include "sim/request.h"

/* Handlers of exchangeInfo, ticker/price, ticker/bookTicker, ticker/24hr, depth and avgPrice. */
void sim_get_exchange_info(const struct sim_request *q, struct sim_answer *a);
void sim_get_price(const struct sim_request *q, struct sim_answer *a);
void sim_get_book(const struct sim_request *q, struct sim_answer *a);
void sim_get_day(const struct sim_request *q, struct sim_answer *a);
int64_t sim_weigh_day(const struct sim_request *q); /* more, the more pairs */
void sim_get_depth(const struct sim_request *q, struct sim_answer *a);
int64_t sim_weigh_depth(const struct sim_request *q); /* more, the deeper it is */
void sim_get_average(const struct sim_request *q, struct sim_answer *a);

#endif
