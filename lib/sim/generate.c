#include "sim/generate.h"

#include <math.h>
#include <string.h>

#include "core/random.h"
#include "core/utc.h"

#define STEPS 16 /* moves inside a bar */

enum regime { RANGE, UP, DOWN };

/* What well-known names start at, so that the numbers look familiar; other pairs get a price from their name. */
static const struct {
	const char *base;
	double price;
} known_prices[] = {
	{ "BTC", 42000 }, { "ETH", 2400 }, { "BNB", 310 }, { "SOL", 95 }, { "XRP", 0.6 },
	{ "ADA", 0.5 }, { "DOGE", 0.08 }, { "LTC", 70 }, { "LINK", 15 }, { "TRX", 0.1 },
};

static double uniform(uint64_t *state)
{
	return random_unit(random_next(state));
}

/* Nearly normal: the sum of twelve uniforms. No log and no cosine, which differ between C libraries. */
static double normal(uint64_t *state)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += uniform(state);
	return sum;
}

static uint64_t hash_name(uint64_t seed, const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return random_next(&h);
}

static double start_price(const char *symbol, uint64_t h)
{
	double price = 1;

	for (size_t i = 0; i < sizeof known_prices / sizeof *known_prices; i++) {
		size_t n = strlen(known_prices[i].base);

		if (strncmp(symbol, known_prices[i].base, n) == 0 && strcmp(symbol + n, "USDT") == 0)
			return known_prices[i].price;
	}
	for (uint64_t i = h % 5; i > 0; i--) /* 0.1 to 5000 */
		price *= 10;
	return price * (0.1 + 0.4 * (double)(h >> 40) * 0x1p-24);
}

/* Five significant digits, and never coarser than a cent. */
static dec64 tick_of(double price)
{
	dec64 tick = DEC_ONE / 100;

	while (tick > 1 && price < (double)tick / DEC_ONE * 10000)
		tick /= 10;
	return tick;
}

/* A quantity step worth about 0.1 to 1 quote units. */
static dec64 step_of(double price)
{
	dec64 step = DEC_ONE;

	while (step > 1000 && price * (double)step / DEC_ONE > 1)
		step /= 10;
	return step;
}

void generate_init(struct generate *g, uint64_t seed, const char *symbol, enum interval interval, int64_t from_ms, double outages_per_year)
{
	uint64_t h = hash_name(seed, symbol);
	double price = start_price(symbol, h), hours = (double)interval_ms(interval) / (double)MS_HOUR;

	*g = (struct generate){ .interval = interval, .seed = seed, .own = h, .common = hash_name(seed, ""), .outages_per_year = outages_per_year };
	g->open_time = interval_floor(interval, from_ms);
	g->tick = tick_of(price);
	g->step = step_of(price);
	g->start = g->price = g->anchor = price;
	g->sigma = (0.004 + 0.006 * uniform(&g->own)) * sqrt(hours);
	g->variance = g->sigma * g->sigma;
	g->lot = (1e5 + 2e6 * uniform(&g->own)) * hours / price;
	g->thin = h % 4 == 0;
}

/* At most one outage in thirty days: an hour or more, at the same time for every pair of the seed. */
static bool in_outage(const struct generate *g, int64_t t_ms)
{
	const int64_t span = 30 * MS_DAY;
	uint64_t state = g->seed ^ (uint64_t)(t_ms / span) * RANDOM_STEP;
	bool happens = uniform(&state) < g->outages_per_year * 30 / 365;
	int64_t start = (int64_t)(random_next(&state) % (30 * 24 - 6)) * MS_HOUR, hours = 1 + (int64_t)(random_next(&state) % 6);
	int64_t at = t_ms % span;

	return happens && at >= start && at < start + hours * MS_HOUR;
}

/* Trends lead away from the start less often than back, so that years of bars stay in sight of it. */
static void change_regime(struct generate *g)
{
	double up = g->price > 4 * g->start ? 0.3 : g->price < g->start / 4 ? 0.7 : 0.5, u = uniform(&g->own);

	g->regime = u < 0.4 ? RANGE : u < 0.4 + 0.6 * up ? UP : DOWN;
	g->bars_left = 40 + (int)(uniform(&g->own) * 200);
	g->anchor = g->price;
	g->drift = g->regime == RANGE ? 0 : g->sigma * (0.04 + 0.08 * uniform(&g->own));
	if (g->regime == DOWN)
		g->drift = -g->drift;
}

static dec64 on_tick(const struct generate *g, double price)
{
	dec64 ticks = (dec64)(price * DEC_ONE / (double)g->tick + 0.5);

	return (ticks < 1 ? 1 : ticks) * g->tick;
}

static dec64 on_step(const struct generate *g, double quantity)
{
	return (dec64)(quantity * DEC_ONE / (double)g->step) * g->step;
}

static double bounded(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

/* The path of one bar; g->price is its last price afterwards. */
static void walk(struct generate *g, double deviation, double common, struct bar *b)
{
	double price = g->price, high, low, pull;

	if (uniform(&g->own) < 0.0025)
		price *= 1 + bounded(4 * deviation * normal(&g->own), -0.1, 0.1);
	high = low = price;
	b->open = on_tick(g, price);
	pull = g->regime == RANGE ? 0.05 * (g->anchor - price) / g->anchor : 0;
	for (int i = 0; i < STEPS; i++) {
		double r = (g->drift + pull + 0.6 * deviation * common) / STEPS + 0.8 * deviation * normal(&g->own) / sqrt(STEPS);

		price = bounded(price * (1 + bounded(r, -0.1, 0.1)), g->start / 40, g->start * 40);
		high = price > high ? price : high;
		low = price < low ? price : low;
	}
	g->price = price;
	b->high = on_tick(g, high);
	b->low = on_tick(g, low);
	b->close = on_tick(g, price);
}

static void trade(struct generate *g, double move, struct bar *b)
{
	double busy = (0.3 + uniform(&g->own)) * (0.5 + move * move);
	dec64 volume = on_step(g, bounded(g->lot * busy, 0, 8e10)), taker = on_step(g, dec_double(volume) * (0.35 + 0.3 * uniform(&g->own)));
	dec mean = ((dec)b->open + b->high + b->low + b->close) / 4;
	bool bad = false;

	volume = volume < g->step ? g->step : volume;
	b->volume = volume;
	b->taker_buy_volume = taker;
	b->quote_volume = dec_mul(volume, mean, ROUND_DOWN, &bad);
	b->taker_buy_quote_volume = dec_mul(taker, mean, ROUND_DOWN, &bad);
	b->trades = 1 + (int64_t)bounded(dec_double(b->quote_volume) / 800, 0, 1e9);
}

static void stand_still(struct generate *g, struct bar *b)
{
	b->open = b->high = b->low = b->close = on_tick(g, g->price);
	b->volume = b->quote_volume = b->taker_buy_volume = b->taker_buy_quote_volume = 0;
	b->trades = 0;
}

bool generate_next(struct generate *g, struct bar *bar)
{
	struct bar b = { .open_time = g->open_time, .close_time = interval_next(g->interval, g->open_time) - 1 };
	double before = g->price, deviation = sqrt(g->variance), common = normal(&g->common), r;

	g->open_time = b.close_time + 1;
	if (g->bars_left-- <= 0)
		change_regime(g);
	if (g->thin && uniform(&g->own) < 0.002) {
		stand_still(g, &b);
	} else {
		walk(g, deviation, common, &b);
		r = g->price / before - 1;
		trade(g, r / deviation, &b);
		g->variance = bounded(0.03 * g->sigma * g->sigma + 0.09 * r * r + 0.88 * g->variance, 0, 20 * g->sigma * g->sigma);
	}
	if (in_outage(g, b.open_time))
		return false;
	*bar = b;
	return true;
}
