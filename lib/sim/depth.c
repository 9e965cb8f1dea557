/* The book and the average price, as far as candles tell of them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "sim/klines.h"
#include "sim/pairs.h"

#define LEVELS_MAX 5000
#define DEPTH_QUOTE ((dec)1000 * DEC_ONE) /* on either side, where no account's settings say how much */
#define AVERAGE_MINUTES 5

struct level {
	dec price, qty;
};

struct side_of_book {
	struct level rows[64];
	size_t count;
};

static void add_level(struct side_of_book *s, dec price, dec qty)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->rows[i].price == price) {
			s->rows[i].qty += qty;
			return;
		}
	if (s->count < sizeof s->rows / sizeof *s->rows && qty > 0)
		s->rows[s->count++] = (struct level){ price, qty };
}

static int rising(const void *a, const void *b)
{
	const struct level *x = a, *y = b;

	return (x->price > y->price) - (x->price < y->price);
}

static int falling(const void *a, const void *b)
{
	return rising(b, a);
}

static void add_side(const char *name, const struct side_of_book *s, size_t limit, struct buf *b)
{
	char price[DEC_TEXT], qty[DEC_TEXT];

	buf_addf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < s->count && i < limit; i++) {
		dec_format(s->rows[i].price, price);
		dec_format(s->rows[i].qty, qty);
		buf_addf(b, "%s[\"%s\",\"%s\"]", i ? "," : "", price, qty);
	}
	buf_addc(b, ']');
}

/* What rests of the accounts' orders. */
static void add_orders(const struct sim_exchange *x, const char *symbol, struct side_of_book *bids, struct side_of_book *asks)
{
	for (size_t i = 0; x && i < x->orders.open_count; i++) {
		const struct sim_order *o = &x->orders.orders[x->orders.open[i]];

		if (sim_order_rests(o) && strcmp(o->symbol, symbol) == 0)
			add_level(o->side == SIDE_BUY ? bids : asks, o->price, sim_order_left(o));
	}
}

/* The market's own level on either side. */
static void add_market(const struct sim_exchange *x, dec last, dec64 tick, dec64 step, struct side_of_book *bids, struct side_of_book *asks)
{
	const struct sim_settings *s = x ? &x->accounts.settings : NULL;
	bool bounded = s && s->depth_quote > 0;
	enum rounding round = bounded ? ROUND_DOWN : ROUND_UP; /* no more than there is; else at least one step */
	dec spread = s ? (dec)tick * s->spread_ticks : 0, quote = bounded ? s->depth_quote : DEPTH_QUOTE;
	dec ask = last + spread, bid = last - (spread ? spread : tick);
	bool bad = false;

	add_level(asks, ask, dec_to_step(dec_div(quote, ask, ROUND_DOWN, &bad), step, round));
	if (bid > 0)
		add_level(bids, bid, dec_to_step(dec_div(quote, bid, ROUND_DOWN, &bad), step, round));
}

/* The last price; false: failed, in *a. *known is false before the first. */
static bool read_last(const struct sim_request *q, const char *symbol, struct bar *last, bool *known, struct sim_answer *a)
{
	int pair = sim_market_find(q->state->market, symbol);
	struct error e = { 0 };

	*known = false;
	if (pair < 0 || !sim_last_bar(q->state->market, (size_t)pair, q->now_ms, last, known, &e))
		return true;
	sim_fail(q, a, &e);
	return false;
}

int64_t sim_weigh_depth(const struct sim_request *q)
{
	char limit[24];
	long long n = sim_param_text(q, "limit", limit, sizeof limit) ? strtoll(limit, NULL, 10) : 100;

	return n <= 100 ? 5 : n <= 500 ? 25 : n <= 1000 ? 50 : 250;
}

void sim_get_depth(const struct sim_request *q, struct sim_answer *a)
{
	struct side_of_book bids = { .count = 0 }, asks = { .count = 0 };
	const struct sim_exchange *x = q->state->exchange;
	struct error e = { 0 };
	char symbol[SYMBOL_SIZE];
	struct bar last;
	dec64 tick, step;
	int64_t limit;
	bool known;

	if (!sim_param_symbol(q, "symbol", symbol, a) || !sim_param_count(q, "limit", 100, &limit, a))
		return;
	if (limit == 0) {
		sim_refuse(a, 400, -1130, "Data sent for parameter 'limit' is not valid.");
		return;
	}
	if (!read_last(q, symbol, &last, &known, a))
		return;
	if (known && sim_market_grid(q->state->market, (size_t)sim_market_find(q->state->market, symbol), &tick, &step, &e)) {
		sim_fail(q, a, &e);
		return;
	}
	if (known)
		add_market(x, last.close, tick, step, &bids, &asks);
	add_orders(x, symbol, &bids, &asks);
	qsort(bids.rows, bids.count, sizeof *bids.rows, falling);
	qsort(asks.rows, asks.count, sizeof *asks.rows, rising);
	buf_addf(&a->body, "{\"lastUpdateId\":%" PRId64, q->now_ms);
	add_side("bids", &bids, (size_t)(limit > LEVELS_MAX ? LEVELS_MAX : limit), &a->body);
	add_side("asks", &asks, (size_t)(limit > LEVELS_MAX ? LEVELS_MAX : limit), &a->body);
	buf_addc(&a->body, '}');
}

/* The last price stands for the average of five minutes: candles are rarely shorter. */
void sim_get_average(const struct sim_request *q, struct sim_answer *a)
{
	char symbol[SYMBOL_SIZE], price[DEC_TEXT];
	struct bar last;
	bool known;

	if (!sim_param_symbol(q, "symbol", symbol, a) || !read_last(q, symbol, &last, &known, a))
		return;
	dec_format(known ? last.close : 0, price);
	buf_addf(&a->body, "{\"mins\":%d,\"price\":\"%s\",\"closeTime\":%" PRId64 "}", AVERAGE_MINUTES, price, sim_time(q, known ? last.open_time : q->now_ms));
}
