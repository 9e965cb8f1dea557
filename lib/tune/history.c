#include "tune/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

void history_release(struct history *h)
{
	for (size_t i = 0; i < h->series_count; i++)
		free(h->series[i].bars);
	free(h->series);
	free(h->rules);
	*h = (struct history){ 0 };
}

static bool is_series(const struct history_series *s, const struct candle *c)
{
	return s->market == c->market && strcmp(s->symbol, c->symbol) == 0;
}

/* Candles come in runs of one pair, or round all pairs in the same order: look at the last one and its successor. */
static struct history_series *find(struct history *h, const struct candle *c)
{
	for (size_t i = 0; i < h->series_count; i++) {
		size_t k = (h->last + i) % h->series_count;

		if (is_series(&h->series[k], c)) {
			h->last = k;
			return &h->series[k];
		}
	}
	return NULL;
}

static struct history_series *add_series(struct history *h, const struct candle *c)
{
	struct history_series *s;

	if (h->series_count == h->series_cap) {
		size_t cap = h->series_cap ? 2 * h->series_cap : 64;

		s = reallocarray(h->series, cap, sizeof *s);
		if (!s)
			return NULL;
		h->series = s;
		h->series_cap = cap;
	}
	s = &h->series[h->series_count];
	*s = (struct history_series){ .market = c->market, .interval = c->interval };
	memcpy(s->symbol, c->symbol, sizeof s->symbol);
	h->last = h->series_count++;
	return s;
}

enum err history_add(struct history *h, const struct candle *c, struct error *e)
{
	struct history_series *s = find(h, c);

	if (!s)
		s = add_series(h, c);
	if (!s)
		return error_memory(e);
	if (s->interval != c->interval)
		return error_field(e, ERR_DATA, "interval", "'%s' after '%s' of the same pair %s", interval_names[c->interval],
			interval_names[s->interval], s->symbol);
	if (s->count == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 1024;
		struct bar *more = reallocarray(s->bars, cap, sizeof *more);

		if (!more)
			return error_memory(e);
		s->bars = more;
		s->cap = cap;
	}
	s->bars[s->count++] = c->bar;
	h->bars++;
	return OK;
}

enum err history_add_rules(struct history *h, const struct symbol *s, struct error *e)
{
	struct symbol *more = reallocarray(h->rules, h->rule_count + 1, sizeof *more);

	if (!more)
		return error_memory(e);
	h->rules = more;
	h->rules[h->rule_count++] = *s;
	return OK;
}

const struct symbol *history_rules(const struct history *h, int market, const char *symbol)
{
	for (size_t i = h->rule_count; i > 0; i--)
		if (h->rules[i - 1].market == market && strcmp(h->rules[i - 1].symbol, symbol) == 0)
			return &h->rules[i - 1];
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct history_series *x = a, *y = b;

	return x->market != y->market ? x->market - y->market : strcmp(x->symbol, y->symbol);
}

static int by_time(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	return x->open_time < y->open_time ? -1 : x->open_time > y->open_time;
}

static enum err sort_bars(struct history_series *s, struct error *e)
{
	char t[UTC_TEXT];
	bool sorted = true;

	for (size_t i = 1; i < s->count && sorted; i++)
		sorted = s->bars[i - 1].open_time < s->bars[i].open_time;
	if (sorted)
		return OK;
	qsort(s->bars, s->count, sizeof *s->bars, by_time);
	for (size_t i = 1; i < s->count; i++)
		if (s->bars[i - 1].open_time == s->bars[i].open_time)
			return error_field(e, ERR_DATA, "open_time", "the %s bar of %s is there twice", s->symbol, utc_format(s->bars[i].open_time, t));
	return OK;
}

enum err history_ready(struct history *h, struct error *e)
{
	enum err rc = OK;

	if (h->series_count)
		qsort(h->series, h->series_count, sizeof *h->series, by_name);
	for (size_t i = 0; !rc && i < h->series_count; i++)
		rc = sort_bars(&h->series[i], e);
	return rc;
}

/* The rules an order had to meet are part of what happened; when they were read is not. */
static void digest_rules(const struct symbol *rules, struct digest *d)
{
	struct symbol timeless = *rules;
	struct buf b = { 0 };

	timeless.t_ms = 0;
	field_write(symbol_fields, SYMBOL_FIELDS, &timeless, &b);
	digest_field(d, b.data ? b.data : "");
	buf_release(&b);
}

void history_digest(const struct history *h, struct digest *d, char *hex)
{
	for (size_t i = 0; i < h->series_count; i++) {
		const struct history_series *s = &h->series[i];

		digest_field(d, market_names[s->market]);
		digest_field(d, s->symbol);
		digest_field(d, interval_names[s->interval]);
		if (history_rules(h, s->market, s->symbol))
			digest_rules(history_rules(h, s->market, s->symbol), d);
		for (size_t k = 0; k < s->count; k++) {
			const struct bar *b = &s->bars[k];
			/* Member by member: the struct may have padding. */
			const int64_t whole[] = { b->open_time, b->close_time, b->open, b->high, b->low, b->close, b->trades };
			const dec wide[] = { b->volume, b->quote_volume, b->taker_buy_volume, b->taker_buy_quote_volume };

			digest_add(d, whole, sizeof whole);
			digest_add(d, wide, sizeof wide);
		}
	}
	digest_hex(d, hex);
}
