#include "tune/window.h"

#include <stdlib.h>

#define SHORT 512   /* bars of a window; one that is filled ahead is longer: handing it over costs too */
#define LONG 4096

static enum err make_slot(struct windows *w, struct window *v, struct error *e)
{
	size_t columns = panel_columns(w->panel), n = w->length;

	v->room = malloc((STUDY_ROOM + columns) * (n + 1) * sizeof *v->room);
	v->rows = malloc((columns + 1) * sizeof *v->rows);
	if (!v->room || !v->rows)
		return error_memory(e);
	for (size_t i = 0; i < columns; i++)
		v->rows[i] = v->room + (STUDY_ROOM + i) * n;
	return OK;
}

static size_t window_count(const struct windows *w)
{
	return (w->count + w->length - 1) / w->length;
}

static void fill(void *ctx, size_t number)
{
	struct windows *w = ctx;
	struct window *v = &w->slots[number % w->slot_count];
	size_t n = w->length;

	if (number >= w->slot_count) /* the walk is behind the one that was here */
		history_walked(w->series, (number - w->slot_count + 1) * n);
	v->base = number * n;
	n = w->count - v->base < n ? w->count - v->base : n;
	study_see(w->series->bars + v->base, n, panel_reads_volume(w->panel), v->room, &v->run);
	v->run.columns = (const double *const *)v->rows;
	panel_fill(w->panel, &v->run, v->rows);
	v->rc = tape_fill(&v->tape, (enum interval)w->series->interval, v->run.bars, n, NULL);
}

/* All whose slot is free. */
static void ask_ahead(struct windows *w)
{
	size_t n = w->taken + w->slot_count - (w->taken > 0), all = window_count(w);

	aide_ask(w->aide, &w->filling, n < all ? n : all);
}

enum err windows_begin(struct windows *w, const struct history_series *s, struct panel *panel, size_t count, struct aide *aide,
	struct error *e)
{
	size_t length = aide ? LONG : SHORT;
	enum err rc = OK;

	*w = (struct windows){ .series = s, .panel = panel, .count = count, .length = count < length ? count : length,
		.slot_count = aide ? WINDOW_SLOTS : 1, .filling = { .work = fill, .ctx = w } };
	for (size_t i = 0; !rc && i < w->slot_count; i++)
		rc = make_slot(w, &w->slots[i], e);
	if (rc || !aide || !count)
		return rc;
	w->aide = aide;
	aide_add(aide, &w->filling);
	ask_ahead(w);
	return OK;
}

void windows_release(struct windows *w)
{
	if (w->aide)
		aide_remove(w->aide, &w->filling);
	for (size_t i = 0; i < w->slot_count; i++) {
		free(w->slots[i].room);
		free(w->slots[i].rows);
		tape_release(&w->slots[i].tape);
	}
	w->slot_count = 0;
}

enum err windows_next(struct windows *w, const struct window **out, struct error *e)
{
	w->taken++;
	if (w->aide) {
		ask_ahead(w);
		aide_wait(w->aide, &w->filling, w->taken);
	} else {
		fill(w, w->taken - 1);
	}
	*out = &w->slots[(w->taken - 1) % w->slot_count];
	return (*out)->rc ? error_memory(e) : OK;
}
