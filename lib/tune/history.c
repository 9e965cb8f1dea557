#include "tune/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"

void history_release(struct history *h)
{
	for (size_t i = 0; i < h->series_count; i++) {
		struct history_series *s = &h->series[i];

		if (s->mapped)
			spill_unmap(s->bars, s->count);
		else
			free(s->bars);
		free(s->file.rows);
	}
	if (h->hold)
		spill_close(&h->spill);
	free(h->series);
	terms_release(&h->stored);
	terms_release(&h->given);
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

static struct history_series *add_series(struct history *h, const struct candle *c, struct error *e)
{
	struct history_series *s;

	if (grow(&h->series, &h->series_cap, h->series_count + 1, sizeof *h->series, e))
		return NULL;
	s = &h->series[h->series_count];
	*s = (struct history_series){ .market = c->market, .interval = c->interval };
	memcpy(s->symbol, c->symbol, sizeof s->symbol);
	h->last = h->series_count++;
	return s;
}

static void shrink(struct history_series *s, size_t held)
{
	struct bar *less = held < SPILL_PAGE ? reallocarray(s->bars, SPILL_PAGE, sizeof *less) : NULL;

	if (less) {
		s->bars = less;
		s->cap = SPILL_PAGE;
	}
}

/* What is held of every series into the file: whole pages of it, and at the end (`all`) the rest. */
static enum err write_out(struct history *h, bool all, struct error *e)
{
	enum err rc = OK;

	if (!h->spill.size)
		h->spill.fd = -1;
	for (size_t i = 0; !rc && i < h->series_count; i++) {
		struct history_series *s = &h->series[i];
		size_t held = s->count - s->in_file, n = all ? held : held / SPILL_PAGE * SPILL_PAGE;

		if (!n)
			continue;
		rc = spill_add(&h->spill, &s->file, s->bars, n, e);
		memmove(s->bars, s->bars + n, (held - n) * sizeof *s->bars);
		s->in_file += n;
		if (i != h->last || s->in_file == n) /* where pairs come one after another, the others may be over */
			shrink(s, held - n);
	}
	return rc;
}

/* Once it is clear that memory will not do, little is held; more where the file is very long, or it were all seams. */
static bool is_over(const struct history *h)
{
	size_t in_file = (size_t)h->spill.size / sizeof(struct bar), most = in_file ? h->hold / 6 : h->hold;

	most = most > in_file / 64 ? most : in_file / 64;
	return h->hold && h->bars > in_file && h->bars - in_file >= most + h->series_count * SPILL_PAGE;
}

enum err history_add_bars(struct history *h, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	struct history_series *s = find(h, head);
	enum err rc;

	if (!s)
		s = add_series(h, head, e);
	if (!s)
		return ERR_INTERNAL;
	if (s->interval != head->interval)
		return error_field(e, ERR_DATA, "interval", "'%s' after '%s' of the same pair %s", interval_names[head->interval],
			interval_names[s->interval], s->symbol);
	rc = grow(&s->bars, &s->cap, s->count - s->in_file + n, sizeof *s->bars, e);
	if (rc)
		return rc;
	memcpy(s->bars + (s->count - s->in_file), bars, n * sizeof *bars);
	for (size_t i = 0; i < n; i++) {
		s->disordered |= s->count + i > 0 && bars[i].open_time <= s->newest_ms;
		s->newest_ms = bars[i].open_time;
	}
	s->count += n;
	h->bars += n;
	return is_over(h) ? write_out(h, false, e) : OK;
}

enum err history_add(struct history *h, const struct candle *c, struct error *e)
{
	enum err rc = candle_check(c, e);

	return rc ? rc : history_add_bars(h, c, &c->bar, 1, e);
}

bool history_has(const struct history *h, const char *symbol)
{
	for (size_t i = 0; i < h->series_count; i++)
		if (h->series[i].count && strcmp(h->series[i].symbol, symbol) == 0)
			return true;
	return false;
}

const struct symbol *history_rules(const struct history *h, int market, const char *symbol, size_t *n)
{
	const struct symbol *rows = terms_of(&h->given, market, symbol, n);

	return rows ? rows : terms_of(&h->stored, market, symbol, n);
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

/* Of a series in the file: its bars as one array; out of order they must be held to be sorted. */
static enum err open_series(const struct history *h, struct history_series *s, struct error *e)
{
	struct bar *bars, *held;
	enum err rc;

	free(s->bars);
	s->bars = NULL;
	s->cap = 0;
	rc = spill_map(&h->spill, &s->file, s->count, &bars, &s->loose, e);
	if (rc)
		return rc;
	s->bars = bars;
	s->mapped = true;
	if (!s->disordered)
		return OK;
	held = malloc(s->count * sizeof *held);
	if (!held)
		return error_memory(e);
	memcpy(held, bars, s->count * sizeof *held);
	spill_unmap(bars, s->count);
	s->bars = held;
	s->mapped = s->loose = false;
	return OK;
}

static enum err sort_bars(struct history_series *s, struct error *e)
{
	char t[UTC_TEXT];

	if (!s->disordered)
		return OK;
	qsort(s->bars, s->count, sizeof *s->bars, by_time);
	for (size_t i = 1; i < s->count; i++)
		if (s->bars[i - 1].open_time == s->bars[i].open_time)
			return error_field(e, ERR_DATA, "open_time", "the %s bar of %s is there twice", s->symbol, utc_format(s->bars[i].open_time, t));
	return OK;
}

enum err history_ready(struct history *h, struct error *e)
{
	bool in_file = h->hold && h->spill.size;
	enum err rc = in_file ? write_out(h, true, e) : OK;

	if (!rc)
		rc = terms_sort(&h->stored, e);
	if (!rc)
		rc = terms_sort(&h->given, e);
	if (h->series_count)
		qsort(h->series, h->series_count, sizeof *h->series, by_name);
	for (size_t i = 0; !rc && i < h->series_count; i++) {
		if (in_file)
			rc = open_series(h, &h->series[i], e);
		if (!rc)
			rc = sort_bars(&h->series[i], e);
	}
	return rc;
}

void history_walked(const struct history_series *s, size_t at)
{
	const size_t stretch = 8192; /* a MiB: the call costs more than a few pages */
	size_t from = (at ? at - 1 : 0) / stretch * stretch;

	if (s->loose && (at % stretch == 0 || at == s->count))
		spill_let_go(s->bars, from, at);
}

/* From the first bar's open to the last one's end. */
static void span_of(const struct history *h, int64_t *from_ms, int64_t *until_ms)
{
	*from_ms = INT64_MAX;
	*until_ms = INT64_MIN;
	for (size_t i = 0; i < h->series_count; i++) {
		const struct history_series *s = &h->series[i];
		int64_t end_ms = s->count ? interval_next((enum interval)s->interval, s->bars[s->count - 1].open_time) : INT64_MIN;

		if (s->count && s->bars[0].open_time < *from_ms)
			*from_ms = s->bars[0].open_time;
		if (end_ms > *until_ms)
			*until_ms = end_ms;
	}
}

void history_tell_rules(const struct history *h, const struct history_series *s, struct buf *b)
{
	size_t n;
	const struct symbol *rows = history_rules(h, s->market, s->symbol, &n);
	int64_t from_ms, until_ms;

	span_of(h, &from_ms, &until_ms);
	for (size_t i = n ? terms_at(rows, n, from_ms) : 0; i < n && (i == 0 || rows[i].t_ms <= until_ms); i++) {
		bool first = i == 0 && strcmp(rows[i].status, "TRADING") == 0; /* whether it was read by then or later is the same */
		struct symbol told = rows[i];

		told.t_ms = first || told.t_ms <= from_ms ? 0 : told.t_ms > until_ms ? INT64_MAX : told.t_ms;
		field_write(symbol_fields, SYMBOL_FIELDS, &told, b);
	}
}

/* A volume in one word, where it fits one: else a mark, and behind the row the whole of it. */
static int64_t packed(dec v, dec *whole, size_t *n)
{
	if (v == DEC_NONE)
		return INT64_MIN;
	if (v > INT64_MIN + 1 && v <= INT64_MAX)
		return (int64_t)v;
	whole[(*n)++] = v;
	return INT64_MIN + 1;
}

/* Many bars at once: the hash is quicker than its calls. */
static void digest_bars(const struct bar *bars, size_t count, struct digest *d)
{
	int64_t rows[64][11];
	size_t gathered = 0;

	for (size_t i = 0; i < count; i++) {
		const struct bar *b = &bars[i];
		dec whole[4];
		size_t n = 0;

		memcpy(rows[gathered++], (const int64_t[]){ b->open_time, b->close_time, b->open, b->high, b->low, b->close, b->trades,
			packed(b->volume, whole, &n), packed(b->quote_volume, whole, &n), packed(b->taker_buy_volume, whole, &n),
			packed(b->taker_buy_quote_volume, whole, &n) }, sizeof *rows);
		if (gathered == 64 || n || i + 1 == count) {
			digest_add(d, rows, gathered * sizeof *rows);
			digest_add(d, whole, n * sizeof *whole);
			gathered = 0;
		}
	}
}

void history_digest(const struct history *h, struct digest *d, char *hex)
{
	struct buf rules = { 0 };

	for (size_t i = 0; i < h->series_count; i++) {
		const struct history_series *s = &h->series[i];

		digest_field(d, market_names[s->market]);
		digest_field(d, s->symbol);
		digest_field(d, interval_names[s->interval]);
		buf_clear(&rules);
		history_tell_rules(h, s, &rules);
		if (rules.len)
			digest_field(d, rules.data);
		for (size_t at = 0, n; at < s->count; at += n) {
			n = s->count - at < 4096 ? s->count - at : 4096;
			digest_bars(s->bars + at, n, d);
			history_walked(s, at + n);
		}
	}
	buf_release(&rules);
	digest_hex(d, hex);
}
