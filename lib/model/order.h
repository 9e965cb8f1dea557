#ifndef CT_MODEL_ORDER_H
#define CT_MODEL_ORDER_H

#include "core/dec.h"
#include "core/field.h"
#include "model/decision.h"

enum leg { LEG_ENTRY, LEG_EXIT, LEG_STOP, LEG_TARGET };
/* Binance's words, and before them INTENT: recorded, not yet known to have been accepted. */
enum order_status { ORDER_INTENT, ORDER_NEW, ORDER_PARTIALLY_FILLED, ORDER_FILLED, ORDER_CANCELED, ORDER_EXPIRED, ORDER_REJECTED };

extern const char *const *const leg_names, *const *const order_status_names;

/* One order, on paper or at the exchange: one row for each (decision, leg, attempt). */
struct order {
	char id[ID_SIZE]; /* the client order id: a hash, see model/id.h */
	char decision[ID_SIZE];
	char account[NAME_SIZE], run[RUN_SIZE], strategy[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	int leg;
	int64_t attempt; /* 0, 1, …: a trailing move or a re-price is the next attempt of its leg */
	int side, type;
	dec qty, quote_qty; /* one of them for an entry; qty else */
	dec price;          /* limit price; DEC_NONE for market and stop */
	dec stop_price;
	dec worst_price;
	int status;
	dec filled_qty, filled_quote;
	int64_t expires_ms; /* it ends unfilled at the close of the bar that ends then; TIME_NONE: it stays */
	int64_t created_ms, updated_ms;
	char exchange_id[ID_SIZE];
	char why[WHY_SIZE];
};

#define ORDER_FIELDS 24
extern const struct field order_fields[ORDER_FIELDS];

bool order_is_open(const struct order *o);

#endif
