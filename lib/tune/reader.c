#include "tune/reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"

#define WORTH_A_THREAD 65536 /* bars */
#define STRETCH 8192
#define SLOTS 2 /* stretches that the thread may be ahead */

struct stretch {
	size_t series;
	int64_t since, until;
};

/* What the thread has read of one stretch. */
struct slot {
	struct candle head;
	struct bar *bars;
	size_t count, cap;
};

struct reader {
	const char *path;
	const struct store_query *query;
	struct history *history;
	enum err (*stop)(struct error *e);
	struct store_series *series;
	size_t series_count;
	struct stretch *stretches; /* in the order of series, then of time; the odd ones are the thread's */
	size_t count;
	struct slot slots[SLOTS];
	size_t read, taken; /* odd stretches so far */
	bool closed;
	enum err rc; /* the thread's */
	struct error error;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

static enum err take_bars(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	struct reader *r = ctx;
	enum err rc = r->stop ? r->stop(e) : OK;

	return rc ? rc : history_add_bars(r->history, head, bars, n, e);
}

static enum err keep_bars(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	struct slot *s = ctx;

	if (grow(&s->bars, &s->cap, s->count + n, sizeof *s->bars, e))
		return ERR_INTERNAL;
	s->head = *head;
	memcpy(s->bars + s->count, bars, n * sizeof *bars);
	s->count += n;
	return OK;
}

static enum err read_stretch(const struct reader *r, struct store *s, size_t i, store_bars_callback *callback, void *ctx, struct error *e)
{
	const struct stretch *t = &r->stretches[i];
	const struct store_series *series = &r->series[t->series];
	struct store_query q = STORE_ANY;

	q.market = series->market;
	q.interval = series->interval;
	q.symbols = (const char(*)[SYMBOL_SIZE])&series->symbol;
	q.symbol_count = 1;
	q.since = t->since;
	q.until = t->until;
	return store_each_bars(s, &q, callback, ctx, e);
}

static void *work(void *arg)
{
	struct reader *r = arg;
	struct store *s = NULL;
	struct error e = { 0 };
	enum err rc = store_open(r->path, STORE_READ, &s, &e);

	pthread_mutex_lock(&r->lock);
	while (!rc && !r->closed && r->read < r->count / 2) {
		struct slot *slot = &r->slots[r->read % SLOTS];

		if (r->read == r->taken + SLOTS) {
			pthread_cond_wait(&r->changed, &r->lock);
			continue;
		}
		pthread_mutex_unlock(&r->lock);
		slot->count = 0;
		rc = read_stretch(r, s, 2 * r->read + 1, keep_bars, slot, &e); /* read is written here alone */
		pthread_mutex_lock(&r->lock);
		r->read += !rc;
		pthread_cond_signal(&r->changed);
	}
	r->rc = rc;
	r->error = e;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	store_close(s);
	return NULL;
}

/* The thread's next stretch goes where it belongs. */
static enum err take_slot(struct reader *r, struct error *e)
{
	const struct slot *slot = &r->slots[r->taken % SLOTS];
	enum err rc;

	pthread_mutex_lock(&r->lock);
	while (r->read == r->taken && !r->rc)
		pthread_cond_wait(&r->changed, &r->lock);
	rc = r->read == r->taken ? r->rc : OK;
	pthread_mutex_unlock(&r->lock);
	if (rc) {
		*e = r->error;
		return rc;
	}
	if (slot->count)
		rc = take_bars(r, &slot->head, slot->bars, slot->count, e);
	pthread_mutex_lock(&r->lock);
	r->taken++;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return rc;
}

static enum err read_by_two(struct reader *r, struct store *s, struct error *e)
{
	enum err rc = OK;

	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	if (pthread_create(&r->thread, NULL, work, r) != 0)
		return store_each_bars(s, r->query, take_bars, r, e);
	for (size_t i = 0; !rc && i < r->count; i++)
		rc = i % 2 ? take_slot(r, e) : read_stretch(r, s, i, take_bars, r, e);
	pthread_mutex_lock(&r->lock);
	r->closed = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	for (size_t i = 0; i < SLOTS; i++)
		free(r->slots[i].bars);
	return rc;
}

/* The series as the query wants them: from when, and behind its last. False: there is nothing. */
static bool span_of(const struct store_series *s, const struct store_query *q, int64_t *since, int64_t *until)
{
	if (s->first == TIME_NONE)
		return false;
	*since = q->since == TIME_NONE || q->since < s->first ? s->first : q->since;
	*until = q->until == TIME_NONE || q->until > s->last ? s->last + 1 : q->until;
	return *since < *until;
}

static enum err cut(struct reader *r, struct error *e)
{
	int64_t since, until;
	size_t n = 0;

	for (size_t i = 0; i < r->series_count; i++)
		if (span_of(&r->series[i], r->query, &since, &until))
			n += (size_t)((until - since) / (STRETCH * interval_ms((enum interval)r->series[i].interval))) + 1;
	r->stretches = calloc(n + 1, sizeof *r->stretches);
	if (!r->stretches)
		return error_memory(e);
	for (size_t i = 0; i < r->series_count; i++) {
		int64_t length = STRETCH * interval_ms((enum interval)r->series[i].interval);

		for (bool some = span_of(&r->series[i], r->query, &since, &until); some && since < until; since += length)
			r->stretches[r->count++] = (struct stretch){ i, since, until - since > length ? since + length : until };
	}
	return OK;
}

enum err reader_read(struct store *s, const char *path, const struct store_query *q, struct history *h, enum err (*stop)(struct error *e),
	struct error *e)
{
	struct reader r = { .path = path, .query = q, .history = h, .stop = stop };
	enum err rc = store_series(s, q, &r.series, &r.series_count, e);

	if (!rc)
		rc = cut(&r, e);
	if (!rc) /* where the last so many of each begin, only the store knows */
		rc = q->last || r.count * STRETCH < WORTH_A_THREAD ? store_each_bars(s, q, take_bars, &r, e) : read_by_two(&r, s, e);
	free(r.stretches);
	free(r.series);
	return rc;
}
