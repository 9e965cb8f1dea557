/* Metrics against golden/dev/metrics, and what is undefined says why. */
#include "golden_metrics.h"

#include "core/utc.h"

static void same(const char *where, const char *name, double got, double want)
{
	double scale = fmax(fabs(want), fabs(got));

	if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-10 * scale || fabs(got - want) < 1e-15))
		fail_msg("%s: %s is %.17g, not %.17g", where, name, got, want);
}

static void read_curve(const char *file, struct curve *c)
{
	FILE *f = golden(file);
	char line[256], *cell[2];
	struct error e;

	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, cell, 2), 2);
		assert_int_equal(curve_add(c, strtoll(cell[0], NULL, 10) * 1000, strtod(cell[1], NULL), &e), OK);
	}
	fclose(f);
}

/* The golden files' names for ours. */
static const struct { const char *theirs, *ours; } names[] = {
	{ "total_return", "total_return" }, { "cagr_calendar", "cagr" }, { "vol_ann", "volatility" }, { "sharpe", "sharpe" },
	{ "downside_dev_ann", "downside_deviation" }, { "sortino", "sortino" }, { "max_drawdown", "max_drawdown" }, { "calmar", "calmar" },
	{ "psr_vs_0", "psr" }, { "n_trades", "trades" }, { "n_win", "wins" }, { "n_loss", "losses" }, { "n_breakeven", "breakeven" },
	{ "win_rate", "win_rate" }, { "gross_profit", "gross_profit" }, { "gross_loss", "gross_loss" }, { "profit_factor", "profit_factor" },
	{ "avg_win", "average_win" }, { "avg_loss", "average_loss" }, { "payoff_ratio", "payoff" }, { "expectancy", "expectancy" },
	{ "expectancy_ratio", "expectancy_ratio" }, { "mean_trade_return", "mean_trade_return" }, { "sqn", "sqn" },
	{ "max_consecutive_losses", "consecutive_losses" }, { "max_consecutive_wins", "consecutive_wins" }, { "exposure_bars", "exposure" },
	{ "exposure_time", "exposure_time" }, { "turnover_total", "turnover" }, { "turnover_annual", "turnover_annual" }, { "total_fees", "fees" },
};

/* One golden value. False: a name that is not a metric of ours. */
static bool compare(const char *where, const char *theirs, double want, const struct performance *p)
{
	const char *why = NULL;
	struct drawdown d;
	double got;

	curve_drawdown(p->daily, &d);
	if (strcmp(theirs, "max_dd_duration_bars") == 0)
		return same(where, theirs, (double)d.longest_points, want), true;
	if (strcmp(theirs, "max_dd_duration_sec") == 0)
		return same(where, theirs, metric_value("drawdown_days", p, &why) * 86400, want), true;
	if (strcmp(theirs, "mdd_peak_index") == 0)
		return same(where, theirs, (double)d.peak, want), true;
	if (strcmp(theirs, "mdd_trough_index") == 0)
		return same(where, theirs, (double)d.trough, want), true;
	if (strcmp(theirs, "mdd_recovery_index") == 0)
		return same(where, theirs, (double)d.recovery, want), true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i].theirs, theirs) != 0)
			continue;
		got = metric_value(names[i].ours, p, &why);
		if (isinf(want)) { /* they say infinite, we say undefined, and why */
			assert_string_equal(names[i].ours, "profit_factor");
			assert_true(isnan(got));
			assert_string_equal(why, "no losing trade");
			return true;
		}
		same(where, theirs, got, want);
		assert_true(!isnan(got) || why);
		return true;
	}
	return false;
}

static void one_file(const char *stem, bool daily_too)
{
	struct curve bars = { 0 }, daily = { 0 };
	struct golden_trades g = { .count = 0 };
	struct outcome none;
	struct error e;
	char file[128], line[1024], *c[3];
	int seen = 0;
	FILE *f;

	snprintf(file, sizeof file, "%s_equity.csv", stem);
	read_curve(file, &bars);
	snprintf(file, sizeof file, "%s_trades.csv", stem);
	read_trades(file, &g);
	assert_int_equal(curve_daily(&bars, &daily, &e), OK);
	if (daily_too) {
		struct curve want = { 0 };

		snprintf(file, sizeof file, "%s_daily_equity.csv", stem);
		read_curve(file, &want);
		assert_int_equal(daily.count, want.count);
		for (size_t i = 0; i < want.count; i++) {
			assert_int_equal(daily.t_ms[i], want.t_ms[i]);
			assert_true(daily.equity[i] == want.equity[i]);
		}
		curve_release(&want);
	}
	snprintf(file, sizeof file, "%s_metrics.csv", stem);
	f = golden(file);
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		struct performance p = { .outcomes = &none };
		double periods = 0;

		split(line, c, 3);
		if (!c[2][0])
			continue;
		p.daily = strncmp(c[0], "daily", 5) == 0 ? &daily : &bars;
		p.all = &bars;
		p.risk_free = strstr(c[0], "rf=0.05") ? 0.05 : 0;
		if (sscanf(c[0], "%*s A=%lf", &periods) == 1)
			p.periods_per_year = periods;
		p.outcomes = g.outcomes;
		p.outcome_count = g.count;
		p.bars = (double)(bars.count - 1);
		p.bars_held = g.bars_held + 1; /* the last one left at the last close, not at an open */
		p.span_ms = bars.t_ms[bars.count - 1] - bars.t_ms[0];
		p.held_ms = trips_held_ms(g.trips, g.count, bars.t_ms[0], bars.t_ms[bars.count - 1]);
		p.fees = g.fees;
		p.traded = g.traded;
		seen += compare(line, c[1], strtod(c[2], NULL), &p);
	}
	fclose(f);
	assert_true(seen >= 35);
	curve_release(&bars);
	curve_release(&daily);
}

static void golden_goog(void **state)
{
	(void)state;
	one_file("goog_sma", false);
}

static void golden_btc(void **state)
{
	(void)state;
	one_file("btc5m_donchian", true);
}

/* Loads one case's inputs from micro_inputs.csv. */
static void micro_case(const char *name, struct curve *c, struct outcome *outcomes, size_t *count, double *periods)
{
	FILE *f = golden("micro_inputs.csv");
	char line[1024], *cell[4];
	struct error e;

	c->count = *count = 0;
	while (fgets(line, sizeof line, f)) {
		split(line, cell, 4);
		if (strcmp(cell[0], name) != 0)
			continue;
		*periods = strtod(cell[1], NULL);
		for (char *p = cell[3], *word; (word = strsep(&p, " "));)
			if (word[0] && strcmp(cell[2], "trade_pnl") == 0)
				outcomes[(*count)++] = (struct outcome){ strtod(word, NULL), 0 };
			else if (word[0])
				assert_int_equal(curve_add(c, (int64_t)c->count * MS_DAY, strtod(word, NULL), &e), OK);
	}
	fclose(f);
}

static void golden_micro(void **state)
{
	FILE *f = golden("micro_expected.csv");
	char line[256], *cell[3], current[64] = "";
	struct curve c = { 0 };
	struct outcome outcomes[32];
	struct performance p = { .daily = &c, .all = &c, .outcomes = outcomes };
	int seen = 0;

	(void)state;
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		split(line, cell, 3);
		if (strcmp(current, cell[0]) != 0) {
			snprintf(current, sizeof current, "%s", cell[0]);
			micro_case(current, &c, outcomes, &p.outcome_count, &p.periods_per_year);
		}
		seen += compare(cell[0], cell[1], strtod(cell[2], NULL), &p);
	}
	fclose(f);
	curve_release(&c);
	assert_true(seen > 200);
}

static void undefined_says_why(void **state)
{
	struct performance p = { .periods_per_year = 365, .pnl = NAN, .no_equity = "equity is known for whole accounts only" };
	const char *defined = " trades wins losses breakeven gross_profit gross_loss consecutive_losses consecutive_wins fees slippage ";

	(void)state;
	for (size_t i = 0; i < metric_def_count; i++) {
		const char *why = NULL;
		double v = metric_defs[i].compute(&p, &why);
		char name[64];

		snprintf(name, sizeof name, " %s ", metric_defs[i].name);
		if (strstr(defined, name)) {
			assert_true(v == 0);
			continue;
		}
		if (!isnan(v) || !why || !why[0])
			fail_msg("%s of nothing is %g, and its reason '%s'", metric_defs[i].name, v, why ? why : "");
	}
}

static void every_metric_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_def_count; i++) {
		assert_true(metric_defs[i].doc[0] && metric_defs[i].formula[0]);
		assert_ptr_equal(metric_def_find(metric_defs[i].name), &metric_defs[i]);
	}
	assert_null(metric_def_find("no_such_metric"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_goog), cmocka_unit_test(golden_btc), cmocka_unit_test(golden_micro), cmocka_unit_test(undefined_says_why),
		cmocka_unit_test(every_metric_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
