#ifndef CT_TUNE_SCRIBE_H
#define CT_TUNE_SCRIBE_H

#include "model/record.h"
#include "tune/aide.h"

/*
 * Has an aide write records, in the order they were given: what makes them need not wait for their text.
 * Between scribe_begin and scribe_end only the aide calls `write`.
 */
#define SCRIBE_BLOCKS 4

struct scribe_block {
	char *room;
	size_t used; /* bytes */
	enum err rc; /* how its writing went */
};

struct scribe {
	enum err (*write)(struct buf *lines, struct error *e); /* takes the lines and leaves the buffer empty */
	struct scribe_block blocks[SCRIBE_BLOCKS];
	size_t given;
	struct aide *aide; /* NULL: it is not running */
	struct chore writing;  /* a piece is a block */
	struct buf lines;      /* this and the first failure: the aide's, until all is done */
	enum err rc;
	struct error error;
};

/* ERR_INTERNAL: no memory. s stays where it is until scribe_end. */
enum err scribe_begin(struct scribe *s, struct aide *aide, enum err (*write)(struct buf *lines, struct error *e), struct error *e);
/* The object is copied. An error may be that of a record given before. */
enum err scribe_put(struct scribe *s, enum kind_id kind, const void *object, struct error *e);
/* Waits until everything is written. Once after each scribe_begin that returned OK. */
enum err scribe_end(struct scribe *s, struct error *e);

#endif
