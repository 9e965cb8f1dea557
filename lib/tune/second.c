#include "tune/second.h"

#include <pthread.h>
#include <stdlib.h>

struct second {
	struct chore *chores;
	const struct chore *busy;
	bool closed;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* only one of the two threads ever waits for it */
};

static struct chore *due(const struct second *s)
{
	struct chore *c = s->chores;

	while (c && c->done == c->asked)
		c = c->next;
	return c;
}

static void *work(void *arg)
{
	struct second *s = arg;
	struct chore *c;

	pthread_mutex_lock(&s->lock);
	while (!s->closed) {
		c = due(s);
		if (!c) {
			pthread_cond_wait(&s->changed, &s->lock);
			continue;
		}
		s->busy = c;
		pthread_mutex_unlock(&s->lock);
		c->work(c->ctx, c->done); /* written here alone */
		pthread_mutex_lock(&s->lock);
		s->busy = NULL;
		c->done++;
		pthread_cond_signal(&s->changed);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

struct second *second_begin(void)
{
	struct second *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	if (pthread_create(&s->thread, NULL, work, s) == 0)
		return s;
	free(s);
	return NULL;
}

void second_end(struct second *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void second_add(struct second *s, struct chore *c)
{
	pthread_mutex_lock(&s->lock);
	c->next = s->chores;
	s->chores = c;
	pthread_mutex_unlock(&s->lock);
}

void second_ask(struct second *s, struct chore *c, size_t n)
{
	pthread_mutex_lock(&s->lock);
	c->asked = n;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

void second_wait(struct second *s, struct chore *c, size_t n)
{
	pthread_mutex_lock(&s->lock);
	while (c->done < n)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

void second_remove(struct second *s, struct chore *c)
{
	struct chore **at = &s->chores;

	pthread_mutex_lock(&s->lock);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	while (s->busy == c)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}
