#include "sim/clock.h"

#include "core/utc.h"

void sim_clock_init(struct sim_clock *c, int64_t t_ms, double speed)
{
	*c = (struct sim_clock){ .anchor_ms = t_ms, .anchor_wall_ms = utc_now_ms(), .speed = speed };
}

int64_t sim_clock_now(const struct sim_clock *c)
{
	int64_t elapsed = utc_now_ms() - c->anchor_wall_ms;

	return c->anchor_ms + (int64_t)((double)elapsed * c->speed);
}

void sim_clock_set(struct sim_clock *c, int64_t t_ms)
{
	sim_clock_init(c, t_ms, c->speed);
}
