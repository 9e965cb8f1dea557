/* What was bought when, for accounts whose sales take the oldest or the newest coins first. */
#include <string.h>

#include "book/book.h"
#include "core/grow.h"

static bool of(const struct book_lot *l, const struct book_position *p)
{
	return l->pair == p->pair && strcmp(l->strategy, p->p.strategy) == 0;
}

static dec part_of(dec cost, dec sold, dec of_qty, bool *bad)
{
	return sold == of_qty ? cost : dec_mul_div(cost, sold, of_qty, ROUND_UP, bad);
}

/* The i-th lot in the order in which sales take them. */
static struct book_lot *next_lot(const struct book *b, size_t i)
{
	return &b->lots[b->method == LOTS_LIFO ? b->lot_count - 1 - i : i];
}

dec book_lots_cost(const struct book *b, const struct book_position *p, dec qty, bool *bad)
{
	dec cost = 0, left = qty;

	if (qty == p->p.qty)
		return p->p.cost;
	if (b->method == LOTS_AVERAGE)
		return part_of(p->p.cost, qty, p->p.qty, bad);
	for (size_t i = 0; i < b->lot_count && left > 0; i++) {
		const struct book_lot *l = next_lot(b, i);
		dec take = of(l, p) ? dec_min(left, l->qty) : 0;

		if (take > 0)
			cost = dec_add(cost, part_of(l->cost, take, l->qty, bad), bad);
		left -= take;
	}
	*bad |= left > 0;
	return cost;
}

enum err book_add_lot(struct book *b, const struct book_lot *l, struct error *e)
{
	if (grow(&b->lots, &b->lot_cap, b->lot_count + 1, sizeof *b->lots, e))
		return ERR_INTERNAL;
	b->lots[b->lot_count++] = *l;
	return OK;
}

enum err book_lots_add(struct book *b, const struct book_position *p, const char *trade, dec qty, dec cost, int64_t t_ms, struct error *e)
{
	struct book_lot l = { .pair = p->pair, .qty = qty, .cost = cost, .t_ms = t_ms };

	if (b->method == LOTS_AVERAGE)
		return OK;
	memcpy(l.strategy, p->p.strategy, sizeof l.strategy);
	memccpy(l.trade, trade, '\0', sizeof l.trade - 1);
	b->lots_changed = true;
	return book_add_lot(b, &l, e);
}

void book_lots_take(struct book *b, const struct book_position *p, dec qty)
{
	bool bad = false;
	dec left = qty;

	if (b->method == LOTS_AVERAGE)
		return;
	for (size_t i = 0; i < b->lot_count && left > 0; i++) {
		struct book_lot *l = next_lot(b, i);
		dec take = of(l, p) ? dec_min(left, l->qty) : 0;

		if (take == 0)
			continue;
		l->cost -= part_of(l->cost, take, l->qty, &bad);
		l->qty -= take;
		left -= take;
	}
	b->lots_changed = true;
	book_lots_drop(b, p, false);
}

void book_lots_drop(struct book *b, const struct book_position *p, bool all)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->lot_count; i++)
		if (!of(&b->lots[i], p) || (!all && b->lots[i].qty > 0))
			b->lots[kept++] = b->lots[i];
	b->lots_changed |= kept != b->lot_count;
	b->lot_count = kept;
}

enum err book_lots_mend(struct book *b, const struct book_position *p, struct error *e)
{
	dec qty = 0, cost = 0;

	for (size_t i = 0; i < b->lot_count; i++)
		if (of(&b->lots[i], p)) {
			qty += b->lots[i].qty;
			cost += b->lots[i].cost;
		}
	if (b->method == LOTS_AVERAGE || (qty == p->p.qty && cost == p->p.cost))
		return OK;
	book_lots_drop(b, p, true);
	return book_lots_add(b, p, p->p.decision, p->p.qty, p->p.cost, p->p.opened_ms, e);
}
