#ifndef CT_MODEL_SYMBOL_H
#define CT_MODEL_SYMBOL_H

#include "core/dec.h"
#include "core/field.h"
#include "model/market.h"

/* A pair and the exchange's rules for it, as of t_ms. A limit of 0 is "not set", as at the exchange. */
struct symbol {
	int market;
	char symbol[SYMBOL_SIZE];
	char status[24]; /* TRADING, HALT, BREAK, END_OF_DAY, CANCEL_ONLY; um: SETTLING, … */
	char base_asset[ASSET_SIZE], quote_asset[ASSET_SIZE];
	dec tick_size, min_price, max_price;
	dec step_size, min_qty, max_qty;
	dec market_step_size, market_min_qty, market_max_qty;
	dec min_notional, max_notional;
	int min_notional_market; /* bool: min_notional holds for market orders too */
	int oco_allowed, opo_allowed; /* bool, unknown on um */
	int64_t t_ms;
};

#define SYMBOL_DELISTED "DELISTED"     /* status of a pair that the exchange lists no more: ct's own word */
#define SYMBOL_LISTING "fetch.listing" /* code of the event behind a whole listing; its message begins with the market */

#define SYMBOL_FIELDS 20
extern const struct field symbol_fields[SYMBOL_FIELDS];

/* Equal but for when they were read. */
bool symbols_equal(const struct symbol *a, const struct symbol *b);

/* Keeps, of n rows, the pairs named; all, without names. Returns how many they are. */
size_t symbols_keep(struct symbol *rows, size_t n, char (*names)[SYMBOL_SIZE], size_t count);

/* One settled funding payment of a perpetual future. */
struct funding {
	int market;
	char symbol[SYMBOL_SIZE];
	int64_t funding_time;
	int64_t interval_hours; /* may be unknown */
	dec rate;               /* as a fraction of the notional; positive: longs pay */
	dec mark_price;         /* may be unknown */
};

#define FUNDING_FIELDS 6
extern const struct field funding_fields[FUNDING_FIELDS];

#endif
