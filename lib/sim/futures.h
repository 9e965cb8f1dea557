#ifndef CT_SIM_FUTURES_H
#define CT_SIM_FUTURES_H

#include "sim/request.h"

/* Handlers of the public part of /fapi/v1. Every pair that is paid in USDT or USDC has a perpetual future on the same candles. */
void sim_get_um_info(const struct sim_request *q, struct sim_answer *a);
void sim_get_um_klines(const struct sim_request *q, struct sim_answer *a);
int64_t sim_weigh_um_klines(const struct sim_request *q); /* more, the more rows are asked for */
void sim_get_funding(const struct sim_request *q, struct sim_answer *a);
void sim_get_premium(const struct sim_request *q, struct sim_answer *a);

#endif
