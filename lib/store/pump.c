#include "store/pump.h"

#include <pthread.h>
#include <stdlib.h>

#define BLOCKS 4

struct pump {
	struct pump_source source;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t made, taken; /* blocks so far; the one taken last is still in use */
	bool stopping;
	struct block {
		size_t count;
		bool last;
		struct error error;
	} blocks[BLOCKS];
	char *objects;
};

static char *objects_of(struct pump *p, size_t block)
{
	return p->objects + block % BLOCKS * p->source.room * p->source.stride;
}

/* False: nobody takes any more. */
static bool wait_for_room(struct pump *p)
{
	bool room;

	pthread_mutex_lock(&p->lock);
	while (!p->stopping && p->made >= p->taken + BLOCKS - 1)
		pthread_cond_wait(&p->changed, &p->lock);
	room = !p->stopping;
	pthread_mutex_unlock(&p->lock);
	return room;
}

static void *run(void *ctx)
{
	struct pump *p = ctx;
	bool last = false;

	while (!last && wait_for_room(p)) {
		struct block *b = &p->blocks[p->made % BLOCKS];

		*b = (struct block){ 0 };
		p->source.fill(p->source.ctx, objects_of(p, p->made), p->source.room, &b->count, &b->error);
		last = b->last = b->error.code || b->count < p->source.room;
		pthread_mutex_lock(&p->lock);
		p->made++;
		pthread_cond_signal(&p->changed);
		pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

enum err pump_start(const struct pump_source *source, struct pump **out, struct error *e)
{
	struct pump *p = calloc(1, sizeof *p);

	*out = NULL;
	if (!p)
		return error_memory(e);
	p->source = *source;
	p->objects = malloc(BLOCKS * source->room * source->stride);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	if (!p->objects || pthread_create(&p->thread, NULL, run, p) != 0) {
		free(p->objects);
		free(p);
		return error_set(e, ERR_INTERNAL, "no memory for a thread");
	}
	*out = p;
	return OK;
}

enum err pump_next(struct pump *p, const void **objects, size_t *count, struct error *e)
{
	const struct block *b;

	*count = 0;
	if (p->taken > 0 && p->blocks[(p->taken - 1) % BLOCKS].last)
		return OK;
	pthread_mutex_lock(&p->lock);
	while (p->made == p->taken)
		pthread_cond_wait(&p->changed, &p->lock);
	b = &p->blocks[p->taken % BLOCKS];
	*objects = objects_of(p, p->taken++);
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	*count = b->count;
	if (b->error.code && e)
		*e = b->error;
	return b->error.code;
}

void pump_end(struct pump *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p->objects);
	free(p);
}
