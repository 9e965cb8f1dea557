#include "tune/prices.h"

#include <stdlib.h>
#include <string.h>

struct price_row {
	char id[ID_SIZE];
	dec price;
};

/* The newest first. */
static struct price_row *find(const struct prices *p, const char *id)
{
	for (size_t i = p->count; i-- > 0;)
		if (strcmp(p->rows[i].id, id) == 0)
			return &p->rows[i];
	return NULL;
}

enum err prices_put(struct prices *p, const char *id, dec price, struct error *e)
{
	struct price_row *row = find(p, id);

	if (!row && p->count == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 16;
		struct price_row *more = reallocarray(p->rows, cap, sizeof *more);

		if (!more)
			return error_memory(e);
		p->rows = more;
		p->cap = cap;
	}
	if (!row) {
		row = &p->rows[p->count++];
		memcpy(row->id, id, ID_SIZE);
	}
	row->price = price;
	return OK;
}

void prices_drop(struct prices *p, const char *id)
{
	struct price_row *row = find(p, id);

	if (row)
		*row = p->rows[--p->count];
}

dec prices_get(const struct prices *p, const char *id)
{
	const struct price_row *row = find(p, id);

	return row ? row->price : DEC_NONE;
}

void prices_release(struct prices *p)
{
	free(p->rows);
	*p = (struct prices){ 0 };
}
