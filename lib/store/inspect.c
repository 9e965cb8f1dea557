#include "store/inspect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "store/receipts.h"
#include "store/series.h"

enum err inspect_bad(struct inspection *i, int64_t open_time, struct error *e)
{
	if (grow(&i->bad, &i->bad_cap, i->bad_count + 1, sizeof *i->bad, e))
		return ERR_INTERNAL;
	i->bad[i->bad_count++] = open_time;
	return OK;
}

static void start_finding(const struct inspection *i, struct finding *f, enum fault fault, bool known, int64_t from, int64_t until, int64_t rows)
{
	*f = (struct finding){ .market = i->series->market, .interval = i->series->interval, .fault = (int)fault, .known = known, .from = from,
		.until = until, .rows = rows, .asked = TIME_NONE };
	memcpy(f->symbol, i->series->symbol, sizeof f->symbol);
}

enum err inspect_tell(struct inspection *i, enum fault fault, bool known, int64_t from, int64_t until, int64_t rows, struct error *e,
	const char *format, ...)
{
	struct finding f;
	va_list list;

	start_finding(i, &f, fault, known, from, until, rows);
	va_start(list, format);
	vsnprintf(f.message, sizeof f.message, format, list);
	va_end(list);
	return i->verify->on_finding(i->verify->ctx, &f, e);
}

static enum err end_stretch(struct inspection *i, struct error *e)
{
	struct finding f = i->stretch;
	const char *rows = f.interval < 0 ? "payment" : "bar", *s = f.rows == 1 ? "" : "s";

	if (f.rows == 0)
		return OK;
	i->stretch.rows = 0;
	if (f.fault == FAULT_INVENTED)
		snprintf(f.message, sizeof f.message, "%lld %s%s with trades while the exchange was closed: made up", (long long)f.rows, rows, s);
	else
		snprintf(f.message, sizeof f.message, "no receipt says where %lld %s%s came from", (long long)f.rows, rows, s);
	return i->verify->on_finding(i->verify->ctx, &f, e);
}

/* One more row with this fault: part of the stretch before it, or the first of another. */
static enum err add_stretch(struct inspection *i, enum fault fault, int64_t from, int64_t until, struct error *e)
{
	enum err rc = OK;

	if (i->stretch.rows && (i->stretch.fault != (int)fault || i->stretch.until != from))
		rc = end_stretch(i, e);
	if (i->stretch.rows == 0)
		start_finding(i, &i->stretch, fault, false, from, until, 0);
	i->stretch.until = until;
	i->stretch.rows++;
	return rc ? rc : inspect_bad(i, from, e);
}

static enum err take_receipt(void *ctx, const void *object, struct error *e)
{
	struct inspection *i = ctx;
	const struct receipt *r = object;

	if (r->interval != i->series->interval || receipt_is_lack(r)) /* the query cannot ask for no interval */
		return OK;
	if (grow(&i->receipts, &i->receipt_cap, i->receipt_count + 1, sizeof *i->receipts, e))
		return ERR_INTERNAL;
	i->receipts[i->receipt_count++] = *r;
	return OK;
}

static int by_first(const void *a, const void *b)
{
	const struct receipt *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static enum err read_receipts(struct inspection *i, struct error *e)
{
	struct store_query q = STORE_ANY;
	enum err rc;

	q.market = i->series->market;
	q.interval = i->series->interval;
	q.symbols = (const char(*)[SYMBOL_SIZE])&i->series->symbol;
	q.symbol_count = 1;
	rc = store_each(i->verify->store, &kinds[KIND_RECEIPT], &q, take_receipt, i, e);
	if (!rc && i->receipt_count)
		qsort(i->receipts, i->receipt_count, sizeof *i->receipts, by_first);
	i->result.receipts = (int64_t)i->receipt_count;
	return rc;
}

/* A receipt of more rows than are stored: some went, or never came. */
static enum err check_receipts(struct inspection *i, struct error *e)
{
	int64_t rows;
	enum err rc = OK;

	i->receipts_hold = true;
	for (size_t k = 0; !rc && k < i->receipt_count; k++) {
		const struct receipt *r = &i->receipts[k];

		rc = receipt_count_rows(i->verify->store, r, &rows, e);
		if (rc || rows >= r->rows)
			continue;
		i->receipts_hold = false;
		rc = inspect_tell(i, FAULT_RECEIPT, false, r->first, r->last + 1, r->rows - rows, e, "the receipt of %.100s says %lld rows, %lld are there",
			r->source, (long long)r->rows, (long long)rows);
	}
	return rc;
}

static bool has_receipt(struct inspection *i, int64_t t_ms)
{
	for (; i->next_receipt < i->receipt_count && i->receipts[i->next_receipt].first <= t_ms; i->next_receipt++)
		if (i->receipts[i->next_receipt].last > i->reach)
			i->reach = i->receipts[i->next_receipt].last;
	return t_ms <= i->reach;
}

/* Rows are missing: the list of outages may say why, or the exchange's own answer. */
static enum err find_gap(struct inspection *i, int64_t from, int64_t until, int64_t rows, struct error *e)
{
	bool closed = halt_explains(i->verify->halts, i->series->market, i->series->symbol, from, until) != NULL;
	struct lack lack = { .asked = TIME_NONE };
	char asked[UTC_TEXT];
	struct finding f;
	enum err rc = closed ? OK : receipt_lack(i->verify->store, i->series, from, until, TIME_NONE, &lack, e);
	bool absent = !closed && lack.until >= until;
	int n;

	if (rc)
		return rc;
	*(closed ? &i->result.outages : absent ? &i->result.absent : &i->result.holes) += rows;
	start_finding(i, &f, closed ? FAULT_OUTAGE : absent ? FAULT_ABSENT : FAULT_HOLE, closed || absent, from, until, rows);
	n = snprintf(f.message, sizeof f.message, "%lld %s%s missing%s", (long long)rows, i->series->interval < 0 ? "payment" : "bar", rows == 1 ? "" : "s",
		closed ? ": the exchange was closed" : "");
	if (absent) {
		f.asked = lack.asked;
		snprintf(f.message + n, sizeof f.message - (size_t)n, ": the exchange has none (asked %.10s)", utc_format_iso(lack.asked, asked));
	}
	return i->verify->on_finding(i->verify->ctx, &f, e);
}

/* What candle_check does not look at: whether the volumes fit one another and the prices. */
static const char *odd_volumes(const struct bar *b)
{
	long double low, high, quote;

	if (b->trades == 0 && b->volume != 0)
		return "trades: none, and yet a volume";
	if (b->quote_volume == DEC_NONE)
		return NULL;
	if (b->taker_buy_quote_volume != DEC_NONE && (b->taker_buy_quote_volume < 0 || b->taker_buy_quote_volume > b->quote_volume))
		return "taker_buy_quote_volume: negative, or more than quote_volume";
	low = (long double)b->low * (long double)b->volume / 1e8L;
	high = (long double)b->high * (long double)b->volume / 1e8L;
	quote = (long double)b->quote_volume;
	if (quote < low * (1 - 1e-6L) - 1e8L || quote > high * (1 + 1e-6L) + 1e8L) /* it is rounded, by a unit at most */
		return "quote_volume: not volume times a price between low and high";
	return NULL;
}

static enum err inspect_bar(struct inspection *i, const struct candle *c, struct error *e)
{
	const struct bar *b = &c->bar;
	int64_t next = interval_next((enum interval)c->interval, b->open_time), expected;
	struct error why = { 0 };
	const char *odd = NULL;
	enum err rc = OK;

	if (i->last != TIME_NONE) {
		expected = interval_next((enum interval)c->interval, i->last);
		if (b->open_time > expected)
			rc = find_gap(i, expected, b->open_time, interval_count((enum interval)c->interval, expected, b->open_time), e);
	}
	i->last = b->open_time;
	i->result.rows++;
	i->result.cut_short += b->close_time != next - 1;
	if (rc)
		return rc;
	if (candle_check(c, &why) || (odd = odd_volumes(b))) {
		rc = inspect_bad(i, b->open_time, e);
		if (!rc && odd)
			rc = inspect_tell(i, FAULT_IMPOSSIBLE, false, b->open_time, next, 1, e, "%s", odd);
		else if (!rc)
			rc = inspect_tell(i, FAULT_IMPOSSIBLE, false, b->open_time, next, 1, e, "%s: %.150s", why.field, why.message);
	} else if (b->volume != 0 && halt_holds(i->verify->halts, c->market, c->symbol, b->open_time, next)) {
		rc = add_stretch(i, FAULT_INVENTED, b->open_time, next, e);
	} else if (!has_receipt(i, b->open_time)) {
		rc = add_stretch(i, FAULT_RECEIPT, b->open_time, next, e);
	}
	return rc;
}

static enum err inspect_bars(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	struct candle c = *head;
	enum err rc = OK;

	for (size_t k = 0; !rc && k < n; k++) {
		c.bar = bars[k];
		rc = inspect_bar(ctx, &c, e);
	}
	return rc;
}

/* Payments come to the hour, some milliseconds late; each says how long after the one before it comes. */
static enum err inspect_payment(void *ctx, const void *object, struct error *e)
{
	struct inspection *i = ctx;
	const struct funding *f = object;
	int64_t hours = i->last == TIME_NONE ? 0 : (f->funding_time - i->last + MS_HOUR / 2) / MS_HOUR;
	int64_t every = f->interval_hours == INT_NONE ? 8 : f->interval_hours;
	enum err rc = OK;

	if (hours > every)
		rc = find_gap(i, i->last + 1, f->funding_time, (hours + every - 1) / every - 1, e);
	i->last = f->funding_time;
	i->result.rows++;
	if (!rc && (f->rate > DEC_ONE || f->rate < -DEC_ONE))
		rc = inspect_tell(i, FAULT_IMPOSSIBLE, false, f->funding_time, f->funding_time + 1, 1, e, "rate: more than the whole position");
	if (!rc && !has_receipt(i, f->funding_time))
		rc = add_stretch(i, FAULT_RECEIPT, f->funding_time, f->funding_time + 1, e);
	return rc;
}

enum err inspect_series(struct inspection *i, const struct verify *v, const struct store_series *series, struct error *e)
{
	struct store_query q = STORE_ANY;
	enum err rc;

	*i = (struct inspection){ .verify = v, .series = series, .reach = TIME_NONE, .last = TIME_NONE };
	i->result = (struct verified){ .market = series->market, .interval = series->interval, .first = series->first, .last = series->last };
	memcpy(i->result.symbol, series->symbol, sizeof i->result.symbol);
	q.market = series->market;
	q.symbols = (const char(*)[SYMBOL_SIZE])&series->symbol;
	q.symbol_count = 1;
	rc = read_receipts(i, e);
	if (!rc)
		rc = series->interval < 0 ? store_each(v->store, &kinds[KIND_FUNDING], &q, inspect_payment, i, e)
					  : series_bars(v->store, series, TIME_NONE, TIME_NONE, inspect_bars, i, e);
	if (!rc)
		rc = end_stretch(i, e);
	return rc ? rc : check_receipts(i, e);
}

void inspect_release(struct inspection *i)
{
	free(i->bad);
	free(i->receipts);
}
