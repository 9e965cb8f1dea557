/* Metrics and round trips against golden/dev/metrics, and what is undefined says why. */

#include "check.h"
#include "core/utc.h"
#include "report/metrics.h"
#include "report/roundtrip.h"

static FILE *golden(const char *name)
{
	const char *shared = getenv("SHARED");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/golden/dev/metrics/%s", shared ? shared : "../shared", name);
	f = fopen(path, "r");
	if (!f) {
		print_message("golden metrics are absent: skipped\n");
		skip();
	}
	return f;
}

/* Cells of a CSV line without quoted commas. */
static int split(char *line, char **cell, int max)
{
	int n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *p = line; p && n < max; n++) {
		cell[n] = strsep(&p, ",");
		if (cell[n][0] == '"') {
			cell[n]++;
			cell[n][strcspn(cell[n], "\"")] = '\0';
		}
	}
	return n;
}

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

struct golden_trades {
	struct outcome outcomes[64];
	struct trip trips[64];
	size_t count;
	double bars_held, fees, traded;
};

static void read_trades(const char *file, struct golden_trades *g)
{
	FILE *f = golden(file);
	char line[1024], *c[11];

	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, c, 11), 11);
		g->outcomes[g->count] = (struct outcome){ strtod(c[7], NULL), strtod(c[8], NULL) };
		g->trips[g->count] = (struct trip){ .entry_ms = strtoll(c[0], NULL, 10) * 1000, .exit_ms = strtoll(c[1], NULL, 10) * 1000 };
		g->bars_held += strtod(c[10], NULL) - strtod(c[9], NULL);
		g->fees += strtod(c[6], NULL);
		g->traded += strtod(c[3], NULL) * (strtod(c[4], NULL) + strtod(c[5], NULL));
		g->count++;
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

static dec amount(double v)
{
	bool bad = false;
	dec d = dec_from_double(v, ROUND_HALF_EVEN, &bad);

	assert_false(bad);
	return d;
}

/* The golden fills, long and short, fold into the golden trades. */
static void golden_fills(const char *stem)
{
	struct golden_trades g = { .count = 0 };
	struct trips trips = { 0 };
	struct error e;
	char file[128], line[512], *c[4];
	FILE *f;

	snprintf(file, sizeof file, "%s_trades.csv", stem);
	read_trades(file, &g);
	snprintf(file, sizeof file, "%s_fills.csv", stem);
	f = golden(file);
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		struct trade t = { .account = "a", .run = "r", .strategy = "s", .symbol = "XUSDT", .fee_asset = "USDT", .realized_pnl = DEC_NONE };
		bool bad = false;

		split(line, c, 4);
		t.t_ms = strtoll(c[0], NULL, 10) * 1000;
		t.side = c[1][0] == '-' ? SIDE_SELL : SIDE_BUY;
		t.qty = amount(fabs(strtod(c[1], NULL)));
		t.price = amount(strtod(c[2], NULL));
		t.quote_qty = dec_mul(t.qty, t.price, ROUND_HALF_EVEN, &bad);
		t.fee = t.fee_quote = amount(strtod(c[3], NULL));
		assert_int_equal(trips_add(&trips, &t, &e), OK);
	}
	fclose(f);
	assert_int_equal(trips.count, g.count);
	for (size_t i = 0; i < g.count; i++) {
		assert_int_equal(trips.rows[i].entry_ms, g.trips[i].entry_ms);
		assert_int_equal(trips.rows[i].exit_ms, g.trips[i].exit_ms);
		assert_true(fabs(dec_double(trips.rows[i].pnl) - g.outcomes[i].pnl) < 5e-6);
		assert_true(fabs(trip_return(&trips.rows[i]) - g.outcomes[i].ret) < 1e-9);
	}
	trips_release(&trips);
}

static void golden_round_trips(void **state)
{
	(void)state;
	golden_fills("goog_sma");
	golden_fills("btc5m_donchian");
}

static struct trade fill(const char *run, enum side side, double qty, double price, double fee_quote, const char *fee_asset, int64_t t_ms)
{
	struct trade t = { .account = "main", .strategy = "s", .symbol = "BTCUSDT", .side = side, .realized_pnl = DEC_NONE, .t_ms = t_ms };
	bool bad = false;

	snprintf(t.run, sizeof t.run, "%s", run);
	snprintf(t.fee_asset, sizeof t.fee_asset, "%s", fee_asset);
	t.qty = amount(qty);
	t.price = amount(price);
	t.quote_qty = dec_mul(t.qty, t.price, ROUND_HALF_EVEN, &bad);
	t.fee_quote = amount(fee_quote);
	return t;
}

/* A fee in coins leaves dust: the position is closed all the same, because its whole cost was charged. */
static void dust_does_not_hold_a_trip_open(void **state)
{
	struct trips trips = { 0 };
	struct trade buy = fill("r1", SIDE_BUY, 1, 100, 0.1, "BTC", 1000), sell = fill("r1", SIDE_SELL, 0.99, 110, 0.1089, "USDT", 2000);
	struct error e;

	(void)state;
	sell.realized_pnl = amount(0.99 * 110 - 0.1089 - 100);
	sell.reason = REASON_TARGET;
	assert_int_equal(trips_add(&trips, &buy, &e), OK);
	assert_int_equal(trips.rows[0].exit_ms, TIME_NONE);
	assert_int_equal(trips_add(&trips, &sell, &e), OK);
	assert_int_equal(trips.count, 1);
	assert_int_equal(trips.rows[0].exit_ms, 2000);
	assert_int_equal(trips.rows[0].reason, REASON_TARGET);
	assert_true(trips.rows[0].pnl == sell.realized_pnl);
	assert_true(trips.rows[0].fees == amount(0.2089));
	assert_true(fabs(trip_return(&trips.rows[0]) - 0.087911) < 1e-12);
	trips_release(&trips);
}

/* Several fills of one entry and one exit are one round trip; a part that is still held keeps it open. */
static void parts_are_one_trip(void **state)
{
	struct trips trips = { 0 };
	struct trade f[] = {
		fill("r1", SIDE_BUY, 1, 100, 0.1, "USDT", 1000), fill("r1", SIDE_BUY, 3, 104, 0.3, "USDT", 2000),
		fill("r1", SIDE_SELL, 1, 110, 0.1, "USDT", 3000), fill("r1", SIDE_SELL, 3, 108, 0.3, "USDT", 4000),
	};
	struct error e;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(trips_add(&trips, &f[i], &e), OK);
	assert_int_equal(trips.count, 1);
	assert_int_equal(trips.rows[0].exit_ms, TIME_NONE);
	assert_int_equal(trips_add(&trips, &f[3], &e), OK);
	assert_int_equal(trips.count, 1);
	assert_int_equal(trips.rows[0].exit_ms, 4000);
	assert_true(trip_entry_price(&trips.rows[0]) == amount(103));
	assert_true(trip_exit_price(&trips.rows[0]) == amount(108.5));
	assert_true(trips.rows[0].pnl == amount(434 - 412 - 0.8));
	trips_release(&trips);
}

/* A changed configuration is a new run: its exit closes what the old one opened. A second backtest does not mix in. */
static void a_new_run_closes_the_old_ones_position(void **state)
{
	struct trips trips = { 0 };
	struct trade a = fill("r1", SIDE_BUY, 1, 100, 0, "USDT", 1000), b = fill("r2", SIDE_BUY, 1, 101, 0, "USDT", 1500);
	struct trade c = fill("r2", SIDE_SELL, 1, 102, 0, "USDT", 2000), d = fill("r3", SIDE_SELL, 1, 103, 0, "USDT", 3000);
	struct error e;

	(void)state;
	c.realized_pnl = amount(1);
	d.realized_pnl = amount(3);
	assert_int_equal(trips_add(&trips, &a, &e), OK);
	assert_int_equal(trips_add(&trips, &b, &e), OK);
	assert_int_equal(trips.count, 2);
	assert_int_equal(trips_add(&trips, &c, &e), OK);
	assert_int_equal(trips_add(&trips, &d, &e), OK);
	assert_int_equal(trips.count, 2);
	assert_int_equal(trips.rows[0].exit_ms, 3000);
	assert_string_equal(trips.rows[0].run, "r3");
	assert_int_equal(trips.rows[1].exit_ms, 2000);
	trips_release(&trips);
}

static void held_time_is_a_union(void **state)
{
	struct trip t[] = {
		{ .entry_ms = 100, .exit_ms = 200 }, { .entry_ms = 150, .exit_ms = 300 }, { .entry_ms = 400, .exit_ms = TIME_NONE },
		{ .entry_ms = 160, .exit_ms = 170 },
	};

	(void)state;
	assert_int_equal(trips_held_ms(t, 4, 0, 1000), 200 + 600);
	assert_int_equal(trips_held_ms(t, 4, 180, 500), 120 + 100);
	assert_int_equal(trips_held_ms(t, 0, 0, 1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_goog), cmocka_unit_test(golden_btc), cmocka_unit_test(golden_micro), cmocka_unit_test(undefined_says_why),
		cmocka_unit_test(every_metric_is_described), cmocka_unit_test(golden_round_trips), cmocka_unit_test(dust_does_not_hold_a_trip_open),
		cmocka_unit_test(parts_are_one_trip), cmocka_unit_test(a_new_run_closes_the_old_ones_position), cmocka_unit_test(held_time_is_a_union),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
