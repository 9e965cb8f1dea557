#include "model/symbol.h"

#include <string.h>

#define F(member) FIELD(symbol, member)

const struct field symbol_fields[SYMBOL_FIELDS] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair, as the exchange spells it", NULL, 0, 0, NULL },
	{ "status", FIELD_TEXT, F(status), 0, NULL, "the exchange's word: TRADING, HALT, BREAK …", NULL, 0, 0, NULL },
	{ "base_asset", FIELD_TEXT, F(base_asset), 0, NULL, "what is bought and sold", NULL, 0, 0, NULL },
	{ "quote_asset", FIELD_TEXT, F(quote_asset), 0, NULL, "what it is paid in", NULL, 0, 0, NULL },
	{ "tick_size", FIELD_DEC, F(tick_size), FIELD_MIN, "quote", "prices are multiples of it; 0: no rule", NULL, 0, 0, NULL },
	{ "min_price", FIELD_DEC, F(min_price), FIELD_MIN, "quote", "lowest order price; 0: no rule", NULL, 0, 0, NULL },
	{ "max_price", FIELD_DEC, F(max_price), FIELD_MIN, "quote", "highest order price; 0: no rule", NULL, 0, 0, NULL },
	{ "step_size", FIELD_DEC, F(step_size), FIELD_MIN, "base", "quantities are multiples of it; 0: no rule", NULL, 0, 0, NULL },
	{ "min_qty", FIELD_DEC, F(min_qty), FIELD_MIN, "base", "smallest quantity; 0: no rule", NULL, 0, 0, NULL },
	{ "max_qty", FIELD_DEC, F(max_qty), FIELD_MIN, "base", "largest quantity; 0: no rule", NULL, 0, 0, NULL },
	{ "market_step_size", FIELD_DEC, F(market_step_size), FIELD_MIN, "base", "the same for market orders; 0: no rule of its own", NULL, 0, 0, NULL },
	{ "market_min_qty", FIELD_DEC, F(market_min_qty), FIELD_MIN, "base", "the same for market orders; 0: no rule of its own", NULL, 0, 0, NULL },
	{ "market_max_qty", FIELD_DEC, F(market_max_qty), FIELD_MIN, "base", "the same for market orders; 0: no rule of its own", NULL, 0, 0, NULL },
	{ "min_notional", FIELD_DEC, F(min_notional), FIELD_MIN, "quote", "smallest price times quantity; 0: no rule", NULL, 0, 0, NULL },
	{ "max_notional", FIELD_DEC, F(max_notional), FIELD_MIN, "quote", "largest price times quantity; 0: no rule", NULL, 0, 0, NULL },
	{ "min_notional_market", FIELD_BOOL, F(min_notional_market), FIELD_NULL, NULL, "whether min_notional holds for market orders", NULL, 0, 0, NULL },
	{ "oco_allowed", FIELD_BOOL, F(oco_allowed), FIELD_NULL, NULL, "whether stop and target may be one order list", NULL, 0, 0, NULL },
	{ "opo_allowed", FIELD_BOOL, F(opo_allowed), FIELD_NULL, NULL, "whether an entry may carry its protection", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when these rules were read", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(funding, member)

const struct field funding_fields[FUNDING_FIELDS] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "funding_time", FIELD_TIME, F(funding_time), 0, "ms UTC", "when it was settled", NULL, 0, 0, NULL },
	{ "interval_hours", FIELD_INT, F(interval_hours), FIELD_NULL | FIELD_MIN | FIELD_MAX, "hours", "time since the payment before", NULL, 1, 24, NULL },
	{ "rate", FIELD_DEC, F(rate), 0, "fraction", "of the notional; positive: longs pay shorts", NULL, 0, 0, NULL },
	{ "mark_price", FIELD_DEC, F(mark_price), FIELD_NULL | FIELD_ABOVE_MIN, "quote", "the mark price it was computed on", NULL, 0, 0, NULL },
};

bool symbols_equal(const struct symbol *a, const struct symbol *b)
{
	struct symbol then = *a;
	struct buf x = { 0 }, y = { 0 };
	bool equal;

	if (a->market != b->market || strcmp(a->symbol, b->symbol) != 0)
		return false;
	then.t_ms = b->t_ms;
	field_write(symbol_fields, SYMBOL_FIELDS, &then, &x);
	field_write(symbol_fields, SYMBOL_FIELDS, b, &y);
	equal = x.data && y.data && strcmp(x.data, y.data) == 0;
	buf_release(&x);
	buf_release(&y);
	return equal;
}

static bool is_named(char (*names)[SYMBOL_SIZE], size_t count, const char *symbol)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], symbol) == 0)
			return true;
	return count == 0;
}

size_t symbols_keep(struct symbol *rows, size_t n, char (*names)[SYMBOL_SIZE], size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (is_named(names, count, rows[i].symbol))
			rows[kept++] = rows[i];
	return kept;
}
