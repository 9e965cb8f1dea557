#ifndef CT_TUNE_TUNING_H
#define CT_TUNE_TUNING_H

#include "tune/own.h"
#include "tune/search.h"
#include "tune/space.h"

#define TUNING_GRIDS SPACE_AXES

/* A search as a person asks for it, and what becomes of that on the candles there are. */
struct tuning {
	const char *grids[TUNING_GRIDS]; /* as space_add takes them */
	size_t grid_count;
	size_t random;                   /* sets by lot; 0: the whole grid */
	uint64_t seed;
	const char *walk, *embargo;      /* NULL: none */
	int64_t since_ms, until_ms;      /* TIME_NONE: all there is */

	struct ground ground;
	struct space space;
	struct plan plan;
};

/* own_account with that money; risk NULL: the shipped careful.json. The caller releases it with own_release. */
enum err tuning_account(struct account *own, const char *strategy, const char *risk, const struct own_money *m, const struct history *h,
	struct error *e);

/* Which of the account's strategies a file means; NULL: the only one. ERR_USAGE. */
enum err tuning_find(const struct account *a, const char *file, size_t *tuned, struct error *e);

/*
 * Makes ground, space and plan. history, setup must outlive it. ERR_USAGE: a grid or a window is not one; ERR_DATA: no
 * candles. The caller releases it, after an error too.
 */
enum err tuning_prepare(struct tuning *t, const struct history *h, const struct setup *setup, size_t tuned, struct error *e);
void tuning_release(struct tuning *t);

/* Ground, plan and sets into a search whose other members are the caller's. */
void tuning_plan(const struct tuning *t, struct search *s);

/*
 * The search's trials, not yet run, as record lines in n files PREFIX-0001.ndjson and so on. The shards in their order
 * are the plan in its order.
 */
enum err tuning_split(const struct tuning *t, const char *prefix, size_t n, struct error *e);

#endif
