/* A request, tried until it is worth no more; what is signed bears the exchange's time, which is asked for before. */
#include <stdlib.h>

#include "core/utc.h"
#include "venue/broker_dialect.h"

#define ROUND_TRIP_MS 1000 /* longer: measured again */
#define MEASURES 3

/* ---- the exchange's time ---- */

/* One question, between two looks at the clocks. The request that may be being built is left alone. */
static enum fate measure(struct broker *b, struct clock_mark *mark, struct reply *r)
{
	struct buf waiting = b->query;
	int64_t before = clock_boot_now(), after, server_ms;
	struct error e = { 0 };
	enum fate fate;
	enum err rc;

	b->query = (struct buf){ 0 };
	fate = broker_carry(b, &b->dialect->time, true, r);
	b->query = waiting;
	if (fate != FATE_DONE)
		return fate;
	after = clock_boot_now();
	if (r->received_ms >= r->sent_ms && r->received_ms - r->sent_ms < after - before)
		before = after - (r->received_ms - r->sent_ms); /* without the wait for the budget, and earlier tries */
	rc = b->dialect->time_read(b->answer.data ? b->answer.data : "", b->answer.len, &server_ms, &e);
	fate = broker_read(b, rc, &e, r);
	if (fate == FATE_DONE && (!mark->known || after - before < mark->round_trip_ms))
		*mark = (struct clock_mark){ true, server_ms, before + (after - before) / 2, utc_now_ms() - (after - before) / 2, after - before };
	return fate;
}

/* Where it cannot be measured, an old mark still serves: the clock it runs on does not jump. */
static enum fate refresh_clock(struct broker *b, bool fresh, struct reply *r)
{
	struct clock_mark mark = { 0 };
	enum fate fate = FATE_DONE;

	if (!fresh && !clock_is_stale(&b->mark))
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
	fate = refresh_clock(b, fresh, r);
	*clock = (struct broker_clock){ 0 };
	if (fate != FATE_DONE)
		return fate;
	clock->server_ms = clock_server_now(b);
	clock->offset_ms = clock->server_ms - clock_machine_now(b);
	clock->round_trip_ms = b->mark.round_trip_ms;
	clock->may_open = llabs(clock->offset_ms) <= b->config.clock_limit_ms;
	return FATE_DONE;
}

/* ---- a request ---- */

static enum fate attempt(struct broker *b, const struct route *route, bool urgent, int64_t deadline, struct reply *r)
{
	int tries = r->tries;
	enum fate fate = route->is_signed ? refresh_clock(b, false, r) : FATE_DONE;

	r->tries = tries;
	if (fate != FATE_DONE) { /* the question about the time has its own fate; this request was not sent */
		r->refusal = 0;
		r->sent_ms = r->received_ms = 0;
		return r->fate = FATE_NOT_SENT;
	}
	return broker_try(b, route, urgent, deadline, r);
}

enum fate broker_carry(struct broker *b, const struct route *route, bool urgent, struct reply *r)
{
	int64_t deadline = broker_deadline(b);
	bool restamped = false;

	*r = (struct reply){ 0 };
	for (;;) {
		enum fate fate = attempt(b, route, urgent, deadline, r);
		int tries = r->tries;

		if (fate == FATE_NOT_SENT && r->refusal == REFUSED_STAMP && route->is_signed && !restamped) {
			struct reply refused = *r;

			restamped = true;
			if (refresh_clock(b, true, r) != FATE_DONE) {
				*r = refused;
				return fate;
			}
			r->tries = tries;
		} else if (route->changes || !broker_may_again(b, r, deadline)) {
			return fate;
		}
		b->counts.retries++;
	}
}
