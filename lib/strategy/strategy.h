#ifndef CT_STRATEGY_STRATEGY_H
#define CT_STRATEGY_STRATEGY_H

#include <stddef.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/field.h"
#include "model/candle.h"
#include "model/signal.h"
#include "study/study.h"

/*
 * A strategy reads columns and says what it wants: pure, one closed bar at a time, from the first bar on. The same
 * input gives the same signals in every mode, and cutting the input short never changes an earlier one.
 */
#define STRATEGY_NEEDS 8

/* One column: an indicator's spec, and which of its outputs. */
struct strategy_need {
	char spec[STUDY_SPEC];
	int output;
};

/* A run of bars as one strategy sees it: values[k][i] is the k-th need at the i-th bar. */
struct strategy_view {
	const struct study_run *run;
	const double *values[STRATEGY_NEEDS];
	const char *symbol;
};

/* What a book acts upon. */
enum {
	HEARS_BUY = 1,  /* an event BUY */
	HEARS_EXIT = 2, /* an exposure of 0: of a book that holds the pair, or waits for it */
};

struct strategy_kind {
	const char *name, *doc;
	const struct field *params;
	size_t param_count, params_size, state_size;
	/* Why this parameter means nothing beside the others; NULL: it does. */
	const char *(*unused)(const void *params, const char *key);
	/* What ranges alone cannot say. ERR_DATA with the key. */
	enum err (*check)(const void *params, struct error *e);
	/* The columns decide wants, at most STRATEGY_NEEDS; returns how many. */
	size_t (*needs)(const void *params, struct strategy_need *needs);
	void (*start)(const void *params, void *state);
	/*
	 * One bar. values[k] is this bar's value of the k-th need, NaN while undefined. out comes with the series, the
	 * times and the price filled, no event, no exit plan, no band: decide sets what there is.
	 */
	void (*decide)(const void *params, const struct bar *bar, const double *values, void *state, struct signal *out);
	/*
	 * How far it gets in the bars [from, to) without asking for anything that a book acts upon which hears so much.
	 * Returns the first bar that is to be decided (it may turn out to ask for nothing) or `to`; state is then as if every
	 * bar before it had been decided.
	 */
	size_t (*quiet)(const void *params, const struct strategy_view *v, size_t from, size_t to, void *state, unsigned hears);
	/* The signal's why, and its waits_for, of the bar last decided: texts of WHY_SIZE bytes. */
	void (*why)(const void *params, const void *state, char *text);
	void (*waits)(const void *params, const void *state, char *text);
};

extern const struct strategy_kind *const strategy_kinds[]; /* NULL-terminated */

const struct strategy_kind *strategy_kind_find(const char *name); /* NULL: none */
/* JSON Schema of a file for this kind. */
void strategy_schema(const struct strategy_kind *k, struct buf *b);

/* A strategy file: {"strategy":"channel", "note":…, "interval":…, and the kind's parameters}. */
struct strategy;

/* ERR_CONFIG names file, key, value and what was expected. The caller frees with strategy_free. */
enum err strategy_load(const char *path, struct strategy **out, struct error *e);
/* The same from a parsed object (borrowed); name is the strategy's name in records. ERR_DATA names the key. */
enum err strategy_new(const char *name, json_t *json, struct strategy **out, struct error *e);
void strategy_free(struct strategy *s);

const struct strategy_kind *strategy_kind(const struct strategy *s);
int strategy_interval(const struct strategy *s); /* of the bars it reads, as its file names it; -1: of those that come */
/* Every parameter that means something, in a fixed order, as one JSON object: part of a run's identity. The note is not in it. */
void strategy_params_json(const struct strategy *s, struct buf *b);

/* One strategy on one series. */
struct strategy_series;

/*
 * Asks the panel for its columns. The strategy and the panel's columns must outlive it. interval is the panel's.
 * ERR_CONFIG when the panel cannot have a column.
 */
enum err strategy_series_new(const struct strategy *s, struct panel *panel, int market, const char *symbol, int interval,
	struct strategy_series **out, struct error *e);
void strategy_series_free(struct strategy_series *s);

/* Everything of the signal but waits_for and why, which are "". columns is what panel_step returned for this bar. */
void strategy_series_step(struct strategy_series *s, const struct bar *bar, const double *columns, struct signal *out);
/*
 * The same in rows: the i-th bar of a run whose columns are those of the series' panel. Bars that strategy_series_quiet
 * passed are not stepped.
 */
void strategy_series_step_at(struct strategy_series *s, const struct study_run *run, size_t i, struct signal *out);
/*
 * Of the bars [from, to), of which `from` is the next one to be stepped: the first at which the strategy may ask for
 * something that a book acts upon which hears so much, or `to`. Those before it count as stepped. What was quiet for one
 * that hears all is quiet for one that hears less.
 */
size_t strategy_series_quiet(struct strategy_series *s, const struct study_run *run, size_t from, size_t to, unsigned hears);
/* The two texts, for the bar last stepped: only worth its time when the line is written. */
void strategy_series_words(const struct strategy_series *s, struct signal *out);
/* Only why: all that a decision keeps. */
void strategy_series_why(const struct strategy_series *s, struct signal *out);

#endif
