/*
 * What one closed bar does to a pair, in this order: exits at the open, stops, targets; entries, and what happens to
 * them in the same bar; then, at the close, trailing stops and time exits.
 */
#include "engine/scene.h"

#include <string.h>


/* At the close: the trailing stop follows the highest high, effective from the next bar. */
static enum err trail(const struct scene *s, struct book_position *p, struct error *e)
{
	struct book_order *o;
	dec stop;
	int64_t attempt;
	enum err rc;

	p->p.high_since = dec_max(p->p.high_since, s->bar->high);
	stop = engine_trailed(&p->p, s->tick);
	if (stop == DEC_NONE)
		return OK;
	if (s->g->live) { /* the order at the exchange follows: the desk replaces it */
		p->p.stop_price = stop;
		return OK;
	}
	o = book_order_of(s->b, p->p.decision, LEG_STOP);
	attempt = o ? o->o.attempt + 1 : 0;
	rc = o ? engine_end_order(s->g, o, ORDER_CANCELED, s->t_ms, "moved up", e) : OK;
	p->p.stop_price = stop;
	return rc ? rc : engine_protect(s->g, p, LEG_STOP, attempt, s->bar->open_time, s->t_ms, e);
}

static enum err at_close(const struct scene *s, struct book_position *p, struct error *e)
{
	bool bad = false;
	enum err rc;

	p->p.bars_held++;
	p->p.updated_ms = s->t_ms;
	memcpy(p->p.run, s->g->run, sizeof p->p.run);
	book_mark_position(s->b, p, &bad);
	if (bad)
		return error_field(e, ERR_DATA, "qty", "position %s is out of range", p->p.symbol);
	rc = trail(s, p, e);
	if (!rc && p->p.max_hold_bars != INT_NONE && p->p.bars_held >= p->p.max_hold_bars)
		rc = engine_exit(s->g, p, REASON_TIME, s->t_ms, s->t_ms, "held as long as the strategy allows", e);
	return rc ? rc : scene_put(s, KIND_POSITION, &p->p, e);
}

/* Entries in the order they were made. One that ends leaves its place to the next; orders made here come behind. */
static enum err settle_entries(const struct scene *s, struct error *e)
{
	for (size_t i = 0; i < s->b->order_count;) {
		struct book_order *o = &s->b->orders[i];
		char id[ID_SIZE];
		enum err rc;

		if (o->pair != s->pair || o->o.leg != LEG_ENTRY || o->active_ms > s->bar->open_time || scene_acted(s, &o->o)) {
			i++;
			continue;
		}
		memcpy(id, o->o.id, sizeof id);
		rc = scene_enter(s, o, e);
		if (rc)
			return rc;
		i += i < s->b->order_count && strcmp(s->b->orders[i].o.id, id) == 0;
	}
	return OK;
}

/* A limit order that has filled in part and waits for more. */
static struct book_order *rest_of_entry(const struct scene *s, const struct position *p)
{
	struct book_order *o = s->g->account->max_volume_share > 0 ? book_order_of(s->b, p->decision, LEG_ENTRY) : NULL;

	return o && o->active_ms <= s->bar->open_time ? o : NULL;
}

/* Exits of one position. On the way down to its stop a limit order that waits for more is filled first. */
static enum err settle_position(const struct scene *s, struct book_position *p, struct error *e)
{
	const struct book_plan *plan = book_plan_for(s->b, p->p.strategy, s->pair, CLASS_REDUCE);
	struct book_order *o = plan ? book_order_of(s->b, plan->d.id, LEG_EXIT) : NULL, *rest;
	size_t before = s->b->position_count;
	bool closed = false;
	enum err rc = OK;

	if (o && o->active_ms <= s->bar->open_time)
		rc = scene_exit_at_open(s, p, o, &closed, e);
	if (rc || closed)
		return rc;
	rest = rest_of_entry(s, &p->p);
	if (rest && fill_exit(SIDE_BUY, p->p.stop_price, p->p.target_price, FILL_NONE, s->bar).kind == FILL_EXIT_STOP)
		rc = scene_enter(s, rest, e);
	return rc || s->b->position_count != before ? rc : scene_exits_inside(s, p, FILL_NONE, &closed, e);
}

static enum err settle_positions(const struct scene *s, struct error *e)
{
	for (size_t i = 0; i < s->b->position_count;) {
		struct book_position *p = &s->b->positions[i];
		size_t before = s->b->position_count;
		enum err rc = p->pair == s->pair ? settle_position(s, p, e) : OK;

		if (rc)
			return rc;
		i += s->b->position_count == before;
	}
	return OK;
}

static enum err fill(const struct scene *s, struct error *e)
{
	enum err rc = settle_positions(s, e);

	return rc ? rc : settle_entries(s, e);
}

/* The shorter bars in which there was trade; with the last of them the whole bar is over. */
static enum err fill_inside(const struct scene *whole, const struct bar *detail, size_t n, struct error *e)
{
	struct scene s = *whole;
	enum err rc = OK;

	while (n && detail[n - 1].volume == 0)
		n--;
	for (size_t i = 0; !rc && i < n; i++) {
		if (detail[i].volume == 0)
			continue;
		s.bar = &detail[i];
		s.t_ms = i + 1 == n ? whole->t_ms : detail[i].close_time + 1;
		rc = fill(&s, e);
		s.later = true;
	}
	return rc;
}

enum err scene_settle(const struct scene *s, const struct bar *detail, size_t detail_count, struct error *e)
{
	enum err rc = s->g->live ? OK : detail_count ? fill_inside(s, detail, detail_count, e) : fill(s, e);

	s->b->pairs[s->pair].mark = s->bar->close;
	s->b->pairs[s->pair].settled_ms = s->t_ms;
	s->b->pairs[s->pair].dirty = true;
	for (size_t i = 0; !rc && i < s->b->position_count; i++)
		if (s->b->positions[i].pair == s->pair && (!s->g->live || s->b->positions[i].p.opened_ms < s->t_ms))
			rc = at_close(s, &s->b->positions[i], e);
	return rc || s->g->live ? rc : scene_reprice(s, e);
}
