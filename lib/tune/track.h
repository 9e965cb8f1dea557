#ifndef CT_TUNE_TRACK_H
#define CT_TUNE_TRACK_H

#include "engine/quiet.h"
#include "strategy/strategy.h"
#include "tune/history.h"
#include "tune/shelf.h"
#include "tune/told.h"
#include "tune/window.h"

/*
 * One series of a history on its way through a backtest: a window of its bars in columns (from a shelf all of them), and
 * how far strategies and book are known to let them pass. Bars are counted from the series' first.
 */
struct track_strategy {
	struct strategy_series *series;
	const char *name;
	const struct told_list *told; /* instead of the series: what it says is there already */
	size_t next;                  /* of those */
	size_t ask; /* the next bar to be stepped; known: those before it asked for nothing */
	bool known;
};

struct track {
	const struct history_series *series;
	size_t pair, count; /* bars of the series that are used */
	size_t at;          /* the first that the book has not seen */
	size_t quiet;       /* the book lets those before it pass */
	struct panel *panel;
	struct track_strategy *strategies; /* those of the account that trade this pair, in its order */
	size_t strategy_count;
	size_t base; /* the window's first */
	struct study_run run;
	const struct tape *tape;
	struct windows windows; /* without a shelf */
	double **rows;          /* with one */
	struct shelf *shelf;
};

/*
 * until_ms: bars that open from then on are not used; TIME_NONE: all. shelf: of the history that the series is from; NULL:
 * the track computes its columns, window by window (ahead, where there is an aide). told: what is there of what strategies say; strategies NULL:
 * all of it; else that of those with an interval of their own.
 */
enum err track_begin(struct track *t, const struct history_series *s, size_t pair, const struct account *a, struct strategy *const *strategies,
	int64_t until_ms, struct shelf *shelf, struct aide *aide, const struct told *told, struct error *e);
void track_release(struct track *t);

/*
 * The close of the first bar, from t->at on, that cannot just pass; *settles tells whether because of the book (else a
 * strategy may ask for something at it, or the window ends there). INT64_MAX: there are no more bars.
 */
enum err track_event(struct track *t, const struct engine *g, int64_t *t_ms, bool *settles, struct error *e);

/* Finds a strategy's next bar to be stepped; track_look: if it is not known. */
void track_find(struct track *t, struct track_strategy *s, const struct engine *g);
static inline void track_look(struct track *t, struct track_strategy *s, const struct engine *g)
{
	if (!s->known)
		track_find(t, s, g);
}

/* Whether a signal would change anything: one that does not need not be decided. words: it is told why; a refused entry has the gate's words. */
bool track_asks(const struct track *t, const struct engine *g, const struct signal *s, bool *words);

/* When the bar at t->at is over; INT64_MAX: there is none. */
static inline int64_t track_next_ms(const struct track *t)
{
	return t->at < t->base + t->run.count ? t->tape->end_ms[t->at - t->base] : INT64_MAX;
}

#endif
