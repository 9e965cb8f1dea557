/* ct-fetch: market data in. Closed candles and the exchange's rules for its pairs, as records. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "model/config.h"
#include "model/id.h"
#include "model/record.h"
#include "venue/history.h"

#define JOBS_MAX 5000
#define LAST_MAX 10000000
#define RUN_MS 200 /* between looks at signals and progress */

enum { OPT_BASE_URL = OPT_OWN, OPT_PARALLEL, OPT_RETRIES, OPT_PATIENCE, OPT_TIMEOUT, OPT_WAIT_CLOSED };

static const struct argp_option options[] = {
	ROW_MARKET, ROW_INTERVAL, ROW_SINCE, ROW_UNTIL, ROW_LAST, ROW_SYMBOLS, ROW_OUTPUT,
	{ "now", OPT_NOW, "TIME", 0, "Only candles closed before TIME (default: the exchange's clock, which also has to agree)", 0 },
	{ "wait-closed", OPT_WAIT_CLOSED, "TIME", 0, "Wait up to TIME for a newest candle that should be closed but is not served yet (default: 0s)", 0 },
	{ "base-url", OPT_BASE_URL, "URL", 0, "Address of the exchange (default: CT_BINANCE_URL, or https://data-api.binance.vision)", 0 },
	{ "parallel", OPT_PARALLEL, "N", 0, "Requests at once, 1 to 16 (default: 4)", 0 },
	{ "retries", OPT_RETRIES, "N", 0, "Tries of a request after the first, 0 to 20 (default: 5)", 0 },
	{ "patience", OPT_PATIENCE, "TIME", 0, "Time for all tries of one request (default: 60s)", 0 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0, "Time for one try (default: 15s)", 0 },
	{ 0 },
};

struct job {
	struct history history;
	struct candle_query query;
	struct fetch *fetch;
	int64_t since, until; /* TIME_NONE: not given */
	enum err rc;
};

struct fetch {
	enum verb { VERB_NONE, VERB_CANDLES, VERB_SYMBOLS } verb;
	bool from_stdin;
	int interval;
	int64_t last_n, wait_closed_ms;
	const char *since, *until, *now, *symbols_file, *output;
	struct venue_config config;
	char (*names)[SYMBOL_SIZE];
	size_t name_count;

	struct venue *venue;
	struct digest *digest;
	struct buf line;
	struct job *jobs;
	size_t job_count, failed;
	int64_t now_ms;      /* --now, or the exchange's clock */
	struct error first;  /* what the first job that failed failed of */
	enum err rc;         /* the output's or the machine's trouble: ends all */
	struct error error;
};

static const struct {
	const char *code;
	enum event_level level;
	enum log_level log;
} findings[FINDING_COUNT] = {
	[FINDING_STARTS_LATE] = { "fetch.starts_late", EVENT_INFO, LOG_INFO },
	[FINDING_GAP] = { "fetch.gap", EVENT_WARN, LOG_INFO },
	[FINDING_DUPLICATE] = { "fetch.duplicate", EVENT_WARN, LOG_INFO },
	[FINDING_BAD] = { "fetch.bad_candle", EVENT_WARN, LOG_INFO },
	[FINDING_LATE] = { "fetch.late", EVENT_WARN, LOG_INFO },
	[FINDING_FAILED] = { "fetch.failed", EVENT_WARN, LOG_WARN },
};

static enum err write_line(struct fetch *f, struct error *e)
{
	enum err rc = f->line.failed ? error_memory(e) : prog_write(f->line.data, f->line.len, e);

	buf_clear(&f->line);
	return rc;
}

/* interval "": the finding is about the pair as such. The id is the same whenever the same is found again. */
static enum err write_event(struct fetch *f, const char *symbol, const char *interval, enum finding what, int64_t t_ms, const char *message,
	struct error *e)
{
	struct event event = { .level = findings[what].level, .t_ms = t_ms };
	char series[SYMBOL_SIZE + 16];

	snprintf(series, sizeof series, "%s/%s", symbol, interval);
	id_event(f->digest, "", findings[what].code, series, t_ms, event.id);
	snprintf(event.code, sizeof event.code, "%s", findings[what].code);
	snprintf(event.symbol, sizeof event.symbol, "%s", symbol);
	snprintf(event.message, sizeof event.message, "%s", message);
	log_line(findings[what].log, "%s: %s", symbol, message);
	record_write(&kinds[KIND_EVENT], &event, &f->line);
	return write_line(f, e);
}

static enum err on_candle(void *ctx, const struct candle *c, struct error *e)
{
	struct fetch *f = ctx;

	candle_write(c, &f->line);
	return write_line(f, e);
}

static enum err on_finding(void *ctx, const struct history *h, enum finding what, int64_t t_ms, const char *message, struct error *e)
{
	return write_event(ctx, h->symbol, interval_names[h->interval], what, t_ms, message, e);
}

static enum err job_failed(struct job *job, enum err rc, const struct error *why, struct error *e)
{
	struct fetch *f = job->fetch;

	job->rc = rc;
	if (!f->failed++)
		f->first = *why;
	return on_finding(f, &job->history, FINDING_FAILED, f->now_ms, why->message, e);
}

static void on_page(struct candle_query *q, enum err rc, const struct candle *rows, size_t n, struct error *why)
{
	struct job *job = q->ctx;
	struct fetch *f = job->fetch;
	struct history_sink sink = { f, on_candle, on_finding };
	struct error e = { 0 };

	if (f->rc)
		return;
	f->rc = rc ? job_failed(job, rc, why, &e) : history_take(&job->history, rows, n, q->limit, &sink, &e);
	if (f->rc)
		f->error = e;
	else if (!rc && history_ask(&job->history, q))
		venue_candles(f->venue, q);
}

static void show_progress(const struct fetch *f)
{
	double total = 0, missing = 0;

	for (size_t i = 0; i < f->job_count; i++) {
		struct history all = f->jobs[i].history;

		missing += f->jobs[i].rc ? 0 : (double)history_missing(&all);
		all.next = all.first;
		total += (double)history_missing(&all);
	}
	prog_progress("fetching", total - missing, total, "candles");
}

/* Until every question in line is answered. Each page is passed on before the next wait. */
static enum err run_queue(struct fetch *f, struct error *e)
{
	enum err rc = OK;

	while (!rc && !f->rc && venue_busy(f->venue)) {
		if (prog_stopping())
			return error_set(e, ERR_TEMPFAIL, "stopped before the end");
		rc = prog_flush(e);
		if (!rc)
			rc = venue_run(f->venue, RUN_MS, e);
		show_progress(f);
	}
	if (f->rc)
		*e = f->error;
	return rc ? rc : f->rc;
}

static bool ask_for(struct job *job)
{
	if (job->rc || !history_ask(&job->history, &job->query))
		return false;
	venue_candles(job->fetch->venue, &job->query);
	return true;
}

static bool any_late(const struct fetch *f)
{
	for (size_t i = 0; i < f->job_count; i++)
		if (!f->jobs[i].rc && history_is_late(&f->jobs[i].history))
			return true;
	return false;
}

/* The newest candle of some pairs should be closed and is not there: look again, ten times or once a second, whichever is less. */
static enum err wait_for_late(struct fetch *f, struct error *e)
{
	int64_t pause = f->wait_closed_ms < 10 * MS_SECOND ? f->wait_closed_ms / 10 : MS_SECOND;
	int64_t end = utc_now_ms() + f->wait_closed_ms;
	struct venue_clock clock;
	enum err rc = prog_flush(e);

	while (!rc && any_late(f) && utc_now_ms() < end && !prog_stopping()) {
		nanosleep(&(struct timespec){ .tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000 }, NULL);
		if (venue_time(f->venue, &clock, e))
			break; /* it cannot be asked: late stays late */
		for (size_t i = 0; i < f->job_count; i++) {
			struct job *job = &f->jobs[i];

			if (history_is_late(&job->history)) {
				history_set_clock(&job->history, clock.server_ms);
				ask_for(job);
			}
		}
		rc = run_queue(f, e);
	}
	return rc;
}

static enum err finish_jobs(struct fetch *f, struct error *e)
{
	struct history_sink sink = { f, on_candle, on_finding };
	const struct caller_counts *counts = venue_counts(f->venue);
	long taken = 0;
	enum err rc = OK;

	for (size_t i = 0; i < f->job_count && !rc; i++) {
		taken += f->jobs[i].history.taken;
		if (!f->jobs[i].rc)
			rc = history_finish(&f->jobs[i].history, &sink, e);
	}
	log_line(LOG_INFO, "%ld candles of %zu series, %ld requests, %ld of them repeated, longest wait for the budget %lld ms", taken, f->job_count,
		counts->requests, counts->retries, (long long)counts->budget_wait_ms);
	if (rc || !f->failed || f->failed < f->job_count)
		return rc;
	*e = f->first;
	return e->code;
}

static enum err fetch_candles(struct fetch *f, struct error *e)
{
	struct venue_clock clock;
	enum err rc = venue_time(f->venue, &clock, e);

	if (rc)
		return rc;
	log_line(LOG_INFO, "the exchange's clock is %lld ms ahead of ours, round trip %lld ms", (long long)clock.offset_ms, (long long)clock.round_trip_ms);
	f->now_ms = clock.server_ms;
	if (f->now)
		utc_parse(f->now, utc_now_ms(), &f->now_ms);
	for (size_t i = 0; i < f->job_count && !rc; i++) {
		struct job *job = &f->jobs[i];
		struct error why = { 0 };
		int market = job->history.market;

		history_init(&job->history, market, job->query.symbol, job->query.interval, job->since == TIME_NONE ? 0 : job->since,
			job->until == TIME_NONE ? f->now_ms : job->until, f->last_n, f->now_ms);
		history_set_clock(&job->history, clock.server_ms);
		if (market == f->config.market)
			ask_for(job);
		else
			rc = job_failed(job, error_set(&why, ERR_DATA, "market '%s' cannot be fetched, only spot", market_names[market]), &why, e);
	}
	if (!rc)
		rc = run_queue(f, e);
	if (!rc && f->wait_closed_ms)
		rc = wait_for_late(f, e);
	return rc ? rc : finish_jobs(f, e);
}

static enum err report_unknown(struct fetch *f, const struct symbol *rows, size_t n, struct error *e)
{
	char message[SYMBOL_SIZE + 64];
	size_t found;

	for (size_t i = 0; i < f->name_count; i++) {
		for (found = 0; found < n && strcmp(rows[found].symbol, f->names[i]) != 0; found++)
			;
		snprintf(message, sizeof message, "the exchange does not know the pair '%s'", f->names[i]);
		if (found == n && n == 0)
			return error_set(e, ERR_DATA, "%s", message);
		if (found == n && write_event(f, f->names[i], "", FINDING_FAILED, f->now_ms, message, e))
			return ERR_IO;
	}
	return OK;
}

static enum err fetch_symbols(struct fetch *f, struct error *e)
{
	struct symbol *rows;
	size_t n;
	enum err rc = venue_symbols(f->venue, f->names, f->name_count, &rows, &n, e);

	f->now_ms = n ? rows[0].t_ms : utc_now_ms();
	for (size_t i = 0; i < n && !rc; i++) {
		record_write(&kinds[KIND_SYMBOL], &rows[i], &f->line);
		rc = write_line(f, e);
	}
	if (!rc)
		rc = report_unknown(f, rows, n, e);
	free(rows);
	return rc;
}

/* A series that is asked for twice is fetched once, as far as either wants. */
static enum err add_job(struct fetch *f, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e)
{
	struct job *job;

	for (size_t i = 0; i < f->job_count; i++) {
		job = &f->jobs[i];
		if (job->history.market != market || job->query.interval != interval || strcmp(job->query.symbol, symbol) != 0)
			continue;
		job->since = since < job->since ? since : job->since;
		job->until = job->until == TIME_NONE || until == TIME_NONE ? TIME_NONE : until > job->until ? until : job->until;
		return OK;
	}
	if (f->job_count == JOBS_MAX)
		return error_set(e, ERR_DATA, "more than %d series at once", JOBS_MAX);
	if (!f->jobs && !(f->jobs = calloc(JOBS_MAX, sizeof *f->jobs)))
		return error_memory(e);
	job = &f->jobs[f->job_count++];
	job->fetch = f;
	job->since = since;
	job->until = until;
	job->history.market = market;
	job->query.ctx = job;
	job->query.done = on_page;
	job->query.interval = interval;
	snprintf(job->query.symbol, sizeof job->query.symbol, "%s", symbol);
	return OK;
}

/* What `ct-store wanted` writes: from when on a series is missing. */
struct wanted {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t since, until;
};

static const struct field wanted_fields[] = {
	{ "market", FIELD_ENUM, FIELD(wanted, market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, FIELD(wanted, symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, FIELD(wanted, interval), 0, NULL, "length of the bar", interval_names, 0, 0, NULL },
	{ "since", FIELD_TIME, FIELD(wanted, since), 0, "ms UTC", "open time of the first missing candle", NULL, 0, 0, NULL },
	{ "until", FIELD_TIME, FIELD(wanted, until), FIELD_NULL, "ms UTC", "up to here; unknown: up to now", NULL, 0, 0, NULL },
};
static const struct kind wanted_kind = { "wanted", 1, wanted_fields, sizeof wanted_fields / sizeof *wanted_fields, sizeof(struct wanted),
	"candles that the database lacks" };

static enum err on_wanted(void *ctx, char *line, size_t len, struct error *e)
{
	struct wanted w;
	enum err rc = record_read_kind(&wanted_kind, line, len, &w, e);

	return rc ? rc : add_job(ctx, w.market, w.symbol, w.interval, w.since, w.until, e);
}

static enum err add_name(struct fetch *f, const char *name, struct error *e)
{
	char(*grown)[SYMBOL_SIZE];

	if (!*name || strlen(name) >= SYMBOL_SIZE)
		return error_set(e, ERR_USAGE, "not the name of a pair: '%.60s'", name);
	for (size_t i = 0; i < f->name_count; i++)
		if (strcmp(f->names[i], name) == 0)
			return OK;
	grown = realloc(f->names, (f->name_count + 1) * sizeof *grown);
	if (!grown)
		return error_memory(e);
	f->names = grown;
	snprintf(f->names[f->name_count++], SYMBOL_SIZE, "%s", name);
	return OK;
}

static enum err add_symbols_file(struct fetch *f, struct error *e)
{
	char folder[PATH_SIZE], path[PATH_SIZE], (*names)[SYMBOL_SIZE];
	size_t n;
	enum err rc = path_config(NULL, folder, e);

	if (!rc)
		rc = path_find(folder, "symbols", f->symbols_file, path, e);
	if (!rc)
		rc = symbols_load(path, &names, &n, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_name(f, names[i], e);
	free(names);
	return rc;
}

static enum err collect(struct fetch *f, struct error *e)
{
	int64_t since = TIME_NONE, until = TIME_NONE;
	enum err rc = f->symbols_file ? add_symbols_file(f, e) : OK;

	if (rc || f->verb == VERB_SYMBOLS)
		return rc;
	if (f->from_stdin) {
		prog_hint_terminal("the list of candles to fetch");
		return prog_lines(STDIN_FILENO, "stdin", on_wanted, f, e);
	}
	if (f->since)
		utc_parse(f->since, utc_now_ms(), &since);
	if (f->until && strcmp(f->until, "now") != 0)
		utc_parse(f->until, utc_now_ms(), &until);
	for (size_t i = 0; i < f->name_count && !rc; i++)
		rc = add_job(f, f->config.market, f->names[i], f->interval, since, until, e);
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
	struct fetch *f = args;
	enum err rc = collect(f, e);

	if (!rc && f->output)
		rc = redirect(f->output, e);
	if (!rc && !f->config.base_url)
		f->config.base_url = getenv("CT_BINANCE_URL");
	if (!rc && !(f->digest = digest_new()))
		rc = error_memory(e);
	if (!rc && (f->verb == VERB_SYMBOLS || f->job_count)) {
		rc = venue_open(&f->config, &f->venue, e);
		if (!rc)
			rc = f->verb == VERB_SYMBOLS ? fetch_symbols(f, e) : fetch_candles(f, e);
		venue_close(f->venue);
	}
	digest_free(f->digest);
	buf_release(&f->line);
	free(f->jobs);
	free(f->names);
	return rc;
}

static int64_t parse_count(struct argp_state *state, const char *option, const char *text, int64_t least, int64_t most)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno || end == text || *end || v < least || v > most)
		prog_usage(state, "--%s: '%s' is not a whole number from %lld to %lld", option, text, (long long)least, (long long)most);
	return v;
}

static int64_t parse_duration(struct argp_state *state, const char *option, const char *text, int64_t least)
{
	int64_t ms;

	if (!duration_parse(text, &ms) || ms < least || ms > MS_DAY)
		prog_usage(state, "--%s: '%s' is not a time like 30s or 2m, from %llds to a day", option, text, (long long)(least / MS_SECOND));
	return ms;
}

static const char *checked_time(struct argp_state *state, const char *option, const char *text)
{
	int64_t t;

	if (!utc_parse(text, utc_now_ms(), &t))
		prog_usage(state, "--%s: '%s' is not a time like 2024-05-01, '2024-05-01 12:00', milliseconds or now", option, text);
	return text;
}

static void parse_argument(struct fetch *f, char *arg, struct argp_state *state)
{
	struct error e;

	if (f->verb == VERB_NONE) {
		f->verb = strcmp(arg, "candles") == 0 ? VERB_CANDLES : strcmp(arg, "symbols") == 0 ? VERB_SYMBOLS : VERB_NONE;
		if (f->verb == VERB_NONE)
			prog_usage(state, "'%s' is neither candles nor symbols", arg);
	} else if (f->verb == VERB_CANDLES && strcmp(arg, "-") == 0) {
		f->from_stdin = true;
	} else if (add_name(f, arg, &e)) {
		prog_usage(state, "%s", e.message);
	}
}

/* What only shows once all options are known. */
static void check_usage(const struct fetch *f, struct argp_state *state)
{
	bool range = f->since || f->until || f->last_n, named = f->name_count || f->symbols_file;

	if (f->verb == VERB_NONE)
		prog_usage(state, "a verb is missing: candles or symbols");
	if (f->verb == VERB_SYMBOLS && (range || f->interval >= 0))
		prog_usage(state, "symbols takes no interval and no times");
	if (f->verb == VERB_SYMBOLS)
		return;
	if (f->from_stdin && (range || named || f->interval >= 0))
		prog_usage(state, "'-' reads pairs, intervals and times from stdin: give none of them here");
	if (f->from_stdin)
		return;
	if (!named)
		prog_usage(state, "no pair is named: give SYMBOL…, --symbols FILE, or - for a list on stdin");
	if (f->interval < 0)
		prog_usage(state, "--interval is missing");
	if (!f->since && !f->last_n)
		prog_usage(state, "--since or --last is missing");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct fetch *f = state->input;
	int market;

	switch (key) {
	case 'm':
		market = market_find(arg);
		if (market != MARKET_SPOT)
			prog_usage(state, "--market: '%s' %s", arg, market < 0 ? "is neither spot nor um" : "cannot be fetched, only spot");
		break;
	case 'i':
		f->interval = interval_find(arg);
		if (f->interval < 0)
			prog_usage(state, "--interval: '%s' is none of 1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M", arg);
		break;
	case OPT_SINCE: f->since = checked_time(state, "since", arg); break;
	case OPT_UNTIL: f->until = checked_time(state, "until", arg); break;
	case OPT_NOW: f->now = checked_time(state, "now", arg); break;
	case OPT_LAST: f->last_n = parse_count(state, "last", arg, 1, LAST_MAX); break;
	case OPT_SYMBOLS: f->symbols_file = arg; break;
	case 'o': f->output = arg; break;
	case OPT_WAIT_CLOSED: f->wait_closed_ms = parse_duration(state, "wait-closed", arg, 0); break;
	case OPT_BASE_URL: f->config.base_url = arg; break;
	case OPT_PARALLEL: f->config.parallel = (size_t)parse_count(state, "parallel", arg, 1, 16); break;
	case OPT_RETRIES: f->config.retries = (int)parse_count(state, "retries", arg, 0, 20); break;
	case OPT_PATIENCE: f->config.patience_ms = parse_duration(state, "patience", arg, MS_SECOND); break;
	case OPT_TIMEOUT: f->config.timeout_ms = parse_duration(state, "timeout", arg, MS_SECOND); break;
	case ARGP_KEY_ARG: parse_argument(f, arg, state); break;
	case ARGP_KEY_END: check_usage(f, state); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct fetch f = { .interval = -1,
		.config = { .market = MARKET_SPOT, .parallel = 4, .retries = 5, .patience_ms = 60 * MS_SECOND, .timeout_ms = 15 * MS_SECOND } };
	static const struct prog prog = {
		.name = "ct-fetch",
		.argp = { options, parse, "candles SYMBOL… -i INTERVAL --since TIME\ncandles -\nsymbols [SYMBOL…]",
			"Market data in: closed candles, and the exchange's rules for its pairs.\v"
			"`candles -` reads the list that `ct-store wanted` writes. A gap, an impossible bar or a pair that cannot be "
			"fetched becomes an event record among the candles; the other pairs go on.",
			NULL, NULL, NULL },
		.run = run,
	};

	return prog_main(&prog, argc, argv, &f);
}
