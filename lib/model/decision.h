#ifndef CT_MODEL_DECISION_H
#define CT_MODEL_DECISION_H

#include "core/dec.h"
#include "core/field.h"
#include "model/interval.h"
#include "model/market.h"

enum side { SIDE_BUY, SIDE_SELL };
enum order_type { ORDER_MARKET, ORDER_LIMIT, ORDER_STOP, ORDER_MAKER /* a limit that never takes, and is re-priced */ };
static inline bool order_type_is_limit(int type) { return type == ORDER_LIMIT || type == ORDER_MAKER; }
enum decision_class { CLASS_OPEN, CLASS_REDUCE };
/* Why it was made: an entry; an exit the strategy wants; or one that the book's exit plan or a person wants. */
enum reason { REASON_ENTRY, REASON_EXIT, REASON_STOP, REASON_TARGET, REASON_TRAIL, REASON_TIME, REASON_BREAKER, REASON_FLATTEN, REASON_DELISTED };
/*
 * refused ends at once. approved: room is reserved for it. working: claimed by exec, its order is out.
 * executed, expired, failed: how it ended.
 */
enum decision_status { DECISION_REFUSED, DECISION_APPROVED, DECISION_WORKING, DECISION_EXECUTED, DECISION_EXPIRED, DECISION_FAILED };

extern const char *const *const side_names, *const *const order_type_names, *const *const class_names, *const *const reason_names,
	*const *const decision_status_names;

/* A plan: what may be done about one signal, or why not. */
struct decision {
	char id[ID_SIZE];
	char account[NAME_SIZE], run[RUN_SIZE], strategy[NAME_SIZE];
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t signal_t_ms; /* of the signal; of the bar's close for an exit of the book's own */
	int64_t t_ms;        /* decided */
	int class, reason, side, type;
	dec qty;        /* base units; DEC_NONE: sized by quote_qty */
	dec quote_qty;  /* quote units to spend, fee included; DEC_NONE: sized by qty */
	dec price;      /* the price it was decided on */
	dec entry_price;/* limit or stop price; DEC_NONE for a market order */
	int64_t entry_bars; /* how long the order may rest, from the bar after the signal on; INT_NONE for a market order */
	dec worst_price;/* no fill beyond it; DEC_NONE: any price */
	dec stop_offset, target_offset, trail_offset;
	int64_t max_hold_bars;
	dec reserved;   /* quote units kept aside until it ends; 0 for a reduce */
	int64_t expires_ms;
	int status;
	char gate[32];  /* refused: which gate, its limit and the value that broke it */
	char gate_limit[48], gate_value[48];
	char why[WHY_SIZE];
};

#define DECISION_FIELDS 30
extern const struct field decision_fields[DECISION_FIELDS];

#endif
