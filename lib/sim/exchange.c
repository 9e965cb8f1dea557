/* The matching engine's frame: accounts, rules, prices, and the passing of time. */
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

/* The bars that matching follows: the shortest there are. */
static enum err bars_of(struct sim_exchange *x, int pair, int64_t now_ms, const struct bar **bars, size_t *count, struct error *e)
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
	enum err rc = bars_of(x, r->pair, now_ms, &bars, &count, e);

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
		rc = bars_of(x, r->pair, now_ms, &bars, &count, e);
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
	rc = bars_of(x, sim_market_find(x->market, symbol), now_ms, &bars, &count, e);
	for (n = rc || !count ? 0 : sim_bars_before(bars, count, now_ms + 1); n > 0; n--)
		if (bars[n - 1].close_time < now_ms) {
			*price = bars[n - 1].close;
			break;
		}
	return rc;
}

/* The next bar of a pair that has not happened yet and closes before now_ms; NULL: none. */
static enum err next_bar(struct sim_exchange *x, const struct sim_rules *r, int64_t now_ms, const struct bar **bar, struct error *e)
{
	const struct bar *bars;
	size_t count, i;
	int64_t from_ms;
	enum err rc = bars_of(x, r->pair, now_ms, &bars, &count, e);

	*bar = NULL;
	if (rc || !count)
		return rc;
	from_ms = x->used[r->pair].done_ms + 1 > x->settled_ms ? x->used[r->pair].done_ms + 1 : x->settled_ms;
	for (i = sim_bars_before(bars, count, from_ms); i > 0 && bars[i - 1].close_time >= from_ms; i--)
		;
	if (i < count && bars[i].close_time < now_ms)
		*bar = &bars[i];
	return OK;
}

/* A trailing stop follows the bar's best price, effective from the next bar; it starts where its stop price was touched. */
static void trail(struct sim_order *o, const struct bar *b)
{
	bool up = (o->type == SIM_STOP_LOSS || o->type == SIM_STOP_LOSS_LIMIT) == (o->side == SIDE_SELL); /* it follows rising prices */

	if (o->trailing_delta == INT_NONE || o->triggered || o->status != SIM_NEW)
		return;
	if (o->trailing_ms == TIME_NONE) {
		if (b->low > o->stop_price || b->high < o->stop_price)
			return;
		o->trailing_ms = b->close_time;
		o->extreme = o->stop_price;
	}
	o->extreme = up ? dec_max(o->extreme, b->high) : dec_min(o->extreme, b->low);
}

/* An order in one bar's path; an OCO pair moves as one, with its stop leg. */
static enum err walk_order(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct bar *bar, struct error *e)
{
	const struct sim_list *l = sim_list_of(&x->orders, o->list_id);
	struct sim_order *profit = l && l->stop && l->profit && o->id != l->working ? sim_order_of(&x->orders, l->profit) : NULL;

	if (profit == o)
		return sim_order_is_open(sim_order_of(&x->orders, l->stop)) ? OK : sim_path(x, NULL, o, r, bar, FILL_NONE, e);
	if (profit && sim_order_is_open(profit))
		return sim_path(x, o, profit, r, bar, FILL_NONE, e);
	if (sim_order_rests(o) || o->type >= SIM_TAKE_PROFIT)
		return sim_path(x, NULL, o, r, bar, FILL_NONE, e);
	return sim_path(x, o, NULL, r, bar, FILL_NONE, e);
}

/* The pair's orders that were on the book by the end of the bar: those that wait for a price first, then limits. */
static enum err walk(struct sim_exchange *x, const struct sim_rules *r, const struct bar *bar, struct error *e)
{
	size_t open = x->orders.open_count, n = 0;
	int64_t *ids = calloc(open + 1, sizeof *ids);
	enum err rc = ids ? OK : error_memory(e);

	for (int limits = 0; !rc && limits < 2; limits++)
		for (size_t i = 0; i < open; i++) {
			const struct sim_order *o = &x->orders.orders[x->orders.open[i]];

			if (strcmp(o->symbol, r->symbol) == 0 && o->status != SIM_PENDING_NEW && o->time_ms <= bar->close_time && sim_order_rests(o) == limits)
				ids[n++] = o->id;
		}
	for (size_t i = 0; !rc && i < n; i++)
		if (sim_order_is_open(sim_order_of(&x->orders, ids[i])))
			rc = walk_order(x, sim_order_of(&x->orders, ids[i]), r, bar, e);
	for (size_t i = 0; !rc && i < x->orders.open_count; i++)
		if (strcmp(x->orders.orders[x->orders.open[i]].symbol, r->symbol) == 0)
			trail(&x->orders.orders[x->orders.open[i]], bar);
	free(ids);
	return rc;
}

/* The bar that closes first of all pairs with open orders. */
static enum err first_bar(struct sim_exchange *x, int64_t now_ms, const struct sim_rules **pair, const struct bar **bar, struct error *e)
{
	const struct sim_rules *r;
	const struct bar *b;
	enum err rc = OK;

	*bar = NULL;
	for (size_t i = 0; !rc && i < x->orders.open_count; i++) {
		rc = sim_exchange_rules(x, x->orders.orders[x->orders.open[i]].symbol, &r, e);
		if (!rc)
			rc = next_bar(x, r, now_ms, &b, e);
		if (rc || !b)
			continue;
		if (!*bar || b->close_time < (*bar)->close_time || (b->close_time == (*bar)->close_time && r->pair < (*pair)->pair)) {
			*bar = b;
			*pair = r;
		}
	}
	return rc;
}

enum err sim_settle(struct sim_exchange *x, int64_t now_ms, struct error *e)
{
	const struct sim_rules *r = NULL;
	const struct bar *bar = NULL;
	enum err rc;

	if (now_ms <= x->settled_ms)
		return OK;
	for (;;) {
		rc = first_bar(x, now_ms, &r, &bar, e);
		if (rc || !bar)
			break;
		x->used[r->pair].done_ms = bar->close_time;
		rc = walk(x, r, bar, e);
		if (rc)
			break;
	}
	x->settled_ms = now_ms;
	return rc;
}

enum err sim_transfer(struct sim_exchange *x, struct sim_account *a, const char *asset, dec amount, int64_t now_ms, struct error *e)
{
	struct sim_change c = { .amount = amount, .kind = amount < 0 ? SIM_CHANGE_WITHDRAW : SIM_CHANGE_DEPOSIT, .time_ms = now_ms };
	struct sim_balance *b = sim_balance(a, asset);
	bool bad = false;
	dec free;

	if (!b)
		return error_memory(e);
	free = dec_add(b->free, amount, &bad);
	if (bad || free < 0)
		return error_set(e, ERR_DATA, "the account has not that much free %s", asset);
	memcpy(c.account, a->name, sizeof c.account);
	memcpy(c.asset, b->asset, sizeof c.asset);
	if (!sim_changes_add(&x->orders, &c))
		return error_memory(e);
	b->free = free;
	a->update_ms = now_ms;
	return OK;
}
