/* ct-backtest: history through the same engine as paper and live, in one process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/options.h"
#include "core/prog.h"
#include "core/utc.h"
#include "tune/backtest.h"
#include "tune/gather.h"
#include "tune/input.h"
#include "tune/output.h"
#include "tune/own.h"
#include "tune/period.h"

enum {
	OPT_CAPITAL = OPT_OWN, OPT_FEE_BPS, OPT_SLIPPAGE_BPS, OPT_FEE_MODE, OPT_PRICE_IMPACT, OPT_MAX_VOLUME_SHARE, OPT_LOTS, OPT_EQUITY,
	OPT_SEPARATE, OPT_OUTAGE, OPT_SIGNALS, OPT_DETAIL_INTERVAL,
};

#define STRATEGIES_MAX 100

struct args {
	const char *account, *db, *config, *risk, *replay, *signals;
	bool replaying;
	const char *strategy_files[STRATEGIES_MAX];
	size_t strategy_count;
	struct period period;
	int64_t anchor_ms;
	struct own_money money;
	bool from_stdin, separate;

	struct history history;
	struct buf hints; /* what a person should know before the result */
	struct told told; /* --signals */
	struct detail *detail;
	struct setup setup;
	struct run recorded; /* replay: what is to be made again */
	struct account own; /* without accounts.json */
	struct strategy *strategies[STRATEGIES_MAX];
	struct output output;
	struct aide *aide;
};

static const struct argp_option options[] = {
	ROW_ACCOUNT, ROW_STRATEGY, ROW_RISK, ROW_DB, ROW_CONFIG, ROW_SINCE, ROW_UNTIL,
	{ "capital", OPT_CAPITAL, "AMOUNT", 0, "Money at the start, in quote units (default: the account's, or 10000)", 0 },
	{ "fee-bps", OPT_FEE_BPS, "BPS", 0, "With -S: taker fee in basis points (default 10)", 0 },
	{ "slippage-bps", OPT_SLIPPAGE_BPS, "BPS", 0, "With -S: slippage in basis points (default 5)", 0 },
	{ "fee-mode", OPT_FEE_MODE, "MODE", 0, "With -S: fees in what is 'received' (default), in 'quote', or in 'bnb'", 0 },
	{ "price-impact", OPT_PRICE_IMPACT, "FRACTION", 0, "With -S: how far an order as large as the bar's volume moves the price (default 0)", 0 },
	{ "max-volume-share", OPT_MAX_VOLUME_SHARE, "FRACTION", 0, "With -S: most of a bar's volume an order fills", 0 },
	{ "lots", OPT_LOTS, "METHOD", 0, "With -S: cost basis of sales: 'average' (default), 'fifo' or 'lifo'", 0 },
	{ "detail-interval", OPT_DETAIL_INTERVAL, "INTERVAL", 0, "Decide fills inside a bar by shorter ones, where the database has them", 0 },
	{ "equity", OPT_EQUITY, "WHICH", 0, "Equity points at every 'bar', or the last of each UTC 'day' (default)", 0 },
	{ "outage", OPT_OUTAGE, "FROM/TO[/SYMBOL]", 0, "The machine was off then, or SYMBOL's candles late, and the next step makes up for it (may be given several times)", 0 },
	{ "separate", OPT_SEPARATE, NULL, 0, "Each pair has an account of its own, with the whole capital", 0 },
	{ "signals", OPT_SIGNALS, "FILE", 0, "Signal records of another program ('-': on stdin), instead of -S", 0 },
	{ 0 },
};

static void check(struct args *a, struct argp_state *state)
{
	if (a->replaying && (!a->replay || a->account || a->strategy_count || a->risk || a->from_stdin || a->money.capital
		|| own_has_money(&a->money) || a->period.detail >= 0 || a->period.since_ms != TIME_NONE || a->period.until_ms != TIME_NONE || a->period.outages[0]))
		prog_usage(state, "replay: give the RUN, and nothing but --db, --equity and --signals: the rest is recorded with it");
	option_period(state, a->period.since_ms, a->period.until_ms);
	if (a->replaying)
		return;
	if (a->signals && a->strategy_count)
		prog_usage(state, "--signals stands in the place of -S: give one of them");
	if (!a->account && (!(a->strategy_count || a->signals) || !a->risk))
		prog_usage(state, "give an account of accounts.json (-A), or a strategy and a risk file (-S and -R)");
	if (a->account && (a->strategy_count || a->risk || own_has_money(&a->money)))
		prog_usage(state, "-A takes strategies, risk and fees from accounts.json: leave -S, -R and the fee options out");
	if (!a->account)
		a->from_stdin = true;
	if (a->signals && strcmp(a->signals, "-") == 0 && a->from_stdin)
		prog_usage(state, "--signals: candles come on stdin already: give a file (or, in bash, <(COMMAND))");
}

static const struct option_text texts[] = {
	OPTION_TEXT('A', account), OPTION_TEXT('R', risk), OPTION_TEXT(OPT_DB, db), OPTION_TEXT(OPT_CONFIG, config), OPTION_TEXT(OPT_CAPITAL, money.capital),
	OPTION_TEXT(OPT_FEE_BPS, money.fee_bps), OPTION_TEXT(OPT_SLIPPAGE_BPS, money.slippage_bps), OPTION_TEXT(OPT_FEE_MODE, money.fee_mode),
	OPTION_TEXT(OPT_PRICE_IMPACT, money.price_impact), OPTION_TEXT(OPT_MAX_VOLUME_SHARE, money.max_volume_share), OPTION_TEXT(OPT_LOTS, money.lots),
	OPTION_TEXT(OPT_SIGNALS, signals),
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	struct error wrong = { 0 };

	if (option_text(texts, sizeof texts / sizeof *texts, key, arg, a))
		return 0;
	switch (key) {
	case 'S':
		if (a->strategy_count == STRATEGIES_MAX)
			prog_usage(state, "-S: at most %d strategies", STRATEGIES_MAX);
		a->strategy_files[a->strategy_count++] = arg;
		return 0;
	case OPT_SINCE: a->period.since_ms = option_time(state, "since", arg); return 0;
	case OPT_UNTIL: a->period.until_ms = option_time(state, "until", arg); return 0;
	case OPT_EQUITY: a->output.equity_all = option_word(state, "equity", arg, (const char *const[]){ "day", "bar", NULL }); return 0;
	case OPT_DETAIL_INTERVAL:
		a->period.detail = interval_find(arg);
		if (a->period.detail < 0)
			prog_usage(state, "--detail-interval: '%s' is not an interval such as 1m", arg);
		return 0;
	case OPT_OUTAGE:
		if (outages_add(a->period.outages, arg, &wrong))
			prog_usage(state, "%s", wrong.message);
		return 0;
	case OPT_SEPARATE: a->separate = true; return 0;
	case ARGP_KEY_ARG:
		if (a->replaying && !a->replay)
			a->replay = arg;
		else if (strcmp(arg, "replay") == 0 && !a->replaying)
			a->replaying = true;
		else if (strcmp(arg, "-") == 0)
			a->from_stdin = true;
		else
			prog_usage(state, "'%s' is neither replay nor '-', which reads candles on stdin", arg);
		return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* account: of accounts.json, whose shorter bars may not be there: it is told, and the run record has it. */
static enum err read_input(struct args *a, bool account, struct error *e)
{
	return input_read(&(struct input){ a->db, a->from_stdin, a->anchor_ms, &a->period, &a->history, account ? &a->hints : NULL }, &a->setup, e);
}

#define LATE_NAMED 5

/* What another program says. Signals that came at no close of their pair, or for a pair without candles, are named. */
static enum err read_signals(struct args *a, const struct account *account, struct error *e)
{
	struct buf names = { 0 };
	enum err rc = a->signals ? input_signals(a->signals, account, &a->told, a->period.signals, e) : OK;
	size_t late = rc || !a->signals ? 0 : told_late(&a->told, &a->history, LATE_NAMED, &names);

	if (late)
		log_line(LOG_WARN, "%zu signals are left out, for no candle of their pair closes at their t_ms: %s%s", late, names.data ? names.data : "",
			late > LATE_NAMED ? ", …" : "");
	buf_release(&names);
	return rc;
}

/* The account that -S, -R and the options of money describe. */
static enum err describe_account(struct args *a, struct error *e)
{
	enum err rc = a->signals ? own_account_told(&a->own, &a->told, a->risk, &a->history, e)
		: own_account(&a->own, a->strategy_files, a->strategy_count, a->risk, &a->history, e);

	return rc ? rc : own_set_money(&a->own, &a->money, e);
}

/* What a replay used must be what was used then. Shorter bars are known only when it is over. */
static enum err compare_digest(const struct args *a, const char *now, const char *then, struct error *e)
{
	if (!a->replay || strcmp(now, then) == 0)
		return OK;
	return error_set(e, ERR_DATA, "data has changed: the %lld candles and the rules that run %s used are not the %zu stored now",
		(long long)a->recorded.bars, a->recorded.id, a->history.bars);
}

/* Everything as the recorded run had it; what has changed since is named, and nothing is written. */
static enum err set_up_replay(struct args *a, struct error *e)
{
	char digest[DIGEST_HEX], told[DIGEST_HEX];
	enum err rc = input_run(a->db, a->replay, &a->recorded, e);

	if (!rc)
		rc = setup_replay(&a->setup, &a->recorded, e);
	if (!rc)
		rc = period_read(&a->recorded, &a->period, e);
	if (rc)
		return rc;
	a->period.until_ms = a->recorded.last_ms + 1;
	rc = own_set(a->setup.accounts.rows, "capital", a->period.capital[0] ? a->period.capital : NULL, e);
	if (!rc)
		rc = read_input(a, false, e);
	if (rc)
		return rc;
	history_digest(&a->history, a->setup.digest, digest);
	if (a->period.signals[0] && !a->signals)
		return error_set(e, ERR_USAGE, "run %s had its signals from another program: give them again, with --signals", a->recorded.id);
	snprintf(told, sizeof told, "%s", a->period.signals);
	rc = read_signals(a, a->setup.account, e);
	if (!rc && strcmp(told, a->period.signals) != 0)
		rc = error_set(e, ERR_DATA, "signals have changed: those that run %s used are others", a->recorded.id);
	return rc ? rc : compare_digest(a, digest, a->period.data, e);
}

static enum err set_up(struct args *a, struct error *e)
{
	struct buf extra = { 0 };
	enum err rc;

	snprintf(a->period.capital, sizeof a->period.capital, "%s", a->money.capital ? a->money.capital : "");
	if (a->account) {
		period_write(&a->period, &extra);
		rc = setup_load(&a->setup, a->config, a->account, MODE_BACKTEST, extra.data, e);
		if (!rc && a->money.capital)
			rc = own_set(&a->setup.accounts.rows[a->setup.account - a->setup.accounts.rows], "capital", a->money.capital, e);
		if (!rc) {
			a->anchor_ms = a->setup.account->anchor;
			rc = read_input(a, true, e);
		}
		if (!rc)
			rc = read_signals(a, a->setup.account, e);
	} else {
		rc = read_input(a, false, e);
		if (!rc)
			rc = read_signals(a, NULL, e);
		period_write(&a->period, &extra);
		if (!rc)
			rc = describe_account(a, e);
		if (!rc)
			rc = setup_with(&a->setup, a->config, &a->own, "backtest", extra.data, e);
	}
	buf_release(&extra);
	return rc;
}

/* The candles and another program's signals are part of what a run is. */
static enum err identify(struct args *a, const struct history *h, const char *label, struct error *e)
{
	struct buf extra = { 0 };
	enum err rc;

	history_digest(h, a->setup.digest, a->period.data);
	period_write(&a->period, &extra);
	rc = extra.failed ? error_memory(e) : setup_relabel(&a->setup, label, extra.data, e);
	buf_release(&extra);
	return rc;
}

/* Strategies from the parsed files that the run's identity was made of. */
static enum err load_strategies(struct args *a, struct error *e)
{
	const struct account *account = a->setup.account;
	enum err rc = OK;

	if (account->strategy_count > STRATEGIES_MAX)
		return error_set(e, ERR_CONFIG, "account %s has more than %d strategies", account->name, STRATEGIES_MAX);
	for (size_t i = 0; !rc && !a->signals && i < account->strategy_count; i++) {
		rc = strategy_new(account->strategies[i].name, a->setup.strategies[i], &a->strategies[i], e);
		if (rc)
			rc = config_error(account->strategies[i].file, e);
	}
	return rc;
}

static enum err show_progress(size_t done, size_t total, struct error *e)
{
	prog_progress("backtest", (double)done, (double)total, "bars");
	return prog_stopped(e);
}

static enum err test(struct args *a, const struct history *h, struct error *e)
{
	struct outage outages[OUTAGES_MAX];
	struct backtest_options o = { .since_ms = a->period.since_ms, .until_ms = a->period.until_ms, .progress = show_progress, .outages = outages,
		.outage_count = outages_read(a->period.outages, outages), .detail = a->detail, .signals = a->signals ? &a->told : NULL };
	struct memory_ledger ledger;
	struct backtest_result r;
	struct run *run = &a->setup.run;
	struct event event;
	enum err rc;

	a->output.write = prog_write_buf;
	if (h->bars >= BACKTEST_LONG && !a->aide)
		a->aide = aide_begin();
	o.aide = a->output.aide = a->aide;
	memory_ledger_init(&ledger, a->setup.label, a->setup.account->quote, output_sink, &a->output);
	ledger.ledger.wants = output_wants(&a->output);
	rc = backtest_run(h, &a->setup, a->strategies, &o, &ledger, &r, e);
	if (!rc)
		rc = output_end(&a->output, &ledger.ledger.book, e);
	if (!rc && r.bars) {
		run->started_at = a->period.since_ms == TIME_NONE ? r.first_ms : a->period.since_ms;
		run->first_ms = r.first_ms;
		run->last_ms = r.last_ms;
		run->bars = (int64_t)r.bars;
		memcpy(run->digest, a->period.data, sizeof a->period.data);
		if (a->detail) {
			detail_end(a->detail, a->setup.digest, run, &event);
			rc = output_sink(&a->output, KIND_EVENT, &event, e);
		}
		if (!rc)
			rc = output_sink(&a->output, KIND_RUN, run, e);
		if (!rc)
			rc = compare_digest(a, run->digest, a->recorded.digest, e);
		if (!rc)
			rc = prog_write_buf(&a->output.lines, e);
		log_line(LOG_INFO, "%zu bars in %.3f s: %.1f million bars/s in the engine; equity %.2f %s", r.bars, r.engine_s,
			(double)r.bars / r.engine_s / 1e6, dec_double(ledger.ledger.book.state.equity), a->setup.account->quote);
	}
	memory_ledger_release(&ledger);
	return rc;
}

/* One account for each pair, one after another. */
static enum err test_separately(struct args *a, struct error *e)
{
	char base[NAME_SIZE], label[2 * NAME_SIZE + SYMBOL_SIZE];
	enum err rc = OK;

	memcpy(base, a->setup.label, sizeof base);
	for (size_t i = 0; !rc && i < a->history.series_count; i++) {
		struct history one = a->history;

		if (!account_trades(a->setup.account, NULL, a->history.series[i].symbol))
			continue; /* it prices fees */
		one.series = &a->history.series[i];
		one.series_count = 1;
		one.bars = one.series->count;
		memcpy(a->period.pair, one.series->symbol, sizeof a->period.pair);
		snprintf(label, sizeof label, "%s/%s", base, one.series->symbol);
		rc = identify(a, &one, label, e);
		if (!rc)
			rc = test(a, &one, e);
	}
	return rc;
}

/* What of the input is not as one would expect it. */
static enum err tell_hints(struct args *a, struct error *e)
{
	enum err rc = gather_check_rules(&a->history, &a->setup, &a->hints, e);
	char (*symbols)[SYMBOL_SIZE];
	size_t count;

	if (!rc && a->account && a->history.bars) {
		rc = account_symbols(a->setup.account, &symbols, &count, e);
		gather_check_pairs(&a->history, (const char (*)[SYMBOL_SIZE])symbols, rc ? 0 : count, &a->hints);
		free(symbols);
	}
	if (!rc && a->hints.len)
		log_line(LOG_WARN, "%s", a->hints.data);
	if (!rc && !a->history.bars)
		log_line(LOG_WARN, "there is no candle to run%s", a->period.since_ms != TIME_NONE || a->period.until_ms != TIME_NONE ? " in this period" : "");
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	enum err rc = a->replay ? set_up_replay(a, e) : set_up(a, e);

	if (!rc && !a->replay && !a->separate)
		rc = identify(a, &a->history, strdupa(a->setup.label), e);
	if (!rc)
		rc = load_strategies(a, e);
	if (!rc && a->period.detail >= 0)
		rc = detail_new(a->db, (enum interval)a->period.detail, (enum interval)a->setup.account->interval, &a->detail, e);
	if (!rc)
		rc = tell_hints(a, e);
	if (!rc)
		rc = a->separate ? test_separately(a, e) : test(a, &a->history, e);
	for (size_t i = 0; i < STRATEGIES_MAX; i++)
		strategy_free(a->strategies[i]);
	setup_release(&a->setup); /* before the account that it describes */
	own_release(&a->own);
	history_release(&a->history);
	told_release(&a->told);
	buf_release(&a->hints);
	detail_free(a->detail);
	output_release(&a->output);
	aide_end(a->aide);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = { .period = { .since_ms = TIME_NONE, .until_ms = TIME_NONE, .detail = -1 }, .anchor_ms = TIME_NONE };
	static const struct prog prog = {
		.name = "ct-backtest",
		.argp = { options, parse, "[-]\nreplay RUN",
			"Runs history through the same engine as paper and live accounts.\n\n"
			"With -A, an account of accounts.json on the database's candles from its anchor on (or, with '-', on candle records "
			"on stdin); with -S and -R, strategies on all pairs of the candle records on stdin. Writes decision, order, trade, "
			"event, equity and position records, and last the run record with the digest of the candles used.\v"
			"Verbs:\n"
			"  replay   make a recorded backtest again from the database, byte for byte, or\n"
			"           say what has changed: version, commit, parameters or data\n\n"
			"Symbol records on stdin give the exchange's rules; else they come from the database.\n\n"
			"Example:\n"
			"  ct-backtest -A donchian | ct-report summary -", NULL, NULL, NULL },
		.filter = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
