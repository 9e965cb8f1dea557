/*
 * Entries and exits at random, with another strategy's stops: what luck alone would have done. With enter 1 and leave 0 it
 * buys once and holds. The lot of a bar is a hash of seed, pair and time: it needs no memory, so every mode and
 * every starting point draws the same.
 */
#include <math.h>
#include <stdio.h>

#include "core/random.h"
#include "strategy/kinds.h"

struct random {
	double enter, leave;
	int64_t seed, atr_period;
	double stop_pct, stop_atr, trail_pct, trail_atr; /* NaN: none */
};

struct random_state {
	uint64_t root; /* of seed and pair; 0: not yet made */
	bool in, acted;
};

#define F(member) FIELD(random, member)
#define ABOVE (FIELD_NULL | FIELD_ABOVE_MIN | FIELD_MAX)
#define RANDOM_FIELDS (sizeof random_fields / sizeof *random_fields)

static const struct field random_fields[] = {
	{ "enter", FIELD_REAL, F(enter), FIELD_REQUIRED | FIELD_MIN | FIELD_MAX, "fraction", "probability of buying at the close of a bar while out", NULL, 0, 1, NULL },
	{ "leave", FIELD_REAL, F(leave), FIELD_REQUIRED | FIELD_MIN | FIELD_MAX, "fraction", "probability of selling at the close of a bar while in", NULL, 0, 1, NULL },
	{ "seed", FIELD_INT, F(seed), FIELD_MIN | FIELD_MAX, NULL, "another number, other random draws", NULL, 0, 9007199254740991.0, "1" },
	{ "atr_period", FIELD_INT, F(atr_period), FIELD_MIN | FIELD_MAX, "bars", "of every ATR used", NULL, 1, STUDY_PERIOD_MAX, "14" },
	{ "stop_pct", FIELD_REAL, F(stop_pct), ABOVE, "percent", "stop, below the fill price", NULL, 0, 99, "null" },
	{ "stop_atr", FIELD_REAL, F(stop_atr), ABOVE, "ATR", "stop, below the fill price", NULL, 0, 100, "null" },
	{ "trail_pct", FIELD_REAL, F(trail_pct), ABOVE, "percent", "trailing stop, below the highest high since the entry", NULL, 0, 99, "null" },
	{ "trail_atr", FIELD_REAL, F(trail_atr), ABOVE, "ATR", "trailing stop, below the highest high since the entry", NULL, 0, 100, "null" },
};

static const char *unused(const void *params, const char *key)
{
	(void)params;
	(void)key;
	return NULL;
}

static enum err check(const void *params, struct error *e)
{
	const struct random *p = params;

	if (!isnan(p->stop_pct) && !isnan(p->stop_atr))
		return error_field(e, ERR_DATA, "stop_atr", "stop_pct is set too: one stop is enough");
	if (!isnan(p->trail_pct) && !isnan(p->trail_atr))
		return error_field(e, ERR_DATA, "trail_atr", "trail_pct is set too: one trailing stop is enough");
	return OK;
}

static bool wants_atr(const struct random *p)
{
	return !isnan(p->stop_atr) || !isnan(p->trail_atr);
}

static size_t needs(const void *params, struct strategy_need *out)
{
	const struct random *p = params;

	if (!wants_atr(p))
		return 0;
	snprintf(out[0].spec, sizeof out[0].spec, "atr:%lld", (long long)p->atr_period);
	out[0].output = 0;
	return 1;
}

static void start(const void *params, void *state)
{
	(void)params;
	*(struct random_state *)state = (struct random_state){ 0 };
}

static uint64_t root_of(const struct random *p, const char *symbol)
{
	uint64_t h = random_mix((uint64_t)p->seed * RANDOM_STEP + 1);

	for (; *symbol; symbol++)
		h = random_mix(h ^ (unsigned char)*symbol);
	return h;
}

/* Even over [0, 1). */
static inline double lot(uint64_t root, int64_t open_time)
{
	return random_unit(random_mix(root ^ (uint64_t)open_time));
}

/* Whether the bar's lot is one. As for every strategy, a bar without trades or without any swing is no news. */
static inline bool is_drawn(const struct random *p, const struct random_state *s, int64_t open_time, bool traded, const double *atr)
{
	return traded && (!atr || *atr > 0) && lot(s->root, open_time) < (s->in ? p->leave : p->enter);
}

static dec offset(double percent, double multiple, double close, double atr)
{
	bool bad = false;
	dec d = dec_from_double(isnan(percent) ? multiple * atr : close * percent / 100, ROUND_HALF_EVEN, &bad);

	return bad || d <= 0 ? DEC_NONE : d;
}

/* False: a stop is wanted, and there is no room for one above zero. */
static bool plan(const struct random *p, double atr, struct signal *out)
{
	double close = dec_double(out->price);

	if (!isnan(p->stop_pct) || !isnan(p->stop_atr)) {
		out->stop_offset = offset(p->stop_pct, p->stop_atr, close, atr);
		if (out->stop_offset == DEC_NONE || out->stop_offset >= out->price) {
			out->stop_offset = DEC_NONE;
			return false;
		}
	}
	out->trail_offset = offset(p->trail_pct, p->trail_atr, close, atr);
	return true;
}

static void decide(const void *params, const struct bar *bar, const double *values, void *state, struct signal *out)
{
	const struct random *p = params;
	struct random_state *s = state;
	const double *atr = wants_atr(p) ? values : NULL;

	if (!s->root)
		s->root = root_of(p, out->symbol);
	s->acted = is_drawn(p, s, bar->open_time, bar->volume > 0, atr) && (s->in || plan(p, atr ? *atr : NAN, out));
	if (s->acted) {
		s->in = !s->in;
		out->action = s->in ? ACTION_BUY : ACTION_SELL;
	}
	out->exposure = s->in;
}

static size_t quiet(const void *params, const struct strategy_view *v, size_t from, size_t to, void *state, unsigned hears)
{
	const struct random *p = params;
	const double *atr = wants_atr(p) ? v->values[0] : NULL;
	const struct study_run *r = v->run;
	struct random_state *s = state;
	size_t i = from;

	if (!s->root)
		s->root = root_of(p, v->symbol);
	for (; i < to && (s->in || !(hears & HEARS_EXIT)); i++) {
		if (!is_drawn(p, s, r->bars[i].open_time, r->traded[i], atr ? &atr[i] : NULL))
			continue;
		if (!s->in || hears & HEARS_EXIT) /* a purchase may yet find no room for its stop */
			break;
		s->in = false;
	}
	return i;
}

static void why(const void *params, const void *state, char *text)
{
	const struct random_state *s = state;

	(void)params;
	snprintf(text, WHY_SIZE, "%s", !s->acted ? "not drawn" : s->in ? "drawn: buy" : "drawn: sell");
}

static void waits(const void *params, const void *state, char *text)
{
	const struct random *p = params;
	const struct random_state *s = state;

	snprintf(text, WHY_SIZE, "the lot of a later bar: one in %.4g", 1 / (s->in ? p->leave : p->enter));
}

const struct strategy_kind strategy_random = {
	.name = "random",
	.doc = "buys and sells by lot: a yardstick for what luck alone would have done; with enter 1 and leave 0, buy and hold",
	.params = random_fields,
	.param_count = RANDOM_FIELDS,
	.params_size = sizeof(struct random),
	.state_size = sizeof(struct random_state),
	.unused = unused,
	.check = check,
	.needs = needs,
	.start = start,
	.decide = decide,
	.quiet = quiet,
	.why = why,
	.waits = waits,
};
