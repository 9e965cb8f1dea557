#ifndef CT_TESTS_TRIAL_H
#define CT_TESTS_TRIAL_H

/* One strategy on one series, bar by bar, with its words. */
#include "golden.h"

#include "core/buf.h"
#include "model/record.h"
#include "strategy/strategy.h"
#include "tune/history.h"

#define HOUR 3600000

static inline struct strategy *made(const char *json)
{
	struct strategy *s = NULL;
	struct error e = { 0 };
	json_t *object = NULL;

	if (field_parse(json, strlen(json), &object, &e) || strategy_new("test", object, &s, &e))
		fail_msg("%s: %s: %s", json, e.field, e.message);
	json_decref(object);
	return s;
}

struct dry_run {
	struct strategy *strategy;
	struct panel *panel;
	struct strategy_series *series;
	int64_t bars;
	struct signal last;
};

static inline void trial_open(struct dry_run *r, const char *json)
{
	struct error e = { 0 };

	*r = (struct dry_run){ .strategy = made(json), .panel = panel_new(INTERVAL_1H) };
	if (strategy_series_new(r->strategy, r->panel, MARKET_SPOT, "BTCUSDT", INTERVAL_1H, &r->series, &e))
		fail_msg("%s", e.message);
}

static inline void trial_close(struct dry_run *r)
{
	strategy_series_free(r->series);
	panel_free(r->panel);
	strategy_free(r->strategy);
}

static inline const struct signal *trial_bar(struct dry_run *r, const struct bar *b)
{
	strategy_series_step(r->series, b, panel_step(r->panel, b), &r->last);
	strategy_series_words(r->series, &r->last);
	r->bars++;
	return &r->last;
}

static inline struct bar bar_of(int64_t index, double low, double high, double close, double volume)
{
	bool bad = false;
	dec64 c = (dec64)dec_from_double(close, ROUND_HALF_EVEN, &bad);

	return (struct bar){ .open_time = index * HOUR, .close_time = (index + 1) * HOUR - 1, .open = c, .close = c,
		.low = (dec64)dec_from_double(low, ROUND_HALF_EVEN, &bad), .high = (dec64)dec_from_double(high, ROUND_HALF_EVEN, &bad),
		.volume = dec_from_double(volume, ROUND_HALF_EVEN, &bad), .quote_volume = DEC_NONE, .trades = INT_NONE,
		.taker_buy_volume = DEC_NONE, .taker_buy_quote_volume = DEC_NONE };
}

/* Hourly bars of a pair on a random walk, one in ten without a volume. */
static inline void add_walk(struct history *h, const char *symbol, int bars, uint64_t seed)
{
	struct error e = { 0 };
	double price = 100;

	for (int i = 0; i < bars; i++) {
		double to = price * (1 + ((double)(check_random(&seed) % 2001) - 1000) / 40000);
		struct candle c = { .market = MARKET_SPOT, .interval = INTERVAL_1H,
			.bar = bar_of(i, fmin(price, to), fmax(price, to), to, check_random(&seed) % 10 > 0) };

		snprintf(c.symbol, sizeof c.symbol, "%s", symbol);
		if (history_add(h, &c, &e))
			fail_msg("%s", e.message);
		price = to;
	}
}

/* One more bar by low, high, close. */
static inline const struct signal *feed(struct dry_run *r, double low, double high, double close)
{
	struct bar b = bar_of(r->bars, low, high, close, 1);

	return trial_bar(r, &b);
}

/* Prices fixed at 90 and 110, open for options. */
#define FIXED "{\"strategy\":\"channel\",\"method\":\"bands\",\"lower_price\":\"90\",\"upper_price\":\"110\""

#endif
