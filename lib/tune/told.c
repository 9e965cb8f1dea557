#include "tune/told.h"

#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "model/interval.h"

void told_release(struct told *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->lists[i].rows);
	free(t->lists);
	buf_release(&t->words);
	*t = (struct told){ 0 };
}

static bool list_is(const struct told_list *l, const char *strategy, const char *symbol)
{
	return strcmp(l->strategy, strategy) == 0 && strcmp(l->symbol, symbol) == 0;
}

const struct told_list *told_of(const struct told *t, const char *strategy, const char *symbol)
{
	for (size_t i = 0; i < t->count; i++)
		if (list_is(&t->lists[i], strategy, symbol))
			return &t->lists[i];
	return NULL;
}

/* The list of a signal, made where there is none. Signals of a series mostly come in a row. */
static struct told_list *list_for(struct told *t, const struct signal *s, struct error *e)
{
	struct told_list *l;

	if (t->last < t->count && list_is(&t->lists[t->last], s->strategy, s->symbol))
		return &t->lists[t->last];
	for (t->last = 0; t->last < t->count; t->last++)
		if (list_is(&t->lists[t->last], s->strategy, s->symbol))
			return &t->lists[t->last];
	if (grow(&t->lists, &t->cap, t->count + 1, sizeof *t->lists, e))
		return NULL;
	l = &t->lists[t->count++];
	*l = (struct told_list){ .market = s->market, .interval = s->interval };
	memcpy(l->strategy, s->strategy, sizeof l->strategy);
	memcpy(l->symbol, s->symbol, sizeof l->symbol);
	return l;
}

static size_t keep_words(struct told *t, const char *why)
{
	if (t->words.len == 0 || strcmp(t->words.data + t->last_why, why) != 0) {
		t->last_why = t->words.len;
		buf_add(&t->words, why, strlen(why) + 1);
	}
	return t->last_why;
}

enum err told_add(struct told *t, const struct signal *s, struct error *e)
{
	struct told_list *l;

	if (s->t_ms < interval_next((enum interval)s->interval, s->open_time))
		return error_field(e, ERR_DATA, "t_ms", "%lld is before the bar of open_time was over: nobody could know it then", (long long)s->t_ms);
	l = list_for(t, s, e);
	if (!l)
		return ERR_INTERNAL;
	if (l->market != s->market || l->interval != s->interval)
		return error_field(e, ERR_DATA, "interval", "'%s': the signals of %s for %s before were for %s", interval_names[s->interval], s->strategy,
			s->symbol, interval_names[l->interval]);
	if (s->action == ACTION_HOLD && s->exposure > 0)
		return OK;
	if (grow(&l->rows, &l->cap, l->count + 1, sizeof *l->rows, e))
		return ERR_INTERNAL;
	l->rows[l->count++] = (struct told_signal){
		.open_time = s->open_time, .t_ms = s->t_ms, .exposure = s->exposure, .price = s->price, .entry_price = s->entry_price,
		.stop_offset = s->stop_offset, .target_offset = s->target_offset, .trail_offset = s->trail_offset, .entry_bars = s->entry_bars,
		.max_hold_bars = s->max_hold_bars, .why = keep_words(t, s->why), .action = s->action, .entry = s->entry,
	};
	return t->words.failed ? error_memory(e) : OK;
}

static int by_time(const void *a, const void *b)
{
	const struct told_signal *x = a, *y = b;

	return x->t_ms != y->t_ms ? (x->t_ms < y->t_ms ? -1 : 1) : (x->open_time > y->open_time) - (x->open_time < y->open_time);
}

static bool same(const struct told *t, const struct told_signal *a, const struct told_signal *b)
{
	return a->open_time == b->open_time && a->action == b->action && a->exposure == b->exposure && a->price == b->price
		&& a->entry == b->entry && a->entry_price == b->entry_price && a->entry_bars == b->entry_bars && a->stop_offset == b->stop_offset
		&& a->target_offset == b->target_offset && a->trail_offset == b->trail_offset && a->max_hold_bars == b->max_hold_bars
		&& strcmp(t->words.data + a->why, t->words.data + b->why) == 0;
}

enum err told_ready(struct told *t, struct error *e)
{
	for (size_t i = 0; i < t->count; i++) {
		struct told_list *l = &t->lists[i];
		size_t kept = 0;
		char when[UTC_TEXT];

		if (l->count)
			qsort(l->rows, l->count, sizeof *l->rows, by_time);
		for (size_t k = 0; k < l->count; k++) {
			if (kept && l->rows[kept - 1].t_ms == l->rows[k].t_ms) {
				if (same(t, &l->rows[kept - 1], &l->rows[k]))
					continue;
				return error_field(e, ERR_DATA, "symbol", "two signals of strategy %s for %s at one close, %s", l->strategy, l->symbol,
					utc_format(l->rows[k].t_ms, when));
			}
			l->rows[kept++] = l->rows[k];
		}
		l->count = kept;
	}
	return OK;
}

void told_signal(const struct told *t, const struct told_list *l, size_t i, struct signal *out)
{
	const struct told_signal *s = &l->rows[i];

	field_clear(signal_fields, SIGNAL_FIELDS, out);
	out->market = l->market;
	out->interval = l->interval;
	memcpy(out->symbol, l->symbol, sizeof out->symbol);
	memcpy(out->strategy, l->strategy, sizeof out->strategy);
	out->open_time = s->open_time;
	out->t_ms = s->t_ms;
	out->action = s->action;
	out->exposure = s->exposure;
	out->price = s->price;
	out->entry = s->entry;
	out->entry_price = s->entry_price;
	out->entry_bars = s->entry_bars;
	out->stop_offset = s->stop_offset;
	out->target_offset = s->target_offset;
	out->trail_offset = s->trail_offset;
	out->max_hold_bars = s->max_hold_bars;
	memccpy(out->why, t->words.data + s->why, '\0', sizeof out->why);
}

/* Whether a bar closes then. */
static bool closes_at(const struct history_series *s, int64_t t_ms)
{
	int64_t open_ms = interval_floor((enum interval)s->interval, t_ms - 1);
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->bars[middle].open_time < open_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->count && s->bars[low].open_time == open_ms && interval_next((enum interval)s->interval, open_ms) == t_ms;
}

static const struct history_series *series_of(const struct history *h, const struct told_list *l)
{
	for (size_t i = 0; i < h->series_count; i++)
		if (h->series[i].market == l->market && strcmp(h->series[i].symbol, l->symbol) == 0)
			return &h->series[i];
	return NULL;
}

size_t told_late(const struct told *t, const struct history *h, size_t most, struct buf *names)
{
	size_t late = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct told_list *l = &t->lists[i];
		const struct history_series *s = series_of(h, l);

		for (size_t k = 0; k < l->count; k++) {
			char when[UTC_TEXT];

			if (s && closes_at(s, l->rows[k].t_ms))
				continue;
			if (late++ < most)
				buf_addf(names, "%s%s %s %s", late > 1 ? ", " : "", l->strategy, l->symbol, utc_format(l->rows[k].t_ms, when));
		}
	}
	return late;
}
