#ifndef CT_CORE_GROW_H
#define CT_CORE_GROW_H

#include <stddef.h>

#include "core/error.h"

/* grow's slow half. */
enum err grow_to(void *rows_pointer, size_t *cap, size_t want, size_t size, struct error *e);

/*
 * Room for `want` rows of `size` bytes in the array that *rows_pointer points to, which has room for *cap (NULL and 0 at
 * first): it doubles, and moves. The caller frees it.
 */
static inline enum err grow(void *rows_pointer, size_t *cap, size_t want, size_t size, struct error *e)
{
	return want <= *cap ? OK : grow_to(rows_pointer, cap, want, size, e);
}

#endif
