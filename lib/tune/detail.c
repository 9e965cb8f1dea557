#include "tune/detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/path.h"
#include "core/utc.h"
#include "model/id.h"
#include "store/store.h"

struct detail {
	struct store *store;
	enum interval interval;
	struct bar *bars;
	size_t count, cap, replayed, missing;
	struct digest *digest;
	struct buf line;
};

enum err detail_new(const char *db, enum interval interval, enum interval whole, struct detail **out, struct error *e)
{
	struct detail *d;
	char path[PATH_SIZE];
	enum err rc = path_db(db, path, e);

	*out = NULL;
	if (!interval_makes(interval, whole))
		return error_set(e, ERR_USAGE, "--detail-interval: bars of %s do not make those of %s", interval_names[interval], interval_names[whole]);
	d = calloc(1, sizeof *d);
	if (!d)
		return error_memory(e);
	d->interval = interval;
	d->digest = digest_new();
	if (!rc && !d->digest)
		rc = error_memory(e);
	if (!rc)
		rc = store_open(path, STORE_READ, &d->store, e);
	if (rc)
		detail_free(d);
	else
		*out = d;
	return rc;
}

void detail_free(struct detail *d)
{
	if (!d)
		return;
	store_close(d->store);
	digest_free(d->digest);
	buf_release(&d->line);
	free(d->bars);
	free(d);
}

void detail_clear(struct detail *d)
{
	d->count = 0;
}

static enum err take(void *ctx, const void *object, struct error *e)
{
	struct detail *d = ctx;
	const struct candle *c = object;

	if (grow(&d->bars, &d->cap, d->count + 1, sizeof *d->bars, e))
		return ERR_INTERNAL;
	d->bars[d->count++] = c->bar;
	return OK;
}

static bool fits(const struct bar *bars, size_t n, const struct bar *whole)
{
	dec64 high = 0, low = INT64_MAX;

	for (size_t i = 0; i < n; i++)
		if (bars[i].volume > 0) {
			high = bars[i].high > high ? bars[i].high : high;
			low = bars[i].low < low ? bars[i].low : low;
		}
	return high == whole->high && low == whole->low;
}

enum err detail_of(struct detail *d, const struct history_series *s, const struct bar *whole, size_t *from, size_t *n, struct error *e)
{
	struct store_query q = STORE_ANY;
	struct candle c = { .market = s->market, .interval = (int)d->interval };
	enum err rc;

	*from = d->count;
	*n = 0;
	q.market = s->market;
	q.interval = (int)d->interval;
	q.symbols = &s->symbol;
	q.symbol_count = 1;
	q.since = whole->open_time;
	q.until = interval_next((enum interval)s->interval, whole->open_time);
	rc = store_each(d->store, &kinds[KIND_CANDLE], &q, take, d, e);
	if (rc)
		return rc;
	if (!fits(d->bars + *from, d->count - *from, whole)) {
		d->missing++;
		d->count = *from;
		return OK;
	}
	*n = d->count - *from;
	d->replayed++;
	memcpy(c.symbol, s->symbol, sizeof c.symbol);
	buf_clear(&d->line);
	for (size_t i = *from; i < d->count; i++) {
		c.bar = d->bars[i];
		candle_write(&c, &d->line);
	}
	digest_add(d->digest, d->line.data, d->line.len);
	return d->line.failed ? error_memory(e) : OK;
}

const struct bar *detail_bars(const struct detail *d, size_t from)
{
	return d->bars + from;
}

void detail_end(struct detail *d, struct digest *digest, struct run *run, struct event *event)
{
	char hex[DIGEST_HEX];

	digest_hex(d->digest, hex);
	digest_field(digest, run->digest);
	digest_field(digest, hex);
	digest_hex(digest, run->digest);
	*event = (struct event){ .level = EVENT_INFO, .t_ms = run->last_ms };
	memcpy(event->account, run->account, sizeof event->account);
	snprintf(event->code, sizeof event->code, "backtest.detail");
	snprintf(event->message, sizeof event->message, "of the bars in which something might have been filled, %zu were decided by bars of %s, %zu by themselves",
		d->replayed, interval_names[d->interval], d->missing);
	id_event(digest, run->account, event->code, run->id, event->t_ms, event->id);
	d->replayed = d->missing = 0;
}
