/* ct-report: numbers, tables and charts from the database or from records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "model/config.h"
#include "report/read.h"
#include "report/view.h"
#include "store/store.h"

#define MANY 64 /* accounts, files */

enum { OPT_RUN = OPT_OWN, OPT_BY, OPT_NOTE, OPT_FILLS, OPT_CHART, OPT_PNG, OPT_EXPLAIN, OPT_METRIC };

/* A verb, and the kinds of records it is made from. */
struct verb {
	const char *name;
	view *view;
	picture *picture; /* NULL: it has none */
	unsigned kinds;
};

#define BIT(KIND) (1u << KIND)
#define MONEY (BIT(KIND_DECISION) | BIT(KIND_ORDER) | BIT(KIND_TRADE) | BIT(KIND_EQUITY) | BIT(KIND_TRANSFER) | BIT(KIND_EVENT))
#define NOW (BIT(KIND_SIGNAL) | BIT(KIND_POSITION) | BIT(KIND_ORDER))

static const struct verb verbs[] = {
	{ "summary", view_summary, NULL, MONEY },
	{ "compare", view_compare, NULL, MONEY },
	{ "marks", view_marks, NULL, NOW },
	{ "trades", view_trades, NULL, BIT(KIND_TRADE) },
	{ "equity", view_equity, picture_equity, BIT(KIND_TRADE) | BIT(KIND_EQUITY) | BIT(KIND_TRANSFER) },
	{ "drawdowns", view_drawdowns, picture_drawdowns, BIT(KIND_EQUITY) | BIT(KIND_TRANSFER) },
	{ "positions", view_positions, NULL, NOW },
	{ "monthly", view_monthly, picture_monthly, MONEY },
	{ "metrics", view_metrics, NULL, 0 },
	{ "heatmap", view_heatmap, picture_heatmap, BIT(KIND_TRIAL) },
	{ "diff", NULL, NULL, PARTY_KINDS },
};
#define VERBS "summary, compare, marks, trades, equity, drawdowns, positions, monthly, metrics, heatmap or diff"

struct args {
	const struct verb *verb;
	const char *db, *config, *output, *png, *symbols_file;
	const char *accounts[MANY], *files[MANY];
	size_t file_count;
	char (*symbols)[SYMBOL_SIZE];
	struct report_filter filter;
	struct view_options view;
	bool by_given;
};

static const struct argp_option options[] = {
	{ "account", 'A', "NAME", 0, "Only this account (may be given again); a backtest's is backtest/NAME", 0 },
	{ "strategy", 'S', "FILE", 0, "Only this strategy, by the name of its file", 0 },
	{ "run", OPT_RUN, "RUN", 0, "Only this run; 'all' mixes every run (default: the newest of each account)", 0 },
	ROW_SYMBOLS, ROW_SINCE, ROW_UNTIL,
	{ "last", OPT_LAST, "N", 0, "Only the last N: days of summary and compare, months, round trips, points", 0 },
	{ "by", OPT_BY, "PART", 0, "summary: by account (default), strategy, symbol, month or run; compare: by account or run", 0 },
	ROW_FORMAT, ROW_OUTPUT,
	{ "fills", OPT_FILLS, NULL, 0, "trades: every fill, not round trips", 0 },
	{ "chart", OPT_CHART, NULL, 0, "equity: draw it in the terminal", 0 },
	{ "png", OPT_PNG, "FILE", 0, "equity, drawdowns, monthly, heatmap: draw it into FILE.png or FILE.svg (needs gnuplot)", 0 },
	{ "explain", OPT_EXPLAIN, "METRIC", 0, "summary: this metric's formula with its inputs filled in ('all': of every one)", 0 },
	{ "x", 'x', "NAME", 0, "heatmap: the parameter across (default: the first that was searched)", 0 },
	{ "y", 'y', "NAME", 0, "heatmap: the parameter down (default: the next)", 0 },
	{ "metric", OPT_METRIC, "NAME", 0, "heatmap: what its cells show (default calmar)", 0 },
	{ "note", OPT_NOTE, "TEXT", 0, "Print TEXT above every table and chart", 0 },
	ROW_DB, ROW_CONFIG,
	{ 0 },
};

static void add_symbol(struct args *a, const char *name, struct argp_state *state)
{
	size_t n = a->filter.symbol_count;
	char (*more)[SYMBOL_SIZE] = reallocarray(a->symbols, n + 1, sizeof *more);

	if (!more || strlen(name) >= SYMBOL_SIZE)
		prog_usage(state, "'%.40s' is neither a symbol nor a file", name);
	snprintf(more[n], sizeof more[n], "%s", name);
	a->filter.symbols = (const char (*)[SYMBOL_SIZE])(a->symbols = more);
	a->filter.symbol_count++;
}

/* The exchange writes its pairs in capitals; a file's name is anything with a point, a slash or a small letter in it, or "-". */
static bool is_symbol(const char *arg)
{
	return strcmp(arg, "-") != 0 && !strpbrk(arg, "./abcdefghijklmnopqrstuvwxyz");
}

/* The verb, then symbols and files in any order. */
static void take_argument(struct args *a, const char *arg, struct argp_state *state)
{
	for (size_t i = 0; !a->verb && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, arg) == 0) {
			a->verb = &verbs[i];
			return;
		}
	if (!a->verb)
		prog_usage(state, "'%s' is not a verb: " VERBS, arg);
	if (a->verb->view && is_symbol(arg)) {
		add_symbol(a, arg, state);
		return;
	}
	if (a->file_count == MANY)
		prog_usage(state, "more than %d files", MANY);
	a->files[a->file_count++] = arg;
}

/* ends: each with a blank behind it. */
static bool ends_in(const char *file, const char *ends)
{
	const char *dot = strrchr(file, '.'), *at = dot ? strstr(ends, dot) : NULL;

	return at && at[strlen(dot)] == ' ';
}

static void check(const struct args *a, struct argp_state *state)
{
	if (!a->verb)
		prog_usage(state, "which report? " VERBS);
	option_period(state, a->filter.since, a->filter.until);
	if (!a->verb->view && a->file_count != 2)
		prog_usage(state, "diff: give the two to compare: each a run, an account or a file ('-': standard input)");
	if (!a->verb->view && strcmp(a->files[0], "-") == 0 && strcmp(a->files[1], "-") == 0)
		prog_usage(state, "diff: only one of the two can be standard input");
	if (a->view.chart && (a->verb->view != view_equity || a->view.format != VIEW_TABLE))
		prog_usage(state, "--chart goes with equity only, without --format");
	if (a->output && ends_in(a->output, ".PNG .SVG .gif .jpg .jpeg .webp .pdf .eps "))
		prog_usage(state, "-o %s: a picture is .png or .svg", a->output);
	if (a->filter.x && a->filter.y && strcmp(a->filter.x, a->filter.y) == 0)
		prog_usage(state, "-x and -y: give two parameters");
	if (a->png && (!a->verb->picture || a->view.format != VIEW_TABLE))
		prog_usage(state, "a picture goes with equity, drawdowns, monthly or heatmap only, without --format");
	if (a->view.explain && (a->verb->view != view_summary || a->view.format != VIEW_TABLE))
		prog_usage(state, "--explain goes with summary only, without --format");
	if (a->view.explain && strcmp(a->view.explain, "all") != 0 && !metric_def_find(a->view.explain))
		prog_usage(state, "--explain: '%s' is not a metric; ct-report metrics lists them", a->view.explain);
	if (a->view.fills && a->verb->view != view_trades)
		prog_usage(state, "--fills goes with trades only");
	if (a->by_given && a->verb->view != view_summary && (a->verb->view != view_compare || (a->view.by != BY_ACCOUNT && a->view.by != BY_RUN)))
		prog_usage(state, "--by %s does not go with %s", slice_by_names[a->view.by], a->verb->name);
	if (a->db && a->file_count && a->verb->view)
		prog_usage(state, "either --db or files");
}

static const struct option_text texts[] = {
	OPTION_TEXT('S', filter.strategy), OPTION_TEXT(OPT_DB, db), OPTION_TEXT(OPT_CONFIG, config),
	OPTION_TEXT(OPT_RUN, filter.run), OPTION_TEXT(OPT_EXPLAIN, view.explain), OPTION_TEXT('x', filter.x),
	OPTION_TEXT('y', filter.y), OPTION_TEXT(OPT_METRIC, filter.metric), OPTION_TEXT(OPT_PNG, png),
	OPTION_TEXT(OPT_SYMBOLS, symbols_file),
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	if (option_text(texts, sizeof texts / sizeof *texts, key, arg, a))
		return 0;
	switch (key) {
	case 'A':
		if (a->filter.account_count == MANY)
			prog_usage(state, "more than %d accounts", MANY);
		a->accounts[a->filter.account_count++] = arg;
		return 0;
	case 'o': *(ends_in(arg, ".png .svg ") ? &a->png : &a->output) = arg; return 0;
	case OPT_NOTE: a->view.style.note = *arg ? arg : NULL; return 0;
	case OPT_FILLS: a->view.fills = true; return 0;
	case OPT_CHART: a->view.chart = true; return 0;
	case OPT_SINCE: a->filter.since = option_time(state, "since", arg); return 0;
	case OPT_UNTIL: a->filter.until = option_time(state, "until", arg); return 0;
	case OPT_LAST: a->filter.last = option_count(state, "last", arg, 1, 1000000000); return 0;
	case OPT_BY:
		a->view.by = (enum slice_by)option_word(state, "by", arg, slice_by_names);
		a->by_given = true;
		return 0;
	case OPT_FORMAT: a->view.format = (enum view_format)option_word(state, "format", arg, view_format_names); return 0;
	case ARGP_KEY_ARG: take_argument(a, arg, state); return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static enum err add_to_report(void *to, const struct kind *k, const void *object, struct error *e)
{
	return report_add(to, k, object, e);
}

static enum err add_to_party(void *to, const struct kind *k, const void *object, struct error *e)
{
	return party_add(to, k, object, e);
}

/* account, run: NULL for any. */
static enum err read_database(const struct args *a, struct reading *reading, const char *account, const char *run, struct error *e)
{
	char path[PATH_SIZE];
	struct store *s;
	enum err rc = path_db(a->db, path, e);

	if (!rc)
		rc = store_open(path, STORE_READ, &s, e);
	if (rc)
		return rc;
	for (int kind = 0; kind < KIND_COUNT && !rc; kind++) {
		struct store_query q = STORE_ANY;

		if (!(reading->kinds & BIT((unsigned)kind)))
			continue;
		reading->kind = &kinds[kind];
		q.account = kind != KIND_SIGNAL ? account : NULL;
		q.id = kind == KIND_RUN ? run : NULL;
		q.run = kind != KIND_RUN && kind != KIND_TRANSFER ? run : NULL;
		rc = store_each(s, reading->kind, &q, reading_row, reading, e);
	}
	store_close(s);
	return rc;
}

static enum err read_records(const struct args *a, struct report *r, struct error *e)
{
	static const char *const only_stdin[] = { "-" };
	struct reading reading = { a->verb->kinds, NULL, add_to_report, r };
	enum err rc;

	if (!a->verb->kinds)
		return OK;
	if (!a->file_count && (a->db || a->filter.account_count || a->filter.run || !prog_has_input()))
		return read_database(a, &reading, a->filter.account_count == 1 ? a->accounts[0] : NULL, NULL, e);
	rc = reading_files(&reading, a->file_count ? a->files : only_stdin, a->file_count ? a->file_count : 1, e);
	if (!rc && !r->records)
		log_line(LOG_WARN, "no record of use among the lines read; --db reads the database");
	return rc;
}

/* A name that was mistyped looks like an account that did nothing. */
static void tell_unknown(const struct args *a, const struct report *r)
{
	for (size_t i = 0; i < a->filter.account_count && a->verb->kinds & BIT(KIND_EQUITY); i++)
		if (!report_has_account(r, a->accounts[i]))
			log_line(LOG_WARN, "no trades or equity of an account '%s'", a->accounts[i]);
}

static enum err show(struct args *a, struct report *r, struct error *e)
{
	struct buf b = { 0 };
	enum err rc;

	if (a->png) {
		rc = a->verb->picture(r, a->png, a->view.style.note, e);
		if (!rc)
			rc = prog_write(a->png, strlen(a->png), e);
		return rc ? rc : prog_write("\n", 1, e);
	}
	rc = a->verb->view(r, &a->view, &b, e);
	if (!rc)
		rc = prog_output(a->output, &b, e);
	buf_release(&b);
	return rc;
}

static enum err read_party(const struct args *a, const char *word, struct party *p, struct error *e)
{
	struct reading reading = { PARTY_KINDS, NULL, add_to_party, p };
	enum err rc, bad = OK;

	party_init(p, word, &a->filter);
	reading.kinds &= p->source == SOURCE_FILE ? ~0u : ~BIT(KIND_SIGNAL);
	if (p->source == SOURCE_FILE)
		rc = reading_files(&reading, &word, 1, e);
	else
		rc = read_database(a, &reading, p->source == SOURCE_ACCOUNT ? word : NULL, p->source == SOURCE_RUN ? word : NULL, e);
	reading.kinds = BIT(KIND_SIGNAL);
	if (!rc && p->source != SOURCE_FILE && party_has_signals(p))
		rc = read_database(a, &reading, NULL, NULL, e);
	if (rc == ERR_DATA && !e->message[0]) {
		bad = rc;
		rc = OK;
	}
	if (!rc)
		rc = party_close(p, e);
	return rc ? rc : bad;
}

/* Differences are the exit code, and need no message. */
static enum err run_diff(struct args *a, struct error *e)
{
	struct party parties[2] = { 0 };
	struct diff d = { 0 };
	struct buf b = { 0 };
	enum err rc = read_party(a, a->files[0], &parties[0], e);

	if (!rc)
		rc = read_party(a, a->files[1], &parties[1], e);
	if (!rc)
		rc = diff_make(&parties[0], &parties[1], &d, e);
	if (!rc)
		rc = view_diff(&d, &a->view, &b, e);
	if (!rc)
		rc = prog_output(a->output, &b, e);
	if (!rc && d.count)
		rc = ERR_DATA;
	buf_release(&b);
	diff_release(&d);
	party_release(&parties[0]);
	party_release(&parties[1]);
	return rc;
}

/* A strategy may be named by its file; symbols may come from one. */
static enum err settle_options(struct args *a, struct error *e)
{
	static char strategy[NAME_SIZE];
	char dir[PATH_SIZE], path[PATH_SIZE];
	enum err rc = OK;

	if (a->filter.strategy) {
		if (!account_strategy_name(a->filter.strategy, strategy))
			return error_set(e, ERR_USAGE, "'%s' is not the name of a strategy", a->filter.strategy);
		a->filter.strategy = strategy;
	}
	a->filter.accounts = a->accounts;
	if (!a->symbols_file)
		return OK;
	if (a->filter.symbol_count)
		return error_set(e, ERR_USAGE, "either symbols as arguments or --symbols");
	rc = path_config(a->config, dir, e);
	if (!rc)
		rc = path_find(dir, "symbols", a->symbols_file, path, e);
	if (!rc)
		rc = symbols_load(path, NULL, &a->symbols, &a->filter.symbol_count, e);
	a->filter.symbols = (const char (*)[SYMBOL_SIZE])a->symbols;
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	struct report r;
	enum err rc = settle_options(a, e), bad = OK;

	style_choose(&a->view.style, !a->output);
	if (a->view.by == BY_RUN && !a->filter.run)
		a->filter.run = "all";
	if (!rc && !a->verb->view)
		rc = run_diff(a, e);
	report_init(&r, &a->filter);
	if (!rc && a->verb->view)
		rc = read_records(a, &r, e);
	if (rc == ERR_DATA && !e->message[0]) { /* bad lines were skipped, as asked: report the rest, exit 65 */
		bad = rc;
		rc = OK;
	}
	if (!rc && a->verb->view)
		rc = report_close(&r, e);
	if (!rc && a->verb->kinds & BIT(KIND_SIGNAL) && a->verb->view == view_marks && a->filter.account_count)
		rc = report_keep_signals(&r, a->config, e);
	if (!rc && a->verb->view) {
		tell_unknown(a, &r);
		rc = show(a, &r, e);
	}
	report_release(&r);
	free(a->symbols);
	return rc ? rc : bad;
}

int main(int argc, char **argv)
{
	static struct args a = { .filter = { .since = TIME_NONE, .until = TIME_NONE } };
	static const struct prog p = {
		.name = "ct-report",
		.argp = { options, parse, "VERB [SYMBOL|FILE...]\ndiff A B",
			"Reports from the database, or from records in files or on standard input.\v"
			"Verbs:\n"
			"  summary     every metric of an account, or of its parts with --by\n"
			"  compare     accounts side by side, and which was safest\n"
			"  marks       of every pair: price, buy mark, sell mark, what it waits for\n"
			"  trades      round trips, or every fill with --fills\n"
			"  equity      what it was worth; --chart draws it in the terminal\n"
			"  drawdowns   the falls below a peak, the deepest first\n"
			"  positions   what is held, and the orders at work\n"
			"  monthly     the return of each month\n"
			"  metrics     what each metric is\n"
			"  heatmap     a search of ct-tune over two parameters\n"
			"  diff A B    where two runs, accounts or files of records part, and why\n\n"
			"An argument with a '/' or a '.' is a FILE of records, '-' is standard input, any other is a SYMBOL. Without a FILE, records "
			"come from the database where -A, --run or --db is given, else from standard input where that is a pipe or a file, else from "
			"the database.",
			NULL, NULL, NULL },
		.filter = true,
		.run = run,
	};

	return prog_main(&p, argc, argv, &a);
}
