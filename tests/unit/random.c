/* The strategy that draws lots: as often as it is told, the same from any start, with the stops it was given. */
#include "trial.h"

#define BARS 20000
#define LOTS "{\"strategy\":\"random\",\"enter\":0.02,\"leave\":0.1,\"seed\":%d}"

/* Entries, and bars held for each. */
static void count(const char *json, double *entries, double *held)
{
	struct dry_run r;

	*entries = *held = 0;
	trial_open(&r, json);
	for (int i = 0; i < BARS; i++) {
		const struct signal *s = feed(&r, 99, 101, 100);

		*entries += s->action == ACTION_BUY;
		*held += s->exposure;
		assert_true(s->stop_offset == DEC_NONE);
	}
	*held /= *entries;
	trial_close(&r);
}

static void lots_are_as_many_as_told(void **state)
{
	double entries, held;
	char json[160];

	(void)state;
	for (int seed = 1; seed <= 3; seed++) {
		snprintf(json, sizeof json, LOTS, seed);
		count(json, &entries, &held);
		/* A round trip takes 1/0.02 bars out and 1/0.1 in; three standard deviations either way. */
		check_near(entries, BARS / 60.0, 0.17);
		check_near(held, 10, 0.17);
	}
	count("{\"strategy\":\"random\",\"enter\":1,\"leave\":0}", &entries, &held);
	assert_true(entries == 1 && held == BARS);
}

/* A lot belongs to its bar, not to how many were drawn before: later starts agree once both are out at the same time. */
static void lots_do_not_depend_on_the_start(void **state)
{
	struct dry_run early, late;
	char json[160];
	int differ = 0, buys = 0, other = 0;
	bool met = false;

	(void)state;
	snprintf(json, sizeof json, LOTS, 5);
	trial_open(&early, json);
	trial_open(&late, json);
	for (int64_t i = 0; i < 5000; i++) {
		struct bar bar = bar_of(i, 99, 101, 100, 1);
		const struct signal *a = trial_bar(&early, &bar), *b;

		if (i < 777)
			continue;
		b = trial_bar(&late, &bar);
		met |= a->exposure == 0 && b->exposure == 0;
		differ += met && a->action != b->action;
		buys += met && a->action == ACTION_BUY;
	}
	assert_true(buys > 30 && differ == 0);
	trial_close(&late);
	snprintf(json, sizeof json, LOTS, 6);
	trial_open(&late, json);
	for (int64_t i = 0; i < 5000; i++) {
		struct bar bar = bar_of(i, 99, 101, 100, 1);

		other += trial_bar(&late, &bar)->action == ACTION_BUY && early.last.action == ACTION_BUY;
	}
	assert_true(other < 10);
	trial_close(&early);
	trial_close(&late);
}

static void stops_are_as_told_and_dead_bars_draw_nothing(void **state)
{
	struct dry_run r;
	struct bar dead;

	(void)state;
	trial_open(&r, "{\"strategy\":\"random\",\"enter\":1,\"leave\":1,\"stop_pct\":5,\"trail_atr\":2,\"atr_period\":3}");
	for (int i = 0; i < 3; i++)
		assert_int_equal(feed(&r, 99, 101, 100)->action, ACTION_HOLD); /* no ATR yet */
	assert_int_equal(feed(&r, 99, 101, 100)->action, ACTION_BUY);
	assert_true(r.last.stop_offset == 5 * (dec)DEC_ONE && r.last.trail_offset == 4 * (dec)DEC_ONE);
	dead = bar_of(r.bars, 100, 100, 100, 0);
	assert_int_equal(trial_bar(&r, &dead)->action, ACTION_HOLD);
	assert_true(r.last.exposure == 1);
	assert_int_equal(feed(&r, 99, 101, 100)->action, ACTION_SELL);
	trial_close(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lots_are_as_many_as_told),
		cmocka_unit_test(lots_do_not_depend_on_the_start),
		cmocka_unit_test(stops_are_as_told_and_dead_bars_draw_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
