/* ct-exec: approved decisions to orders, on paper or at the exchange. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "live/live.h"
#include "venue/check.h"

enum { OPT_WHY = OPT_OWN, OPT_AMOUNT, OPT_LIVE, OPT_AS, OPT_ABSENCE, OPT_FOR, OPT_EVERY };

struct args {
	const char *verb, *symbol, *account, *db, *config, *why, *as;
	int64_t now_ms;     /* TIME_NONE: the clock */
	int64_t absence_ms; /* 0: the broker's own */
	int64_t for_ms, every_ms; /* watch */
	dec amount;         /* 0: none given */
	bool live;
	char lock[PATH_SIZE + NAME_SIZE + 16]; /* the file whose lock one process at a time has */
	struct desk desk;
	struct live session; /* of an account that is not on paper */
};

static const struct argp_option options[] = {
	ROW_ACCOUNT, ROW_DB, ROW_CONFIG, ROW_NOW,
	{ "live", OPT_LIVE, NULL, 0, "Trade with real money: an account in mode live is refused without it", 0 },
	{ "why", OPT_WHY, "REASON", 0, "flatten, cancel, adopt, ignore, transfer: the reason, which is recorded", 0 },
	{ "as", OPT_AS, "WHAT", 0, "adopt: what it was: deposit, withdraw, convert or manual", 0 },
	{ "absence", OPT_ABSENCE, "TIME", 0, "How long the exchange must not know an order before it counts as never sent (default 15s)", 0 },
	{ "for", OPT_FOR, "TIME", 0, "watch: how long at most (default 1m)", 0 },
	{ "every", OPT_EVERY, "TIME", 0, "watch: how often it looks (default 2s)", 0 },
	{ "amount", OPT_AMOUNT, "AMOUNT", 0, "transfer: what is deposited, in quote units; negative: withdrawn", 0 },
	{ 0 },
};

/* ---- the verbs ---- */

static bool on_paper(const struct args *a)
{
	return a->desk.setup.account->mode == MODE_PAPER;
}

static enum err sync_account(struct args *a, struct error *e)
{
	struct buf late = { .max = 1 << 16 };
	enum err rc = on_paper(a) ? desk_sync_paper(&a->desk, option_clock(a->now_ms), &late, e) : live_sync(&a->session, &late, e);

	if (late.len) {
		log_line(LOG_WARN, "account %s: no closed candle yet for %s: left out of this step", a->account, late.data);
		if (desk_had_none(&a->desk))
			log_line(LOG_WARN, "account %s is managed on candles of %s, and has had none: manage_interval null leaves it on those of %s alone", a->account,
				interval_names[a->desk.setup.account->interval], interval_names[a->desk.setup.account->strategy_interval]);
	}
	buf_release(&late);
	return rc;
}

static enum err pending(struct args *a, struct error *e)
{
	size_t n = 0;
	enum err rc = desk_execute_pending(&a->desk, option_clock(a->now_ms), &n, e);

	return rc || on_paper(a) ? rc : live_act(&a->session, e);
}

static enum err flatten(struct args *a, struct error *e)
{
	size_t n = 0;
	enum err rc = engine_flatten(&a->desk.engine, option_clock(a->now_ms), a->symbol, a->why, &n, e);

	if (!rc)
		log_line(LOG_INFO, on_paper(a) ? "%zu exits at the next open" : "%zu exits", n);
	return rc || on_paper(a) ? rc : live_act(&a->session, e);
}

static enum err cancel(struct args *a, struct error *e)
{
	size_t n = 0;
	enum err rc = desk_withdraw(&a->desk, a->symbol, option_clock(a->now_ms), a->why, &n, e);

	if (!rc)
		log_line(LOG_INFO, "%zu entries withdrawn", n);
	return rc || on_paper(a) ? rc : live_act(&a->session, e);
}

/* The book must stand at the newest close: money that comes now was not there before. */
static enum err transfer(struct args *a, struct error *e)
{
	int64_t now_ms = option_clock(a->now_ms);
	bool booked;
	enum err rc;

	if (!on_paper(a))
		return error_set(e, ERR_USAGE, "account %s is not on paper: move the money at the exchange, then ct-exec adopt", a->account);
	rc = desk_sync_paper(&a->desk, now_ms, NULL, e);
	if (!rc)
		rc = desk_transfer(&a->desk, a->amount, now_ms, a->why ? a->why : "by hand", &booked, e);
	if (!rc && !booked)
		log_line(LOG_WARN, "it is booked already");
	return rc;
}

static enum err take_lock(const struct args *a, int *fd, struct error *e)
{
	return lock_take(a->lock, 10000, fd, e);
}

/* The account is free for others between two looks. */
static enum err look(struct args *a, size_t *left, struct error *e)
{
	int fd = -1;
	enum err rc = take_lock(a, &fd, e);

	if (!rc)
		rc = live_watch(&a->session, left, e);
	if (!rc)
		rc = prog_write_buf(&a->desk.lines, e);
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum err watch(struct args *a, struct error *e)
{
	int64_t until_ms = utc_now_ms() + a->for_ms;
	struct timespec pause = { a->every_ms / 1000, a->every_ms % 1000 * 1000000 };
	size_t left = 0;
	enum err rc = on_paper(a) ? OK : look(a, &left, e);

	while (!rc && left && !prog_stopping() && utc_now_ms() + a->every_ms < until_ms) {
		nanosleep(&pause, NULL);
		rc = look(a, &left, e);
	}
	return rc;
}

static enum err adopt(struct args *a, struct error *e)
{
	size_t n = 0;
	enum err rc = desk_settle(&a->desk, a->symbol, a->as ? a->as : "ignore", option_clock(a->now_ms), a->why ? a->why : "", &n, e);

	if (!rc)
		log_line(LOG_INFO, "%zu settled", n);
	return rc;
}

static enum err status(struct args *a, struct error *e)
{
	struct buf b = { 0 };
	enum err rc = desk_status(&a->desk, &b, e);

	if (!rc)
		rc = prog_write_buf(&b, e);
	buf_release(&b);
	return rc;
}

static void write_row(void *ctx, const struct check_row *row)
{
	buf_addf(ctx, "%-5s %-12s %s\n", check_level_names[row->level], row->name, row->why);
}

/* Needs no database, and changes nothing. */
static enum err check_account(struct args *a, struct error *e)
{
	struct buf b = { 0 };
	struct check c = { .config_dir = NULL, .now_ms = a->now_ms, .stopping = prog_stopping, .ctx = &b, .row = write_row };
	struct accounts accounts = { 0 };
	char dir[PATH_SIZE];
	enum err rc = path_config(a->config, dir, e);

	if (!rc)
		rc = accounts_load(dir, &accounts, e);
	if (!rc)
		rc = accounts_find(&accounts, a->account, &c.account, e);
	c.config_dir = dir;
	if (!rc)
		rc = account_check(&c, e);
	if (!rc)
		rc = prog_write_buf(&b, e);
	if (!rc && c.failed)
		rc = error_set(e, c.first, "account %s may not trade: %d of these failed", a->account, c.failed);
	accounts_release(&accounts);
	buf_release(&b);
	return rc;
}

static const struct verb {
	const char *name;
	enum err (*run)(struct args *a, struct error *e);
	bool symbol, why, session; /* takes a pair; needs --why; talks to the exchange */
	bool shares;               /* takes the account's lock by itself */
} verbs[] = {
	{ .name = "check", .run = check_account },
	{ .name = "sync", .run = sync_account, .session = true },
	{ .name = "pending", .run = pending, .session = true },
	{ .name = "watch", .run = watch, .session = true, .shares = true },
	{ .name = "status", .run = status },
	{ .name = "cancel", .run = cancel, .symbol = true, .why = true, .session = true },
	{ .name = "flatten", .run = flatten, .symbol = true, .why = true, .session = true },
	{ .name = "adopt", .run = adopt, .symbol = true },
	{ .name = "ignore", .run = adopt, .symbol = true, .why = true },
	{ .name = "transfer", .run = transfer },
	{ 0 },
};

static const struct verb *verb_of(const char *name)
{
	const struct verb *v = verbs;

	while (name && v->name && strcmp(v->name, name) != 0)
		v++;
	return name && v->name ? v : NULL;
}

static void check(const struct args *a, struct argp_state *state)
{
	const struct verb *v = verb_of(a->verb);

	if (a->verb && !v)
		prog_usage(state, "'%s' is not a verb: check, sync, pending, watch, status, cancel, flatten, adopt, ignore or transfer (decisions are read on stdin)",
			a->verb);
	if (!a->account)
		prog_usage(state, "which account? -A NAME");
	if (v && v->why && (!a->why || !*a->why))
		prog_usage(state, "%s: give the reason: --why REASON", v->name);
	if (option_is(a->verb, "transfer") != (a->amount != 0))
		prog_usage(state, "transfer: give --amount AMOUNT, in quote units; negative: withdrawn (and only there)");
	if (option_is(a->verb, "adopt") != (a->as != NULL))
		prog_usage(state, "adopt: say what it was: --as deposit, withdraw, convert or manual (and only there)");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'A': a->account = arg; return 0;
	case OPT_DB: a->db = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_LIVE: a->live = true; return 0;
	case OPT_WHY: a->why = arg; return 0;
	case OPT_AS:
		option_word(state, "as", arg, (const char *const[]){ "deposit", "withdraw", "convert", "manual", NULL });
		a->as = arg;
		return 0;
	case OPT_ABSENCE: a->absence_ms = option_duration(state, "absence", arg, 1000); return 0;
	case OPT_AMOUNT:
		if (!dec_parse(arg, strlen(arg), &a->amount) || a->amount == 0)
			prog_usage(state, "--amount: '%s' is not an amount like 500 or -200", arg);
		return 0;
	case OPT_FOR: a->for_ms = option_duration(state, "for", arg, 1000); return 0;
	case OPT_EVERY: a->every_ms = option_duration(state, "every", arg, 1000); return 0;
	case OPT_NOW: a->now_ms = option_time(state, "now", arg); return 0;
	case ARGP_KEY_ARG:
		if (!a->verb)
			a->verb = arg;
		else if (verb_of(a->verb) && verb_of(a->verb)->symbol && !a->symbol)
			a->symbol = arg;
		else
			prog_usage(state, "'%s': too many arguments", arg);
		return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* ---- decisions ---- */

static enum err take_decision(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct decision d;
	bool placed = false;
	enum err rc = record_read_kind(&kinds[KIND_DECISION], line, len, &d, e);

	if (!rc && d.status == DECISION_APPROVED)
		rc = desk_execute(&a->desk, &d, option_clock(a->now_ms), &placed, e);
	if (!rc && placed && !on_paper(a))
		rc = live_work(&a->session, true, e);
	return rc ? rc : prog_write_buf(&a->desk.lines, e);
}

/* What it could not finish is told when all lines are worked off. */
static enum err execute(struct args *a, struct error *e)
{
	enum err rc;

	a->desk.kinds = 1u << KIND_ORDER;
	prog_hint_terminal("decisions");
	rc = prog_lines(STDIN_FILENO, "stdin", take_decision, a, e);
	if (!rc && !on_paper(a))
		rc = live_act(&a->session, e);
	return rc;
}

static enum err act(struct args *a, struct error *e)
{
	struct error written;
	enum err rc;

	if (a->verb)
		a->desk.kinds = 1u << KIND_ORDER | 1u << KIND_TRADE | 1u << KIND_POSITION | 1u << KIND_EQUITY | 1u << KIND_EVENT | 1u << KIND_DECISION
			| 1u << KIND_TRANSFER;
	rc = a->verb ? verb_of(a->verb)->run(a, e) : execute(a, e);
	/* What was committed is written out, whatever came after it. */
	if (prog_write_buf(&a->desk.lines, rc ? &written : e) && !rc)
		rc = e->code;
	return rc;
}

/* Real money needs two words: the account's mode, and --live here. */
static enum err open_session(struct args *a, struct error *e)
{
	struct live_config c = { .now_ms = a->now_ms, .absence_ms = a->absence_ms, .stopping = prog_stopping };
	const struct account *account = a->desk.setup.account;
	enum err rc;

	if (account->mode == MODE_LIVE && !a->live)
		return error_set(e, ERR_CONFIG, "account %s is in mode live: real money is traded only with --live", a->account);
	rc = live_open(&a->session, &a->desk, &c, e);
	if (!rc && a->now_ms != TIME_NONE && !broker_is_local(a->session.b))
		return error_set(e, ERR_USAGE, "--now is refused at %s: only a simulated exchange on this machine has another clock", broker_host(a->session.b));
	return rc;
}

/* Two jobs must not step one account at once: the second waits, then gives up with exit 75. */
static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	char db[PATH_SIZE];
	int fd = -1;
	enum err rc;

	if (option_is(a->verb, "check"))
		return check_account(a, e);
	rc = path_db(a->db, db, e);
	if (!rc)
		rc = desk_open(&a->desk, a->config, a->db, a->account, e);
	if (rc)
		return rc;
	snprintf(a->lock, sizeof a->lock, "%s.%s.exec.lock", db, a->account);
	if (!a->verb || !verb_of(a->verb)->shares)
		rc = take_lock(a, &fd, e);
	if (!rc && !on_paper(a) && (!a->verb || verb_of(a->verb)->session))
		rc = open_session(a, e);
	if (!rc)
		rc = act(a, e);
	live_close(&a->session);
	desk_close(&a->desk);
	if (fd >= 0)
		close(fd);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = { .now_ms = TIME_NONE, .for_ms = MS_MINUTE, .every_ms = 2000 };
	static const struct prog prog = {
		.name = "ct-exec",
		.argp = { options, parse, "[check|sync|pending|watch|status|cancel [SYMBOL]|flatten [SYMBOL]|adopt [THING]|ignore [THING]|transfer]",
			"Carries out approved decisions, on paper or at the exchange.\n\n"
			"Reads decision records on stdin. A line only names a row of the database: it is carried out once, however often it "
			"comes, and refused if it differs from its row. Writes the order records it made. An order on paper is filled by "
			"the next bar, which `ct-exec sync` books; at the exchange it is sent at once, and never twice.\v"
			"Verbs:\n"
			"  check     may this account trade? key, clock, permissions, pairs, fees\n"
			"  sync      book what happened, and compare with the exchange\n"
			"  pending   carry out what is approved, or due, and not done\n"
			"  watch     look at resting entries without protection; protect what they buy\n"
			"  status    positions, orders on their way, what is unexplained\n"
			"  cancel    cancel resting entries, never protection; needs --why\n"
			"  flatten   sell every position (or one pair's); needs --why\n"
			"  adopt     take what is unexplained into the books, --as what it was\n"
			"  ignore    leave it beside the books for good; needs --why\n"
			"  transfer  deposit or withdraw demo money: needs --amount\n\n"
			"Example:\n"
			"  ct-exec sync -A main && ct-exec flatten -A main --why 'going on holiday'", NULL, NULL, NULL },
		.filter = true,
		.keeps_state = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
