/* ct-backtest: history through the same engine as paper and live, in one process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "store/store.h"
#include "tune/backtest.h"

enum { OPT_CAPITAL = OPT_OWN, OPT_FEE_BPS, OPT_SLIPPAGE_BPS, OPT_FEE_MODE, OPT_EQUITY };

#define STRATEGIES_MAX 100

struct args {
	const char *account, *db, *config, *risk;
	const char *strategy_files[STRATEGIES_MAX];
	size_t strategy_count;
	int64_t since_ms, until_ms, anchor_ms;
	const char *capital, *fee_bps, *slippage_bps, *fee_mode;
	bool equity_all, from_stdin;

	struct history history;
	struct setup setup;
	struct account own; /* without accounts.json */
	struct strategy *strategies[STRATEGIES_MAX];
	struct buf out;
	struct equity day; /* of the open UTC day, not yet written */
	bool day_open;
};

static const struct argp_option options[] = {
	ROW_ACCOUNT, ROW_STRATEGY, ROW_RISK, ROW_DB, ROW_CONFIG, ROW_SINCE, ROW_UNTIL,
	{ "capital", OPT_CAPITAL, "AMOUNT", 0, "Money at the start, in quote units (default: the account's, or 10000)", 0 },
	{ "fee-bps", OPT_FEE_BPS, "BPS", 0, "With -S: taker fee in basis points (default 10)", 0 },
	{ "slippage-bps", OPT_SLIPPAGE_BPS, "BPS", 0, "With -S: slippage in basis points (default 5)", 0 },
	{ "fee-mode", OPT_FEE_MODE, "MODE", 0, "With -S: fees in what is 'received' (default), in 'quote', or in 'bnb'", 0 },
	{ "equity", OPT_EQUITY, "WHICH", 0, "Equity points at every 'bar', or the last of each UTC 'day' (default)", 0 },
	{ 0 },
};

static void parse_time(struct argp_state *state, const char *name, const char *arg, int64_t *t_ms)
{
	if (!utc_parse(arg, utc_now_ms(), t_ms))
		prog_usage(state, "--%s: '%s' is not a time", name, arg);
}

static void check(struct args *a, struct argp_state *state)
{
	if (!a->account && (!a->strategy_count || !a->risk))
		prog_usage(state, "give an account of accounts.json (-A), or a strategy and a risk file (-S and -R)");
	if (a->account && (a->strategy_count || a->risk || a->fee_bps || a->slippage_bps || a->fee_mode))
		prog_usage(state, "-A takes strategies, risk and fees from accounts.json: leave -S, -R and the fee options out");
	if (!a->account)
		a->from_stdin = true;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'A': a->account = arg; return 0;
	case 'S':
		if (a->strategy_count == STRATEGIES_MAX)
			prog_usage(state, "-S: at most %d strategies", STRATEGIES_MAX);
		a->strategy_files[a->strategy_count++] = arg;
		return 0;
	case 'R': a->risk = arg; return 0;
	case OPT_DB: a->db = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_SINCE: parse_time(state, "since", arg, &a->since_ms); return 0;
	case OPT_UNTIL: parse_time(state, "until", arg, &a->until_ms); return 0;
	case OPT_CAPITAL: a->capital = arg; return 0;
	case OPT_FEE_BPS: a->fee_bps = arg; return 0;
	case OPT_SLIPPAGE_BPS: a->slippage_bps = arg; return 0;
	case OPT_FEE_MODE: a->fee_mode = arg; return 0;
	case OPT_EQUITY:
		a->equity_all = strcmp(arg, "bar") == 0;
		if (!a->equity_all && strcmp(arg, "day") != 0)
			prog_usage(state, "--equity: '%s' is neither bar nor day", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (strcmp(arg, "-") != 0)
			prog_usage(state, "'%s': no arguments but '-', which reads candles on stdin", arg);
		a->from_stdin = true;
		return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static enum err write_record(struct args *a, enum kind_id kind, const void *object, struct error *e)
{
	record_write(&kinds[kind], object, &a->out);
	return prog_write_buf(&a->out, e);
}

static enum err flush_day(struct args *a, struct error *e)
{
	bool open = a->day_open;

	a->day_open = false;
	return open ? write_record(a, KIND_EQUITY, &a->day, e) : OK;
}

/* A point belongs to the day that its bar was in: a close at 00:00 ends the day before. */
static enum err take_equity(struct args *a, const struct equity *q, struct error *e)
{
	enum err rc = OK;

	if (a->equity_all)
		return write_record(a, KIND_EQUITY, q, e);
	if (a->day_open && utc_day(q->t_ms - 1) != utc_day(a->day.t_ms - 1))
		rc = flush_day(a, e);
	a->day = *q;
	a->day_open = true;
	return rc;
}

/* Each decision and each order is written once: as it ended. Positions are written at the end, where they stand. */
static enum err sink(void *ctx, enum kind_id kind, const void *object, struct error *e)
{
	struct args *a = ctx;

	if (kind == KIND_EQUITY)
		return take_equity(a, object, e);
	if (kind == KIND_POSITION || (kind == KIND_ORDER && order_is_open(object)))
		return OK;
	if (kind == KIND_DECISION) {
		int status = ((const struct decision *)object)->status;

		if (status == DECISION_APPROVED || status == DECISION_WORKING)
			return OK;
	}
	return write_record(a, kind, object, e);
}

static enum err write_what_is_open(struct args *a, struct book *b, struct error *e)
{
	enum err rc = flush_day(a, e);

	for (size_t i = 0; !rc && i < b->plan_count; i++)
		rc = write_record(a, KIND_DECISION, &b->plans[i].d, e);
	for (size_t i = 0; !rc && i < b->order_count; i++)
		rc = write_record(a, KIND_ORDER, &b->orders[i].o, e);
	for (size_t i = 0; !rc && i < b->position_count; i++)
		rc = write_record(a, KIND_POSITION, &b->positions[i].p, e);
	return rc;
}

static enum err take_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	static struct record r;
	enum err rc = record_read(line, len, &r, e);

	if (rc)
		return rc;
	if (r.kind == &kinds[KIND_SYMBOL])
		return history_add_rules(&a->history, &r.symbol, e);
	if (r.kind != &kinds[KIND_CANDLE])
		return OK; /* events of a fetch, say */
	if (r.candle.bar.open_time < a->anchor_ms || (a->until_ms != TIME_NONE && r.candle.bar.open_time >= a->until_ms))
		return OK; /* as the database would not give them either */
	return history_add(&a->history, &r.candle, e);
}

static enum err take_candle(void *ctx, const void *object, struct error *e)
{
	return history_add(&((struct args *)ctx)->history, object, e);
}

static enum err take_rules(void *ctx, const void *object, struct error *e)
{
	return history_add_rules(&((struct args *)ctx)->history, object, e);
}

/* Candles of the account's pairs from its anchor on. */
static enum err read_database(struct args *a, struct store *s, struct error *e)
{
	const struct account *acct = a->setup.account;
	struct store_query q = STORE_ANY;
	char (*symbols)[SYMBOL_SIZE];
	enum err rc = account_symbols(acct, &symbols, &q.symbol_count, e);

	q.symbols = (const char(*)[SYMBOL_SIZE])symbols;
	q.market = acct->market;
	q.interval = acct->interval;
	q.since = acct->anchor;
	q.until = a->until_ms;
	if (!rc)
		rc = store_each(s, &kinds[KIND_CANDLE], &q, take_candle, a, e);
	free(symbols);
	return rc;
}

/* The database is needed for candles; for the exchange's rules alone it may be absent. */
static enum err read_input(struct args *a, struct error *e)
{
	struct store_query any = STORE_ANY;
	struct store *s = NULL;
	char path[PATH_SIZE];
	enum err rc = path_db(a->db, path, e);

	if (!rc && (!a->from_stdin || a->db || access(path, F_OK) == 0))
		rc = store_open(path, STORE_READ, &s, e);
	if (!rc && s)
		rc = store_each(s, &kinds[KIND_SYMBOL], &any, take_rules, a, e);
	if (!rc && !a->from_stdin)
		rc = read_database(a, s, e);
	store_close(s);
	if (!rc && a->from_stdin) {
		prog_hint_terminal("candles");
		rc = prog_lines(STDIN_FILENO, "stdin", take_line, a, e);
	}
	return rc ? rc : history_ready(&a->history, e);
}

static enum err set(struct account *own, const char *name, const char *text, struct error *e)
{
	const struct field *f = field_find(account_config_fields, ACCOUNT_FIELDS, name);
	enum err rc = text ? field_read_text(f, text, own, e) : OK;

	return rc ? error_set(e, ERR_USAGE, "%s: %s", strdupa(name), strdupa(e->message)) : OK;
}

/* The account that -S and -R describe: every strategy trades every pair of the input. */
static enum err own_account(struct args *a, struct error *e)
{
	struct account *own = &a->own;
	enum err rc = OK;

	field_clear(account_config_fields, ACCOUNT_FIELDS, own);
	snprintf(own->name, sizeof own->name, "backtest");
	snprintf(own->risk, sizeof own->risk, "%s", a->risk);
	if (strlen(a->risk) >= sizeof own->risk)
		return error_set(e, ERR_USAGE, "-R: '%s' is longer than %zu bytes", a->risk, sizeof own->risk - 1);
	own->mode = MODE_PAPER;
	own->anchor = 0;
	own->strategies = calloc(a->strategy_count, sizeof *own->strategies);
	if (!own->strategies)
		return error_memory(e);
	own->strategy_count = a->strategy_count;
	if (a->history.series_count) {
		own->market = a->history.series[0].market;
		own->interval = a->history.series[0].interval;
	}
	for (size_t i = 0; i < a->strategy_count; i++) {
		struct account_strategy *s = &own->strategies[i];

		snprintf(s->file, sizeof s->file, "%s", a->strategy_files[i]);
		if (strlen(a->strategy_files[i]) >= sizeof s->file || !account_strategy_name(s->file, s->name))
			return error_set(e, ERR_USAGE, "-S: '%s' is not the name of a strategy file, or too long", a->strategy_files[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(own->strategies[k].name, s->name) == 0)
				return error_set(e, ERR_USAGE, "-S: '%s' and '%s' would both be strategy %s", own->strategies[k].file, s->file, s->name);
		s->symbols = calloc(a->history.series_count + 1, sizeof *s->symbols);
		if (!s->symbols)
			return error_memory(e);
		for (size_t k = 0; k < a->history.series_count; k++)
			memcpy(s->symbols[s->symbol_count++], a->history.series[k].symbol, SYMBOL_SIZE);
	}
	rc = set(own, "capital", a->capital, e);
	if (!rc)
		rc = set(own, "taker_fee_bps", a->fee_bps, e);
	if (!rc)
		rc = set(own, "maker_fee_bps", a->fee_bps, e);
	if (!rc)
		rc = set(own, "slippage_bps", a->slippage_bps, e);
	return rc ? rc : set(own, "fee_mode", a->fee_mode, e);
}

/* What else the run depends on goes into its identity. */
static void describe_period(const struct args *a, struct buf *b)
{
	buf_addf(b, "{\"since\":%lld,\"until\":%lld,\"capital\":\"%s\"}", (long long)(a->since_ms == TIME_NONE ? -1 : a->since_ms),
		(long long)(a->until_ms == TIME_NONE ? -1 : a->until_ms), a->capital ? a->capital : "");
}

static enum err set_up(struct args *a, struct error *e)
{
	struct buf extra = { 0 };
	enum err rc;

	describe_period(a, &extra);
	if (a->account) {
		rc = setup_load(&a->setup, a->config, a->account, MODE_BACKTEST, extra.data, e);
		if (!rc && a->capital)
			rc = set((struct account *)a->setup.account, "capital", a->capital, e);
		if (!rc) {
			a->anchor_ms = a->setup.account->anchor;
			rc = read_input(a, e);
		}
	} else {
		rc = read_input(a, e);
		if (!rc)
			rc = own_account(a, e);
		if (!rc)
			rc = setup_with(&a->setup, a->config, &a->own, "backtest", extra.data, e);
	}
	buf_release(&extra);
	for (size_t i = 0; !rc && i < a->setup.account->strategy_count; i++) {
		char path[PATH_SIZE];

		if (i == STRATEGIES_MAX)
			return error_set(e, ERR_CONFIG, "account %s has more than %d strategies", a->account, STRATEGIES_MAX);
		rc = path_find(a->setup.config, "strategies", a->setup.account->strategies[i].file, path, e);
		if (!rc)
			rc = strategy_load(path, &a->strategies[i], e);
	}
	return rc;
}

static void warn_about_rules(const struct args *a)
{
	for (size_t i = 0; a->setup.risk.exchange_filters && i < a->history.series_count; i++)
		if (!history_rules(&a->history, a->history.series[i].market, a->history.series[i].symbol)) {
			log_line(LOG_WARN, "the exchange's rules for %s are not known, so its entries are refused (gate status): "
				"ct-fetch symbols | ct-store put stores them", a->history.series[i].symbol);
			return;
		}
}

static void show_progress(size_t done, size_t total)
{
	if (done % 4096 == 0)
		prog_progress("backtest", (double)done, (double)total, "bars");
}

static enum err test(struct args *a, struct error *e)
{
	struct backtest_options o = { a->since_ms, a->until_ms, show_progress };
	struct memory_ledger ledger;
	struct backtest_result r;
	struct run *run = &a->setup.run;
	enum err rc;

	memory_ledger_init(&ledger, a->setup.label, a->setup.account->quote, sink, a);
	rc = backtest_run(&a->history, &a->setup, a->strategies, &o, &ledger, &r, e);
	if (!rc)
		rc = write_what_is_open(a, &ledger.ledger.book, e);
	if (!rc && r.bars) {
		run->started_at = a->since_ms == TIME_NONE ? r.first_ms : a->since_ms;
		run->first_ms = r.first_ms;
		run->last_ms = r.last_ms;
		run->bars = (int64_t)r.bars;
		history_digest(&a->history, a->setup.digest, run->digest);
		rc = write_record(a, KIND_RUN, run, e);
		log_line(LOG_INFO, "%zu bars in %.3f s: %.1f million bars/s in the engine; equity %.2f %s", r.bars, r.engine_s,
			(double)r.bars / r.engine_s / 1e6, dec_double(ledger.ledger.book.state.equity), a->setup.account->quote);
	}
	memory_ledger_release(&ledger);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	enum err rc = set_up(a, e);

	if (!rc) {
		warn_about_rules(a);
		rc = test(a, e);
	}
	for (size_t i = 0; i < STRATEGIES_MAX; i++)
		strategy_free(a->strategies[i]);
	for (size_t i = 0; i < a->own.strategy_count; i++)
		free(a->own.strategies[i].symbols);
	free(a->own.strategies);
	history_release(&a->history);
	setup_release(&a->setup);
	buf_release(&a->out);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = { .since_ms = TIME_NONE, .until_ms = TIME_NONE, .anchor_ms = TIME_NONE };
	static const struct prog prog = {
		.name = "ct-backtest",
		.argp = { options, parse, "[-]",
			"Runs history through the same engine as paper and live accounts.\n\n"
			"With -A, an account of accounts.json on the database's candles from its anchor on (or, with '-', on candle records "
			"on stdin); with -S and -R, strategies on all pairs of the candle records on stdin. Writes decision, order, trade, "
			"event, equity and position records, and last the run record with the digest of the candles used.\v"
			"Symbol records on stdin give the exchange's rules; else they come from the database.\n\n"
			"Example:\n"
			"  ct-backtest -A donchian | ct-report summary -", NULL, NULL, NULL },
		.filter = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
