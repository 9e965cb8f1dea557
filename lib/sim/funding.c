#include "sim/funding.h"

#include <string.h>

#include "core/utc.h"
#include "sim/klines.h"

#define MADE_UP_HOURS 8
#define MADE_UP_MS (MADE_UP_HOURS * MS_HOUR)
#define BASE 10000    /* 0.0001, in units of 1e-8 */
#define CAP 750000    /* 0.0075 */

enum err sim_price_at(struct sim_market *m, const char *symbol, int64_t t_ms, dec *price, bool *known, struct error *e)
{
	struct bar last;
	enum err rc = sim_last_bar(m, (size_t)sim_market_find(m, symbol), t_ms, &last, known, e);

	if (!rc && *known)
		*price = last.close;
	return rc;
}

static struct funding blank(const char *symbol, int64_t t_ms)
{
	struct funding f = { .market = MARKET_UM, .funding_time = t_ms, .interval_hours = MADE_UP_HOURS, .mark_price = DEC_NONE };

	memcpy(f.symbol, symbol, strlen(symbol) + 1);
	return f;
}

/* The rate at t_ms of what began at from_ms; f->mark_price stays DEC_NONE before the first bar. */
static enum err make_up(struct sim_market *m, int64_t from_ms, int64_t t_ms, struct funding *f, struct error *e)
{
	dec before = 0, mark = 0;
	bool bad = false, known;
	enum err rc = sim_price_at(m, f->symbol, from_ms, &before, &known, e);

	if (!rc && known)
		rc = sim_price_at(m, f->symbol, t_ms, &mark, &known, e);
	if (rc || !known)
		return rc;
	f->mark_price = mark;
	f->rate = before > 0 ? BASE + dec_mul_div(mark - before, DEC_ONE / 100, before, ROUND_HALF_EVEN, &bad) : 0;
	if (bad || f->rate > CAP)
		f->rate = CAP;
	if (f->rate < -CAP)
		f->rate = -CAP;
	return OK;
}

static enum err made_up(struct sim_market *m, const char *symbol, int64_t start_ms, int64_t end_ms, size_t limit, struct funding *rows, size_t *n,
	struct error *e)
{
	int64_t t_ms = start_ms == TIME_NONE ? end_ms - (int64_t)(limit - 1) * MADE_UP_MS : start_ms;
	enum err rc = OK;

	if (t_ms < SIM_ONBOARD_MS)
		t_ms = SIM_ONBOARD_MS;
	t_ms = (t_ms + MADE_UP_MS - 1) / MADE_UP_MS * MADE_UP_MS;
	for (; !rc && *n < limit && t_ms <= end_ms; t_ms += MADE_UP_MS) {
		rows[*n] = blank(symbol, t_ms);
		rc = make_up(m, t_ms - MADE_UP_MS, t_ms, &rows[*n], e);
		*n += !rc && rows[*n].mark_price != DEC_NONE;
	}
	return rc;
}

static void real(const struct funding *all, size_t count, int64_t start_ms, int64_t end_ms, size_t limit, struct funding *rows, size_t *n)
{
	size_t from = 0, until = 0;

	while (until < count && all[until].funding_time <= end_ms)
		until++;
	if (start_ms == TIME_NONE)
		from = until > limit ? until - limit : 0;
	while (start_ms != TIME_NONE && from < until && all[from].funding_time < start_ms)
		from++;
	while (from < until && *n < limit)
		rows[(*n)++] = all[from++];
}

enum err sim_payments(struct sim_market *m, const char *symbol, int64_t start_ms, int64_t end_ms, size_t limit, struct funding *rows, size_t *n,
	struct error *e)
{
	const struct funding *all;
	size_t count;
	enum err rc = sim_market_payments(m, (size_t)sim_market_find(m, symbol), &all, &count, e);

	*n = 0;
	if (rc)
		return rc;
	if (count == 0)
		return made_up(m, symbol, start_ms, end_ms, limit, rows, n, e);
	real(all, count, start_ms, end_ms, limit, rows, n);
	return OK;
}

enum err sim_next_payment(struct sim_market *m, const char *symbol, int64_t now_ms, struct funding *next, struct error *e)
{
	const struct funding *all;
	size_t count, i = 0;
	int64_t last = now_ms / MADE_UP_MS * MADE_UP_MS;
	enum err rc = sim_market_payments(m, (size_t)sim_market_find(m, symbol), &all, &count, e);

	*next = blank(symbol, last + MADE_UP_MS);
	if (rc || count == 0)
		return rc ? rc : make_up(m, last, now_ms, next, e);
	while (i < count && all[i].funding_time <= now_ms)
		i++;
	if (i)
		next->rate = all[i - 1].rate; /* what will be is not told */
	if (i < count)
		next->funding_time = all[i].funding_time;
	return OK;
}
