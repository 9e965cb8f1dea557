#include <stdlib.h>
#include <time.h>

#include "core/utc.h"
#include "venue/broker_dialect.h"
#include "venue/fate.h"

#define KEEP_MS (10 * MS_MINUTE)
#define JUMP_MS 250        /* of this machine's clock against its own monotonic one */
#define ROUND_TRIP_MS 1000 /* longer: measured again */
#define MEASURES 3

static int64_t clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

int64_t clock_machine_now(const struct broker *b)
{
	return b->config.now_ms == TIME_NONE ? utc_now_ms() : b->config.now_ms;
}

/* CLOCK_BOOTTIME goes on while the machine sleeps. */
int64_t clock_server_now(const struct broker *b)
{
	return b->mark.server_ms + (b->config.now_ms == TIME_NONE ? clock_ms(CLOCK_BOOTTIME) - b->mark.boot_ms : 0);
}

static bool is_stale(const struct clock_mark *m)
{
	int64_t age = clock_ms(CLOCK_BOOTTIME) - m->boot_ms, by_wall = utc_now_ms() - m->wall_ms;

	return !m->known || age > KEEP_MS || llabs(by_wall - age) > JUMP_MS;
}

/* One question, between two looks at the clocks. The request that may be being built is left alone. */
static enum fate measure(struct broker *b, struct clock_mark *mark, struct reply *r)
{
	struct buf waiting = b->query;
	int64_t before = clock_ms(CLOCK_BOOTTIME), after, server_ms;
	struct error e = { 0 };
	enum fate fate;
	enum err rc;

	b->query = (struct buf){ 0 };
	fate = broker_carry(b, &b->dialect->time, true, r);
	b->query = waiting;
	if (fate != FATE_DONE)
		return fate;
	after = clock_ms(CLOCK_BOOTTIME);
	if (r->received_ms >= r->sent_ms && r->received_ms - r->sent_ms < after - before)
		before = after - (r->received_ms - r->sent_ms); /* without the wait for the budget, and earlier tries */
	rc = b->dialect->time_read(b->answer.data ? b->answer.data : "", b->answer.len, &server_ms, &e);
	fate = broker_read(b, rc, &e, r);
	if (fate == FATE_DONE && (!mark->known || after - before < mark->round_trip_ms))
		*mark = (struct clock_mark){ true, server_ms, before + (after - before) / 2, utc_now_ms() - (after - before) / 2, after - before };
	return fate;
}

/* Where it cannot be measured, an old mark still serves: the clock it runs on does not jump. */
enum fate clock_refresh(struct broker *b, bool fresh, struct reply *r)
{
	struct clock_mark mark = { 0 };
	enum fate fate = FATE_DONE;

	if (!fresh && !is_stale(&b->mark))
		return FATE_DONE;
	for (int i = 0; i < MEASURES && fate == FATE_DONE && (!mark.known || mark.round_trip_ms > ROUND_TRIP_MS); i++)
		fate = measure(b, &mark, r);
	if (mark.known)
		b->mark = mark;
	return mark.known || (b->mark.known && !fresh) ? FATE_DONE : fate;
}

enum fate broker_clock(struct broker *b, bool fresh, struct broker_clock *clock, struct reply *r)
{
	enum fate fate;

	*r = (struct reply){ 0 };
	fate = clock_refresh(b, fresh, r);
	*clock = (struct broker_clock){ 0 };
	if (fate != FATE_DONE)
		return fate;
	clock->server_ms = clock_server_now(b);
	clock->offset_ms = clock->server_ms - clock_machine_now(b);
	clock->round_trip_ms = b->mark.round_trip_ms;
	clock->may_open = llabs(clock->offset_ms) <= b->config.clock_limit_ms;
	return FATE_DONE;
}
