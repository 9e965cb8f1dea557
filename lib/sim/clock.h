#ifndef CT_SIM_CLOCK_H
#define CT_SIM_CLOCK_H

#include <stdint.h>

/*
 * The exchange's time: anchor_ms at the wall's anchor_wall_ms, then `speed` times as fast as the wall's; 0 stands still until
 * it is moved.
 */
struct sim_clock {
	int64_t anchor_ms, anchor_wall_ms;
	double speed;
};

void sim_clock_init(struct sim_clock *c, int64_t t_ms, double speed);
int64_t sim_clock_now(const struct sim_clock *c);
/* It goes on from t_ms, at the same speed. */
void sim_clock_set(struct sim_clock *c, int64_t t_ms);

#endif
