#include "feed/resample.h"

#include "core/utc.h"

bool resample_possible(enum interval from, enum interval to, int64_t shift_ms)
{
	if (from == to)
		return shift_ms % interval_ms(to) == 0 && !(shift_ms && to > INTERVAL_1D);
	return interval_makes(from, to) && shift_ms % interval_ms(from) == 0;
}

void resample_init(struct resample *r, enum interval from, enum interval to, int64_t shift_ms)
{
	*r = (struct resample){ .from = from, .to = to, .shift_ms = shift_ms };
}

int64_t resample_floor(const struct resample *r, int64_t t_ms)
{
	return interval_floor(r->to, t_ms + r->shift_ms) - r->shift_ms;
}

int64_t resample_next(const struct resample *r, int64_t open_ms)
{
	return interval_next(r->to, open_ms + r->shift_ms) - r->shift_ms;
}

static dec known_sum(dec a, dec b, bool *bad)
{
	return a == DEC_NONE || b == DEC_NONE ? DEC_NONE : dec_add(a, b, bad);
}

static void start(struct resample *r, const struct bar *in, int64_t open_time)
{
	r->bar = *in;
	r->bar.open_time = open_time;
	r->bar.close_time = resample_next(r, open_time) - 1;
	r->parts = 1;
	r->traded = in->volume > 0;
}

static void add_prices(struct resample *r, const struct bar *in)
{
	struct bar *b = &r->bar;
	bool traded = in->volume > 0;

	b->close = in->close;
	if (traded && !r->traded) { /* what stood there was no trade's price */
		b->open = in->open;
		b->high = in->high;
		b->low = in->low;
	} else if (traded) {
		b->high = in->high > b->high ? in->high : b->high;
		b->low = in->low < b->low ? in->low : b->low;
	} else {
		b->high = in->close > b->high ? in->close : b->high;
		b->low = in->close < b->low ? in->close : b->low;
	}
	r->traded |= traded;
	r->parts++;
}

static enum err add(struct resample *r, const struct bar *in, struct error *e)
{
	struct bar sum = r->bar;
	bool bad = false;

	sum.volume = known_sum(sum.volume, in->volume, &bad);
	sum.quote_volume = known_sum(sum.quote_volume, in->quote_volume, &bad);
	sum.taker_buy_volume = known_sum(sum.taker_buy_volume, in->taker_buy_volume, &bad);
	sum.taker_buy_quote_volume = known_sum(sum.taker_buy_quote_volume, in->taker_buy_quote_volume, &bad);
	if (sum.trades == INT_NONE || in->trades == INT_NONE)
		sum.trades = INT_NONE;
	else
		bad |= __builtin_add_overflow(sum.trades, in->trades, &sum.trades);
	if (bad)
		return error_set(e, ERR_DATA, "volumes do not fit when added up");
	r->bar = sum;
	add_prices(r, in);
	return OK;
}

enum err resample_push(struct resample *r, const struct bar *in, struct bar out[2], int *n, struct error *e)
{
	int64_t open_time = resample_floor(r, in->open_time);
	enum err rc;

	*n = 0;
	if (r->parts && open_time < r->bar.open_time)
		return error_field(e, ERR_DATA, "open_time", "%lld is older than the bar before", (long long)in->open_time);
	if (r->parts && open_time == r->bar.open_time) {
		rc = add(r, in, e);
		if (rc)
			return rc;
	} else {
		if (r->parts)
			out[(*n)++] = r->bar;
		start(r, in, open_time);
	}
	/* The exchange has bars whose close_time is early, around its outages: the bucket's last bar is its last all the same. */
	if ((in->close_time >= r->bar.close_time || in->open_time + interval_ms(r->from) > r->bar.close_time) && resample_flush(r, &out[*n]))
		++*n;
	return OK;
}

bool resample_flush(struct resample *r, struct bar *out)
{
	if (r->parts == 0)
		return false;
	*out = r->bar;
	r->parts = 0;
	return true;
}
