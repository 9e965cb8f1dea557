/*
 * Cutting real candles short never changes an earlier output, bit for bit: every indicator of the study table, every
 * strategy that ships, and a channel for every option. 200 random cuts each; the seed is printed, CT_SEED repeats it.
 */
#include "golden.h"

#include <glob.h>

#include "core/utc.h"
#include "feed/archive.h"
#include "model/record.h"
#include "strategy/channel.h"
#include "strategy/strategy.h"

#define CUTS 200
#define STUDY_BARS 2300
#define STRATEGY_BARS 1200

static const char *const symbols[] = { "BTCUSDT", "ETHUSDT", "DOGEUSDT", "SOLUSDT" };
#define SYMBOLS (sizeof symbols / sizeof *symbols)

static struct bar bars[STUDY_BARS];
static uint64_t seed;

/* Spot 4h candles from May 2024 on. */
static void load(const char *symbol, size_t n)
{
	const char *shared = getenv("SHARED");
	struct error e = { 0 };
	struct feed *feed;
	struct candle c;
	bool end = false;
	char path[4096];

	snprintf(path, sizeof path, "%s/data/klines/spot/4h/%s-4h.csv.zst", shared ? shared : "../shared", symbol);
	if (feed_open(path, NULL, &feed, &e))
		skip();
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(feed_next(feed, &c, &end, &e), OK);
		assert_false(end);
		bars[i] = c.bar;
	}
	feed_close(feed);
}

static const char *const other_specs[] = { "sma:1", "ema:2", "rsi:2", "adx:3", "donchian:55", "bollinger:40,2.5", "keltner:10,30,1.5",
	"macd:26,12,5", "macd_indep:26,12,5", "vwap_rolling:6", "volume_ratio:1", "volatility:2,365", "highest:400", "zscore:3" };

/* Every indicator of the table with its defaults, and some with others. */
static struct panel *open_panel(void)
{
	struct panel *p = panel_new(INTERVAL_4H);
	struct error e = { 0 };
	size_t first;

	assert_non_null(p);
	for (size_t i = 0; indicators[i]; i++)
		assert_int_equal(panel_want(p, indicators[i]->name, &first, &e), OK);
	for (size_t i = 0; i < sizeof other_specs / sizeof *other_specs; i++)
		assert_int_equal(panel_want(p, other_specs[i], &first, &e), OK);
	return p;
}

static void indicators_of(const char *symbol)
{
	struct panel *p = open_panel();
	size_t columns = panel_columns(p), row = columns * sizeof(double);
	double *whole = malloc(STUDY_BARS * row);

	assert_non_null(whole);
	for (size_t i = 0; i < STUDY_BARS; i++)
		memcpy(whole + i * columns, panel_step(p, &bars[i]), row);
	panel_free(p);
	for (int cut = 0; cut < CUTS; cut++) {
		size_t n = 1 + check_random(&seed) % (STUDY_BARS - 1);

		p = open_panel();
		for (size_t i = 0; i < n; i++) {
			const double *v = panel_step(p, &bars[i]);

			for (size_t k = 0; memcmp(v, whole + i * columns, row) != 0 && k < columns; k++)
				if (memcmp(&v[k], &whole[i * columns + k], sizeof *v) != 0)
					fail_msg("%s, cut after %zu bars: %s of bar %zu is another", symbol, n, panel_column_name(p, k), i);
		}
		panel_free(p);
	}
	free(whole);
}

static void no_indicator_looks_ahead(void **state)
{
	(void)state;
	for (size_t i = 0; i < SYMBOLS; i++) {
		load(symbols[i], STUDY_BARS);
		indicators_of(symbols[i]);
	}
}

/* The signal lines of the first n bars; ends[i]: where the line of bar i ends. */
static void signals(const struct strategy *s, const char *symbol, size_t n, struct buf *out, size_t *ends)
{
	struct panel *p = panel_new(INTERVAL_4H);
	struct strategy_series *series;
	struct signal signal;
	struct error e = { 0 };

	assert_int_equal(strategy_series_new(s, p, MARKET_SPOT, symbol, INTERVAL_4H, &series, &e), OK);
	for (size_t i = 0; i < n; i++) {
		strategy_series_step(series, &bars[i], panel_step(p, &bars[i]), &signal);
		strategy_series_words(series, &signal);
		record_write(&kinds[KIND_SIGNAL], &signal, out);
		if (ends)
			ends[i] = out->len;
	}
	strategy_series_free(series);
	panel_free(p);
	assert_false(out->failed);
}

/* Also that it traded: a strategy that never says anything proves nothing. */
static void prove(const struct strategy *s, const char *name, const char *symbol)
{
	static size_t ends[STRATEGY_BARS];
	struct buf whole = { 0 }, part = { 0 };

	load(symbol, STRATEGY_BARS);
	signals(s, symbol, STRATEGY_BARS, &whole, ends);
	if (!strstr(whole.data, "\"BUY\"") || !strstr(whole.data, "\"SELL\""))
		fail_msg("%s on %s does not trade", name, symbol);
	for (int cut = 0; cut < CUTS; cut++) {
		size_t n = 1 + check_random(&seed) % (STRATEGY_BARS - 1);

		buf_clear(&part);
		signals(s, symbol, n, &part, NULL);
		if (part.len != ends[n - 1] || memcmp(part.data, whole.data, part.len) != 0)
			fail_msg("%s on %s, cut after %zu bars: an earlier line is another", name, symbol, n);
	}
	buf_release(&whole);
	buf_release(&part);
}

static void no_shipped_strategy_looks_ahead(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("share/strategies/*.json", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct strategy *s = NULL;
		struct error e = { 0 };

		if (strategy_load(files.gl_pathv[i], &s, &e))
			fail_msg("%s", e.message);
		prove(s, files.gl_pathv[i], symbols[i % SYMBOLS]);
		strategy_free(s);
	}
	globfree(&files);
}

/* Together they have every option of the channel, and every word of those that are words. */
static const char *const channels[] = {
	"\"method\":\"donchian\",\"trigger\":\"close\",\"lookback\":30,\"exit_lookback\":12,\"stop_atr\":2,\"target\":\"risk\",\"target_risk\":3,\"trail_pct\":4",
	"\"method\":\"donchian\",\"trigger\":\"touch\",\"lookback\":10,\"entry\":\"market\",\"rebound_pct\":1,\"pullback_pct\":1,\"target\":\"none\"",
	"\"method\":\"atr\",\"average\":\"sma\",\"lower_k\":1.5,\"upper_k\":1,\"atr_period\":10,\"stop_pct\":4,\"target\":\"upper\"",
	"\"method\":\"atr\",\"average\":\"ema\",\"trigger\":\"touch\",\"trail_atr\":3,\"max_hold_bars\":20",
	"\"method\":\"bands\",\"average\":\"ema\",\"lower_pct\":2,\"upper_pct\":3,\"target\":\"mid\",\"trend_sma\":60",
	"\"method\":\"bands\",\"trigger\":\"touch\",\"lower_price\":\"60000\",\"upper_price\":\"66000.5\",\"pullback_pct\":0.5",
	"\"method\":\"donchian\",\"entry\":\"maker\",\"entry_offset_pct\":0.3,\"lookback\":15,\"trail_atr\":2",
	"\"method\":\"zscore\",\"entry\":\"limit\",\"entry_offset_pct\":2,\"entry_bars\":5,\"lookback\":25,\"lower_k\":1.5,\"upper_k\":1.2,\"stop_atr\":3,\"max_hold_bars\":40",
	"\"method\":\"zscore\",\"entry\":\"stop\",\"trigger\":\"touch\",\"rebound_pct\":0.5,\"trail_pct\":5",
};
#define CHANNELS (sizeof channels / sizeof *channels)

static bool is_used(const char *text)
{
	for (size_t i = 0; i < CHANNELS; i++)
		if (strstr(channels[i], text))
			return true;
	return false;
}

static void every_option_is_tried(void **state)
{
	char text[128];

	(void)state;
	for (size_t i = 0; i < CHANNEL_FIELDS; i++) {
		const struct field *f = &channel_fields[i];

		snprintf(text, sizeof text, "\"%s\":", f->name);
		if (!is_used(text))
			fail_msg("no channel has %s", f->name);
		for (int k = 0; f->type == FIELD_ENUM && f->values[k]; k++) {
			snprintf(text, sizeof text, "\"%s\":\"%s\"", f->name, f->values[k]);
			if (!is_used(text))
				fail_msg("no channel has %s", text);
		}
	}
}

static void no_channel_looks_ahead(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHANNELS; i++) {
		struct strategy *s = NULL;
		struct error e = { 0 };
		json_t *object = NULL;
		char json[512];

		snprintf(json, sizeof json, "{\"strategy\":\"channel\",%s}", channels[i]);
		if (field_parse(json, strlen(json), &object, &e) || strategy_new("test", object, &s, &e))
			fail_msg("%s: %s: %s", json, e.field, e.message);
		prove(s, channels[i], strstr(channels[i], "lower_price") ? "BTCUSDT" : symbols[i % SYMBOLS]);
		json_decref(object);
		strategy_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_indicator_looks_ahead),
		cmocka_unit_test(no_shipped_strategy_looks_ahead),
		cmocka_unit_test(every_option_is_tried),
		cmocka_unit_test(no_channel_looks_ahead),
	};

	seed = getenv("CT_SEED") ? strtoull(getenv("CT_SEED"), NULL, 10) | 1 : (uint64_t)utc_now_ms() | 1;
	printf("# causality: seed %llu (CT_SEED repeats it)\n", (unsigned long long)seed);
	fflush(stdout);
	return cmocka_run_group_tests_name("causality", tests, NULL, NULL);
}
