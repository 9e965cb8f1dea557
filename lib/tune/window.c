#include "tune/window.h"

#include <stdlib.h>

#define SHORT 512   /* bars of a window; one that is filled ahead is longer: handing it over costs too */
#define LONG 4096
#define WORTH_A_THREAD 65536 /* bars */

static enum err make_slot(struct windows *w, struct window *v, struct error *e)
{
	size_t columns = panel_columns(w->panel), n = w->length;

	v->room = malloc((4 + columns) * (n + 1) * sizeof *v->room);
	v->rows = malloc((columns + 1) * sizeof *v->rows);
	if (!v->room || !v->rows)
		return error_memory(e);
	for (size_t i = 0; i < columns; i++)
		v->rows[i] = v->room + (4 + i) * n;
	v->run = (struct study_run){ .high = v->room, .low = v->room + n, .close = v->room + 2 * n, .volume = v->room + 3 * n,
		.columns = (const double *const *)v->rows };
	return OK;
}

static void fill(struct windows *w, size_t number)
{
	struct window *v = &w->slots[number % w->slot_count];
	size_t n = w->length;

	v->base = number * n;
	v->run.bars = w->series->bars + v->base;
	v->run.count = w->count - v->base < n ? w->count - v->base : n;
	study_prices(v->run.bars, v->run.count, v->room, v->room + n, v->room + 2 * n, v->room + 3 * n);
	panel_fill(w->panel, &v->run, v->rows);
	v->rc = tape_fill(&v->tape, (enum interval)w->series->interval, v->run.bars, v->run.count, NULL);
}

static void *work(void *arg)
{
	struct windows *w = arg;
	size_t last = (w->count + w->length - 1) / w->length, taken, walked = 0;

	pthread_mutex_lock(&w->lock);
	while (w->filled < last && !w->closed) {
		/* The slot of the window that is being looked at is not free. */
		if (w->filled >= w->taken + w->slot_count - (w->taken > 0)) {
			pthread_cond_wait(&w->changed, &w->lock);
			continue;
		}
		taken = w->taken;
		pthread_mutex_unlock(&w->lock);
		while (walked + 1 < taken) /* the window that is being looked at is the last one taken */
			history_walked(w->series, ++walked * w->length);
		fill(w, w->filled); /* written here alone */
		pthread_mutex_lock(&w->lock);
		w->filled++;
		pthread_cond_signal(&w->changed);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

enum err windows_begin(struct windows *w, const struct history_series *s, struct panel *panel, size_t count, bool few, struct error *e)
{
	bool ahead = few && count >= WORTH_A_THREAD;
	size_t length = ahead ? LONG : SHORT;
	enum err rc = OK;

	*w = (struct windows){ .series = s, .panel = panel, .count = count, .length = count < length ? count : length,
		.slot_count = ahead ? WINDOW_SLOTS : 1 };
	for (size_t i = 0; !rc && i < w->slot_count; i++)
		rc = make_slot(w, &w->slots[i], e);
	if (rc || !ahead)
		return rc;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	w->ahead = pthread_create(&w->thread, NULL, work, w) == 0; /* if not, they are filled when they are wanted */
	return OK;
}

void windows_release(struct windows *w)
{
	if (w->ahead) {
		pthread_mutex_lock(&w->lock);
		w->closed = true;
		pthread_cond_signal(&w->changed);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
	}
	for (size_t i = 0; i < w->slot_count; i++) {
		free(w->slots[i].room);
		free(w->slots[i].rows);
		tape_release(&w->slots[i].tape);
	}
	w->slot_count = 0;
}

enum err windows_next(struct windows *w, const struct window **out, struct error *e)
{
	if (w->ahead) {
		pthread_mutex_lock(&w->lock);
		w->taken++;
		pthread_cond_signal(&w->changed);
		while (w->filled < w->taken)
			pthread_cond_wait(&w->changed, &w->lock);
		pthread_mutex_unlock(&w->lock);
	} else {
		history_walked(w->series, w->taken * w->length);
		fill(w, w->taken++);
	}
	*out = &w->slots[(w->taken - 1) % w->slot_count];
	return (*out)->rc ? error_memory(e) : OK;
}
