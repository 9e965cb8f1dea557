/* sync: what happened at the exchange since the last step, booked at its time between the closes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "live/inside.h"

static enum err trouble(const struct reply *r, const char *doing, struct error *e)
{
	enum err code = r->error.code == OK ? ERR_UNAVAILABLE : r->error.code == ERR_DATA ? ERR_TEMPFAIL : r->error.code;

	return error_set(e, code, "cannot %s: %.300s", doing, r->error.message);
}

/* ---- reports: orders that have changed ---- */

static enum err add_report(struct live *l, const struct venue_order *v, struct error *e)
{
	struct venue_fill *fills = NULL;
	size_t n = 0;
	struct reply r;

	if (v->filled_qty > 0 && broker_order_fills(l->b, v->symbol, v->order_id, &fills, &n, &r) != FATE_DONE)
		return trouble(&r, "read an order's trades", e);
	if (grow(&l->reports, &l->report_cap, l->report_count + 1, sizeof *l->reports, e)) {
		free(fills);
		return ERR_INTERNAL;
	}
	l->reports[l->report_count++] = (struct report){ .order = *v, .fills = fills, .count = n };
	return OK;
}

static void release_reports(struct live *l)
{
	for (size_t i = 0; i < l->report_count; i++)
		free(l->reports[i].fills);
	l->report_count = 0;
}

/* When the next thing happened that is not booked: a fill, or how it ended. INT64_MAX: all is. */
static int64_t next_time(const struct report *x)
{
	if (x->booked < x->count)
		return x->fills[x->booked].t_ms;
	if (x->over)
		return INT64_MAX;
	return x->order.updated_ms != TIME_NONE ? x->order.updated_ms : INT64_MIN;
}

/* One fill, or the end. */
static enum err book_next(struct live *l, struct report *x, struct error *e)
{
	struct venue_order v = x->order;
	bool end = x->booked == x->count;

	x->booked += !end;
	x->over = x->booked == x->count && (end || v.status == VENUE_FILLED || venue_status_is_open(v.status));
	if (!x->over) {
		v.status = VENUE_PARTIALLY_FILLED;
		v.updated_ms = x->fills[x->booked - 1].t_ms;
		v.filled_qty = 0; /* as far as these fills tell */
	}
	return live_take(l, &v, x->fills, x->booked, e);
}

/* Of what happened at one instant, purchases come first: what is sold was bought before. */
static bool is_before(const struct report *x, const struct report *y)
{
	return next_time(x) < next_time(y) || (next_time(x) == next_time(y) && x->order.side == SIDE_BUY && y->order.side == SIDE_SELL);
}

/* Books what happened before t_ms, in the order of time. */
static enum err book_before(void *ctx, int64_t t_ms, struct error *e)
{
	struct live *l = ctx;

	for (;;) {
		struct report *first = NULL;
		enum err rc;

		for (size_t i = 0; i < l->report_count; i++)
			if (next_time(&l->reports[i]) < t_ms && (!first || is_before(&l->reports[i], first)))
				first = &l->reports[i];
		if (!first)
			return OK;
		rc = book_next(l, first, e);
		if (rc)
			return rc;
	}
}

/* ---- what the exchange has open ---- */

struct open_orders {
	struct venue_order *rows;
	size_t count;
};

static dec locked_of(const struct venue_account *a, const char *asset)
{
	for (size_t i = 0; i < a->balance_count; i++)
		if (strcmp(a->balances[i].asset, asset) == 0)
			return a->balances[i].locked;
	return 0;
}

/* What our own purchases that wait have locked of the account's currency. */
static dec locked_here(const struct book *b)
{
	bool bad = false;
	dec sum = 0;

	for (size_t i = 0; i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;
		dec price = o->price != DEC_NONE ? o->price : o->worst_price;

		if (o->side == SIDE_BUY && o->status != ORDER_INTENT && o->qty != DEC_NONE && price != DEC_NONE)
			sum = dec_add(sum, dec_mul(o->qty - o->filled_qty, price, ROUND_UP, &bad), &bad);
	}
	return bad ? DEC_NONE : sum;
}

/*
 * Whose open orders are read, with 6 of weight a pair: those with an order of ours, and those where something is locked
 * that we have not locked. A purchase of somebody else shows in the account's currency, and then all are read.
 */
static bool is_read(const struct book *b, const struct venue_account *a, size_t pair, bool all)
{
	char base[ASSET_SIZE];

	for (size_t i = 0; i < b->order_count; i++)
		if (b->orders[i].pair == pair)
			return true;
	live_base_of(b, &b->pairs[pair], base);
	return all || locked_of(a, base) != 0;
}

static enum err read_open(struct live *l, const struct venue_account *a, struct open_orders *open, struct error *e)
{
	const struct book *b = &l->d->ledger.book;
	bool all = locked_of(a, b->quote) != locked_here(b), every;
	size_t wanted = 0;

	for (size_t i = 0; i < b->pair_count; i++)
		wanted += is_read(b, a, i, all);
	every = wanted > 13; /* 80 of weight for all that there are */
	for (size_t i = 0; i < b->pair_count; i++) {
		struct venue_order *rows = NULL, *more;
		struct reply r;
		size_t n = 0;

		if (every ? i > 0 : !is_read(b, a, i, all))
			continue;
		if (broker_open_orders(l->b, every ? NULL : b->pairs[i].symbol, &rows, &n, &r) != FATE_DONE)
			return trouble(&r, "read the open orders", e);
		more = n ? reallocarray(open->rows, open->count + n, sizeof *more) : NULL;
		if (n && !more) {
			free(rows);
			return error_memory(e);
		}
		if (n) {
			open->rows = more;
			memcpy(open->rows + open->count, rows, n * sizeof *rows);
			open->count += n;
		}
		free(rows);
	}
	return OK;
}

static const struct venue_order *find_open(const struct open_orders *all, const char *id)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->rows[i].id, id) == 0)
			return &all->rows[i];
	return NULL;
}

/* Orders of ours that are no longer open there, or that have filled further. */
static enum err gather_reports(struct live *l, const struct open_orders *all, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->order_count; i++) {
		const struct order *o = &b->orders[i].o;
		const struct venue_order *open = find_open(all, o->id);
		struct venue_order v;
		struct reply r;
		struct wire w;
		bool found;

		if (open && open->filled_qty == o->filled_qty)
			continue;
		rc = wire_get(l->d, o->id, &w, &found, e);
		if (rc || (!open && w.status != WIRE_ACKED))
			continue;
		if (open)
			rc = add_report(l, open, e);
		else if (broker_order(l->b, o->symbol, o->id, &v, &r) == FATE_DONE)
			rc = add_report(l, &v, e);
		else
			rc = live_defer(l, o->id, &r, e);
	}
	return rc;
}

/* ---- the whole ---- */

static enum err finish(struct live *l, const struct venue_account *a, struct error *e)
{
	struct live_state s = { .opened_ms = live_now(l) };
	bool found;
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	snprintf(s.account, sizeof s.account, "%s", l->d->setup.label);
	rc = store_get(l->d->store, STORE_LIVE_STATE, &s, &found, e);
	s.uid = a->uid;
	s.synced_ms = live_now(l) > l->d->ledger.book.state.settled_ms ? live_now(l) : l->d->ledger.book.state.settled_ms;
	if (!rc)
		rc = store_put_row(l->d->store, STORE_LIVE_STATE, &s, NULL, e);
	return live_end(l, rc, e);
}

/* The key must still be that of the account which the books are about. */
static enum err check_uid(struct live *l, const struct venue_account *a, struct error *e)
{
	struct live_state s = { .uid = -1 };
	bool found;
	enum err rc;

	snprintf(s.account, sizeof s.account, "%s", l->d->setup.label);
	rc = store_get(l->d->store, STORE_LIVE_STATE, &s, &found, e);
	if (!rc && found && s.uid != -1 && a->uid != -1 && a->uid != s.uid)
		return error_set(e, ERR_CONFIG, "the key of account %s belongs to another account of the exchange (%lld) than its books (%lld)",
			l->d->setup.account->name, (long long)a->uid, (long long)s.uid);
	return rc;
}

static enum err observe(struct live *l, struct venue_account *a, struct buf *late, struct error *e)
{
	struct desk_follow f = { .before = book_before, .ctx = l };
	struct open_orders open = { 0 };
	struct reply r;
	enum err rc = broker_account(l->b, a, &r) == FATE_DONE ? OK : trouble(&r, "read the account", e);

	if (!rc)
		rc = check_uid(l, a, e);
	if (!rc)
		rc = desk_look(l->d, e);
	if (!rc)
		rc = read_open(l, a, &open, e);
	if (!rc)
		rc = live_first(l, a, &f.capital, e);
	if (!rc)
		rc = gather_reports(l, &open, e);
	if (!rc)
		rc = desk_follow(l->d, live_now(l), &f, late, e);
	if (!rc)
		rc = book_before(l, INT64_MAX, e);
	if (!rc)
		rc = live_judge_open(l, open.rows, open.count, e);
	if (!rc)
		rc = live_judge_protection(l, e);
	free(open.rows);
	return rc;
}

/* The account and the book are read at two moments: a difference counts when it is there twice. */
static enum err compare(struct live *l, struct venue_account *a, struct buf *late, struct error *e)
{
	bool differs = false;
	enum err rc = l->later_count ? OK : live_differs(l, a, &differs, e);

	if (rc || l->later_count || !differs)
		return rc; /* an order whose fate is not known explains a difference, and hides one: nothing is compared */
	release_reports(l);
	venue_account_release(a);
	live_pause(l, 200);
	rc = observe(l, a, late, e);
	return rc || l->later_count ? rc : live_explain(l, a, e);
}

enum err live_sync(struct live *l, struct buf *late, struct error *e)
{
	struct venue_account a = { 0 };
	struct error first;
	bool compared;
	enum err rc = live_work_unknown(l, e);

	if (!rc)
		rc = observe(l, &a, late, e);
	if (!rc)
		rc = compare(l, &a, late, e);
	compared = l->later_count == 0;
	release_reports(l);
	first = *e;
	/* What is not protected is protected, whatever else went wrong. */
	if ((live_work(l, false, e) || live_cover(l, false, e)) && !rc)
		rc = e->code;
	else if (rc)
		*e = first;
	if (!rc && compared)
		rc = finish(l, &a, e);
	venue_account_release(&a);
	if (!rc && l->trouble.code)
		*e = l->trouble;
	return rc ? rc : l->trouble.code;
}
