/* ct-exec: approved decisions to orders. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "desk/desk.h"

enum { OPT_WHY = OPT_OWN, OPT_AMOUNT };

struct args {
	const char *verb, *symbol, *account, *db, *config, *why;
	int64_t now_ms; /* TIME_NONE: the clock */
	dec amount;     /* 0: none given */
	struct desk desk;
};

static const struct argp_option options[] = {
	ROW_ACCOUNT, ROW_DB, ROW_CONFIG, ROW_NOW,
	{ "why", OPT_WHY, "REASON", 0, "flatten, transfer: the reason, which is recorded", 0 },
	{ "amount", OPT_AMOUNT, "AMOUNT", 0, "transfer: what is deposited, in quote units; negative: withdrawn", 0 },
	{ 0 },
};

static void check(const struct args *a, struct argp_state *state)
{
	if (a->verb && !option_is(a->verb, "sync") && !option_is(a->verb, "pending") && !option_is(a->verb, "flatten") && !option_is(a->verb, "transfer"))
		prog_usage(state, "'%s' is not a verb: sync, pending, flatten or transfer (decisions are read on stdin)", a->verb);
	if (!a->account)
		prog_usage(state, "which account? -A NAME");
	if (option_is(a->verb, "flatten") && (!a->why || !*a->why))
		prog_usage(state, "flatten: give the reason: --why REASON");
	if (option_is(a->verb, "transfer") != (a->amount != 0))
		prog_usage(state, "transfer: give --amount AMOUNT, in quote units; negative: withdrawn (and only there)");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'A': a->account = arg; return 0;
	case OPT_DB: a->db = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_WHY: a->why = arg; return 0;
	case OPT_AMOUNT:
		if (!dec_parse(arg, strlen(arg), &a->amount) || a->amount == 0)
			prog_usage(state, "--amount: '%s' is not an amount like 500 or -200", arg);
		return 0;
	case OPT_NOW: a->now_ms = option_time(state, "now", arg); return 0;
	case ARGP_KEY_ARG:
		if (!a->verb)
			a->verb = arg;
		else if (option_is(a->verb, "flatten") && !a->symbol)
			a->symbol = arg;
		else
			prog_usage(state, "'%s': too many arguments", arg);
		return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static enum err take_decision(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct decision d;
	bool placed;
	enum err rc = record_read_kind(&kinds[KIND_DECISION], line, len, &d, e);

	if (!rc && d.status == DECISION_APPROVED)
		rc = desk_execute(&a->desk, &d, option_clock(a->now_ms), &placed, e);
	return rc ? rc : prog_write_buf(&a->desk.lines, e);
}

static enum err sync_account(struct args *a, struct error *e)
{
	struct buf late = { .max = 1 << 16 };
	enum err rc = desk_sync_paper(&a->desk, option_clock(a->now_ms), &late, e);

	if (!rc && late.len)
		log_line(LOG_WARN, "account %s: no closed candle yet for %s: left out of this step", a->account, late.data);
	buf_release(&late);
	return rc;
}

/* The book must stand at the newest close: money that comes now was not there before. */
static enum err transfer(struct args *a, struct error *e)
{
	int64_t now_ms = option_clock(a->now_ms);
	bool booked;
	enum err rc = desk_sync_paper(&a->desk, now_ms, NULL, e);

	if (!rc)
		rc = desk_transfer(&a->desk, a->amount, now_ms, a->why ? a->why : "by hand", &booked, e);
	if (!rc && !booked)
		log_line(LOG_WARN, "it is booked already");
	return rc;
}

static enum err act(struct args *a, struct error *e)
{
	struct desk *d = &a->desk;
	size_t n = 0;
	enum err rc;

	if (!a->verb) {
		d->kinds = 1u << KIND_ORDER;
		prog_hint_terminal("decisions");
		return prog_lines(STDIN_FILENO, "stdin", take_decision, a, e);
	}
	d->kinds = 1u << KIND_ORDER | 1u << KIND_TRADE | 1u << KIND_POSITION | 1u << KIND_EQUITY | 1u << KIND_EVENT | 1u << KIND_DECISION
		| 1u << KIND_TRANSFER;
	if (option_is(a->verb, "sync")) {
		rc = sync_account(a, e);
	} else if (option_is(a->verb, "pending")) {
		rc = desk_execute_pending(d, option_clock(a->now_ms), &n, e);
	} else if (option_is(a->verb, "transfer")) {
		rc = transfer(a, e);
	} else {
		rc = engine_flatten(&d->engine, option_clock(a->now_ms), a->symbol, a->why, &n, e);
		if (!rc)
			log_line(LOG_INFO, "%zu exits at the next open", n);
	}
	return rc ? rc : prog_write_buf(&d->lines, e);
}

/* Two jobs must not step one account at once: the second waits, then gives up with exit 75. */
static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	char db[PATH_SIZE], lock[PATH_SIZE + NAME_SIZE + 16];
	int fd = -1;
	enum err rc = path_db(a->db, db, e);

	if (!rc)
		rc = desk_open(&a->desk, a->config, a->db, a->account, e);
	if (rc)
		return rc;
	snprintf(lock, sizeof lock, "%s.%s.exec.lock", db, a->account);
	rc = lock_take(lock, 10000, &fd, e);
	if (!rc && a->desk.setup.account->mode != MODE_PAPER)
		rc = error_set(e, ERR_CONFIG, "account %s is in mode %s: this version trades on paper only", a->account,
			mode_names[a->desk.setup.account->mode]);
	if (!rc)
		rc = act(a, e);
	desk_close(&a->desk);
	if (fd >= 0)
		close(fd);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = { .now_ms = TIME_NONE };
	static const struct prog prog = {
		.name = "ct-exec",
		.argp = { options, parse, "[sync|pending|flatten [SYMBOL]|transfer]",
			"Carries out approved decisions, on paper.\n\n"
			"Reads decision records on stdin. A line only names a row of the database: it is carried out once, however often it "
			"comes, and refused if it differs from its row. Writes the order records it made. An order on paper is filled by "
			"the next bar, which `ct-exec sync` books.\v"
			"Verbs:\n"
			"  sync      book each closed candle: fills, exits, trailing stops, equity\n"
			"  pending   carry out what a killed step left approved and unexpired\n"
			"  flatten   sell every position (or one pair's) at the next open; needs --why\n"
			"  transfer  deposit or withdraw demo money: needs --amount\n\n"
			"Example:\n"
			"  ct-exec sync -A main && ct-exec flatten -A main --why 'going on holiday'", NULL, NULL, NULL },
		.filter = true,
		.keeps_state = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
