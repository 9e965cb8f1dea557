/* Parameter spaces and walk-forward windows. */
#include "check.h"

#include "core/utc.h"
#include "strategy/kinds.h"
#include "tune/plan.h"
#include "tune/space.h"

#define DAY MS_DAY

/* Refuses what the strategy itself would. */
static enum err even_only(void *ctx, const char *set, struct error *e)
{
	int *asked = ctx;
	int v = 0;

	++*asked;
	sscanf(set, "{\"lookback\":%d", &v);
	return v % 2 ? error_field(e, ERR_DATA, "lookback", "odd") : OK;
}

static enum err any(void *ctx, const char *set, struct error *e)
{
	(void)ctx;
	(void)set;
	(void)e;
	return OK;
}

static void add(struct space *s, const char *spec)
{
	struct error e = { 0 };

	assert_int_equal(space_add(s, spec, &e), OK);
}

static void refused(const char *spec, const char *message)
{
	struct error e = { 0 };
	struct space s;

	space_init(&s, &strategy_channel);
	add(&s, "trend_sma=50,100");
	assert_int_equal(space_add(&s, spec, &e), ERR_USAGE);
	if (!strstr(e.message, message))
		fail_msg("'%s' does not have '%s'", e.message, message);
	space_release(&s);
}

static void a_grid_is_every_combination_first_axis_slowest(void **state)
{
	static const char *const wanted[] = {
		"{\"lookback\":10,\"stop_pct\":0.1,\"method\":\"atr\"}", "{\"lookback\":10,\"stop_pct\":0.1,\"method\":\"zscore\"}",
		"{\"lookback\":10,\"stop_pct\":0.2,\"method\":\"atr\"}", "{\"lookback\":10,\"stop_pct\":0.2,\"method\":\"zscore\"}",
		"{\"lookback\":10,\"stop_pct\":0.3,\"method\":\"atr\"}", "{\"lookback\":10,\"stop_pct\":0.3,\"method\":\"zscore\"}",
		"{\"lookback\":15,\"stop_pct\":0.1,\"method\":\"atr\"}",
	};
	struct error e = { 0 };
	struct space s;

	(void)state;
	space_init(&s, &strategy_channel);
	add(&s, "lookback=10:24:5");
	add(&s, "stop_pct=0.1:0.3:0.1"); /* three tenths are not 0.30000000000000004 */
	add(&s, "method=atr,zscore");
	assert_int_equal(space_grid(&s, any, NULL, &e), OK);
	assert_int_equal(s.set_count, 3 * 3 * 2);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		assert_string_equal(s.sets[i], wanted[i]);
	space_release(&s);
}

static void values_have_one_form(void **state)
{
	struct error e = { 0 };
	struct space s;

	(void)state;
	space_init(&s, &strategy_channel);
	add(&s, "stop_atr=null,2.50,3e0");
	add(&s, "lower_price=100.5");
	assert_int_equal(space_grid(&s, any, NULL, &e), OK);
	assert_int_equal(s.set_count, 3);
	assert_string_equal(s.sets[0], "{\"stop_atr\":null,\"lower_price\":\"100.50000000\"}");
	assert_string_equal(s.sets[1], "{\"stop_atr\":2.5,\"lower_price\":\"100.50000000\"}");
	assert_string_equal(s.sets[2], "{\"stop_atr\":3,\"lower_price\":\"100.50000000\"}");
	space_release(&s);
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	refused("lookback", "is not NAME=");
	refused("nothing=1", "no parameter 'nothing'");
	refused("trend_sma=1", "named twice");
	refused("lookback=1,20", "lookback: ");
	refused("lookback=10:x", "'10:x' is not a range");
	refused("lookback=20:10", "not a range");
	refused("lookback=10:20:0", "not a range");
	refused("stop_pct=1,2,1.0", "1.0 is there twice");
	refused("method=atr:bands", "list its values");
	refused("lookback=5:5:1e-20", "has 5 twice");
	refused("lower_k=1:1.0000000000005:1e-13", "the step is too small");
	refused("stop_pct=0.001:90:0.00001", "more than 1000000 values");
}

static void senseless_sets_are_left_out(void **state)
{
	struct error e = { 0 };
	struct space s;
	int asked = 0;

	(void)state;
	space_init(&s, &strategy_channel);
	add(&s, "lookback=2:9");
	assert_int_equal(space_grid(&s, even_only, &asked, &e), OK);
	assert_int_equal(asked, 8);
	assert_int_equal(s.set_count, 4);
	assert_int_equal(s.left_out, 4);
	assert_string_equal(s.why.message, "odd");
	assert_string_equal(s.sets[3], "{\"lookback\":8}");
	space_release(&s);
	space_init(&s, &strategy_channel);
	add(&s, "lookback=3,5");
	assert_int_equal(space_grid(&s, even_only, &asked, &e), ERR_USAGE);
	assert_non_null(strstr(e.message, "odd"));
	space_release(&s);
}

static void by_lot(struct space *s, size_t n, uint64_t seed)
{
	struct error e = { 0 };

	space_init(s, &strategy_channel);
	add(s, "lookback=10:60");
	add(s, "stop_pct=1.5:8");
	assert_int_equal(space_random(s, n, seed, any, NULL, &e), OK);
}

static void random_sets_are_reproducible_distinct_and_in_range(void **state)
{
	struct space a, b, c, other;
	size_t same = 0;

	(void)state;
	by_lot(&a, 50, 7);
	by_lot(&b, 50, 7);
	by_lot(&c, 200, 7);
	by_lot(&other, 50, 8);
	assert_int_equal(a.set_count, 50);
	assert_int_equal(c.set_count, 200);
	for (size_t i = 0; i < 50; i++) {
		double stop;
		int lookback;

		assert_int_equal(sscanf(a.sets[i], "{\"lookback\":%d,\"stop_pct\":%lf}", &lookback, &stop), 2);
		assert_true(lookback >= 10 && lookback <= 60 && stop >= 1.5 && stop <= 8);
		assert_string_equal(a.sets[i], b.sets[i]);
		assert_string_equal(a.sets[i], c.sets[i]);
		same += strcmp(a.sets[i], other.sets[i]) == 0;
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(a.sets[i], a.sets[k]);
	}
	assert_true(same < 5);
	space_release(&a);
	space_release(&b);
	space_release(&c);
	space_release(&other);
}

static void more_random_sets_than_there_are_is_all_of_them(void **state)
{
	struct error e = { 0 };
	struct space s;

	(void)state;
	space_init(&s, &strategy_channel);
	add(&s, "lookback=10:14");
	assert_int_equal(space_random(&s, 100, 1, any, NULL, &e), OK);
	assert_int_equal(s.set_count, 5);
	space_release(&s);
	space_init(&s, &strategy_channel);
	add(&s, "stop_pct=1:2");
	assert_int_equal(space_grid(&s, any, NULL, &e), ERR_USAGE);
	assert_non_null(strstr(e.message, "LOW:HIGH:STEP"));
	space_release(&s);
}

/* Whatever is asked for: test windows never overlap, no train window reaches into its embargo, all lie in the period. */
static void windows_never_overlap(void **state)
{
	static const struct { const char *walk, *embargo; } plans[] = {
		{ "180d/30d", NULL }, { "180d/30d", "18" }, { "90d/30d/45d", "5d" }, { "7d/1d", "1" }, { "2w/1w", "30h" },
	};
	int64_t since = INT64_C(1704067200000) + 4 * MS_HOUR, until = since + 400 * DAY;

	(void)state;
	for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
		struct error e = { 0 };
		struct walk w;
		struct window *rows;
		size_t n;

		assert_int_equal(walk_parse(plans[p].walk, &w, &e), OK);
		if (plans[p].embargo)
			assert_int_equal(walk_embargo(plans[p].embargo, INTERVAL_4H, &w, &e), OK);
		assert_int_equal(plan_windows(&w, since, until, &rows, &n, &e), OK);
		assert_true(n > 3);
		assert_int_equal(rows[0].train_from, utc_day(since) + DAY);
		assert_true(until - rows[n - 1].test_to < w.step_ms);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(rows[i].train_to - rows[i].train_from, w.train_ms);
			assert_int_equal(rows[i].test_to - rows[i].test_from, w.test_ms);
			assert_true(rows[i].test_from - rows[i].train_to == w.embargo_ms && w.embargo_ms % DAY == 0);
			assert_true(rows[i].train_from >= since && rows[i].test_to <= until);
			assert_true(i == 0 || rows[i].test_from >= rows[i - 1].test_to);
		}
		free(rows);
	}
}

static void embargo_is_rounded_up(void **state)
{
	struct error e = { 0 };
	struct walk w = { 0 };
	struct window *rows;
	size_t n;

	(void)state;
	assert_int_equal(walk_embargo("6", INTERVAL_4H, &w, &e), OK);
	assert_int_equal(w.embargo_ms, DAY);
	assert_int_equal(walk_embargo("7", INTERVAL_4H, &w, &e), OK);
	assert_int_equal(w.embargo_ms, 2 * DAY);
	assert_int_equal(walk_embargo("5d", INTERVAL_4H, &w, &e), OK);
	assert_int_equal(w.embargo_ms, 5 * DAY);
	assert_int_equal(walk_embargo("x", INTERVAL_4H, &w, &e), ERR_USAGE);
	assert_int_equal(walk_parse("180d", &w, &e), ERR_USAGE);
	assert_int_equal(walk_parse("180d/30h", &w, &e), ERR_USAGE);
	assert_int_equal(walk_parse("180d/30d/10d", &w, &e), ERR_USAGE);
	assert_non_null(strstr(e.message, "overlap"));
	assert_int_equal(walk_parse("180d/30d", &w, &e), OK);
	assert_int_equal(plan_windows(&w, 0, 200 * DAY, &rows, &n, &e), ERR_USAGE);
	free(rows);
}

static void a_plan_has_every_set_in_every_part(void **state)
{
	struct window windows[] = { { 0, 10, 10, 15 }, { 5, 15, 15, 20 } };
	struct plan p = { .since = 0, .until = 20, .set_count = 3, .windows = windows, .window_count = 2 };
	struct task t;

	(void)state;
	assert_int_equal(plan_count(&p), 9);
	t = plan_task(&p, 2);
	assert_true(t.sample == SAMPLE_WHOLE && t.window == INT_NONE && t.set == 2 && t.until == 20);
	t = plan_task(&p, 3);
	assert_true(t.sample == SAMPLE_TRAIN && t.window == 0 && t.set == 0 && t.since == 0 && t.until == 10);
	t = plan_task(&p, 8);
	assert_true(t.sample == SAMPLE_TRAIN && t.window == 1 && t.set == 2 && t.since == 5 && t.until == 15);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_grid_is_every_combination_first_axis_slowest),
		cmocka_unit_test(values_have_one_form),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(senseless_sets_are_left_out),
		cmocka_unit_test(random_sets_are_reproducible_distinct_and_in_range),
		cmocka_unit_test(more_random_sets_than_there_are_is_all_of_them),
		cmocka_unit_test(windows_never_overlap),
		cmocka_unit_test(embargo_is_rounded_up),
		cmocka_unit_test(a_plan_has_every_set_in_every_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
