/* ct-risk: signals to decisions, by the account's book and its gates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/grow.h"
#include "core/options.h"
#include "core/prog.h"
#include "core/utc.h"
#include "desk/desk.h"

enum { OPT_WHY = OPT_OWN, OPT_LIST };

struct args {
	const char *verb, *account, *db, *config, *why, *format;
	int64_t now_ms; /* TIME_NONE: the clock */
	bool list;
	struct desk desk;
	struct signal *step; /* signals of one t_ms */
	size_t count, cap;
};

static const struct argp_option options[] = {
	ROW_ACCOUNT, ROW_DB, ROW_CONFIG, ROW_NOW,
	{ "format", OPT_FORMAT, "FORMAT", 0, "status: table (default on a terminal) or json", 0 },
	{ "why", OPT_WHY, "REASON", 0, "halt, resume: the reason, which is recorded", 0 },
	{ "list", OPT_LIST, NULL, 0, "Print the gates, in the order in which they are asked", 0 },
	{ 0 },
};

static void check(const struct args *a, struct argp_state *state)
{
	if (a->verb && !option_is(a->verb, "halt") && !option_is(a->verb, "resume") && !option_is(a->verb, "status"))
		prog_usage(state, "'%s' is not a verb: halt, resume or status (signals are read on stdin)", a->verb);
	if (!a->account && !a->list)
		prog_usage(state, "which account? -A NAME");
	if (a->verb && !option_is(a->verb, "status") && (!a->why || !*a->why))
		prog_usage(state, "%s: give the reason: --why REASON", a->verb);
	if (a->format && !option_is(a->format, "table") && !option_is(a->format, "json"))
		prog_usage(state, "--format: '%s' is neither table nor json", a->format);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'A': a->account = arg; return 0;
	case OPT_DB: a->db = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_WHY: a->why = arg; return 0;
	case OPT_LIST: a->list = true; return 0;
	case OPT_FORMAT: a->format = arg; return 0;
	case OPT_NOW: a->now_ms = option_time(state, "now", arg); return 0;
	case ARGP_KEY_ARG:
		if (a->verb)
			prog_usage(state, "'%s': one verb is enough; signals are read on stdin", arg);
		a->verb = arg;
		return 0;
	case ARGP_KEY_END: check(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static enum err list_gates(struct error *e)
{
	enum err rc = OK;

	for (const struct gate *g = gates; !rc && g->name; g++) {
		const char *asked = g->breaker ? "breaker" : g->reduces && g->entries ? "both" : g->reduces ? "reduce" : "open";
		char line[256];
		int n = snprintf(line, sizeof line, "%-14s %-8s %s\n", g->name, asked, g->doc);

		rc = prog_write(line, (size_t)n, e);
	}
	return rc;
}

static enum err keep_line(void *ctx, const struct decision *d, struct error *e)
{
	struct desk *desk = ctx;

	record_write(&kinds[KIND_DECISION], d, &desk->pending);
	return desk->pending.failed ? error_memory(e) : OK;
}

/* One step: every signal of one t_ms in one transaction; its lines go out when it has committed. */
static enum err decide(struct args *a, struct error *e)
{
	enum err rc = desk_decide(&a->desk, option_clock(a->now_ms), a->step, a->count, e);

	a->count = 0;
	return rc ? rc : prog_write_buf(&a->desk.lines, e);
}

static enum err take_signal(void *ctx, char *line, size_t len, struct error *e)
{
	struct args *a = ctx;
	struct signal s;
	enum err rc = record_read_kind(&kinds[KIND_SIGNAL], line, len, &s, e);

	if (!rc)
		rc = engine_check_signal(a->desk.setup.account, &s, e);
	if (!rc && a->count && a->step[0].t_ms != s.t_ms)
		rc = decide(a, e);
	if (rc)
		return rc;
	if (grow(&a->step, &a->cap, a->count + 1, sizeof *a->step, e))
		return ERR_INTERNAL;
	a->step[a->count++] = s;
	return OK;
}

static enum err filter(struct args *a, struct error *e)
{
	enum err rc;

	prog_hint_terminal("signals");
	a->desk.engine.decided = keep_line;
	a->desk.engine.ctx = &a->desk;
	rc = prog_lines(STDIN_FILENO, "stdin", take_signal, a, e);
	if (!rc && !prog_stopping()) /* stopped: the step may lack signals, and half a step is not decided */
		rc = decide(a, e);
	free(a->step);
	return rc;
}

static void add_amount(struct buf *b, const char *name, dec v)
{
	char text[DEC_TEXT];

	dec_format(v, text);
	buf_addf(b, ",\"%s\":\"%s\"", name, text);
}

static void status_json(const struct book *k, const struct run *run, struct buf *b)
{
	const struct account_state *s = &k->state;

	buf_addf(b, "{\"account\":\"%s\",\"run\":\"%s\",\"settled_ms\":", s->account, run->id);
	if (s->settled_ms == TIME_NONE)
		buf_adds(b, "null");
	else
		buf_addf(b, "%lld", (long long)s->settled_ms);
	add_amount(b, "equity", s->equity);
	add_amount(b, "cash", s->cash);
	add_amount(b, "peak", s->peak);
	add_amount(b, "day_equity", s->day_equity);
	buf_addf(b, ",\"open_positions\":%zu,\"in_flight\":%zu,\"halted\":%s,\"halt_why\":", k->position_count, k->plan_count,
		s->halted ? "true" : "false");
	buf_add_json(b, s->halt_why, strlen(s->halt_why));
	buf_adds(b, ",\"breaker\":");
	buf_add_json(b, s->breaker, strlen(s->breaker));
	buf_adds(b, "}\n");
}

static void add_change(struct buf *b, const char *name, dec from, dec to, dec limit_pct)
{
	buf_addf(b, "%-15s%+.2f %%", name, from > 0 ? 100 * (dec_double(to) / dec_double(from) - 1) : 0.0);
	if (limit_pct != DEC_NONE)
		buf_addf(b, " (breaker at -%.2f %%)", dec_double(limit_pct));
	buf_addc(b, '\n');
}

static void status_table(const struct book *k, const struct risk_config *r, struct buf *b)
{
	const struct account_state *s = &k->state;
	char t[UTC_TEXT] = "never";

	if (s->settled_ms != TIME_NONE)
		utc_format(s->settled_ms, t);
	buf_addf(b, "account        %s\nsettled        %s\n", s->account, t);
	buf_addf(b, "equity         %.2f %s (cash %.2f)\n", dec_double(s->equity), k->quote, dec_double(s->cash));
	add_change(b, "today", s->day_equity, s->equity, r->daily_loss_pct);
	add_change(b, "from the peak", s->peak, s->equity, r->drawdown_pct);
	buf_addf(b, "positions      %zu open, %zu decisions in flight\n", k->position_count, k->plan_count);
	buf_addf(b, "halted         %s%s\n", s->halted ? "yes: " : "no", s->halt_why);
	buf_addf(b, "breaker        %s\n", s->breaker[0] ? s->breaker : "none latched");
}

static enum err status(struct args *a, struct error *e)
{
	bool table = a->format ? option_is(a->format, "table") : isatty(STDOUT_FILENO);
	struct buf b = { 0 };
	enum err rc = desk_look(&a->desk, e);

	if (!rc && table)
		status_table(&a->desk.ledger.book, &a->desk.setup.risk, &b);
	else if (!rc)
		status_json(&a->desk.ledger.book, &a->desk.setup.run, &b);
	if (!rc)
		rc = b.failed ? error_memory(e) : prog_write(b.data, b.len, e);
	buf_release(&b);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	enum err rc;

	if (a->list)
		return list_gates(e);
	rc = desk_open(&a->desk, a->config, a->db, a->account, e);
	if (rc)
		return rc;
	if (a->now_ms != TIME_NONE && a->desk.setup.account->mode == MODE_LIVE)
		rc = error_set(e, ERR_USAGE, "account %s is live: its clock cannot be set by --now", a->account);
	else if (!a->verb)
		rc = filter(a, e);
	else if (option_is(a->verb, "status"))
		rc = status(a, e);
	else if (option_is(a->verb, "halt"))
		rc = desk_halt(&a->desk, option_clock(a->now_ms), a->why, e);
	else
		rc = desk_resume(&a->desk, option_clock(a->now_ms), a->why, e);
	desk_close(&a->desk);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = { .now_ms = TIME_NONE };
	static const struct prog prog = {
		.name = "ct-risk",
		.argp = { options, parse, "[halt|resume|status]",
			"Decides on signals: sizes each, asks every gate, approves or refuses with the reason.\n\n"
			"Reads signal records on stdin and writes a decision record for each that asks for something. All signals of one "
			"close are decided in one transaction, reduces first. A refusal is data: the exit code stays 0.\v"
			"Verbs:\n"
			"  halt     no new entries until resume (needs --why)\n"
			"  resume   release a halt and a latched breaker (needs --why)\n"
			"  status   equity, limits, halts and breakers of the account\n\n"
			"Example:\n"
			"  ct-store candles -i 4h BTCUSDT | ct-signal -S donchian-4h |\n"
			"    ct-risk -A main | ct-exec -A main", NULL, NULL, NULL },
		.filter = true,
		.keeps_state = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
