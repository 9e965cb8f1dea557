/* The summary of an account's day. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "store/told.h"

#define LATE_MS (2 * MS_HOUR)

struct day {
	dec equity, before; /* at its end and at its beginning; DEC_NONE: no close by then */
	dec moved;          /* came and went without a trade */
	dec realized, fees;
	int64_t closed_ms;  /* the last close booked in it */
	size_t trades, positions;
	bool bad;
};

static enum err take_end(void *ctx, const void *object, struct error *e)
{
	struct day *d = ctx;
	const struct equity *q = object;

	(void)e;
	d->equity = q->equity;
	d->closed_ms = q->t_ms;
	return OK;
}

static enum err take_start(void *ctx, const void *object, struct error *e)
{
	(void)e;
	((struct day *)ctx)->before = ((const struct equity *)object)->equity;
	return OK;
}

static enum err add_trade(void *ctx, const void *object, struct error *e)
{
	struct day *d = ctx;
	const struct trade *t = object;

	(void)e;
	d->trades++;
	d->fees = dec_add(d->fees, t->fee_quote, &d->bad);
	if (t->realized_pnl != DEC_NONE)
		d->realized = dec_add(d->realized, t->realized_pnl, &d->bad);
	return OK;
}

static enum err add_transfer(void *ctx, const void *object, struct error *e)
{
	struct day *d = ctx;

	(void)e;
	d->moved = dec_add(d->moved, ((const struct transfer *)object)->amount, &d->bad);
	return OK;
}

static enum err count_position(void *ctx, const void *object, struct error *e)
{
	(void)e;
	((struct day *)ctx)->positions += ((const struct position *)object)->qty != 0;
	return OK;
}

/* A close belongs to the day that it ends, the one at 00:00 too; a fill to the day of its time. */
static enum err gather(struct store *s, const char *account, int64_t from_ms, int64_t end_ms, struct day *d, struct error *e)
{
	struct store_query end = STORE_ANY, start = STORE_ANY, within = STORE_ANY, mine = STORE_ANY;
	enum err rc;

	end.account = start.account = within.account = mine.account = account;
	end.last = start.last = 1;
	end.until = end_ms + 1;
	start.until = from_ms + 1;
	within.since = from_ms;
	within.until = end_ms;
	rc = store_each(s, &kinds[KIND_EQUITY], &end, take_end, d, e);
	if (!rc)
		rc = store_each(s, &kinds[KIND_EQUITY], &start, take_start, d, e);
	if (!rc)
		rc = store_each(s, &kinds[KIND_TRADE], &within, add_trade, d, e);
	within.since++, within.until++;
	if (!rc)
		rc = store_each(s, &kinds[KIND_TRANSFER], &within, add_transfer, d, e);
	return rc ? rc : store_each(s, &kinds[KIND_POSITION], &mine, count_position, d, e);
}

static void word(const struct account *a, const struct account_state *state, const struct day *d, int64_t end_ms, char *out, size_t size)
{
	double gain = 0, pct = 0;
	char t[UTC_TEXT];
	int n;

	if (d->before != DEC_NONE) {
		gain = dec_double(d->equity) - dec_double(d->before) - dec_double(d->moved);
		pct = d->before > 0 ? 100 * gain / dec_double(d->before) : 0;
	}
	n = snprintf(out, size, "equity %.2f %s (%+.2f, %+.2f %%), trades %zu, realized %+.2f, fees %.2f, open positions %zu", dec_double(d->equity),
		a->quote, gain, pct, d->trades, dec_double(d->realized), dec_double(d->fees), d->positions);
	if (d->closed_ms < end_ms && n > 0 && (size_t)n < size)
		n += snprintf(out + n, size - (size_t)n, "; BOOKED ONLY TO %s", utc_format(d->closed_ms, t));
	if (state->breaker[0] && n > 0 && (size_t)n < size)
		n += snprintf(out + n, size - (size_t)n, "; breaker %s latched", state->breaker);
	if (state->halted && n > 0 && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, "; halted: %.60s", state->halt_why);
}

enum err told_day(struct store *s, const struct account *a, int64_t now_ms, struct error *e)
{
	int64_t end_ms = utc_day(now_ms);
	struct event event = { .level = EVENT_INFO, .code = "daily", .t_ms = end_ms };
	struct day d = { .equity = DEC_NONE, .before = DEC_NONE };
	struct account_state state = { 0 };
	bool found;
	enum err rc;

	memcpy(state.account, a->name, sizeof state.account);
	rc = store_get(s, STORE_ACCOUNT_STATE, &state, &found, e);
	if (rc || !found || (state.settled_ms < end_ms && now_ms < end_ms + LATE_MS))
		return rc;
	rc = gather(s, a->name, end_ms - MS_DAY, end_ms, &d, e);
	if (rc || d.equity == DEC_NONE)
		return rc;
	memcpy(event.account, a->name, sizeof event.account);
	word(a, &state, &d, end_ms, event.message, sizeof event.message);
	return told_put(s, &event, e);
}
