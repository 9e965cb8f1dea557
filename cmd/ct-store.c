/* ct-store: the database: create, migrate, put records, query them back, back up. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "feed/archive.h"
#include "feed/check.h"
#include "model/config.h"
#include "model/rows.h"
#include "store/batch.h"
#include "store/plan.h"

enum { OPT_DUE = OPT_OWN, OPT_NAMES, OPT_STRATEGIES, OPT_ALL, OPT_PASS, OPT_TO, OPT_RUN, OPT_BY_TIME, OPT_SYMBOL };

struct args {
	const struct verb *verb;
	const char *db, *config, *account, *strategy, *market, *interval, *since, *until, *last, *symbols_file, *format, *now, *to, *run, *symbol;
	bool due, names, strategies, all, pass, by_time;
	const char **words; /* after the verb */
	size_t word_count;
	/* from these, once all are read: */
	char path[PATH_SIZE], config_dir[PATH_SIZE];
	int64_t now_ms;
	struct store_query query;
	char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;
};

struct verb {
	const char *name;
	enum err (*run)(struct args *a, struct error *e);
	enum kind_id kind;      /* queries */
	const char *columns[14]; /* queries: of the table */
};

static const struct argp_option options[] = {
	ROW_DB, ROW_CONFIG, ROW_ACCOUNT,
	{ "strategy", 'S', "NAME", 0, "The strategy, by its name in records", 0 },
	ROW_MARKET, ROW_INTERVAL, ROW_SINCE, ROW_UNTIL, ROW_LAST, ROW_SYMBOLS, ROW_FORMAT, ROW_NOW,
	{ "run", OPT_RUN, "ID", 0, "Only of this run", 0 },
	{ "by-time", OPT_BY_TIME, NULL, 0, "candles: ordered by time, then symbol (default: by symbol, then time)", 0 },
	{ "pass", OPT_PASS, NULL, 0, "put: write each line on to stdout once it is stored for good", 0 },
	{ "symbol", OPT_SYMBOL, "SYMBOL", 0, "import: the pair, where neither row nor file name says it", 0 },
	{ "to", OPT_TO, "N", 0, "migrate: to schema version N (default: this program's)", 0 },
	{ "due", OPT_DUE, NULL, 0, "accounts: only those with a closed bar that is not booked yet", 0 },
	{ "names", OPT_NAMES, NULL, 0, "accounts: one name a line", 0 },
	{ "strategies", OPT_STRATEGIES, NULL, 0, "accounts: each strategy's name and file, separated by a tab", 0 },
	{ "all", OPT_ALL, NULL, 0, "wanted: for every account", 0 },
	{ 0 },
};

static enum err open_store(struct args *a, enum store_mode mode, struct store **s, struct error *e)
{
	return store_open(a->path, mode, s, e);
}

/* A snapshot of accounts.json into configs, where there is one. */
static enum err keep_config(struct args *a, struct store *s, struct error *e)
{
	char file[PATH_SIZE + 16];
	struct buf text = { 0 };
	enum err rc = OK;

	snprintf(file, sizeof file, "%s/accounts.json", a->config_dir);
	if (file_read(file, 1 << 20, &text, NULL) == OK && text.data)
		rc = store_config_put(s, "accounts.json", text.data, utc_now_ms(), e);
	buf_release(&text);
	return rc;
}

static enum err run_init(struct args *a, struct error *e)
{
	struct store *s;
	enum err rc = open_store(a, STORE_CREATE, &s, e);

	if (!rc) {
		rc = keep_config(a, s, e);
		log_line(LOG_INFO, "database is ready, schema %d: '%s'", store_version(), a->path);
		store_close(s);
	}
	return rc;
}

static enum err run_migrate(struct args *a, struct error *e)
{
	struct store_migration m;
	char *end = NULL;
	long to = a->to ? strtol(a->to, &end, 10) : -1;
	enum err rc;

	if (a->to && (*end || !*a->to || to < 0 || to > 9999))
		return error_set(e, ERR_USAGE, "--to: '%s' is not a schema version", a->to);
	rc = store_migrate(a->path, (int)to, false, &m, e);
	if (!rc && m.backup[0])
		log_line(LOG_WARN, "schema %d to %d; a copy of what was before is in '%s'", m.from, m.to, m.backup);
	return rc;
}

static enum err run_backup(struct args *a, struct error *e)
{
	struct store *s;
	enum err rc = open_store(a, STORE_READ, &s, e);

	if (!rc) {
		rc = store_backup(s, a->words[0], e);
		store_close(s);
	}
	return rc;
}

/* put: records gathered, and their lines, which pass once the records are committed. */
struct putting {
	struct batch batch;
	bool pass, out_failed;
	struct buf lines;
	struct error out_error;
};

/* A reader that went away does not keep the rest of the records out of the database. */
static enum err flush(void *ctx, struct error *e)
{
	struct putting *p = ctx;
	enum err rc = batch_flush(&p->batch, e);

	if (!rc && p->lines.failed)
		rc = error_memory(e);
	if (!rc && !p->out_failed && p->lines.len)
		p->out_failed = prog_write(p->lines.data, p->lines.len, &p->out_error) != OK;
	buf_clear(&p->lines);
	return rc;
}

static enum err put_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct putting *p = ctx;
	struct record r;
	bool full;
	enum err rc = record_read(line, len, &r, e);

	if (!rc)
		rc = batch_add(&p->batch, &r, &full, e);
	if (rc)
		return rc;
	if (p->pass) {
		buf_add(&p->lines, line, len);
		buf_addc(&p->lines, '\n');
	}
	return full ? flush(p, e) : OK;
}

static void tell_counts(const struct batch *b)
{
	log_line(LOG_INFO, "%lld new, %lld changed, %lld as they were", (long long)b->put[PUT_NEW], (long long)b->put[PUT_CHANGED],
		(long long)b->put[PUT_SAME]);
}

/* Whatever ended the input: what came before it is stored, and the first error is the one that is told. */
static enum err finish(struct putting *p, enum err rc, struct error *e)
{
	struct error later = { 0 };
	enum err last = flush(p, &later);

	if (!last)
		last = batch_log(&p->batch, rc ? e : NULL, &later);
	if (!rc && last) {
		*e = later;
		rc = last;
	}
	if (!rc && p->out_failed) {
		*e = p->out_error;
		rc = p->out_error.code;
	}
	tell_counts(&p->batch);
	batch_release(&p->batch);
	buf_release(&p->lines);
	return rc;
}

static enum err run_put(struct args *a, struct error *e)
{
	struct putting p = { .pass = a->pass };
	struct store *s;
	enum err rc = open_store(a, STORE_WRITE, &s, e);

	if (rc)
		return rc;
	batch_init(&p.batch, s);
	prog_hint_terminal("records");
	prog_on_wait(flush, &p);
	rc = prog_lines(STDIN_FILENO, "stdin", put_line, &p, e);
	prog_on_wait(NULL, NULL);
	rc = finish(&p, rc, e);
	store_close(s);
	return rc;
}

/* What the file itself is missing is told, and stored as it is. */
static void report(void *ctx, const struct check_finding *finding)
{
	log_line(LOG_WARN, "%s: %s %s: %s", feed_place(ctx), finding->candle->symbol, interval_names[finding->candle->interval], finding->message);
}

static enum err import_row(struct putting *p, struct check *order, const struct candle *c, struct error *e)
{
	struct record r = { .kind = &kinds[KIND_CANDLE], .candle = *c };
	bool full = false;
	enum err rc = batch_add(&p->batch, &r, &full, e);

	if (!rc)
		check_candle(order, c);
	return rc || !full ? rc : flush(p, e);
}

static enum err import_file(struct args *a, struct putting *p, const char *file, struct error *e)
{
	struct feed_series series = { .market = a->query.market, .interval = a->query.interval };
	struct candle c;
	struct check order;
	struct feed *feed;
	bool end = false;
	enum err rc;

	snprintf(series.symbol, sizeof series.symbol, "%s", a->symbol ? a->symbol : "");
	rc = feed_open(file, &series, &feed, e);
	if (rc)
		return rc;
	check_init(&order, report, feed);
	while (!rc && !prog_stopping()) {
		rc = feed_next(feed, &c, &end, e);
		if (!rc && end)
			break;
		if (!rc)
			rc = import_row(p, &order, &c, e);
		if (!rc)
			continue;
		e->line = feed_line(feed);
		if (feed_broken(feed))
			break;
		rc = prog_bad(rc, feed_place(feed), e);
	}
	feed_close(feed);
	return rc;
}

static enum err run_import(struct args *a, struct error *e)
{
	struct putting p = { 0 };
	struct store *s;
	enum err rc = open_store(a, STORE_WRITE, &s, e);

	if (rc)
		return rc;
	batch_init(&p.batch, s);
	for (size_t i = 0; !rc && i < a->word_count && !prog_stopping(); i++) {
		prog_progress("import", (double)i, (double)a->word_count, "files");
		rc = import_file(a, &p, a->words[i], e);
	}
	rc = finish(&p, rc, e);
	store_close(s);
	return rc;
}

static enum err list_account(struct args *a, struct store *s, const struct account *account, struct error *e)
{
	struct account_due due;
	struct buf b = { 0 };
	enum err rc;

	if (a->account && strcmp(a->account, account->name) != 0)
		return OK;
	rc = account_due(s, account, a->now_ms, &due, e);
	if (rc || (a->due && !due.due))
		return rc;
	for (size_t i = 0; a->strategies && i < account->strategy_count; i++)
		buf_addf(&b, "%s\t%s\n", account->strategies[i].name, account->strategies[i].file);
	if (a->names)
		buf_addf(&b, "%s\n", account->name);
	else if (!a->strategies)
		account_due_write(account, &due, &b);
	rc = prog_write_buf(&b, e);
	buf_release(&b);
	return rc;
}

static enum err run_accounts(struct args *a, struct error *e)
{
	const struct account *named;
	struct accounts accounts;
	struct store *s = NULL;
	enum err rc = accounts_load(a->config_dir, &accounts, e);

	if (rc)
		return rc;
	if (a->account)
		rc = accounts_find(&accounts, a->account, &named, e);
	if (!rc)
		rc = open_store(a, STORE_READ, &s, e);
	for (size_t i = 0; !rc && i < accounts.count; i++)
		rc = list_account(a, s, &accounts.rows[i], e);
	store_close(s);
	accounts_release(&accounts);
	return rc;
}

static enum err want_accounts(struct args *a, struct store *s, struct wanted_list *list, struct error *e)
{
	const struct account *named;
	struct accounts accounts;
	enum err rc = accounts_load(a->config_dir, &accounts, e);

	if (rc)
		return rc;
	if (a->account)
		rc = accounts_find(&accounts, a->account, &named, e);
	for (size_t i = 0; !rc && i < accounts.count; i++)
		if (!a->account || &accounts.rows[i] == named)
			rc = wanted_add_account(list, s, &accounts.rows[i], e);
	accounts_release(&accounts);
	return rc;
}

static enum err run_wanted(struct args *a, struct error *e)
{
	struct wanted_list list = { 0 };
	struct buf b = { 0 };
	struct store *s;
	enum err rc;

	if (!a->account && !a->all && !a->symbol_count)
		return error_set(e, ERR_USAGE, "wanted: for what? -A NAME, --all, or symbols with -i");
	if (a->symbol_count && a->query.interval < 0)
		return error_set(e, ERR_USAGE, "wanted: which candles of these symbols? -i INTERVAL");
	rc = open_store(a, STORE_READ, &s, e);
	if (rc)
		return rc;
	if (a->account || a->all)
		rc = want_accounts(a, s, &list, e);
	for (size_t i = 0; !rc && i < a->symbol_count; i++)
		rc = wanted_add(&list, a->query.market, a->query.interval, a->symbols[i], a->query.since, e);
	for (size_t i = 0; !rc && a->since && i < list.count; i++)
		list.rows[i].since = a->query.since;
	if (!rc)
		rc = wanted_resolve(&list, s, a->now_ms, e);
	for (size_t i = 0; !rc && i < list.count; i++)
		wanted_write(&list.rows[i], &b);
	if (!rc)
		rc = prog_write_buf(&b, e);
	buf_release(&b);
	wanted_release(&list);
	store_close(s);
	return rc;
}

static enum err write_row(void *ctx, const void *object, struct error *e)
{
	struct rows *rows = ctx;
	enum err rc = rows_add(rows, object, e);

	return rc || rows->out.len < 1 << 16 ? rc : prog_write_buf(&rows->out, e);
}

static enum err run_query(struct args *a, struct error *e)
{
	const struct kind *kind = &kinds[a->verb->kind];
	int format = a->format ? rows_format_find(a->format) : ROWS_JSON;
	struct rows rows;
	struct store *s;
	enum err rc;

	if (format < 0)
		return error_set(e, ERR_USAGE, "--format: '%s' is not json, csv or table", a->format);
	signal(SIGPIPE, SIG_DFL); /* only reads: nothing to finish when nobody listens any more */
	rc = open_store(a, STORE_READ, &s, e);
	if (rc)
		return rc;
	rows_begin(&rows, (enum rows_format)format, kind, a->verb->columns);
	rc = store_each(s, kind, &a->query, write_row, &rows, e);
	if (!rc)
		rc = rows_end(&rows, e);
	if (!rc)
		rc = prog_write_buf(&rows.out, e);
	rows_release(&rows);
	store_close(s);
	return rc;
}

static const struct verb verbs[] = {
	{ "init", run_init, 0, { NULL } },
	{ "migrate", run_migrate, 0, { NULL } },
	{ "put", run_put, 0, { NULL } },
	{ "import", run_import, 0, { NULL } },
	{ "backup", run_backup, 0, { NULL } },
	{ "accounts", run_accounts, 0, { NULL } },
	{ "wanted", run_wanted, 0, { NULL } },
	{ "candles", run_query, KIND_CANDLE, { "symbol", "interval", "open_time", "open", "high", "low", "close", "volume", "quote_volume", "trades" } },
	{ "symbols", run_query, KIND_SYMBOL, { "market", "symbol", "status", "base_asset", "quote_asset", "tick_size", "step_size", "min_qty",
		"min_notional", "t_ms" } },
	{ "funding", run_query, KIND_FUNDING, { "symbol", "funding_time", "rate", "mark_price" } },
	{ "signals", run_query, KIND_SIGNAL, { "t_ms", "strategy", "symbol", "interval", "action", "exposure", "price", "buy_mark", "sell_mark", "why" } },
	{ "decisions", run_query, KIND_DECISION, { "t_ms", "account", "strategy", "symbol", "class", "reason", "side", "status", "qty", "quote_qty",
		"price", "gate", "why" } },
	{ "orders", run_query, KIND_ORDER, { "created_ms", "account", "strategy", "symbol", "leg", "side", "type", "status", "qty", "quote_qty",
		"price", "stop_price", "filled_qty" } },
	{ "trades", run_query, KIND_TRADE, { "t_ms", "account", "strategy", "symbol", "side", "reason", "qty", "price", "quote_qty", "fee", "fee_asset",
		"realized_pnl" } },
	{ "positions", run_query, KIND_POSITION, { "account", "strategy", "symbol", "qty", "avg_price", "mark", "unrealized_pnl", "stop_price",
		"target_price", "opened_ms", "updated_ms" } },
	{ "balances", run_query, KIND_BALANCE, { "t_ms", "account", "asset", "free", "locked" } },
	{ "transfers", run_query, KIND_TRANSFER, { "t_ms", "account", "asset", "amount", "why" } },
	{ "equity", run_query, KIND_EQUITY, { "t_ms", "account", "run", "equity", "cash", "positions_value", "peak", "realized_pnl", "fees",
		"open_positions" } },
	{ "runs", run_query, KIND_RUN, { "id", "account", "mode", "started_at", "version", "commit_hash", "bars" } },
	{ "metrics", run_query, KIND_METRIC, { "account", "run", "scope", "name", "value", "why" } },
	{ "events", run_query, KIND_EVENT, { "t_ms", "level", "account", "symbol", "code", "message" } },
	{ 0 },
};

/* Records of the market, not of an account: without -m they are those of spot. */
static bool of_market(const struct args *a)
{
	return a->verb->run != run_query || a->verb->kind <= KIND_SIGNAL;
}

static enum err read_time(const char *name, const char *text, int64_t now_ms, int64_t *out, struct error *e)
{
	if (!text || utc_parse(text, now_ms, out))
		return OK;
	return error_set(e, ERR_USAGE, "--%s: '%s' is not a time", name, text);
}

/* Symbols as arguments, or from a file. */
static enum err read_symbols(struct args *a, struct error *e)
{
	char path[PATH_SIZE];
	enum err rc;

	if (a->symbols_file && a->word_count)
		return error_set(e, ERR_USAGE, "symbols come from --symbols or as arguments, not both");
	if (a->symbols_file) {
		rc = path_find(a->config_dir, "symbols", a->symbols_file, path, e);
		return rc ? rc : symbols_load(path, &a->symbols, &a->symbol_count, e);
	}
	a->symbols = calloc(a->word_count ? a->word_count : 1, sizeof *a->symbols);
	if (!a->symbols)
		return error_memory(e);
	for (; a->symbol_count < a->word_count; a->symbol_count++) {
		const char *word = a->words[a->symbol_count];

		if (!*word || strlen(word) >= SYMBOL_SIZE)
			return error_set(e, ERR_USAGE, "'%s' is not a symbol", word);
		memcpy(a->symbols[a->symbol_count], word, strlen(word) + 1);
	}
	return OK;
}

static enum err read_last(struct args *a, struct error *e)
{
	char *end;

	if (!a->last)
		return OK;
	a->query.last = strtoll(a->last, &end, 10);
	if (*end || !*a->last || a->query.last < 1)
		return error_set(e, ERR_USAGE, "--last: '%s' is not a number of records", a->last);
	return OK;
}

static enum err read_names(struct args *a, struct error *e)
{
	struct store_query *q = &a->query;

	q->account = a->account;
	q->strategy = a->strategy;
	q->run = a->run;
	q->market = a->market ? market_find(a->market) : of_market(a) ? MARKET_SPOT : -1;
	if (a->market && q->market < 0)
		return error_set(e, ERR_USAGE, "-m: '%s' is neither spot nor um", a->market);
	q->interval = a->interval ? interval_find(a->interval) : -1;
	if (a->interval && q->interval < 0)
		return error_set(e, ERR_USAGE, "-i: '%s' is not an interval", a->interval);
	q->by_time = a->by_time;
	return OK;
}

static enum err strategy_of(const struct account *account, const char *name, const struct account_strategy **out, struct error *e)
{
	for (size_t i = 0; i < account->strategy_count; i++)
		if (strcmp(account->strategies[i].name, name) == 0) {
			*out = &account->strategies[i];
			return OK;
		}
	return error_set(e, ERR_USAGE, "-S: '%s' is not a strategy of account %s", name, account->name);
}

/*
 * Candles of an account (-A), or of one of its strategies (-S): its pairs, market and interval from its anchor on,
 * each unless the command line says otherwise.
 */
static enum err account_candles(struct args *a, struct error *e)
{
	struct store_query *q = &a->query;
	const struct account_strategy *strategy = NULL;
	const struct account *account;
	struct accounts accounts;
	enum err rc = accounts_load(a->config_dir, &accounts, e);

	if (rc)
		return rc;
	rc = accounts_find(&accounts, a->account, &account, e);
	if (!rc && a->strategy)
		rc = strategy_of(account, a->strategy, &strategy, e);
	if (!rc && !a->symbol_count) {
		free(a->symbols);
		a->symbols = NULL;
		rc = strategy ? account_strategy_symbols(strategy, &a->symbols, &a->symbol_count, e) : account_symbols(account, &a->symbols, &a->symbol_count, e);
	}
	if (!rc) {
		q->account = q->strategy = NULL;
		q->market = a->market ? q->market : account->market;
		q->interval = a->interval ? q->interval : account->interval;
		q->since = a->since ? q->since : account->anchor;
	}
	accounts_release(&accounts);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	enum err rc = path_db(a->db, a->path, e);

	a->query = (struct store_query)STORE_ANY;
	if (!rc)
		rc = path_config(a->config, a->config_dir, e);
	a->now_ms = utc_now_ms();
	if (!rc)
		rc = read_time("now", a->now, a->now_ms, &a->now_ms, e);
	if (!rc)
		rc = read_time("since", a->since, a->now_ms, &a->query.since, e);
	if (!rc)
		rc = read_time("until", a->until, a->now_ms, &a->query.until, e);
	if (!rc)
		rc = read_last(a, e);
	if (!rc)
		rc = read_names(a, e);
	if (!rc && (a->verb->run == run_query || a->verb->run == run_wanted))
		rc = read_symbols(a, e);
	if (!rc && a->account && a->verb->kind == KIND_CANDLE)
		rc = account_candles(a, e);
	a->query.symbols = (const char (*)[SYMBOL_SIZE])a->symbols;
	a->query.symbol_count = a->symbol_count;
	if (!rc)
		rc = a->verb->run(a, e);
	free(a->symbols);
	free(a->words);
	return rc;
}

static void check(const struct args *a, struct argp_state *state)
{
	bool takes_words = a->verb && (a->verb->run == run_query || a->verb->run == run_wanted);

	if (!a->verb)
		prog_usage(state, "a verb is needed: init, put, candles, orders, ...");
	if (a->verb->run == run_backup && a->word_count != 1)
		prog_usage(state, "backup: one FILE to make");
	if (a->verb->run == run_put && (a->word_count > 1 || (a->word_count == 1 && strcmp(a->words[0], "-") != 0)))
		prog_usage(state, "put: records are read on stdin; '%s' is not '-'", a->words[0]);
	if (a->verb->run == run_import && !a->word_count)
		prog_usage(state, "import: which FILE? '-' is stdin");
	if (!takes_words && a->verb->run != run_backup && a->verb->run != run_import && a->verb->run != run_put && a->word_count)
		prog_usage(state, "%s takes no argument: '%s'", a->verb->name, a->words[0]);
	if (a->by_time && a->verb->kind != KIND_CANDLE)
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

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'A': a->account = arg; return 0;
	case 'S': a->strategy = arg; return 0;
	case 'm': a->market = arg; return 0;
	case 'i': a->interval = arg; return 0;
	case OPT_DB: a->db = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_SINCE: a->since = arg; return 0;
	case OPT_UNTIL: a->until = arg; return 0;
	case OPT_LAST: a->last = arg; return 0;
	case OPT_SYMBOLS: a->symbols_file = arg; return 0;
	case OPT_FORMAT: a->format = arg; return 0;
	case OPT_NOW: a->now = arg; return 0;
	case OPT_RUN: a->run = arg; return 0;
	case OPT_SYMBOL: a->symbol = arg; return 0;
	case OPT_TO: a->to = arg; return 0;
	case OPT_DUE: a->due = true; return 0;
	case OPT_NAMES: a->names = true; return 0;
	case OPT_STRATEGIES: a->strategies = true; return 0;
	case OPT_ALL: a->all = true; return 0;
	case OPT_PASS: a->pass = true; return 0;
	case OPT_BY_TIME: a->by_time = true; return 0;
	case ARGP_KEY_ARG: take_word(a, arg, state); return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static struct args args;
	const struct prog prog = {
		.name = "ct-store",
		.argp = { .options = options, .parser = parse, .args_doc = "VERB [SYMBOL...|FILE...]",
			.doc = "The database: create it, put records into it, query them back.\v"
				"Verbs:\n"
				"  init            make the database, with its folder\n"
				"  migrate         bring its schema up (or --to N, down), after a copy\n"
				"  backup FILE     a consistent copy into a new file\n"
				"  put             store records of any kind from stdin; twice is as once\n"
				"  import FILE...  candles from CSV files, compressed or zipped too\n"
				"  accounts        the accounts of accounts.json; --due: whose turn it is\n"
				"  wanted          which candles are missing, for ct-fetch candles -\n"
				"  candles         candles back; symbols as arguments, -i, --by-time\n"
				"  symbols         pairs and the exchange's rules for them\n"
				"  funding         funding payments\n"
				"  signals         what strategies wanted\n"
				"  decisions       what was approved or refused, and why\n"
				"  orders          orders\n"
				"  trades          fills\n"
				"  positions       what is held\n"
				"  balances        cash\n"
				"  transfers       money that came or went\n"
				"  equity          what an account was worth\n"
				"  runs            configurations that produced records\n"
				"  metrics         computed numbers\n"
				"  events          what a person may want to know\n" },
		.filter = true,
		.keeps_state = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
