#ifndef CT_TUNE_SEARCH_H
#define CT_TUNE_SEARCH_H

#include "tune/ranking.h"
#include "tune/plan.h"
#include "tune/trial.h"

/*
 * A search: every set over the whole period; with a walk forward every set on each train window, and the best of them
 * over the test window that follows, with the money that the window before left, all positions sold between windows; then
 * what the winner is to be measured by: buy and hold, and entries by lot.
 */
struct search {
	const struct ground *ground;
	struct plan plan;
	char *const *sets;      /* plan.set_count of them */
	struct ranking ranking;     /* chooses on train windows, and the winner */
	size_t randoms;         /* runs with entries by lot; 0: neither these nor buy and hold */
	int jobs;

	/* A trial that is there already (a resumed search): true, and what of it counts. Called by many threads. */
	bool (*known)(void *ctx, const char *id, const struct ranking *r, struct brief *b);
	/* A trial that was made now, in an order that depends on nothing but the search. */
	enum err (*found)(void *ctx, const struct trial *t, struct error *e);
	void (*progress)(void *ctx, size_t done, size_t total); /* may be NULL */
	bool (*stopping)(void);
	void *ctx;
};

/* *complete false without an error: it was stopped. */
enum err search_run(const struct search *s, bool *complete, struct error *e);

/*
 * The part of a search that someone else planned: n trials of sample whole or train, of which name, set and period are
 * filled. ERR_DATA: their id is not what this ground gives, so they were planned for other candles or another setup.
 */
enum err search_list(const struct search *s, const struct result *const *rows, size_t n, bool *complete, struct error *e);

/* The i-th trial of the plan, not yet run. */
enum err search_name(const struct search *s, size_t i, struct digest *d, struct result *r, struct error *e);

#endif
