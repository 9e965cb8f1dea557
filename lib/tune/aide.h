#ifndef CT_TUNE_AIDE_H
#define CT_TUNE_AIDE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A second thread beside a walk, and only one: on two processors a third would take turns with the walk itself. It does
 * chores, piece after piece; of those that are asked for something the one that was added last.
 */
struct chore {
	void (*work)(void *ctx, size_t number); /* one piece, by the aide */
	void *ctx;
	size_t asked, done; /* pieces so far; the aide's from aide_add to aide_remove */
	struct chore *next;
};

struct aide;

struct aide *aide_begin(void); /* NULL: no memory, or no thread to be had */
void aide_end(struct aide *a); /* its chores have been removed; NULL: nothing */

void aide_add(struct aide *a, struct chore *c);
/* Up to n pieces are asked for, from the beginning. What the caller wrote before, the aide sees. */
void aide_ask(struct aide *a, struct chore *c, size_t n);
/* Returns when n pieces are done: they have been asked for. */
void aide_wait(struct aide *a, struct chore *c, size_t n);
/* What was begun is done, the rest is dropped. */
void aide_remove(struct aide *a, struct chore *c);

#endif
