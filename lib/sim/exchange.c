/* The matching engine's frame: accounts, rules, and prices. */
#include "sim/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "sim/klines.h"

enum err sim_exchange_new(const char *path, struct sim_market *market, const struct sim_info *info, int64_t clock_ms, struct sim_exchange **x,
	struct error *e)
{
	struct sim_exchange *new = calloc(1, sizeof *new);
	enum err rc = OK;

	*x = NULL;
	if (!new)
		return error_memory(e);
	new->market = market;
	new->info = info;
	new->settled_ms = clock_ms;
	new->used = calloc(sim_market_count(market), sizeof *new->used);
	if (!new->used)
		rc = error_memory(e);
	if (!rc)
		rc = sim_accounts_load(path, &new->accounts, e);
	if (rc) {
		sim_exchange_free(new);
		return rc;
	}
	*x = new;
	return OK;
}

void sim_exchange_free(struct sim_exchange *x)
{
	if (!x)
		return;
	sim_accounts_release(&x->accounts);
	sim_orders_release(&x->orders);
	for (size_t i = 0; i < x->rules_count; i++)
		free(x->rules[i]);
	free(x->rules);
	free(x->used);
	free(x);
}

enum err sim_exchange_rules(struct sim_exchange *x, const char *symbol, const struct sim_rules **r, struct error *e)
{
	struct sim_rules **rows, *new;
	json_t *json;
	enum err rc;

	for (size_t i = 0; i < x->rules_count; i++)
		if (strcmp(x->rules[i]->symbol, symbol) == 0) {
			*r = x->rules[i];
			return OK;
		}
	rows = realloc(x->rules, (x->rules_count + 1) * sizeof *rows);
	if (rows)
		x->rules = rows;
	new = rows ? malloc(sizeof *new) : NULL;
	if (!new)
		return error_memory(e);
	json = sim_info_symbol(x->info, x->market, symbol, e);
	rc = json ? sim_rules_read(json, new, e) : ERR_DATA;
	json_decref(json);
	if (rc) {
		free(new);
		return rc;
	}
	new->pair = sim_market_find(x->market, symbol);
	x->rules[x->rules_count++] = new;
	*r = new;
	return OK;
}

enum err sim_bars_of(struct sim_exchange *x, int pair, int64_t now_ms, const struct bar **bars, size_t *count, struct error *e)
{
	unsigned there = pair < 0 ? 0 : sim_market_intervals(x->market, (size_t)pair);

	*count = 0;
	if (!there)
		return OK;
	return sim_market_bars(x->market, (size_t)pair, (enum interval)__builtin_ctz(there), now_ms, bars, count, e);
}

enum err sim_quote_now(struct sim_exchange *x, const struct sim_rules *r, int64_t now_ms, struct sim_quote *q, struct error *e)
{
	dec spread = r->tick * x->accounts.settings.spread_ticks;
	const struct bar *bars, *last;
	size_t count, n;
	enum err rc = sim_bars_of(x, r->pair, now_ms, &bars, &count, e);

	*q = (struct sim_quote){ .now_ms = now_ms };
	n = rc || !count ? 0 : sim_bars_before(bars, count, now_ms + 1);
	if (n == 0)
		return rc;
	last = &bars[n - 1];
	q->bar = now_ms <= last->close_time ? last : NULL;
	q->last = q->bar ? last->open : last->close;
	q->ask = q->last + spread;
	q->bid = dec_max(q->last - spread, dec_max(r->tick, 1));
	q->open = q->bar && last->volume > 0;
	return OK;
}

enum err sim_reference_price(struct sim_exchange *x, const struct sim_rules *r, int64_t now_ms, dec *price, struct error *e)
{
	struct sim_quote q;
	const struct bar *bars = NULL;
	size_t count = 0, n;
	dec base = 0, quote = 0;
	bool bad = false;
	enum err rc = sim_quote_now(x, r, now_ms, &q, e);

	*price = q.last;
	if (!rc)
		rc = sim_bars_of(x, r->pair, now_ms, &bars, &count, e);
	if (rc || !count)
		return rc;
	for (n = sim_bars_before(bars, count, now_ms + 1); n > 0 && bars[n - 1].open_time >= now_ms - r->average_minutes * MS_MINUTE; n--)
		if (bars[n - 1].close_time < now_ms) {
			base = dec_add(base, bars[n - 1].volume, &bad);
			quote = dec_add(quote, bars[n - 1].quote_volume, &bad);
		}
	if (!bad && base > 0 && quote > 0)
		*price = dec_div(quote, base, ROUND_HALF_EVEN, &bad);
	return OK;
}

enum err sim_bnb_price(struct sim_exchange *x, const char *quote, int64_t now_ms, dec *price, struct error *e)
{
	char symbol[SYMBOL_SIZE + ASSET_SIZE] = "BNB";
	const struct bar *bars;
	size_t count, n;
	enum err rc;

	*price = strcmp(quote, "BNB") == 0 ? DEC_ONE : DEC_NONE;
	if (*price != DEC_NONE)
		return OK;
	memcpy(symbol + 3, quote, strlen(quote) + 1);
	rc = sim_bars_of(x, sim_market_find(x->market, symbol), now_ms, &bars, &count, e);
	for (n = rc || !count ? 0 : sim_bars_before(bars, count, now_ms + 1); n > 0; n--)
		if (bars[n - 1].close_time < now_ms) {
			*price = bars[n - 1].close;
			break;
		}
	return rc;
}
