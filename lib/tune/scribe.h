#ifndef CT_TUNE_SCRIBE_H
#define CT_TUNE_SCRIBE_H

#include <pthread.h>

#include "model/record.h"

/*
 * Writes records by a thread of its own, in the order they were given: what makes them need not wait for their text.
 * Between scribe_begin and scribe_end only that thread calls `write`.
 */
#define SCRIBE_BLOCKS 3

struct scribe {
	enum err (*write)(struct buf *lines, struct error *e); /* takes the lines and leaves the buffer empty */
	char *blocks[SCRIBE_BLOCKS];
	size_t used[SCRIBE_BLOCKS], given, written; /* bytes of each; blocks so far */
	bool running, closed;
	enum err rc; /* the first failure */
	struct error error;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* ERR_INTERNAL: no memory, or no thread to be had. */
enum err scribe_begin(struct scribe *s, enum err (*write)(struct buf *lines, struct error *e), struct error *e);
/* The object is copied. An error may be that of a record given before. */
enum err scribe_put(struct scribe *s, enum kind_id kind, const void *object, struct error *e);
/* Waits until everything is written. Once after each scribe_begin that returned OK. */
enum err scribe_end(struct scribe *s, struct error *e);

#endif
