#include "tune/scribe.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)1 << 19)
#define ALIGN 16

static size_t rounded(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* In a block: which kind, then the object. */
static void write_block(const char *block, size_t used, struct buf *lines)
{
	for (size_t at = 0; at < used;) {
		const struct kind *k = &kinds[*(const int *)(const void *)(block + at)];

		record_write(k, block + at + ALIGN, lines);
		at += ALIGN + rounded(k->size);
	}
}

static void *work(void *arg)
{
	struct scribe *s = arg;
	struct buf lines = { 0 };

	pthread_mutex_lock(&s->lock);
	while (!s->closed || s->written < s->given) {
		size_t i = s->written % SCRIBE_BLOCKS;
		enum err rc = s->rc;
		struct error e = { 0 };

		if (s->written == s->given) {
			pthread_cond_wait(&s->changed, &s->lock);
			continue;
		}
		pthread_mutex_unlock(&s->lock);
		if (!rc) {
			write_block(s->blocks[i], s->used[i], &lines);
			rc = s->write(&lines, &e);
		}
		pthread_mutex_lock(&s->lock);
		if (rc && !s->rc) {
			s->rc = rc;
			s->error = e;
		}
		s->written++;
		pthread_cond_signal(&s->changed);
	}
	pthread_mutex_unlock(&s->lock);
	buf_release(&lines);
	return NULL;
}

static void release(struct scribe *s)
{
	for (size_t i = 0; i < SCRIBE_BLOCKS; i++)
		free(s->blocks[i]);
}

enum err scribe_begin(struct scribe *s, enum err (*write)(struct buf *lines, struct error *e), struct error *e)
{
	bool room = true;

	*s = (struct scribe){ .write = write };
	for (size_t i = 0; i < SCRIBE_BLOCKS; i++) {
		s->blocks[i] = malloc(BLOCK);
		room &= s->blocks[i] != NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	s->running = room && pthread_create(&s->thread, NULL, work, s) == 0;
	if (s->running)
		return OK;
	release(s);
	return error_set(e, ERR_INTERNAL, "cannot start a thread");
}

/* Hands the block over; with the next one free, or at the end, it returns. */
static enum err hand_over(struct scribe *s, struct error *e)
{
	enum err rc;

	pthread_mutex_lock(&s->lock);
	s->given++;
	pthread_cond_signal(&s->changed);
	while (s->given - s->written == SCRIBE_BLOCKS)
		pthread_cond_wait(&s->changed, &s->lock);
	rc = s->rc;
	if (rc && e)
		*e = s->error;
	pthread_mutex_unlock(&s->lock);
	s->used[s->given % SCRIBE_BLOCKS] = 0;
	return rc;
}

enum err scribe_put(struct scribe *s, enum kind_id kind, const void *object, struct error *e)
{
	size_t n = ALIGN + rounded(kinds[kind].size), i = s->given % SCRIBE_BLOCKS;
	enum err rc = s->used[i] + n > BLOCK ? hand_over(s, e) : OK;
	char *to;

	if (rc)
		return rc;
	i = s->given % SCRIBE_BLOCKS;
	to = s->blocks[i] + s->used[i];
	memcpy(to, &(int){ (int)kind }, sizeof(int));
	memcpy(to + ALIGN, object, kinds[kind].size);
	s->used[i] += n;
	return OK;
}

enum err scribe_end(struct scribe *s, struct error *e)
{
	pthread_mutex_lock(&s->lock);
	s->given++;
	s->closed = true;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	release(s);
	s->running = false;
	if (s->rc && e)
		*e = s->error;
	return s->rc;
}
