/* ct-study: candles to the same lines with indicator columns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/prog.h"
#include "core/real.h"
#include "core/utc.h"
#include "feed/resample.h"
#include "model/record.h"
#include "study/streams.h"

enum { OPT_LIST = OPT_OWN, OPT_RESAMPLE };

static const struct argp_option options[] = {
	{ "resample", OPT_RESAMPLE, "INTERVAL", 0, "Make longer bars of the candles first, such as 1d of 1h", 0 },
	{ "list", OPT_LIST, NULL, 0, "The indicators there are: parameters, columns, first bar, meaning", 0 },
	{ 0 },
};

#define SPECS_MAX 128

/* The columns of one indicator: their names have a stem in common. */
struct group {
	char stem[STUDY_SPEC];
	size_t from, to;
};

struct args {
	const char *specs[SPECS_MAX];
	size_t spec_count;
	bool list;
	int interval; /* of the longer bars; -1: bars as they come */
	/* the same for every series */
	struct group groups[SPECS_MAX];
	size_t group_count, column_count;
	char (*keys)[STUDY_SPEC + 8]; /* of each column: ,"NAME": */
	/* while it runs */
	struct streams streams, shorter; /* shorter: of the candles that longer bars are made of */
	struct buf out, longer;
};

static enum err want_all(const struct args *a, struct panel *p, struct error *e)
{
	size_t first;
	enum err rc = OK;

	for (size_t i = 0; i < a->spec_count && !rc; i++)
		rc = panel_want(p, a->specs[i], &first, e);
	return rc;
}

/* Of a panel that has all columns: what is looked for, and written, in every line. */
static enum err name_columns(struct args *a, const struct panel *p, struct error *e)
{
	a->column_count = panel_columns(p);
	a->keys = calloc(a->column_count + 1, sizeof *a->keys);
	if (!a->keys)
		return error_memory(e);
	for (size_t i = 0; i < a->column_count; i++) {
		const char *name = panel_column_name(p, i);
		const struct column_key key = panel_column_key(p, i);
		struct group *g = &a->groups[a->group_count - (key.output > 0)];
		size_t n = 0;

		snprintf(a->keys[i], sizeof *a->keys, ",\"%s\":", name);
		if (key.output == 0) {
			*g = (struct group){ .from = i };
			snprintf(g->stem, sizeof g->stem, "%s", name);
			a->group_count++;
		}
		while (g->stem[n] && g->stem[n] == name[n])
			n++;
		g->stem[n] = '\0';
		g->to = i + 1;
	}
	return OK;
}

static enum err open_series(void *ctx, struct stream *s, struct error *e)
{
	return want_all(ctx, s->panel, e);
}

/*
 * Whether a line that was read as a candle has a member of this name. Only a key is followed by a colon, and a quote
 * inside a text has a backslash before it, so no text can be taken for one.
 */
static bool has_key(const char *line, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = line; (p = strstr(p, name)); p++)
		if (p > line && p[-1] == '"' && p[n] == '"' && p[n + 1 + strspn(p + n + 1, " \t")] == ':')
			return true;
	return false;
}

static enum err check_columns(const struct args *a, const char *line, const struct panel *p, struct error *e)
{
	for (const struct group *g = a->groups; g < a->groups + a->group_count; g++)
		for (size_t i = strstr(line, g->stem) ? g->from : g->to; i < g->to; i++)
			if (has_key(line, panel_column_name(p, i)))
				return error_field(e, ERR_DATA, panel_column_name(p, i), "the line has this column already");
	return OK;
}

static void add_columns(struct args *a, const double *values)
{
	for (size_t i = 0; i < a->column_count; i++) {
		char *to = buf_reserve(&a->out, sizeof *a->keys + REAL_TEXT), *from = to;

		if (!to)
			return;
		to = stpcpy(to, a->keys[i]);
		to = isfinite(values[i]) ? to + real_format(values[i], 12, to) : stpcpy(to, "null");
		a->out.len += (size_t)(to - from);
	}
}

static void tell_gap(const struct stream *s)
{
	log_line(LOG_INFO, "%s %s: bars are missing before %s", s->symbol, interval_names[s->interval], utc_format(s->last_open, (char[UTC_TEXT]){ 0 }));
}

static enum err on_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct candle c;
	struct stream *s;
	enum err rc = candle_read(line, len, &c, e);

	if (rc)
		return record_is_beside(line, len) ? OK : rc;
	rc = streams_add(&a->streams, &c, &s, e);
	if (rc)
		return rc;
	if (s->gap)
		tell_gap(s);
	while (len && line[len - 1] != '}') /* blanks behind the object */
		len--;
	rc = check_columns(a, line, s->panel, e);
	if (rc)
		return rc;
	buf_clear(&a->out);
	buf_add(&a->out, line, len - 1);
	add_columns(a, panel_step(s->panel, &c.bar));
	buf_add(&a->out, "}\n", 2);
	return a->out.failed ? error_memory(e) : prog_write(a->out.data, a->out.len, e);
}

/* A series of shorter candles. */
struct shorter {
	struct resample resample;
	int64_t first; /* open time of its first bar; TIME_NONE: none yet */
};

static enum err open_shorter(void *ctx, struct stream *s, struct error *e)
{
	const struct args *a = ctx;
	struct shorter *own;

	if (!interval_makes((enum interval)s->interval, (enum interval)a->interval))
		return error_field(e, ERR_DATA, "interval", "bars of %s cannot be made of %s", interval_names[a->interval], interval_names[s->interval]);
	own = malloc(sizeof *own);
	if (!own)
		return error_memory(e);
	own->first = TIME_NONE;
	resample_init(&own->resample, (enum interval)s->interval, (enum interval)a->interval, 0);
	s->own = own;
	return OK;
}

static void close_shorter(void *ctx, struct stream *s)
{
	(void)ctx;
	free(s->own);
}

/* A longer bar goes the way of a line, unless the candles begin inside it: then the exchange's own may know more of it. */
static enum err on_longer(struct args *a, const struct candle *c, int64_t first, struct error *e)
{
	if (c->bar.open_time < first) {
		log_line(LOG_INFO, "%s %s: the bar of %s is left out, candles begin inside it", c->symbol, interval_names[c->interval],
			utc_format(c->bar.open_time, (char[UTC_TEXT]){ 0 }));
		return OK;
	}
	buf_clear(&a->longer);
	candle_write(c, &a->longer);
	if (a->longer.failed)
		return error_memory(e);
	a->longer.data[--a->longer.len] = '\0'; /* the line's end */
	return on_line(a, a->longer.data, a->longer.len, e);
}

static enum err on_shorter(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct shorter *own;
	struct bar bars[2];
	struct stream *s;
	struct candle c;
	int n;
	enum err rc;

	if (candle_read(line, len, &c, e) || c.interval == a->interval)
		return on_line(ctx, line, len, e);
	rc = streams_add(&a->shorter, &c, &s, e);
	if (rc)
		return rc;
	if (s->gap)
		tell_gap(s);
	own = s->own;
	if (own->first == TIME_NONE)
		own->first = c.bar.open_time;
	rc = resample_push(&own->resample, &c.bar, bars, &n, e);
	c.interval = a->interval;
	for (int i = 0; !rc && i < n; i++) {
		c.bar = bars[i];
		rc = on_longer(a, &c, own->first, e);
	}
	return rc;
}

static void list_one(const struct indicator *i, struct buf *b)
{
	double defaults[STUDY_PARAMS] = { 0 };

	buf_adds(b, i->name);
	for (int k = 0; k < STUDY_PARAMS && i->params[k].name; k++) {
		defaults[k] = i->params[k].fallback;
		buf_addf(b, "%c%.6g", k ? ',' : ':', defaults[k]);
	}
	buf_addf(b, "\n    %s\n", i->doc);
	for (int k = 0; k < STUDY_PARAMS && i->params[k].name; k++)
		buf_addf(b, "    %s: %s, %.6g to %.6g\n", i->params[k].name, i->params[k].doc, i->params[k].min, i->params[k].max);
	buf_adds(b, "    columns:");
	for (int k = 0; k < indicator_outputs(i); k++)
		buf_addf(b, "%s %s (from bar %lld)", k ? "," : "", *i->outputs[k] ? i->outputs[k] : i->name, (long long)i->first(defaults, k));
	buf_addf(b, "\n    source: %s\n", i->source);
}

static enum err list(struct args *a, struct error *e)
{
	for (size_t i = 0; indicators[i]; i++)
		list_one(indicators[i], &a->out);
	return a->out.failed ? error_memory(e) : prog_write(a->out.data, a->out.len, e);
}

/* A wrong spec is a usage error, said before the first line is read. */
static enum err check_specs(struct args *a, struct error *e)
{
	struct panel *p = panel_new(INTERVAL_1M);
	enum err rc = p ? want_all(a, p, e) : error_memory(e);

	if (!rc)
		rc = name_columns(a, p, e);
	panel_free(p);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	enum err rc = a->list ? list(a, e) : check_specs(a, e);

	if (!rc && !a->list) {
		prog_hint_terminal("candles");
		a->streams = (struct streams){ .open = open_series, .ctx = a };
		a->shorter = (struct streams){ .open = open_shorter, .close = close_shorter, .ctx = a };
		rc = prog_lines(STDIN_FILENO, "stdin", a->interval < 0 ? on_line : on_shorter, a, e);
		streams_release(&a->streams);
		streams_release(&a->shorter);
	}
	buf_release(&a->out);
	buf_release(&a->longer);
	free(a->keys);
	return rc;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_LIST: a->list = true; return 0;
	case OPT_RESAMPLE:
		a->interval = interval_find(arg);
		if (a->interval < 0)
			prog_usage(state, "--resample: '%s' is not an interval such as 4h", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (a->spec_count == SPECS_MAX)
			prog_usage(state, "more than %d indicators", SPECS_MAX);
		a->specs[a->spec_count++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->list && a->spec_count == 0 && a->interval < 0)
			prog_usage(state, "name at least one indicator, such as ema:21; --list shows them");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct prog prog = {
	.name = "ct-study",
	.argp = { options, parse, "INDICATOR[:P1,P2]...", "Candles on stdin to the same lines with indicator columns on stdout.\v"
		"Columns are named by indicator, parameters and output: ema:21 adds ema_21, donchian:20 adds donchian_20_upper and four more. "
		"They are null while warming up. Several series may come in one stream, each in its own order. "
		"--resample makes longer bars first, and needs no indicator.", NULL, NULL, NULL },
	.filter = true,
	.run = run,
};

int main(int argc, char **argv)
{
	struct args args = { .interval = -1 };

	return prog_main(&prog, argc, argv, &args);
}
