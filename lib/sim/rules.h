#ifndef CT_SIM_RULES_H
#define CT_SIM_RULES_H

#include "sim/info.h"
#include "sim/orders.h"

/* A pair's rules, read from its entry in exchangeInfo. Limits that are not set are 0. */
struct sim_rules {
	char symbol[SYMBOL_SIZE], base[ASSET_SIZE], quote[ASSET_SIZE], status[24];
	int pair;            /* in the market; -1: without candles */
	unsigned types, stp; /* bits of enum sim_type, enum sim_stp */
	int stp_default;
	bool iceberg, oco, oto, opo, quote_qty_market, trailing, cancel_replace, amend;
	dec tick, min_price, max_price;
	dec step, min_qty, max_qty, market_step, market_min_qty, market_max_qty;
	dec bid_up, bid_down, ask_up, ask_down; /* of the reference price */
	const char *percent_name;               /* which filter they are of; NULL: none */
	dec min_notional, max_notional;
	bool min_notional_market, max_notional_market;
	const char *notional_name;
	int64_t iceberg_parts, max_orders, max_algo_orders, max_iceberg_orders, max_lists, max_amends;
	dec max_position;
	int64_t above_min, above_max, below_min, below_max; /* trailing deltas */
	int64_t average_minutes;
};

/* ERR_DATA: the captured entry lacks what no pair lacks. */
enum err sim_rules_read(json_t *symbol, struct sim_rules *r, struct error *e);

/* What an order asks for; 0 or INT_NONE: was not sent. */
struct sim_ticket {
	int side, type, tif, stp;
	dec qty, quote_qty, price, stop_price, iceberg_qty;
	int64_t trailing_delta, strategy_id, strategy_type;
	char client_id[40];
};

/* What the filters look at beside the order. */
struct sim_holding {
	dec reference;            /* price; 0: none known */
	dec base;                 /* free + locked + open BUY orders */
	int64_t orders, algo_orders, iceberg_orders, lists; /* open ones of the account and pair */
};

/* The name of the first filter that refuses it; NULL: it passes. more: orders that come with it, itself included. */
const char *sim_filter(const struct sim_rules *r, const struct sim_ticket *t, const struct sim_holding *h, int64_t more);

/* The quantity down to what LOT_SIZE (and MARKET_LOT_SIZE) allow; 0: too little. */
dec sim_lot(const struct sim_rules *r, dec qty, bool market);

#endif
