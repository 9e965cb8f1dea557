#ifndef CT_TUNE_SHELF_H
#define CT_TUNE_SHELF_H

#include "engine/tape.h"
#include "study/study.h"
#include "tune/history.h"

/*
 * The columns of a history, in rows: what one trial has computed, the others read. Any number of threads may take and
 * give back at a time. Rows that nobody reads make room, the longest unread first, once all fill more than `bytes`; the
 * history must outlive the shelf.
 */
#define SHELF_BYTES (48u << 20)

struct shelf;

enum err shelf_new(const struct history *h, size_t bytes, struct shelf **out, struct error *e);
void shelf_free(struct shelf *s);

/*
 * A whole series of the history with the columns of a panel of it that has not been stepped; it is used up. columns, an
 * array of
 * panel_columns, becomes run->columns; to be given back after an error too.
 */
enum err shelf_take(struct shelf *s, const struct history_series *series, struct panel *p, const double **columns, struct study_run *run, struct error *e);
/* Ends the reading of a run that was taken, n columns wide; NULL columns are none. */
void shelf_give(struct shelf *s, const struct history_series *series, const double *const *columns, size_t n);
/* The same series as the engine sees it. */
const struct tape *shelf_tape(const struct shelf *s, const struct history_series *series);

#endif
