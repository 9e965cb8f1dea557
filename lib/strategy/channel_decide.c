#include <math.h>

#include "strategy/channel.h"

/* What is seen of one bar. */
struct glance {
	double low, high, close, atr, trend;
	bool traded;
	struct channel_band against; /* what it is compared with */
};

/* From the band's inputs, the first two needs; method: p's, where the compiler may know it. */
static inline struct channel_band band_by(const struct channel *p, const struct channel_state *s, int method, const double *v)
{
	double lower, middle, upper;

	switch (method) {
	case CHANNEL_DONCHIAN:
		lower = v[0];
		upper = v[1];
		middle = (lower + upper) / 2;
		break;
	case CHANNEL_BANDS:
		if (p->lower_price != DEC64_NONE)
			return s->band;
		middle = v[0];
		lower = middle * (1 - p->lower_pct / 100);
		upper = middle * (1 + p->upper_pct / 100);
		break;
	default: /* ATR and z-score: the average and the unit of its width */
		middle = v[0];
		lower = middle - p->lower_k * v[1];
		upper = middle + p->upper_k * v[1];
		break;
	}
	return (struct channel_band){ lower, middle, upper };
}

/* Whether this bar counts at all. */
static inline enum channel_saw look(const struct channel_state *s, const struct glance *g)
{
	const struct channel_band *band = &g->against;

	if (isnan(band->lower) || isnan(band->upper) || (s->atr_at >= 0 && isnan(g->atr)) || (s->trend_at >= 0 && isnan(g->trend)))
		return SAW_WARMING;
	if (!g->traded || !(band->upper > band->lower) || (s->atr_at >= 0 && !(g->atr > 0)))
		return SAW_DEAD;
	return SAW_NOTHING;
}

/* A distance in quote units; none when it is no distance. */
static dec offset(double v)
{
	bool bad = false;
	dec d = dec_from_double(v, ROUND_HALF_EVEN, &bad);

	return bad || d <= 0 ? DEC_NONE : d;
}

static double distance(double percent, double multiple, double price, double atr)
{
	return !isnan(percent) ? price * percent / 100 : multiple * atr;
}

/* The exit plan. False: it asks for a stop, and there is no room for one above zero. */
static bool plan(const struct channel *p, const struct channel_band *band, double close, double atr, struct signal *out)
{
	double stop = distance(p->stop_pct, p->stop_atr, close, atr), target = NAN;

	if (!isnan(p->stop_pct) || !isnan(p->stop_atr)) {
		out->stop_offset = offset(stop);
		if (out->stop_offset == DEC_NONE || out->stop_offset >= out->price) {
			out->stop_offset = DEC_NONE;
			return false;
		}
	}
	if (p->target != TARGET_NONE)
		target = p->target == TARGET_RISK ? p->target_risk * stop : (p->target == TARGET_MID ? band->middle : band->upper) - close;
	out->target_offset = offset(target);
	out->trail_offset = offset(distance(p->trail_pct, p->trail_atr, close, atr));
	out->max_hold_bars = p->max_hold_bars;
	out->entry = p->entry;
	if (p->entry != ORDER_MARKET) {
		out->entry_price = offset(close * (1 + (p->entry == ORDER_STOP ? 1 : -1) * p->entry_offset_pct / 100));
		out->entry_bars = p->entry_bars;
	}
	return true;
}

/* How far beyond the band, in half widths of the channel: 0 at the band, 1 at a half width or more. */
static double depth(double beyond, double half)
{
	double v = half > 0 ? beyond / half : 0;

	return v < 0 ? 0 : v > 1 ? 1 : v;
}

static inline bool is_below(const struct channel *p, const struct glance *g)
{
	return p->trigger == CHANNEL_TOUCH ? g->low <= g->against.lower : g->close < g->against.lower;
}

static inline bool is_above(const struct channel *p, const struct glance *g)
{
	return p->trigger == CHANNEL_TOUCH ? g->high >= g->against.upper : g->close > g->against.upper;
}

static inline void arm(struct channel_side *side, bool touched, bool news, double from)
{
	side->held = touched;
	if (news && !side->armed) {
		side->armed = true;
		side->extreme = from;
	}
}

static inline void follow(const struct channel *p, const struct glance *g, struct channel_mind *m)
{
	bool on_touch = p->trigger == CHANNEL_TOUCH, below = is_below(p, g), above = is_above(p, g);

	if (m->buy.armed && g->low < m->buy.extreme)
		m->buy.extreme = g->low;
	if (m->sell.armed && g->high > m->sell.extreme)
		m->sell.extreme = g->high;
	if (above)
		m->buy.armed = false;
	arm(&m->buy, below, below && !m->buy.held, on_touch ? g->low : g->close);
	arm(&m->sell, above, above && (m->in || !m->sell.held), on_touch ? g->high : g->close);
}

/* What it comes to where a side is armed. SAW_BUY: yet to be planned, and not yet in. */
static inline enum channel_saw turn(const struct channel *p, const struct channel_state *s, const struct glance *g, struct channel_mind *m)
{
	bool buys = m->buy.armed && g->close >= m->buy.extreme * (1 + p->rebound_pct / 100);
	bool sells = m->sell.armed && g->close <= m->sell.extreme * (1 - p->pullback_pct / 100);

	m->buy.armed &= !buys;
	m->sell.armed &= !sells;
	if (sells && (m->in || !buys)) {
		m->in = false;
		return SAW_SELL;
	}
	if (!buys)
		return SAW_NOTHING;
	return s->trend_at >= 0 && !(g->close > g->trend) ? SAW_AGAINST_TREND : SAW_BUY;
}

/* One bar of its mind: all that decides, whether or not anyone asks for the signal. */
static inline enum channel_saw consider(const struct channel *p, const struct channel_state *s, const struct glance *g, struct channel_mind *m)
{
	enum channel_saw saw = look(s, g);

	if (saw != SAW_NOTHING)
		return saw;
	follow(p, g, m);
	return m->buy.armed || m->sell.armed ? turn(p, s, g, m) : SAW_NOTHING;
}

/* A sale, or a purchase if there is room for its stop. */
static enum channel_saw act(const struct channel *p, struct channel_mind *m, enum channel_saw saw, const struct glance *g, struct signal *out)
{
	const struct channel_band *band = &g->against;

	if (saw == SAW_SELL) {
		out->action = ACTION_SELL;
		out->strength = depth(g->close - band->upper, band->upper - band->middle);
		return saw;
	}
	if (!plan(p, band, g->close, g->atr, out))
		return SAW_NO_STOP;
	m->sell.armed = false;
	m->in = true;
	out->action = ACTION_BUY;
	out->strength = depth(band->lower - g->close, band->middle - band->lower);
	return saw;
}

/* Where it would act next: the band the next bar is compared with, as far as it is known, or the mark it follows. */
static void mark(const struct channel *p, const struct channel_state *s, struct signal *out)
{
	double mark;

	if (s->mind.buy.armed)
		out->buy_mark = s->mind.buy.extreme * (1 + p->rebound_pct / 100);
	else if (!s->mind.buy.held)
		out->buy_mark = s->band.lower;
	if (s->mind.sell.armed)
		out->sell_mark = s->mind.sell.extreme * (1 - p->pullback_pct / 100);
	else if (s->mind.in || !s->mind.sell.held)
		out->sell_mark = s->band.upper;
	mark = s->mind.in ? out->sell_mark : out->buy_mark;
	out->distance_pct = (mark - s->close) / s->close * 100;
}

void channel_decide(const void *params, const struct bar *bar, const double *values, void *state, struct signal *out)
{
	const struct channel *p = params;
	struct channel_state *s = state;
	struct channel_band now = band_by(p, s, p->method, values);
	struct glance g = { dec_double(bar->low), dec_double(bar->high), dec_double(bar->close), s->atr_at >= 0 ? values[s->atr_at] : NAN,
		s->trend_at >= 0 ? values[s->trend_at] : NAN, bar->volume > 0, s->uses_previous ? s->band : now };

	s->saw = consider(p, s, &g, &s->mind);
	if (s->saw == SAW_BUY || s->saw == SAW_SELL)
		s->saw = act(p, &s->mind, s->saw, &g, out);
	s->close = g.close;
	s->trend = g.trend;
	s->against = g.against;
	s->band = now;
	out->exposure = s->mind.in;
	out->lower = g.against.lower;
	out->middle = g.against.middle;
	out->upper = g.against.upper;
	if (s->saw != SAW_WARMING)
		mark(p, s, out);
}

/*
 * Looking ahead. A channel that follows no price acts on a touch in its own bar or never: what its bars leave behind is
 * which bands the last one touched.
 */
static inline bool is_prompt(const struct channel *p)
{
	return p->rebound_pct <= 0 && p->pullback_pct <= 0;
}

static inline bool is_idle(const struct channel_mind *m)
{
	return !(m->buy.armed || m->sell.armed || m->buy.held || m->sell.held);
}

static inline struct channel_band band_at(const struct channel *p, const struct channel_state *s, const struct strategy_view *v, size_t i, int method)
{
	const double values[2] = { v->values[0] ? v->values[0][i] : NAN, v->values[1] ? v->values[1][i] : NAN };

	return band_by(p, s, method, values);
}

/* Bar i; the band before the first is the state's. */
static inline struct glance glance_at(const struct channel *p, const struct channel_state *s, const struct strategy_view *v, size_t i, bool first)
{
	const struct study_run *r = v->run;

	return (struct glance){ r->low[i], r->high[i], r->close[i], s->atr_at >= 0 ? v->values[s->atr_at][i] : NAN,
		s->trend_at >= 0 ? v->values[s->trend_at][i] : NAN, r->traded[i],
		s->uses_previous && first ? s->band : band_at(p, s, v, i - s->uses_previous, p->method) };
}

enum { LOWER = 1, UPPER = 2 };

/* The first of [i, to) that may touch one of these bands. */
static inline size_t find_touch(const struct channel *p, const struct channel_state *s, const struct strategy_view *v, size_t i, size_t to,
	unsigned bands, int method)
{
	const double *low = p->trigger == CHANNEL_TOUCH ? v->run->low : v->run->close;
	const double *high = p->trigger == CHANNEL_TOUCH ? v->run->high : v->run->close;

	for (; i < to; i++) {
		struct channel_band band = band_at(p, s, v, i - s->uses_previous, method);

		if ((bands & LOWER && low[i] <= band.lower) || (bands & UPPER && high[i] >= band.upper))
			break;
	}
	return i;
}

/* The most frequent ones as loops of their own. */
static size_t next_touch(const struct channel *p, const struct channel_state *s, const struct strategy_view *v, size_t i, size_t to, unsigned bands)
{
	if (p->method == CHANNEL_DONCHIAN && bands == LOWER)
		return find_touch(p, s, v, i, to, LOWER, CHANNEL_DONCHIAN);
	if (p->method == CHANNEL_DONCHIAN && bands == UPPER)
		return find_touch(p, s, v, i, to, UPPER, CHANNEL_DONCHIAN);
	return find_touch(p, s, v, i, to, bands, p->method);
}

/* On to the next bar, not before i, that may change more than what was touched last; deaf: no purchase does. */
static size_t skip(const struct channel *p, const struct channel_state *s, const struct strategy_view *v, size_t i, size_t to, bool deaf,
	struct channel_mind *m)
{
	bool prompt = is_prompt(p);
	size_t next;

	if (!prompt && !is_idle(m))
		return i;
	next = next_touch(p, s, v, i, to, !prompt ? LOWER | UPPER : !m->in ? LOWER : deaf ? UPPER : LOWER | UPPER);
	for (size_t k = next; prompt && k-- > i;) {
		struct glance g = glance_at(p, s, v, k, false);

		if (look(s, &g) != SAW_NOTHING)
			continue;
		m->buy.held = is_below(p, &g);
		m->sell.held = is_above(p, &g);
		break;
	}
	return next;
}

size_t channel_quiet(const void *params, const struct strategy_view *v, size_t from, size_t to, void *state, unsigned hears)
{
	const struct channel *p = params;
	struct channel_state *s = state;
	bool deaf = !(hears & HEARS_BUY) && isnan(p->stop_pct) && isnan(p->stop_atr); /* without a stop every purchase is one */
	size_t i = from;

	for (; i < to && (s->mind.in || !(hears & HEARS_EXIT)); i++) {
		struct channel_mind m;
		struct glance g;
		enum channel_saw saw;

		if (i > from && (i = skip(p, s, v, i, to, deaf, &s->mind)) == to)
			break;
		m = s->mind;
		g = glance_at(p, s, v, i, i == from);
		saw = consider(p, s, &g, &m);
		if ((saw == SAW_BUY && !deaf) || (saw == SAW_SELL && hears & HEARS_EXIT))
			break;
		if (saw == SAW_BUY) {
			m.sell.armed = false;
			m.in = true;
		}
		s->mind = m;
	}
	if (i > from)
		s->band = band_at(p, s, v, i - 1, p->method);
	return i;
}
