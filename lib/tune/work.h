#ifndef CT_TUNE_WORK_H
#define CT_TUNE_WORK_H

#include <stdbool.h>

#include "core/digest.h"
#include "model/trial.h"

/*
 * Trials on all cores. `make` runs in a worker, many at a time; `take` in the caller's thread, one at a time, in order
 * of i whatever the number of workers: results and their order never depend on it.
 */
struct work {
	size_t count;
	int jobs;
	enum err (*make)(void *ctx, size_t i, struct digest *scratch, struct trial *t, struct error *e);
	enum err (*take)(void *ctx, size_t i, const struct trial *t, struct error *e);
	void (*idle)(void *ctx, size_t done); /* some ten times a second and after each take; may be NULL */
	bool (*stopping)(void);               /* true: what is begun is finished and taken, the rest left; may be NULL */
	void *ctx;
};

/* *done: how many were taken; fewer than count without an error when it was stopped. Of several errors the first in order counts. */
enum err work_run(const struct work *w, size_t *done, struct error *e);

/* The processors this process may use. */
int work_processors(void);

#endif
