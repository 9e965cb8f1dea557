/* Trial records, their order, what a rank says about the best, and heat maps. */
#include "check.h"

#include "report/heatmap.h"
#include "report/metrics.h"
#include "tune/rank.h"
#include "tune/show.h"
#include "tune/trial.h"

#define DAYS 64

static struct ranking calmar(void)
{
	struct ranking by = { .max_drawdown = NAN };

	assert_int_equal(ranking_by(&by, "calmar", NULL), OK);
	return by;
}

static struct trial *trial(enum sample sample, int64_t number, const char *tuned)
{
	static struct trial t;

	memset(&t, 0, sizeof t);
	snprintf(t.r.id, sizeof t.r.id, "%d-%lld", sample, (long long)number);
	t.r.sample = sample;
	t.r.window = INT_NONE;
	t.r.number = number;
	snprintf(t.r.strategy, sizeof t.r.strategy, "s");
	snprintf(t.r.tuned, sizeof t.r.tuned, "%s", tuned);
	snprintf(t.r.setup, sizeof t.r.setup, "setup");
	snprintf(t.r.digest, sizeof t.r.digest, "digest");
	t.r.since = 0;
	t.r.until = 1000;
	for (size_t i = 0; i < TRIAL_METRICS; i++)
		t.r.metric[i] = NAN;
	return &t;
}

static void set(struct trial *t, const char *metric, double v)
{
	t->r.metric[result_metric(metric)] = v;
}

/* A set that earns `drift` a day on noise of its own. */
static struct trial *earner(int64_t number, double drift, double calmar_is)
{
	struct trial *t;
	uint64_t seed = (uint64_t)number + 99;
	double returns[DAYS];
	char tuned[32];
	size_t n = 1;

	snprintf(tuned, sizeof tuned, "{\"lookback\":%lld}", (long long)number);
	t = trial(SAMPLE_WHOLE, number, tuned);
	t->returns[0] = '[';
	for (int i = 0; i < DAYS; i++) {
		returns[i] = drift + ((double)(check_random(&seed) % 2001) - 1000) / 1e5;
		n += (size_t)snprintf(t->returns + n, 32, "%s%.6g", i ? "," : "", returns[i]);
	}
	snprintf(t->returns + n, 2, "]");
	set(t, "calmar", calmar_is);
	set(t, "sharpe", luck_sharpe(returns, DAYS) * sqrt(365));
	set(t, "trades", 40);
	set(t, "max_drawdown", 0.1);
	set(t, "total_return", drift * DAYS);
	set(t, "cagr", drift * 365);
	return t;
}

static void headline_metrics_are_the_fields_of_a_trial(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < metric_def_count; i++)
		if (metric_defs[i].headline) {
			assert_int_equal(result_metric(metric_defs[i].name), (int)n++);
			assert_string_equal(trial_fields[TRIAL_FIRST_METRIC + n - 1].doc[0] ? metric_defs[i].name : "",
				trial_fields[TRIAL_FIRST_METRIC + n - 1].name);
		} else {
			assert_int_equal(result_metric(metric_defs[i].name), -1);
		}
	assert_int_equal(n, TRIAL_METRICS);
	assert_int_equal(result_metric("returns"), -1);
}

static void returns_come_back(void **state)
{
	struct error e = { 0 };
	double *r;
	size_t n;

	(void)state;
	assert_int_equal(trial_returns_read("[0,-0.00123457,1e-05]", &r, &n, &e), OK);
	assert_true(n == 3 && r[0] == 0 && r[1] == -0.00123457 && r[2] == 1e-05);
	free(r);
	assert_int_equal(trial_returns_read("[]", &r, &n, &e), OK);
	assert_int_equal(n, 0);
	free(r);
	for (size_t i = 0; i < 5; i++) {
		static const char *const bad[] = { "[1,]", "[1", "1", "[1,x]", "[nan]" };

		assert_int_equal(trial_returns_read(bad[i], &r, &n, &e), ERR_DATA);
		free(r);
	}
}

static void order_knows_better_and_worse(void **state)
{
	struct ranking by = calmar();
	struct brief rows[] = { { NAN, 50, 0.1 }, { 1, 50, 0.3 }, { 2, 5, 0.1 }, { 1, 50, 0.1 }, { 0.5, 50, 0.1 } };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(ranking_best(&by, rows, 5), 2);
	by.min_trades = 30;
	assert_int_equal(ranking_best(&by, rows, 5), 1); /* the first of equals */
	by.max_drawdown = 0.2;
	assert_int_equal(ranking_best(&by, rows, 5), 3);
	by.good = -1;
	assert_int_equal(ranking_best(&by, rows, 5), 4);
	by.min_trades = 60;
	assert_int_equal(ranking_best(&by, rows, 5), 5);
	assert_int_equal(ranking_by(&by, "max_drawdown", &e), OK);
	assert_int_equal(by.good, -1);
	assert_int_equal(ranking_by(&by, "exposure", &e), ERR_USAGE);
	assert_int_equal(ranking_by(&by, "psr", &e), ERR_USAGE);
	assert_int_equal(ranking_by(&by, "nothing", &e), ERR_USAGE);
}

static void a_rank_counts_each_trial_once(void **state)
{
	struct ranking by = calmar();
	struct error e = { 0 };
	struct rank k;

	(void)state;
	rank_init(&k, &by);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 8; i++)
			assert_int_equal(rank_add(&k, earner(i, 0.0001 * i, i == 3 ? 9 : i), &e), OK);
	/* Two that were tried before, one of which is in the file. */
	assert_int_equal(rank_add_tried(&k, &earner(7, 0, 0)->r, &e), OK);
	assert_int_equal(rank_add_tried(&k, &earner(70, 0.001, 0)->r, &e), OK);
	assert_int_equal(rank_add_tried(&k, &trial(SAMPLE_TEST, 71, "{}")->r, &e), OK);
	assert_int_equal(rank_close(&k, 8, &e), OK);
	assert_true(k.sets == 8 && k.allowed == 8 && k.trials == 9 && k.overfit.splits == 70);
	assert_int_equal(k.rows[0].r.number, 3);
	assert_int_equal(k.rows[1].r.number, 7);
	assert_true(k.dsr < k.psr && k.dsr > 0 && k.best_by_luck > 0);
	rank_release(&k);
}

static void trials_that_cannot_be_compared_are_refused(void **state)
{
	struct ranking by = calmar();
	struct error e = { 0 };
	struct trial *t;
	struct rank k;

	(void)state;
	rank_init(&k, &by);
	assert_int_equal(rank_add(&k, earner(1, 0, 1), &e), OK);
	t = earner(2, 0, 1);
	t->r.digest[0] = 'x';
	assert_int_equal(rank_add(&k, t, &e), ERR_DATA);
	t = earner(2, 0, 1);
	t->r.setup[0] = 'x';
	assert_int_equal(rank_add(&k, t, &e), ERR_DATA);
	t = earner(2, 0, 1);
	t->r.until++;
	assert_int_equal(rank_add(&k, t, &e), ERR_DATA);
	t->r.sample = SAMPLE_TRAIN; /* a window lies within */
	assert_int_equal(rank_add(&k, t, &e), OK);
	rank_release(&k);
}

/* The winner's own random runs count; those of another winner do not. */
static void yardsticks_are_measured(void **state)
{
	struct ranking by = calmar();
	struct error e = { 0 };
	struct buf b = { 0 };
	struct trial *t;
	struct rank k;

	(void)state;
	rank_init(&k, &by);
	for (int i = 0; i < 8; i++)
		assert_int_equal(rank_add(&k, earner(i, 0.0001 * i, i), &e), OK);
	for (int i = 0; i < 100; i++) {
		t = trial(SAMPLE_RANDOM, i, i < 50 ? "{\"like\":\"0-7\"}" : "{\"like\":\"0-6\"}");
		set(t, "sharpe", i);
		set(t, "calmar", i == 0 ? NAN : i * 0.2);
		assert_int_equal(rank_add(&k, t, &e), OK);
	}
	t = trial(SAMPLE_HOLD, INT_NONE, "");
	set(t, "calmar", 0.5);
	assert_int_equal(rank_add(&k, t, &e), OK);
	t = trial(SAMPLE_WALK, INT_NONE, "");
	set(t, "total_return", -0.25);
	assert_int_equal(rank_add(&k, t, &e), OK);
	assert_int_equal(rank_close(&k, 8, &e), OK);
	assert_true(k.lots == 50 && k.other_lots == 50);
	assert_string_equal(k.measures[4].name, "calmar");
	check_near(k.measures[4].winner, 7, 1e-12);
	check_near(k.measures[4].beaten, 0.7, 1e-12); /* the undefined one and 1..34; 35 × 0.2 is not below 7 */
	check_near(k.measures[4].lot_median, 5, 1e-12);
	check_near(k.measures[4].held, 0.5, 1e-12);
	check_near(k.measures[0].walked, -0.25, 1e-12);
	show_verdict(&k, &b);
	assert_non_null(strstr(b.data, "is probably luck:\n"));
	assert_non_null(strstr(b.data, "it beats only "));
	assert_non_null(strstr(b.data, "returned -25%"));
	buf_release(&b);
	rank_release(&k);
}

static void real_skill_is_not_called_luck(void **state)
{
	struct ranking by = calmar();
	struct error e = { 0 };
	struct buf b = { 0 };
	struct trial *t;
	struct rank k;

	(void)state;
	rank_init(&k, &by);
	for (int i = 0; i < 8; i++)
		assert_int_equal(rank_add(&k, earner(i, i == 7 ? 0.006 : 0, i), &e), OK);
	show_verdict(&k, &b);
	assert_non_null(strstr(b.data, "no trial to judge"));
	buf_clear(&b);
	for (int i = 0; i < 100; i++) {
		t = trial(SAMPLE_RANDOM, i, "{\"like\":\"0-7\"}");
		set(t, "sharpe", -1);
		set(t, "calmar", -1);
		assert_int_equal(rank_add(&k, t, &e), OK);
	}
	t = trial(SAMPLE_HOLD, INT_NONE, "");
	set(t, "calmar", 0.5);
	set(t, "sharpe", 0.5);
	set(t, "total_return", 0.1);
	assert_int_equal(rank_add(&k, t, &e), OK);
	t = trial(SAMPLE_WALK, INT_NONE, "");
	set(t, "total_return", 0.25);
	assert_int_equal(rank_add(&k, t, &e), OK);
	assert_int_equal(rank_close(&k, 8, &e), OK);
	show_verdict(&k, &b);
	assert_non_null(strstr(b.data, "lookback 7, is probably not luck"));
	buf_release(&b);
	rank_release(&k);
}

static void a_heat_map_is_the_median_over_the_rest(void **state)
{
	static struct result rows[13];
	struct heatmap h;
	struct error e = { 0 };
	struct buf b = { 0 };
	int n = 0;

	(void)state;
	for (int x = 0; x < 2; x++)
		for (int y = 0; y < 2; y++)
			for (int z = 0; z < 3; z++) {
				char tuned[64];
				struct trial *t;

				snprintf(tuned, sizeof tuned, "{\"lookback\":%d,\"stop_pct\":%d,\"method\":\"m%d\"}", x ? 9 : 10, 4 * y, z);
				t = trial(SAMPLE_WHOLE, n, tuned);
				set(t, "calmar", z == 2 ? 1000 : 10 * x + y + z);
				rows[n++] = t->r;
			}
	rows[n] = rows[n - 1]; /* merged twice */
	assert_int_equal(heatmap_make(&h, rows, 13, NULL, "stop_pct", "calmar", &e), OK);
	assert_true(h.column_count == 2 && h.row_count == 2 && h.most == 3);
	assert_string_equal(h.columns[0], "9"); /* by size, not by letters */
	assert_string_equal(h.x, "lookback");
	assert_true(h.cells[0] == 11 && h.cells[1] == 1 && h.cells[2] == 12 && h.cells[3] == 2);
	assert_int_equal(h.best, 2);
	assert_true(h.low == 1 && h.high == 12 && heatmap_heat(&h, 12) == 1 && heatmap_heat(&h, 1) == -1 && heatmap_value(&h, -1) == 1);
	heatmap_sentence(&h, &b);
	assert_non_null(strstr(b.data, "12.00 at lookback 9, stop_pct 4"));
	buf_release(&b);
	heatmap_release(&h);
	assert_int_equal(heatmap_make(&h, rows, 13, "none", NULL, "calmar", &e), ERR_USAGE);
	assert_int_equal(heatmap_make(&h, rows, 13, NULL, NULL, "none", &e), ERR_USAGE);
	assert_int_equal(heatmap_make(&h, rows, 0, NULL, NULL, "calmar", &e), ERR_DATA);
	rows[3].digest[0] = 'x';
	assert_int_equal(heatmap_make(&h, rows, 13, NULL, NULL, "calmar", &e), ERR_DATA);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(headline_metrics_are_the_fields_of_a_trial),
		cmocka_unit_test(returns_come_back),
		cmocka_unit_test(order_knows_better_and_worse),
		cmocka_unit_test(a_rank_counts_each_trial_once),
		cmocka_unit_test(trials_that_cannot_be_compared_are_refused),
		cmocka_unit_test(yardsticks_are_measured),
		cmocka_unit_test(real_skill_is_not_called_luck),
		cmocka_unit_test(a_heat_map_is_the_median_over_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
