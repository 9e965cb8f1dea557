#ifndef CT_TUNE_WINDOW_H
#define CT_TUNE_WINDOW_H

#include "engine/tape.h"
#include "study/study.h"
#include "tune/history.h"
#include "tune/aide.h"

/*
 * A series in columns, window after window: only so much of it is held at a time. Where there is an aide, it fills
 * them ahead, while the engine works on those before.
 */
#define WINDOW_SLOTS 4

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
	size_t slot_count, taken; /* windows so far */
	struct aide *aide;
	struct chore filling; /* a piece is a window */
};

/*
 * The panel has all its columns by now, and is the windows' own from here on. aide: NULL where there is none; w stays
 * where it is while it works. w is released after an error, too.
 */
enum err windows_begin(struct windows *w, const struct history_series *s, struct panel *panel, size_t count, struct aide *aide,
	struct error *e);
void windows_release(struct windows *w);

/* The next window, which there is; the one before is gone. */
enum err windows_next(struct windows *w, const struct window **out, struct error *e);

#endif
