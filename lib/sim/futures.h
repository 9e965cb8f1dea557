#ifndef CT_SIM_FUTURES_H
#define CT_SIM_FUTURES_H

#include "sim/klines.h"
#include "sim/request.h"

/* Handlers of the public part of /fapi/v1. Every pair that is paid in USDT or USDC has a perpetual future on the same candles. */
void sim_get_um_info(const struct sim_request *q, struct sim_answer *a);
void sim_get_um_klines(const struct sim_request *q, struct sim_answer *a);
int64_t sim_weigh_um_klines(const struct sim_request *q); /* more, the more rows are asked for */
void sim_get_funding(const struct sim_request *q, struct sim_answer *a);
void sim_get_premium(const struct sim_request *q, struct sim_answer *a);

/* Shared with spot. */
void sim_get_ping(const struct sim_request *q, struct sim_answer *a);
void sim_get_time(const struct sim_request *q, struct sim_answer *a);
bool sim_param_interval(const struct sim_request *q, enum interval *interval, struct sim_answer *a);
/* The candles of a pair, spoilt by a fault that is about candles. */
void sim_answer_klines(const struct sim_request *q, const char *symbol, enum interval interval, const struct sim_window *w, struct sim_answer *a);

#endif
