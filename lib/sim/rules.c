/* The exchange's filters, by their names in exchangeInfo. */
#include "sim/rules.h"

#include <stdio.h>
#include <string.h>

static dec amount(json_t *filter, const char *key)
{
	const char *text = json_string_value(json_object_get(filter, key));
	dec v = 0;

	return text && dec_parse(text, strlen(text), &v) ? v : 0;
}

static int64_t count(json_t *filter, const char *key)
{
	return json_integer_value(json_object_get(filter, key));
}

static bool flag(json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static void read_price(json_t *f, struct sim_rules *r)
{
	r->min_price = amount(f, "minPrice");
	r->max_price = amount(f, "maxPrice");
	r->tick = amount(f, "tickSize");
}

static void read_lot(json_t *f, struct sim_rules *r)
{
	r->min_qty = amount(f, "minQty");
	r->max_qty = amount(f, "maxQty");
	r->step = amount(f, "stepSize");
}

static void read_market_lot(json_t *f, struct sim_rules *r)
{
	r->market_min_qty = amount(f, "minQty");
	r->market_max_qty = amount(f, "maxQty");
	r->market_step = amount(f, "stepSize");
}

static void read_percent(json_t *f, struct sim_rules *r)
{
	r->percent_name = "PERCENT_PRICE";
	r->bid_up = r->ask_up = amount(f, "multiplierUp");
	r->bid_down = r->ask_down = amount(f, "multiplierDown");
	r->average_minutes = count(f, "avgPriceMins");
}

static void read_percent_by_side(json_t *f, struct sim_rules *r)
{
	r->percent_name = "PERCENT_PRICE_BY_SIDE";
	r->bid_up = amount(f, "bidMultiplierUp");
	r->bid_down = amount(f, "bidMultiplierDown");
	r->ask_up = amount(f, "askMultiplierUp");
	r->ask_down = amount(f, "askMultiplierDown");
	r->average_minutes = count(f, "avgPriceMins");
}

static void read_min_notional(json_t *f, struct sim_rules *r)
{
	r->notional_name = "MIN_NOTIONAL";
	r->min_notional = amount(f, "minNotional");
	r->min_notional_market = flag(f, "applyToMarket");
}

static void read_notional(json_t *f, struct sim_rules *r)
{
	r->notional_name = "NOTIONAL";
	r->min_notional = amount(f, "minNotional");
	r->max_notional = amount(f, "maxNotional");
	r->min_notional_market = flag(f, "applyMinToMarket");
	r->max_notional_market = flag(f, "applyMaxToMarket");
}

static void read_trailing(json_t *f, struct sim_rules *r)
{
	r->above_min = count(f, "minTrailingAboveDelta");
	r->above_max = count(f, "maxTrailingAboveDelta");
	r->below_min = count(f, "minTrailingBelowDelta");
	r->below_max = count(f, "maxTrailingBelowDelta");
}

static void read_max_position(json_t *f, struct sim_rules *r)
{
	r->max_position = amount(f, "maxPosition");
}

static const struct {
	const char *name;
	void (*read)(json_t *f, struct sim_rules *r); /* NULL: a count, as below */
	const char *key;
	size_t offset;
} filters[] = {
	{ "PRICE_FILTER", read_price, NULL, 0 },
	{ "LOT_SIZE", read_lot, NULL, 0 },
	{ "MARKET_LOT_SIZE", read_market_lot, NULL, 0 },
	{ "PERCENT_PRICE", read_percent, NULL, 0 },
	{ "PERCENT_PRICE_BY_SIDE", read_percent_by_side, NULL, 0 },
	{ "MIN_NOTIONAL", read_min_notional, NULL, 0 },
	{ "NOTIONAL", read_notional, NULL, 0 },
	{ "TRAILING_DELTA", read_trailing, NULL, 0 },
	{ "MAX_POSITION", read_max_position, NULL, 0 },
	{ "ICEBERG_PARTS", NULL, "limit", offsetof(struct sim_rules, iceberg_parts) },
	{ "MAX_NUM_ORDERS", NULL, "maxNumOrders", offsetof(struct sim_rules, max_orders) },
	{ "MAX_NUM_ALGO_ORDERS", NULL, "maxNumAlgoOrders", offsetof(struct sim_rules, max_algo_orders) },
	{ "MAX_NUM_ICEBERG_ORDERS", NULL, "maxNumIcebergOrders", offsetof(struct sim_rules, max_iceberg_orders) },
	{ "MAX_NUM_ORDER_LISTS", NULL, "maxNumOrderLists", offsetof(struct sim_rules, max_lists) },
	{ "MAX_NUM_ORDER_AMENDS", NULL, "maxNumOrderAmends", offsetof(struct sim_rules, max_amends) },
};

static void read_filter(json_t *f, struct sim_rules *r)
{
	const char *name = json_string_value(json_object_get(f, "filterType"));

	for (size_t i = 0; name && i < sizeof filters / sizeof *filters; i++) {
		if (strcmp(filters[i].name, name) != 0)
			continue;
		if (filters[i].read)
			filters[i].read(f, r);
		else
			*(int64_t *)((char *)r + filters[i].offset) = count(f, filters[i].key);
	}
}

static int index_of(const char *const *names, const char *name)
{
	for (int i = 0; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static unsigned bits_of(json_t *list, const char *const *names)
{
	unsigned bits = 0;
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		int found = index_of(names, json_string_value(v));

		bits |= found < 0 ? 0 : 1U << found;
	}
	return bits;
}

static bool copy(json_t *symbol, const char *key, char *out, size_t n)
{
	const char *text = json_string_value(json_object_get(symbol, key));

	return text && *text && (size_t)snprintf(out, n, "%s", text) < n;
}

enum err sim_rules_read(json_t *s, struct sim_rules *r, struct error *e)
{
	json_t *list = json_object_get(s, "filters"), *f;
	size_t i;
	int stp;

	*r = (struct sim_rules){ .pair = -1 };
	if (!copy(s, "symbol", r->symbol, sizeof r->symbol) || !copy(s, "baseAsset", r->base, sizeof r->base)
		|| !copy(s, "quoteAsset", r->quote, sizeof r->quote) || !copy(s, "status", r->status, sizeof r->status))
		return error_set(e, ERR_DATA, "an entry of exchangeInfo lacks symbol, baseAsset, quoteAsset or status");
	r->types = bits_of(json_object_get(s, "orderTypes"), sim_type_names);
	r->stp = bits_of(json_object_get(s, "allowedSelfTradePreventionModes"), sim_stp_names);
	stp = index_of(sim_stp_names, json_string_value(json_object_get(s, "defaultSelfTradePreventionMode")));
	r->stp_default = stp < 0 ? SIM_STP_NONE : stp;
	r->iceberg = flag(s, "icebergAllowed");
	r->oco = flag(s, "ocoAllowed");
	r->oto = flag(s, "otoAllowed");
	r->opo = flag(s, "opoAllowed");
	r->quote_qty_market = flag(s, "quoteOrderQtyMarketAllowed");
	r->trailing = flag(s, "allowTrailingStop");
	r->cancel_replace = flag(s, "cancelReplaceAllowed");
	r->amend = flag(s, "amendAllowed");
	json_array_foreach(list, i, f) {
		read_filter(f, r);
	}
	return OK;
}

static bool on_grid(dec v, dec min, dec max, dec step)
{
	return v >= min && (max == 0 || v <= max) && (step == 0 || v % step == 0);
}

static bool price_passes(const struct sim_rules *r, const struct sim_ticket *t)
{
	return (t->price == 0 || on_grid(t->price, r->min_price, r->max_price, r->tick))
		&& (t->stop_price == 0 || on_grid(t->stop_price, r->min_price, r->max_price, r->tick));
}

static bool percent_passes(const struct sim_rules *r, const struct sim_ticket *t, dec reference)
{
	bool bad = false;
	dec up = dec_mul(reference, t->side == SIDE_BUY ? r->bid_up : r->ask_up, ROUND_DOWN, &bad);
	dec down = dec_mul(reference, t->side == SIDE_BUY ? r->bid_down : r->ask_down, ROUND_UP, &bad);

	if (!r->percent_name || reference == 0)
		return true;
	return !bad && (t->price == 0 || (t->price >= down && t->price <= up));
}

static bool sells_at_market(const struct sim_ticket *t)
{
	return t->type == SIM_MARKET || t->type == SIM_STOP_LOSS || t->type == SIM_TAKE_PROFIT;
}

static bool notional_passes(const struct sim_rules *r, const struct sim_ticket *t, dec reference)
{
	bool bad = false, market = sells_at_market(t);
	dec price = t->price ? t->price : t->stop_price ? t->stop_price : reference;
	dec notional = t->quote_qty ? t->quote_qty : dec_mul(t->qty, price, ROUND_DOWN, &bad);

	if (!r->notional_name || price == 0 || (t->qty == 0 && t->quote_qty == 0)) /* of an OPO list: not known yet */
		return true;
	if ((!market || r->min_notional_market) && notional < r->min_notional)
		return false;
	return !bad && (r->max_notional == 0 || (market && !r->max_notional_market) || notional <= r->max_notional);
}

static bool trailing_passes(const struct sim_rules *r, const struct sim_ticket *t)
{
	bool stop = t->type == SIM_STOP_LOSS || t->type == SIM_STOP_LOSS_LIMIT, above = stop == (t->side == SIDE_BUY);
	int64_t min = above ? r->above_min : r->below_min, max = above ? r->above_max : r->below_max;

	return t->trailing_delta == INT_NONE || max == 0 || (t->trailing_delta >= min && t->trailing_delta <= max);
}

static bool below(int64_t have, int64_t more, int64_t limit)
{
	return limit == 0 || have + more <= limit;
}

const char *sim_filter(const struct sim_rules *r, const struct sim_ticket *t, const struct sim_holding *h, int64_t more)
{
	bool algo = t->type >= SIM_STOP_LOSS;

	if (!price_passes(r, t))
		return "PRICE_FILTER";
	if (!percent_passes(r, t, h->reference))
		return r->percent_name;
	if (t->qty && !on_grid(t->qty, r->min_qty, r->max_qty, r->step))
		return "LOT_SIZE";
	if (t->iceberg_qty && !on_grid(t->iceberg_qty, r->min_qty, r->max_qty, r->step))
		return "LOT_SIZE";
	if (t->type == SIM_MARKET && t->qty && !on_grid(t->qty, r->market_min_qty, r->market_max_qty, r->market_step))
		return "MARKET_LOT_SIZE";
	if (!notional_passes(r, t, h->reference))
		return r->notional_name;
	if (t->iceberg_qty && r->iceberg_parts && (t->qty + t->iceberg_qty - 1) / t->iceberg_qty > r->iceberg_parts)
		return "ICEBERG_PARTS";
	if (!trailing_passes(r, t))
		return "TRAILING_DELTA";
	if (t->side == SIDE_BUY && r->max_position && h->base + t->qty > r->max_position)
		return "MAX_POSITION";
	if (!below(h->orders, more, r->max_orders))
		return "MAX_NUM_ORDERS";
	if (algo && !below(h->algo_orders, 1, r->max_algo_orders))
		return "MAX_NUM_ALGO_ORDERS";
	if (t->iceberg_qty && !below(h->iceberg_orders, 1, r->max_iceberg_orders))
		return "MAX_NUM_ICEBERG_ORDERS";
	return NULL;
}

dec sim_lot(const struct sim_rules *r, dec qty, bool market)
{
	qty = dec_to_step(qty, r->step, ROUND_DOWN);
	if (market)
		qty = dec_to_step(qty, r->market_step, ROUND_DOWN);
	if (r->max_qty)
		qty = dec_min(qty, r->max_qty);
	if (market && r->market_max_qty)
		qty = dec_min(qty, r->market_max_qty);
	return qty < r->min_qty || (market && qty < r->market_min_qty) ? 0 : qty;
}
