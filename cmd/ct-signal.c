/* ct-signal: candles to signals. Pure: no clock, no network, no account. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "feed/resample.h"
#include "model/record.h"
#include "strategy/strategy.h"
#include "study/streams.h"

enum { OPT_EMIT_FROM = OPT_OWN, OPT_EVENTS, OPT_RESAMPLE, OPT_LIST, OPT_DESCRIBE, OPT_SCHEMA };

static const struct argp_option options[] = {
	ROW_STRATEGY,
	ROW_CONFIG,
	{ "emit-from", OPT_EMIT_FROM, "TIME", 0, "Warm up on everything, write only signals that became known at TIME or later", 0 },
	{ "events", OPT_EVENTS, NULL, 0, "Write BUY and SELL lines only", 0 },
	{ "resample", OPT_RESAMPLE, "INTERVAL", 0, "Make longer bars of the candles first (default: the strategy file's interval)", 0 },
	{ "list", OPT_LIST, NULL, 0, "The strategies there are", 1 },
	{ "describe", OPT_DESCRIBE, "STRATEGY", 0, "A strategy's parameters: range, default, meaning", 1 },
	{ "schema", OPT_SCHEMA, "STRATEGY", 0, "JSON Schema of a strategy's files", 1 },
	{ 0 },
};

struct args {
	const char *strategy, *config, *describe, *schema;
	int64_t emit_from;
	bool events, list;
	int interval; /* of the bars that the strategy reads; -1: as they come */
	/* while it runs */
	struct strategy *loaded;
	struct streams streams, shorter; /* shorter: what longer bars are made of */
	struct buf out;
	long gaps;
};

#define GAPS_NAMED 20

static void tell_gap(struct args *a, const struct stream *s)
{
	char t[UTC_TEXT];

	if (++a->gaps <= GAPS_NAMED)
		log_line(LOG_WARN, "%s %s: bars are missing before %s", s->symbol, interval_names[s->interval], utc_format(s->last_open, t));
	if (a->gaps == GAPS_NAMED)
		log_line(LOG_WARN, "further gaps are not named");
}

static enum err open_series(void *ctx, struct stream *s, struct error *e)
{
	struct args *a = ctx;
	struct strategy_series *series;
	enum err rc = strategy_series_new(a->loaded, s->panel, s->market, s->symbol, s->interval, &series, e);

	s->own = series;
	return rc;
}

static void close_series(void *ctx, struct stream *s)
{
	(void)ctx;
	strategy_series_free(s->own);
}

static enum err open_shorter(void *ctx, struct stream *s, struct error *e)
{
	const struct args *a = ctx;
	struct resample *r;

	if (!interval_makes((enum interval)s->interval, (enum interval)a->interval))
		return error_field(e, ERR_DATA, "interval", "bars of %s cannot be made of %s", interval_names[a->interval], interval_names[s->interval]);
	r = malloc(sizeof *r);
	if (!r)
		return error_memory(e);
	resample_init(r, (enum interval)s->interval, (enum interval)a->interval, 0);
	s->own = r;
	return OK;
}

static void close_shorter(void *ctx, struct stream *s)
{
	(void)ctx;
	free(s->own);
}

/* One bar for the strategy. known_ms: when it was over and known; what it would have said before that is not said. */
static enum err on_bar(struct args *a, const struct candle *c, int64_t known_ms, struct error *e)
{
	struct signal signal;
	struct stream *s;
	enum err rc = streams_add(&a->streams, c, &s, e);

	if (rc)
		return rc;
	if (s->gap && known_ms == TIME_NONE)
		tell_gap(a, s);
	strategy_series_step(s->own, &c->bar, panel_step(s->panel, &c->bar), &signal);
	if (signal.t_ms < a->emit_from || (a->events && signal.action == ACTION_HOLD) || (known_ms != TIME_NONE && known_ms != signal.t_ms))
		return OK;
	strategy_series_words(s->own, &signal);
	buf_clear(&a->out);
	record_write(&kinds[KIND_SIGNAL], &signal, &a->out);
	return a->out.failed ? error_memory(e) : prog_write(a->out.data, a->out.len, e);
}

static enum err on_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct bar bars[2];
	struct candle c;
	struct stream *s;
	int64_t known_ms;
	int n;
	enum err rc = candle_read(line, len, &c, e);

	if (rc)
		return record_is_beside(line, len) ? OK : rc;
	if (a->interval < 0 || c.interval == a->interval)
		return on_bar(a, &c, TIME_NONE, e);
	rc = streams_add(&a->shorter, &c, &s, e);
	if (rc)
		return rc;
	if (s->gap)
		tell_gap(a, s);
	known_ms = interval_next((enum interval)c.interval, c.bar.open_time);
	rc = resample_push(s->own, &c.bar, bars, &n, e);
	c.interval = a->interval;
	for (int i = 0; !rc && i < n; i++) {
		c.bar = bars[i];
		rc = on_bar(a, &c, known_ms, e);
	}
	return rc;
}

static enum err find_kind(const char *name, const struct strategy_kind **out, struct error *e)
{
	*out = strategy_kind_find(name);
	return *out ? OK : error_set(e, ERR_USAGE, "no strategy '%s'; --list names them", name);
}

static enum err list(struct buf *b)
{
	for (size_t i = 0; strategy_kinds[i]; i++)
		buf_addf(b, "%-10s %s\n", strategy_kinds[i]->name, strategy_kinds[i]->doc);
	return OK;
}

/* "at least 0, at most 100", "sma or ema". */
static void describe_range(const struct field *f, struct buf *b)
{
	if (f->type == FIELD_ENUM) {
		for (int i = 0; f->values[i]; i++)
			buf_addf(b, "%s%s", i ? "|" : "", f->values[i]);
		return;
	}
	buf_adds(b, f->type == FIELD_INT ? "integer" : f->type == FIELD_REAL ? "number" : "decimal string");
	if (f->flags & (FIELD_MIN | FIELD_ABOVE_MIN))
		buf_addf(b, " %s %.12g", f->flags & FIELD_MIN ? ">=" : ">", f->min);
	if (f->flags & FIELD_MAX)
		buf_addf(b, " <= %.12g", f->max);
}

static enum err describe(const char *name, struct buf *b, struct error *e)
{
	const struct strategy_kind *k;
	enum err rc = find_kind(name, &k, e);

	if (rc)
		return rc;
	buf_addf(b, "%s: %s\n\ninterval\n    length of the bars it reads, made of shorter ones where those come\n    ", k->name, k->doc);
	for (int i = 0; i < INTERVAL_COUNT; i++)
		buf_addf(b, "%s%s", i ? "|" : "", interval_names[i]);
	buf_adds(b, "; default none\n");
	for (size_t i = 0; i < k->param_count; i++) {
		const struct field *f = &k->params[i];

		buf_addf(b, "\n%s%s%s%s\n    %s\n    ", f->name, f->unit ? " (" : "", f->unit ? f->unit : "", f->unit ? ")" : "", f->doc);
		describe_range(f, b);
		if (f->flags & FIELD_REQUIRED)
			buf_adds(b, "; required\n");
		else
			buf_addf(b, "; default %s\n", f->fallback && strcmp(f->fallback, "null") != 0 ? f->fallback : "none");
	}
	return OK;
}

static enum err schema(const char *name, struct buf *b, struct error *e)
{
	const struct strategy_kind *k;
	enum err rc = find_kind(name, &k, e);

	if (!rc)
		strategy_schema(k, b);
	return rc;
}

/* What needs no candles. */
static enum err tell(struct args *a, struct error *e)
{
	enum err rc = a->list ? list(&a->out) : a->describe ? describe(a->describe, &a->out, e) : schema(a->schema, &a->out, e);

	if (!rc && a->out.failed)
		rc = error_memory(e);
	return rc ? rc : prog_write(a->out.data, a->out.len, e);
}

static enum err follow(struct args *a, struct error *e)
{
	char dir[PATH_SIZE], path[PATH_SIZE];
	enum err rc = path_config(a->config, dir, e);

	if (!rc)
		rc = path_find(dir, "strategies", a->strategy, path, e);
	if (!rc)
		rc = strategy_load(path, &a->loaded, e);
	if (rc)
		return rc;
	if (a->interval < 0)
		a->interval = strategy_interval(a->loaded);
	prog_hint_terminal("candles");
	a->streams = (struct streams){ .open = open_series, .close = close_series, .ctx = a };
	a->shorter = (struct streams){ .open = open_shorter, .close = close_shorter, .ctx = a };
	rc = prog_lines(STDIN_FILENO, "stdin", on_line, a, e);
	streams_release(&a->streams);
	streams_release(&a->shorter);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	enum err rc = a->strategy ? follow(a, e) : tell(a, e);

	strategy_free(a->loaded);
	buf_release(&a->out);
	return rc;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'S': a->strategy = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_EVENTS: a->events = true; return 0;
	case OPT_RESAMPLE:
		a->interval = interval_find(arg);
		if (a->interval < 0)
			prog_usage(state, "--resample: '%s' is not an interval such as 4h", arg);
		return 0;
	case OPT_LIST: a->list = true; return 0;
	case OPT_DESCRIBE: a->describe = arg; return 0;
	case OPT_SCHEMA: a->schema = arg; return 0;
	case OPT_EMIT_FROM:
		if (!utc_parse(arg, TIME_NONE, &a->emit_from))
			prog_usage(state, "--emit-from: '%s' is not a time like " UTC_FORMS, arg);
		return 0;
	case ARGP_KEY_ARG: prog_usage(state, "'%s': candles come on stdin, there are no arguments", arg);
	case ARGP_KEY_END:
		if (!a->strategy + !a->list + !a->describe + !a->schema != 3)
			prog_usage(state, "give one of --strategy, --list, --describe and --schema");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct prog prog = {
	.name = "ct-signal",
	.argp = { options, parse, "", "Candles on stdin to signals on stdout, by one strategy.\v"
		"Several series may come in one stream, each in its own order. A signal depends on the closed bars up to its own, from the first "
		"of its series on, and on nothing else.", NULL, NULL, NULL },
	.filter = true,
	.run = run,
};

int main(int argc, char **argv)
{
	struct args args = { .emit_from = INT64_MIN, .interval = -1 };

	return prog_main(&prog, argc, argv, &args);
}
