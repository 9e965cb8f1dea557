#include "store/batch.h"

#include <string.h>

#include "core/utc.h"
#include "store/batch_write.h"
#include "store/db.h"
#include "store/receipts.h"

#define GATHER_COUNT 8192
#define GATHER_BYTES (4 << 20)
#define POLITE_MS 3000    /* how long after another's write there is a pause after every transaction */
#define HELD_MAX 1000000  /* rows that wait for one receipt: a month of minutes is 44640 */

void batch_init(struct batch *b, struct store *s)
{
	*b = (struct batch){ .store = s, .begun_ms = utc_now_ms(), .own = { .source = RECEIPT_OWN, .time_unit = TIME_UNIT_MS } };
}

void batch_release(struct batch *b)
{
	buf_release(&b->objects);
	buf_release(&b->refused);
	flows_release(&b->flows);
}

static size_t place(const struct batch *b, const struct flow *t)
{
	return t ? (size_t)(t - b->flows.rows) + 1 : 0;
}

static enum err append(struct buf *to, const struct kind *kind, size_t flow, const void *object, struct error *e)
{
	size_t size = batch_padded(kind->size);
	char *at = buf_reserve(to, sizeof(struct batch_head) + size);

	if (!at)
		return error_memory(e);
	*(struct batch_head *)at = (struct batch_head){ kind, flow };
	memcpy(at + sizeof(struct batch_head), object, kind->size);
	to->len += sizeof(struct batch_head) + size;
	return OK;
}

/* Rows whose receipt is refused go with it: the next receipt of their series speaks of what comes then. */
static void refuse_rows(struct batch *b, struct flow *t, const struct error *why)
{
	snprintf(t->failure, sizeof t->failure, "the receipt was refused: %s: %.180s", why->field, why->message);
	if (t->held_marks.len)
		buf_add(&b->refused, t->held_marks.data, t->held_marks.len);
	flow_restart(t);
}

/* A receipt stands before its rows, so that whoever writes them knows it at every commit. */
static enum err add_rows(struct batch *b, struct flow *t, const struct receipt *r, struct error *e)
{
	enum err rc = append(&b->objects, &kinds[KIND_RECEIPT], t->held_count, r, e);

	if (rc)
		return rc;
	if (t->held.len)
		buf_add(&b->objects, t->held.data, t->held.len);
	b->gathered += 1 + t->held_count;
	flow_restart(t);
	return b->objects.failed ? error_memory(e) : OK;
}

static enum err close_rows(struct batch *b, const struct receipt *r, struct error *e)
{
	bool of_series = r->rows > 0 && (r->series == RECEIPT_CANDLES) == (r->interval >= 0);
	struct error why = { 0 };
	struct flow *t;
	enum err rc, refused = receipt_check(r, &why);

	b->receipted = true;
	if (refused && !of_series) {
		*e = why;
		return refused;
	}
	if (r->rows == 0) {
		b->gathered += receipt_is_lack(r);
		return receipt_is_lack(r) ? append(&b->objects, &kinds[KIND_RECEIPT], 0, r, e) : OK;
	}
	rc = flow_of_receipt(&b->flows, r, &t, e);
	if (rc)
		return rc;
	if (!refused)
		refused = flow_close(t, r, &why);
	if (!refused)
		return add_rows(b, t, r, e);
	refuse_rows(b, t, &why);
	*e = why;
	return b->refused.failed ? error_memory(e) : refused;
}

static enum err hold(struct batch *b, struct flow *t, const struct kind *k, const void *object, struct error *e)
{
	if (t->held_count == HELD_MAX)
		return error_field(e, ERR_DATA, "kind", "more than %d rows of %s wait for one receipt", HELD_MAX, t->symbol);
	if (t->held_count++ == 0)
		t->held_since = b->mark;
	if (b->keep_marks)
		buf_add(&t->held_marks, &b->mark, sizeof b->mark);
	if (t->held_marks.failed)
		return error_memory(e);
	return append(&t->held, k, place(b, t), object, e);
}

static enum err gather(struct batch *b, const struct kind *kind, const void *object, bool *full, struct error *e)
{
	struct flow *t = NULL;
	enum err rc = kind == &kinds[KIND_RECEIPT] ? OK : store_check(kind, object, e);

	*full = false;
	if (!rc && kind == &kinds[KIND_RECEIPT])
		rc = close_rows(b, object, e);
	else if (!rc && kind == &kinds[KIND_EVENT] && strcmp(((const struct event *)object)->code, "fetch.failed") == 0)
		rc = flow_failed(&b->flows, object, e);
	else if (!rc)
		rc = flow_of(&b->flows, kind, object, &t, e);
	if (!rc && kind != &kinds[KIND_RECEIPT]) {
		if (batch_is_row(kind))
			flow_row(t, flow_time(kind, object));
		if (batch_is_row(kind) && b->receipted)
			return hold(b, t, kind, object, e);
		rc = append(&b->objects, kind, place(b, t), object, e);
		b->gathered++;
	}
	*full = b->gathered >= GATHER_COUNT || b->objects.len >= GATHER_BYTES;
	return rc;
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

uint64_t batch_waits_since(const struct batch *b)
{
	uint64_t oldest = UINT64_MAX;

	for (size_t i = 0; b->receipted && i < b->flows.count; i++)
		if (b->flows.rows[i].held_count && b->flows.rows[i].held_since < oldest)
			oldest = b->flows.rows[i].held_since;
	return oldest;
}

enum err batch_complete(const struct batch *b, struct error *e)
{
	for (size_t i = 0; i < b->flows.count; i++) {
		const struct flow *t = &b->flows.rows[i];

		if (t->held_count)
			return error_set(e, ERR_DATA, "the input ended before the receipt of %zu %s%s%s of %s: they are not stored", t->held_count,
				t->interval < 0 ? "" : interval_names[t->interval], t->interval < 0 ? "funding payment" : " candle",
				t->held_count == 1 ? "" : "s", t->symbol);
	}
	return OK;
}

/* Whether another has written since the last flush, which says that there is somebody to make room for. */
static enum err look_at_others(struct batch *b, struct error *e)
{
	int64_t changes;
	enum err rc = store_changes(b->store, &changes, e);

	if (!rc && b->changes && changes != b->changes)
		b->polite_ms = utc_now_ms() + POLITE_MS;
	b->changes = changes;
	return rc;
}

enum err batch_flush(struct batch *b, struct error *e)
{
	enum err rc;

	if (b->gathered == 0)
		return OK;
	if (utc_now_ms() < b->polite_ms)
		db_pause();
	rc = look_at_others(b, e);
	if (!rc)
		rc = store_begin(b->store, e);
	if (!rc)
		rc = batch_write(b, e);
	rc = store_end(b->store, rc, e);
	buf_clear(&b->objects);
	b->gathered = 0;
	return rc;
}

enum err batch_source(struct batch *b, const char *source, const char *sha256, int time_unit, struct error *e)
{
	size_t n = strlen(source);
	enum err rc = batch_flush(b, e);

	if (n >= sizeof b->own.source) /* the end of a long path tells more than its beginning */
		source += n - (sizeof b->own.source - 1);
	snprintf(b->own.source, sizeof b->own.source, "%s", source);
	snprintf(b->own.sha256, sizeof b->own.sha256, "%s", sha256);
	b->own.time_unit = time_unit;
	for (size_t i = 0; i < b->flows.count; i++)
		b->flows.rows[i].own.rows = 0;
	return rc;
}

static enum err log_flow(struct batch *b, const struct flow *t, const struct error *why, struct error *e)
{
	const char *wrong = *t->failure ? t->failure : why ? why->message : NULL, *message = wrong ? wrong : *t->lacks ? t->lacks : NULL;
	int64_t t_ms = t->last_ms ? t->last_ms : utc_now_ms();
	struct store_sync line = { .type = t->kind->name, .market = t->market, .interval = t->interval, .symbol = t->symbol,
		.inserted = t->inserted, .updated = t->updated, .seconds = (double)(t_ms - b->begun_ms) / 1000,
		.status = wrong ? "error" : "ok", .message = message, .t_ms = t_ms };

	return store_sync_log(b->store, &line, e);
}

enum err batch_log(struct batch *b, const struct error *why, struct error *e)
{
	enum err rc;

	if (b->flows.count == 0)
		return OK;
	rc = store_begin(b->store, e);
	for (size_t i = 0; !rc && i < b->flows.count; i++)
		if (b->flows.rows[i].touched || *b->flows.rows[i].failure)
			rc = log_flow(b, &b->flows.rows[i], why, e);
	return store_end(b->store, rc, e);
}
