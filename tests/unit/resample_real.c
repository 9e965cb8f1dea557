/*
 * Resampling against the exchange's own longer bars, in every series of SHARED that is there in two intervals. Where the
 * exchange's own bars contradict each other, that is told here, bar by bar; anything else is a failure.
 */
#include "check.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/path.h"
#include "core/utc.h"
#include "feed/archive.h"
#include "feed/resample.h"

struct series {
	struct bar *bars;
	size_t n, cap;
};

static const char *folder(int market, int interval, char *path)
{
	const char *shared = getenv("SHARED");

	snprintf(path, PATH_SIZE, "%s/data/klines/%s/%s", shared ? shared : "../shared", market_names[market], interval_names[interval]);
	return path;
}

static struct series load(int market, int interval, const char *symbol)
{
	struct feed_series which = { .market = market, .interval = interval };
	struct series s = { 0 };
	char path[PATH_SIZE];
	size_t n = strlen(folder(market, interval, path));
	struct feed *feed;
	struct candle c;
	struct error e = { 0 };
	bool end = false;

	snprintf(which.symbol, sizeof which.symbol, "%s", symbol);
	snprintf(path + n, sizeof path - n, "/%s-%s.csv.zst", symbol, interval_names[interval]);
	if (access(path, R_OK) != 0)
		return s;
	if (feed_open(path, &which, &feed, &e))
		fail_msg("%s", e.message);
	while (!feed_next(feed, &c, &end, &e) && !end) {
		if (s.n == s.cap) {
			s.cap = s.cap ? 2 * s.cap : 4096;
			s.bars = realloc(s.bars, s.cap * sizeof *s.bars);
		}
		s.bars[s.n++] = c.bar;
	}
	assert_true(end);
	feed_close(feed);
	return s;
}

/* Some sources wrote volumes from doubles. */
static bool near(dec a, dec b)
{
	double x = dec_double(a), y = dec_double(b);

	return a == DEC_NONE || b == DEC_NONE || fabs(x - y) <= 1e-13 * x + 1e-8;
}

/* What differs; "": nothing. */
static const char *difference(const struct bar *a, const struct bar *b)
{
	if (a->close_time != b->close_time)
		return "close_time";
	if (a->open != b->open || a->high != b->high || a->low != b->low || a->close != b->close)
		return "price";
	if (!near(a->volume, b->volume) || !near(a->quote_volume, b->quote_volume))
		return "volume";
	if (!near(a->taker_buy_volume, b->taker_buy_volume) || !near(a->taker_buy_quote_volume, b->taker_buy_quote_volume))
		return "taker";
	return a->trades != INT_NONE && b->trades != INT_NONE && a->trades != b->trades ? "trades" : "";
}

#define OUTAGE INT64_C(1730073600000) /* 2024-10-28 00:00: futures stood still in the evening, and longer bars lack the hour from 21:00 */
#define BNB_DAY INT64_C(1711584000000) /* 2024-03-28: the exchange's own bars of 4h and of the day have another volume */

/* Where the exchange's own bars do not agree with each other. */
static struct known {
	const char *symbol, *what;
	int from, to;
	int64_t open_time;
	int found;
} known[] = {
	{ "BTCUSDT", "price", INTERVAL_1H, INTERVAL_4H, OUTAGE + 20 * MS_HOUR, 0 }, { "BTCUSDT", "volume", INTERVAL_1H, INTERVAL_1D, OUTAGE, 0 },
	{ "ETHUSDT", "price", INTERVAL_1H, INTERVAL_4H, OUTAGE + 20 * MS_HOUR, 0 }, { "ETHUSDT", "volume", INTERVAL_1H, INTERVAL_1D, OUTAGE, 0 },
	{ "LTCUSDT", "price", INTERVAL_1H, INTERVAL_4H, OUTAGE + 20 * MS_HOUR, 0 }, { "LTCUSDT", "volume", INTERVAL_1H, INTERVAL_1D, OUTAGE, 0 },
	{ "XRPUSDT", "price", INTERVAL_1H, INTERVAL_4H, OUTAGE + 20 * MS_HOUR, 0 }, { "XRPUSDT", "volume", INTERVAL_1H, INTERVAL_1D, OUTAGE, 0 },
	{ "BNBUSDT", "volume", INTERVAL_4H, INTERVAL_1D, BNB_DAY, 0 },
};

static bool is_known(int from, int to, const char *symbol, int64_t open_time, const char *what)
{
	for (struct known *k = known; k < known + sizeof known / sizeof *known; k++)
		if (k->from == from && k->to == to && k->open_time == open_time && strcmp(k->symbol, symbol) == 0 && strcmp(k->what, what) == 0)
			return ++k->found == 1;
	return false;
}

static int compared;

static void compare(int market, int from, int to, const char *symbol, const struct bar *got, const struct series *own, size_t *at)
{
	const char *what;
	char when[UTC_TEXT];

	while (*at < own->n && own->bars[*at].open_time < got->open_time)
		++*at;
	if (*at == own->n || own->bars[*at].open_time != got->open_time)
		return;
	compared++;
	what = difference(got, &own->bars[*at]);
	if (*what && (market != MARKET_UM || !is_known(from, to, symbol, got->open_time, what)))
		fail_msg("%s %s %s of %s: %s differs at %s", market_names[market], symbol, interval_names[to], interval_names[from], what,
			utc_format(got->open_time, when));
}

static void resample(int market, int from, int to, const char *symbol)
{
	struct series fine = load(market, from, symbol), own = load(market, to, symbol);
	struct resample r;
	struct bar out[2];
	size_t at = 0;
	int n;

	resample_init(&r, (enum interval)from, (enum interval)to, 0);
	for (size_t i = 0; i < fine.n && own.n; i++) {
		assert_int_equal(resample_push(&r, &fine.bars[i], out, &n, NULL), OK);
		for (int k = 0; k < n; k++)
			if (out[k].open_time >= fine.bars[0].open_time) /* else its first bars are not in the file */
				compare(market, from, to, symbol, &out[k], &own, &at);
	}
	free(fine.bars);
	free(own.bars);
}

static void equals_the_exchanges_own_bars(void **state)
{
	static const int pairs[][2] = { { INTERVAL_1M, INTERVAL_5M }, { INTERVAL_1M, INTERVAL_1H }, { INTERVAL_5M, INTERVAL_1H }, { INTERVAL_1M, INTERVAL_4H },
		{ INTERVAL_1H, INTERVAL_4H }, { INTERVAL_1H, INTERVAL_1D }, { INTERVAL_4H, INTERVAL_1D } };
	char path[PATH_SIZE];

	(void)state;
	for (int market = MARKET_SPOT; market <= MARKET_UM; market++)
		for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
			DIR *dir = opendir(folder(market, pairs[p][1], path));
			const struct dirent *entry;

			while (dir && (entry = readdir(dir))) {
				char symbol[SYMBOL_SIZE];
				size_t n = strcspn(entry->d_name, "-");

				if (*entry->d_name == '.' || n >= sizeof symbol)
					continue;
				snprintf(symbol, sizeof symbol, "%.*s", (int)n, entry->d_name);
				resample(market, pairs[p][0], pairs[p][1], symbol);
			}
			if (dir)
				closedir(dir);
		}
	if (!compared)
		skip();
	assert_true(compared > 100000);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_int_equal(known[i].found, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(equals_the_exchanges_own_bars) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
