#include "venue/payments.h"

#include "core/utc.h"

void payments_init(struct payments *p, int64_t since, int64_t until)
{
	int64_t first = since - PAYMENTS_LONGEST_H * MS_HOUR - MS_MINUTE;

	*p = (struct payments){ .since = since, .until = until, .next = first < 0 ? 0 : first, .before = TIME_NONE };
	if (since >= until)
		p->next = TIME_NONE;
}

bool payments_ask(const struct payments *p, struct funding_query *q)
{
	if (p->next == TIME_NONE)
		return false;
	q->since = p->next;
	q->until = p->until;
	return true;
}

int64_t payments_missing(const struct payments *p)
{
	int64_t from = p->next > p->since ? p->next : p->since;

	return p->next == TIME_NONE ? 0 : (p->until - from) / (PAYMENTS_LONGEST_H * MS_HOUR);
}

static void complete(const struct payments *p, struct funding *f)
{
	int64_t hours = p->before == TIME_NONE ? 0 : (f->funding_time - p->before + MS_HOUR / 2) / MS_HOUR;

	f->interval_hours = hours >= 1 && hours <= PAYMENTS_LONGEST_H ? hours : INT_NONE;
}

enum err payments_take(struct payments *p, struct funding *rows, size_t n, enum err (*row)(void *ctx, const struct funding *f, struct error *e),
	void *ctx, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < n; i++) {
		complete(p, &rows[i]);
		p->before = rows[i].funding_time;
		if (p->before < p->since)
			continue;
		rc = row(ctx, &rows[i], e);
		p->taken++;
	}
	p->next = n < VENUE_FUNDING_MAX || p->before + 1 >= p->until ? TIME_NONE : p->before + 1;
	return rc;
}
