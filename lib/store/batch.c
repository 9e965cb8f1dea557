#include "store/batch.h"

#include <string.h>

#include "core/utc.h"
#include "store/receipts.h"

#define GATHER_COUNT 8192
#define GATHER_BYTES (4 << 20)
#define HOLD_MS 40        /* a transaction is ended once it has held the lock so long */
#define CLOCK_EVERY 256   /* records between two looks at the clock */
#define HELD_MAX 1000000  /* rows that wait for one receipt: a month of minutes is 44640 */

/* Before each object in the buffer; as large as the strictest alignment. */
struct head {
	_Alignas(16) const struct kind *kind;
	size_t flow; /* place of the row's flow + 1; 0: none */
};

void batch_init(struct batch *b, struct store *s)
{
	*b = (struct batch){ .store = s, .begun_ms = utc_now_ms(), .own = { .source = RECEIPT_OWN, .time_unit = TIME_UNIT_MS } };
}

void batch_release(struct batch *b)
{
	buf_release(&b->objects);
	flows_release(&b->flows);
}

static size_t padded(size_t n)
{
	return (n + sizeof(struct head) - 1) / sizeof(struct head) * sizeof(struct head);
}

static size_t place(const struct batch *b, const struct flow *t)
{
	return t ? (size_t)(t - b->flows.rows) + 1 : 0;
}

static bool is_row(const struct kind *k)
{
	return k == &kinds[KIND_CANDLE] || k == &kinds[KIND_FUNDING];
}

static enum err append(struct buf *to, const struct kind *kind, size_t flow, const void *object, struct error *e)
{
	size_t size = padded(kind->size);
	char *at = buf_reserve(to, sizeof(struct head) + size);

	if (!at)
		return error_memory(e);
	*(struct head *)at = (struct head){ kind, flow };
	memcpy(at + sizeof(struct head), object, kind->size);
	to->len += sizeof(struct head) + size;
	return OK;
}

/* A receipt stands before its rows, so that whoever writes them knows it at every commit. */
static enum err close_rows(struct batch *b, const struct receipt *r, struct error *e)
{
	struct flow *t;
	enum err rc;

	b->receipted = true;
	if (r->rows == 0)
		return OK;
	rc = flow_of_receipt(&b->flows, r, &t, e);
	if (!rc)
		rc = flow_close(t, r, e);
	if (!rc)
		rc = append(&b->objects, &kinds[KIND_RECEIPT], t->held_count, r, e);
	if (rc)
		return rc;
	buf_add(&b->objects, t->held.data, t->held.len);
	b->gathered += 1 + t->held_count;
	t->held_count = 0;
	buf_clear(&t->held);
	return b->objects.failed ? error_memory(e) : OK;
}

static enum err hold(struct batch *b, struct flow *t, const struct kind *k, const void *object, struct error *e)
{
	if (t->held_count == HELD_MAX)
		return error_field(e, ERR_DATA, "kind", "more than %d rows of %s wait for one receipt", HELD_MAX, t->symbol);
	if (t->held_count++ == 0)
		t->held_since = b->mark;
	return append(&t->held, k, place(b, t), object, e);
}

static enum err gather(struct batch *b, const struct kind *kind, const void *object, bool *full, struct error *e)
{
	struct flow *t = NULL;
	enum err rc = store_check(kind, object, e);

	*full = false;
	if (!rc && kind == &kinds[KIND_RECEIPT])
		rc = close_rows(b, object, e);
	else if (!rc && kind == &kinds[KIND_EVENT] && strcmp(((const struct event *)object)->code, "fetch.failed") == 0)
		rc = flow_failed(&b->flows, object, e);
	else if (!rc)
		rc = flow_of(&b->flows, kind, object, &t, e);
	if (!rc && kind != &kinds[KIND_RECEIPT]) {
		if (is_row(kind))
			flow_row(t, flow_time(kind, object));
		if (is_row(kind) && b->receipted)
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

/* What is being written: the receipt whose rows these are, and how many of them are still to come. */
struct writing {
	struct receipt receipt;
	int64_t left;
	int64_t last; /* of those written */
};

static void count(struct batch *b, struct flow *t, enum put_result what)
{
	b->put[what]++;
	if (!t)
		return;
	t->inserted += what == PUT_NEW;
	t->updated += what == PUT_CHANGED;
	t->touched = true;
	t->last_ms = utc_now_ms();
}

/* A row without a receipt makes the batch's own longer. */
static void extend_own(const struct batch *b, struct flow *t, int64_t t_ms)
{
	struct receipt *r = &t->own;

	if (r->rows == 0) {
		*r = b->own;
		r->market = t->market;
		r->interval = t->interval;
		r->series = t->interval < 0 ? RECEIPT_FUNDING : RECEIPT_CANDLES;
		memcpy(r->symbol, t->symbol, sizeof r->symbol);
		r->first = r->last = t_ms;
	}
	r->first = t_ms < r->first ? t_ms : r->first;
	r->last = t_ms > r->last ? t_ms : r->last;
	r->rows++;
	t->own_due = true;
}

static enum err put_own(struct batch *b, struct flow *t, struct error *e)
{
	struct receipt r = t->own;
	enum put_result what;

	r.t_ms = utc_now_ms();
	if (r.interval >= 0 && r.rows > interval_count((enum interval)r.interval, r.first, r.last) + 1) /* some came twice */
		r.rows = interval_count((enum interval)r.interval, r.first, r.last) + 1;
	r.gaps = flow_gaps(r.interval, r.first, r.last, r.rows);
	t->own_due = false;
	if (!*r.sha256)
		t->own.rows = 0; /* the next goes on where this one ends */
	return receipt_put(b->store, &r, &what, e);
}

/* The receipts of what this transaction has written so far. */
static enum err put_receipts(struct batch *b, struct writing *w, struct error *e)
{
	struct receipt r = w->receipt;
	enum put_result what;
	enum err rc = OK;

	if (r.rows > w->left) {
		r.rows -= w->left;
		r.last = w->left ? w->last : r.last;
		r.gaps = flow_gaps(r.interval, r.first, r.last, r.rows);
		rc = receipt_put(b->store, &r, &what, e);
	}
	if (!w->left)
		w->receipt.rows = 0;
	for (size_t i = 0; !rc && i < b->flows.count; i++)
		if (b->flows.rows[i].own_due)
			rc = put_own(b, &b->flows.rows[i], e);
	return rc;
}

static enum err write_object(struct batch *b, struct writing *w, const struct head *head, const void *object, struct error *e)
{
	struct flow *t = head->flow ? &b->flows.rows[head->flow - 1] : NULL;
	enum put_result what;
	enum err rc = store_put(b->store, head->kind, object, &what, e);

	if (rc)
		return rc;
	count(b, t, what);
	if (!is_row(head->kind))
		return OK;
	if (w->left == 0) {
		extend_own(b, t, flow_time(head->kind, object));
		return OK;
	}
	w->last = flow_time(head->kind, object);
	return --w->left ? OK : put_receipts(b, w, e);
}

static enum err write_all(struct batch *b, struct error *e)
{
	struct writing w = { .left = 0 };
	int64_t since = utc_now_ms();
	enum err rc = OK;
	size_t n = 0;

	for (size_t at = 0; !rc && at < b->objects.len; n++) {
		const struct head *head = (const struct head *)(const void *)(b->objects.data + at);
		const void *object = head + 1;

		if (n % CLOCK_EVERY == CLOCK_EVERY - 1 && utc_now_ms() - since >= HOLD_MS) {
			rc = put_receipts(b, &w, e);
			if (!rc)
				rc = store_commit(b->store, e);
			if (!rc)
				rc = store_begin(b->store, e);
			since = utc_now_ms();
		}
		if (!rc && head->kind == &kinds[KIND_RECEIPT]) {
			w = (struct writing){ .receipt = *(const struct receipt *)object, .left = (int64_t)head->flow };
			rc = w.left ? OK : put_receipts(b, &w, e); /* its rows are written already */
		} else if (!rc) {
			rc = write_object(b, &w, head, object, e);
		}
		at += sizeof(struct head) + padded(head->kind->size);
	}
	return rc ? rc : put_receipts(b, &w, e);
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
	const char *message = *t->failure ? t->failure : why ? why->message : NULL;
	int64_t t_ms = t->last_ms ? t->last_ms : utc_now_ms();
	struct store_sync line = { .type = t->kind->name, .market = t->market, .interval = t->interval, .symbol = t->symbol,
		.inserted = t->inserted, .updated = t->updated, .seconds = (double)(t_ms - b->begun_ms) / 1000,
		.status = message ? "error" : "ok", .message = message, .t_ms = t_ms };

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
	if (!rc)
		return store_commit(b->store, e);
	store_rollback(b->store);
	return rc;
}
