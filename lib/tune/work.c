#include "tune/work.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#define JOBS_MAX 256
#define SLOTS 8 /* a worker; results that wait for one before them */

struct slot {
	bool ready;
	enum err rc;
	struct error error;
	struct trial trial;
};

struct shop {
	const struct work *w;
	pthread_mutex_t lock;
	pthread_cond_t done, room; /* a slot became ready; one became free */
	struct slot *slots;
	size_t slot_count, next, taken; /* next to be begun, to be taken */
	bool closed;                    /* nothing more is begun */
};

/* The next task, or count when there is none. Called with the lock. */
static size_t begin(struct shop *s)
{
	while (!s->closed && s->next < s->w->count && s->next >= s->taken + s->slot_count)
		pthread_cond_wait(&s->room, &s->lock);
	return s->closed || s->next >= s->w->count ? s->w->count : s->next++;
}

static void *worker(void *arg)
{
	struct shop *s = arg;
	struct digest *scratch = digest_new();

	pthread_mutex_lock(&s->lock);
	for (size_t i; (i = begin(s)) < s->w->count;) {
		struct slot *slot = &s->slots[i % s->slot_count];

		pthread_mutex_unlock(&s->lock);
		slot->error = (struct error){ 0 };
		slot->rc = scratch ? s->w->make(s->w->ctx, i, scratch, &slot->trial, &slot->error) : error_memory(&slot->error);
		pthread_mutex_lock(&s->lock);
		slot->ready = true;
		s->closed |= slot->rc != OK;
		pthread_cond_signal(&s->done);
	}
	pthread_mutex_unlock(&s->lock);
	digest_free(scratch);
	return NULL;
}

/* Waits until the next result is there. False: it will not come, nothing more was begun. Called with the lock. */
static bool await(struct shop *s)
{
	const struct work *w = s->w;

	while (!s->slots[s->taken % s->slot_count].ready) {
		struct timespec until;

		if (s->closed && s->taken == s->next)
			return false;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 100000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&s->done, &s->lock, &until);
		s->closed |= w->stopping && w->stopping();
		if (w->idle)
			w->idle(w->ctx, s->taken);
	}
	return true;
}

/* Everything that was begun is taken, up to the first error. */
static enum err take_all(struct shop *s, struct error *e)
{
	const struct work *w = s->w;
	enum err rc = OK;

	pthread_mutex_lock(&s->lock);
	while (!rc && s->taken < w->count && await(s)) {
		struct slot *slot = &s->slots[s->taken % s->slot_count];

		pthread_mutex_unlock(&s->lock);
		rc = slot->rc;
		if (rc && e)
			*e = slot->error;
		if (!rc)
			rc = w->take(w->ctx, s->taken, &slot->trial, e);
		if (w->idle)
			w->idle(w->ctx, s->taken + 1);
		pthread_mutex_lock(&s->lock);
		slot->ready = false;
		s->taken += !rc;
		s->closed |= rc != OK || (w->stopping && w->stopping());
		pthread_cond_broadcast(&s->room);
	}
	s->closed = true;
	pthread_cond_broadcast(&s->room);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

enum err work_run(const struct work *w, size_t *done, struct error *e)
{
	int jobs = w->jobs < 1 ? 1 : w->jobs > JOBS_MAX ? JOBS_MAX : w->jobs, started = 0;
	struct shop s = { .w = w, .slot_count = (size_t)jobs * SLOTS };
	pthread_t threads[JOBS_MAX];
	enum err rc;

	*done = 0;
	s.slots = calloc(s.slot_count, sizeof *s.slots);
	if (!s.slots)
		return error_memory(e);
	pthread_mutex_init(&s.lock, NULL);
	pthread_cond_init(&s.done, NULL);
	pthread_cond_init(&s.room, NULL);
	while (started < jobs && (size_t)started < w->count && pthread_create(&threads[started], NULL, worker, &s) == 0)
		started++;
	rc = started || !w->count ? take_all(&s, e) : error_set(e, ERR_INTERNAL, "cannot start a worker");
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	*done = s.taken;
	pthread_cond_destroy(&s.room);
	pthread_cond_destroy(&s.done);
	pthread_mutex_destroy(&s.lock);
	free(s.slots);
	return rc;
}

int work_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}
