#include "book/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"

void book_init(struct book *b, const char *account, const char *quote)
{
	*b = (struct book){ 0 };
	snprintf(b->state.account, sizeof b->state.account, "%s", account);
	snprintf(b->quote, sizeof b->quote, "%s", quote);
	book_clear(b);
}

void book_release(struct book *b)
{
	free(b->pairs);
	free(b->positions);
	free(b->orders);
	free(b->plans);
	free(b->lots);
	*b = (struct book){ 0 };
}

void book_clear(struct book *b)
{
	struct account_state fresh = { .day_ms = TIME_NONE, .settled_ms = TIME_NONE, .breaker_ms = TIME_NONE };

	memcpy(fresh.account, b->state.account, sizeof fresh.account);
	b->state = fresh;
	b->pair_count = b->position_count = b->order_count = b->plan_count = b->lot_count = 0;
	b->lots_changed = b->unsynced = false;
	b->elsewhere = 0;
	b->rules_until_ms = INT64_MAX;
}

/* Rows keep their order: what happens to them must not depend on what was removed before. */
static void drop(void *rows, size_t *count, void *row, size_t size)
{
	char *end = (char *)rows + *count * size, *next = (char *)row + size;

	memmove(row, next, (size_t)(end - next));
	(*count)--;
}

enum err book_pair(struct book *b, int market, const char *symbol, size_t *index, struct error *e)
{
	struct book_pair *p;

	for (*index = 0; *index < b->pair_count; (*index)++)
		if (b->pairs[*index].market == market && strcmp(b->pairs[*index].symbol, symbol) == 0)
			return OK;
	if (grow(&b->pairs, &b->pair_cap, b->pair_count + 1, sizeof *b->pairs, e))
		return ERR_INTERNAL;
	p = &b->pairs[b->pair_count++];
	*p = (struct book_pair){ .market = market, .settled_ms = TIME_NONE, .mark = DEC_NONE };
	snprintf(p->symbol, sizeof p->symbol, "%s", symbol);
	return OK;
}

void book_set_terms(struct book *b, size_t pair, const struct symbol *terms, size_t n)
{
	b->pairs[pair].terms = terms;
	b->pairs[pair].term_count = n;
	b->rules_until_ms = INT64_MIN;
}

void book_rules_at(struct book *b, int64_t t_ms)
{
	if (t_ms < b->rules_until_ms)
		return;
	b->rules_until_ms = INT64_MAX;
	for (size_t i = 0; i < b->pair_count; i++) {
		struct book_pair *p = &b->pairs[i];
		size_t at, next;

		if (!p->term_count)
			continue;
		at = terms_at(p->terms, p->term_count, t_ms);
		p->rules = p->terms[at];
		p->has_rules = true;
		p->ahead = t_ms < p->rules.t_ms;
		next = p->ahead ? at : at + 1;
		if (next < p->term_count && p->terms[next].t_ms < b->rules_until_ms)
			b->rules_until_ms = p->terms[next].t_ms;
	}
}

dec book_tick(const struct book_pair *p)
{
	return p->has_rules ? p->rules.tick_size : 0;
}

dec book_lot(const struct book_pair *p)
{
	return p->has_rules ? dec_max(p->rules.step_size, p->rules.market_step_size) : 0;
}

dec book_sellable(const struct position *p, dec lot)
{
	dec whole = dec_to_step(p->qty, lot, ROUND_DOWN);

	return whole > 0 ? whole : p->qty;
}

struct book_position *book_position_of(struct book *b, const char *strategy, size_t pair)
{
	for (size_t i = 0; i < b->position_count; i++)
		if (b->positions[i].pair == pair && strcmp(b->positions[i].p.strategy, strategy) == 0)
			return &b->positions[i];
	return NULL;
}

struct book_order *book_order_of(struct book *b, const char *decision, enum leg leg)
{
	for (size_t i = 0; i < b->order_count; i++)
		if (b->orders[i].o.leg == (int)leg && strcmp(b->orders[i].o.decision, decision) == 0)
			return &b->orders[i];
	return NULL;
}

struct book_plan *book_plan_of(struct book *b, const char *decision)
{
	for (size_t i = 0; i < b->plan_count; i++)
		if (strcmp(b->plans[i].d.id, decision) == 0)
			return &b->plans[i];
	return NULL;
}

struct book_plan *book_plan_for(struct book *b, const char *strategy, size_t pair, enum decision_class c)
{
	for (size_t i = 0; i < b->plan_count; i++)
		if (b->plans[i].pair == pair && b->plans[i].d.class == (int)c && strcmp(b->plans[i].d.strategy, strategy) == 0)
			return &b->plans[i];
	return NULL;
}

bool book_concerns(const struct book *b, size_t pair)
{
	for (size_t i = 0; i < b->position_count; i++)
		if (b->positions[i].pair == pair)
			return true;
	for (size_t i = 0; i < b->plan_count; i++)
		if (b->plans[i].pair == pair)
			return true;
	return false;
}

struct book_position *book_new_position(struct book *b, size_t pair, struct error *e)
{
	if (grow(&b->positions, &b->position_cap, b->position_count + 1, sizeof *b->positions, e))
		return NULL;
	b->positions[b->position_count].pair = pair;
	return &b->positions[b->position_count++];
}

struct book_order *book_order_room(struct book *b, struct error *e)
{
	return grow(&b->orders, &b->order_cap, b->order_count + 1, sizeof *b->orders, e) ? NULL : &b->orders[b->order_count];
}

struct book_plan *book_plan_room(struct book *b, struct error *e)
{
	return grow(&b->plans, &b->plan_cap, b->plan_count + 1, sizeof *b->plans, e) ? NULL : &b->plans[b->plan_count];
}

void book_keep_order(struct book *b, size_t pair, int64_t active_ms)
{
	struct book_order *row = &b->orders[b->order_count++];

	row->pair = pair;
	row->active_ms = active_ms;
}

void book_keep_plan(struct book *b, size_t pair)
{
	b->plans[b->plan_count++].pair = pair;
}

enum err book_add_position(struct book *b, const struct position *p, size_t pair, struct book_position **out, struct error *e)
{
	*out = book_new_position(b, pair, e);
	if (!*out)
		return ERR_INTERNAL;
	(*out)->p = *p;
	return OK;
}

enum err book_add_order(struct book *b, const struct order *o, size_t pair, int64_t active_ms, struct error *e)
{
	struct book_order *row = book_order_room(b, e);

	if (!row)
		return ERR_INTERNAL;
	row->o = *o;
	book_keep_order(b, pair, active_ms);
	return OK;
}

enum err book_add_plan(struct book *b, const struct decision *d, size_t pair, struct error *e)
{
	struct book_plan *row = book_plan_room(b, e);

	if (!row)
		return ERR_INTERNAL;
	row->d = *d;
	book_keep_plan(b, pair);
	return OK;
}

void book_drop_position(struct book *b, struct book_position *p)
{
	if (b->lot_count)
		book_lots_drop(b, p, true);
	drop(b->positions, &b->position_count, p, sizeof *p);
}

void book_drop_order(struct book *b, struct book_order *o)
{
	drop(b->orders, &b->order_count, o, sizeof *o);
}

void book_drop_plan(struct book *b, struct book_plan *p)
{
	drop(b->plans, &b->plan_count, p, sizeof *p);
}

dec book_reserved(const struct book *b, bool *bad)
{
	dec sum = 0;

	for (size_t i = 0; i < b->plan_count; i++)
		sum = dec_add(sum, b->plans[i].d.reserved, bad);
	return sum;
}
