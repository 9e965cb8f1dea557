#include "model/terms.h"

#include <stdlib.h>
#include <string.h>

#include "core/grow.h"

enum err terms_add(struct terms *t, const struct symbol *s, struct error *e)
{
	if (grow(&t->rows, &t->cap, t->count + 1, sizeof *t->rows, e))
		return ERR_INTERNAL;
	t->rows[t->count++] = *s;
	return OK;
}

void terms_release(struct terms *t)
{
	free(t->rows);
	*t = (struct terms){ 0 };
}

static int by_pair(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->market != y->market ? x->market - y->market : strcmp(x->symbol, y->symbol);
}

/* Of pointers into one array: the last key is the place there. */
static int by_pair_and_time(const void *a, const void *b)
{
	const struct symbol *x = *(const struct symbol *const *)a, *y = *(const struct symbol *const *)b;
	int pair = by_pair(x, y);

	if (pair || x->t_ms != y->t_ms)
		return pair ? pair : x->t_ms < y->t_ms ? -1 : 1;
	return x < y ? -1 : x > y;
}

enum err terms_sort(struct terms *t, struct error *e)
{
	const struct symbol **order = malloc((t->count + 1) * sizeof *order);
	struct symbol *sorted = malloc((t->count + 1) * sizeof *sorted);
	size_t n = 0;

	if (!order || !sorted) {
		free(order);
		free(sorted);
		return error_memory(e);
	}
	for (size_t i = 0; i < t->count; i++)
		order[i] = &t->rows[i];
	qsort(order, t->count, sizeof *order, by_pair_and_time);
	for (size_t i = 0; i < t->count; i++) {
		bool again = i + 1 < t->count && by_pair(order[i], order[i + 1]) == 0 && order[i]->t_ms == order[i + 1]->t_ms;

		if (!again && !(n && symbols_equal(&sorted[n - 1], order[i])))
			sorted[n++] = *order[i];
	}
	free(order);
	free(t->rows);
	*t = (struct terms){ sorted, n, n };
	return OK;
}

const struct symbol *terms_of(const struct terms *t, int market, const char *symbol, size_t *n)
{
	const struct symbol *first, *end = t->rows + t->count;
	struct symbol key = { .market = market };

	*n = 0;
	strncpy(key.symbol, symbol, sizeof key.symbol - 1);
	first = t->count ? bsearch(&key, t->rows, t->count, sizeof *t->rows, by_pair) : NULL;
	if (!first)
		return NULL;
	while (first > t->rows && by_pair(first - 1, &key) == 0)
		first--;
	while (first + *n < end && by_pair(first + *n, &key) == 0)
		++*n;
	return first;
}

size_t terms_at(const struct symbol *rows, size_t n, int64_t t_ms)
{
	size_t i = 0;

	while (i + 1 < n && rows[i + 1].t_ms <= t_ms)
		i++;
	return i;
}
