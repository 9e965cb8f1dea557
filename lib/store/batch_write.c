#include "store/batch_write.h"

#include <string.h>

#include "core/utc.h"
#include "store/db.h"
#include "store/receipts.h"

#define HOLD_MS 40        /* a transaction is ended once it has held the lock so long */
#define POLITE_HOLD_MS 10 /* … and where others write, too */
#define CLOCK_EVERY 256   /* records between two looks at the clock */

/* What is being written: the receipt whose rows these are, and how many of them are still to come. */
struct writing {
	struct receipt receipt;
	int64_t left;
	int64_t last; /* of those written */
};

static void count(struct batch *b, struct flow *t, enum put_result what, int64_t now_ms)
{
	b->put[what]++;
	if (!t)
		return;
	t->inserted += what == PUT_NEW;
	t->updated += what == PUT_CHANGED;
	t->touched = true;
	t->last_ms = now_ms;
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

static const struct batch_head *head_at(const struct batch *b, size_t at)
{
	return (const struct batch_head *)(const void *)(b->objects.data + at);
}

static size_t step_of(const struct batch_head *head)
{
	return sizeof *head + batch_padded(head->kind->size);
}

/* The candles from `at` on that store_put_run takes; 0: it is none. */
static size_t find_run(const struct batch *b, size_t at, const struct candle *rows[STORE_RUN])
{
	const struct batch_head *first = head_at(b, at), *head = first;
	size_t n = 0;

	while (n < STORE_RUN && head->kind == &kinds[KIND_CANDLE] && head->flow == first->flow) {
		const struct candle *c = (const void *)(head + 1);

		if (n && c->bar.open_time <= rows[n - 1]->bar.open_time)
			break;
		rows[n++] = c;
		at += step_of(head);
		if (at == b->objects.len)
			break;
		head = head_at(b, at);
	}
	return n;
}

/* A row is written: it belongs to a receipt. */
static enum err take_row(struct batch *b, struct writing *w, struct flow *t, int64_t t_ms, struct error *e)
{
	if (w->left == 0) {
		extend_own(b, t, t_ms);
		return OK;
	}
	w->last = t_ms;
	return --w->left ? OK : put_receipts(b, w, e);
}

/* The object at *at, or the run of candles that begins there; *at and *n move behind it. */
static enum err write_object(struct batch *b, struct writing *w, size_t *at, size_t *n, struct error *e)
{
	const struct batch_head *head = head_at(b, *at);
	const void *object = head + 1;
	struct flow *t = head->flow ? &b->flows.rows[head->flow - 1] : NULL;
	const struct candle *rows[STORE_RUN];
	enum put_result what[STORE_RUN];
	size_t run = find_run(b, *at, rows);
	int64_t now_ms = utc_now_ms();
	enum err rc = run ? store_put_run(b->store, rows, run, what, e) : store_put(b->store, head->kind, object, what, e);

	for (size_t i = 0; !rc && i < (run ? run : 1); i++) {
		count(b, t, what[i], now_ms);
		if (batch_is_row(head->kind))
			rc = take_row(b, w, t, run ? rows[i]->bar.open_time : flow_time(head->kind, object), e);
	}
	if (!rc && head->kind == &kinds[KIND_EVENT] && strcmp(((const struct event *)object)->code, SYMBOL_LISTING) == 0)
		rc = symbols_delist(b->store, object, e);
	*n += run ? run : 1;
	*at += step_of(head) * (run ? run : 1);
	return rc;
}

/* Ends the transaction and begins another, after a moment in which those who wait for the lock are sure to look. */
static enum err make_way(struct batch *b, struct writing *w, struct error *e)
{
	enum err rc = put_receipts(b, w, e);

	if (!rc)
		rc = store_commit(b->store, e);
	if (!rc)
		db_pause();
	return rc ? rc : store_begin(b->store, e);
}

/* What the exchange does not have has a receipt without rows. */
static enum err write_lack(struct batch *b, const struct receipt *r, struct error *e)
{
	struct receipt lack = *r;
	enum put_result what;
	struct flow *t;
	enum err rc = flow_of_receipt(&b->flows, r, &t, e);

	if (!rc)
		flow_lacks(t, r);
	return rc ? rc : receipt_put(b->store, &lack, &what, e);
}

/* A receipt speaks of its rows also where some are written already: the batch need not. */
static enum err begin_receipt(struct batch *b, struct writing *w, const struct batch_head *head, struct error *e)
{
	struct flow *t;
	enum err rc;

	if (receipt_is_lack((const void *)(head + 1)))
		return write_lack(b, (const void *)(head + 1), e);
	*w = (struct writing){ .receipt = *(const struct receipt *)(const void *)(head + 1), .left = (int64_t)head->flow };
	rc = flow_of_receipt(&b->flows, &w->receipt, &t, e);
	if (rc)
		return rc;
	t->own_due = false;
	t->own.rows = 0;
	return w->left ? OK : put_receipts(b, w, e);
}

enum err batch_write(struct batch *b, struct error *e)
{
	struct writing w = { .left = 0 };
	int64_t since = utc_now_ms();
	enum err rc = OK;
	size_t n = 0;

	for (size_t at = 0; !rc && at < b->objects.len;) {
		const struct batch_head *head = head_at(b, at);

		if (n >= CLOCK_EVERY) {
			n = 0;
			if (utc_now_ms() - since >= (since < b->polite_ms ? POLITE_HOLD_MS : HOLD_MS)) {
				rc = make_way(b, &w, e);
				since = utc_now_ms();
			}
		}
		if (!rc && head->kind == &kinds[KIND_RECEIPT]) {
			rc = begin_receipt(b, &w, head, e);
			at += step_of(head);
		} else if (!rc) {
			rc = write_object(b, &w, &at, &n, e);
		}
	}
	return rc ? rc : put_receipts(b, &w, e);
}
