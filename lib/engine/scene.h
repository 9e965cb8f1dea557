#ifndef CT_ENGINE_SCENE_H
#define CT_ENGINE_SCENE_H

#include "engine/fills.h"
#include "fill/fill.h"

/* One pair's bar being settled (engine's own). */
struct scene {
	struct engine *g;
	struct book *b;
	size_t pair;
	const struct bar *bar; /* or a shorter one inside it, as a scene of its own */
	int64_t open_ms;       /* of the whole bar */
	bool later;            /* a shorter bar, and not the first in which there was trade */
	int64_t t_ms; /* when it was over and known */
	dec tick, step;
	struct fee_rule fee[2]; /* of a taker and of a maker, as before any bar of this close is booked */
};

/*
 * Fills, exits, trailing and time exits of the scene's pair; its mark and its cursor. With shorter bars that make the
 * scene's bar, what is filled is decided by each of them in turn.
 */
enum err scene_settle(const struct scene *s, const struct bar *detail, size_t detail_count, struct error *e);

/* What the scene's files share. scene_fill.c: prices, volumes, records. */

/*
 * A taker's price for qty coins: the raw one moved against you by slippage_bps and by price_impact × (qty ÷ the bar's
 * volume)², onto the tick, never below one tick.
 */
dec scene_price(const struct scene *s, enum side side, dec raw, dec qty, bool *bad);
/* How much of qty one order gets in this bar: max_volume_share of its volume in whole steps, but at least one step. */
dec scene_room(const struct scene *s, dec qty, bool *bad);
/* What has changed and goes on. */
enum err scene_put(const struct scene *s, enum kind_id kind, const void *object, struct error *e);
/* A fill as the model says it, for the book. */
void scene_fill(const struct scene *s, const struct order *o, dec qty, dec price, bool maker, bool at_open, struct engine_fill *f);
/* An order that was filled: it ends, or stays in the book partially filled. */
enum err scene_filled(const struct scene *s, struct book_order *o, int64_t t_ms, bool whole, struct error *e);
/* After a fill in parts: the next attempt of every order that sells otherwise than the position now asks for. */
enum err scene_resize(const struct scene *s, const struct book_position *p, int64_t t_ms, struct error *e);

/* scene_exits.c: stop or target, where the bar reached one. *closed: the position has left the book. */
enum err scene_exits_inside(const struct scene *s, struct book_position *p, enum fill_where entry, bool *closed, struct error *e);
/* An exit at market that is due at this open. A bar without volume fills nothing: the order is issued again. */
enum err scene_exit_at_open(const struct scene *s, struct book_position *p, struct book_order *o, bool *closed, struct error *e);

/*
 * scene_entries.c: one entry order in this bar: filled, wholly or in part, ended, or (a limit or stop order with time
 * left) resting on. Where a candle is missing or nobody traded, an entry does not wait for the next.
 */
enum err scene_enter(const struct scene *s, struct book_order *o, struct error *e);
/* At the close: limit-makers that wait follow the price up (engine_maker_price). */
enum err scene_reprice(const struct scene *s, struct error *e);
/* It has been filled in part, in this very bar. */
bool scene_acted(const struct scene *s, const struct order *o);

#endif
