/* What time it is at the exchange, by the last measurement. */
#include <stdlib.h>
#include <time.h>

#include "core/utc.h"
#include "venue/broker_dialect.h"

#define KEEP_MS (10 * MS_MINUTE)
#define JUMP_MS 250 /* of this machine's clock against its own monotonic one */

/* It goes on while the machine sleeps. */
int64_t clock_boot_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

int64_t clock_machine_now(const struct broker *b)
{
	return b->config.now_ms == TIME_NONE ? utc_now_ms() : b->config.now_ms;
}

int64_t clock_server_now(const struct broker *b)
{
	return b->mark.server_ms + (b->config.now_ms == TIME_NONE ? clock_boot_now() - b->mark.boot_ms : 0);
}

bool clock_is_stale(const struct clock_mark *m)
{
	int64_t age = clock_boot_now() - m->boot_ms, by_wall = utc_now_ms() - m->wall_ms;

	return !m->known || age > KEEP_MS || llabs(by_wall - age) > JUMP_MS;
}
