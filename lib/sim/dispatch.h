#ifndef CT_SIM_DISPATCH_H
#define CT_SIM_DISPATCH_H

#include "sim/request.h"

/* What the limits said of a request: 200, or 429 and 418 with the seconds to wait. */
struct sim_verdict {
	int status;
	int64_t retry_after_s;
};

/* NULL: this exchange has no such route; *known_path tells whether another method has one there. */
const struct sim_route *sim_route_find(const struct sim_state *s, const char *method, const char *path, bool *known_path);

/* Fills an answer that was set to 200. q->fault, if any, strikes. Hang, delay, cut and reset are the server's to do. */
void sim_dispatch(struct sim_request *q, const struct sim_route *route, const struct sim_verdict *verdict, struct sim_answer *a);

#endif
