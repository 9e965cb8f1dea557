/* Luck statistics: the golden overfitting example; the normal's quantile; a search without skill, and one with. */
#include "golden.h"

#include "tune/luck.h"

#define SETS 16
#define ROWS 2018

static double column[SETS][ROWS];

static double wanted(const char *name)
{
	FILE *f = golden_open("golden/dev/metrics/goog_sma_grid_overfit.csv");
	char line[256], *cell[3];
	double v = NAN;

	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (golden_split(line, cell, 3) >= 2 && strncmp(cell[0] + 1, name, strlen(name)) == 0 && cell[0][strlen(name) + 1] == '"')
			v = strtod(cell[1] + 1, NULL);
	fclose(f);
	return v;
}

static int read_columns(void **state)
{
	FILE *f = golden_open("golden/dev/metrics/goog_sma_grid_trial_returns.csv");
	char line[1024], *cell[SETS];
	int row = -1;

	(void)state;
	while (f && fgets(line, sizeof line, f)) {
		assert_int_equal(golden_split(line, cell, SETS), SETS);
		for (int k = 0; k < SETS && row >= 0; k++)
			column[k][row] = strtod(cell[k], NULL);
		row++;
	}
	if (f)
		fclose(f);
	assert_true(!f || row == ROWS);
	return 0;
}

static void golden_overfitting_example(void **state)
{
	const double *columns[SETS];
	double sharpe[SETS], best;
	struct luck_overfit o;
	struct luck_moments m;
	size_t used;

	(void)state;
	if (isnan(column[0][1]) || column[0][0] == 0)
		skip();
	for (int k = 0; k < SETS; k++) {
		columns[k] = column[k];
		sharpe[k] = luck_sharpe(column[k], ROWS);
		assert_true(sharpe[k] <= sharpe[0]);
	}
	m = luck_moments(column[0], ROWS);
	check_near(m.sharpe, wanted("sr_best_per_period"), 1e-10);
	check_near(m.skew, wanted("skew"), 1e-10);
	check_near(m.kurtosis, wanted("kurtosis"), 1e-10);
	check_near(luck_variance(sharpe, SETS, &used), wanted("var_sr_trials"), 1e-10);
	assert_int_equal(used, SETS);
	best = luck_expected_best(luck_variance(sharpe, SETS, &used), SETS);
	check_near(best, wanted("sr0_expected_max"), 1e-10);
	check_near(luck_psr(column[0], ROWS, 0), wanted("psr_vs_0"), 1e-10);
	check_near(luck_psr(column[0], ROWS, best), wanted("dsr"), 1e-10);
	assert_true(luck_overfit(columns, SETS, ROWS, (size_t)wanted("S"), &o));
	assert_int_equal(o.splits, (int)wanted("n_combinations"));
	check_near(o.pbo, wanted("pbo"), 1e-10);
	check_near(o.lambda_mean, wanted("lambda_mean"), 1e-10);
	check_near(o.lambda_median, wanted("lambda_median"), 1e-10);
}

static void quantile_inverts_the_normal(void **state)
{
	(void)state;
	check_near(luck_normal_quantile(0.975), 1.959963984540054, 1e-14);
	check_near(luck_normal_quantile(1e-10), -6.361340902404056, 1e-13);
	assert_true(fabs(luck_normal_quantile(0.5)) < 1e-15);
	assert_true(isnan(luck_normal_quantile(0)) && isnan(luck_normal_quantile(1)));
}

/* Returns without skill: the best of many must not look good; with one skilled set, it must. */
static void noise_is_called_noise(void **state)
{
	static double rows[40][480];
	const double *columns[40];
	uint64_t seed = 7;
	struct luck_overfit noise, skill;

	(void)state;
	for (int k = 0; k < 40; k++) {
		columns[k] = rows[k];
		for (int i = 0; i < 480; i++)
			rows[k][i] = ((double)(check_random(&seed) % 2001) - 1000) / 1e5;
	}
	assert_true(luck_overfit(columns, 40, 480, 16, &noise));
	for (int i = 0; i < 480; i++)
		rows[11][i] += 0.004;
	assert_true(luck_overfit(columns, 40, 480, 16, &skill));
	assert_true(noise.pbo > 0.25 && skill.pbo < 0.01);
	assert_int_equal(noise.splits, 12870);
}

static void what_cannot_be_told_is_nan(void **state)
{
	static const double flat[4] = { 0, 0, 0, 0 }, some[4] = { 0.1, -0.1, 0.2, 0 };
	const double *columns[] = { flat, some };
	struct luck_overfit o;
	size_t used;

	(void)state;
	assert_true(luck_sharpe(flat, 4) == 0 && isnan(luck_sharpe(some, 1)));
	assert_true(isnan(luck_psr(flat, 4, 0)));
	assert_true(isnan(luck_expected_best(0.01, 1)));
	assert_true(isnan(luck_variance((const double[]){ 1, NAN }, 2, &used)) && used == 1);
	assert_true(luck_overfit(columns, 1, 4, 2, &o) && isnan(o.pbo));
	assert_true(luck_overfit(columns, 2, 4, 16, &o) && isnan(o.pbo));
	assert_true(luck_overfit(columns, 2, 4, 2, &o) && o.pbo == 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(golden_overfitting_example, read_columns),
		cmocka_unit_test(quantile_inverts_the_normal),
		cmocka_unit_test(noise_is_called_noise),
		cmocka_unit_test(what_cannot_be_told_is_nan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
