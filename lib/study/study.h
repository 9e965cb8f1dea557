#ifndef CT_STUDY_STUDY_H
#define CT_STUDY_STUDY_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "model/candle.h"

/*
 * Indicators: a bar in, a column or several out, one bar at a time. The same code serves one live bar and a million;
 * each costs O(1) amortised a bar. Definitions and warm-up are TA-Lib's wherever it has the function.
 */
#define STUDY_PARAMS 3
#define STUDY_OUTPUTS 5
#define STUDY_PERIOD_MAX 10000
#define STUDY_PIECE 256 /* bars that are computed at a time */
#define STUDY_SPEC 64 /* bytes that hold a spec ("macd:12,26,9") or a column's name */

/* What indicators see of a bar. Prices are > 0 and finite, volume >= 0. */
struct study_bar {
	int64_t open_time; /* ms UTC */
	double high, low, close, volume;
};

struct study_param {
	const char *name; /* NULL ends the list */
	double fallback, min, max;
	int whole;        /* integers only */
	const char *doc;
};

struct indicator {
	const char *name, *doc, *source;
	struct study_param params[STUDY_PARAMS + 1];
	const char *outputs[STUDY_OUTPUTS + 1]; /* column suffixes, "" for the plain name; NULL ends the list */
	bool volume; /* it reads volumes */
	/* Bytes of state for these parameters. */
	size_t (*size)(const double *p);
	/* state is zeroed. bars_per_year is of the series' interval. */
	void (*init)(void *state, const double *p, double bars_per_year);
	/* out holds NaN until the first value; an undefined value later on (flat market) is set to NaN again. */
	void (*step)(void *state, const struct study_bar *bar, double *out);
	/* n times step, n <= STUDY_PIECE; rows[k][i] gets output k as the i-th bar left it. */
	void (*run)(void *state, const struct study_bar *bars, size_t n, double *out, double (*rows)[STUDY_PIECE]);
	/* 0-based index of the first bar that has a value of this output. */
	int64_t (*first)(const double *p, int output);
};

extern const struct indicator *const indicators[]; /* NULL-terminated */

const struct indicator *indicator_find(const char *name); /* NULL: none */
int indicator_outputs(const struct indicator *i);

/* The columns of one series. Equal columns are computed once, however many ask for them. */
struct panel;

struct panel *panel_new(enum interval interval); /* NULL: out of memory */
void panel_free(struct panel *p);

/*
 * Asks for an indicator by its spec, "NAME" or "NAME:P1,P2": *first is the index of its first column, the others
 * follow. Only before the first panel_step. ERR_USAGE names what is wrong in the spec.
 */
enum err panel_want(struct panel *p, const char *spec, size_t *first, struct error *e);

/*
 * The next bar of the series. The values of this bar, one a column, NaN where undefined; valid until the next call,
 * at the same address in every call.
 */
const double *panel_step(struct panel *p, const struct bar *bar);

/*
 * Bars one after another of one series, in rows: what is read many times, or far ahead, is cheaper so.
 * columns[c][i] is the value of the panel's c-th column at bars[i]; prices and volume are what indicators see, volume NULL
 * where the panel reads none. traded: the bar has a volume.
 */
struct study_run {
	const struct bar *bars;
	size_t count;
	const double *high, *low, *close, *volume;
	const bool *traded;
	const double *const *columns;
};

/*
 * The next bars of the series at once, of which the run has all but columns: rows[c][i] gets the value of column c at the
 * i-th, the very ones that panel_step would give for one after another. A NULL row is not wanted; what only it needs is not
 * computed, so it must not be wanted later.
 */
void panel_fill(struct panel *p, const struct study_run *run, double *const *rows);
/*
 * A run of n bars as indicators see them, all but the columns; room: STUDY_ROOM rows of n doubles, which the run keeps.
 * volume: its volumes, too.
 */
#define STUDY_ROOM 5
void study_see(const struct bar *bars, size_t n, bool volume, double *room, struct study_run *run);
/* Whether a column needs the volumes. */
bool panel_reads_volume(const struct panel *p);

size_t panel_columns(const struct panel *p);
/* What makes a column the same in two panels of one series. */
struct column_key {
	const struct indicator *indicator;
	double params[STUDY_PARAMS];
	int64_t output;
};
struct column_key panel_column_key(const struct panel *p, size_t column);
/* "sma_20", "donchian_20_upper": the indicator, its parameters, the output. */
const char *panel_column_name(const struct panel *p, size_t column);
/* 0-based index of the first bar on which this column can have a value. */
int64_t panel_first(const struct panel *p, size_t column);

#endif
