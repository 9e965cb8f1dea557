/* ct-notify: tells a person what must be known: alarms, and each day in a line, by a command of their own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/child.h"
#include "core/log.h"
#include "core/options.h"
#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "model/notify.h"
#include "store/told.h"

#define MOST 1000 /* events a call; the rest comes with the next */

enum { OPT_DRY_RUN = OPT_OWN, OPT_TEST };

struct args {
	const char *db, *config;
	int64_t now_ms; /* TIME_NONE: the clock */
	bool dry_run, test;
	char path[PATH_SIZE], config_dir[PATH_SIZE];
	struct notify notify;
	struct buf lines;             /* the events, for the command */
	char (*ids)[ID_SIZE];
	size_t count, fed;
	char how[CHILD_HOW];          /* the command ended; "": well */
	bool started;
};

static const struct argp_option options[] = {
	ROW_DB, ROW_CONFIG, ROW_NOW,
	{ "dry-run", OPT_DRY_RUN, NULL, 0, "Print the records that would be told, and tell nobody", 0 },
	{ "test", OPT_TEST, NULL, 0, "Tell of a made-up alarm, to see that the command works", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_DB: a->db = arg; return 0;
	case OPT_CONFIG: a->config = arg; return 0;
	case OPT_NOW: a->now_ms = option_time(state, "now", arg); return 0;
	case OPT_DRY_RUN: a->dry_run = true; return 0;
	case OPT_TEST: a->test = true; return 0;
	case ARGP_KEY_ARG: prog_usage(state, "no argument is expected: '%s'", arg);
	default: return ARGP_ERR_UNKNOWN;
	}
}

static enum err keep(void *ctx, const void *object, struct error *e)
{
	const struct event *event = object;
	struct args *a = ctx;

	record_write(&kinds[KIND_EVENT], event, &a->lines);
	memcpy(a->ids[a->count++], event->id, ID_SIZE);
	return a->lines.failed ? error_memory(e) : OK;
}

static void *next(void *ctx, bool *quiet)
{
	struct args *a = ctx;

	(void)quiet;
	if (a->started)
		return NULL;
	a->started = true;
	return a;
}

static size_t feed(void *run, const char **data)
{
	struct args *a = run;
	size_t n = a->lines.len - a->fed;

	*data = a->lines.data + a->fed;
	a->fed = a->lines.len;
	return n;
}

/* What it says is nobody's data. */
static enum err take(void *run, const char *data, size_t n, struct error *e)
{
	(void)run;
	(void)data;
	(void)n;
	(void)e;
	return OK;
}

static enum err end(void *run, const char *how, struct error *e)
{
	struct args *a = run;

	(void)e;
	snprintf(a->how, sizeof a->how, "%s", how);
	return OK;
}

/* No lock of the database is held meanwhile. A command that cannot be started has failed like any other. */
static enum err tell(struct args *a, struct error *e)
{
	char sh[] = "/bin/sh", c[] = "-c";
	char *argv[] = { sh, c, a->notify.command, NULL };
	struct child_set set = { .argv = argv, .parallel = 1, .timeout_ms = a->notify.timeout_s * MS_SECOND, .stopping = prog_stopping, .ctx = a,
		.next = next, .feed = feed, .take = take, .end = end };
	enum err rc = child_run(&set, e);

	if (rc == OK || rc == ERR_TEMPFAIL)
		return rc;
	snprintf(a->how, sizeof a->how, "could not be run: %.60s", e->message);
	return OK;
}

static enum err test(struct args *a, struct error *e)
{
	struct event event = { .id = "test", .level = EVENT_ALARM, .code = "notify.test", .message = "this is a test of ct-notify",
		.t_ms = option_clock(a->now_ms) };
	enum err rc;

	record_write(&kinds[KIND_EVENT], &event, &a->lines);
	if (a->dry_run)
		return prog_write_buf(&a->lines, e);
	rc = tell(a, e);
	return rc || !a->how[0] ? rc : error_set(e, ERR_TEMPFAIL, "the command of notify.json %s", a->how);
}

/* The summaries that are due, and what nobody was told of. One account that cannot be summed up does not silence the others. */
static enum err gather(struct args *a, struct store *s, int64_t now_ms, struct error *e)
{
	struct accounts accounts = { 0 };
	enum err rc = a->notify.daily ? accounts_load(a->config_dir, &accounts, e) : OK;

	if (rc) {
		log_line(LOG_WARN, "no summary of the day: %s", e->message);
		rc = OK;
	}
	for (size_t i = 0; !rc && i < accounts.count; i++)
		rc = told_day(s, &accounts.rows[i], now_ms, e);
	accounts_release(&accounts);
	return rc ? rc : told_missing(s, now_ms, MOST, keep, a, e);
}

static enum err tell_all(struct args *a, struct store *s, struct error *e)
{
	int64_t now_ms = option_clock(a->now_ms);
	enum err rc = gather(a, s, now_ms, e);

	if (!rc && a->dry_run)
		return prog_write_buf(&a->lines, e);
	if (rc || !a->count)
		return rc;
	rc = tell(a, e);
	if (rc)
		return rc;
	if (!a->how[0]) {
		log_line(LOG_INFO, "told: %zu", a->count);
		return told_mark(s, (const char(*)[ID_SIZE])a->ids, a->count, now_ms, e);
	}
	rc = told_failed(s, a->how, a->count, now_ms, e);
	return rc ? rc : error_set(e, ERR_TEMPFAIL, "the command of notify.json %s; waiting to be told: %zu", a->how, a->count);
}

/* One at a time: while another tells, what is new since then waits for the next call. */
static enum err locked(struct args *a, struct error *e)
{
	char lock[PATH_SIZE + 16];
	struct store *s = NULL;
	int fd = -1;
	enum err rc = path_db(a->db, a->path, e);

	if (rc)
		return rc;
	snprintf(lock, sizeof lock, "%s.notify.lock", a->path);
	rc = store_open(a->path, STORE_WRITE, &s, e);
	if (!rc)
		rc = lock_take(lock, 0, &fd, e);
	if (fd < 0 && rc == ERR_TEMPFAIL) {
		log_line(LOG_INFO, "another ct-notify is at it");
		rc = OK;
	} else if (!rc) {
		rc = tell_all(a, s, e);
	}
	store_close(s);
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum err run(void *args, struct error *e)
{
	struct args *a = args;
	bool found = false;
	enum err rc = path_config(a->config, a->config_dir, e);

	if (!rc)
		rc = notify_load(a->config_dir, &a->notify, &found, e);
	if (!rc && !found && a->test)
		rc = error_set(e, ERR_CONFIG, "no '%s/notify.json': ct-config(5) tells what goes into it", a->config_dir);
	if (rc || !found) {
		if (!rc)
			log_line(LOG_INFO, "no notify.json: nobody is to be told");
		return rc;
	}
	a->ids = calloc(MOST, sizeof *a->ids);
	if (!a->ids)
		return error_memory(e);
	rc = a->test ? test(a, e) : locked(a, e);
	buf_release(&a->lines);
	free(a->ids);
	return rc;
}

int main(int argc, char **argv)
{
	static struct args args = { .now_ms = TIME_NONE };
	static const struct prog prog = {
		.name = "ct-notify",
		.argp = { options, parse, NULL,
			"Tells a person what must be known: every alarm, and each account's day in a line.\n\n"
			"The command of notify.json gets the event records on stdin. They are told once it has exited 0, and never before; "
			"until then each call tries again. What went wrong is an event, too. ct-trade calls it at every step.\v"
			"Example:\n"
			"  ct-notify --test    once, to see that the message arrives", NULL, NULL, NULL },
		.keeps_state = true,
		.run = run,
	};

	return prog_main(&prog, argc, argv, &args);
}
