#ifndef CT_TUNE_SPACE_H
#define CT_TUNE_SPACE_H

#include "strategy/strategy.h"

#define SPACE_AXES 16
#define SPACE_SETS 1000000

/*
 * Which parameter sets a search tries: one axis a parameter of the strategy. A set is a JSON object of the searched
 * parameters alone ({"lookback":20,"stop_pct":3}), in the order of the axes.
 */
struct space_axis {
	const struct field *field;
	char **values;         /* as JSON; of a range without a step none */
	size_t count;
	double low, high;      /* of such a range */
};

struct space {
	const struct strategy_kind *kind;
	struct space_axis axes[SPACE_AXES];
	size_t axis_count;
	char **sets;           /* of space_grid or space_random */
	size_t set_count;
	size_t left_out;       /* sets that `valid` refused */
	struct error why;      /* of the first of them */
};

void space_init(struct space *s, const struct strategy_kind *kind);
void space_release(struct space *s);

/*
 * One axis: NAME=LOW:HIGH:STEP (both ends included), NAME=LOW:HIGH (whole numbers by 1; other numbers: any, for random
 * search only), NAME=A,B,C (numbers or words; null where the strategy allows it).
 * ERR_USAGE names what is wrong: an unknown parameter, one named before, a value out of its range.
 */
enum err space_add(struct space *s, const char *spec, struct error *e);

/* Whether a set is one: a combination may be senseless though each value is allowed. ERR_DATA: left out. */
typedef enum err space_valid(void *ctx, const char *set, struct error *e);

/* Every combination, the first axis slowest. ERR_USAGE: a range without a step, too many sets, none that is valid. */
enum err space_grid(struct space *s, space_valid *valid, void *ctx, struct error *e);
/*
 * n different sets by lot; fewer where there are not as many. Equal seeds draw equal sets, and a larger n begins
 * with those of a smaller. Values of a range without a step have 4 significant digits.
 */
enum err space_random(struct space *s, size_t n, uint64_t seed, space_valid *valid, void *ctx, struct error *e);

#endif
