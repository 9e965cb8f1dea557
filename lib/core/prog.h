#ifndef CT_CORE_PROG_H
#define CT_CORE_PROG_H

#include <argp.h>
#include <stdbool.h>

#include "core/buf.h"
#include "core/error.h"

/*
 * The frame of every program: parse, run, flush, one message, exit code. A program is an option table, a run
 * function and, where it reads records, one callback a line.
 *
 * Options every program has (added here): -q, -v, --log FORMAT, --on-bad ACTION (filters only), --help, --version.
 */
struct prog {
	const char *name;    /* "ct-signal" */
	struct argp argp;    /* options, parser, args_doc, doc; input is `args` */
	bool filter;         /* reads record lines: has --on-bad */
	bool keeps_state;    /* ignores SIGPIPE, finishes its database work, then exits 74 */
	enum err (*run)(void *args, struct error *e);
};

int prog_main(const struct prog *p, int argc, char **argv, void *args);

/*
 * True once SIGTERM or SIGINT came: stop after the current record. prog_lines does so by itself, and returns OK for what
 * it has read to be finished; prog_main then ends with ERR_TEMPFAIL, so that half an output is never taken for a whole.
 */
bool prog_stopping(void);
/* ERR_TEMPFAIL then, for work that reads no lines and can be left where it stands; OK before. */
enum err prog_stopped(struct error *e);

/*
 * The shared record loop. Reads lines from fd (source names it in messages), skips blank lines, and calls `record`
 * for each. `record` fills e without a line number. With --on-bad=stop the first ERR_DATA ends the run; with skip
 * each is printed, the rest goes on as if it had not been there, and prog_main ends with ERR_DATA. Any other error
 * ends the run.
 */
enum err prog_lines(int fd, const char *source, enum err (*record)(void *ctx, char *line, size_t len, struct error *e), void *ctx,
	struct error *e);

/*
 * The same judgement for bad records that come another way: e gets "source:line: " in front. ERR_DATA with --on-bad=skip
 * is printed, and OK returned: go on, the program ends with ERR_DATA all the same. Anything else is returned.
 */
enum err prog_bad(enum err rc, const char *source, struct error *e);

/*
 * For a program that gathers work: prog_lines calls `hook` just before a read that may block, and before stdout is
 * flushed there. Its error ends the run. Work gathered after the last wait is the caller's to finish.
 */
void prog_on_wait(enum err (*hook)(void *ctx, struct error *e), void *ctx);

/* Opens FILE for reading, "-" is stdin. ERR_NOINPUT. */
enum err prog_open(const char *file, int *fd, struct error *e);

/* The record loop over FILE, "-" is stdin; `what` (may be NULL) is what a terminal there is told to be waited for. */
enum err prog_file(const char *file, const char *what, enum err (*record)(void *ctx, char *line, size_t len, struct error *e), void *ctx,
	struct error *e);

/* Whether stdin is a pipe, a socket or a file: records were given to the program, and not a terminal or /dev/null. */
bool prog_has_input(void);

/* Says on a terminal that the program waits for records there; a filter calls it before it reads stdin. */
void prog_hint_terminal(const char *what);

/* Writes to stdout's buffer; ERR_IO once stdout has failed. Data only: people are talked to with log_line. */
enum err prog_write(const void *data, size_t n, struct error *e);
/* The whole buffer, which is then empty; ERR_INTERNAL if it has failed. */
enum err prog_write_buf(struct buf *b, struct error *e);
/* The whole buffer into FILE, which appears whole or not at all; NULL: stdout. */
enum err prog_output(const char *file, struct buf *b, struct error *e);
/* Flushes stdout: ERR_IO with the reason (a full disk, a closed pipe). */
enum err prog_flush(struct error *e);

/* Work over two seconds on a terminal's stderr; silent otherwise. done of total, in `unit`s; total 0: unknown. */
void prog_progress(const char *what, double done, double total, const char *unit);
void prog_progress_end(void);

/* Usage errors after parsing: message as argp prints them, exit 64. */
void prog_usage(struct argp_state *state, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

#endif
