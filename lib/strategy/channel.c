#include "strategy/channel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const methods[] = { "donchian", "atr", "bands", "zscore", NULL };
static const char *const triggers[] = { "close", "touch", NULL };
static const char *const averages[] = { "sma", "ema", NULL };
static const char *const entries[] = { "market", "limit", "stop", "maker", NULL }; /* as enum order_type */
static const char *const targets[] = { "none", "mid", "upper", "risk", NULL };

#define F(member) FIELD(channel, member)
#define RANGE (FIELD_MIN | FIELD_MAX)
#define ABOVE (FIELD_ABOVE_MIN | FIELD_MAX)

const struct field channel_fields[CHANNEL_FIELDS] = {
	{ "method", FIELD_ENUM, F(method), FIELD_REQUIRED, NULL,
		"where the bands lie: extremes of past bars, average -+ k ATR, average -+ percent (or fixed prices), mean -+ k sd", methods, 0, 0, NULL },
	{ "trigger", FIELD_ENUM, F(trigger), 0, NULL, "what touches a band: the close beyond it, or the low or high reaching it", triggers, 0, 0, "\"close\"" },
	{ "average", FIELD_ENUM, F(average), 0, NULL, "the moving average of methods atr and bands", averages, 0, 0, "\"sma\"" },
	{ "lookback", FIELD_INT, F(lookback), RANGE, "bars", "length of the channel, average or mean", NULL, 2, STUDY_PERIOD_MAX, "20" },
	{ "exit_lookback", FIELD_INT, F(exit_lookback), FIELD_NULL | RANGE, "bars", "donchian: length of the upper band; null: as lookback", NULL, 2,
		STUDY_PERIOD_MAX, "null" },
	{ "lower_k", FIELD_REAL, F(lower_k), RANGE, NULL, "atr, zscore: lower band, in ATR or sd below the average", NULL, 0, 100, "2" },
	{ "upper_k", FIELD_REAL, F(upper_k), RANGE, NULL, "atr, zscore: upper band, in ATR or sd above the average", NULL, 0, 100, "2" },
	{ "atr_period", FIELD_INT, F(atr_period), RANGE, "bars", "of every ATR used", NULL, 1, STUDY_PERIOD_MAX, "14" },
	{ "lower_pct", FIELD_REAL, F(lower_pct), FIELD_MIN | FIELD_MAX, "percent", "bands: lower band, below the average", NULL, 0, 99, "5" },
	{ "upper_pct", FIELD_REAL, F(upper_pct), RANGE, "percent", "bands: upper band, above the average", NULL, 0, 1000, "5" },
	{ "lower_price", FIELD_DEC64, F(lower_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "bands: fixed lower band, instead of percent", NULL, 0, 0, "null" },
	{ "upper_price", FIELD_DEC64, F(upper_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "bands: fixed upper band, instead of percent", NULL, 0, 0, "null" },
	{ "rebound_pct", FIELD_REAL, F(rebound_pct), RANGE, "percent", "buy only after a rebound from the low since the touch", NULL, 0, 100, "0" },
	{ "pullback_pct", FIELD_REAL, F(pullback_pct), RANGE, "percent", "sell only after a pullback from the high since the touch", NULL, 0, 99, "0" },
	{ "stop_pct", FIELD_REAL, F(stop_pct), FIELD_NULL | ABOVE, "percent", "stop, below the fill price", NULL, 0, 99, "null" },
	{ "stop_atr", FIELD_REAL, F(stop_atr), FIELD_NULL | ABOVE, "ATR", "stop, below the fill price", NULL, 0, 100, "null" },
	{ "trail_pct", FIELD_REAL, F(trail_pct), FIELD_NULL | ABOVE, "percent", "trailing stop, below the highest high since the entry", NULL, 0, 99, "null" },
	{ "trail_atr", FIELD_REAL, F(trail_atr), FIELD_NULL | ABOVE, "ATR", "trailing stop, below the highest high since the entry", NULL, 0, 100, "null" },
	{ "target", FIELD_ENUM, F(target), 0, NULL, "take profit at: the middle, the upper band (as they stood at the entry), or a multiple of the stop's distance",
		targets, 0, 0, "\"none\"" },
	{ "target_risk", FIELD_REAL, F(target_risk), ABOVE, NULL, "target risk: the multiple", NULL, 0, 100, "2" },
	{ "max_hold_bars", FIELD_INT, F(max_hold_bars), FIELD_NULL | RANGE, "bars", "sell after so many bars", NULL, 1, 1000000, "null" },
	{ "trend_sma", FIELD_INT, F(trend_sma), FIELD_NULL | RANGE, "bars", "buy only while the close lies above its mean of so many bars", NULL, 2,
		STUDY_PERIOD_MAX, "null" },
	{ "entry", FIELD_ENUM, F(entry), 0, NULL, "buy at the next open, by a limit order below the close, by a stop order above it, or by a limit order that only makes and follows the price up", entries, 0, 0,
		"\"market\"" },
	{ "entry_offset_pct", FIELD_REAL, F(entry_offset_pct), RANGE, "percent", "limit, stop, maker: how far from the close", NULL, 0, 50, "1" },
	{ "entry_bars", FIELD_INT, F(entry_bars), RANGE, "bars", "limit, stop, maker: how long the order may rest", NULL, 1, 1000, "3" },
};

/* Parameters that only some methods have. */
#define METHOD(name) (1u << CHANNEL_##name)

static const struct { const char *key; unsigned methods; const char *why; } owned[] = {
	{ "average", METHOD(ATR) | METHOD(BANDS), "only methods atr and bands have an average to choose" },
	{ "exit_lookback", METHOD(DONCHIAN), "only method donchian has a second look-back" },
	{ "lower_k", METHOD(ATR) | METHOD(ZSCORE), "only methods atr and zscore have it" },
	{ "upper_k", METHOD(ATR) | METHOD(ZSCORE), "only methods atr and zscore have it" },
	{ "lower_pct", METHOD(BANDS), "only method bands has it" },
	{ "upper_pct", METHOD(BANDS), "only method bands has it" },
	{ "lower_price", METHOD(BANDS), "only method bands has fixed prices" },
	{ "upper_price", METHOD(BANDS), "only method bands has fixed prices" },
};

static const char *const of_average[] = { "average", "lookback", "lower_pct", "upper_pct" };

static const char *unused(const void *params, const char *key)
{
	const struct channel *p = params;

	for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
		if (strcmp(owned[i].key, key) == 0 && !(owned[i].methods >> p->method & 1))
			return owned[i].why;
	for (size_t i = 0; p->lower_price != DEC64_NONE && i < sizeof of_average / sizeof *of_average; i++)
		if (strcmp(of_average[i], key) == 0)
			return "lower_price and upper_price are given instead";
	return NULL;
}

static enum err check_prices(const struct channel *p, struct error *e)
{
	bool lower = p->lower_price != DEC64_NONE, upper = p->upper_price != DEC64_NONE;

	if (!lower && !upper)
		return OK;
	if (!lower || !upper)
		return error_field(e, ERR_DATA, lower ? "upper_price" : "lower_price", "missing: fixed bands are two prices");
	if (p->lower_price >= p->upper_price)
		return error_field(e, ERR_DATA, "upper_price", "not above lower_price");
	return OK;
}

static enum err check_width(const struct channel *p, struct error *e)
{
	if ((p->method == CHANNEL_ATR || p->method == CHANNEL_ZSCORE) && p->lower_k + p->upper_k <= 0)
		return error_field(e, ERR_DATA, "upper_k", "lower_k and upper_k are both 0: the channel has no width");
	if (p->method == CHANNEL_BANDS && p->lower_price == DEC64_NONE && p->lower_pct + p->upper_pct <= 0)
		return error_field(e, ERR_DATA, "upper_pct", "lower_pct and upper_pct are both 0: the channel has no width");
	return OK;
}

static enum err check(const void *params, struct error *e)
{
	const struct channel *p = params;
	enum err rc = check_prices(p, e);

	if (!rc)
		rc = check_width(p, e);
	if (rc)
		return rc;
	if (!isnan(p->stop_pct) && !isnan(p->stop_atr))
		return error_field(e, ERR_DATA, "stop_atr", "stop_pct is set too: one stop is enough");
	if (!isnan(p->trail_pct) && !isnan(p->trail_atr))
		return error_field(e, ERR_DATA, "trail_atr", "trail_pct is set too: one trailing stop is enough");
	if (p->target == TARGET_RISK && isnan(p->stop_pct) && isnan(p->stop_atr))
		return error_field(e, ERR_DATA, "target", "\"risk\" is a multiple of the stop's distance, and there is no stop_pct or stop_atr");
	return OK;
}

static size_t add(struct strategy_need *needs, size_t n, const char *indicator, int64_t period, int output)
{
	snprintf(needs[n].spec, sizeof needs[n].spec, "%s:%lld", indicator, (long long)period);
	needs[n].output = output;
	return n + 1;
}

static bool wants_atr(const struct channel *p)
{
	return p->method == CHANNEL_ATR || !isnan(p->stop_atr) || !isnan(p->trail_atr);
}

/* The band's inputs first, in the order channel_decide reads them; then the ATR, then the trend. */
static size_t band_needs(const struct channel *p, struct strategy_need *needs)
{
	enum { ZSCORE_MEAN = 1, ZSCORE_SD = 2 };
	const char *average = p->average == CHANNEL_EMA ? "ema" : "sma";

	switch (p->method) {
	case CHANNEL_DONCHIAN:
		add(needs, 0, "lowest", p->lookback, 0);
		return add(needs, 1, "highest", p->exit_lookback == INT_NONE ? p->lookback : p->exit_lookback, 0);
	case CHANNEL_ZSCORE:
		add(needs, 0, "zscore", p->lookback, ZSCORE_MEAN);
		return add(needs, 1, "zscore", p->lookback, ZSCORE_SD);
	case CHANNEL_BANDS:
		if (p->lower_price != DEC64_NONE)
			return 0;
		/* fall through */
	default:
		return add(needs, 0, average, p->lookback, 0);
	}
}

static size_t needs(const void *params, struct strategy_need *out)
{
	const struct channel *p = params;
	size_t n = band_needs(p, out);

	if (wants_atr(p))
		n = add(out, n, "atr", p->atr_period, 0);
	return p->trend_sma == INT_NONE ? n : add(out, n, "sma", p->trend_sma, 0);
}

static void start(const void *params, void *state)
{
	const struct channel *p = params;
	struct channel_state *s = state;
	struct strategy_need scratch[STRATEGY_NEEDS];
	int n = (int)band_needs(p, scratch);

	s->atr_at = wants_atr(p) ? n++ : -1;
	s->trend_at = p->trend_sma == INT_NONE ? -1 : n;
	s->uses_previous = p->method == CHANNEL_DONCHIAN || p->trigger == CHANNEL_TOUCH;
	s->band = s->against = (struct channel_band){ NAN, NAN, NAN };
	if (p->lower_price != DEC64_NONE) {
		double lower = dec_double(p->lower_price), upper = dec_double(p->upper_price);

		s->band = s->against = (struct channel_band){ lower, (lower + upper) / 2, upper };
	}
	s->trend = NAN;
}

const struct strategy_kind strategy_channel = {
	.name = "channel",
	.doc = "buys at the lower band of a channel and sells at the upper, at once or after following the market; long only",
	.params = channel_fields,
	.param_count = CHANNEL_FIELDS,
	.params_size = sizeof(struct channel),
	.state_size = sizeof(struct channel_state),
	.unused = unused,
	.check = check,
	.needs = needs,
	.start = start,
	.decide = channel_decide,
	.quiet = channel_quiet,
	.why = channel_why,
	.waits = channel_waits,
};
