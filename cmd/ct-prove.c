/* ct-prove: runs a candle filter on cut-off inputs and shows the first line that used the future. */
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/prog.h"
#include "core/utc.h"
#include "model/record.h"
#include "report/table.h"
#include "tune/prove.h"

enum { OPT_CUTS = OPT_OWN, OPT_LAST_BARS, OPT_SEED, OPT_JOBS, OPT_TIMEOUT };

static const struct argp_option options[] = {
	{ "cuts", OPT_CUTS, "N", 0, "How many cuts, or 'all' (default 200)", 0 },
	{ "last-bars", OPT_LAST_BARS, "N", 0, "How many of the cuts lie at the last bars (default 3)", 0 },
	{ "seed", OPT_SEED, "N", 0, "Seed of the other cuts, which are random (default 1)", 0 },
	{ "jobs", OPT_JOBS, "N", 0, "Runs at a time (default: one for each processor)", 0 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0, "Longest time of one run: 30s, 5m (default 10m)", 0 },
	{ "format", OPT_FORMAT, "FORMAT", 0, "table (default on a terminal) or json", 0 },
	{ 0 },
};

struct args {
	struct prove prove;
	const char *format;
	struct buf out;
};

static enum err on_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct candle c;
	enum err rc = candle_read(line, len, &c, e);

	if (rc)
		return record_is_beside(line, len) ? OK : rc;
	line[len] = '\n'; /* where its NUL is: no copy */
	rc = prove_add(&a->prove, &c, line, len + 1, e);
	line[len] = '\0';
	return rc;
}

static void progress(size_t done, size_t total)
{
	prog_progress("cuts", (double)done, (double)total, "runs");
}

/* "HOLD", 7, null … as they stand in the line; nothing for a key that is not there. */
static void add_value(struct table *t, json_t *v)
{
	char *text = v && !json_is_string(v) ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;

	table_text(t, json_is_string(v) ? json_string_value(v) : text ? text : "");
	free(text);
}

/* The members that differ, side by side. False: the lines are no two objects. */
static bool compare_members(const struct proof *p, const char *before, const char *after, struct buf *b)
{
	json_t *x = json_loads(p->at_cut, 0, NULL), *y = json_loads(p->whole, 0, NULL), *v;
	bool objects = json_is_object(x) && json_is_object(y);
	const struct style style = { .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 };
	struct table t;
	const char *key;

	table_init(&t, "");
	table_column(&t, "", "key", false);
	table_column(&t, before, "before", false);
	table_column(&t, after, "after", false);
	json_object_foreach(y, key, v) {
		if (!objects || json_equal(v, json_object_get(x, key)))
			continue;
		table_text(&t, key);
		add_value(&t, json_object_get(x, key));
		add_value(&t, v);
	}
	json_object_foreach(x, key, v) {
		if (!objects || json_object_get(y, key))
			continue;
		table_text(&t, key);
		add_value(&t, v);
		add_value(&t, NULL);
	}
	if (objects)
		table_write(&t, &style, b);
	table_release(&t);
	json_decref(x);
	json_decref(y);
	return objects;
}

static void tell_difference(const struct proof *p, struct buf *b)
{
	char cut[UTC_TEXT + 16] = "second run", known[UTC_TEXT], t[UTC_TEXT];
	const char *after = p->repeatable ? "all candles" : "first run";

	if (p->repeatable)
		snprintf(cut, sizeof cut, "candles until %s", utc_format(p->cut_ms, t));
	if (p->known_ms != TIME_NONE) {
		json_t *line = json_loads(p->whole, 0, NULL);
		const char *symbol = json_string_value(json_object_get(line, "symbol"));

		buf_addf(b, "  %s%sit says that it was known at %s\n", symbol ? symbol : "", symbol ? "; " : "", utc_format(p->known_ms, known));
		json_decref(line);
	}
	if (!compare_members(p, cut, after, b))
		buf_addf(b, "  %s:\n    %s\n  %s:\n    %s\n", cut, *p->at_cut ? p->at_cut : "(no such line)", after, *p->whole ? p->whole : "(no such line)");
}

static void tell(const struct proof *p, struct buf *b)
{
	if (p->causal)
		buf_addf(b, "causal: none of the %" PRId64 " lines that were compared at %" PRId64 " cuts used the future\n", p->compared, p->cuts);
	else if (p->repeatable)
		buf_addf(b, "uses the future: line %" PRId64 " of the output is another once later candles are there\n", p->line);
	else
		buf_addf(b, "not repeatable: line %" PRId64 " of the output is another when the same candles come again\n", p->line);
	if (!p->causal)
		tell_difference(p, b);
	buf_addf(b, "  command    %s\n", p->command);
	buf_addf(b, "  input      %" PRId64 " candles, %" PRId64 " moments to cut at\n", p->candles, p->moments);
	buf_addf(b, "  output     %" PRId64 " lines%s\n", p->lines, p->timed ? "" : " that do not say since when they were known: compared as prefixes");
	buf_addf(b, "  cuts       %" PRId64 ", seed %" PRId64 "; %" PRId64 " differ\n", p->cuts, p->seed, p->differing);
}

static enum err run(void *args, struct error *e)
{
	static struct proof proof;
	struct args *a = args;
	enum err rc;

	setlocale(LC_CTYPE, "");
	prog_hint_terminal("candles");
	a->prove.loud = log_shows(LOG_INFO);
	a->prove.stopping = prog_stopping;
	a->prove.progress = progress;
	rc = prog_lines(STDIN_FILENO, "stdin", on_line, a, e);
	if (!rc)
		rc = prove_run(&a->prove, &proof, e);
	prog_progress_end();
	if (!rc && (a->format ? strcmp(a->format, "table") == 0 : isatty(STDOUT_FILENO)))
		tell(&proof, &a->out);
	else if (!rc)
		record_write(&proof_kind, &proof, &a->out);
	if (!rc)
		rc = prog_write_buf(&a->out, e);
	if (!rc)
		rc = prog_flush(e);
	prove_release(&a->prove);
	buf_release(&a->out);
	return rc ? rc : proof.causal ? OK : ERR_DATA;
}

static int64_t number(const char *option, const char *arg, int64_t min, int64_t max, struct argp_state *state)
{
	char *end;
	long long v = strtoll(arg, &end, 10);

	if (end == arg || *end || v < min || v > max)
		prog_usage(state, "%s: '%s' is not an integer from %lld to %lld", option, arg, (long long)min, (long long)max);
	return v;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_CUTS: a->prove.cuts = strcmp(arg, "all") == 0 ? INT32_MAX : number("--cuts", arg, 1, INT32_MAX, state); return 0;
	case OPT_LAST_BARS: a->prove.last_bars = number("--last-bars", arg, 0, INT32_MAX, state); return 0;
	case OPT_SEED: a->prove.seed = number("--seed", arg, 0, INT64_MAX, state); return 0;
	case OPT_JOBS: a->prove.parallel = (int)number("--jobs", arg, 1, 256, state); return 0;
	case OPT_TIMEOUT:
		if (!duration_parse(arg, &a->prove.timeout_ms) || a->prove.timeout_ms <= 0)
			prog_usage(state, "--timeout: '%s' is not a time such as 30s or 5m", arg);
		return 0;
	case OPT_FORMAT:
		if (strcmp(arg, "table") != 0 && strcmp(arg, "json") != 0)
			prog_usage(state, "--format: '%s' is neither table nor json", arg);
		a->format = arg;
		return 0;
	case ARGP_KEY_ARGS: a->prove.argv = state->argv + state->next; return 0;
	case ARGP_KEY_NO_ARGS: prog_usage(state, "which command? ct-prove -- ct-signal -S FILE");
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct prog prog = {
	.name = "ct-prove",
	.argp = { options, parse, "-- COMMAND [ARG]...", "Candles on stdin, run through a command again and again, cut off at many moments: shows "
		"the first line of its output that used the future.\v"
		"What the command writes about candles that were cut off must be what it wrote about all of them, as far as it was known then. "
		"Exit 0: causal; 65: it used the future, or is not repeatable.", NULL, NULL, NULL },
	.run = run,
};

int main(int argc, char **argv)
{
	struct args args = {
		.prove = { .cuts = 200, .last_bars = 3, .seed = 1, .parallel = (int)sysconf(_SC_NPROCESSORS_ONLN), .timeout_ms = 600000 },
	};

	return prog_main(&prog, argc, argv, &args);
}
