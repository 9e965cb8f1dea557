#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

#define GATHER_COUNT 8192
#define GATHER_BYTES (4 << 20)
#define HOLD_MS 40      /* a transaction is ended once it has held the lock so long */
#define CLOCK_EVERY 256 /* records between two looks at the clock */

/* Before each object in the buffer; as large as the strictest alignment. */
struct head {
	_Alignas(16) const struct kind *kind;
};

struct batch_series {
	const struct kind *kind;
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t inserted, updated, last_ms;
};

void batch_init(struct batch *b, struct store *s)
{
	*b = (struct batch){ .store = s, .begun_ms = utc_now_ms() };
}

void batch_release(struct batch *b)
{
	buf_release(&b->objects);
	free(b->series);
	b->series = NULL;
}

static size_t padded(size_t n)
{
	return (n + sizeof(struct head) - 1) / sizeof(struct head) * sizeof(struct head);
}

static enum err gather(struct batch *b, const struct kind *kind, const void *object, bool *full, struct error *e)
{
	size_t size = padded(kind->size);
	enum err rc = store_check(kind, object, e);
	char *to;

	*full = false;
	if (rc || (kind == &kinds[KIND_RECEIPT] && ((const struct receipt *)object)->rows == 0))
		return rc;
	to = buf_reserve(&b->objects, sizeof(struct head) + size);
	if (!to)
		return error_memory(e);
	*(struct head *)to = (struct head){ kind };
	memcpy(to + sizeof(struct head), object, kind->size);
	b->objects.len += sizeof(struct head) + size;
	b->gathered++;
	*full = b->gathered >= GATHER_COUNT || b->objects.len >= GATHER_BYTES;
	return OK;
}

enum err batch_add(struct batch *b, const struct record *r, bool *full, struct error *e)
{
	return gather(b, r->kind, &r->candle, full, e);
}

enum err batch_keep(struct batch *b, const struct kind *k, const void *object, struct error *e)
{
	bool full;
	enum err rc = gather(b, k, object, &full, e);

	if (rc || (!full && utc_now_ms() - b->kept_ms < MS_SECOND))
		return rc;
	b->kept_ms = utc_now_ms();
	return batch_flush(b, e);
}

static bool same_series(const struct batch_series *a, const struct batch_series *b)
{
	return a->kind == b->kind && a->market == b->market && a->interval == b->interval && strcmp(a->symbol, b->symbol) == 0;
}

/* Which line of sync_log counts this record; false: none does. */
static bool series_of(const struct kind *k, const void *object, struct batch_series *out)
{
	const struct candle *c = object;
	const struct funding *f = object;
	const struct symbol *s = object;

	*out = (struct batch_series){ .kind = k, .interval = -1 };
	if (k == &kinds[KIND_CANDLE]) {
		out->market = c->market;
		out->interval = c->interval;
		memcpy(out->symbol, c->symbol, strlen(c->symbol) + 1);
	} else if (k == &kinds[KIND_FUNDING]) {
		out->market = f->market;
		memcpy(out->symbol, f->symbol, strlen(f->symbol) + 1);
	} else if (k == &kinds[KIND_SYMBOL]) {
		out->market = s->market;
	} else {
		return false;
	}
	return true;
}

static enum err count(struct batch *b, const struct kind *k, const void *object, enum put_result what, struct error *e)
{
	struct batch_series key;
	size_t i;

	b->put[what]++;
	if (what == PUT_SAME || !series_of(k, object, &key))
		return OK;
	i = b->last_series;
	if (i >= b->series_count || !same_series(&b->series[i], &key))
		for (i = 0; i < b->series_count && !same_series(&b->series[i], &key); i++)
			;
	if (i == b->series_cap) {
		size_t cap = i ? 2 * i : 64;
		void *more = realloc(b->series, cap * sizeof *b->series);

		if (!more)
			return error_memory(e);
		b->series = more;
		b->series_cap = cap;
	}
	if (i == b->series_count)
		b->series[b->series_count++] = key;
	b->last_series = i;
	b->series[i].inserted += what == PUT_NEW;
	b->series[i].updated += what == PUT_CHANGED;
	b->series[i].last_ms = utc_now_ms();
	return OK;
}

static enum err write_all(struct batch *b, struct error *e)
{
	int64_t since = utc_now_ms();
	enum put_result what;
	enum err rc = OK;
	size_t n = 0;

	for (size_t at = 0; !rc && at < b->objects.len; n++) {
		const struct kind *k = ((const struct head *)(const void *)(b->objects.data + at))->kind;
		const void *object = b->objects.data + at + sizeof(struct head);

		if (n % CLOCK_EVERY == CLOCK_EVERY - 1 && utc_now_ms() - since >= HOLD_MS) {
			rc = store_commit(b->store, e);
			if (!rc)
				rc = store_begin(b->store, e);
			since = utc_now_ms();
		}
		if (!rc)
			rc = store_put(b->store, k, object, &what, e);
		if (!rc)
			rc = count(b, k, object, what, e);
		at += sizeof(struct head) + padded(k->size);
	}
	return rc;
}

enum err batch_flush(struct batch *b, struct error *e)
{
	enum err rc;

	if (b->gathered == 0)
		return OK;
	rc = store_begin(b->store, e);
	if (!rc)
		rc = write_all(b, e);
	if (!rc)
		rc = store_commit(b->store, e);
	else
		store_rollback(b->store);
	buf_clear(&b->objects);
	b->gathered = 0;
	return rc;
}

enum err batch_log(struct batch *b, const struct error *why, struct error *e)
{
	enum err rc;

	if (b->series_count == 0)
		return OK;
	rc = store_begin(b->store, e);
	for (size_t i = 0; !rc && i < b->series_count; i++) {
		const struct batch_series *row = &b->series[i];
		struct store_sync line = { .type = row->kind->name, .market = row->market, .interval = row->interval, .symbol = row->symbol,
			.inserted = row->inserted, .updated = row->updated, .seconds = (double)(row->last_ms - b->begun_ms) / 1000,
			.status = why ? "error" : "ok", .message = why ? why->message : NULL, .t_ms = row->last_ms };

		rc = store_sync_log(b->store, &line, e);
	}
	if (!rc)
		return store_commit(b->store, e);
	store_rollback(b->store);
	return rc;
}
