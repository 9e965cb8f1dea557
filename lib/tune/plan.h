#ifndef CT_TUNE_PLAN_H
#define CT_TUNE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "model/interval.h"
#include "model/trial.h"

/* A walk forward, in whole days: choose on `train` days, skip `embargo` days, trade on `test` days, go on by `step` days. */
struct walk {
	int64_t train_ms, test_ms, step_ms, embargo_ms; /* train_ms 0: no walk forward */
};

/* "180d/30d" or "180d/30d/60d": train, test, step (default: test). ERR_USAGE. */
enum err walk_parse(const char *text, struct walk *w, struct error *e);
/* "12" (bars) or "5d", rounded up to whole days. ERR_USAGE. */
enum err walk_embargo(const char *text, enum interval interval, struct walk *w, struct error *e);

struct window {
	int64_t train_from, train_to, test_from, test_to; /* ms UTC, 00:00; to: exclusive */
};

/*
 * The windows that lie in [since, until) with their whole test window; the first begins with the first whole day.
 * No test window overlaps another, and each begins an embargo after its train window's end. The caller frees *rows.
 * ERR_USAGE: there is not even one.
 */
enum err plan_windows(const struct walk *w, int64_t since, int64_t until, struct window **rows, size_t *n, struct error *e);

/*
 * The backtests of a search whose parameters are known beforehand, in order: every set over the whole period, then
 * for each window every set over its train part.
 */
struct plan {
	int64_t since, until;
	size_t set_count;
	struct window *windows;
	size_t window_count;
};

struct task {
	enum sample sample;   /* SAMPLE_WHOLE or SAMPLE_TRAIN */
	int64_t window;       /* INT_NONE: none */
	size_t set;
	int64_t since, until;
};

size_t plan_count(const struct plan *p);
struct task plan_task(const struct plan *p, size_t i);

#endif
