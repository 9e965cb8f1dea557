#ifndef CT_STORE_INTAKE_H
#define CT_STORE_INTAKE_H

#include "store/batch.h"

/*
 * Records from a pipe into the database, and their lines on to stdout once they are committed. A reader that went away
 * does not keep the rest of the records out of the database: the error comes at the end.
 */
struct intake {
	struct batch batch;
	bool pass; /* lines go on to stdout */
	struct buf lines;   /* not yet passed */
	uint64_t passed;    /* bytes of lines before them */
	bool out_failed;
	struct error out_error;
};

void intake_init(struct intake *i, struct store *s, bool pass);

/* A record; line is what passes, and may be NULL. ERR_DATA: it is refused. */
enum err intake_add(struct intake *i, const struct record *r, const char *line, size_t len, struct error *e);
/*
 * Stores what is left, whatever ended the input (rc and *e), notes it in sync_log, and releases. Returns the first
 * error; put: the counts by put_result.
 */
enum err intake_finish(struct intake *i, enum err rc, int64_t put[3], struct error *e);


/* All of it for the lines of stdin, into the database db. */
enum err intake_stdin(const char *db, bool pass, int64_t put[3], struct error *e);

#endif
