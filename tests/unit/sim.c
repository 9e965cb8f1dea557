/* The exchange's insides: the made-up market, what may be seen of candles, limits, faults. */
#include "check.h"

#include "core/utc.h"
#include "sim/faults.h"
#include "sim/generate.h"
#include "sim/klines.h"
#include "sim/limits.h"

#define FROM INT64_C(1704067200000) /* 2024-01-01, a Monday and the first of a month */

static const char *const names[] = { "BTCUSDT", "AAAUSDT", "ZZZUSDT" };

static struct sim_market *market_of(uint64_t seed, enum interval interval, double outages)
{
	struct sim_names all = { names, 3 };
	struct sim_market *m;

	assert_int_equal(sim_market_generate(seed, interval, FROM, outages, &all, &m, NULL), OK);
	return m;
}

static size_t bars_of(struct sim_market *m, const char *name, enum interval interval, int64_t now_ms, const struct bar **bars)
{
	size_t n;

	assert_int_equal(sim_market_bars(m, (size_t)sim_market_find(m, name), interval, now_ms, bars, &n, NULL), OK);
	return n;
}

static bool same_bars(const struct bar *a, const struct bar *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].open_time != b[i].open_time || a[i].open != b[i].open || a[i].high != b[i].high || a[i].low != b[i].low || a[i].close != b[i].close
			|| a[i].volume != b[i].volume || a[i].quote_volume != b[i].quote_volume || a[i].trades != b[i].trades)
			return false;
	return true;
}

static void a_seed_gives_the_same_market(void **state)
{
	struct sim_market *a = market_of(7, INTERVAL_1H, 2), *b = market_of(7, INTERVAL_1H, 2), *other = market_of(8, INTERVAL_1H, 2);
	const int64_t now = FROM + 200 * MS_DAY;
	const struct bar *x, *y;
	size_t n;

	(void)state;
	for (int i = 0; i < 3; i++)
		bars_of(a, names[i], INTERVAL_1H, now, &x);
	for (int64_t t = FROM; t < now; t += 3 * MS_DAY) /* piecemeal, and the other way round */
		for (int i = 2; i >= 0; i--)
			bars_of(b, names[i], INTERVAL_1H, t, &y);
	for (int i = 0; i < 3; i++) {
		n = bars_of(a, names[i], INTERVAL_1H, now, &x);
		assert_int_equal(bars_of(b, names[i], INTERVAL_1H, now, &y), n);
		assert_true(n > 190 * 24 && same_bars(x, y, n));
		assert_true(bars_of(other, names[i], INTERVAL_1H, now, &y) > 0 && !same_bars(x, y, 1));
	}
	sim_market_free(a);
	sim_market_free(b);
	sim_market_free(other);
}

/* The first bars of seed 42, written down: another compiler or C library must not change them. */
static void the_market_is_written_in_stone(void **state)
{
	struct generate g;
	struct bar b;

	(void)state;
	generate_init(&g, 42, "BTCUSDT", INTERVAL_4H, FROM, 0);
	for (int i = 0; i < 1000; i++)
		assert_true(generate_next(&g, &b));
	assert_int_equal(b.open_time, FROM + 999 * 4 * MS_HOUR);
	assert_int_equal(b.open, INT64_C(4145878000000));
	assert_int_equal(b.high, INT64_C(4166265000000));
	assert_int_equal(b.low, INT64_C(4143262000000));
	assert_int_equal(b.close, INT64_C(4166265000000));
	assert_int_equal(b.volume, INT64_C(4642392000));
}

static void the_market_looks_like_one(void **state)
{
	struct sim_market *m = market_of(3, INTERVAL_1H, 12);
	const struct bar *bars, *others;
	size_t n = bars_of(m, "ZZZUSDT", INTERVAL_1H, FROM + 700 * MS_DAY, &bars), gaps = 0;
	double sum = 0, squares = 0, products = 0, before = 0;
	dec64 tick, step;

	(void)state;
	assert_int_equal(bars_of(m, "AAAUSDT", INTERVAL_1H, FROM + 700 * MS_DAY, &others), n);
	assert_int_equal(sim_market_grid(m, 2, &tick, &step, NULL), OK);
	for (size_t i = 0; i < n; i++) {
		struct candle c = { .interval = INTERVAL_1H, .symbol = "ZZZUSDT", .bar = bars[i] };
		struct error e;
		double move = fabs(dec_double(bars[i].close) / dec_double(bars[i].open) - 1);

		assert_int_equal(candle_check(&c, &e), OK);
		assert_true(bars[i].open % tick == 0 && bars[i].high % tick == 0 && bars[i].low % tick == 0 && bars[i].close % tick == 0);
		assert_true(bars[i].volume % step == 0 && bars[i].taker_buy_volume % step == 0);
		assert_int_equal(bars[i].open_time, others[i].open_time); /* outages are everybody's */
		gaps += i > 0 && bars[i].open_time != bars[i - 1].open_time + MS_HOUR;
		sum += move;
		squares += move * move;
		products += move * before;
		before = move;
	}
	assert_true(gaps >= 10 && gaps <= 30);
	/* Quiet follows quiet, and storm storm: sizes of neighbouring moves are correlated. */
	sum /= (double)n;
	assert_true(products / (double)n - sum * sum > 0.05 * (squares / (double)n - sum * sum));
	sim_market_free(m);
}

/* A slow second way to the same bars: everything there is, cut into buckets, then chosen from. */
static size_t reference(const struct bar *all, size_t count, enum interval to, const struct sim_window *w, int64_t now_ms, struct bar *out)
{
	struct bar *buckets = calloc(count + 1, sizeof *buckets);
	size_t n = 0, from = 0, chosen = 0;

	for (size_t i = 0; i < count && all[i].open_time <= now_ms; i++) {
		int64_t open_time = interval_floor(to, all[i].open_time + w->shift_ms) - w->shift_ms;
		struct bar b = all[i];

		if (b.close_time >= now_ms) {
			b.high = b.low = b.close = b.open;
			b.volume = 0;
		}
		if (n == 0 || buckets[n - 1].open_time != open_time) {
			buckets[n] = b;
			buckets[n++].open_time = open_time;
			continue;
		}
		buckets[n - 1].close = b.close;
		buckets[n - 1].high = b.high > buckets[n - 1].high ? b.high : buckets[n - 1].high;
		buckets[n - 1].low = b.low < buckets[n - 1].low ? b.low : buckets[n - 1].low;
		buckets[n - 1].volume += b.volume;
	}
	for (size_t i = 0; i < n; i++)
		if ((w->start_ms == TIME_NONE || buckets[i].open_time >= w->start_ms) && (w->end_ms == TIME_NONE || buckets[i].open_time <= w->end_ms))
			buckets[chosen++] = buckets[i];
	if (chosen > w->limit) {
		from = w->start_ms == TIME_NONE ? chosen - w->limit : 0;
		chosen = w->limit;
	}
	memcpy(out, buckets + from, chosen * sizeof *out);
	free(buckets);
	return chosen;
}

static void windows_are_cut_right(void **state)
{
	static const enum interval intervals[] = { INTERVAL_1H, INTERVAL_4H, INTERVAL_1D, INTERVAL_1W, INTERVAL_1MONTH, INTERVAL_3D };
	struct sim_market *m = market_of(5, INTERVAL_1H, 12);
	struct bar got[SIM_KLINES_MAX], want[SIM_KLINES_MAX];
	uint64_t random = 99;
	const struct bar *all;
	size_t pair = (size_t)sim_market_find(m, "BTCUSDT"), count, n, k;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		enum interval to = intervals[check_random(&random) % 6];
		int64_t now_ms = FROM + (int64_t)(check_random(&random) % (uint64_t)(120 * MS_DAY));
		struct sim_window w = { TIME_NONE, TIME_NONE, 1 + check_random(&random) % 200, 0 };

		if (check_random(&random) % 2)
			w.start_ms = FROM - MS_DAY + (int64_t)(check_random(&random) % 2880) * MS_HOUR + (int64_t)(check_random(&random) % 2);
		if (check_random(&random) % 2)
			w.end_ms = check_random(&random) % 4 ? FROM + (int64_t)(check_random(&random) % 2880) * MS_HOUR - (int64_t)(check_random(&random) % 2) : w.start_ms;
		if (check_random(&random) % 4 == 0 && to <= INTERVAL_1D)
			w.shift_ms = ((int64_t)(check_random(&random) % 27) - 12) * MS_HOUR;
		assert_int_equal(sim_klines(m, pair, to, &w, now_ms, got, &n, NULL), OK);
		count = bars_of(m, "BTCUSDT", INTERVAL_1H, now_ms, &all);
		k = reference(all, count, to, &w, now_ms, want);
		assert_int_equal(n, k);
		for (size_t j = 0; j < n; j++) {
			assert_int_equal(got[j].open_time, want[j].open_time);
			assert_true(got[j].open_time <= now_ms);
			assert_int_equal(got[j].open, want[j].open);
			assert_int_equal(got[j].high, want[j].high);
			assert_int_equal(got[j].low, want[j].low);
			assert_int_equal(got[j].close, want[j].close);
			assert_true(got[j].volume == want[j].volume);
		}
	}
	sim_market_free(m);
}

/* What comes after now must not show, in no interval: two futures give one past. */
static void the_future_is_not_seen(void **state)
{
	struct sim_market *m = market_of(5, INTERVAL_1H, 0);
	const int64_t now_ms = FROM + 40 * MS_DAY + 90 * MS_MINUTE;
	struct sim_window w = { TIME_NONE, TIME_NONE, 10, 0 };
	struct bar early[10], late[10], last;
	const struct bar *all;
	size_t n, k;
	bool known;

	(void)state;
	assert_int_equal(sim_klines(m, 0, INTERVAL_1D, &w, now_ms, early, &n, NULL), OK);
	bars_of(m, sim_market_name(m, 0), INTERVAL_1H, now_ms + 10 * MS_DAY, &all);
	assert_int_equal(sim_klines(m, 0, INTERVAL_1D, &w, now_ms, late, &k, NULL), OK);
	assert_int_equal(n, k);
	assert_true(same_bars(early, late, n));
	assert_int_equal(early[n - 1].open_time, FROM + 40 * MS_DAY);
	assert_int_equal(early[n - 1].close, all[40 * 24 + 1].open); /* the hour in the making counts with its open */
	assert_true(early[n - 1].volume == all[40 * 24].volume);
	assert_int_equal(sim_last_bar(m, 0, now_ms, &last, &known, NULL), OK);
	assert_true(known && last.close == all[40 * 24 + 1].open);
	assert_int_equal(sim_last_bar(m, 0, FROM - 1, &last, &known, NULL), OK);
	assert_false(known);
	sim_market_free(m);
}

static void weight_is_kept(void **state)
{
	struct sim_limits l = { .weight_limit = 10, .window_ms = MS_MINUTE, .ban_after = 2, .ban_ms = 2 * MS_MINUTE };
	const int64_t t = 100 * MS_MINUTE + 15 * MS_SECOND;
	int64_t wait = -1;

	(void)state;
	assert_int_equal(sim_limits_charge(&l, 10, t, &wait), 200);
	assert_int_equal(wait, -1);
	assert_int_equal(sim_limits_charge(&l, 1, t + 1, &wait), 429);
	assert_int_equal(wait, 45);
	assert_int_equal(l.used, 11);
	assert_int_equal(sim_limits_charge(&l, 1, t + 2, &wait), 429);
	assert_int_equal(sim_limits_charge(&l, 1, t + 3, &wait), 418);
	assert_int_equal(wait, 120);
	assert_int_equal(sim_limits_charge(&l, 1, t + MS_MINUTE, &wait), 418); /* a new window ends no ban */
	assert_int_equal(wait, 61);
	assert_int_equal(sim_limits_charge(&l, 1, t + 2 * MS_MINUTE + 3, &wait), 200);
	assert_int_equal(sim_limits_charge(&l, 10, t + 2 * MS_MINUTE + 3, &wait), 429);
	assert_int_equal(sim_limits_charge(&l, 1, t + 3 * MS_MINUTE, &wait), 200);
	l.used = 100;
	l.refused = 2;
	assert_int_equal(sim_limits_charge(&l, 1, t + 3 * MS_MINUTE, &wait), 418);
	assert_int_equal(wait, 240); /* the second ban is twice as long */
}

static const struct sim_fault *strike(struct sim_faults *f, const char *path, const char *symbol)
{
	return sim_faults_strike(f, &(struct sim_target){ .method = "GET", .path = path, .symbol = symbol, .now_ms = FROM });
}

static void faults_strike_as_told(void **state)
{
	static const char rules[] = "[{\"kind\":\"500\",\"route\":\"klines\",\"count\":2,\"after\":1},{\"kind\":\"delay\",\"route\":\"/api/v3/time\",\"count\":0},"
				    "{\"kind\":\"html\",\"symbol\":\"BTCUSDT\",\"status\":403}]";
	struct sim_faults f = { 0 };
	struct error e = { 0 };
	int struck[6];

	(void)state;
	assert_int_equal(sim_faults_add(&f, rules, sizeof rules - 1, &e), OK);
	assert_int_equal(f.count, 3);
	for (int i = 0; i < 6; i++)
		struck[i] = strike(&f, "/api/v3/klines", NULL) != NULL;
	assert_memory_equal(struck, ((int[]){ 0, 1, 1, 0, 0, 0 }), sizeof struck);
	for (int i = 0; i < 5; i++)
		assert_int_equal(strike(&f, "/api/v3/time", NULL)->kind, SIM_FAULT_DELAY);
	assert_null(strike(&f, "/api/v3/ping", "ETHUSDT"));
	assert_int_equal(strike(&f, "/api/v3/ping", "BTCUSDT")->status, 403);
	assert_null(strike(&f, "/api/v3/ping", "BTCUSDT"));
	assert_int_equal(f.struck, 8);
	sim_faults_release(&f);
}

static void bad_faults_are_named(void **state)
{
	static const struct {
		const char *text, *field;
	} rows[] = {
		{ "[{\"kind\":\"501\"}]", "faults[0].kind" },
		{ "[{\"kind\":\"500\"},{\"kind\":\"500\",\"count\":-1}]", "faults[1].count" },
		{ "[{\"kind\":\"500\",\"often\":1}]", "faults[0].often" },
		{ "[{}]", "faults[0].kind" },
		{ "[1]", "faults[0]." },
		{ "{\"faults\":1}", "" },
		{ "nonsense", "" },
	};
	struct sim_faults f = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error e = { 0 };

		assert_int_equal(sim_faults_add(&f, rows[i].text, strlen(rows[i].text), &e), ERR_CONFIG);
		assert_string_equal(e.field, rows[i].field);
		assert_int_equal(f.count, 0);
	}
	sim_faults_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_market), cmocka_unit_test(the_market_is_written_in_stone), cmocka_unit_test(the_market_looks_like_one),
		cmocka_unit_test(windows_are_cut_right), cmocka_unit_test(the_future_is_not_seen), cmocka_unit_test(weight_is_kept),
		cmocka_unit_test(faults_strike_as_told), cmocka_unit_test(bad_faults_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
