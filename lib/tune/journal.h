#ifndef CT_TUNE_JOURNAL_H
#define CT_TUNE_JOURNAL_H

#include "tune/ranking.h"
#include "tune/trial.h"

/*
 * The output of a search as it grows: whole lines, each written at once, so that whatever ends the program leaves
 * what was found so far, and a resumed search goes on behind it.
 */
struct journal {
	int fd;               /* -1: stdout's buffer is the caller's: lines are only gathered in `line` */
	struct buf line;
	struct journal_entry *entries; /* by id */
	size_t count, cap;
};

/*
 * path NULL: stdout. resume: an existing file is read, a last line that was cut off is taken away, and what is there is
 * known. ERR_CANTCREAT: without it the file is there and not empty. ERR_DATA: a line is no trial, or one of another
 * ground or version: the results would not be comparable.
 */
enum err journal_open(struct journal *j, const char *path, bool resume, const struct ground *g, struct error *e);
/* Closes; ERR_IO when the file did not take everything. */
enum err journal_close(struct journal *j, struct error *e);

/* Safe for many threads, as long as none adds. */
bool journal_knows(const struct journal *j, const char *id, const struct ranking *by, struct brief *b);
enum err journal_add(struct journal *j, const struct trial *t, struct error *e);

#endif
