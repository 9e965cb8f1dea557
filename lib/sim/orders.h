#ifndef CT_SIM_ORDERS_H
#define CT_SIM_ORDERS_H

#include "model/decision.h"
#include "sim/accounts.h"

/* What the accounts have at the exchange: orders, order lists, trades, and every change of a balance. */

enum sim_type {
	SIM_LIMIT, SIM_MARKET, SIM_LIMIT_MAKER, SIM_STOP_LOSS, SIM_STOP_LOSS_LIMIT, SIM_TAKE_PROFIT, SIM_TAKE_PROFIT_LIMIT
};
enum sim_tif { SIM_GTC, SIM_IOC, SIM_FOK };
enum sim_status {
	SIM_NEW, SIM_PENDING_NEW, SIM_PARTIALLY_FILLED, SIM_FILLED, SIM_CANCELED, SIM_REJECTED, SIM_EXPIRED, SIM_EXPIRED_IN_MATCH
};
enum sim_stp { SIM_STP_NONE, SIM_EXPIRE_TAKER, SIM_EXPIRE_MAKER, SIM_EXPIRE_BOTH, SIM_DECREMENT, SIM_TRANSFER };
enum sim_expiry {
	SIM_EXPIRY_NONE, SIM_EXPIRY_REJECTED, SIM_EXPIRY_OCO_TRIGGER, SIM_EXPIRY_OTO_PHASE_ONE, SIM_EXPIRY_IOC, SIM_EXPIRY_FOK, SIM_EXPIRY_LIQUIDITY
};
enum sim_contingency { SIM_OCO, SIM_OTO };
enum sim_list_status { SIM_LIST_EXEC_STARTED, SIM_LIST_ALL_DONE };
enum sim_change_kind { SIM_CHANGE_TRADE, SIM_CHANGE_COMMISSION, SIM_CHANGE_DEPOSIT, SIM_CHANGE_WITHDRAW };

extern const char *const sim_side_names[], *const sim_type_names[], *const sim_tif_names[], *const sim_status_names[], *const sim_stp_names[],
	*const sim_expiry_names[], *const sim_contingency_names[], *const sim_list_status_names[], *const sim_change_names[];

struct sim_order {
	int64_t id, list_id; /* -1: in no list */
	char account[NAME_SIZE], symbol[SYMBOL_SIZE];
	char client_id[40];
	int side, type, tif, status, stp, expiry;
	dec price, qty, quote_qty, stop_price, iceberg_qty; /* as asked for; 0: not */
	dec filled_qty, filled_quote, prevented_qty;
	dec locked;          /* of what it pays with: quote for a BUY, base for a SELL */
	int64_t trailing_delta, strategy_id, strategy_type; /* INT_NONE: none */
	int64_t trailing_ms; /* since when the stop trails; TIME_NONE: not yet */
	dec extreme;         /* best price since then */
	int triggered;       /* bool: its stop price was reached */
	int64_t amends;      /* how often its quantity was reduced */
	int64_t time_ms, update_ms, working_ms; /* working_ms -1: not on the book yet */
	size_t owner;        /* index of the account; not recorded */
};

#define SIM_ORDER_FIELDS 30
extern const struct field sim_order_fields[SIM_ORDER_FIELDS];

/* An OCO pair, a working order with one or two that it brings (OTO), or both. */
struct sim_list {
	int64_t id;
	char account[NAME_SIZE], symbol[SYMBOL_SIZE];
	char client_id[40];
	int contingency, status;
	int pays;             /* bool: what the working order brings is the quantity of the others (OPO) */
	dec received;         /* of it, so far: locked until the others are placed */
	int64_t working;      /* order ids; 0: there is none */
	int64_t stop, profit; /* the one or two that are pending, or the OCO pair */
	int64_t time_ms, update_ms;
};

#define SIM_LIST_FIELDS 13
extern const struct field sim_list_fields[SIM_LIST_FIELDS];

struct sim_trade {
	int64_t id, order_id, list_id;
	char account[NAME_SIZE], symbol[SYMBOL_SIZE];
	dec price, qty, quote_qty, commission;
	char commission_asset[ASSET_SIZE];
	int64_t time_ms;
	int buyer, maker; /* bool */
};

#define SIM_TRADE_FIELDS 13
extern const struct field sim_trade_fields[SIM_TRADE_FIELDS];

/* A change of free + locked. */
struct sim_change {
	int64_t id;
	char account[NAME_SIZE], asset[ASSET_SIZE];
	dec amount;
	int kind;
	int64_t ref; /* the trade, or 0 */
	int64_t time_ms;
};

#define SIM_CHANGE_FIELDS 7
extern const struct field sim_change_fields[SIM_CHANGE_FIELDS];

/* Ids count from 1; a row's index is its id - 1. Pointers are valid until the next row is added. */
struct sim_orders {
	struct sim_order *orders;
	struct sim_list *lists;
	struct sim_trade *trades;
	struct sim_change *changes;
	size_t *open; /* indices of orders that may still do something, ascending */
	size_t order_count, order_cap, list_count, list_cap, trade_count, trade_cap, change_count, change_cap, open_count, open_cap;
};

void sim_orders_release(struct sim_orders *s);

/* A copy is added and given the next id. NULL: no memory. An open order is added to the open ones. */
struct sim_order *sim_orders_add(struct sim_orders *s, const struct sim_order *o);
struct sim_list *sim_lists_add(struct sim_orders *s, const struct sim_list *l);
struct sim_trade *sim_trades_add(struct sim_orders *s, const struct sim_trade *t);
bool sim_changes_add(struct sim_orders *s, const struct sim_change *c);

bool sim_order_is_open(const struct sim_order *o);
/* On the book, so that it can be filled: not pending, and not waiting for its stop price. */
bool sim_order_rests(const struct sim_order *o);
bool sim_order_is_conditional(const struct sim_order *o); /* by its type */
dec sim_order_left(const struct sim_order *o);
/* It leaves the open ones; the caller has set its status. */
void sim_orders_close(struct sim_orders *s, const struct sim_order *o);

/* By id (0: none); NULL: none. */
struct sim_order *sim_order_of(const struct sim_orders *s, int64_t id);
struct sim_list *sim_list_of(const struct sim_orders *s, int64_t id);
/* An account's newest order of that name for the symbol, or its open one. NULL: none. */
struct sim_order *sim_order_named(const struct sim_orders *s, size_t owner, const char *symbol, const char *client_id, bool open);
struct sim_list *sim_list_named(const struct sim_orders *s, const char *account, const char *symbol, const char *client_id, bool open);

#endif
