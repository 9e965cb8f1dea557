#ifndef CT_ENGINE_SCENE_H
#define CT_ENGINE_SCENE_H

#include "engine/engine.h"

/* One pair's bar being settled (engine's own). */
struct scene {
	struct engine *g;
	struct book *b;
	size_t pair;
	const struct bar *bar;
	int64_t t_ms; /* when it was over and known */
	dec tick, step;
	struct fee_rule fee[2]; /* of a taker and of a maker, as before any bar of this close is booked */
};

/* Fills, exits, trailing and time exits of the scene's pair; its mark and its cursor. */
enum err scene_settle(const struct scene *s, struct error *e);

#endif
