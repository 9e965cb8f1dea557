#include "haul/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/prog.h"
#include "core/utc.h"
#include "haul/course.h"
#include "haul/unpack.h"

#define FILE_TIMES 20 /* a file may take so many times as long as an answer of the API */
#define RUN_MS 200
#define NO_LIMIT 6000 /* files weigh nothing: of a host that is the API's too, its usual one */

struct archive_series {
	struct tell_series tell; /* the first: the API's series leads back here */
	int64_t since, until; /* until TIME_NONE: up to now */
	struct course course;
	int64_t next;         /* all before it is written, or is nowhere */
	int64_t hole;         /* no file gives [next, hole): the API is asked for it */
	bool stuck;           /* a file waits until the hole before it is filled */
	bool done, failed;
};

struct slot {
	struct download download;
	struct archive_series *series; /* NULL: free */
	bool sound;                    /* the zip was seen to its end */
};

struct work {
	struct archive *archive;
	struct caller *caller;
	struct slot *slots;
	size_t slot_count;
	int64_t now_ms;
	double planned; /* files */
};

enum err archive_add(struct archive *a, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e)
{
	struct archive_series *s;

	for (s = a->series; s && s < a->series + a->count; s++)
		if (s->tell.market == market && s->tell.interval == interval && strcmp(s->tell.symbol, symbol) == 0) {
			s->since = since < s->since ? since : s->since;
			s->until = s->until == TIME_NONE || until == TIME_NONE ? TIME_NONE : until > s->until ? until : s->until;
			return OK;
		}
	if (interval < 0 && market != MARKET_UM)
		return error_set(e, ERR_DATA, "market '%s' has no funding", market_names[market]);
	if (a->count == FETCH_MAX)
		return error_set(e, ERR_DATA, "more than %d series at once", FETCH_MAX);
	if (!a->series && !(a->series = calloc(FETCH_MAX, sizeof *a->series)))
		return error_memory(e);
	s = &a->series[a->count++];
	*s = (struct archive_series){ .since = since, .until = until };
	tell_series_init(&s->tell, a->api->tell, market, symbol, interval);
	return OK;
}

static void empty(struct slot *slot)
{
	download_clear(&slot->download);
	slot->series = NULL;
	slot->sound = false;
}

/* Whether no earlier file of its series is on its way, or to come. */
static bool is_head(const struct work *w, const struct slot *slot)
{
	const struct archive_series *s = slot->series;

	if (course_is_before(&s->course, slot->download.file.first))
		return false;
	for (size_t i = 0; i < w->slot_count; i++)
		if (w->slots[i].series == s && w->slots[i].download.file.first < slot->download.file.first)
			return false;
	return true;
}

static enum err tell_file(struct work *w, const struct slot *slot, enum tell_code code, const char *what, struct error *e)
{
	const struct bulk_file *f = &slot->download.file;
	char name[BULK_NAME_SIZE], message[WHY_SIZE];

	snprintf(message, sizeof message, "%s.zip: %s", bulk_name(f, name), what);
	return tell_event(w->archive->api->tell, &slot->series->tell, code, f->symbol, f->first, message, false, e);
}

static void fail(struct archive *a, struct archive_series *s, const struct error *why)
{
	s->failed = s->done = true;
	if (!a->failed++)
		a->first = *why;
}

/* A file that cannot be had: its days, or the API. */
static void go_without(struct work *w, struct slot *slot, bool by_days)
{
	struct archive_series *s = slot->series;
	const struct bulk_file *f = &slot->download.file;
	struct bulk_file day;

	if (by_days && course_has_days(&s->course, f)) {
		course_take_days(&s->course, f, s->next);
		w->planned += (double)(s->course.days_end - s->course.days) / MS_DAY;
		course_next(&s->course, &day);
		download_clear(&slot->download);
		download_start(&slot->download, w->caller, &day);
		return;
	}
	s->hole = f->end < s->course.end ? f->end : s->course.end;
	empty(slot);
}

/* A file that was not published before its pair was listed is nothing to speak of: the API will tell. */
static enum err settle_missing(struct work *w, struct slot *slot, struct error *e)
{
	bool listed = slot->series->tell.started || slot->download.file.daily;
	enum err rc = listed ? tell_file(w, slot, TELL_NO_FILE, "not in the archive", e) : OK;

	w->archive->missing++;
	go_without(w, slot, listed);
	return rc;
}

static enum err settle_bad(struct work *w, struct slot *slot, struct error *e)
{
	enum err rc = tell_file(w, slot, TELL_BAD_FILE, slot->download.why.message, e);

	w->archive->bad++;
	go_without(w, slot, true);
	return rc;
}

static enum err settle_failed(struct work *w, struct slot *slot, struct error *e)
{
	struct archive_series *s = slot->series;
	char message[WHY_SIZE];
	struct error why;

	snprintf(message, sizeof message, "not fetched: %s", slot->download.why.message);
	error_set(&why, slot->download.why.code, "%s %s: %s", s->tell.symbol, tell_series_name(&s->tell), slot->download.why.message);
	fail(w->archive, s, &why);
	empty(slot);
	return tell_event(w->archive->api->tell, &s->tell, TELL_FAILED, s->tell.symbol, w->now_ms, message, w->archive->count == 1, e);
}

static enum err give(struct work *w, struct slot *slot, struct error *e)
{
	struct archive_series *s = slot->series;
	struct download *d = &slot->download;
	char path[BULK_PATH_SIZE];
	enum time_unit unit;
	enum err rc = unpack_tell(&d->file, &d->call.body, s->next, s->course.end, &s->tell, &unit, e);

	if (!rc)
		rc = tell_receipt(&s->tell, bulk_path(&d->file, NULL, path), d->sha256, unit, d->call.received_ms, e);
	w->archive->files++;
	w->archive->bytes += (int64_t)d->call.body.len;
	s->next = s->hole = d->file.end;
	empty(slot);
	return rc;
}

static enum err settle_ready(struct work *w, struct slot *slot, struct error *e)
{
	struct download *d = &slot->download;
	enum err rc = slot->sound ? OK : unpack_check(&d->file, &d->call.body, &d->why);

	if (rc == ERR_DATA)
		return settle_bad(w, slot, e);
	if (rc) {
		*e = d->why;
		return rc;
	}
	slot->sound = true;
	if (slot->series->hole > slot->series->next) {
		slot->series->stuck = true;
		return OK;
	}
	return give(w, slot, e);
}

/* Goes on with what is over and next in its series. */
static enum err settle(struct work *w, struct slot *slot, bool *any, struct error *e)
{
	if (!slot->series || download_is_under_way(&slot->download))
		return OK;
	if (slot->series->failed) {
		empty(slot);
		*any = true;
		return OK;
	}
	if (slot->series->stuck || !is_head(w, slot))
		return OK;
	*any = true;
	switch (slot->download.state) {
	case DOWNLOAD_MISSING: return settle_missing(w, slot, e);
	case DOWNLOAD_BAD: return settle_bad(w, slot, e);
	case DOWNLOAD_READY: return settle_ready(w, slot, e);
	default: return settle_failed(w, slot, e);
	}
}

/*
 * Whether a series may have one more slot. One of which no file was found yet may wait for the API as soon as one is: until
 * then it has no more than its share, so that many wait together.
 */
static bool may_have(const struct work *w, const struct archive_series *s, size_t share)
{
	size_t has = 0;

	for (size_t i = 0; i < w->slot_count; i++)
		has += w->slots[i].series == s;
	return !s->done && !s->stuck && (s->tell.started || has < share);
}

/* Free slots take the next files, series by series. */
static void fill(struct work *w, bool *any)
{
	struct archive_series *s = w->archive->series, *end = s + w->archive->count;
	size_t left = 0, share;
	struct bulk_file f;

	for (const struct archive_series *one = s; one < end; one++)
		left += !one->done;
	share = left && left < w->slot_count ? w->slot_count / left : 1;
	for (size_t i = 0; i < w->slot_count; i++) {
		if (w->slots[i].series)
			continue;
		while (s < end && (!may_have(w, s, share) || !course_next(&s->course, &f)))
			s++;
		if (s == end)
			return;
		w->slots[i].series = s;
		download_start(&w->slots[i].download, w->caller, &f);
		*any = true;
	}
}

/* Files, until there is none left or every series waits for the API. */
static enum err run_files(struct work *w, struct error *e)
{
	const struct archive *a = w->archive;
	bool any = true;
	enum err rc = OK;

	while (!rc && any) {
		any = false;
		for (size_t i = 0; !rc && i < w->slot_count; i++)
			rc = settle(w, &w->slots[i], &any, e);
		fill(w, &any);
		if (!rc && prog_stopping())
			rc = error_set(e, ERR_TEMPFAIL, "stopped before the end");
		prog_progress("archive", (double)(a->files + a->missing + a->bad), w->planned, "files");
		if (!rc)
			rc = prog_flush(e);
		if (!rc && caller_busy(w->caller)) {
			rc = caller_run(w->caller, any ? 0 : RUN_MS, e);
			any = true;
		}
	}
	return rc;
}

/* Whether the API refused to say what comes before a series' first file: a pair that only the archive has still. */
static bool is_unknown(const struct archive *a, const struct archive_series *s, size_t id)
{
	return s->stuck && !s->tell.started && fetch_failure(&a->api->fetch, id) == ERR_DATA;
}

/* What the API finds of a hole is no event where the check of the series tells it, or where the archive alone has the pair. */
static enum err on_finding(void *ctx, const struct history *h, enum finding what, bool *told, struct error *e)
{
	struct archive *a = ctx;
	struct archive_series *s = (struct archive_series *)a->api->series[h->id];
	bool started = s->tell.started;
	char until[UTC_TEXT], nothing[WHY_SIZE];

	*told = started && what == FINDING_STARTS_LATE;
	if (!s->stuck || *told)
		return OK;
	*told = what != FINDING_FAILED || is_unknown(a, s, h->id);
	if (!*told)
		return OK;
	snprintf(nothing, sizeof nothing, "nothing is served before %s", utc_format(s->hole, until));
	return started ? OK : tell_event(a->api->tell, &s->tell, TELL_STARTS_LATE, h->symbol, h->first, nothing, false, e);
}

/* Whether a file of it is still to come, or waits for its turn. */
static bool has_files(const struct work *w, const struct archive_series *s)
{
	for (size_t i = 0; i < w->slot_count; i++)
		if (w->slots[i].series == s)
			return true;
	return course_has_next(&s->course);
}

/* The holes before files that wait, and what comes after the last file. */
static enum err run_api(struct work *w, bool *all_done, struct error *e)
{
	struct archive *a = w->archive;
	struct fetch_range range = { .now_ms = a->now_ms };
	enum err rc = OK;

	*all_done = true;
	for (struct archive_series *s = a->series; !rc && s < a->series + a->count; s++) {
		bool more = !s->done && !s->stuck && has_files(w, s);

		*all_done &= !more;
		if (!more && !s->stuck && s->until != TIME_NONE && s->next >= s->until)
			s->done = true;
		if (!more && !s->done)
			rc = api_add(a->api, s->tell.market, s->tell.symbol, s->tell.interval, s->next, s->stuck ? s->hole : s->until, &s->tell, e);
	}
	if (rc || a->api->fetch.count == 0)
		return rc;
	rc = api_run(a->api, &range, e);
	for (size_t i = 0; !rc && i < a->api->fetch.count; i++) {
		struct archive_series *s = (struct archive_series *)a->api->series[i];

		if (fetch_failure(&a->api->fetch, i) && !is_unknown(a, s, i)) {
			fail(a, s, &a->api->fetch.first);
			continue;
		}
		s->done = !s->stuck;
		*all_done &= s->done;
		s->next = s->hole;
		s->stuck = false;
	}
	api_clear(a->api);
	return rc;
}

static enum err open_work(struct work *w, struct error *e)
{
	struct archive *a = w->archive;
	const struct venue_config *c = &a->api->config;
	struct caller_config config = { .base_url = a->url, .parallel = c->parallel, .retries = c->retries, .patience_ms = FILE_TIMES * c->patience_ms,
		.timeout_ms = FILE_TIMES * c->timeout_ms, .body_max = DOWNLOAD_MAX, .weight_limit = NO_LIMIT };
	struct venue_clock clock = { 0 };
	struct venue *venue;
	enum err rc = api_venue(a->api, a->series[0].tell.market, &venue, e);

	if (!rc)
		rc = caller_open(&config, NULL, &w->caller, e);
	if (!rc)
		rc = venue_time(venue, &clock, e);
	w->now_ms = a->now_ms != TIME_NONE && a->now_ms < clock.server_ms ? a->now_ms : clock.server_ms;
	w->slot_count = c->parallel;
	w->slots = calloc(w->slot_count, sizeof *w->slots);
	if (!rc && !w->slots)
		rc = error_memory(e);
	for (struct archive_series *s = a->series; !rc && s < a->series + a->count; s++) {
		s->next = s->hole = s->since;
		course_init(&s->course, s->tell.market, s->tell.interval, s->tell.symbol, s->since, s->until, w->now_ms);
		w->planned += course_count(&s->course);
	}
	return rc;
}

enum err archive_run(struct archive *a, struct error *e)
{
	struct work w = { .archive = a };
	bool all_done = a->count == 0;
	enum err rc = all_done ? OK : open_work(&w, e);

	a->api->finding = on_finding;
	a->api->ctx = a;
	a->api->sole = a->count == 1;
	while (!rc && !all_done) {
		rc = run_files(&w, e);
		if (!rc)
			rc = run_api(&w, &all_done, e);
	}
	for (size_t i = 0; w.slots && i < w.slot_count; i++)
		empty(&w.slots[i]);
	free(w.slots);
	caller_close(w.caller);
	if (rc || a->failed < a->count || a->count == 0)
		return rc;
	*e = a->first; /* nothing more came: the program's own failure */
	return e->code;
}

void archive_close(struct archive *a)
{
	free(a->series);
}
