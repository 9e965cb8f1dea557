#ifndef CT_TUNE_WINDOW_H
#define CT_TUNE_WINDOW_H

#include <pthread.h>

#include "engine/tape.h"
#include "study/study.h"
#include "tune/history.h"

/*
 * A series in columns, window after window: only so much of it is held at a time. A long series has its windows filled
 * ahead by a thread of its own, while the engine works on the one before.
 */
#define WINDOW_SLOTS 3

struct window {
	size_t base; /* its first bar in the series */
	struct study_run run;
	struct tape tape;
	double *room, **rows;
	enum err rc; /* how its filling went */
};

struct windows {
	const struct history_series *series;
	struct panel *panel;
	size_t count, length; /* bars of the series that are used; of one window */
	struct window slots[WINDOW_SLOTS];
	size_t slot_count, taken, filled; /* windows so far */
	bool ahead, closed;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/*
 * The panel has all its columns by now, and is the windows' own from here on. few: the series is one of few, so that a
 * thread for it is worth its while. w is released after an error, too.
 */
enum err windows_begin(struct windows *w, const struct history_series *s, struct panel *panel, size_t count, bool few, struct error *e);
void windows_release(struct windows *w);

/* The next window, which there is; the one before is gone. */
enum err windows_next(struct windows *w, const struct window **out, struct error *e);

#endif
