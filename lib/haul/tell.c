#include "haul/tell.h"

#include <stdio.h>

#include "core/log.h"
#include "core/prog.h"
#include "model/id.h"

static const struct code {
	const char *name;
	enum event_level level;
	enum log_level log;
} codes[TELL_CODES] = {
	[TELL_STARTS_LATE] = { "fetch.starts_late", EVENT_INFO, LOG_INFO },
	[TELL_LATE] = { "fetch.late", EVENT_WARN, LOG_INFO },
	[TELL_FAILED] = { "fetch.failed", EVENT_WARN, LOG_WARN },
	[TELL_GAP] = { "fetch.gap", EVENT_WARN, LOG_INFO },
	[TELL_DUPLICATE] = { "fetch.duplicate", EVENT_WARN, LOG_INFO },
	[TELL_CONFLICT] = { "fetch.conflict", EVENT_WARN, LOG_INFO },
	[TELL_BAD_CANDLE] = { "fetch.bad_candle", EVENT_WARN, LOG_INFO },
};

static const enum tell_code faults[CHECK_FAULTS] = {
	[CHECK_GAP] = TELL_GAP, [CHECK_DUPLICATE] = TELL_DUPLICATE, [CHECK_CONFLICT] = TELL_CONFLICT,
	[CHECK_ORDER] = TELL_BAD_CANDLE, [CHECK_OFF_GRID] = TELL_BAD_CANDLE, [CHECK_IMPOSSIBLE] = TELL_BAD_CANDLE,
};

enum err tell_init(struct tell *t, struct error *e)
{
	*t = (struct tell){ .digest = digest_new() };
	return t->digest ? OK : error_memory(e);
}

void tell_release(struct tell *t)
{
	digest_free(t->digest);
	buf_release(&t->line);
}

enum err tell_row(struct tell *t, enum kind_id kind, const void *object, struct error *e)
{
	if (kind == KIND_CANDLE)
		candle_write(object, &t->line);
	else
		record_write(&kinds[kind], object, &t->line);
	return prog_write_buf(&t->line, e);
}

enum err tell_event(struct tell *t, enum tell_code code, const char *symbol, const char *interval, int64_t t_ms, const char *message, bool quiet,
	struct error *e)
{
	struct event event = { .level = codes[code].level, .t_ms = t_ms };
	char series[SYMBOL_SIZE + 16];

	snprintf(series, sizeof series, "%s/%s", symbol, interval);
	id_event(t->digest, "", codes[code].name, series, t_ms, event.id);
	snprintf(event.code, sizeof event.code, "%s", codes[code].name);
	snprintf(event.symbol, sizeof event.symbol, "%s", symbol);
	snprintf(event.message, sizeof event.message, "%s%s%s", interval, *interval ? ": " : "", message);
	if (!quiet)
		log_line(codes[code].log, "%s %s", symbol, event.message);
	record_write(&kinds[KIND_EVENT], &event, &t->line);
	return prog_write_buf(&t->line, e);
}

/* A check reports without a way back: what goes wrong in writing is kept until the bar is through. */
static void on_fault(void *ctx, const struct check_finding *found)
{
	struct tell_series *s = ctx;
	int64_t t_ms = found->fault == CHECK_GAP ? found->from : found->candle->bar.open_time;

	if (!s->rc)
		s->rc = tell_event(s->tell, faults[found->fault], found->candle->symbol, interval_names[found->candle->interval], t_ms, found->message, false,
			&s->error);
}

void tell_series_init(struct tell_series *s, struct tell *t)
{
	*s = (struct tell_series){ .tell = t };
	check_init(&s->check, on_fault, s);
}

enum err tell_candle(struct tell_series *s, const struct candle *c, struct error *e)
{
	bool sound = check_candle(&s->check, c);

	if (s->rc) {
		*e = s->error;
		return s->rc;
	}
	return sound ? tell_row(s->tell, KIND_CANDLE, c, e) : OK;
}
