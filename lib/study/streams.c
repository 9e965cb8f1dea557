#include "study/streams.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

static bool is_of(const struct stream *s, const struct candle *c)
{
	return s->interval == c->interval && s->market == c->market && strcmp(s->symbol, c->symbol) == 0;
}

static uint64_t hash(int market, int interval, const char *symbol)
{
	uint64_t h = 14695981039346656037u ^ (uint64_t)(market * 64 + interval);

	for (; *symbol; symbol++)
		h = (h ^ (unsigned char)*symbol) * 1099511628211u;
	return h ^ h >> 32;
}

static struct stream **slot_of(struct stream **slots, size_t n, const struct stream *s)
{
	size_t i = hash(s->market, s->interval, s->symbol) & (n - 1);

	while (slots[i])
		i = (i + 1) & (n - 1);
	return &slots[i];
}

static struct stream *find(const struct streams *t, const struct candle *c)
{
	size_t i;

	if (t->slot_count == 0)
		return NULL;
	for (i = hash(c->market, c->interval, c->symbol) & (t->slot_count - 1); t->slots[i]; i = (i + 1) & (t->slot_count - 1))
		if (is_of(t->slots[i], c))
			return t->slots[i];
	return NULL;
}

static enum err grow(struct streams *t, struct error *e)
{
	size_t n = t->slot_count ? 2 * t->slot_count : 64;
	struct stream **slots;

	if (2 * (t->count + 1) <= t->slot_count)
		return OK;
	slots = calloc(n, sizeof *slots);
	if (!slots)
		return error_memory(e);
	for (size_t i = 0; i < t->slot_count; i++)
		if (t->slots[i])
			*slot_of(slots, n, t->slots[i]) = t->slots[i];
	free(t->slots);
	t->slots = slots;
	t->slot_count = n;
	return OK;
}

static void free_stream(struct streams *t, struct stream *s)
{
	if (t->close)
		t->close(t->ctx, s);
	panel_free(s->panel);
	free(s);
}

static enum err open_stream(struct streams *t, const struct candle *c, struct stream **out, struct error *e)
{
	struct stream *s;
	enum err rc = grow(t, e);

	if (rc)
		return rc;
	if (t->count == STREAMS_MAX)
		return error_field(e, ERR_DATA, "symbol", "'%s' is one series more than %d", c->symbol, STREAMS_MAX);
	s = calloc(1, sizeof *s);
	if (!s)
		return error_memory(e);
	s->market = c->market;
	s->interval = c->interval;
	memcpy(s->symbol, c->symbol, sizeof s->symbol);
	s->last_open = s->next_open = TIME_NONE;
	s->panel = panel_new((enum interval)c->interval);
	rc = s->panel ? t->open(t->ctx, s, e) : error_memory(e);
	if (rc) {
		free_stream(t, s);
		return rc;
	}
	*slot_of(t->slots, t->slot_count, s) = s;
	t->count++;
	*out = s;
	return OK;
}

enum err streams_add(struct streams *t, const struct candle *c, struct stream **out, struct error *e)
{
	struct stream *s = t->last && is_of(t->last, c) ? t->last : find(t, c);
	enum err rc = candle_check(c, e);

	if (!rc && !s)
		rc = open_stream(t, c, &s, e);
	if (rc)
		return rc;
	if (c->bar.open_time <= s->last_open)
		return error_field(e, ERR_DATA, "open_time", "%lld of %s %s %s", (long long)c->bar.open_time, s->symbol, interval_names[s->interval],
			c->bar.open_time == s->last_open ? "came twice" : "comes after a later bar");
	s->gap = s->next_open != TIME_NONE && c->bar.open_time > s->next_open;
	s->last_open = c->bar.open_time;
	s->next_open = interval_next((enum interval)s->interval, c->bar.open_time);
	*out = t->last = s;
	return OK;
}

void streams_release(struct streams *t)
{
	for (size_t i = 0; i < t->slot_count; i++)
		if (t->slots[i])
			free_stream(t, t->slots[i]);
	free(t->slots);
	t->slots = NULL;
	t->slot_count = t->count = 0;
	t->last = NULL;
}
