#include "haul/course.h"

#include <stdio.h>

#include "core/utc.h"

#define PUBLISHED_MS (12 * MS_HOUR) /* after a file should be there it is */

void course_init(struct course *p, int market, int interval, const char *symbol, int64_t since, int64_t until, int64_t now_ms)
{
	*p = (struct course){ .market = market, .interval = interval, .now_ms = now_ms, .at = since };
	p->end = until == TIME_NONE || until > now_ms ? now_ms : until;
	snprintf(p->symbol, sizeof p->symbol, "%s", symbol);
}

static bool is_published(const struct course *p, const struct bulk_file *f)
{
	return bulk_published(f) + PUBLISHED_MS <= p->now_ms;
}

/* In the month that has not been published: whether a day's file is worth it. */
static bool wants_day(const struct course *p, const struct bulk_file *day)
{
	return p->interval >= 0 && (p->end - p->at) / interval_ms((enum interval)p->interval) > COURSE_PAGE && is_published(p, day);
}

bool course_next(struct course *p, struct bulk_file *f)
{
	if (p->days < p->days_end) {
		*f = bulk_file_at(p->market, p->interval, p->symbol, true, p->days);
		p->days = f->end;
		return true;
	}
	if (p->at >= p->end)
		return false;
	*f = bulk_file_at(p->market, p->interval, p->symbol, false, p->at);
	if (!is_published(p, f)) {
		*f = bulk_file_at(p->market, p->interval, p->symbol, true, p->at);
		if (!wants_day(p, f)) {
			p->at = INT64_MAX;
			return false;
		}
	}
	p->at = f->end;
	return true;
}

bool course_has_next(const struct course *p)
{
	struct course copy = *p;
	struct bulk_file f;

	return course_next(&copy, &f);
}

double course_count(const struct course *p)
{
	struct course copy = *p;
	struct bulk_file f;
	double n = 0;

	while (course_next(&copy, &f))
		n++;
	return n;
}

bool course_has_days(const struct course *p, const struct bulk_file *f)
{
	return !f->daily && p->interval >= 0 && bulk_bars(f) > COURSE_PAGE;
}

void course_take_days(struct course *p, const struct bulk_file *f, int64_t since)
{
	p->days = f->first > since ? f->first : since;
	p->days_end = f->end < p->end ? f->end : p->end;
}

bool course_is_before(const struct course *p, int64_t t_ms)
{
	return p->days < p->days_end && p->days < t_ms;
}
