#include "tune/shelf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct column_key key;
	struct entry *next;
	double *row;
	size_t readers;
	uint64_t read;  /* when last, in takes */
	bool ready;     /* its values are there */
};

struct shelf_series {
	double *room;
	struct study_run seen; /* all its bars, in the room; without columns */
	struct tape tape;
	struct entry *entries;
};

struct shelf {
	const struct history *history;
	struct shelf_series *series;
	size_t bytes, most;
	uint64_t takes;
	pthread_mutex_t lock;
	pthread_cond_t filled;
};

enum err shelf_new(const struct history *h, size_t bytes, struct shelf **out, struct error *e)
{
	struct shelf *s = *out = calloc(1, sizeof *s);
	enum err rc = OK;

	if (!s)
		return error_memory(e);
	s->history = h;
	s->most = bytes;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->filled, NULL);
	s->series = calloc(h->series_count + 1, sizeof *s->series);
	for (size_t i = 0; s->series && !rc && i < h->series_count; i++) {
		size_t n = h->series[i].count;
		double *room = s->series[i].room = reallocarray(NULL, n + 1, STUDY_ROOM * sizeof *room);

		if (!room)
			return error_memory(e);
		study_see(h->series[i].bars, n, true, room, &s->series[i].seen);
		rc = tape_fill(&s->series[i].tape, (enum interval)h->series[i].interval, h->series[i].bars, n, e);
	}
	return s->series ? rc : error_memory(e);
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	for (size_t i = 0; s->series && i < s->history->series_count; i++) {
		for (struct entry *x = s->series[i].entries, *next; x; x = next) {
			next = x->next;
			free(x->row);
			free(x);
		}
		free(s->series[i].room);
		tape_release(&s->series[i].tape);
	}
	free(s->series);
	pthread_cond_destroy(&s->filled);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* The link to the longest unread row that nobody reads now; NULL: all are read. */
static struct entry **find_oldest(struct shelf *s, size_t *series)
{
	struct entry **oldest = NULL;

	for (size_t i = 0; i < s->history->series_count; i++)
		for (struct entry **x = &s->series[i].entries; *x; x = &(*x)->next)
			if (!(*x)->readers && (!oldest || (*x)->read < (*oldest)->read)) {
				oldest = x;
				*series = i;
			}
	return oldest;
}

static void make_room(struct shelf *s, size_t bytes)
{
	struct entry **link, *gone;
	size_t series;

	while (s->bytes + bytes > s->most && (link = find_oldest(s, &series))) {
		gone = *link;
		*link = gone->next;
		s->bytes -= s->history->series[series].count * sizeof *gone->row;
		free(gone->row);
		free(gone);
	}
}

/* The entry of a column, new if need be. Called with the lock; NULL: out of memory. */
static struct entry *entry_of(struct shelf *s, size_t series, const struct column_key *key, bool *fresh)
{
	size_t n = s->history->series[series].count;
	struct entry *x = s->series[series].entries;

	while (x && memcmp(&x->key, key, sizeof *key) != 0)
		x = x->next;
	*fresh = !x;
	if (*fresh) {
		make_room(s, n * sizeof *x->row);
		x = calloc(1, sizeof *x);
		if (!x || !(x->row = reallocarray(NULL, n + 1, sizeof *x->row))) {
			free(x);
			return NULL;
		}
		x->key = *key;
		x->next = s->series[series].entries;
		s->series[series].entries = x;
		s->bytes += n * sizeof *x->row;
	}
	x->readers++;
	x->read = s->takes;
	return x;
}

/* Those that are there and those that others are about to fill; the rest is the caller's to fill: rows[c] is theirs. */
static void reserve(struct shelf *s, size_t series, const struct panel *p, struct entry **entries, double **rows)
{
	bool fresh;

	pthread_mutex_lock(&s->lock);
	s->takes++;
	for (size_t c = 0; c < panel_columns(p); c++) {
		struct column_key key = panel_column_key(p, c);

		entries[c] = entry_of(s, series, &key, &fresh);
		rows[c] = entries[c] && fresh ? entries[c]->row : NULL;
	}
	pthread_mutex_unlock(&s->lock);
}

/* The caller's own are ready now; waits for those of others. False: there was no memory for one. */
static bool await(struct shelf *s, struct entry *const *entries, double *const *rows, size_t n)
{
	bool whole = true;

	pthread_mutex_lock(&s->lock);
	for (size_t c = 0; c < n; c++)
		if (rows[c])
			entries[c]->ready = true;
	pthread_cond_broadcast(&s->filled);
	for (size_t c = 0; c < n; c++) {
		whole &= entries[c] != NULL;
		while (entries[c] && !entries[c]->ready)
			pthread_cond_wait(&s->filled, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return whole;
}

static size_t index_of(const struct shelf *s, const struct history_series *series)
{
	return (size_t)(series - s->history->series);
}

enum err shelf_take(struct shelf *s, const struct history_series *h, struct panel *p, const double **columns, struct study_run *run, struct error *e)
{
	size_t n = panel_columns(p);
	struct entry **entries = calloc(n + 1, sizeof *entries);
	double **rows = calloc(n + 1, sizeof *rows);
	bool whole = entries && rows;

	*run = s->series[index_of(s, h)].seen;
	run->columns = columns;
	if (whole) {
		reserve(s, index_of(s, h), p, entries, rows);
		panel_fill(p, run, rows);
		whole = await(s, entries, rows, n);
	}
	for (size_t c = 0; entries && c < n; c++)
		columns[c] = entries[c] ? entries[c]->row : NULL;
	free(entries);
	free(rows);
	return whole ? OK : error_memory(e);
}

void shelf_give(struct shelf *s, const struct history_series *series, const double *const *columns, size_t n)
{
	pthread_mutex_lock(&s->lock);
	for (struct entry *x = s->series[index_of(s, series)].entries; x; x = x->next)
		for (size_t c = 0; c < n; c++)
			x->readers -= x->row == columns[c];
	pthread_mutex_unlock(&s->lock);
}

const struct tape *shelf_tape(const struct shelf *s, const struct history_series *series)
{
	return &s->series[index_of(s, series)].tape;
}
