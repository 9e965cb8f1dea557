#include <math.h>

#include "strategy/channel.h"

static struct channel_band band_of(const struct channel *p, const struct channel_state *s, const double *v)
{
	double lower, middle, upper;

	switch (p->method) {
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
static enum channel_saw look(const struct channel_state *s, const struct bar *bar, const struct channel_band *band, double atr)
{
	if (isnan(band->lower) || isnan(band->upper) || (s->atr_at >= 0 && isnan(atr)) || (s->trend_at >= 0 && isnan(s->trend)))
		return SAW_WARMING;
	if (bar->volume <= 0 || !(band->upper > band->lower) || (s->atr_at >= 0 && !(atr > 0)))
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

static void arm(struct channel_side *side, bool touched, bool news, double from)
{
	side->held = touched;
	if (news && !side->armed) {
		side->armed = true;
		side->extreme = from;
	}
}

static void follow(const struct channel *p, struct channel_state *s, const struct channel_band *band, double low, double high)
{
	bool on_touch = p->trigger == CHANNEL_TOUCH;
	bool below = on_touch ? low <= band->lower : s->close < band->lower;
	bool above = on_touch ? high >= band->upper : s->close > band->upper;

	if (s->buy.armed && low < s->buy.extreme)
		s->buy.extreme = low;
	if (s->sell.armed && high > s->sell.extreme)
		s->sell.extreme = high;
	if (above)
		s->buy.armed = false;
	arm(&s->buy, below, below && !s->buy.held, on_touch ? low : s->close);
	arm(&s->sell, above, above && (s->in || !s->sell.held), on_touch ? high : s->close);
}

static enum channel_saw try_buy(const struct channel *p, struct channel_state *s, const struct channel_band *band, double atr, struct signal *out)
{
	s->buy.armed = false;
	if (s->trend_at >= 0 && !(s->close > s->trend))
		return SAW_AGAINST_TREND;
	if (!plan(p, band, s->close, atr, out))
		return SAW_NO_STOP;
	s->sell.armed = false;
	s->in = true;
	out->action = ACTION_BUY;
	out->strength = depth(band->lower - s->close, band->middle - band->lower);
	return SAW_BUY;
}

static enum channel_saw act(const struct channel *p, struct channel_state *s, const struct channel_band *band, double atr, struct signal *out)
{
	bool buys = s->buy.armed && s->close >= s->buy.extreme * (1 + p->rebound_pct / 100);
	bool sells = s->sell.armed && s->close <= s->sell.extreme * (1 - p->pullback_pct / 100);

	if (sells && (s->in || !buys)) {
		if (buys)
			s->buy.armed = false;
		s->sell.armed = false;
		s->in = false;
		out->action = ACTION_SELL;
		out->strength = depth(s->close - band->upper, band->upper - band->middle);
		return SAW_SELL;
	}
	if (!buys)
		return SAW_NOTHING;
	if (sells)
		s->sell.armed = false;
	return try_buy(p, s, band, atr, out);
}

/* Where it would act next: the band the next bar is compared with, as far as it is known, or the mark it follows. */
static void mark(const struct channel *p, const struct channel_state *s, struct signal *out)
{
	double mark;

	if (s->buy.armed)
		out->buy_mark = s->buy.extreme * (1 + p->rebound_pct / 100);
	else if (!s->buy.held)
		out->buy_mark = s->band.lower;
	if (s->sell.armed)
		out->sell_mark = s->sell.extreme * (1 - p->pullback_pct / 100);
	else if (s->in || !s->sell.held)
		out->sell_mark = s->band.upper;
	mark = s->in ? out->sell_mark : out->buy_mark;
	out->distance_pct = (mark - s->close) / s->close * 100;
}

void channel_decide(const void *params, const struct bar *bar, const double *values, void *state, struct signal *out)
{
	const struct channel *p = params;
	struct channel_state *s = state;
	struct channel_band now = band_of(p, s, values), against = s->uses_previous ? s->band : now;
	double atr = s->atr_at >= 0 ? values[s->atr_at] : NAN;

	s->close = (double)bar->close / DEC_ONE;
	s->trend = s->trend_at >= 0 ? values[s->trend_at] : NAN;
	s->saw = look(s, bar, &against, atr);
	if (s->saw == SAW_NOTHING) {
		follow(p, s, &against, (double)bar->low / DEC_ONE, (double)bar->high / DEC_ONE);
		if (s->buy.armed || s->sell.armed)
			s->saw = act(p, s, &against, atr, out);
	}
	s->against = against;
	s->band = now;
	out->exposure = s->in;
	out->lower = against.lower;
	out->middle = against.middle;
	out->upper = against.upper;
	if (s->saw != SAW_WARMING)
		mark(p, s, out);
}
