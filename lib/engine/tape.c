#include "engine/tape.h"

#include <stdlib.h>
#include <string.h>

/* One allocation holds all columns: those of the bars, then those of the blocks. */
static enum err make_room(struct tape *t, size_t n, struct error *e)
{
	size_t cap = (n + TAPE_BLOCK - 1) / TAPE_BLOCK * TAPE_BLOCK, blocks = cap / TAPE_BLOCK;
	int64_t *room;

	if (n <= t->cap)
		return OK;
	room = malloc((4 * cap + 3 * blocks) * sizeof *room);
	if (!room)
		return error_memory(e);
	free(t->end_ms);
	t->cap = cap;
	t->end_ms = room;
	t->high = room + cap;
	t->low = room + 2 * cap;
	t->close = room + 3 * cap;
	t->block_high = room + 4 * cap;
	t->block_low = t->block_high + blocks;
	t->block_close = t->block_low + blocks;
	return OK;
}

static void fill_block(struct tape *t, const struct bar *bars, size_t from, size_t to)
{
	int64_t length = t->interval == INTERVAL_1MONTH ? 0 : interval_ms(t->interval); /* 0: they differ */
	dec64 high = 0, low = INT64_MAX, close = 0;

	for (size_t i = from; i < to; i++) {
		const struct bar *b = &bars[i];

		t->end_ms[i] = length ? b->open_time + length : interval_next(t->interval, b->open_time);
		t->high[i] = b->high;
		t->low[i] = b->low;
		t->close[i] = b->close;
		high = b->high > high ? b->high : high;
		low = b->low < low ? b->low : low;
		close = b->close > close ? b->close : close;
	}
	t->block_high[from / TAPE_BLOCK] = high;
	t->block_low[from / TAPE_BLOCK] = low;
	t->block_close[from / TAPE_BLOCK] = close;
}

enum err tape_fill(struct tape *t, enum interval interval, const struct bar *bars, size_t n, struct error *e)
{
	enum err rc = make_room(t, n, e);

	if (rc)
		return rc;
	t->interval = interval;
	t->count = n;
	for (size_t from = 0; from < n; from += TAPE_BLOCK)
		fill_block(t, bars, from, from + TAPE_BLOCK < n ? from + TAPE_BLOCK : n);
	return OK;
}

void tape_release(struct tape *t)
{
	free(t->end_ms);
	*t = (struct tape){ 0 };
}

/* Of column: the first of [from, to) above v; blocks whose extreme is not above it are passed at once. */
static size_t first_above(const dec64 *column, const dec64 *block, size_t from, size_t to, dec64 v)
{
	while (from < to) {
		size_t end = (from / TAPE_BLOCK + 1) * TAPE_BLOCK;

		end = end < to ? end : to;
		if (block[from / TAPE_BLOCK] > v)
			for (size_t i = from; i < end; i++)
				if (column[i] > v)
					return i;
		from = end;
	}
	return to;
}

size_t tape_high_above(const struct tape *t, size_t from, size_t to, dec v)
{
	return v >= INT64_MAX ? to : first_above(t->high, t->block_high, from, to, v < INT64_MIN ? INT64_MIN : (dec64)v);
}

size_t tape_low_at_or_below(const struct tape *t, size_t from, size_t to, dec v)
{
	dec64 limit = v > INT64_MAX ? INT64_MAX : (dec64)v;

	if (v < INT64_MIN)
		return to;
	while (from < to) {
		size_t end = (from / TAPE_BLOCK + 1) * TAPE_BLOCK;

		end = end < to ? end : to;
		if (t->block_low[from / TAPE_BLOCK] <= limit)
			for (size_t i = from; i < end; i++)
				if (t->low[i] <= limit)
					return i;
		from = end;
	}
	return to;
}

/* Where no bar is missing it is as far as the clock says; else in steps that double, then by halves. */
size_t tape_closed(const struct tape *t, size_t from, size_t to, int64_t t_ms)
{
	if (from < to && t->end_ms[from] <= t_ms) {
		size_t n = (size_t)((t_ms - t->end_ms[from]) / interval_ms(t->interval)) + 1;

		n = n < to - from ? n : to - from;
		if (t->end_ms[from + n - 1] <= t_ms && (from + n == to || t->end_ms[from + n] > t_ms))
			return from + n;
	}
	for (size_t step = 1; from < to && step < to - from; step *= 2) {
		if (t->end_ms[from + step] > t_ms) {
			to = from + step;
			break;
		}
		from += step + 1;
	}
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (t->end_ms[middle] <= t_ms)
			from = middle + 1;
		else
			to = middle;
	}
	return to;
}

static inline dec64 larger(dec64 a, dec64 b)
{
	return a > b ? a : b;
}

/* By two chains: one would wait for itself. */
static dec64 highest_of(const dec64 *column, size_t from, size_t to, dec64 top)
{
	dec64 other = top;

	for (; from + 1 < to; from += 2) {
		top = larger(top, column[from]);
		other = larger(other, column[from + 1]);
	}
	return larger(from < to ? larger(top, column[from]) : top, other);
}

static dec64 highest(const dec64 *column, const dec64 *block, size_t from, size_t to)
{
	size_t first = (from + TAPE_BLOCK - 1) / TAPE_BLOCK, last = to / TAPE_BLOCK; /* of the whole blocks */

	if (first >= last)
		return highest_of(column, from, to, column[from]);
	return highest_of(column, from, first * TAPE_BLOCK, highest_of(column, last * TAPE_BLOCK, to, highest_of(block, first, last, block[first])));
}

dec64 tape_highest(const struct tape *t, size_t from, size_t to)
{
	return highest(t->high, t->block_high, from, to);
}

dec64 tape_highest_close(const struct tape *t, size_t from, size_t to)
{
	return highest(t->close, t->block_close, from, to);
}
