#include "report/roundtrip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"

void trips_release(struct trips *t)
{
	free(t->rows);
	free(t->open);
	*t = (struct trips){ 0 };
}

/* The open trip a fill belongs to: of its own run if there is one, else of any run; NULL: none. */
static struct trip *find_open(struct trips *t, const struct trade *fill, bool any_run)
{
	struct trip *other = NULL;

	for (size_t i = t->open_count; i-- > 0;) {
		struct trip *r = &t->rows[t->open[i]];

		if (r->market != fill->market || strcmp(r->symbol, fill->symbol) != 0 ||
			strcmp(r->strategy, fill->strategy) != 0 || strcmp(r->account, fill->account) != 0)
			continue;
		if (strcmp(r->run, fill->run) == 0)
			return r;
		if (!other)
			other = r;
	}
	return any_run ? other : NULL;
}

static struct trip *start(struct trips *t, const struct trade *fill, int side, struct error *e)
{
	struct trip *r;

	if (grow(&t->open, &t->open_cap, t->open_count + 1, sizeof *t->open, e) || grow(&t->rows, &t->cap, t->count + 1, sizeof *t->rows, e))
		return NULL;
	t->open[t->open_count++] = t->count;
	r = &t->rows[t->count++];
	*r = (struct trip){ .market = fill->market, .side = side, .entry_ms = fill->t_ms, .exit_ms = TIME_NONE, .reason = -1 };
	memcpy(r->account, fill->account, sizeof r->account);
	memcpy(r->run, fill->run, sizeof r->run);
	memcpy(r->strategy, fill->strategy, sizeof r->strategy);
	memcpy(r->symbol, fill->symbol, sizeof r->symbol);
	return r;
}

/* A fee taken from the coins bought: they are fewer, and no cash went. */
static bool fee_in_coins(const struct trade *fill)
{
	size_t n = strlen(fill->fee_asset);

	return fill->side == SIDE_BUY && n && strlen(fill->symbol) > n && strncmp(fill->symbol, fill->fee_asset, n) == 0;
}

static void open_more(struct trip *r, const struct trade *fill, bool *bad)
{
	bool coins = fee_in_coins(fill);

	r->entry_qty = dec_add(r->entry_qty, fill->qty, bad);
	r->entry_quote = dec_add(r->entry_quote, fill->quote_qty, bad);
	r->fees = dec_add(r->fees, fill->fee_quote, bad);
	r->held = dec_add(r->held, coins ? dec_sub(fill->qty, dec_div(fill->fee_quote, fill->price, ROUND_UP, bad), bad) : fill->qty, bad);
	r->cost = dec_add(r->cost, fill->quote_qty, bad);
	if (coins)
		return;
	r->cost = r->side == SIDE_BUY ? dec_add(r->cost, fill->fee_quote, bad) : dec_sub(r->cost, fill->fee_quote, bad);
}

bool trip_is_rest(dec left, dec whole)
{
	return left <= whole / 1000000;
}

static void close_some(struct trip *r, const struct trade *fill, bool *bad)
{
	bool known = fill->realized_pnl != DEC_NONE, orphan = r->entry_qty == 0, flat;
	dec net, charged, whole_cost = r->cost;

	net = r->side == SIDE_BUY ? dec_sub(fill->quote_qty, fill->fee_quote, bad) : dec_add(fill->quote_qty, fill->fee_quote, bad);
	if (known)
		charged = r->side == SIDE_BUY ? dec_sub(net, fill->realized_pnl, bad) : dec_add(net, fill->realized_pnl, bad);
	else if (trip_is_rest(dec_sub(r->held, fill->qty, bad), r->held))
		charged = r->cost;
	else
		charged = dec_mul_div(r->cost, fill->qty, r->held, ROUND_HALF_EVEN, bad);
	r->exit_qty = dec_add(r->exit_qty, fill->qty, bad);
	r->exit_quote = dec_add(r->exit_quote, fill->quote_qty, bad);
	r->fees = dec_add(r->fees, fill->fee_quote, bad);
	flat = orphan || (known ? trip_is_rest(dec_sub(r->cost, charged, bad), whole_cost) : trip_is_rest(dec_sub(r->held, fill->qty, bad), r->held));
	r->held = dec_sub(r->held, fill->qty, bad);
	r->cost = dec_sub(r->cost, charged, bad);
	if (known)
		r->pnl = dec_add(r->pnl, fill->realized_pnl, bad);
	else if (!orphan)
		r->pnl = dec_add(r->pnl, r->side == SIDE_BUY ? dec_sub(net, charged, bad) : dec_sub(charged, net, bad), bad);
	r->reason = fill->reason;
	memcpy(r->run, fill->run, sizeof r->run);
	if (flat) {
		r->exit_ms = fill->t_ms;
		r->held = r->cost = 0;
	}
}

static void forget_open(struct trips *t, const struct trip *r)
{
	size_t n = 0;

	for (size_t i = 0; i < t->open_count; i++)
		if (&t->rows[t->open[i]] != r)
			t->open[n++] = t->open[i];
	t->open_count = n;
}

enum err trips_add(struct trips *t, const struct trade *fill, struct error *e)
{
	bool realized = fill->realized_pnl != DEC_NONE, bad = false;
	struct trip *r = find_open(t, fill, realized);

	if (!r) {
		r = start(t, fill, realized ? !fill->side : fill->side, e);
		if (!r)
			return ERR_INTERNAL;
	}
	if (r->side == fill->side)
		open_more(r, fill, &bad);
	else
		close_some(r, fill, &bad);
	if (r->exit_ms != TIME_NONE)
		forget_open(t, r);
	return bad ? error_field(e, ERR_DATA, "quote_qty", "an amount of %s's fill %s is out of range", fill->symbol, fill->id) : OK;
}

static dec mean_price(dec quote, dec qty)
{
	bool bad = false;
	dec price = qty > 0 ? dec_div(quote, qty, ROUND_HALF_EVEN, &bad) : DEC_NONE;

	return bad ? DEC_NONE : price;
}

dec trip_entry_price(const struct trip *t)
{
	return mean_price(t->entry_quote, t->entry_qty);
}

dec trip_exit_price(const struct trip *t)
{
	return mean_price(t->exit_quote, t->exit_qty);
}

double trip_return(const struct trip *t)
{
	return t->entry_quote > 0 ? dec_double(t->pnl) / dec_double(t->entry_quote) : NAN;
}

struct leaving {
	int64_t exit_ms;
	size_t at;
};

static int by_exit(const void *a, const void *b)
{
	const struct leaving *x = a, *y = b;

	if (x->exit_ms != y->exit_ms)
		return x->exit_ms < y->exit_ms ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

enum err trips_outcomes(const struct trips *t, const size_t *closed, size_t n, struct outcome *rows, struct error *e)
{
	struct leaving *order = calloc(n + 1, sizeof *order);
	bool sorted = true;

	if (!order)
		return error_memory(e);
	for (size_t i = 0; i < n; i++) {
		order[i] = (struct leaving){ t->rows[closed[i]].exit_ms, closed[i] };
		sorted = sorted && (i == 0 || by_exit(&order[i - 1], &order[i]) < 0); /* so are those of one pair */
	}
	if (!sorted)
		qsort(order, n, sizeof *order, by_exit);
	for (size_t i = 0; i < n; i++) {
		const struct trip *trip = &t->rows[order[i].at];
		double ret = trip_return(trip);

		rows[i] = (struct outcome){ dec_double(trip->pnl), isnan(ret) ? 0 : ret };
	}
	free(order);
	return OK;
}

struct span {
	int64_t from, to;
};

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

int64_t trips_held_ms(const struct trip *rows, size_t n, int64_t start_ms, int64_t end_ms)
{
	struct span *spans = n ? calloc(n, sizeof *spans) : NULL;
	int64_t held = 0, covered = start_ms;

	if (!spans)
		return 0;
	for (size_t i = 0; i < n; i++)
		spans[i] = (struct span){ rows[i].entry_ms, rows[i].exit_ms == TIME_NONE || rows[i].exit_ms > end_ms ? end_ms : rows[i].exit_ms };
	qsort(spans, n, sizeof *spans, by_start);
	for (size_t i = 0; i < n; i++) {
		int64_t from = spans[i].from > covered ? spans[i].from : covered;

		if (spans[i].to <= from)
			continue;
		held += spans[i].to - from;
		covered = spans[i].to;
	}
	free(spans);
	return held;
}
