/* ct-sim: a local exchange. Binance's REST API on loopback, over candles from files or a generated market. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "model/config.h"
#include "sim/sim.h"

#define BARS_MAX 8000000 /* of one generated series */

enum {
	OPT_DATA = OPT_OWN, OPT_GENERATE, OPT_FROM, OPT_OUTAGES, OPT_EXCHANGE_INFO, OPT_CLOCK, OPT_SPEED, OPT_BIND, OPT_PORT, OPT_PORT_FILE,
	OPT_WEIGHT_LIMIT, OPT_WEIGHT_WINDOW, OPT_BAN_AFTER, OPT_BAN_TIME, OPT_ACCOUNTS, OPT_STATE, OPT_FAULT, OPT_EXIT_WITH_PARENT
};

static const struct argp_option options[] = {
	{ "data", OPT_DATA, "DIR", 0, "Candles from the files in DIR and its folders named SYMBOL-INTERVAL.csv, plain or compressed, or .zip", 0 },
	{ "generate", OPT_GENERATE, "SEED", 0, "Candles of a made-up market instead: the same number gives the same candles", 0 },
	{ "interval", 'i', "INTERVAL", 0, "The made-up market's shortest interval (default: 1h); longer ones are made of it", 0 },
	{ "from", OPT_FROM, "TIME", 0, "Open time of the made-up market's first candle (default: 2020-01-01)", 0 },
	{ "outages", OPT_OUTAGES, "N", 0, "Outages a year of the made-up market, which leave gaps in all pairs (default: 2)", 0 },
	ROW_SYMBOLS,
	{ "exchange-info", OPT_EXCHANGE_INFO, "FILE", 0, "A captured exchangeInfo (JSON, plain or compressed) for the pairs' rules", 0 },
	{ "clock", OPT_CLOCK, "TIME", 0, "The exchange's time, which stands still (with --speed: runs on) from there; default: the real time", 0 },
	{ "speed", OPT_SPEED, "N", 0, "Let the exchange's time run N times as fast as the real one", 0 },
	{ "bind", OPT_BIND, "ADDRESS", 0, "Only 127.0.0.1, which is the default: nothing but this machine is ever served", 0 },
	{ "port", OPT_PORT, "N", 0, "Port to listen on; 0 (default): a free one, told on stdout", 0 },
	{ "port-file", OPT_PORT_FILE, "FILE", 0, "Write the port to FILE as soon as requests are answered", 0 },
	{ "weight-limit", OPT_WEIGHT_LIMIT, "N", 0, "Request weight in one window (default: 6000)", 0 },
	{ "weight-window", OPT_WEIGHT_WINDOW, "TIME", 0, "Length of the window of --weight-limit, in real time (default: 1m)", 0 },
	{ "ban-after", OPT_BAN_AFTER, "N", 0, "Requests refused with 429 in one window before a ban (default: 5)", 0 },
	{ "ban-time", OPT_BAN_TIME, "TIME", 0, "Length of the first ban; each further one is twice as long (default: 2m)", 0 },
	{ "accounts", OPT_ACCOUNTS, "FILE", 0, "Accounts with keys and balances: the signed routes are served too", 0 },
	{ "state", OPT_STATE, "FILE", 0, "Load the accounts' balances and orders from FILE, if it is there, and save them at the end", 0 },
	{ "fault", OPT_FAULT, "FILE", 0, "Faults on demand: a JSON list, or a file with it", 0 },
	{ "exit-with-parent", OPT_EXIT_WITH_PARENT, NULL, 0, "End when the program that started this one ends", 0 },
	{ 0 },
};

struct args {
	struct sim_config config;
	const char *from, *clock, *symbols_file, *port_file;
	bool generate, exit_with_parent;
	const char **names;
	char (*file_names)[SYMBOL_SIZE];
};

static int64_t length(struct argp_state *state, const char *option, const char *arg)
{
	int64_t ms;

	if (!duration_parse(arg, &ms) || ms < MS_SECOND || ms > 3 * MS_DAY || ms % MS_SECOND)
		prog_usage(state, "--%s: '%s' is not whole seconds, such as 90s or 2m, of at most 3d", option, arg);
	return ms;
}

static uint64_t seed(struct argp_state *state, const char *arg)
{
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(arg, &end, 10);
	if (errno || *arg < '0' || *arg > '9' || *end)
		prog_usage(state, "--generate: '%s' is not a number of at most 64 bits", arg);
	return v;
}

static void add_name(struct args *a, const char *name, struct argp_state *state)
{
	const char **names = realloc(a->names, (a->config.symbol_count + 1) * sizeof *names);

	if (!names)
		prog_usage(state, "out of memory");
	if (!*name || strlen(name) >= SYMBOL_SIZE || strpbrk(name, " \t/\"\\"))
		prog_usage(state, "'%s' is not a symbol", name);
	names[a->config.symbol_count++] = name;
	a->names = names;
}

static void check_whole(const struct args *a, struct argp_state *state)
{
	if (a->generate == (a->config.data != NULL))
		prog_usage(state, "one of --data and --generate is needed: where the candles come from");
	if (a->config.state && !a->config.accounts)
		prog_usage(state, "--state needs --accounts: it is their state");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	struct sim_config *c = &a->config;
	int interval;

	switch (key) {
	case OPT_DATA: c->data = arg; return 0;
	case OPT_GENERATE:
		c->seed = seed(state, arg);
		a->generate = true;
		return 0;
	case 'i':
		interval = interval_find(arg);
		if (interval < 0 || interval > INTERVAL_1D)
			prog_usage(state, "--interval: '%s' is not one of 1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d", arg);
		c->interval = (enum interval)interval;
		return 0;
	case OPT_FROM: a->from = arg; return 0;
	case OPT_OUTAGES: c->outages_per_year = option_real(state, "outages", arg, 0, 12); return 0;
	case OPT_SYMBOLS: a->symbols_file = arg; return 0;
	case OPT_EXCHANGE_INFO: c->exchange_info = arg; return 0;
	case OPT_CLOCK: a->clock = arg; return 0;
	case OPT_SPEED: c->speed = option_real(state, "speed", arg, 0, 1e6); return 0;
	case OPT_BIND:
		if (strcmp(arg, "127.0.0.1") != 0 && strcmp(arg, "localhost") != 0)
			prog_usage(state, "--bind: '%s' is refused: only 127.0.0.1 is served", arg);
		return 0;
	case OPT_PORT: c->port = (int)option_count(state, "port", arg, 0, 65535); return 0;
	case OPT_PORT_FILE: a->port_file = arg; return 0;
	case OPT_WEIGHT_LIMIT: c->weight_limit = option_count(state, "weight-limit", arg, 1, 1000000000); return 0;
	case OPT_WEIGHT_WINDOW: c->weight_window_ms = length(state, "weight-window", arg); return 0;
	case OPT_BAN_AFTER: c->ban_after = option_count(state, "ban-after", arg, 0, 1000000); return 0;
	case OPT_BAN_TIME: c->ban_ms = length(state, "ban-time", arg); return 0;
	case OPT_ACCOUNTS: c->accounts = arg; return 0;
	case OPT_STATE: c->state = arg; return 0;
	case OPT_FAULT: c->faults = arg; return 0;
	case OPT_EXIT_WITH_PARENT: a->exit_with_parent = true; return 0;
	case ARGP_KEY_ARG: add_name(a, arg, state); return 0;
	case ARGP_KEY_END: check_whole(a, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void warn(const struct error *e)
{
	log_error(e, NULL);
}

/* Times as they were typed; --speed without --clock starts at the real time. */
static enum err set_times(struct args *a, struct error *e)
{
	struct sim_config *c = &a->config;
	int64_t now_ms = utc_now_ms();

	if (!utc_parse(a->from, now_ms, &c->from_ms))
		return error_set(e, ERR_USAGE, "--from: '%s' is not a time like " UTC_FORMS, a->from);
	c->clock_ms = now_ms;
	c->clock_given = a->clock != NULL;
	if (a->clock && !utc_parse(a->clock, now_ms, &c->clock_ms))
		return error_set(e, ERR_USAGE, "--clock: '%s' is not a time like " UTC_FORMS, a->clock);
	if (c->speed < 0) /* not given */
		c->speed = a->clock || c->state ? 0 : 1;
	if (a->generate && (c->clock_ms - c->from_ms) / interval_ms(c->interval) > BARS_MAX)
		return error_set(e, ERR_USAGE, "--from: more than %d candles of %s until the clock's time; start later", BARS_MAX, interval_names[c->interval]);
	return OK;
}

static enum err add_symbols_file(struct args *a, struct error *e)
{
	char config[PATH_SIZE], path[PATH_SIZE];
	size_t n;
	enum err rc = path_config(NULL, config, e);

	if (!rc)
		rc = path_find(config, "symbols", a->symbols_file, path, e);
	if (!rc)
		rc = symbols_load(path, NULL, &a->file_names, &n, e);
	for (size_t i = 0; !rc && i < n; i++)
		add_name(a, a->file_names[i], NULL);
	return rc;
}

static enum err leave_with_parent(struct error *e)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		return error_set(e, ERR_INTERNAL, "cannot follow the parent: %s", strerror(errno));
	if (getppid() != parent)
		raise(SIGTERM); /* it has gone in between */
	return OK;
}

/* Where the exchange is: one line on stdout, and the port file. */
static enum err announce(const struct args *a, int port, struct error *e)
{
	char line[128];
	int n = snprintf(line, sizeof line, "{\"kind\":\"listening\",\"v\":1,\"url\":\"http://127.0.0.1:%d\",\"port\":%d}\n", port, port);
	enum err rc = prog_write(line, (size_t)n, e);

	if (!rc)
		rc = prog_flush(e);
	n = snprintf(line, sizeof line, "%d\n", port);
	if (!rc && a->port_file)
		rc = file_replace(a->port_file, line, (size_t)n, e);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	struct sim *sim = NULL;
	enum err rc = set_times(a, e);

	if (!rc && a->exit_with_parent)
		rc = leave_with_parent(e);
	if (!rc && a->symbols_file)
		rc = add_symbols_file(a, e);
	a->config.symbols = a->names;
	a->config.warn = warn;
	if (!rc)
		rc = sim_new(&a->config, &sim, e);
	if (!rc)
		rc = announce(a, sim_port(sim), e);
	if (!rc)
		rc = sim_run(sim, prog_stopping, e);
	sim_free(sim);
	free(a->names);
	free(a->file_names);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = {
		.config = { .interval = INTERVAL_1H, .outages_per_year = 2, .speed = -1, .weight_limit = 6000, .weight_window_ms = MS_MINUTE, .ban_after = 5,
			.ban_ms = 2 * MS_MINUTE },
		.from = "2020-01-01",
	};
	static const struct prog prog = {
		.name = "ct-sim",
		.argp = { options, parse, "[SYMBOL…]", "A local Binance on loopback: spot with accounts, candles of futures and the bulk archive, over candles "
			"from files or a made-up market, on a clock of its own, with faults on demand.\vct-sim(1) tells of the requests under /sim that move the clock and "
			"make faults.", NULL, NULL, NULL },
		.keeps_state = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
