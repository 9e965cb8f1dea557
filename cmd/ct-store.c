/* ct-store: the database: create, migrate, put records, query them back, back up. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/digest.h"
#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "feed/archive.h"
#include "feed/check.h"
#include "store/intake.h"
#include "store/lake.h"
#include "store/receipts.h"
#include "store/select.h"
#include "store/show.h"

enum { OPT_DUE = OPT_OWN, OPT_NAMES, OPT_STRATEGIES, OPT_TO_ASK, OPT_ALL, OPT_PASS, OPT_TO, OPT_RUN, OPT_BY_TIME, OPT_SYMBOL, OPT_LAKE, OPT_AT, OPT_AGAIN };

struct args {
	const struct verb *verb;
	struct selection chosen;
	const char *db, *config, *format, *now, *symbol, *lake, *output;
	int to; /* schema version; -1: the newest */
	enum account_listing listing;
	bool due, all, again, pass;
	const char **words; /* after the verb */
	size_t word_count;
	/* from these, once all are read: */
	char path[PATH_SIZE], config_dir[PATH_SIZE];
	int64_t now_ms;
};

enum words { NO_WORDS, A_FILE, FILES, SYMBOLS };

struct verb {
	const char *name;
	enum err (*run)(struct args *a, struct error *e);
	enum words words;
	bool of_market; /* not of an account: without -m those of spot */
	enum kind_id kind; /* queries */
	const char *doc;
};

static const struct argp_option options[] = {
	ROW_DB, ROW_CONFIG, ROW_ACCOUNT,
	{ "strategy", 'S', "NAME", 0, "The strategy, by its name in records", 0 },
	ROW_MARKET, ROW_INTERVAL, ROW_SINCE, ROW_UNTIL, ROW_LAST, ROW_SYMBOLS, ROW_FORMAT, ROW_NOW,
	{ "at", OPT_AT, "TIME", 0, "symbols: the pairs listed at TIME, and their rules then", 0 },
	{ "run", OPT_RUN, "ID", 0, "Only of this run", 0 },
	{ "by-time", OPT_BY_TIME, NULL, 0, "candles: ordered by time, then symbol (default: by symbol, then time)", 0 },
	{ "pass", OPT_PASS, NULL, 0, "put: write each line on to stdout once it is stored for good", 0 },
	{ "symbol", OPT_SYMBOL, "SYMBOL", 0, "import: the pair, where neither row nor file name says it", 0 },
	{ "lake", OPT_LAKE, "DIR", 0, "candles, funding: from the Parquet files in DIR, not from the database", 0 },
	{ "output", 'o', "DIR", 0, "export: the folder of the Parquet files", 0 },
	{ "to", OPT_TO, "N", 0, "migrate: to schema version N (default: this program's)", 0 },
	{ "due", OPT_DUE, NULL, 0, "accounts: only those with a closed bar that is not booked yet", 0 },
	{ "names", OPT_NAMES, NULL, 0, "accounts: one name a line", 0 },
	{ "strategies", OPT_STRATEGIES, NULL, 0, "accounts: each strategy's name, file, interval and newest close, separated by tabs", 0 },
	{ "to-ask", OPT_TO_ASK, NULL, 0, "accounts: the same of the strategies whose bar has just closed, or was missed", 0 },
	{ "all", OPT_ALL, NULL, 0, "wanted: all that the database holds, and what the accounts need, funding payments too", 0 },
	{ "again", OPT_AGAIN, NULL, 0, "wanted, repair: also what the exchange said it does not have", 0 },
	{ 0 },
};

static enum err run_init(struct args *a, struct error *e)
{
	struct store *s;
	enum err rc = store_open(a->path, STORE_CREATE, &s, e);

	if (!rc) {
		rc = store_config_keep(s, a->config_dir, "accounts.json", e);
		log_line(LOG_INFO, "database is ready, schema %d: '%s'", store_version(), a->path);
		store_close(s);
	}
	return rc;
}

static enum err run_migrate(struct args *a, struct error *e)
{
	struct store_migration m;
	enum err rc = store_migrate(a->path, a->to, false, &m, e);

	if (!rc && m.backup[0])
		log_line(LOG_WARN, "schema %d to %d; a copy of what was before is in '%s'", m.from, m.to, m.backup);
	return rc;
}

static enum err run_backup(struct args *a, struct error *e)
{
	struct store *s;
	enum err rc = store_open(a->path, STORE_READ, &s, e);

	if (!rc) {
		rc = store_backup(s, a->words[0], e);
		store_close(s);
	}
	return rc;
}

static enum err finish(enum err rc, const int64_t put[3])
{
	log_line(LOG_INFO, "%lld new, %lld changed, %lld as they were", (long long)put[PUT_NEW], (long long)put[PUT_CHANGED], (long long)put[PUT_SAME]);
	return rc;
}

static enum err run_put(struct args *a, struct error *e)
{
	int64_t put[3] = { 0 };

	return finish(intake_stdin(a->path, a->pass, put, e), put);
}

/* What the file itself is missing is told, and stored as it is. */
static void report(void *ctx, const struct check_finding *finding)
{
	log_line(LOG_WARN, "%s: %s %s: %s", feed_place(ctx), finding->candle->symbol, interval_names[finding->candle->interval], finding->message);
}

static enum err import_file(struct args *a, struct intake *in, const char *file, struct error *e)
{
	struct feed_series series = { .market = a->chosen.query.market, .interval = a->chosen.query.interval };
	struct record r = { .kind = &kinds[KIND_CANDLE] };
	char sha256[DIGEST_HEX] = "";
	struct check order;
	struct feed *feed;
	bool end = false, is_stdin = strcmp(file, "-") == 0;
	enum err rc;

	snprintf(series.symbol, sizeof series.symbol, "%s", a->symbol ? a->symbol : "");
	rc = feed_open(file, &series, &feed, e);
	if (rc)
		return rc;
	if (!is_stdin)
		rc = digest_file(file, sha256, e);
	if (!rc)
		rc = batch_source(&in->batch, is_stdin ? RECEIPT_OWN : file, sha256, TIME_UNIT_MS, e);
	check_init(&order, report, feed);
	while (!rc && !prog_stopping()) {
		rc = feed_next(feed, &r.candle, &end, e);
		if (!rc && end)
			break;
		in->batch.own.time_unit = feed_is_micros(feed) ? TIME_UNIT_US : TIME_UNIT_MS;
		if (!rc)
			rc = intake_add(in, &r, NULL, 0, e);
		if (!rc) {
			check_candle(&order, &r.candle);
			continue;
		}
		e->line = feed_line(feed);
		if (feed_broken(feed))
			break;
		rc = prog_bad(rc, feed_place(feed), e);
	}
	feed_close(feed);
	return rc;
}

/* Here the market is any, unless it was typed. */
static enum err import_lake(struct args *a, struct intake *in, const char *folder, struct error *e)
{
	struct store_query q = a->chosen.query;
	char symbol[1][SYMBOL_SIZE];

	q.market = a->chosen.market ? q.market : -1;
	snprintf(symbol[0], sizeof symbol[0], "%s", a->symbol ? a->symbol : "");
	q.symbols = a->symbol ? (const char (*)[SYMBOL_SIZE])symbol : q.symbols;
	q.symbol_count = a->symbol ? 1 : q.symbol_count;
	return lake_import(folder, in, &q, e);
}

static enum err run_import(struct args *a, struct error *e)
{
	int64_t put[3];
	struct intake in;
	struct store *s;
	enum err rc = store_open(a->path, STORE_WRITE, &s, e);

	if (rc)
		return rc;
	intake_init(&in, s, false);
	for (size_t i = 0; !rc && i < a->word_count && !prog_stopping(); i++) {
		prog_progress("import", (double)i, (double)a->word_count, "files");
		rc = (lake_is(a->words[i]) ? import_lake : import_file)(a, &in, a->words[i], e);
	}
	rc = finish(intake_finish(&in, rc, put, e), put);
	store_close(s);
	return !rc && prog_stopping() ? error_set(e, ERR_TEMPFAIL, "stopped by a signal before the end of the files") : rc;
}

static enum err run_accounts(struct args *a, struct error *e)
{
	return show_accounts(a->path, a->config_dir, a->chosen.account, a->due, a->listing, a->now_ms, e);
}

/* What the exchange answered not to have before then is to be asked for again. */
static int64_t asked_before(const struct args *a)
{
	return a->again ? INT64_MAX : a->now_ms - LACK_AGAIN;
}

static enum err run_wanted(struct args *a, struct error *e)
{
	return show_wanted(a->path, &a->chosen, a->all, asked_before(a), a->config_dir, a->now_ms, e);
}

static enum err run_query(struct args *a, struct error *e)
{
	struct buf without = { 0 }; /* an account's pairs may have none yet; one that was named is missed */
	enum err rc;

	signal(SIGPIPE, SIG_DFL); /* only reads: nothing to finish when nobody listens any more */
	rc = show_rows(a->path, a->lake, &kinds[a->verb->kind], &a->chosen.query, a->format, a->chosen.account ? NULL : &without, e);
	if (without.len)
		log_line(LOG_WARN, "there is no such candle of %s", without.data);
	buf_release(&without);
	return rc;
}

static enum err run_export(struct args *a, struct error *e)
{
	struct lake_count count = { 0 };
	struct store *s;
	enum err rc = store_open(a->path, STORE_READ, &s, e);

	if (rc)
		return rc;
	rc = lake_export(a->output, s, &a->chosen.query, &count, e);
	log_line(LOG_INFO, "%lld rows into %lld files; %lld files as they were", (long long)count.rows, (long long)count.files, (long long)count.kept);
	store_close(s);
	return rc;
}

static enum err run_verify(struct args *a, struct error *e)
{
	return show_verify(a->path, &a->chosen.query, a->config_dir, a->format, e);
}

static enum err run_repair(struct args *a, struct error *e)
{
	signal(SIGPIPE, SIG_DFL);
	return show_repair(a->path, &a->chosen.query, asked_before(a), a->config_dir, e);
}

static const struct verb verbs[] = {
	{ "init", run_init, NO_WORDS, false, 0, "make the database, with its folder" },
	{ "migrate", run_migrate, NO_WORDS, false, 0, "bring its schema up (or --to N, down), after a copy" },
	{ "backup", run_backup, A_FILE, false, 0, "a consistent copy into a new FILE" },
	{ "put", run_put, NO_WORDS, false, 0, "store records of any kind from stdin, each once" },
	{ "import", run_import, FILES, true, 0, "candles from CSV FILEs, compressed too, or from a DIR of export" },
	{ "export", run_export, SYMBOLS, false, 0, "candles and funding into the Parquet files in -o DIR" },
	{ "accounts", run_accounts, NO_WORDS, false, 0, "the accounts of accounts.json; --due: whose turn it is" },
	{ "wanted", run_wanted, SYMBOLS, true, 0, "which candles are missing, for ct-fetch candles -" },
	{ "verify", run_verify, SYMBOLS, false, 0, "check what is stored; exit 65: there are holes or bad bars" },
	{ "repair", run_repair, SYMBOLS, false, 0, "the holes that verify finds, for ct-fetch candles -" },
	{ "candles", run_query, SYMBOLS, true, KIND_CANDLE, "candles, by symbol and time or --by-time" },
	{ "symbols", run_query, SYMBOLS, true, KIND_SYMBOL, "pairs and the exchange's rules for them" },
	{ "funding", run_query, SYMBOLS, true, KIND_FUNDING, "funding payments" },
	{ "signals", run_query, SYMBOLS, true, KIND_SIGNAL, "what strategies wanted" },
	{ "decisions", run_query, SYMBOLS, false, KIND_DECISION, "what was approved or refused, and why" },
	{ "orders", run_query, SYMBOLS, false, KIND_ORDER, "orders" },
	{ "trades", run_query, SYMBOLS, false, KIND_TRADE, "fills" },
	{ "positions", run_query, SYMBOLS, false, KIND_POSITION, "what is held" },
	{ "balances", run_query, SYMBOLS, false, KIND_BALANCE, "cash" },
	{ "transfers", run_query, SYMBOLS, false, KIND_TRANSFER, "money that came or went" },
	{ "equity", run_query, SYMBOLS, false, KIND_EQUITY, "what an account was worth" },
	{ "runs", run_query, SYMBOLS, false, KIND_RUN, "configurations that produced records" },
	{ "metrics", run_query, SYMBOLS, false, KIND_METRIC, "computed numbers" },
	{ "trials", run_query, SYMBOLS, false, KIND_TRIAL, "backtests of ct-tune, in numbers" },
	{ "receipts", run_query, SYMBOLS, false, KIND_RECEIPT, "where stored candles and funding payments came from" },
	{ "events", run_query, SYMBOLS, false, KIND_EVENT, "what a person may want to know" },
	{ 0 },
};

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	struct selection *chosen = &a->chosen;
	enum err rc = path_db(a->db, a->path, e);

	if (!rc)
		rc = path_config(a->config, a->config_dir, e);
	a->now_ms = utc_now_ms();
	if (!rc && a->now && !utc_parse(a->now, a->now_ms, &a->now_ms))
		rc = error_set(e, ERR_USAGE, "--now: '%s' is not a time like " UTC_FORMS, a->now);
	chosen->default_market = a->verb->of_market ? MARKET_SPOT : -1;
	if (a->verb->words == SYMBOLS) {
		chosen->words = a->words;
		chosen->word_count = a->word_count;
	}
	if (!rc)
		rc = select_read(chosen, a->config_dir, a->now_ms, e);
	if (!rc && chosen->account && a->verb->kind == KIND_CANDLE)
		rc = select_account_candles(chosen, a->config_dir, e);
	if (!rc)
		rc = a->verb->run(a, e);
	select_release(chosen);
	free(a->words);
	return rc;
}

static void check(const struct args *a, struct argp_state *state)
{
	if (!a->verb)
		prog_usage(state, "a verb is needed: init, put, candles, orders, ...");
	if (a->verb->words == A_FILE && a->word_count != 1)
		prog_usage(state, "%s: one FILE", a->verb->name);
	if (a->verb->words == FILES && a->word_count == 0)
		prog_usage(state, "%s: which FILE? '-' is stdin", a->verb->name);
	if (a->verb->words == NO_WORDS && a->word_count && !(a->verb->run == run_put && a->word_count == 1 && strcmp(a->words[0], "-") == 0))
		prog_usage(state, "%s takes no argument: '%s'", a->verb->name, a->words[0]);
	if (a->verb->run == run_export && (!a->output || !option_is(a->format ? a->format : "parquet", "parquet")))
		prog_usage(state, "export: --format parquet -o DIR");
	if ((a->output && a->verb->run != run_export) || (a->lake && a->verb->kind != KIND_CANDLE && a->verb->kind != KIND_FUNDING))
		prog_usage(state, "%s takes no %s", a->verb->name, a->lake ? "--lake" : "-o");
	if (a->chosen.by_time && a->verb->kind != KIND_CANDLE)
		prog_usage(state, "--by-time is for candles");
}

static void take_word(struct args *a, const char *word, struct argp_state *state)
{
	if (!a->verb) {
		for (const struct verb *v = verbs; v->name && !a->verb; v++)
			if (strcmp(v->name, word) == 0)
				a->verb = v;
		if (!a->verb)
			prog_usage(state, "'%s' is not a verb", word);
		return;
	}
	if (!a->words)
		a->words = calloc((size_t)state->argc, sizeof *a->words);
	if (!a->words)
		argp_failure(state, ERR_INTERNAL, 0, "out of memory");
	a->words[a->word_count++] = word;
}

static const struct option_text texts[] = {
	OPTION_TEXT('A', chosen.account), OPTION_TEXT('S', chosen.strategy), OPTION_TEXT('m', chosen.market),
	OPTION_TEXT('i', chosen.interval), OPTION_TEXT(OPT_DB, db), OPTION_TEXT(OPT_CONFIG, config),
	OPTION_TEXT(OPT_SINCE, chosen.since), OPTION_TEXT(OPT_UNTIL, chosen.until), OPTION_TEXT(OPT_LAST, chosen.last),
	OPTION_TEXT(OPT_SYMBOLS, chosen.symbols_file), OPTION_TEXT(OPT_FORMAT, format), OPTION_TEXT(OPT_NOW, now),
	OPTION_TEXT(OPT_AT, chosen.at), OPTION_TEXT(OPT_RUN, chosen.run), OPTION_TEXT(OPT_SYMBOL, symbol),
	OPTION_TEXT(OPT_LAKE, lake), OPTION_TEXT('o', output),
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	if (option_text(texts, sizeof texts / sizeof *texts, key, arg, a))
		return 0;
	switch (key) {
	case OPT_TO: a->to = (int)option_count(state, "to", arg, 0, 9999); return 0;
	case OPT_DUE: a->due = true; return 0;
	case OPT_NAMES: a->listing = LIST_NAMES; return 0;
	case OPT_STRATEGIES: a->listing = LIST_STRATEGIES; return 0;
	case OPT_TO_ASK: a->listing = LIST_TO_ASK; return 0;
	case OPT_ALL: a->all = true; return 0;
	case OPT_AGAIN: a->again = true; return 0;
	case OPT_PASS: a->pass = true; return 0;
	case OPT_BY_TIME: a->chosen.by_time = true; return 0;
	case ARGP_KEY_ARG: take_word(a, arg, state); return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* The text behind the options: the table of verbs. */
static char *help(int key, const char *text, void *input)
{
	struct buf b = { 0 };

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)(uintptr_t)text;
	buf_adds(&b, "Verbs:\n");
	for (const struct verb *v = verbs; v->name; v++)
		buf_addf(&b, "  %-10s %s\n", v->name, v->doc);
	return b.data;
}

int main(int argc, char **argv)
{
	static struct args args = { .to = -1 };
	const struct prog prog = {
		.name = "ct-store",
		.argp = { .options = options, .parser = parse, .args_doc = "VERB [SYMBOL...|FILE...]",
			.doc = "The database: create it, put records into it, query them back.", .help_filter = help },
		.filter = true,
		.keeps_state = true,
		.run = run,
	};

	umask(077); /* a trader's books are nobody else's business */
	return prog_main(&prog, argc, argv, &args);
}
