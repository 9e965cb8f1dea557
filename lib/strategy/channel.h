#ifndef CT_STRATEGY_CHANNEL_H
#define CT_STRATEGY_CHANNEL_H

#include <stdbool.h>

#include "strategy/kinds.h"

/*
 * Buy at the lower band, sell at the upper; long only. Where the bands lie is the method:
 *
 *   donchian  lowest low of `lookback` bars, highest high of `exit_lookback` bars
 *   atr       moving average ∓ k × ATR
 *   bands     moving average ∓ percent, or two fixed prices
 *   zscore    mean ∓ k × population standard deviation
 *
 * What touches a band is the trigger. close: the close lies beyond it (strictly). touch: the bar's low or high reaches
 * it (equality counts). A Donchian band is always that of the bars before this one, else nothing could break out of
 * it; for a touch so is every band, since that is where a resting price would have been. A close is compared with an
 * average's own band of the same bar.
 *
 * A touch is news when the bar before did not touch. It arms its side; a buy then happens at the first close that
 * lies rebound_pct above the lowest price since the touch, a sale at the first that lies pullback_pct below the
 * highest (0: at once). The price since the touch begins with the close (trigger close) or with the bar's own extreme
 * (trigger touch). A touch of the upper band drops a buy that is still armed; a BUY drops an armed sale. While the
 * strategy wants to be in, any touch of the upper band arms the sale, news or not. When both sides act in one bar, the
 * sale goes first if it wants to be in, else the buy; the other is dropped.
 *
 * A bar without trades, or with an ATR or a width of 0, is no news at all: a dead market gives no signal.
 */
enum channel_method { CHANNEL_DONCHIAN, CHANNEL_ATR, CHANNEL_BANDS, CHANNEL_ZSCORE };
enum channel_trigger { CHANNEL_CLOSE, CHANNEL_TOUCH };
enum channel_average { CHANNEL_SMA, CHANNEL_EMA };
enum channel_target { TARGET_NONE, TARGET_MID, TARGET_UPPER, TARGET_RISK };

struct channel {
	int method, trigger, average;
	int64_t lookback, exit_lookback; /* exit_lookback INT_NONE: as lookback */
	double lower_k, upper_k;
	int64_t atr_period;
	double lower_pct, upper_pct;
	dec64 lower_price, upper_price;  /* DEC64_NONE: percent are used */
	double rebound_pct, pullback_pct;
	double stop_pct, stop_atr, trail_pct, trail_atr; /* NaN: none */
	int target;
	double target_risk;
	int64_t max_hold_bars, trend_sma; /* INT_NONE: none */
	int entry;                /* enum order_type */
	double entry_offset_pct;
	int64_t entry_bars;
};

#define CHANNEL_FIELDS 25
extern const struct field channel_fields[CHANNEL_FIELDS];

struct channel_band {
	double lower, middle, upper; /* NaN while warming up */
};

struct channel_side {
	bool held;  /* the bar before touched */
	bool armed;
	double extreme; /* armed: the lowest (highest) price since the touch */
};

/* What a bar was, for its words. */
enum channel_saw { SAW_WARMING, SAW_DEAD, SAW_NOTHING, SAW_BUY, SAW_SELL, SAW_AGAINST_TREND, SAW_NO_STOP };

/* What one bar leaves to the next, but for the band. */
struct channel_mind {
	struct channel_side buy, sell;
	bool in; /* exposure */
};

struct channel_state {
	int atr_at, trend_at; /* which of the needs; -1: not wanted */
	bool uses_previous;   /* the band compared is the one of the bar before */
	struct channel_band band;   /* of the last bar: what the next one is compared with, or an estimate of it */
	struct channel_band against; /* what the last bar was compared with */
	struct channel_mind mind;
	enum channel_saw saw;
	double close, trend;
};

void channel_decide(const void *params, const struct bar *bar, const double *values, void *state, struct signal *out);
size_t channel_quiet(const void *params, const struct strategy_view *v, size_t from, size_t to, void *state, unsigned hears);
void channel_why(const void *params, const void *state, char *text);
void channel_waits(const void *params, const void *state, char *text);

#endif
