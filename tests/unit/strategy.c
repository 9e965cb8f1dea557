/* Strategies on made markets: the bands of every method, the common rule, no look ahead; strategy files. */
#include "trial.h"

#define BARS 600

static struct bar chance(uint64_t *seed, int64_t index, double *price)
{
	double from = *price, to = from * (1 + ((double)(check_random(seed) % 2001) - 1000) / 40000);
	double high = fmax(from, to) * (1 + (double)(check_random(seed) % 100) / 20000);
	double low = fmin(from, to) * (1 - (double)(check_random(seed) % 100) / 20000);

	*price = round(to * 100) / 100;
	return bar_of(index, floor(low * 100) / 100, ceil(high * 100) / 100, *price, index % 37 == 0 ? 0 : 1 + (double)(check_random(seed) % 1000));
}

static void chance_bars(struct bar *bars, uint64_t seed)
{
	double price = 100;

	for (int64_t i = 0; i < BARS; i++)
		bars[i] = chance(&seed, i, &price);
}

/* Flat and close below the lowest low of the 20 bars before: buy; long and close above their highest high: sell. */
static void donchian_is_the_common_rule(void **state)
{
	static const int lookbacks[][2] = { { 20, 20 }, { 5, 9 }, { 44, 29 }, { 2, 2 } };
	static struct bar bars[BARS];
	int entries = 0;

	(void)state;
	chance_bars(bars, 3);
	for (int i = 0; i < BARS; i++)
		bars[i].volume = DEC_ONE;
	for (size_t set = 0; set < sizeof lookbacks / sizeof *lookbacks; set++) {
		int entry = lookbacks[set][0], exit = lookbacks[set][1], warm = entry > exit ? entry : exit;
		bool in = false, follows = false;
		char json[256];
		struct dry_run r;

		snprintf(json, sizeof json, "{\"strategy\":\"channel\",\"method\":\"donchian\",\"lookback\":%d,\"exit_lookback\":%d}", entry, exit);
		trial_open(&r, json);
		for (int i = 0; i < BARS; i++) {
			const struct signal *s = trial_bar(&r, &bars[i]);
			dec64 lower = INT64_MAX, upper = 0;

			follows = s->action == ACTION_BUY ? true : s->exposure == 0 ? false : follows;
			if (i < warm) {
				assert_int_equal(s->action, ACTION_HOLD);
				assert_true(isnan(s->lower) || isnan(s->upper));
				continue;
			}
			for (int k = i - entry; k < i; k++)
				lower = bars[k].low < lower ? bars[k].low : lower;
			for (int k = i - exit; k < i; k++)
				upper = bars[k].high > upper ? bars[k].high : upper;
			assert_true(s->lower == dec_double(lower) && s->upper == dec_double(upper));
			entries += !in && bars[i].close < lower;
			in = in ? !(bars[i].close > upper) : bars[i].close < lower;
			if (follows != in)
				fail_msg("look-backs %d and %d, bar %d: %s", entry, exit, i, follows ? "in" : "out");
		}
		trial_close(&r);
	}
	assert_true(entries > 20);
}

/* The mark of a Donchian channel is the very price that the next bar is compared with. */
static void a_donchian_mark_is_the_next_band(void **state)
{
	static struct bar bars[BARS];
	double buy = NAN, sell = NAN;
	struct dry_run r;

	(void)state;
	chance_bars(bars, 5);
	trial_open(&r, "{\"strategy\":\"channel\",\"method\":\"donchian\",\"lookback\":20}");
	for (int i = 0; i < BARS; i++) {
		const struct signal *s = trial_bar(&r, &bars[i]);

		assert_true(isnan(buy) || buy == s->lower);
		assert_true(isnan(sell) || sell == s->upper);
		buy = s->buy_mark;
		sell = s->sell_mark;
	}
	trial_close(&r);
}

/* Bands against the columns they are made of; a touch is measured against the bar before. */
static void bands_are_made_of_their_columns(void **state)
{
	static const struct {
		const char *json, *average, *unit;
		size_t average_output, unit_output;
		double lower, upper; /* per unit; without a unit, of the average */
		bool previous;
	} sets[] = {
		{ "\"atr\",\"lookback\":10,\"atr_period\":7,\"lower_k\":1.5,\"upper_k\":2.5", "sma:10", "atr:7", 0, 0, 1.5, 2.5, false },
		{ "\"atr\",\"average\":\"ema\",\"lookback\":10,\"trigger\":\"touch\"", "ema:10", "atr:14", 0, 0, 2, 2, true },
		{ "\"zscore\",\"lookback\":15,\"lower_k\":1", "zscore:15", "zscore:15", 1, 2, 1, 2, false },
		{ "\"bands\",\"lookback\":12,\"lower_pct\":3,\"upper_pct\":4", "sma:12", NULL, 0, 0, 0.03, 0.04, false },
		{ "\"bands\",\"average\":\"ema\",\"lookback\":12,\"lower_pct\":3,\"upper_pct\":4,\"trigger\":\"touch\"", "ema:12", NULL, 0, 0, 0.03, 0.04,
			true },
	};
	static struct bar bars[BARS];

	(void)state;
	chance_bars(bars, 11);
	for (size_t set = 0; set < sizeof sets / sizeof *sets; set++) {
		struct panel *p = panel_new(INTERVAL_1H);
		double lower = NAN, upper = NAN, lower_before, upper_before;
		size_t average, unit = 0;
		struct error e = { 0 };
		char json[256];
		int events = 0;
		struct dry_run r;

		snprintf(json, sizeof json, "{\"strategy\":\"channel\",\"method\":%s}", sets[set].json);
		trial_open(&r, json);
		assert_int_equal(panel_want(p, sets[set].average, &average, &e), OK);
		assert_int_equal(sets[set].unit ? panel_want(p, sets[set].unit, &unit, &e) : OK, OK);
		for (int i = 0; i < BARS; i++) {
			const double *v = panel_step(p, &bars[i]);
			const struct signal *s = trial_bar(&r, &bars[i]);
			double middle = v[average + sets[set].average_output];
			double width = sets[set].unit ? v[unit + sets[set].unit_output] : middle;

			lower_before = lower;
			upper_before = upper;
			lower = middle - sets[set].lower * width;
			upper = middle + sets[set].upper * width;
			assert_close(s->lower, sets[set].previous ? lower_before : lower, 1e-12, 0);
			assert_close(s->upper, sets[set].previous ? upper_before : upper, 1e-12, 0);
			if (s->action == ACTION_BUY)
				assert_true(sets[set].previous ? dec_double(bars[i].low) <= s->lower : dec_double(bars[i].close) < s->lower);
			if (s->action == ACTION_SELL)
				assert_true(sets[set].previous ? dec_double(bars[i].high) >= s->upper : dec_double(bars[i].close) > s->upper);
			events += s->action != ACTION_HOLD;
		}
		assert_true(events > 5);
		trial_close(&r);
		panel_free(p);
	}
}

static const char *const everything[] = {
	"{\"strategy\":\"channel\",\"method\":\"donchian\",\"lookback\":15,\"exit_lookback\":8,\"stop_atr\":2,\"target\":\"risk\",\"trail_pct\":3}",
	"{\"strategy\":\"channel\",\"method\":\"atr\",\"trigger\":\"touch\",\"lookback\":10,\"rebound_pct\":1,\"pullback_pct\":1,\"stop_pct\":4}",
	"{\"strategy\":\"channel\",\"method\":\"bands\",\"average\":\"ema\",\"lower_pct\":2,\"upper_pct\":2,\"target\":\"mid\",\"trend_sma\":50}",
	"{\"strategy\":\"channel\",\"method\":\"zscore\",\"lookback\":20,\"lower_k\":1.5,\"trail_atr\":3,\"max_hold_bars\":9}",
};

static void lines(const char *json, const struct bar *bars, size_t n, struct buf *out)
{
	struct dry_run r;

	trial_open(&r, json);
	for (size_t i = 0; i < n; i++)
		record_write(&kinds[KIND_SIGNAL], trial_bar(&r, &bars[i]), out);
	trial_close(&r);
	assert_false(out->failed);
}

static void cutting_the_input_short_changes_nothing_before(void **state)
{
	static struct bar bars[BARS];
	uint64_t seed = 99;

	(void)state;
	chance_bars(bars, 21);
	for (size_t i = 0; i < sizeof everything / sizeof *everything; i++) {
		struct buf whole = { 0 };

		lines(everything[i], bars, BARS, &whole);
		assert_non_null(strstr(whole.data, "\"BUY\""));
		assert_non_null(strstr(whole.data, "\"SELL\""));
		for (int cut = 0; cut < 25; cut++) {
			struct buf part = { 0 };

			lines(everything[i], bars, 1 + check_random(&seed) % BARS, &part);
			assert_memory_equal(part.data, whole.data, part.len);
			buf_release(&part);
		}
		buf_release(&whole);
	}
}

static void strategies_share_equal_columns(void **state)
{
	struct strategy *s[4];
	struct strategy_series *series[4];
	struct panel *p = panel_new(INTERVAL_1H);
	struct error e = { 0 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		s[i] = made(i % 2 ? "{\"strategy\":\"channel\",\"method\":\"donchian\"}" : "{\"strategy\":\"channel\",\"method\":\"donchian\",\"stop_atr\":2}");
		assert_int_equal(strategy_series_new(s[i], p, MARKET_SPOT, "BTCUSDT", INTERVAL_1H, &series[i], &e), OK);
	}
	assert_int_equal(panel_columns(p), 5); /* lowest and highest with their prev, and one atr */
	for (int i = 0; i < 4; i++) {
		strategy_series_free(series[i]);
		strategy_free(s[i]);
	}
	panel_free(p);
}

static void wrong_files_are_named(void **state)
{
	static const struct {
		const char *json, *field;
	} bad[] = {
		{ "{}", "strategy" }, { "{\"strategy\":7}", "strategy" }, { "{\"strategy\":\"chanel\"}", "strategy" },
		{ "{\"strategy\":\"channel\"}", "method" }, { FIXED ",\"lookbak\":3}", "lookbak" }, { FIXED ",\"lookback\":1}", "lookback" },
		{ FIXED ",\"lookback\":2.5}", "lookback" }, { FIXED ",\"lookback\":\"20\"}", "lookback" }, { FIXED ",\"trigger\":\"wick\"}", "trigger" },
		{ FIXED ",\"rebound_pct\":-1}", "rebound_pct" }, { FIXED ",\"stop_pct\":0}", "stop_pct" }, { FIXED ",\"stop_pct\":100}", "stop_pct" },
		{ FIXED ",\"stop_pct\":2,\"stop_atr\":2}", "stop_atr" }, { FIXED ",\"trail_pct\":2,\"trail_atr\":2}", "trail_atr" },
		{ FIXED ",\"target\":\"risk\"}", "target" }, { FIXED ",\"note\":7}", "note" }, { FIXED ",\"interval\":\"7h\"}", "interval" }, { FIXED ",\"exit_lookback\":5}", "exit_lookback" },
		{ "{\"strategy\":\"channel\",\"method\":\"bands\",\"lower_price\":\"5\"}", "upper_price" },
		{ "{\"strategy\":\"channel\",\"method\":\"bands\",\"lower_price\":\"5\",\"upper_price\":\"5\"}", "upper_price" },
		{ "{\"strategy\":\"channel\",\"method\":\"bands\",\"lower_price\":5,\"upper_price\":\"6\"}", "lower_price" },
		{ "{\"strategy\":\"channel\",\"method\":\"atr\",\"lower_price\":\"5\",\"upper_price\":\"6\"}", "lower_price" },
		{ "{\"strategy\":\"channel\",\"method\":\"atr\",\"lower_k\":0,\"upper_k\":0}", "upper_k" },
		{ "{\"strategy\":\"channel\",\"method\":\"bands\",\"lower_pct\":0,\"upper_pct\":0}", "upper_pct" },
		/* of another method, though it is the default */
		{ "{\"strategy\":\"channel\",\"method\":\"atr\",\"upper_pct\":5}", "upper_pct" },
		{ "{\"strategy\":\"channel\",\"method\":\"donchian\",\"lower_k\":2}", "lower_k" },
		{ "{\"strategy\":\"channel\",\"method\":\"zscore\",\"average\":\"ema\"}", "average" },
		{ FIXED ",\"lower_pct\":5}", "lower_pct" }, { FIXED ",\"lookback\":20}", "lookback" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct strategy *s = NULL;
		struct error e = { 0 };
		json_t *object = NULL;

		assert_int_equal(field_parse(bad[i].json, strlen(bad[i].json), &object, &e), OK);
		if (strategy_new("test", object, &s, &e) != ERR_DATA || s || strcmp(e.field, bad[i].field) != 0)
			fail_msg("%s: '%s', not '%s' (%s)", bad[i].json, e.field, bad[i].field, e.message);
		json_decref(object);
	}
}

static void effective_parameters_are_canonical(void **state)
{
	struct strategy *a = made("{\"strategy\":\"channel\",\"method\":\"donchian\"}");
	struct strategy *b = made("{\"lookback\":20,\"note\":\"other words\",\"method\":\"donchian\",\"rebound_pct\":0.0,\"strategy\":\"channel\"}");
	struct strategy *c = made("{\"strategy\":\"channel\",\"method\":\"donchian\",\"lookback\":21}");
	struct strategy *d = made("{\"strategy\":\"channel\",\"method\":\"donchian\",\"lookback\":20,\"interval\":\"12h\"}");
	struct buf texts[3] = { 0 }, longer = { 0 };

	(void)state;
	/* Bars of another length make it another strategy. */
	strategy_params_json(d, &longer);
	assert_non_null(strstr(longer.data, "{\"strategy\":\"channel\",\"interval\":\"12h\",\"method\":"));
	assert_int_equal(strategy_interval(d), INTERVAL_12H);
	assert_int_equal(strategy_interval(a), -1);
	buf_release(&longer);
	strategy_free(d);
	strategy_params_json(a, &texts[0]);
	strategy_params_json(b, &texts[1]);
	strategy_params_json(c, &texts[2]);
	assert_string_equal(texts[0].data, texts[1].data);
	assert_string_not_equal(texts[0].data, texts[2].data);
	assert_null(strstr(texts[0].data, "upper_pct")); /* of another method */
	assert_ptr_equal(strstr(texts[0].data, "{\"strategy\":\"channel\",\"method\":\"donchian\",\"trigger\":\"close\","), texts[0].data);
	for (int i = 0; i < 3; i++)
		buf_release(&texts[i]);
	strategy_free(a);
	strategy_free(b);
	strategy_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(donchian_is_the_common_rule),
		cmocka_unit_test(a_donchian_mark_is_the_next_band),
		cmocka_unit_test(bands_are_made_of_their_columns),
		cmocka_unit_test(cutting_the_input_short_changes_nothing_before),
		cmocka_unit_test(strategies_share_equal_columns),
		cmocka_unit_test(wrong_files_are_named),
		cmocka_unit_test(effective_parameters_are_canonical),
	};

	return cmocka_run_group_tests_name("strategy", tests, NULL, NULL);
}
