#ifndef CT_TUNE_SPILL_H
#define CT_TUNE_SPILL_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/error.h"
#include "model/candle.h"

/*
 * Bars that are more than memory should hold, in a file without a name in TMPDIR (or /tmp), as sort(1) does it. They are
 * written by stretches while they come, and looked at as one array afterwards: what was walked over can be let go.
 */
#define SPILL_PAGE 32 /* bars: stretches are multiples of it, as memory is mapped by pages */

struct spill {
	int fd; /* -1: none yet */
	off_t size;
};

/* Where a series' bars lie. */
struct spill_stretch {
	off_t at;
	size_t count; /* bars */
};

struct spill_list {
	struct spill_stretch *rows;
	size_t count, cap;
};

/* Appends n bars (a multiple of SPILL_PAGE, but for a series' last) to the file, and to the series' list. ERR_IO. */
enum err spill_add(struct spill *s, struct spill_list *list, const struct bar *bars, size_t n, struct error *e);
void spill_close(struct spill *s);

/* All stretches of a list as one array, to be read only. *loose: it may be let go. */
enum err spill_map(const struct spill *s, const struct spill_list *list, size_t count, struct bar **bars, bool *loose, struct error *e);
void spill_unmap(struct bar *bars, size_t count);
/* Lets go of the memory behind bars [from, to) of a loose array; they come from the file again when they are looked at. */
void spill_let_go(const struct bar *bars, size_t from, size_t to);

#endif
