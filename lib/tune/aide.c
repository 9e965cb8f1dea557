#include "tune/aide.h"

#include <pthread.h>
#include <stdlib.h>

struct aide {
	struct chore *chores;
	const struct chore *busy;
	bool closed;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* only one of the two threads ever waits for it */
};

static struct chore *due(const struct aide *a)
{
	struct chore *c = a->chores;

	while (c && c->done == c->asked)
		c = c->next;
	return c;
}

static void *work(void *arg)
{
	struct aide *a = arg;
	struct chore *c;

	pthread_mutex_lock(&a->lock);
	while (!a->closed) {
		c = due(a);
		if (!c) {
			pthread_cond_wait(&a->changed, &a->lock);
			continue;
		}
		a->busy = c;
		pthread_mutex_unlock(&a->lock);
		c->work(c->ctx, c->done); /* written here alone */
		pthread_mutex_lock(&a->lock);
		a->busy = NULL;
		c->done++;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct aide *aide_begin(void)
{
	struct aide *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	if (pthread_create(&a->thread, NULL, work, a) == 0)
		return a;
	free(a);
	return NULL;
}

void aide_end(struct aide *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->closed = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

void aide_add(struct aide *a, struct chore *c)
{
	pthread_mutex_lock(&a->lock);
	c->next = a->chores;
	a->chores = c;
	pthread_mutex_unlock(&a->lock);
}

void aide_ask(struct aide *a, struct chore *c, size_t n)
{
	pthread_mutex_lock(&a->lock);
	c->asked = n;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

void aide_wait(struct aide *a, struct chore *c, size_t n)
{
	pthread_mutex_lock(&a->lock);
	while (c->done < n)
		pthread_cond_wait(&a->changed, &a->lock);
	pthread_mutex_unlock(&a->lock);
}

void aide_remove(struct aide *a, struct chore *c)
{
	struct chore **at = &a->chores;

	pthread_mutex_lock(&a->lock);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	while (a->busy == c)
		pthread_cond_wait(&a->changed, &a->lock);
	pthread_mutex_unlock(&a->lock);
}
