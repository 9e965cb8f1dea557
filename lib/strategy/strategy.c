#include "strategy/strategy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/config.h"
#include "strategy/kinds.h"

const struct strategy_kind *const strategy_kinds[] = { &strategy_channel, &strategy_random, NULL };

#define NOTE_MAX 2000

struct strategy {
	const struct strategy_kind *kind;
	char name[NAME_SIZE];
	int interval; /* -1: of the bars that come */
	void *params;
};

struct strategy_series {
	const struct strategy_kind *kind;
	const void *params;
	void *state;
	size_t need_count, at[STRATEGY_NEEDS];
	struct signal blank; /* what every signal of the series starts from */
	size_t blank_size;   /* all but the two texts, which are long; not a constant, that would become a slow copy */
};

const struct strategy_kind *strategy_kind_find(const char *name)
{
	for (size_t i = 0; strategy_kinds[i]; i++)
		if (strcmp(strategy_kinds[i]->name, name) == 0)
			return strategy_kinds[i];
	return NULL;
}

void strategy_schema(const struct strategy_kind *k, struct buf *b)
{
	struct buf params = { 0 };
	const char *rest;

	field_schema(k->params, k->param_count, true, &params);
	buf_adds(b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
	buf_add_json(b, k->name, strlen(k->name));
	buf_adds(b, ",\"description\":");
	buf_add_json(b, k->doc, strlen(k->doc));
	buf_addf(b, ",\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"strategy\":{\"description\":\"the kind\","
		"\"const\":\"%s\"},\"note\":{\"description\":\"a word for people\",\"type\":\"string\",\"maxLength\":%d},"
		"\"interval\":{\"description\":\"length of the bars it reads, made of shorter ones where those come; null: as they come\","
		"\"enum\":[null", k->name, NOTE_MAX);
	for (int i = 0; i < INTERVAL_COUNT; i++)
		buf_addf(b, ",\"%s\"", interval_names[i]);
	buf_adds(b, "]},");
	/* The kind's own properties follow; its list of required keys gets one more in front. */
	rest = params.data ? strstr(params.data, "},\"required\":[") : NULL;
	if (rest) {
		const char *from = params.data + strlen("\"properties\":{");
		const char *required = rest + strlen("},\"required\":[");

		buf_add(b, from, (size_t)(required - from));
		buf_adds(b, *required == ']' ? "\"strategy\"" : "\"strategy\",");
		buf_adds(b, required);
	}
	b->failed |= params.failed;
	buf_adds(b, "}\n");
	buf_release(&params);
}

static enum err unknown_kind(json_t *value, struct error *e)
{
	struct buf names = { .max = 400 };
	enum err rc;

	for (size_t i = 0; strategy_kinds[i]; i++)
		buf_addf(&names, "%s\"%s\"", i ? ", " : "", strategy_kinds[i]->name);
	if (!value)
		rc = error_field(e, ERR_DATA, "strategy", "missing; there is %s", names.data);
	else
		rc = error_field(e, ERR_DATA, "strategy", "'%.40s' is none of %s", json_is_string(value) ? json_string_value(value) : "?", names.data);
	buf_release(&names);
	return rc;
}

/* The parameters alone: a copy of the object without the keys every strategy has. */
static enum err own_keys(json_t *json, json_t **out, struct error *e)
{
	json_t *note = json_object_get(json, "note"), *interval = json_object_get(json, "interval");

	*out = NULL;
	if (note && (!json_is_string(note) || json_string_length(note) > NOTE_MAX))
		return error_field(e, ERR_DATA, "note", "not text of at most %d bytes", NOTE_MAX);
	if (interval && !json_is_null(interval) && (!json_is_string(interval) || interval_find(json_string_value(interval)) < 0))
		return error_field(e, ERR_DATA, "interval", "not an interval such as \"4h\"");
	*out = json_copy(json);
	if (!*out)
		return error_memory(e);
	json_object_del(*out, "strategy");
	json_object_del(*out, "note");
	json_object_del(*out, "interval");
	return OK;
}

/* A parameter that would do nothing is a mistake, and says so rather than do nothing. */
static enum err check_used(const struct strategy *s, json_t *own, struct error *e)
{
	const char *key, *why;
	json_t *value;

	json_object_foreach(own, key, value)
		if (!json_is_null(value) && (why = s->kind->unused(s->params, key)))
			return error_field(e, ERR_DATA, key, "%s", why);
	return OK;
}

enum err strategy_new(const char *name, json_t *json, struct strategy **out, struct error *e)
{
	json_t *value = json_object_get(json, "strategy"), *own;
	const struct strategy_kind *kind = json_is_string(value) ? strategy_kind_find(json_string_value(value)) : NULL;
	struct strategy *s;
	enum err rc;

	*out = NULL;
	if (!kind)
		return unknown_kind(value, e);
	if (!*name || strlen(name) >= sizeof s->name)
		return error_set(e, ERR_DATA, "'%.80s' is not a strategy's name: 1 to %zu bytes", name, sizeof s->name - 1);
	rc = own_keys(json, &own, e);
	if (rc)
		return rc;
	s = calloc(1, sizeof *s);
	if (s)
		s->params = calloc(1, kind->params_size);
	if (!s || !s->params) {
		rc = error_memory(e);
		goto out;
	}
	s->kind = kind;
	value = json_object_get(json, "interval");
	s->interval = json_is_string(value) ? interval_find(json_string_value(value)) : -1;
	memcpy(s->name, name, strlen(name) + 1);
	rc = field_read(kind->params, kind->param_count, own, s->params, "", true, e);
	if (!rc)
		rc = check_used(s, own, e);
	if (!rc)
		rc = kind->check(s->params, e);
out:
	json_decref(own);
	if (rc)
		strategy_free(s);
	else
		*out = s;
	return rc;
}

enum err strategy_load(const char *path, struct strategy **out, struct error *e)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t n = strlen(base);
	char name[256];
	json_t *json;
	enum err rc;

	*out = NULL;
	if (n > 5 && strcmp(base + n - 5, ".json") == 0)
		n -= 5;
	snprintf(name, sizeof name, "%.*s", (int)n, base);
	rc = config_parse(path, &json, e);
	if (rc)
		return rc;
	rc = strategy_new(name, json, out, e);
	json_decref(json);
	return rc == ERR_DATA ? config_error(path, e) : rc;
}

void strategy_free(struct strategy *s)
{
	if (!s)
		return;
	free(s->params);
	free(s);
}

const struct strategy_kind *strategy_kind(const struct strategy *s)
{
	return s->kind;
}

int strategy_interval(const struct strategy *s)
{
	return s->interval;
}

void strategy_params_json(const struct strategy *s, struct buf *b)
{
	buf_addf(b, "{\"strategy\":\"%s\"", s->kind->name);
	if (s->interval >= 0)
		buf_addf(b, ",\"interval\":\"%s\"", interval_names[s->interval]);
	for (size_t i = 0; i < s->kind->param_count; i++) {
		const struct field *f = &s->kind->params[i];

		if (s->kind->unused(s->params, f->name))
			continue;
		buf_addf(b, ",\"%s\":", f->name);
		field_write_value(f, s->params, b);
	}
	buf_addc(b, '}');
}

static void blank_signal(const struct strategy *s, int market, const char *symbol, int interval, struct signal *out)
{
	field_clear(signal_fields, SIGNAL_FIELDS, out);
	out->market = market;
	out->interval = interval;
	snprintf(out->symbol, sizeof out->symbol, "%s", symbol);
	snprintf(out->strategy, sizeof out->strategy, "%s", s->name);
	out->action = ACTION_HOLD;
	out->exposure = 0;
	out->entry = ORDER_MARKET;
}

enum err strategy_series_new(const struct strategy *s, struct panel *panel, int market, const char *symbol, int interval,
	struct strategy_series **out, struct error *e)
{
	struct strategy_need needs[STRATEGY_NEEDS];
	struct strategy_series *series = calloc(1, sizeof *series);
	enum err rc = OK;

	*out = NULL;
	if (!series || !(series->state = calloc(1, s->kind->state_size))) {
		free(series);
		return error_memory(e);
	}
	series->kind = s->kind;
	series->params = s->params;
	blank_signal(s, market, symbol, interval, &series->blank);
	series->blank_size = offsetof(struct signal, waits_for);
	series->need_count = s->kind->needs(s->params, needs);
	for (size_t i = 0; i < series->need_count && !rc; i++) {
		rc = panel_want(panel, needs[i].spec, &series->at[i], e);
		series->at[i] += (size_t)needs[i].output;
	}
	if (rc) {
		strategy_series_free(series);
		return rc == ERR_USAGE ? error_set(e, ERR_CONFIG, "%s: %s", s->name, strdupa(e->message)) : rc;
	}
	s->kind->start(s->params, series->state);
	*out = series;
	return OK;
}

void strategy_series_free(struct strategy_series *s)
{
	if (!s)
		return;
	free(s->state);
	free(s);
}

static void decide(struct strategy_series *s, const struct bar *bar, const double *values, struct signal *out)
{
	memcpy(out, &s->blank, s->blank_size);
	out->waits_for[0] = out->why[0] = '\0';
	out->open_time = bar->open_time;
	out->t_ms = interval_next((enum interval)s->blank.interval, bar->open_time);
	out->price = bar->close;
	s->kind->decide(s->params, bar, values, s->state, out);
}

void strategy_series_step(struct strategy_series *s, const struct bar *bar, const double *columns, struct signal *out)
{
	double values[STRATEGY_NEEDS];

	for (size_t i = 0; i < s->need_count; i++)
		values[i] = columns[s->at[i]];
	decide(s, bar, values, out);
}

void strategy_series_step_at(struct strategy_series *s, const struct study_run *run, size_t i, struct signal *out)
{
	double values[STRATEGY_NEEDS];

	for (size_t k = 0; k < s->need_count; k++)
		values[k] = run->columns[s->at[k]][i];
	decide(s, &run->bars[i], values, out);
}

size_t strategy_series_quiet(struct strategy_series *s, const struct study_run *run, size_t from, size_t to, unsigned hears)
{
	struct strategy_view v = { .run = run, .symbol = s->blank.symbol };

	for (size_t k = 0; k < s->need_count; k++)
		v.values[k] = run->columns[s->at[k]];
	return s->kind->quiet(s->params, &v, from, to, s->state, hears);
}

void strategy_series_words(const struct strategy_series *s, struct signal *out)
{
	s->kind->why(s->params, s->state, out->why);
	s->kind->waits(s->params, s->state, out->waits_for);
}

void strategy_series_why(const struct strategy_series *s, struct signal *out)
{
	s->kind->why(s->params, s->state, out->why);
}
