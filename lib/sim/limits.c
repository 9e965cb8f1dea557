#include "sim/limits.h"

#include "core/utc.h"

void sim_limits_reset(struct sim_limits *l)
{
	*l = (struct sim_limits){ .weight_limit = l->weight_limit, .window_ms = l->window_ms, .ban_after = l->ban_after, .ban_ms = l->ban_ms,
		.orders_10s = l->orders_10s, .orders_1d = l->orders_1d };
}

static int64_t seconds_until(int64_t t_ms, int64_t wall_ms)
{
	return (t_ms - wall_ms + MS_SECOND - 1) / MS_SECOND;
}

static int64_t ban_length(const struct sim_limits *l)
{
	int64_t ms = l->ban_ms;

	for (int64_t i = 0; i < l->bans && ms < SIM_BAN_MAX_MS; i++)
		ms *= 2;
	return ms < SIM_BAN_MAX_MS ? ms : SIM_BAN_MAX_MS;
}

int sim_limits_charge(struct sim_limits *l, int64_t weight, int64_t wall_ms, int64_t *retry_after_s)
{
	int64_t window = wall_ms / l->window_ms;

	if (window != l->window) {
		l->window = window;
		l->used = l->refused = 0;
	}
	l->used += weight;
	if (l->used > l->most_used)
		l->most_used = l->used;
	if (wall_ms < l->banned_until_ms) {
		*retry_after_s = seconds_until(l->banned_until_ms, wall_ms);
		return 418;
	}
	if (l->used <= l->weight_limit)
		return 200;
	if (l->refused++ >= l->ban_after) {
		l->banned_until_ms = wall_ms + ban_length(l);
		l->bans++;
		*retry_after_s = seconds_until(l->banned_until_ms, wall_ms);
		return 418;
	}
	*retry_after_s = seconds_until((window + 1) * l->window_ms, wall_ms);
	return 429;
}

int sim_limits_charge_call(struct sim_limits *l, int64_t wall_ms, int64_t *retry_after_s)
{
	int64_t window = wall_ms / SIM_OWN_WINDOW_MS;

	if (window != l->calls_window) {
		l->calls_window = window;
		l->calls = 0;
	}
	if (wall_ms < l->banned_until_ms) {
		*retry_after_s = seconds_until(l->banned_until_ms, wall_ms);
		return 418;
	}
	if (l->calls++ < SIM_OWN_CALLS)
		return 200;
	*retry_after_s = seconds_until((window + 1) * SIM_OWN_WINDOW_MS, wall_ms);
	return 429;
}
