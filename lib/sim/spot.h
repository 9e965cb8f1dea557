#ifndef CT_SIM_SPOT_H
#define CT_SIM_SPOT_H

#include "sim/klines.h"
#include "sim/request.h"

/* Handlers of the public part of /api/v3. */
void sim_get_klines(const struct sim_request *q, struct sim_answer *a);

/* That futures have, too. */
void sim_get_ping(const struct sim_request *q, struct sim_answer *a);
void sim_get_time(const struct sim_request *q, struct sim_answer *a);
bool sim_param_interval(const struct sim_request *q, enum interval *interval, struct sim_answer *a);
/* The candles of a pair, spoilt by a fault that is about candles. */
void sim_answer_klines(const struct sim_request *q, const char *symbol, enum interval interval, const struct sim_window *w, struct sim_answer *a);

#endif
