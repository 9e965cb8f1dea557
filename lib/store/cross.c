#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "store/inspect.h"
#include "store/series.h"

/* A bar made from shorter ones. A bar without a trade has no price of its own: the exchange repeats the one before it. */
struct made {
	struct bar bar;
	int64_t count;
	bool traded;
};

static dec sum(dec a, dec b)
{
	return a == DEC_NONE || b == DEC_NONE ? DEC_NONE : a + b;
}

static void add(struct made *m, const struct bar *b)
{
	struct bar *to = &m->bar;

	if (b->volume != 0 && !m->traded) {
		to->open = b->open;
		to->high = b->high;
		to->low = b->low;
		m->traded = true;
	}
	if (b->volume != 0) {
		to->high = b->high > to->high ? b->high : to->high;
		to->low = b->low < to->low ? b->low : to->low;
		to->close = b->close;
	}
	to->volume = sum(to->volume, b->volume);
	to->quote_volume = sum(to->quote_volume, b->quote_volume);
	to->taker_buy_volume = sum(to->taker_buy_volume, b->taker_buy_volume);
	to->taker_buy_quote_volume = sum(to->taker_buy_quote_volume, b->taker_buy_quote_volume);
	to->trades = to->trades == INT_NONE || b->trades == INT_NONE ? INT_NONE : to->trades + b->trades;
	m->count++;
}

/* What the shorter bars under a row of longer ones make. */
struct making {
	enum interval interval; /* of the longer ones */
	const struct bar *bars;
	struct made *made;
	size_t n, at;
};

static enum err make(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	struct making *m = ctx;

	(void)head;
	(void)e;
	for (size_t i = 0; i < n; i++) {
		while (m->at < m->n && interval_next(m->interval, m->bars[m->at].open_time) <= bars[i].open_time)
			m->at++;
		if (m->at < m->n && bars[i].open_time >= m->bars[m->at].open_time)
			add(&m->made[m->at], &bars[i]);
	}
	return OK;
}

/* Some sources print numbers from binary fractions: equal to eight digits is equal. */
static bool near(dec a, dec b)
{
	dec apart;

	if (a == DEC_NONE || b == DEC_NONE)
		return true;
	apart = a > b ? a - b : b - a;
	return apart <= 1 || apart <= (a < 0 ? -a : a) / 100000000;
}

static void add_difference(struct buf *b, const char *name, dec is, dec made)
{
	char x[DEC_TEXT], y[DEC_TEXT];

	if (near(is, made))
		return;
	dec_format(is, x);
	dec_format(made, y);
	buf_addf(b, "%s%s %s, made %s", b->len ? "; " : "", name, x, y);
}

static void compare(const struct bar *is, const struct made *m, struct buf *b)
{
	if (m->traded) {
		add_difference(b, "open", is->open, m->bar.open);
		add_difference(b, "high", is->high, m->bar.high);
		add_difference(b, "low", is->low, m->bar.low);
		add_difference(b, "close", is->close, m->bar.close);
	}
	add_difference(b, "volume", is->volume, m->bar.volume);
	add_difference(b, "quote_volume", is->quote_volume, m->bar.quote_volume);
	add_difference(b, "taker_buy_volume", is->taker_buy_volume, m->bar.taker_buy_volume);
	add_difference(b, "taker_buy_quote_volume", is->taker_buy_quote_volume, m->bar.taker_buy_quote_volume);
	if (is->trades != INT_NONE && m->bar.trades != INT_NONE && is->trades != m->bar.trades)
		buf_addf(b, "%strades %lld, made %lld", b->len ? "; " : "", (long long)is->trades, (long long)m->bar.trades);
}

struct crossing {
	struct inspection *longer, *shorter;
};

/* One or both are wrong; neither is to be trusted. */
static enum err differs(const struct crossing *x, const struct candle *c, int64_t next, const char *what, struct error *e)
{
	const struct halt *known = halt_differs(x->longer->verify->halts, c->market, c->symbol, c->bar.open_time, next);
	enum interval step = (enum interval)x->shorter->series->interval;
	enum err rc = inspect_tell(x->longer, FAULT_DIFFERS, known != NULL, c->bar.open_time, next, 1, e, "by its %s bars: %.200s", interval_names[step],
		what);

	if (!rc && !known)
		rc = inspect_bad(x->longer, c->bar.open_time, e);
	for (int64_t t = c->bar.open_time; !rc && !known && t < next; t = interval_next(step, t))
		rc = inspect_bad(x->shorter, t, e);
	return rc;
}

static enum err cross(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	const struct crossing *x = ctx;
	const struct store_series *shorter = x->shorter->series;
	struct making m = { .interval = (enum interval)head->interval, .bars = bars, .made = calloc(n, sizeof *m.made), .n = n };
	struct candle c = *head;
	enum err rc = m.made ? OK : error_memory(e);

	if (!rc)
		rc = series_bars(x->longer->verify->store, shorter, bars[0].open_time, interval_next(m.interval, bars[n - 1].open_time), make, &m, e);
	for (size_t i = 0; !rc && i < n; i++) {
		int64_t next = interval_next(m.interval, bars[i].open_time);
		struct buf what = { .max = 1024 };

		if (m.made[i].count != interval_count((enum interval)shorter->interval, bars[i].open_time, next))
			continue;
		compare(&bars[i], &m.made[i], &what);
		c.bar = bars[i];
		if (what.len)
			rc = differs(x, &c, next, what.data, e);
		buf_release(&what);
	}
	free(m.made);
	return rc;
}

enum err inspect_cross(struct inspection *longer, struct inspection *shorter, struct error *e)
{
	struct crossing x = { longer, shorter };

	return series_bars(longer->verify->store, longer->series, TIME_NONE, TIME_NONE, cross, &x, e);
}
