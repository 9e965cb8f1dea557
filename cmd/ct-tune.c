/* ct-tune: many backtests: tries parameter sets, ranks them, and says whether the winner is luck. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "store/batch.h"
#include "store/select.h"
#include "tune/gather.h"
#include "tune/journal.h"
#include "tune/managed.h"
#include "tune/own.h"
#include "tune/planned.h"
#include "tune/reader.h"
#include "tune/show.h"
#include "tune/tuning.h"
#include "tune/work.h"

enum { OPT_GRID = OPT_OWN, OPT_RANDOM, OPT_SEED, OPT_WALK, OPT_EMBARGO, OPT_METRIC, OPT_MIN_TRADES, OPT_MAX_DRAWDOWN, OPT_CHANCE, OPT_JOBS,
	OPT_RESUME, OPT_CAPITAL, OPT_FEE_BPS, OPT_SLIPPAGE_BPS, OPT_FEE_MODE, OPT_CANDLES, OPT_SHARDS, OPT_TOP, OPT_BLOCKS };

struct args;

struct verb {
	const char *name; /* NULL: the search itself */
	enum err (*run)(struct args *a, struct error *e);
};

struct args {
	const struct verb *verb;
	const char *account, *strategy, *risk, *db, *config, *output, *candles;
	const char **words; /* symbols, or files to rank */
	struct own_money money;
	size_t word_count, shards, top, blocks, chance;
	int jobs, format, resume;
	struct selection chosen;
	struct ranking by;
	struct tuning tuning;
	struct history history;
	struct buf hints;      /* what a person should know before the result */
	struct setup setup;
	struct account own;    /* without accounts.json */
	size_t tuned, found;   /* which of its strategies; trials made by this run */
	struct journal journal;
	struct store *store;   /* where trials are kept besides; NULL: nowhere */
	struct batch batch;
	char db_path[PATH_SIZE];
	struct rank rank;
	struct planned planned; /* run: the trials to make */
};

static const struct argp_option options[] = {
	ROW_ACCOUNT, ROW_STRATEGY, ROW_RISK, ROW_DB, ROW_CONFIG, ROW_SINCE, ROW_UNTIL, ROW_MARKET, ROW_INTERVAL, ROW_SYMBOLS, ROW_OUTPUT, ROW_FORMAT,
	{ "candles", OPT_CANDLES, "FILE", 0, "Candle records from FILE; '-' is stdin", 0 },
	{ "capital", OPT_CAPITAL, "AMOUNT", 0, "Money at the start, in quote units (default: the account's, or 10000)", 0 },
	{ "fee-bps", OPT_FEE_BPS, "BPS", 0, "Without -A: fee in basis points (default 10)", 0 },
	{ "slippage-bps", OPT_SLIPPAGE_BPS, "BPS", 0, "Without -A: slippage in basis points (default 5)", 0 },
	{ "fee-mode", OPT_FEE_MODE, "MODE", 0, "Without -A: fees in what is 'received' (default), in 'quote', or in 'bnb'", 0 },
	{ "grid", OPT_GRID, "SPEC", 0, "A parameter to search: NAME=LOW:HIGH:STEP, NAME=A,B,C; may be given again", 0 },
	{ "random", OPT_RANDOM, "N", 0, "Only N sets, drawn at random; a grid may then be NAME=LOW:HIGH", 0 },
	{ "seed", OPT_SEED, "N", 0, "Seed of --random: another one draws other sets (default 1)", 0 },
	{ "walk-forward", OPT_WALK, "SPAN", 0, "Choose on one window, trade the next: TRAIN/TEST[/STEP] in days, such as 180d/30d", 0 },
	{ "embargo", OPT_EMBARGO, "N", 0, "Bars (or time, 5d) between train and test windows, rounded up to days", 0 },
	{ "metric", OPT_METRIC, "NAME", 0, "Metric by which the best set is chosen (default calmar)", 0 },
	{ "min-trades", OPT_MIN_TRADES, "N", 0, "Sets with fewer round trips cannot win", 0 },
	{ "max-drawdown", OPT_MAX_DRAWDOWN, "PCT", 0, "Sets with a larger maximum drawdown, in percent, cannot win", 0 },
	{ "chance", OPT_CHANCE, "N", 0, "Runs with random entries to compare the winner with (default 1000; 0: none)", 0 },
	{ "jobs", OPT_JOBS, "N", 0, "Workers (default: one a processor)", 0 },
	{ "resume", OPT_RESUME, NULL, 0, "Go on with the search that -o FILE holds", 0 },
	{ "shards", OPT_SHARDS, "N", 0, "split: how many files", 0 },
	{ "top", OPT_TOP, "N", 0, "rank: how many sets to show (default 20)", 0 },
	{ "blocks", OPT_BLOCKS, "N", 0, "rank: blocks of time for the cross-validation (default 16)", 0 },
	{ 0 },
};

/* Candles from a file or stdin, else from the database, which also has the exchange's rules. */
static enum err read_history(struct args *a, struct error *e)
{
	struct store_query any = STORE_ANY;
	bool managed = a->account && !a->candles && !a->chosen.interval; /* by the bars that the account is managed on */
	struct store *s = NULL;
	enum err rc = OK;

	if (!a->candles || a->db || access(a->db_path, F_OK) == 0)
		rc = store_open(a->db_path, STORE_READ, &s, e);
	if (!rc && s)
		rc = store_each_row(s, STORE_SYMBOL_TERM, &any, gather_rules, &a->history, e);
	if (!rc && managed) {
		rc = managed_by_store(&a->setup, s, a->tuning.until_ms, &a->hints, e);
		a->chosen.query.interval = a->setup.account->interval;
	} else if (!rc && !a->candles) {
		rc = select_interval(&a->chosen, s, e);
	}
	if (!rc && !a->candles)
		rc = reader_read(s, a->db_path, &a->chosen.query, &a->history, prog_stopped, e);
	store_close(s);
	if (!rc && a->candles)
		rc = prog_file(a->candles, "candles", gather_line, &a->history, e);
	if (!rc && a->account && !managed)
		rc = managed_by_history(&a->setup, &a->history, &a->hints, e);
	if (!rc)
		rc = history_ready(&a->history, e);
	gather_cut(&a->history, a->account ? a->setup.account->anchor : TIME_NONE, a->tuning.until_ms);
	return rc;
}

static enum err set_up(struct args *a, struct error *e)
{
	enum err rc;

	if (a->account) {
		rc = setup_load(&a->setup, a->config, a->account, MODE_BACKTEST, NULL, e);
		if (!rc)
			rc = own_set(&a->setup.accounts.rows[a->setup.account - a->setup.accounts.rows], "capital", a->money.capital, e);
		if (!rc)
			rc = tuning_find(a->setup.account, a->strategy, &a->tuned, e);
		a->chosen.account = a->account;
		if (!rc && !a->candles)
			rc = select_account_candles(&a->chosen, a->setup.config, e);
		if (!rc)
			rc = read_history(a, e);
	} else {
		rc = read_history(a, e);
		if (!rc)
			rc = tuning_account(&a->own, a->strategy, a->risk, &a->money, &a->history, e);
		if (!rc)
			rc = setup_with(&a->setup, a->config, &a->own, "tune", NULL, e);
	}
	if (!rc && !a->history.bars) {
		if (!a->candles || a->planned.count)
			return error_set(e, ERR_NOINPUT, "there is no candle to tune on");
		log_line(LOG_WARN, "there is no candle to tune on");
		return OK;
	}
	if (!rc)
		rc = tuning_prepare(&a->tuning, &a->history, &a->setup, a->tuned, e);
	if (!rc && a->tuning.space.left_out)
		log_line(LOG_WARN, "%zu combination%s no parameter set%s left out: %s: %s", a->tuning.space.left_out,
			a->tuning.space.left_out == 1 ? " is" : "s are", a->tuning.space.left_out == 1 ? " and was" : "s and were",
			a->tuning.space.why.field, a->tuning.space.why.message);
	if (!rc)
		rc = gather_check_rules(&a->history, &a->setup, &a->hints, e);
	if (!rc && !a->candles)
		gather_check_pairs(&a->history, a->chosen.query.symbols, a->chosen.query.symbol_count, &a->hints);
	if (!rc && a->hints.len)
		log_line(LOG_WARN, "%s", a->hints.data);
	return rc;
}

static enum err found(void *ctx, const struct trial *t, struct error *e)
{
	struct args *a = ctx;
	enum err rc = journal_add(&a->journal, t, e);

	if (!rc && !a->output)
		rc = prog_write_buf(&a->journal.line, e) ? ERR_IO : prog_flush(e);
	a->found++;
	return rc || !a->store || t->r.sample == SAMPLE_RANDOM ? rc : batch_keep(&a->batch, &kinds[KIND_TRIAL], t, e);
}

static bool known(void *ctx, const char *id, const struct ranking *by, struct brief *b)
{
	return journal_knows(&((struct args *)ctx)->journal, id, by, b);
}

static void progress(void *ctx, size_t done, size_t total)
{
	(void)ctx;
	prog_progress("tune", (double)done, (double)total, "backtests");
}

/* The whole search, or with `run` the trials that stdin names. */
static enum err run_search(struct args *a, struct error *e)
{
	struct search s = { .ranking = a->by, .randoms = a->chance, .jobs = a->jobs ? a->jobs : work_processors(), .known = known, .found = found,
		.progress = progress, .stopping = prog_stopping, .ctx = a };
	bool complete = true;
	enum err kept, rc = a->verb->name ? prog_file("-", "trials", planned_line, &a->planned, e) : OK;

	if (!rc)
		rc = set_up(a, e);
	if (!rc)
		rc = journal_open(&a->journal, a->output, a->resume, &a->tuning.ground, e);
	if (!rc && (a->db || access(a->db_path, F_OK) == 0))
		rc = store_open(a->db_path, STORE_WRITE, &a->store, e);
	if (!rc && !a->output && isatty(STDOUT_FILENO))
		log_line(LOG_WARN, "the trials come as lines of JSON: -o FILE keeps them, ct-tune rank FILE puts them in order");
	batch_init(&a->batch, a->store);
	tuning_plan(&a->tuning, &s);
	if (!rc && a->verb->name)
		rc = search_list(&s, (const struct result *const *)a->planned.rows, a->planned.count, &complete, e);
	else if (!rc)
		rc = search_run(&s, &complete, e);
	kept = a->store ? batch_flush(&a->batch, rc ? NULL : e) : OK;
	rc = rc ? rc : kept;
	return rc || complete ? rc : error_set(e, ERR_TEMPFAIL, "stopped after %zu trials%s", a->found, a->output ? ": --resume goes on" : "");
}

static enum err run_split(struct args *a, struct error *e)
{
	enum err rc = set_up(a, e);

	return rc ? rc : tuning_split(&a->tuning, a->output ? a->output : "shard", a->shards, e);
}

/* Everything that was ever tried on these candles counts, where the database knows of it. */
static enum err read_tried(struct args *a, struct error *e)
{
	struct store_query q = STORE_ANY;
	struct store *s;
	enum err rc;

	if (!a->rank.count || (!a->db && access(a->db_path, F_OK) != 0))
		return OK;
	rc = store_open(a->db_path, STORE_READ, &s, e);
	q.digest = rank_digest(&a->rank);
	if (!rc)
		rc = store_each(s, &kinds[KIND_TRIAL], &q, rank_tried, &a->rank, e);
	if (!rc)
		store_close(s);
	return rc;
}

static enum err run_rank(struct args *a, struct error *e)
{
	struct style style = { 0 };
	struct buf b = { 0 };
	enum err rc = OK;

	style_choose(&style, !a->output);
	rank_init(&a->rank, &a->by);
	for (size_t i = 0; !rc && i < a->word_count; i++)
		rc = prog_file(a->words[i], "trials", rank_line, &a->rank, e);
	if (!rc)
		rc = read_tried(a, e);
	if (!rc)
		rc = rank_close(&a->rank, a->blocks, e);
	if (!rc)
		rc = show_rank(&a->rank, (enum show_format)a->format, a->top, &style, &b, e);
	if (!rc)
		rc = prog_output(a->output, &b, e);
	buf_release(&b);
	rank_release(&a->rank);
	return rc;
}

static const struct verb verbs[] = { { NULL, run_search }, { "run", run_search }, { "split", run_split }, { "rank", run_rank } };

static const struct option_text texts[] = {
	OPTION_TEXT('A', account), OPTION_TEXT('S', strategy), OPTION_TEXT('R', risk), OPTION_TEXT('m', chosen.market),
	OPTION_TEXT('i', chosen.interval), OPTION_TEXT('o', output), OPTION_TEXT(OPT_DB, db), OPTION_TEXT(OPT_CONFIG, config),
	OPTION_TEXT(OPT_SYMBOLS, chosen.symbols_file), OPTION_TEXT(OPT_CANDLES, candles),
	OPTION_TEXT(OPT_CAPITAL, money.capital), OPTION_TEXT(OPT_FEE_BPS, money.fee_bps), OPTION_TEXT(OPT_SLIPPAGE_BPS, money.slippage_bps),
	OPTION_TEXT(OPT_FEE_MODE, money.fee_mode), OPTION_TEXT(OPT_WALK, tuning.walk), OPTION_TEXT(OPT_EMBARGO, tuning.embargo),
};

static void check(struct args *a, struct argp_state *state)
{
	bool ranks = a->verb->run == run_rank, runs = a->verb->run == run_search && a->verb->name, named;

	option_period(state, a->tuning.since_ms, a->tuning.until_ms);
	if (ranks && !a->word_count)
		prog_usage(state, "rank: which FILE? '-' is stdin");
	if (!ranks && !a->account && !a->strategy)
		prog_usage(state, "what is to be tuned? a strategy file (-S), or an account of accounts.json (-A)");
	if (!ranks && a->account && (a->risk || own_has_money(&a->money)))
		prog_usage(state, "-A takes risk and fees from accounts.json: leave -R and the fee options out");
	if (runs && (a->word_count != 1 || strcmp(a->words[0], "-") != 0))
		prog_usage(state, "run takes the trials of a shard on stdin: ct-tune run - <SHARD");
	if (a->resume && !a->output)
		prog_usage(state, "--resume: with which results? -o FILE");
	if (a->verb->run == run_split && !a->shards)
		prog_usage(state, "split: into how many? --shards N");
	if (!ranks && a->tuning.random && !a->tuning.grid_count)
		prog_usage(state, "--random: of what? --grid NAME=LOW:HIGH");
	if (a->tuning.embargo && !a->tuning.walk)
		prog_usage(state, "--embargo goes with --walk-forward");
	if (ranks || runs)
		return;
	if (a->word_count && strcmp(a->words[a->word_count - 1], "-") == 0) {
		a->candles = "-";
		a->word_count--;
	}
	a->chosen.words = a->words;
	a->chosen.word_count = a->word_count;
	/* Nothing but the strategy named: the candles of a pipe or a file, if there is one. */
	named = a->account || a->db || a->chosen.interval || a->chosen.market || a->chosen.symbols_file || a->word_count;
	if (!a->candles && !named && prog_has_input())
		a->candles = "-";
}

static void take_word(struct args *a, char *arg, struct argp_state *state)
{
	for (size_t i = 1; !a->word_count && !a->verb->name && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(arg, verbs[i].name) == 0) {
			a->verb = &verbs[i];
			return;
		}
	if (!a->words && !(a->words = calloc((size_t)state->argc, sizeof *a->words)))
		argp_failure(state, ERR_INTERNAL, 0, "out of memory");
	a->words[a->word_count++] = arg;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	struct tuning *t = &a->tuning;
	struct error e;

	if (option_text(texts, sizeof texts / sizeof *texts, key, arg, a))
		return 0;
	switch (key) {
	case OPT_SINCE: t->since_ms = option_time(state, "since", arg); return 0;
	case OPT_UNTIL: t->until_ms = option_time(state, "until", arg); return 0;
	case OPT_FORMAT: a->format = option_word(state, "format", arg, show_formats); return 0;
	case OPT_GRID:
		if (t->grid_count == TUNING_GRIDS)
			prog_usage(state, "--grid: more than %d parameters", TUNING_GRIDS);
		t->grids[t->grid_count++] = arg;
		return 0;
	case OPT_RANDOM: t->random = (size_t)option_count(state, "random", arg, 1, SPACE_SETS); return 0;
	case OPT_SEED: t->seed = (uint64_t)option_count(state, "seed", arg, 0, INT64_C(1) << 53); return 0;
	case OPT_METRIC:
		if (ranking_by(&a->by, arg, &e))
			prog_usage(state, "--metric: %s", e.message);
		return 0;
	case OPT_MIN_TRADES: a->by.min_trades = (double)option_count(state, "min-trades", arg, 0, 1000000000); return 0;
	case OPT_MAX_DRAWDOWN: a->by.max_drawdown = option_real(state, "max-drawdown", arg, 0, 100) / 100; return 0;
	case OPT_CHANCE: a->chance = (size_t)option_count(state, "chance", arg, 0, 1000000); return 0;
	case OPT_JOBS: a->jobs = (int)option_count(state, "jobs", arg, 1, 256); return 0;
	case OPT_RESUME: a->resume = 1; return 0;
	case OPT_SHARDS: a->shards = (size_t)option_count(state, "shards", arg, 1, 9999); return 0;
	case OPT_TOP: a->top = (size_t)option_count(state, "top", arg, 1, 1000000); return 0;
	case OPT_BLOCKS:
		a->blocks = (size_t)option_count(state, "blocks", arg, 2, 20);
		if (a->blocks % 2)
			prog_usage(state, "--blocks: '%s' is not even", arg);
		return 0;
	case ARGP_KEY_ARG: take_word(a, arg, state); return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	char dir[PATH_SIZE];
	enum err rc = path_db(a->db, a->db_path, e), closed;

	if (!rc)
		rc = path_config(a->config, dir, e);
	if (!rc && !a->candles && a->verb->run != run_rank)
		rc = select_read(&a->chosen, dir, utc_now_ms(), e);
	if (!rc)
		rc = a->verb->run(a, e);
	closed = journal_close(&a->journal, rc ? NULL : e);
	batch_release(&a->batch);
	store_close(a->store);
	tuning_release(&a->tuning);
	planned_release(&a->planned);
	setup_release(&a->setup); /* before the account that it describes */
	own_release(&a->own);
	history_release(&a->history);
	buf_release(&a->hints);
	select_release(&a->chosen);
	free(a->words);
	return rc ? rc : closed;
}

int main(int argc, char **argv)
{
	static struct args args = { .verb = verbs, .tuning = { .since_ms = TIME_NONE, .until_ms = TIME_NONE, .seed = 1 }, .top = 20, .blocks = 16,
		.chance = 1000, .by = { .max_drawdown = NAN }, .journal = { .fd = -1 } };
	static const struct prog prog = {
		.name = "ct-tune",
		.argp = { options, parse, "[SYMBOL...] [-]\nrun -\nsplit --shards N [SYMBOL...]\nrank FILE...",
			"Tries parameter sets of a strategy in the engine of paper and live accounts, one trial record a backtest.\v"
			"Verbs:\n"
			"  rank    put trials in order, and say whether the winner is luck\n"
			"  split   write the trials of a search as shards, for other machines\n"
			"  run     make the trials that a shard on stdin names\n\n"
			"Candles come from --candles FILE, from '-' (stdin), or from the database where -A, -i, -m, --symbols, --db or symbols are "
			"given; without any of these from stdin where that is a pipe or a file, else from the database. Trials are kept in the database too, where there is one: "
			"everything ever tried on the same candles counts when luck is judged.", NULL, NULL, NULL },
		.filter = true,
		.run = run,
	};

	ranking_by(&args.by, "calmar", NULL);
	return prog_main(&prog, argc, argv, &args);
}
