#include "haul/tell.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/prog.h"
#include "core/utc.h"
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
	[TELL_NO_FILE] = { "fetch.no_file", EVENT_INFO, LOG_INFO },
	[TELL_BAD_FILE] = { "fetch.bad_file", EVENT_WARN, LOG_WARN },
	[TELL_LISTING] = { SYMBOL_LISTING, EVENT_INFO, LOG_INFO },
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

enum err tell_record(struct tell *t, enum kind_id kind, const void *object, struct error *e)
{
	record_write(&kinds[kind], object, &t->line);
	return prog_write_buf(&t->line, e);
}

/* A check reports without a way back: what goes wrong in writing is kept until the bar is through. */
static void on_fault(void *ctx, const struct check_finding *found)
{
	struct tell_series *s = ctx;
	int64_t t_ms = found->fault == CHECK_GAP ? found->from : found->candle->bar.open_time;

	if (!s->rc)
		s->rc = tell_event(s->tell, s, faults[found->fault], s->symbol, t_ms, found->message, false, &s->error);
}

void tell_series_init(struct tell_series *s, struct tell *t, int market, const char *symbol, int interval)
{
	*s = (struct tell_series){ .tell = t, .market = market, .interval = interval, .lack_first = TIME_NONE };
	snprintf(s->symbol, sizeof s->symbol, "%s", symbol);
	check_init(&s->check, on_fault, s);
}

const char *tell_series_name(const struct tell_series *s)
{
	return s->interval < 0 ? "funding" : interval_names[s->interval];
}

enum err tell_event(struct tell *t, const struct tell_series *s, enum tell_code code, const char *symbol, int64_t t_ms, const char *message, bool quiet,
	struct error *e)
{
	struct event event = { .level = codes[code].level, .t_ms = t_ms };
	const char *name = s ? tell_series_name(s) : "";
	char series[SYMBOL_SIZE + WHY_SIZE];
	size_t file = code == TELL_NO_FILE || code == TELL_BAD_FILE ? strcspn(message, ":") : 0;

	snprintf(series, sizeof series, "%s/%s%.*s", symbol, name, (int)file, message);
	id_event(t->digest, "", codes[code].name, series, t_ms, event.id);
	snprintf(event.code, sizeof event.code, "%s", codes[code].name);
	snprintf(event.symbol, sizeof event.symbol, "%s", symbol);
	snprintf(event.message, sizeof event.message, "%s%s%s", name, *name ? ": " : "", message);
	if (!quiet)
		log_line(codes[code].log, "%s %s", symbol, event.message);
	return tell_record(t, KIND_EVENT, &event, e);
}

static struct receipt blank(const struct tell_series *s, const char *source, int64_t t_ms)
{
	struct receipt r = { .market = s->market, .interval = s->interval, .series = s->interval < 0 ? RECEIPT_FUNDING : RECEIPT_CANDLES, .t_ms = t_ms,
		.first = TIME_NONE, .last = TIME_NONE, .gaps = s->interval < 0 ? INT_NONE : 0 };

	snprintf(r.symbol, sizeof r.symbol, "%s", s->symbol);
	snprintf(r.source, sizeof r.source, "%s", source);
	return r;
}

/* Before the first row of all: from here on rows have receipts. */
static enum err begin(struct tell_series *s, struct error *e)
{
	struct receipt r = blank(s, "start", utc_now_ms());

	if (s->tell->begun)
		return OK;
	s->tell->begun = true;
	return tell_record(s->tell, KIND_RECEIPT, &r, e);
}

static void count(struct tell_series *s, int64_t t_ms)
{
	s->first = s->rows ? s->first : t_ms;
	s->last = t_ms;
	s->started = true;
	s->rows++;
	s->tell->rows++;
}

enum err tell_candle(struct tell_series *s, const struct candle *c, struct error *e)
{
	bool sound = check_candle(&s->check, c);
	enum err rc;

	if (s->rc) {
		*e = s->error;
		return s->rc;
	}
	if (!sound)
		return OK;
	rc = begin(s, e);
	if (rc)
		return rc;
	count(s, c->bar.open_time);
	candle_write(c, &s->tell->line);
	return prog_write_buf(&s->tell->line, e);
}

enum err tell_payment(struct tell_series *s, const struct funding *f, struct error *e)
{
	enum err rc = begin(s, e);

	if (rc)
		return rc;
	count(s, f->funding_time);
	return tell_record(s->tell, KIND_FUNDING, f, e);
}

void tell_lack(struct tell_series *s, int64_t first, int64_t last)
{
	s->lack_first = first;
	s->lack_last = last;
}

enum err tell_receipt(struct tell_series *s, const char *source, const char *sha256, int time_unit, int64_t t_ms, struct error *e)
{
	struct receipt r = blank(s, source, t_ms);
	enum err rc;

	if (s->rows == 0 && s->lack_first == TIME_NONE)
		return OK;
	snprintf(r.sha256, sizeof r.sha256, "%s", sha256);
	r.rows = s->rows;
	r.first = s->rows ? s->first : s->lack_first;
	r.last = s->rows ? s->last : s->lack_last;
	r.time_unit = time_unit;
	if (s->interval >= 0)
		r.gaps = interval_count((enum interval)s->interval, r.first, r.last) + 1 - s->rows;
	s->rows = 0;
	s->lack_first = TIME_NONE;
	rc = begin(s, e);
	return rc ? rc : tell_record(s->tell, KIND_RECEIPT, &r, e);
}
