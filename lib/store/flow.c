#include "store/flow.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

static size_t hash(const struct kind *k, int market, int interval, const char *symbol)
{
	size_t h = 2166136261u ^ (size_t)(k - kinds) ^ (size_t)(market * 31 + interval) << 8;

	for (; *symbol; symbol++)
		h = (h ^ (unsigned char)*symbol) * 16777619u;
	return h;
}

static bool same(const struct flow *t, const struct kind *k, int market, int interval, const char *symbol)
{
	return t->kind == k && t->market == market && t->interval == interval && strcmp(t->symbol, symbol) == 0;
}

/* The slot of this series, or the empty one where it belongs. */
static size_t *find(struct flows *t, const struct kind *k, int market, int interval, const char *symbol)
{
	size_t i = hash(k, market, interval, symbol) & (t->slot_count - 1);

	while (t->slots[i] && !same(&t->rows[t->slots[i] - 1], k, market, interval, symbol))
		i = (i + 1) & (t->slot_count - 1);
	return &t->slots[i];
}

static enum err make_room(struct flows *t, struct error *e)
{
	size_t cap = t->cap ? 2 * t->cap : 64, *slots;
	struct flow *rows;

	if (t->count < t->cap)
		return OK;
	rows = realloc(t->rows, cap * sizeof *rows);
	if (!rows)
		return error_memory(e);
	t->rows = rows;
	slots = calloc(2 * cap, sizeof *slots);
	if (!slots)
		return error_memory(e);
	free(t->slots);
	t->slots = slots;
	t->slot_count = 2 * cap;
	t->cap = cap;
	for (size_t i = 0; i < t->count; i++)
		*find(t, rows[i].kind, rows[i].market, rows[i].interval, rows[i].symbol) = i + 1;
	return OK;
}

static enum err get(struct flows *t, const struct kind *k, int market, int interval, const char *symbol, struct flow **out, struct error *e)
{
	size_t *slot;
	enum err rc = OK;

	if (t->last < t->count && same(&t->rows[t->last], k, market, interval, symbol)) {
		*out = &t->rows[t->last];
		return OK;
	}
	rc = make_room(t, e);
	if (rc)
		return rc;
	slot = find(t, k, market, interval, symbol);
	if (!*slot) {
		t->rows[t->count] = (struct flow){ .kind = k, .market = market, .interval = interval, .first = TIME_NONE, .last = TIME_NONE };
		snprintf(t->rows[t->count].symbol, SYMBOL_SIZE, "%s", symbol);
		*slot = ++t->count;
	}
	t->last = *slot - 1;
	*out = &t->rows[t->last];
	return OK;
}

enum err flow_of(struct flows *t, const struct kind *k, const void *object, struct flow **out, struct error *e)
{
	const struct candle *c = object;
	const struct funding *f = object;
	const struct symbol *s = object;

	*out = NULL;
	switch ((enum kind_id)(k - kinds)) {
	case KIND_CANDLE: return get(t, k, c->market, c->interval, c->symbol, out, e);
	case KIND_FUNDING: return get(t, k, f->market, -1, f->symbol, out, e);
	case KIND_SYMBOL: return get(t, k, s->market, -1, "", out, e);
	default: return OK;
	}
}

enum err flow_of_receipt(struct flows *t, const struct receipt *r, struct flow **out, struct error *e)
{
	return get(t, &kinds[r->series == RECEIPT_CANDLES ? KIND_CANDLE : KIND_FUNDING], r->market, r->interval, r->symbol, out, e);
}

enum err flow_failed(struct flows *t, const struct event *event, struct error *e)
{
	const char *colon = strstr(event->message, ": ");
	const char *why;
	char word[8] = "";
	struct flow *row;
	int interval;
	enum err rc;

	if (colon && (size_t)(colon - event->message) < sizeof word)
		memcpy(word, event->message, (size_t)(colon - event->message));
	interval = interval_find(word);
	why = interval >= 0 || strcmp(word, "funding") == 0 ? colon + 2 : event->message;
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].interval == interval && strcmp(t->rows[i].symbol, event->symbol) == 0) {
			snprintf(t->rows[i].failure, sizeof t->rows[i].failure, "%s", why);
			return OK;
		}
	rc = get(t, &kinds[interval < 0 ? KIND_FUNDING : KIND_CANDLE], -1, interval, event->symbol, &row, e);
	if (!rc)
		snprintf(row->failure, sizeof row->failure, "%s", why);
	return rc;
}

void flow_lacks(struct flow *t, const struct receipt *r)
{
	char first[UTC_TEXT], last[UTC_TEXT];

	t->lack_first = *t->lacks && t->lack_first < r->first ? t->lack_first : r->first;
	t->lack_last = *t->lacks && t->lack_last > r->last ? t->lack_last : r->last;
	snprintf(t->lacks, sizeof t->lacks, "not at the exchange: %s %s to %s", *t->lacks ? "several from" : "from", utc_format(t->lack_first, first),
		utc_format(t->lack_last, last));
	t->touched = true;
	t->last_ms = utc_now_ms();
}

void flows_release(struct flows *t)
{
	for (size_t i = 0; i < t->count; i++) {
		buf_release(&t->rows[i].held);
		buf_release(&t->rows[i].held_marks);
	}
	free(t->rows);
	free(t->slots);
	*t = (struct flows){ 0 };
}

int64_t flow_time(const struct kind *k, const void *object)
{
	return k == &kinds[KIND_CANDLE] ? ((const struct candle *)object)->bar.open_time : ((const struct funding *)object)->funding_time;
}

void flow_row(struct flow *t, int64_t t_ms)
{
	t->unordered |= t->rows > 0 && t_ms <= t->last;
	t->first = t->rows++ ? t->first : t_ms;
	t->last = t_ms;
}

int64_t flow_gaps(int interval, int64_t first, int64_t last, int64_t rows)
{
	int64_t missing;

	if (interval < 0)
		return INT_NONE;
	missing = interval_count((enum interval)interval, first, last) + 1 - rows;
	return missing > 0 ? missing : 0;
}

enum err flow_close(const struct flow *t, const struct receipt *r, struct error *e)
{
	const char *name = t->kind->name;
	int64_t gaps = t->rows ? flow_gaps(t->interval, t->first, t->last, t->rows) : INT_NONE;

	if (r->rows != t->rows)
		return error_field(e, ERR_DATA, "rows", "%lld, but %lld came: %ss of %s", (long long)r->rows, (long long)t->rows, name, t->symbol);
	if (t->unordered)
		return error_field(e, ERR_DATA, "rows", "they came out of order: %ss of %s", name, t->symbol);
	if (r->first != t->first)
		return error_field(e, ERR_DATA, "first", "%lld, but the first that came was %lld", (long long)r->first, (long long)t->first);
	if (r->last != t->last)
		return error_field(e, ERR_DATA, "last", "%lld, but the last that came was %lld", (long long)r->last, (long long)t->last);
	if (r->gaps != gaps)
		return error_field(e, ERR_DATA, "gaps", "%lld, but %lld bars are missing", (long long)r->gaps, (long long)gaps);
	return OK;
}

void flow_restart(struct flow *t)
{
	t->rows = 0;
	t->first = t->last = TIME_NONE;
	t->unordered = false;
	t->held_count = 0;
	buf_clear(&t->held);
	buf_clear(&t->held_marks);
}
