#ifndef CT_TUNE_SECOND_H
#define CT_TUNE_SECOND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A second thread beside a walk, and only one: where there are two processors, three threads would wait for each other.
 * It does chores, piece after piece; of those that are asked for something the one that was added last.
 */
struct chore {
	void (*work)(void *ctx, size_t number); /* one piece, by the second thread */
	void *ctx;
	size_t asked, done; /* pieces so far; the second thread's from second_add to second_remove */
	struct chore *next;
};

struct second;

struct second *second_begin(void); /* NULL: no memory, or no thread to be had */
void second_end(struct second *s); /* its chores have been removed; NULL: nothing */

void second_add(struct second *s, struct chore *c);
/* Up to n pieces are asked for, from the beginning. What the caller wrote before, the second thread sees. */
void second_ask(struct second *s, struct chore *c, size_t n);
/* Returns when n pieces are done: they have been asked for. */
void second_wait(struct second *s, struct chore *c, size_t n);
/* What was begun is done, the rest is dropped. */
void second_remove(struct second *s, struct chore *c);

#endif
