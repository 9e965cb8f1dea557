#ifndef CT_ENGINE_FILLS_H
#define CT_ENGINE_FILLS_H

#include "engine/engine.h"

/*
 * What a fill does to the book, whoever says that it happened: the fill model (engine/scene.h) or the exchange
 * (engine/report.h). Inside the caller's transaction.
 */
struct engine_fill {
	int64_t number;      /* of the order's fills: 0, 1, … */
	dec qty, price;
	bool maker;
	int64_t t_ms;
	struct fee_rule fee; /* reported: the three below stand; else they are computed */
	dec fee_amount, fee_quote;
	char fee_asset[ASSET_SIZE];
};

/*
 * A fill of an entry: opens the strategy's position of the pair or adds to it, and sets stop and target from what was
 * paid so far. The order and its decision stay as they are, but for what is filled.
 */
enum err engine_bought(struct engine *g, struct book_order *o, const struct engine_fill *f, struct book_position **p, struct error *e);

/* An empty position of the order's strategy and pair, into which a fill goes. */
enum err engine_hold(struct engine *g, const struct book_order *o, const struct engine_fill *f, struct book_position **p, struct error *e);

/*
 * A fill of an order that sells position p. last: nothing that could be sold is left; left-overs are dust, and
 * engine_drop follows. The order stays as it is, but for what is filled.
 */
enum err engine_sold(struct engine *g, struct book_order *o, struct book_position *p, enum reason reason, const struct engine_fill *f, bool last,
	struct error *e);
/* A position that was sold leaves the book; its last record says so. */
enum err engine_drop(struct engine *g, struct book_position *p, dec mark, int64_t t_ms, struct error *e);

/* Why a protective leg's fill closes a position. */
enum reason engine_leg_reason(const struct position *p, enum leg leg);

/* Records a stop or target order for a position, as the next attempt of its leg. */
enum err engine_protect(struct engine *g, const struct book_position *p, enum leg leg, int64_t attempt, int64_t active_ms, int64_t t_ms,
	struct error *e);

/* Where its highest high takes a trailing stop; DEC_NONE: it stays. */
dec engine_trailed(const struct position *p, dec tick);

#endif
