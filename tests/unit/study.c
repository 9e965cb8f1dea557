/* Every indicator against golden/dev/indicators; its warm-up; windows on hard data; the panel. */
#include "golden.h"

#include "study/study.h"
#include "study/window.h"

#define BARS_MAX 2500
#define COLUMNS 64

static const char *const sets[] = { "btc_5m", "goog_1d", "edge_a", "flat_a" };

/* Golden column, spec, output. A year of goog_1d has 252 bars, of edge_a and flat_a 8760. */
static const struct {
	const char *golden, *spec;
	size_t output;
} columns[] = {
	{ "sma_20", "sma:20", 0 }, { "ema_20", "ema:20", 0 }, { "rma_14", "rma:14", 0 }, { "rsi_14", "rsi:14", 0 }, { "tr", "tr", 0 },
	{ "atr_14", "atr:14", 0 }, { "adx_14", "adx:14", 0 }, { "plus_di_14", "adx:14", 1 }, { "minus_di_14", "adx:14", 2 },
	{ "dx_14", "adx:14", 3 }, { "donch_up_20", "donchian:20", 0 }, { "donch_dn_20", "donchian:20", 1 },
	{ "donch_mid_20", "donchian:20", 2 }, { "donch_up_prev_20", "donchian:20", 3 }, { "donch_dn_prev_20", "donchian:20", 4 },
	{ "donch_up_20", "highest:20", 0 }, { "donch_up_prev_20", "highest:20", 1 }, { "donch_dn_20", "lowest:20", 0 },
	{ "donch_dn_prev_20", "lowest:20", 1 }, { "sd_20", "zscore:20", 2 }, { "sma_20", "zscore:20", 1 }, { "z_20", "zscore:20", 0 },
	{ "bb_up", "bollinger:20,2", 0 }, { "bb_mid", "bollinger:20,2", 1 }, { "bb_dn", "bollinger:20,2", 2 },
	{ "bb_pctb", "bollinger:20,2", 3 }, { "kc_up", "keltner:20,10,2", 0 }, { "kc_mid", "keltner:20,10,2", 1 },
	{ "kc_dn", "keltner:20,10,2", 2 }, { "macd", "macd:12,26,9", 0 }, { "macd_signal", "macd:12,26,9", 1 },
	{ "macd_hist", "macd:12,26,9", 2 }, { "macd_indep", "macd_indep:12,26,9", 0 }, { "macd_indep_signal", "macd_indep:12,26,9", 1 },
	{ "vwap_day", "vwap", 0 }, { "vwap_roll_20", "vwap_rolling:20", 0 }, { "obv", "obv", 0 },
	{ "volratio_prev_20", "volume_ratio:20", 0 }, { "volratio_incl_20", "volume_ratio:20", 1 },
	{ "rvol_20", "volatility:20,%s", 0 }, { "rvol0_20", "volatility:20,%s", 1 },
};
#define N (sizeof columns / sizeof *columns)

static const char *const per_year[] = { "105120", "252", "8760", "8760" };

static dec units(const char *s)
{
	bool bad = false;
	dec v = dec_from_double(strtod(s, NULL), ROUND_HALF_EVEN, &bad);

	assert_false(bad);
	return v;
}

static size_t read_bars(const char *set, struct bar *bars)
{
	char name[128], line[512], *c[8];
	FILE *f;
	size_t n = 0;

	snprintf(name, sizeof name, "golden/dev/indicators/%s_ohlcv.csv", set);
	f = golden_open(name);
	if (!f)
		return 0;
	assert_non_null(fgets(line, sizeof line, f));
	for (; fgets(line, sizeof line, f) && n < BARS_MAX; n++) {
		assert_int_equal(golden_split(line, c, 8), 6);
		bars[n] = (struct bar){ .open_time = strtoll(c[0], NULL, 10) * 1000, .open = (dec64)units(c[1]), .high = (dec64)units(c[2]),
			.low = (dec64)units(c[3]), .close = (dec64)units(c[4]), .volume = units(c[5]) };
	}
	fclose(f);
	return n;
}

static struct panel *golden_panel(size_t set, size_t *at)
{
	struct panel *p = panel_new(INTERVAL_1H);
	struct error e = { 0 };
	char spec[STUDY_SPEC];

	assert_non_null(p);
	for (size_t i = 0; i < N; i++) {
		const char *year = strstr(columns[i].spec, "%s");

		snprintf(spec, sizeof spec, "%.*s%s", year ? (int)(year - columns[i].spec) : (int)sizeof spec, columns[i].spec,
			year ? per_year[set] : "");
		if (panel_want(p, spec, &at[i], &e))
			fail_msg("%s", e.message);
		at[i] += columns[i].output;
	}
	return p;
}

/* A column may differ by rounding of its inputs' size: money for bands, 100 for indexes. */
static void compare(const char *set, const char *golden, size_t bar, double value, const char *cell, double price)
{
	double want = *cell ? strtod(cell, NULL) : NAN;

	if (!golden_close(value, want, 1e-10, 1e-12 * (price > 1 ? price : 1)))
		fail_msg("%s bar %zu: %s is %.17g, not %.17g", set, bar, golden, value, want);
}

static size_t find_column(char **head, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(head[i], name) == 0)
			return (size_t)i;
	fail_msg("no golden column %s", name);
	return 0;
}

/* A golden column that nothing is compared with would be no proof of anything. */
static void every_golden_column_is_compared(char **head, int n)
{
	for (int i = 1; i < n; i++) {
		size_t k = 0;

		while (k < N && strcmp(columns[k].golden, head[i]) != 0)
			k++;
		if (k == N)
			fail_msg("golden column %s is compared with nothing", head[i]);
	}
}

static void golden_set(size_t set)
{
	static struct bar bars[BARS_MAX];
	static char head_line[2048], line[4096];
	char name[128], *head[COLUMNS], *cell[COLUMNS];
	size_t at[N], from[N], n = read_bars(sets[set], bars);
	struct panel *p;
	FILE *f;
	int width;

	snprintf(name, sizeof name, "golden/dev/indicators/%s_expected.csv", sets[set]);
	f = n ? golden_open(name) : NULL;
	if (!f)
		skip();
	p = golden_panel(set, at);
	assert_non_null(fgets(head_line, sizeof head_line, f));
	width = golden_split(head_line, head, COLUMNS);
	every_golden_column_is_compared(head, width);
	for (size_t i = 0; i < N; i++)
		from[i] = find_column(head, width, columns[i].golden);
	for (size_t bar = 0; bar < n; bar++) {
		const double *v = panel_step(p, &bars[bar]);

		assert_non_null(fgets(line, sizeof line, f));
		assert_int_equal(golden_split(line, cell, COLUMNS), width);
		for (size_t i = 0; i < N; i++) {
			compare(sets[set], columns[i].golden, bar, v[at[i]], cell[from[i]], dec_double(bars[bar].close));
			if ((int64_t)bar < panel_first(p, at[i]))
				assert_true(isnan(v[at[i]]));
			if (set == 0 && (int64_t)bar == panel_first(p, at[i])) /* moving prices: defined as soon as announced */
				assert_true(!isnan(v[at[i]]));
		}
	}
	fclose(f);
	panel_free(p);
}

static void golden_btc(void **state) { (void)state; golden_set(0); }
static void golden_goog(void **state) { (void)state; golden_set(1); }
static void golden_edge(void **state) { (void)state; golden_set(2); }
static void golden_flat(void **state) { (void)state; golden_set(3); }

static void every_indicator_has_a_golden_column(void **state)
{
	(void)state;
	for (size_t i = 0; indicators[i]; i++) {
		size_t n = strlen(indicators[i]->name), k = 0;

		while (k < N && (strncmp(columns[k].spec, indicators[i]->name, n) != 0 || (columns[k].spec[n] && columns[k].spec[n] != ':')))
			k++;
		if (k == N)
			fail_msg("%s is compared with nothing", indicators[i]->name);
	}
}

/* The two differ in their first bars only, and the independent one is what two averages of their own give. */
static void macd_comes_with_both_seeds(void **state)
{
	struct panel *p = panel_new(INTERVAL_1H);
	size_t macd, own, fast, slow;
	struct error e = { 0 };
	uint64_t seed = 5;

	(void)state;
	assert_int_equal(panel_want(p, "macd:5,12,4", &macd, &e), OK);
	assert_int_equal(panel_want(p, "macd_indep:5,12,4", &own, &e), OK);
	assert_int_equal(panel_want(p, "ema:5", &fast, &e), OK);
	assert_int_equal(panel_want(p, "ema:12", &slow, &e), OK);
	for (int i = 0; i < 300; i++) {
		double close = 100 + (double)(check_random(&seed) >> 60) + (i < 8 ? 50 : 0);
		dec64 price = (dec64)(close * DEC_ONE);
		const double *v = panel_step(p, &(struct bar){ .open = price, .high = price, .low = price, .close = price, .volume = DEC_ONE });

		assert_true(golden_close(v[own], v[fast] - v[slow], 0, 0));
		assert_true(golden_close(v[own + 2], v[own] - v[own + 1], 0, 0));
		assert_true(isnan(v[own + 1]) == (i < 14));
		if (i == 14)
			assert_true(fabs(v[macd] - v[own]) > 0.01);
		if (i > 150)
			assert_close(v[own], v[macd], 0, 1e-9);
	}
	panel_free(p);
}

/* A crash from 10000 to around 1 leaves a calm window: one-pass sums would show noise of the crash. */
static void windows_do_not_cancel(void **state)
{
	enum { PERIOD_BARS = 20 };
	double ring[PERIOD_BARS] = { 0 }, sums[PERIOD_BARS] = { 0 }, last[PERIOD_BARS];
	struct window_moments w;
	struct window_sum s;
	struct moments m;
	uint64_t seed = 1;

	(void)state;
	window_moments_init(&w, ring, PERIOD_BARS);
	window_sum_init(&s, sums, PERIOD_BARS);
	for (int i = 0; i < 5000; i++) {
		double x, mean = 0, m2 = 0;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		x = i % 997 < 100 ? 10000 + i : 1 + (double)(seed >> 40) * 1e-12;
		last[i % PERIOD_BARS] = x;
		m = window_moments_push(&w, x);
		window_sum_push(&s, x);
		if (i < PERIOD_BARS)
			continue;
		for (int k = 0; k < PERIOD_BARS; k++)
			mean += last[k] / PERIOD_BARS;
		for (int k = 0; k < PERIOD_BARS; k++)
			m2 += (last[k] - mean) * (last[k] - mean);
		assert_close(m.mean, mean, 1e-11, 0);
		assert_close(window_sum(&s), mean * PERIOD_BARS, 1e-11, 0);
		assert_close(m.variance, m2 / PERIOD_BARS, 1e-9, 1e-26);
	}
}

static void a_flat_window_has_no_deviation(void **state)
{
	double ring[7] = { 0 };
	struct window_moments w;

	(void)state;
	window_moments_init(&w, ring, 7);
	for (int i = 0; i < 50; i++) {
		struct moments m = window_moments_push(&w, i < 20 ? i * 0.1 : 0.1);

		if (i >= 26)
			assert_true(m.variance == 0 && m.mean == 0.1);
		else if (i >= 6)
			assert_true(m.variance > 0);
	}
}

/* A million prices in ticks far from zero, whose window hardly moves: what is kept from bar to bar against all of it anew. */
static void nothing_drifts(void **state)
{
	static const int32_t periods[] = { 2, 20, 1500 };
	static double price[1000000], ring[2][1500];
	double value = 60000;
	uint64_t seed = 11;

	(void)state;
	for (size_t i = 0; i < 1000000; i++)
		price[i] = value = round((value + (double)(check_random(&seed) % 5) - 2 + (i % 200000 == 0 ? 5000 : 0)) * 100) / 100;
	for (size_t k = 0; k < sizeof periods / sizeof *periods; k++) {
		int32_t n = periods[k];
		struct window_moments w;
		struct window_sum s;
		struct smooth e;
		long double average = 0;

		memset(ring, 0, sizeof ring);
		window_moments_init(&w, ring[0], n);
		window_sum_init(&s, ring[1], n);
		ema_init(&e, n);
		for (int32_t i = 0; i < 1000000; i++) {
			struct moments m = window_moments_push(&w, price[i]);
			long double mean = 0, squares = 0;

			window_sum_push(&s, price[i]);
			smooth_push(&e, price[i]);
			average = i < n ? average + price[i] / (long double)n : average + 2 / (long double)(n + 1) * (price[i] - average);
			if (i < n - 1 || i % 977)
				continue;
			for (int32_t j = i - n + 1; j <= i; j++)
				mean += price[j] / (long double)n;
			for (int32_t j = i - n + 1; j <= i; j++)
				squares += (price[j] - mean) * (price[j] - mean);
			assert_close(window_sum(&s), (double)mean * n, 1e-13, 0);
			assert_close(m.mean, (double)mean, 1e-15, 0);
			assert_close(m.variance, (double)(squares / n), 1e-11, 1e-26);
			assert_close(smooth_value(&e), (double)average, 1e-15, 0);
		}
	}
}

/* After a market that moved, averages of one that does not come to its very price, and their difference to nothing. */
static void averages_come_to_rest(void **state)
{
	struct smooth fast, slow;

	(void)state;
	ema_init(&fast, 12);
	ema_init(&slow, 26);
	for (int i = 0; i < 3000; i++) {
		double x = i < 100 ? 0.1 + (i % 7) * 0.3 : 0.7;

		smooth_push(&fast, x);
		smooth_push(&slow, x);
	}
	assert_true(smooth_value(&fast) == 0.7);
	assert_true(smooth_value(&fast) - smooth_value(&slow) == 0);
}

static void the_largest_is_of_the_last_n(void **state)
{
	double ring[5] = { 0 }, x[400];
	struct window_max w;
	uint64_t seed = 7;

	(void)state;
	window_max_init(&w, ring, 5);
	for (int i = 0; i < 400; i++) {
		double best = -INFINITY;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		x[i] = (double)(seed >> 61) - 9; /* ties, and none above zero */
		window_max_push(&w, x[i]);
		for (int k = i < 4 ? 0 : i - 4; k <= i; k++)
			best = fmax(best, x[k]);
		if (i >= 4)
			assert_true(window_max(&w) == best);
	}
}

static void equal_columns_are_one(void **state)
{
	struct panel *p = panel_new(INTERVAL_4H);
	struct error e = { 0 };
	size_t a, b, c;

	(void)state;
	assert_int_equal(panel_want(p, "donchian:20", &a, &e), OK);
	assert_int_equal(panel_want(p, "sma:5", &b, &e), OK);
	assert_int_equal(panel_want(p, "donchian", &c, &e), OK);
	assert_int_equal(a, c);
	assert_int_equal(panel_columns(p), 6);
	assert_string_equal(panel_column_name(p, a + 4), "donchian_20_lower_prev");
	assert_string_equal(panel_column_name(p, b), "sma_5");
	panel_free(p);
}

static void bad_specs_are_named(void **state)
{
	static const char *const specs[] = { "", "smaa", "sma:", "sma:0", "sma:1.5", "sma:20,3", "sma:x", "sma:nan", "rsi:1", "macd:12,26,9,1",
		"bollinger:20,-1", "sma:10001" };
	struct panel *p = panel_new(INTERVAL_4H);
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
		struct error e = { 0 };

		if (i == 2) /* nothing after the colon: the defaults */
			assert_int_equal(panel_want(p, specs[i], &at, &e), OK);
		else if (panel_want(p, specs[i], &at, &e) != ERR_USAGE || !e.message[0])
			fail_msg("'%s' was taken", specs[i]);
	}
	panel_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_btc), cmocka_unit_test(golden_goog), cmocka_unit_test(golden_edge), cmocka_unit_test(golden_flat),
		cmocka_unit_test(every_indicator_has_a_golden_column), cmocka_unit_test(macd_comes_with_both_seeds),
		cmocka_unit_test(windows_do_not_cancel), cmocka_unit_test(a_flat_window_has_no_deviation),
		cmocka_unit_test(nothing_drifts), cmocka_unit_test(averages_come_to_rest),
		cmocka_unit_test(the_largest_is_of_the_last_n), cmocka_unit_test(equal_columns_are_one), cmocka_unit_test(bad_specs_are_named),
	};

	return cmocka_run_group_tests_name("study", tests, NULL, NULL);
}
