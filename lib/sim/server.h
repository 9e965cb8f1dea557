#ifndef CT_SIM_SERVER_H
#define CT_SIM_SERVER_H

#include "sim/request.h"
#include "sim/sim.h"

/* The exchange over HTTP, on loopback. Private to lib/sim. */
struct MHD_Daemon;
struct exchange;

struct sim {
	struct sim_state state;
	struct MHD_Daemon *daemon;
	struct exchange *waiting; /* suspended connections */
	int port;
};

#define SIM_WAIT_MS 200 /* between two looks at stopping() */

/* Port 0: a free one, in s->port. ERR_UNAVAILABLE. */
enum err sim_listen(struct sim *s, int port, struct error *e);
/* Wakes the connections whose time has come, or all; returns how long until the next one's. */
int64_t sim_resume_due(struct sim *s, int64_t now_ms, bool all);

#endif
