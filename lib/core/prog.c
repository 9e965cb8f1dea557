#include "core/prog.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/line.h"
#include "core/log.h"
#include "core/path.h"
#include "core/utc.h"
#include "core/version.h"

enum { OPT_LOG = 0x1000, OPT_ON_BAD };

static const struct argp_option common_options[] = {
	{ "quiet", 'q', NULL, 0, "Say nothing but errors", -2 },
	{ "verbose", 'v', NULL, 0, "Say more; twice: everything", -2 },
	{ "log", OPT_LOG, "FORMAT", 0, "Messages on stderr as 'text' or 'json' (default: CT_LOG, or text)", -2 },
	{ 0 },
};
static const struct argp_option filter_options[] = {
	{ "quiet", 'q', NULL, 0, "Say nothing but errors", -2 },
	{ "verbose", 'v', NULL, 0, "Say more; twice: everything", -2 },
	{ "log", OPT_LOG, "FORMAT", 0, "Messages on stderr as 'text' or 'json' (default: CT_LOG, or text)", -2 },
	{ "on-bad", OPT_ON_BAD, "ACTION", 0, "On a bad line: 'stop' (default), or 'skip' it, go on and exit 65 at the end", -2 },
	{ 0 },
};

static struct {
	const struct prog *prog;
	void *args;
	int level;
	bool json, skip_bad, bad_skipped, cut_short, progress_shown;
	int64_t progress_start_ms, progress_last_ms;
	enum err (*on_wait)(void *ctx, struct error *e);
	void *on_wait_ctx;
	enum err wait_rc;
	struct error wait_error;
} running;

static volatile sig_atomic_t stop_requested;

static void request_stop(int sig)
{
	(void)sig;
	stop_requested = 1;
}

bool prog_stopping(void)
{
	return stop_requested;
}

enum err prog_stopped(struct error *e)
{
	return stop_requested ? error_set(e, ERR_TEMPFAIL, "stopped by a signal before the end") : OK;
}

static bool set_log_format(const char *format)
{
	running.json = strcmp(format, "json") == 0;
	return running.json || strcmp(format, "text") == 0;
}

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = running.args; return 0;
	case 'q': running.level = LOG_ERROR; return 0;
	case 'v': running.level = running.level < LOG_DEBUG ? running.level + 1 : LOG_DEBUG; return 0;
	case OPT_LOG:
		if (!set_log_format(arg))
			prog_usage(state, "--log: '%s' is neither 'text' nor 'json'", arg);
		return 0;
	case OPT_ON_BAD:
		running.skip_bad = strcmp(arg, "skip") == 0;
		if (!running.skip_bad && strcmp(arg, "stop") != 0)
			prog_usage(state, "--on-bad: '%s' is neither 'stop' nor 'skip'", arg);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void prog_usage(struct argp_state *state, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	argp_error(state, "%s", text);
	exit(ERR_USAGE);
}

enum err prog_flush(struct error *e)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return OK;
	return error_set(e, ERR_IO, "cannot write to stdout: %s", strerror(errno));
}

enum err prog_write(const void *data, size_t n, struct error *e)
{
	if (fwrite_unlocked(data, 1, n, stdout) == n)
		return OK;
	return error_set(e, ERR_IO, "cannot write to stdout: %s", strerror(errno));
}

enum err prog_write_buf(struct buf *b, struct error *e)
{
	enum err rc = b->failed ? error_memory(e) : b->len ? prog_write(b->data, b->len, e) : OK;

	buf_clear(b);
	return rc;
}

enum err prog_output(const char *file, struct buf *b, struct error *e)
{
	if (!file)
		return prog_write_buf(b, e);
	return b->failed ? error_memory(e) : file_replace(file, b->len ? b->data : "", b->len, e);
}

/* argp prints --help itself and exits: a full disk must show there too. */
static void close_stdout(void)
{
	bool failed = ferror(stdout); /* a flush before this one may have lost what it had */

	if (fclose(stdout) != 0 || failed)
		_exit(ERR_IO);
}

static void flush_before_wait(void)
{
	if (running.on_wait && !running.wait_rc)
		running.wait_rc = running.on_wait(running.on_wait_ctx, &running.wait_error);
	fflush(stdout);
}

void prog_on_wait(enum err (*hook)(void *ctx, struct error *e), void *ctx)
{
	running.on_wait = hook;
	running.on_wait_ctx = ctx;
	running.wait_rc = OK;
}

/*
 * A closed stdin, stdout or stderr: hold its number with a descriptor that cannot do its work, or the next file that
 * is opened (a database, a lock) would get it, and records or messages would land in that file.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(ERR_INTERNAL);
}

int prog_main(const struct prog *p, int argc, char **argv, void *args)
{
	static char version[128];
	struct argp own = p->argp;
	struct argp_child children[] = { { &own, 0, NULL, 0 }, { 0 } };
	struct argp whole = { p->filter ? filter_options : common_options, parse_common, p->argp.args_doc, p->argp.doc, children, NULL, NULL };
	struct error e = { 0 };
	enum err rc;

	hold_standard_descriptors();
	own.args_doc = own.doc = NULL;
	running.prog = p;
	running.args = args;
	running.level = LOG_WARN;
	if (getenv("CT_LOG"))
		set_log_format(getenv("CT_LOG"));
	snprintf(version, sizeof version, "%s %s (%s)", p->name, CT_VERSION, version_commit());
	argp_program_version = version;
	setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	atexit(close_stdout);
	argp_parse(&whole, argc, argv, 0, NULL, NULL);
	log_open(p->name, (enum log_level)running.level, running.json);
	if (p->keeps_state)
		signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = request_stop }, NULL);
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = request_stop }, NULL);

	rc = p->run(args, &e);
	prog_progress_end();
	if (!rc)
		rc = prog_flush(&e);
	if (!rc && running.cut_short)
		rc = error_set(&e, ERR_TEMPFAIL, "stopped by a signal before the end of the input");
	if (!rc && running.bad_skipped)
		return ERR_DATA;
	if (rc && e.message[0])
		log_error(&e, NULL);
	return (int)rc;
}

/* "stdin:812" goes in front of the message here, where both are known; log_error then prints it as it is. */
static void locate(struct error *e, const char *source)
{
	char message[sizeof e->message];

	if (e->field[0])
		snprintf(message, sizeof message, "%s:%ld: %s: %s", source, e->line, e->field, e->message);
	else
		snprintf(message, sizeof message, "%s:%ld: %s", source, e->line, e->message);
	memcpy(e->message, message, sizeof message);
	e->field[0] = '\0';
}

enum err prog_bad(enum err rc, const char *source, struct error *e)
{
	locate(e, source);
	if (rc != ERR_DATA || !running.skip_bad)
		return rc;
	log_error(e, NULL);
	e->message[0] = '\0';
	running.bad_skipped = true;
	return OK;
}

enum err prog_lines(int fd, const char *source, enum err (*record)(void *ctx, char *line, size_t len, struct error *e), void *ctx,
	struct error *e)
{
	struct line_reader reader;
	char *line;
	size_t len;
	enum err rc = OK;

	line_init(&reader, fd, flush_before_wait);
	reader.stopping = prog_stopping;
	while (!stop_requested) {
		rc = line_next(&reader, &line, &len, e);
		if (running.wait_rc) {
			rc = running.wait_rc;
			*e = running.wait_error;
			break;
		}
		if (!rc && !line)
			break;
		if (!rc && strspn(line, " \t") == len)
			continue;
		if (!rc)
			rc = record(ctx, line, len, e);
		if (!rc)
			continue;
		e->line = reader.number;
		rc = prog_bad(rc, source, e);
		if (rc)
			break;
	}
	line_release(&reader);
	running.cut_short |= stop_requested;
	return rc;
}

enum err prog_open(const char *file, int *fd, struct error *e)
{
	if (strcmp(file, "-") == 0) {
		*fd = STDIN_FILENO;
		return OK;
	}
	*fd = open(file, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_set(e, ERR_NOINPUT, "cannot open '%s': %s", file, strerror(errno));
	return OK;
}

enum err prog_file(const char *file, const char *what, enum err (*record)(void *ctx, char *line, size_t len, struct error *e), void *ctx,
	struct error *e)
{
	int fd;
	enum err rc = prog_open(file, &fd, e);

	if (rc)
		return rc;
	if (fd == STDIN_FILENO && what)
		prog_hint_terminal(what);
	rc = prog_lines(fd, fd == STDIN_FILENO ? "stdin" : file, record, ctx, e);
	if (fd != STDIN_FILENO)
		close(fd);
	return rc;
}

bool prog_has_input(void)
{
	struct stat st;

	return fstat(STDIN_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode));
}

void prog_hint_terminal(const char *what)
{
	if (isatty(STDIN_FILENO) && running.level > LOG_ERROR)
		fprintf(stderr, "%s: reading %s from the terminal; end with Ctrl-D, or see --help\n", running.prog->name, what);
}

void prog_progress(const char *what, double done, double total, const char *unit)
{
	int64_t now = utc_now_ms(), elapsed;
	char bar[31];
	int full;

	if (!running.progress_start_ms)
		running.progress_start_ms = now;
	elapsed = now - running.progress_start_ms;
	if (elapsed < 2000 || now - running.progress_last_ms < 100 || running.json || running.level == LOG_ERROR || !isatty(STDERR_FILENO))
		return;
	running.progress_last_ms = now;
	running.progress_shown = true;
	if (total <= 0) {
		fprintf(stderr, "\r\033[K%s %.0f %s, %lld s", what, done, unit, (long long)elapsed / 1000);
		return;
	}
	full = (int)(30 * done / total);
	memset(bar, '-', 30);
	memset(bar, '#', (size_t)(full < 0 ? 0 : full > 30 ? 30 : full));
	bar[30] = '\0';
	fprintf(stderr, "\r\033[K%s [%s] %.0f/%.0f %s, %.0f s left", what, bar, done, total, unit,
		done > 0 ? (double)elapsed / 1000 * (total - done) / done : 0.0);
}

void prog_progress_end(void)
{
	if (running.progress_shown)
		fputs("\r\033[K", stderr);
	running.progress_shown = false;
	running.progress_start_ms = 0;
}
