#include "venue/history.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"

#define MANY 100000000 /* more bars than any series has */

static enum interval interval_of(const struct history *h)
{
	return (enum interval)h->interval;
}

/* Bars that open from `from` to `to`, both on the grid. */
static int64_t count_bars(enum interval i, int64_t from, int64_t to)
{
	int64_t n = 0;

	if (i != INTERVAL_1MONTH)
		return to < from ? 0 : (to - from) / interval_ms(i) + 1;
	for (; from <= to; from = interval_next(i, from))
		n++;
	return n;
}

/* Open time of the newest bar that is over at t_ms. */
static int64_t newest_closed(enum interval i, int64_t t_ms)
{
	return interval_floor(i, interval_floor(i, t_ms) - 1);
}

static int64_t ceiling(enum interval i, int64_t t_ms)
{
	return interval_on_grid(i, t_ms) ? t_ms : interval_next(i, interval_floor(i, t_ms));
}

void history_init(struct history *h, size_t id, int market, const char *symbol, int interval, int64_t since, int64_t until, int64_t last_n,
	int64_t now)
{
	enum interval i = (enum interval)interval;

	*h = (struct history){ .id = id, .market = market, .interval = interval };
	snprintf(h->symbol, sizeof h->symbol, "%s", symbol);
	h->last = newest_closed(i, now);
	if (until <= h->last)
		h->last = interval_floor(i, until - 1);
	h->first = ceiling(i, since);
	if (last_n > 0 && last_n < MANY) {
		int64_t from = h->last;

		for (int64_t n = 1; n < last_n && from >= h->first; n++)
			from = interval_floor(i, from - 1);
		if (from > h->first)
			h->first = from;
	}
	h->next = h->first;
	h->closed = h->settled = h->last;
}

void history_set_clock(struct history *h, int64_t server_ms)
{
	h->closed = newest_closed(interval_of(h), server_ms);
	h->settled = newest_closed(interval_of(h), server_ms - HISTORY_SETTLE_MS);
	h->dry = false;
}

/* Open time of the newest bar that can be had now. */
static int64_t newest(const struct history *h)
{
	return h->last < h->closed ? h->last : h->closed;
}

bool history_ask(const struct history *h, struct candle_query *q)
{
	bool unsettled = newest(h) > h->settled; /* then a later row, if there is one, tells that it is closed */

	if (h->dry || h->next > newest(h))
		return false;
	memcpy(q->symbol, h->symbol, sizeof q->symbol);
	q->interval = h->interval;
	q->first = h->next;
	q->last = unsettled ? interval_next(interval_of(h), newest(h)) : newest(h);
	q->limit = (size_t)count_bars(interval_of(h), q->first, q->last);
	return true;
}

/* "3 bars: 2024-05-01 00:00 to 2024-05-01 08:00". */
static char *span(const struct history *h, int64_t from, int64_t to, char *out, size_t size)
{
	char a[UTC_TEXT], b[UTC_TEXT];
	long long n = (long long)count_bars(interval_of(h), from, to);

	if (n == 1)
		snprintf(out, size, "1 bar of %s: %s", interval_names[h->interval], utc_format(from, a));
	else
		snprintf(out, size, "%lld bars of %s: %s to %s", n, interval_names[h->interval], utc_format(from, a), utc_format(to, b));
	return out;
}

static enum err report_start(const struct history *h, int64_t open_time, const struct history_sink *sink, struct error *e)
{
	char which[112], message[WHY_SIZE];
	int64_t to = interval_floor(interval_of(h), open_time - 1);

	if (h->any || open_time <= h->first)
		return OK;
	snprintf(message, sizeof message, "nothing is served before the first bar, %s", span(h, h->first, to, which, sizeof which));
	return sink->finding(sink->ctx, h, FINDING_STARTS_LATE, h->first, message, e);
}

static enum err take_bar(struct history *h, const struct candle *c, const struct history_sink *sink, struct error *e)
{
	int64_t open_time = interval_floor(interval_of(h), c->bar.open_time); /* one off the grid has its place too */
	enum err rc = report_start(h, open_time, sink, e);

	if (!rc)
		rc = sink->candle(sink->ctx, h, c, e);
	h->any = true;
	h->taken++;
	h->next = interval_next(interval_of(h), open_time);
	return rc;
}

enum err history_take(struct history *h, const struct candle *rows, size_t n, size_t asked_limit, const struct history_sink *sink, struct error *e)
{
	int64_t before = h->next, last = newest(h), over = last < h->settled ? last : h->settled;
	enum err rc = OK;

	for (size_t i = 0; i < n && !rc; i++) {
		int64_t t = rows[i].bar.open_time;

		if (t > last || (t > h->settled && rows[n - 1].bar.open_time == t))
			break;
		rc = take_bar(h, &rows[i], sink, e);
	}
	/* A short answer that stops well before the end may itself lack rows: then it is asked again from there. */
	h->dry = h->next == before || (n < asked_limit && count_bars(interval_of(h), h->next, last) <= 1);
	return rc || n || h->next > over ? rc : sink->lack(sink->ctx, h, h->next, over, e);
}

int64_t history_missing(const struct history *h)
{
	return count_bars(interval_of(h), h->next, h->last);
}

bool history_is_late(const struct history *h)
{
	return history_missing(h) == 1;
}

enum err history_finish(const struct history *h, const struct history_sink *sink, struct error *e)
{
	char which[112], message[WHY_SIZE];

	if (history_missing(h) == 0)
		return OK;
	snprintf(message, sizeof message, "not served yet, %s", span(h, h->next, h->last, which, sizeof which));
	return sink->finding(sink->ctx, h, FINDING_LATE, h->next, message, e);
}
