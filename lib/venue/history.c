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

void history_init(struct history *h, int market, const char *symbol, int interval, int64_t since, int64_t until, int64_t last_n, int64_t now)
{
	enum interval i = (enum interval)interval;

	*h = (struct history){ .market = market, .interval = interval };
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
	h->closed = h->last;
}

void history_set_clock(struct history *h, int64_t server_ms)
{
	h->closed = newest_closed(interval_of(h), server_ms);
	h->dry = false;
}

bool history_ask(const struct history *h, struct candle_query *q)
{
	int64_t last = h->last < h->closed ? h->last : h->closed, left = count_bars(interval_of(h), h->next, last);

	if (h->dry || left == 0)
		return false;
	memcpy(q->symbol, h->symbol, sizeof q->symbol);
	q->interval = h->interval;
	q->first = h->next;
	q->last = last;
	q->limit = left < VENUE_PAGE_MAX ? (size_t)left : VENUE_PAGE_MAX;
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

static enum err report_gap(const struct history *h, int64_t open_time, const struct history_sink *sink, struct error *e)
{
	char which[112], message[WHY_SIZE];
	int64_t to = interval_floor(interval_of(h), open_time - 1);

	if (open_time <= h->next)
		return OK;
	snprintf(message, sizeof message, h->any ? "missing at the exchange, %s" : "nothing before the first bar served, %s",
		span(h, h->next, to, which, sizeof which));
	return sink->finding(sink->ctx, h, h->any ? FINDING_GAP : FINDING_STARTS_LATE, h->next, message, e);
}

static bool same_bar(const struct candle *a, const struct candle *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	candle_write(a, &x);
	candle_write(b, &y);
	same = !x.failed && !y.failed && strcmp(x.data, y.data) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* *take: whether the bar is to be given on after all; twins is how many rows share its open time, itself included. */
static enum err judge_twins(const struct history *h, const struct candle *rows, size_t twins, bool *take, const struct history_sink *sink,
	struct error *e)
{
	char message[WHY_SIZE], t[UTC_TEXT];

	*take = true;
	if (twins == 1)
		return OK;
	for (size_t i = 1; i < twins; i++)
		*take = *take && same_bar(&rows[0], &rows[i]);
	snprintf(message, sizeof message, "the bar of %s at %s came %zu times in one answer, %s", interval_names[h->interval],
		utc_format(rows[0].bar.open_time, t), twins, *take ? "each time the same: taken once" : "not each time the same: not taken");
	return sink->finding(sink->ctx, h, FINDING_DUPLICATE, rows[0].bar.open_time, message, e);
}

static enum err judge_bar(const struct history *h, const struct candle *c, bool *take, const struct history_sink *sink, struct error *e)
{
	struct error why = { 0 };
	char message[WHY_SIZE], t[UTC_TEXT];

	if (!candle_check(c, &why))
		return OK;
	*take = false;
	snprintf(message, sizeof message, "impossible bar of %s at %s, not taken: %s: %.120s", interval_names[h->interval],
		utc_format(c->bar.open_time, t), why.field, why.message);
	return sink->finding(sink->ctx, h, FINDING_BAD, c->bar.open_time, message, e);
}

static enum err take_bar(struct history *h, const struct candle *rows, size_t twins, const struct history_sink *sink, struct error *e)
{
	int64_t t = rows->bar.open_time;
	bool on_grid = interval_on_grid(interval_of(h), t), take;
	enum err rc = on_grid ? report_gap(h, t, sink, e) : OK;

	if (!rc)
		rc = judge_twins(h, rows, twins, &take, sink, e);
	if (!rc)
		rc = judge_bar(h, rows, &take, sink, e);
	if (!rc && take) {
		rc = sink->candle(sink->ctx, rows, e);
		h->taken++;
	}
	if (on_grid) {
		h->any = true;
		h->next = interval_next(interval_of(h), t);
	}
	return rc;
}

enum err history_take(struct history *h, const struct candle *rows, size_t n, size_t asked_limit, const struct history_sink *sink, struct error *e)
{
	int64_t before = h->next;

	for (size_t i = 0, twins; i < n; i += twins) {
		enum err rc;

		for (twins = 1; i + twins < n && rows[i + twins].bar.open_time == rows[i].bar.open_time; twins++)
			;
		rc = take_bar(h, &rows[i], twins, sink, e);
		if (rc)
			return rc;
	}
	h->dry = n < asked_limit || h->next == before;
	return OK;
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
