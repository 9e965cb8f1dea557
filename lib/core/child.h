#ifndef CT_CORE_CHILD_H
#define CT_CORE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

/*
 * One command, run many times and several at a time: each run has its own bytes on stdin, and what it writes to stdout
 * is handed back as it comes. No shell is between. One poll loop feeds and reads all of them, so that neither side
 * can wait for the other for ever, and memory does not grow with what flows.
 */
#define CHILD_PARALLEL 256
#define CHILD_HOW 96

struct child_set {
	char *const *argv;      /* NULL-terminated; argv[0] is looked up in PATH */
	int parallel;           /* runs at a time, 1..CHILD_PARALLEL */
	int64_t timeout_ms;     /* of one run; 0: none */
	bool (*stopping)(void); /* true: kill what runs and end */
	void *ctx;
	/* The next run, the caller's; NULL: there is no more. *quiet (false when called): its stderr is thrown away. */
	void *(*next)(void *ctx, bool *quiet);
	/* Further bytes for its stdin, valid until the next call for this run; 0: that was all. Not asked when it reads no more. */
	size_t (*feed)(void *run, const char **data);
	/* Bytes of its stdout, in order. */
	enum err (*take)(void *run, const char *data, size_t n, struct error *e);
	/* It is over. how: "" after exit 0, else what became of it: "ended with exit code 3", "was killed by signal 11 (…)". */
	enum err (*end)(void *run, const char *how, struct error *e);
};

/*
 * Runs until next gives no more and all have ended. The first error of a callback ends it: what still runs is killed,
 * with all its process group. ERR_NOINPUT: no such command; ERR_TEMPFAIL: stopping; ERR_INTERNAL: no pipe, no process.
 */
enum err child_run(const struct child_set *s, struct error *e);

#endif
