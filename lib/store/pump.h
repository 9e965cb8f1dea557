#ifndef CT_STORE_PUMP_H
#define CT_STORE_PUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/*
 * Objects from one thread to another: `fill` runs in a thread of the pump, a few blocks ahead of who takes them. What fill
 * uses is that thread's until pump_end.
 */
struct pump_source {
	size_t stride, room; /* bytes of an object; objects of a block */
	enum err (*fill)(void *ctx, void *objects, size_t room, size_t *count, struct error *e); /* *count < room: that was all */
	void *ctx;
};

struct pump;
enum err pump_start(const struct pump_source *source, struct pump **p, struct error *e);
/* The next block, valid until the next call; *count 0: there is no more. The error is fill's. */
enum err pump_next(struct pump *p, const void **objects, size_t *count, struct error *e);
void pump_end(struct pump *p); /* at any time; NULL is fine */

#endif
