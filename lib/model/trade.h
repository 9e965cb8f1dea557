#ifndef CT_MODEL_TRADE_H
#define CT_MODEL_TRADE_H

#include "core/dec.h"
#include "core/field.h"
#include "model/order.h"

/* One fill. */
struct trade {
	char id[ID_SIZE];
	char order[ID_SIZE], decision[ID_SIZE];
	char account[NAME_SIZE], run[RUN_SIZE], strategy[NAME_SIZE];
	int market;
	char symbol[SYMBOL_SIZE];
	int side, reason;
	dec qty, price, quote_qty; /* quote_qty = qty × price, before the fee */
	dec fee;                   /* in fee_asset */
	char fee_asset[ASSET_SIZE];
	dec fee_quote;             /* the same in quote units */
	int maker;                 /* bool */
	dec realized_pnl;          /* net of the fees of both sides; DEC_NONE for a fill that opens */
	int64_t t_ms;              /* the bar's open for a fill at the open, its close for one inside */
};

#define TRADE_FIELDS 19
extern const struct field trade_fields[TRADE_FIELDS];

#endif
