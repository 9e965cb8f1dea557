#ifndef CT_TUNE_COURSE_H
#define CT_TUNE_COURSE_H

#include "tune/search.h"

/* How far a search has come, shared by its parts (tune/search.c, tune/forward.c, tune/yardstick.c). */
struct course {
	const struct search *s;
	struct digest *scratch;  /* of the calling thread */
	struct brief *briefs;    /* of each of the plan's trials */
	size_t done, total;      /* for progress */
	bool stopped;
};

/* The walk forward's test windows and their sum. */
enum err forward_run(struct course *c, struct error *e);
/* Buy and hold, and entries by lot like those of the winner. */
enum err yardstick_run(struct course *c, struct error *e);

/* Hands on a trial made in the calling thread, unless it is known. */
enum err course_found(struct course *c, const struct trial *t, struct error *e);
void course_progress(struct course *c, size_t more);

#endif
