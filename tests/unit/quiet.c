/*
 * Looking ahead in rows is the same as deciding bar by bar: over real candles and made ones, for every kind of
 * strategy with parameters by lot, in pieces of any length. The seed is printed, CT_SEED repeats it.
 */
#include "trial.h"

#include "core/utc.h"
#include "feed/archive.h"

#define BARS 3000
#define SETS 150 /* by lot, on each market */

static struct bar bars[BARS];
static uint64_t seed;

static double between(double low, double high)
{
	return low + (high - low) * (double)(check_random(&seed) % 10001) / 10000;
}

/* A walk with bars nobody traded in, and stretches without any movement. */
static void make_bars(void)
{
	double price = 100;

	for (int i = 0; i < BARS; i++) {
		bool still = i / 50 % 9 == 3;
		double from = price, to = still ? price : round(from * between(0.97, 1.031) * 100) / 100;

		bars[i] = bar_of(i, still ? to : floor(fmin(from, to) * between(0.99, 1) * 100) / 100,
			still ? to : ceil(fmax(from, to) * between(1, 1.01) * 100) / 100, to, i % 37 == 0 ? 0 : between(1, 1000));
		price = to;
	}
}

static bool load_bars(void)
{
	const char *shared = getenv("SHARED");
	struct feed *feed;
	struct error e = { 0 };
	struct candle c;
	bool end = false;
	char path[4096];

	snprintf(path, sizeof path, "%s/data/klines/spot/4h/DOGEUSDT-4h.csv.zst", shared ? shared : "../shared");
	if (feed_open(path, NULL, &feed, &e))
		return false;
	for (int i = 0; i < BARS && !end; i++) {
		assert_int_equal(feed_next(feed, &c, &end, &e), OK);
		bars[i] = end ? bars[i] : c.bar;
	}
	feed_close(feed);
	return true;
}

static const char *word(const char *const *words, size_t n)
{
	return words[check_random(&seed) % n];
}

#define ONE_OF(...) word((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void channel_by_lot(char *json, size_t size)
{
	const char *method = ONE_OF("donchian", "atr", "bands", "zscore");
	int n = snprintf(json, size, "{\"strategy\":\"channel\",\"method\":\"%s\",\"trigger\":\"%s\"", method, ONE_OF("close", "touch"));
	int lookback = 2 + (int)(check_random(&seed) % 40);
	bool fixed = strcmp(method, "bands") == 0 && check_random(&seed) % 2;
	const char *width = ONE_OF("0.5", "1", "2");

	if (strcmp(method, "atr") == 0 || strcmp(method, "zscore") == 0)
		n += snprintf(json + n, size - (size_t)n, ",\"lower_k\":%s,\"upper_k\":%s", width, ONE_OF("0.5", "1", "2"));
	if (fixed)
		n += snprintf(json + n, size - (size_t)n, "%s", ONE_OF(",\"lower_price\":\"80\",\"upper_price\":\"110\"",
			",\"lower_price\":\"0.1\",\"upper_price\":\"0.2\""));
	else
		n += snprintf(json + n, size - (size_t)n, ",\"lookback\":%d", lookback);
	if (strcmp(method, "bands") == 0 && !fixed)
		n += snprintf(json + n, size - (size_t)n, "%s", ONE_OF(",\"lower_pct\":1,\"upper_pct\":2", ",\"average\":\"ema\",\"upper_pct\":1"));
	n += snprintf(json + n, size - (size_t)n, "%s", ONE_OF("", ",\"rebound_pct\":0.5", ",\"pullback_pct\":1", ",\"rebound_pct\":1,\"pullback_pct\":2"));
	n += snprintf(json + n, size - (size_t)n, "%s", ONE_OF("", ",\"stop_pct\":3", ",\"stop_atr\":2,\"atr_period\":3", ",\"stop_atr\":90", ",\"trail_atr\":3"));
	snprintf(json + n, size - (size_t)n, "%s}", ONE_OF("", ",\"trend_sma\":50"));
}

static void random_by_lot(char *json, size_t size)
{
	snprintf(json, size, "{\"strategy\":\"random\",\"seed\":%d,\"enter\":%g,\"leave\":%g%s}", (int)(check_random(&seed) % 1000), between(0, 0.2),
		between(0, 0.3), ONE_OF("", ",\"stop_atr\":2", ",\"trail_atr\":1,\"atr_period\":2", ",\"stop_pct\":5"));
}

/* A piece of the bars in rows, as a panel gives them. */
struct piece {
	double seen[STUDY_ROOM * BARS], columns[STRATEGY_NEEDS][BARS];
	const double *rows[STRATEGY_NEEDS];
	struct study_run run;
};

static void fill_piece(struct piece *c, struct panel *p, size_t from, size_t n)
{
	double *rows[STRATEGY_NEEDS];

	for (size_t k = 0; k < panel_columns(p); k++)
		c->rows[k] = rows[k] = c->columns[k];
	study_see(bars + from, n, panel_reads_volume(p), c->seen, &c->run);
	c->run.columns = c->rows;
	panel_fill(p, &c->run, rows);
}

/* As records: what lies behind the end of a text is of no interest. */
static bool same(const struct signal *a, const struct signal *b)
{
	static struct buf x, y;

	buf_clear(&x);
	buf_clear(&y);
	record_write(&kinds[KIND_SIGNAL], a, &x);
	record_write(&kinds[KIND_SIGNAL], b, &y);
	return !x.failed && x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

static bool asks(const struct signal *s, unsigned hears)
{
	return (hears & HEARS_BUY && s->action == ACTION_BUY) || (hears & HEARS_EXIT && s->exposure <= 0);
}

/* Decides what is not quiet; returns how many bars it passed. */
static size_t look_ahead(const struct strategy *strategy, const char *json, const struct signal *all)
{
	static struct piece piece;
	struct panel *p = panel_new(INTERVAL_1H);
	struct strategy_series *series;
	struct error e = { 0 };
	size_t passed = 0;
	unsigned hears = HEARS_BUY;

	assert_int_equal(strategy_series_new(strategy, p, MARKET_SPOT, "BTCUSDT", INTERVAL_1H, &series, &e), OK);
	for (size_t from = 0, n; from < BARS; from += n) {
		n = 1 + check_random(&seed) % (check_random(&seed) % 2 ? 10 : 1000);
		n = n < BARS - from ? n : BARS - from;
		fill_piece(&piece, p, from, n);
		for (size_t i = 0; i < n; i++) {
			size_t to = check_random(&seed) % 2 ? n : i + 1 + check_random(&seed) % (n - i);
			size_t next = strategy_series_quiet(series, &piece.run, i, to, hears);
			struct signal s;

			for (; i < next; i++, passed++)
				if (asks(&all[from + i], hears))
					fail_msg("%s: bar %zu was passed (heard: %u)", json, from + i, hears);
			if (i == n)
				break;
			strategy_series_step_at(series, &piece.run, i, &s);
			strategy_series_words(series, &s);
			if (!same(&s, &all[from + i]))
				fail_msg("%s: bar %zu is another than bar by bar", json, from + i);
			/* A purchase may have to be tried. */
			if (next < to && !asks(&s, hears) && !strstr(s.why, "the stop would lie") && s.action != ACTION_BUY)
				fail_msg("%s: bar %zu asks for nothing (heard: %u)", json, from + i, hears);
			hears = 1 + (unsigned)(check_random(&seed) % 3);
		}
	}
	strategy_series_free(series);
	panel_free(p);
	return passed;
}

static size_t try_one(const char *json)
{
	static struct signal all[BARS];
	struct dry_run r;
	size_t passed;

	trial_open(&r, json);
	for (int i = 0; i < BARS; i++)
		all[i] = *trial_bar(&r, &bars[i]);
	passed = look_ahead(r.strategy, json, all);
	trial_close(&r);
	return passed;
}

static void try_many(void)
{
	size_t passed = 0;
	char json[512];

	for (int i = 0; i < SETS; i++) {
		channel_by_lot(json, sizeof json);
		passed += try_one(json);
		random_by_lot(json, sizeof json);
		passed += try_one(json);
	}
	assert_true(passed > (size_t)SETS * BARS / 2); /* else it is no shortcut */
}

static void made_candles(void **state)
{
	(void)state;
	make_bars();
	try_many();
}

static void real_candles(void **state)
{
	(void)state;
	make_bars();
	if (!load_bars())
		skip();
	try_many();
}

/* Every kind can look ahead, so that a new one cannot be forgotten. */
static void every_kind_looks_ahead(void **state)
{
	(void)state;
	for (size_t i = 0; strategy_kinds[i]; i++)
		assert_non_null(strategy_kinds[i]->quiet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_candles),
		cmocka_unit_test(real_candles),
		cmocka_unit_test(every_kind_looks_ahead),
	};

	seed = getenv("CT_SEED") ? strtoull(getenv("CT_SEED"), NULL, 10) | 1 : (uint64_t)utc_now_ms() | 1;
	printf("# quiet: seed %llu (CT_SEED repeats it)\n", (unsigned long long)seed);
	fflush(stdout);
	return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
