#include "tune/scribe.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)1 << 17)
#define ALIGN 16

static size_t rounded(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* In a block: which kind, then the object. */
static void put_lines(const struct scribe_block *b, struct buf *lines)
{
	for (size_t at = 0; at < b->used;) {
		const struct kind *k = &kinds[*(const int *)(const void *)(b->room + at)];

		record_write(k, b->room + at + ALIGN, lines);
		at += ALIGN + rounded(k->size);
	}
}

/* After a failure nothing more is written. */
static void write_block(void *ctx, size_t number)
{
	struct scribe *s = ctx;
	struct scribe_block *b = &s->blocks[number % SCRIBE_BLOCKS];

	if (!s->rc) {
		put_lines(b, &s->lines);
		s->rc = s->write(&s->lines, &s->error);
	}
	b->rc = s->rc;
}

static void release(struct scribe *s)
{
	for (size_t i = 0; i < SCRIBE_BLOCKS; i++)
		free(s->blocks[i].room);
	buf_release(&s->lines);
	s->aide = NULL;
}

enum err scribe_begin(struct scribe *s, struct aide *aide, enum err (*write)(struct buf *lines, struct error *e), struct error *e)
{
	bool room = true;

	*s = (struct scribe){ .write = write, .aide = aide, .writing = { .work = write_block, .ctx = s } };
	for (size_t i = 0; i < SCRIBE_BLOCKS; i++) {
		s->blocks[i].room = malloc(BLOCK);
		room &= s->blocks[i].room != NULL;
	}
	if (!room) {
		release(s);
		return error_memory(e);
	}
	aide_add(aide, &s->writing);
	return OK;
}

/* Waits until everything that was given is written. */
static enum err wait_all(struct scribe *s, struct error *e)
{
	aide_wait(s->aide, &s->writing, s->given);
	if (s->rc && e)
		*e = s->error;
	return s->rc;
}

/* Hands the block over, and returns with the next one free. */
static enum err hand_over(struct scribe *s, struct error *e)
{
	struct scribe_block *next;

	aide_ask(s->aide, &s->writing, ++s->given);
	next = &s->blocks[s->given % SCRIBE_BLOCKS];
	if (s->given >= SCRIBE_BLOCKS)
		aide_wait(s->aide, &s->writing, s->given - SCRIBE_BLOCKS + 1);
	next->used = 0;
	return next->rc ? wait_all(s, e) : OK;
}

enum err scribe_put(struct scribe *s, enum kind_id kind, const void *object, struct error *e)
{
	size_t n = ALIGN + rounded(kinds[kind].size);
	enum err rc = s->blocks[s->given % SCRIBE_BLOCKS].used + n > BLOCK ? hand_over(s, e) : OK;
	struct scribe_block *b = &s->blocks[s->given % SCRIBE_BLOCKS];

	if (rc)
		return rc;
	memcpy(b->room + b->used, &(int){ (int)kind }, sizeof(int));
	memcpy(b->room + b->used + ALIGN, object, kinds[kind].size);
	b->used += n;
	return OK;
}

enum err scribe_end(struct scribe *s, struct error *e)
{
	enum err rc;

	aide_ask(s->aide, &s->writing, ++s->given);
	rc = wait_all(s, e);
	aide_remove(s->aide, &s->writing);
	release(s);
	return rc;
}
