/* ct-fetch: market data in. Closed candles, the exchange's rules for its pairs, funding payments, as records. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "haul/archive.h"
#include "model/config.h"
#include "model/names.h"
#include "model/wanted.h"

#define LAST_MAX 10000000

enum { OPT_BASE_URL = OPT_OWN, OPT_PARALLEL, OPT_RETRIES, OPT_PATIENCE, OPT_TIMEOUT, OPT_WAIT_CLOSED, OPT_ARCHIVE_URL, OPT_SERIES };

static const struct argp_option option_rows[] = {
	{ "market", 'm', "MARKET", 0, "Market: spot, or um: USDT-M futures (default: that of the symbols file, or spot)", 0 },
	ROW_INTERVAL, ROW_SINCE, ROW_UNTIL, ROW_LAST, ROW_SYMBOLS, ROW_OUTPUT,
	{ "now", OPT_NOW, "TIME", 0, "Only candles closed before TIME (default: the exchange's clock, which also has to agree)", 0 },
	{ "wait-closed", OPT_WAIT_CLOSED, "TIME", 0, "Wait up to TIME for a newest candle that should be closed but is not served yet (default: 0s)", 0 },
	{ "base-url", OPT_BASE_URL, "URL", 0, "Address of the exchange (default: CT_BINANCE_URL, or Binance's own for the market)", 0 },
	{ "archive-url", OPT_ARCHIVE_URL, "URL", 0, "Address of the bulk archive (default: CT_ARCHIVE_URL, or Binance's own)", 0 },
	{ "series", OPT_SERIES, "SERIES", 0, "archive: candles (default), or funding: payments of --market um", 0 },
	{ "parallel", OPT_PARALLEL, "N", 0, "Requests or files at once, 1 to 16 (default: 4)", 0 },
	{ "retries", OPT_RETRIES, "N", 0, "Tries of a request after the first, 0 to 20 (default: 5)", 0 },
	{ "patience", OPT_PATIENCE, "TIME", 0, "Time for all tries of one request (default: 60s)", 0 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0, "Time for one try (default: 15s)", 0 },
	{ 0 },
};

struct options {
	enum verb { VERB_NONE, VERB_CANDLES, VERB_SYMBOLS, VERB_FUNDING, VERB_ARCHIVE } verb;
	bool from_stdin;
	int market, interval; /* -1: not said */
	int64_t last_n, wait_closed_ms;
	const char *since, *until, *now, *symbols_file, *output;
	bool funding; /* not candles */
	struct names names;

	struct tell tell;
	struct api api;
	struct archive archive;
};

static void tell_totals(const struct fetch *f)
{
	struct fetch_totals t = fetch_totals(f);

	log_line(LOG_INFO, "%ld rows of %ld series, %ld requests, of which %ld repeated; the least for these rows is %ld; longest wait for the budget %lld ms",
		t.rows, t.series, t.requests, t.repeated, t.least, (long long)t.budget_wait_ms);
	for (size_t m = 0; m < MARKET_COUNT; m++)
		if (f->markets[m].venue)
			log_line(LOG_INFO, "%s: the exchange's clock less ours %lld ms", market_names[m], (long long)f->markets[m].clock.offset_ms);
}

static enum err fetch_series(struct options *o, struct error *e)
{
	struct fetch *f = &o->api.fetch;
	struct fetch_range range = { TIME_NONE, o->last_n, o->wait_closed_ms };
	enum err rc;

	if (f->count == 0)
		return OK;
	if (o->now)
		utc_parse(o->now, utc_now_ms(), &range.now_ms);
	o->api.sole = f->count == 1;
	rc = api_run(&o->api, &range, e);
	tell_totals(f);
	if (rc || f->failed < f->count)
		return rc;
	*e = f->first; /* nothing came: the program's own failure */
	return e->code;
}

static enum err fetch_archive(struct options *o, struct error *e)
{
	struct archive *a = &o->archive;
	long requests = 0;
	enum err rc;

	if (!a->url)
		a->url = getenv("CT_ARCHIVE_URL");
	if (!a->url)
		a->url = "https://data.binance.vision";
	if (o->now)
		utc_parse(o->now, utc_now_ms(), &a->now_ms);
	rc = archive_run(a, e);
	for (size_t m = 0; m < MARKET_COUNT; m++)
		requests += o->api.venues[m] ? venue_counts(o->api.venues[m])->requests : 0;
	log_line(LOG_INFO, "%lld rows of %zu series: %ld files (%.1f MiB), %ld not there, %ld bad; %ld requests to the API", (long long)o->tell.rows, a->count,
		a->files, (double)a->bytes / (1 << 20), a->missing, a->bad, requests);
	return rc;
}

static enum err report_unknown(struct options *o, const struct symbol *rows, size_t n, struct error *e)
{
	char message[SYMBOL_SIZE + 64];
	enum err rc = OK;

	for (size_t i = 0; i < o->names.count && !rc; i++) {
		size_t k = 0;

		while (k < n && strcmp(rows[k].symbol, o->names.rows[i]) != 0)
			k++;
		if (k < n)
			continue;
		snprintf(message, sizeof message, "the exchange does not know the pair '%s'", o->names.rows[i]);
		rc = n ? tell_event(&o->tell, NULL, TELL_FAILED, o->names.rows[i], rows[0].t_ms, message, false, e) : error_set(e, ERR_DATA, "%s", message);
	}
	return rc;
}

/* As it was said; else as the file of symbols says. */
static int market_of(const struct options *o)
{
	return o->market >= 0 ? o->market : o->names.of_market ? o->names.market : MARKET_SPOT;
}

static enum err fetch_symbols(struct options *o, struct error *e)
{
	struct symbol *rows = NULL;
	char message[64];
	size_t n = 0;
	struct venue *venue;
	enum err rc = api_venue(&o->api, market_of(o), &venue, e);

	if (!rc)
		rc = venue_symbols(venue, o->names.rows, o->names.count, &rows, &n, e);
	for (size_t i = 0; i < n && !rc; i++)
		rc = tell_record(&o->tell, KIND_SYMBOL, &rows[i], e);
	if (!rc)
		rc = report_unknown(o, rows, n, e);
	if (!rc && n && !o->names.count) {
		snprintf(message, sizeof message, "%s: all its pairs, %zu", market_names[rows[0].market], n);
		rc = tell_event(&o->tell, NULL, TELL_LISTING, "", rows[0].t_ms, message, false, e);
	}
	free(rows);
	return rc;
}

static enum err add(struct options *o, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e)
{
	if (o->verb == VERB_ARCHIVE)
		return archive_add(&o->archive, market, symbol, interval, since, until, e);
	return api_add(&o->api, market, symbol, interval, since, until, NULL, e);
}

/* A line of what `ct-store wanted` writes. */
static enum err on_wanted(void *ctx, char *line, size_t len, struct error *e)
{
	struct wanted w;
	enum err rc = record_read_kind(&wanted_kind, line, len, &w, e);

	return rc ? rc : add(ctx, w.market, w.symbol, w.interval, w.since, w.until, e);
}

static enum err collect(struct options *o, struct error *e)
{
	int64_t since = TIME_NONE, until = TIME_NONE;
	enum err rc = o->symbols_file ? names_add_file(&o->names, o->symbols_file, e) : OK;

	if (rc || o->verb == VERB_SYMBOLS)
		return rc;
	if (o->from_stdin) {
		prog_hint_terminal("the list of what to fetch");
		return prog_lines(STDIN_FILENO, "stdin", on_wanted, o, e);
	}
	if (o->since)
		utc_parse(o->since, utc_now_ms(), &since);
	if (o->until && strcmp(o->until, "now") != 0)
		utc_parse(o->until, utc_now_ms(), &until);
	for (size_t i = 0; i < o->names.count && !rc; i++)
		rc = add(o, market_of(o), o->names.rows[i], o->funding ? FETCH_FUNDING : o->interval, since, until, e);
	return rc;
}

static enum err redirect(const char *file, struct error *e)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", file, strerror(errno));
	close(fd);
	return OK;
}

static enum err run(void *args, struct error *e)
{
	struct options *o = args;
	enum err rc = tell_init(&o->tell, e);

	o->api.tell = &o->tell;
	o->archive.api = &o->api;
	if (!o->api.config.base_url)
		o->api.config.base_url = getenv("CT_BINANCE_URL");
	if (!rc)
		rc = collect(o, e);
	if (!rc && o->output)
		rc = redirect(o->output, e);
	if (!rc)
		rc = o->verb == VERB_SYMBOLS ? fetch_symbols(o, e) : o->verb == VERB_ARCHIVE ? fetch_archive(o, e) : fetch_series(o, e);
	archive_close(&o->archive);
	api_close(&o->api);
	tell_release(&o->tell);
	names_release(&o->names);
	return rc;
}

static const char *checked_time(struct argp_state *state, const char *option, const char *text)
{
	option_time(state, option, text);
	return text;
}

static const char *const verbs[] = { "", "candles", "symbols", "funding", "archive" };

static void parse_argument(struct options *o, char *arg, struct argp_state *state)
{
	struct error e;

	if (o->verb == VERB_NONE) {
		for (int i = VERB_CANDLES; i <= VERB_ARCHIVE; i++)
			if (strcmp(arg, verbs[i]) == 0)
				o->verb = (enum verb)i;
		if (o->verb == VERB_NONE)
			prog_usage(state, "'%s' is not candles, symbols, funding or archive", arg);
		o->funding |= o->verb == VERB_FUNDING;
	} else if ((o->verb == VERB_CANDLES || o->verb == VERB_ARCHIVE) && strcmp(arg, "-") == 0) {
		o->from_stdin = true;
	} else if (names_add(&o->names, arg, &e)) {
		prog_usage(state, "%s", e.message);
	}
}

/* What only shows once all options are known. */
static void check_usage(const struct options *o, struct argp_state *state)
{
	bool range = o->since || o->until || o->last_n, named = o->names.count || o->symbols_file;

	if (o->verb == VERB_NONE)
		prog_usage(state, "a verb is missing: candles, symbols, funding or archive");
	if (o->verb == VERB_SYMBOLS && (range || o->interval >= 0))
		prog_usage(state, "symbols takes no interval and no times");
	if (o->verb != VERB_ARCHIVE && (o->archive.url || (o->funding && o->verb != VERB_FUNDING)))
		prog_usage(state, "%s is for archive", o->archive.url ? "--archive-url" : "--series");
	if (o->verb == VERB_ARCHIVE && (o->last_n || o->wait_closed_ms))
		prog_usage(state, "archive takes no %s", o->last_n ? "--last" : "--wait-closed");
	if (o->verb == VERB_SYMBOLS)
		return;
	if (o->from_stdin && (range || named || o->interval >= 0 || o->market >= 0 || o->funding))
		prog_usage(state, "'-' reads markets, pairs, intervals and times from stdin: give none of them here");
	if (o->from_stdin)
		return;
	if (o->funding && ((o->market != MARKET_UM && (o->market >= 0 || !o->symbols_file)) || !named || !o->since || o->interval >= 0 || o->last_n))
		prog_usage(state, "funding is for --market um, pairs by name or --symbols, and --since (--until); it takes no interval");
	if (o->since && o->until)
		option_period(state, option_time(state, "since", o->since), option_time(state, "until", o->until));
	if (o->funding)
		return;
	if (!named)
		prog_usage(state, "no pair is named: give SYMBOL…, --symbols FILE, or - for a list on stdin");
	if (o->interval < 0)
		prog_usage(state, "--interval is missing");
	if (!o->since && !o->last_n)
		prog_usage(state, o->verb == VERB_ARCHIVE ? "--since is missing" : "--since or --last is missing");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'm':
		o->market = market_find(arg);
		if (o->market < 0)
			prog_usage(state, "--market: '%s' is neither spot nor um", arg);
		break;
	case 'i':
		o->interval = interval_find(arg);
		if (o->interval < 0)
			prog_usage(state, "--interval: '%s' is none of 1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M", arg);
		break;
	case OPT_SINCE: o->since = checked_time(state, "since", arg); break;
	case OPT_UNTIL: o->until = checked_time(state, "until", arg); break;
	case OPT_NOW: o->now = checked_time(state, "now", arg); break;
	case OPT_LAST: o->last_n = option_count(state, "last", arg, 1, LAST_MAX); break;
	case OPT_SYMBOLS: o->symbols_file = arg; break;
	case 'o': o->output = arg; break;
	case OPT_ARCHIVE_URL: o->archive.url = arg; break;
	case OPT_SERIES:
		if (strcmp(arg, "candles") != 0 && strcmp(arg, "funding") != 0)
			prog_usage(state, "--series: '%s' is neither candles nor funding", arg);
		o->funding = arg[0] == 'f';
		break;
	case OPT_WAIT_CLOSED: o->wait_closed_ms = option_duration(state, "wait-closed", arg, 0); break;
	case OPT_BASE_URL: o->api.config.base_url = arg; break;
	case OPT_PARALLEL: o->api.config.parallel = (size_t)option_count(state, "parallel", arg, 1, 16); break;
	case OPT_RETRIES: o->api.config.retries = (int)option_count(state, "retries", arg, 0, 20); break;
	case OPT_PATIENCE: o->api.config.patience_ms = option_duration(state, "patience", arg, MS_SECOND); break;
	case OPT_TIMEOUT: o->api.config.timeout_ms = option_duration(state, "timeout", arg, MS_SECOND); break;
	case ARGP_KEY_ARG: parse_argument(o, arg, state); break;
	case ARGP_KEY_END: check_usage(o, state); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct options o = { .market = -1, .interval = -1, .archive = { .now_ms = TIME_NONE },
		.api.config = { .parallel = 4, .retries = 5, .patience_ms = 60 * MS_SECOND, .timeout_ms = 15 * MS_SECOND, .stopping = prog_stopping } };
	static const struct prog prog = {
		.name = "ct-fetch",
		.argp = { option_rows, parse, "candles SYMBOL… -i INTERVAL --since TIME\ncandles -\nsymbols [SYMBOL…]\nfunding -m um SYMBOL… --since TIME\n"
			"archive SYMBOL… -i INTERVAL --since TIME\narchive -",
			"Market data in: closed candles, the exchange's rules for its pairs, and funding payments, as records.\v"
			"Verbs:\n"
			"  candles   closed candles of the pairs named, or what a list on stdin asks for\n"
			"  symbols   pairs and the exchange's rules for them; all without names\n"
			"  funding   funding payments of perpetual futures (--market um)\n"
			"  archive   long series from Binance's bulk archive, what it lacks from the API\n\n"
			"A gap, an impossible bar or a pair that cannot be fetched becomes an event record among the candles; the other pairs go on.\n\n"
			"Example:\n"
			"  ct-store wanted -A main | ct-fetch candles - | ct-store put",
			NULL, NULL, NULL },
		.run = run,
	};

	return prog_main(&prog, argc, argv, &o);
}
