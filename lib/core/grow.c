#include "core/grow.h"

#include <stdlib.h>
#include <string.h>

enum err grow_to(void *rows_pointer, size_t *cap, size_t want, size_t size, struct error *e)
{
	size_t twice = *cap ? 2 * *cap : 16;
	void *rows;

	if (want < twice)
		want = twice;
	memcpy(&rows, rows_pointer, sizeof rows);
	rows = reallocarray(rows, want, size);
	if (!rows)
		return error_memory(e);
	memcpy(rows_pointer, &rows, sizeof rows);
	*cap = want;
	return OK;
}
