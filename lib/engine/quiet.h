#ifndef CT_ENGINE_QUIET_H
#define CT_ENGINE_QUIET_H

#include "engine/engine.h"
#include "engine/tape.h"

/*
 * Most bars do nothing to an account but move its marks. These functions find such bars and book many of them at once;
 * what comes out is what engine_settle would have made of them one by one, to the last digit and record.
 *
 * A walk over one pair's bars:
 *
 *	n = engine_quiet(g, pair, tape, at, most);        // the book lets so many pass
 *	n = the first of them at whose close the strategy asks for something (engine_wants), and that one, or all
 *	engine_pass(g, &lane, 1, end of the last of them, &passed_ms, e);
 *	then engine_decide and engine_execute at that close; where n was 0, or less was passed: engine_settle for one bar.
 */

/*
 * How many of the bars [from, from + most) the pair's positions and orders let pass: no order of it could act, no stop
 * or target is touched, no trailing stop moves, no time exit falls due, the exchange's rules stay. 0 while anything is in flight
 * for the pair.
 */
size_t engine_quiet(const struct engine *g, size_t pair, const struct tape *tape, size_t from, size_t most);

/* One pair in a pass: the bar that is next. Its bars up to the pass's end must be quiet. */
struct engine_lane {
	size_t pair;
	const struct tape *tape;
	size_t next; /* moves on behind what was passed */
	size_t first; /* the pass's own: where it began, and the mark before the close in work */
	dec before;
};

/*
 * Books all closes of the lanes' bars up to until_ms. It stops before a close at which a breaker may trip, money is to come or
 * other rules hold (*passed_ms: the last close that was booked; TIME_NONE: none), and engine_settle decides that one. Nobody else's state may change
 * meanwhile: every pair of the account that has a bar in this time must be a lane.
 * What the ledger does not want to hear of (struct ledger, wants) is not made.
 */
enum err engine_pass(struct engine *g, struct engine_lane *lanes, size_t n, int64_t until_ms, int64_t *passed_ms, struct error *e);

/*
 * Whether a signal asks for anything that is worth engine_decide's time: risk_wants, less the entries that would be
 * refused without effect (the strategy holds the pair already) where the ledger does not want to hear of refusals.
 */
bool engine_wants(const struct engine *g, const struct signal *s, size_t pair, enum decision_class *c);

#endif
