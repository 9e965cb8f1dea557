#include "model/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/utc.h"

#define TRANSFERS_MAX 1000

static const char *const every_names[] = { "once", "day", "week", "month", NULL };

#define F(member) FIELD(planned_transfer, member)
const struct field planned_transfer_fields[PLANNED_FIELDS] = {
	{ "at", FIELD_TIME, F(at), FIELD_REQUIRED, "ms UTC", "when, for the first time; what lies before the account's first step is not made", NULL, 0, 0, NULL },
	{ "amount", FIELD_DEC, F(amount), FIELD_REQUIRED, "quote", "deposited; negative: withdrawn", NULL, 0, 0, NULL },
	{ "every", FIELD_ENUM, F(every), 0, NULL, "how often", every_names, 0, 0, "\"once\"" },
};

enum err schedule_read(json_t *list, const char *path, struct schedule *s, struct error *e)
{
	size_t n = json_array_size(list);

	*s = (struct schedule){ 0 };
	if (!list)
		return OK;
	if (!json_is_array(list) || n > TRANSFERS_MAX)
		return error_field(e, ERR_DATA, path, "not a list of at most %d transfers", TRANSFERS_MAX);
	s->rows = calloc(n + 1, sizeof *s->rows);
	if (!s->rows)
		return error_memory(e);
	for (; s->count < n; s->count++) {
		char at[80];
		enum err rc;

		snprintf(at, sizeof at, "%s[%zu]", path, s->count);
		if (!json_is_object(json_array_get(list, s->count)))
			return error_field(e, ERR_DATA, at, "not an object with at and amount");
		snprintf(at, sizeof at, "%s[%zu].", path, s->count);
		rc = field_read(planned_transfer_fields, PLANNED_FIELDS, json_array_get(list, s->count), &s->rows[s->count], at, true, e);
		if (rc)
			return rc;
		snprintf(at, sizeof at, "%s[%zu].amount", path, s->count);
		if (s->rows[s->count].amount == 0)
			return error_field(e, ERR_DATA, at, "'0' is no transfer");
	}
	return OK;
}

void schedule_write(const struct schedule *s, struct buf *b)
{
	buf_addc(b, '[');
	for (size_t i = 0; i < s->count; i++) {
		buf_adds(b, i ? ",{" : "{");
		field_write(planned_transfer_fields, PLANNED_FIELDS, &s->rows[i], b);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

/* months later: the same day and time of it, or its last day. */
static int64_t add_months(int64_t t_ms, int months)
{
	time_t seconds = (time_t)(utc_day(t_ms) / MS_SECOND);
	struct tm tm, first;
	int64_t length_ms, day_ms;

	gmtime_r(&seconds, &tm);
	first = (struct tm){ .tm_year = tm.tm_year, .tm_mon = tm.tm_mon + months, .tm_mday = 1 };
	seconds = timegm(&first);
	length_ms = utc_next_month((int64_t)seconds * MS_SECOND) - (int64_t)seconds * MS_SECOND;
	day_ms = (tm.tm_mday - 1) * MS_DAY;
	if (day_ms >= length_ms)
		day_ms = length_ms - MS_DAY;
	return (int64_t)seconds * MS_SECOND + day_ms + (t_ms - utc_day(t_ms));
}

static int64_t next_month(int64_t at, int64_t after_ms)
{
	/* A month lasts at most 31 days: no time that is due is skipped. */
	int months = (int)((after_ms - at) / (31 * MS_DAY));
	int64_t t_ms;

	do
		t_ms = add_months(at, months++);
	while (t_ms <= after_ms);
	return t_ms;
}

int64_t planned_next(const struct planned_transfer *p, int64_t after_ms)
{
	int64_t step = p->every == EVERY_DAY ? MS_DAY : 7 * MS_DAY;

	if (p->at > after_ms)
		return p->at;
	if (p->every == EVERY_ONCE)
		return TIME_NONE;
	return p->every == EVERY_MONTH ? next_month(p->at, after_ms) : p->at + ((after_ms - p->at) / step + 1) * step;
}

int64_t schedule_next(const struct schedule *s, int64_t after_ms)
{
	int64_t first = TIME_NONE;

	for (size_t i = 0; i < s->count; i++) {
		int64_t t_ms = planned_next(&s->rows[i], after_ms);

		if (t_ms != TIME_NONE && (first == TIME_NONE || t_ms < first))
			first = t_ms;
	}
	return first;
}
