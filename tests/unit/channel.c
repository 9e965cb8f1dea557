/* The channel strategy, state by state: triggers, following, plans, refusals, words. */
#include "trial.h"

/* Closes only, as "B", "S" or "." each. */
static void expect(const char *json, const double *closes, const char *actions)
{
	struct dry_run r;

	trial_open(&r, json);
	for (size_t i = 0; actions[i]; i++) {
		const struct signal *s = feed(&r, closes[i], closes[i], closes[i]);

		if (actions[i] != ".BS"[s->action])
			fail_msg("%s: bar %zu: %c, not %c (%s)", json, i, ".BS"[s->action], actions[i], s->why);
	}
	trial_close(&r);
}

static void events_come_when_a_condition_newly_holds(void **state)
{
	(void)state;
	/* On the band is not beyond it; a second bar below is no news; a second buy is an event while in; so is a sale while out. */
	expect(FIXED "}", (double[]){ 100, 90, 89, 88, 95, 89.99, 100, 110, 111, 112, 100, 111, 80 }, "..B..B..S..SB");
	/* By touch, on the band is enough. */
	expect(FIXED ",\"trigger\":\"touch\"}", (double[]){ 100, 90, 88, 91, 90, 110, 109, 110, 90 }, ".B..BS.SB");
}

static void a_bar_that_touches_both_bands_leaves_before_it_enters(void **state)
{
	struct dry_run r;

	(void)state;
	trial_open(&r, FIXED ",\"trigger\":\"touch\"}");
	assert_int_equal(feed(&r, 90, 110, 100)->action, ACTION_BUY);
	assert_true(r.last.exposure == 1);
	assert_int_equal(feed(&r, 95, 105, 100)->action, ACTION_HOLD);
	assert_int_equal(feed(&r, 85, 115, 100)->action, ACTION_SELL);
	assert_true(r.last.exposure == 0);
	assert_int_equal(feed(&r, 85, 100, 100)->action, ACTION_HOLD); /* its touch was dropped with that bar */
	trial_close(&r);
}

static void a_buy_follows_the_low_and_waits_for_the_rebound(void **state)
{
	struct dry_run r;

	(void)state;
	trial_open(&r, FIXED ",\"trigger\":\"touch\",\"rebound_pct\":10}");
	assert_true(feed(&r, 95, 105, 100)->buy_mark == 90);
	assert_string_equal(r.last.waits_for, "low at or below 90 (lower band), then a rebound of 10 %");
	assert_int_equal(feed(&r, 88, 95, 90)->action, ACTION_HOLD);
	assert_close(r.last.buy_mark, 96.8, 1e-12, 0);
	assert_close(r.last.distance_pct, (96.8 - 90) / 90 * 100, 1e-12, 0);
	assert_string_equal(r.last.waits_for, "rebound of 10 % from 88 (96.8)");
	assert_int_equal(feed(&r, 80, 97, 87)->action, ACTION_HOLD); /* the mark follows to 88; a high beyond it is no close */
	assert_close(r.last.buy_mark, 88, 1e-12, 0);
	assert_int_equal(feed(&r, 86, 89, 88.5)->action, ACTION_BUY); /* still below the band */
	assert_true(isnan(r.last.buy_mark)); /* nothing to buy before a new touch */
	assert_true(r.last.sell_mark == 110);
	assert_int_equal(feed(&r, 100, 101, 100)->action, ACTION_HOLD);
	/* Armed again, but the upper band comes first: dropped. */
	assert_int_equal(feed(&r, 70, 75, 70)->action, ACTION_HOLD);
	assert_int_equal(feed(&r, 75, 110, 76)->action, ACTION_SELL);
	assert_int_equal(feed(&r, 100, 105, 104)->action, ACTION_HOLD);
	trial_close(&r);
	/* One bar may touch, fall and rebound. By close, the price since the touch begins with the close. */
	trial_open(&r, FIXED ",\"trigger\":\"touch\",\"rebound_pct\":10}");
	assert_int_equal(feed(&r, 85, 100, 95)->action, ACTION_BUY);
	trial_close(&r);
	trial_open(&r, FIXED ",\"rebound_pct\":10}");
	assert_int_equal(feed(&r, 70, 100, 80)->action, ACTION_HOLD);
	assert_close(r.last.buy_mark, 88, 1e-12, 0);
	assert_int_equal(feed(&r, 79, 90, 87)->action, ACTION_BUY);
	trial_close(&r);
}

static void a_sale_follows_the_high_and_waits_for_the_pullback(void **state)
{
	struct dry_run r;

	(void)state;
	trial_open(&r, FIXED ",\"trigger\":\"touch\",\"pullback_pct\":10}");
	assert_int_equal(feed(&r, 90, 100, 95)->action, ACTION_BUY);
	assert_string_equal(r.last.waits_for, "high at or above 110 (upper band), then a pullback of 10 %");
	assert_int_equal(feed(&r, 100, 120, 119)->action, ACTION_HOLD);
	assert_close(r.last.sell_mark, 108, 1e-12, 0);
	assert_int_equal(feed(&r, 109, 130, 118)->action, ACTION_HOLD);
	assert_close(r.last.sell_mark, 117, 1e-12, 0);
	assert_string_equal(r.last.waits_for, "pullback of 10 % from 130 (117)");
	assert_true(r.last.exposure == 1);
	assert_int_equal(feed(&r, 116, 125, 117)->action, ACTION_SELL);
	assert_true(r.last.exposure == 0);
	assert_string_equal(r.last.why, "close 117 at the upper band 110 (fixed price), after a pullback of 10 % from 130");
	trial_close(&r);
	/* A new entry starts afresh: the sale armed before it is forgotten. */
	trial_open(&r, FIXED ",\"trigger\":\"touch\",\"pullback_pct\":50}");
	assert_int_equal(feed(&r, 100, 115, 112)->action, ACTION_HOLD);
	assert_close(r.last.sell_mark, 57.5, 1e-12, 0);
	assert_int_equal(feed(&r, 88, 92, 91)->action, ACTION_BUY);
	assert_true(r.last.sell_mark == 110);
	trial_close(&r);
}

static dec units(const char *s)
{
	dec v = DEC_NONE;

	assert_true(dec_parse(s, strlen(s), &v));
	return v;
}

static void plan_is(const char *options, const char *stop, const char *target, const char *trail, int64_t hold)
{
	char json[512];
	struct dry_run r;

	snprintf(json, sizeof json, FIXED "%s}", options);
	trial_open(&r, json);
	feed(&r, 95, 105, 100);
	assert_true(r.last.stop_offset == DEC_NONE && r.last.max_hold_bars == INT_NONE); /* a plan belongs to an entry */
	assert_int_equal(feed(&r, 80, 85, 80.00000001)->action, ACTION_BUY);
	assert_true(r.last.stop_offset == (stop ? units(stop) : DEC_NONE));
	assert_true(r.last.target_offset == (target ? units(target) : DEC_NONE));
	assert_true(r.last.trail_offset == (trail ? units(trail) : DEC_NONE));
	assert_int_equal(r.last.max_hold_bars, hold);
	trial_close(&r);
}

static void the_exit_plan_is_distances_from_the_fill(void **state)
{
	(void)state;
	plan_is("", NULL, NULL, NULL, INT_NONE);
	plan_is(",\"stop_pct\":5", "4", NULL, NULL, INT_NONE); /* 4.0000000005 */
	plan_is(",\"stop_pct\":5,\"target\":\"risk\",\"target_risk\":3", "4", "12", NULL, INT_NONE);
	plan_is(",\"target\":\"mid\",\"max_hold_bars\":7", NULL, "19.99999999", NULL, 7);
	plan_is(",\"target\":\"upper\",\"trail_pct\":10", NULL, "29.99999999", "8", INT_NONE);
	/* The first true range is 25 (from 105 to 80; close before: 100): one bar's ATR. */
	plan_is(",\"atr_period\":1,\"stop_atr\":0.5,\"trail_atr\":2", "10", NULL, "40", INT_NONE);
}

static void a_target_that_is_no_gain_is_none_and_a_stop_below_zero_refuses(void **state)
{
	struct dry_run r;

	(void)state;
	/* Touched at 90, but closed above the upper band: nothing is left to gain. */
	trial_open(&r, FIXED ",\"trigger\":\"touch\",\"target\":\"mid\"}");
	assert_int_equal(feed(&r, 90, 109, 105)->action, ACTION_BUY);
	assert_true(r.last.target_offset == DEC_NONE);
	trial_close(&r);
	trial_open(&r, FIXED ",\"atr_period\":1,\"stop_atr\":5}");
	feed(&r, 95, 105, 100);
	assert_int_equal(feed(&r, 80, 105, 80)->action, ACTION_HOLD);
	assert_string_equal(r.last.why, "no buy: the stop would lie at or below zero");
	assert_true(r.last.exposure == 0 && r.last.stop_offset == DEC_NONE);
	trial_close(&r);
}

static void a_buy_against_the_trend_is_no_event(void **state)
{
	struct dry_run r;

	(void)state;
	/* 3 bars' mean; a fall is below it, a dip of a rising market above. */
	expect(FIXED ",\"trend_sma\":3}", (double[]){ 100, 100, 80, 85, 95, 70, 71, 111 }, ".......S");
	trial_open(&r, FIXED ",\"trigger\":\"touch\",\"trend_sma\":3}");
	feed(&r, 100, 100, 100);
	feed(&r, 100, 100, 100);
	feed(&r, 100, 100, 100);
	assert_int_equal(feed(&r, 89, 104, 103)->action, ACTION_BUY);
	assert_int_equal(feed(&r, 100, 104, 101)->action, ACTION_HOLD);
	assert_int_equal(feed(&r, 89, 100, 90)->action, ACTION_HOLD);
	assert_string_equal(r.last.why, "no buy: close 90 is not above sma(3) 98");
	assert_true(r.last.exposure == 1);
	trial_close(&r);
}

static void a_dead_market_gives_no_signal(void **state)
{
	struct dry_run r;
	struct bar b = bar_of(1, 80, 80, 80, 0);

	(void)state;
	trial_open(&r, FIXED "}");
	feed(&r, 100, 100, 100);
	assert_int_equal(trial_bar(&r, &b)->action, ACTION_HOLD);
	assert_string_equal(r.last.why, "a dead market: no trade, or no range");
	assert_int_equal(feed(&r, 80, 80, 80)->action, ACTION_BUY); /* news still, once it trades */
	trial_close(&r);
	/* Flat prices with volume: neither a channel of no width nor an ATR of 0 says anything. */
	for (int i = 0; i < 2; i++) {
		trial_open(&r, i ? "{\"strategy\":\"channel\",\"method\":\"zscore\",\"lookback\":3}" :
			"{\"strategy\":\"channel\",\"method\":\"atr\",\"lookback\":3,\"atr_period\":3}");
		for (int k = 0; k < 20; k++)
			assert_int_equal(feed(&r, 50, 50, 50)->action, ACTION_HOLD);
		assert_string_equal(r.last.why, "a dead market: no trade, or no range");
		trial_close(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_come_when_a_condition_newly_holds),
		cmocka_unit_test(a_bar_that_touches_both_bands_leaves_before_it_enters),
		cmocka_unit_test(a_buy_follows_the_low_and_waits_for_the_rebound),
		cmocka_unit_test(a_sale_follows_the_high_and_waits_for_the_pullback),
		cmocka_unit_test(the_exit_plan_is_distances_from_the_fill),
		cmocka_unit_test(a_target_that_is_no_gain_is_none_and_a_stop_below_zero_refuses),
		cmocka_unit_test(a_buy_against_the_trend_is_no_event),
		cmocka_unit_test(a_dead_market_gives_no_signal),
	};

	return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
