#ifndef CT_SIM_LIMITS_H
#define CT_SIM_LIMITS_H

#include <stdint.h>

/*
 * Request weight in fixed windows, aligned to the clock on the wall: clients wait in real time, whatever the exchange's
 * virtual clock does. Over the limit every request is refused with 429 until the window ends; ban_after refusals in
 * one window earn a ban (418), twice as long each time, three days at most.
 */
struct sim_limits {
	int64_t weight_limit, window_ms; /* configuration */
	int64_t ban_after, ban_ms;
	int64_t orders_10s, orders_1d; /* of an account, as exchangeInfo tells them; 0: as captured */
	int64_t window, used, refused, most_used; /* state */
	int64_t banned_until_ms, bans;
	int64_t calls_window, calls; /* of the routes with a limit of their own */
};

#define SIM_BAN_MAX_MS (3 * MS_DAY)
#define SIM_OWN_CALLS 500 /* in SIM_OWN_WINDOW_MS */
#define SIM_OWN_WINDOW_MS (5 * MS_MINUTE)

void sim_limits_reset(struct sim_limits *l);

/* Books a request of this weight at wall time: 200, or 429 or 418 with the seconds to wait in *retry_after_s. */
int sim_limits_charge(struct sim_limits *l, int64_t weight, int64_t wall_ms, int64_t *retry_after_s);
/* The same of a route that has a limit of its own and weighs nothing: 200 or 429, and 418 during a ban. */
int sim_limits_charge_call(struct sim_limits *l, int64_t wall_ms, int64_t *retry_after_s);

#endif
