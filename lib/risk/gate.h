#ifndef CT_RISK_GATE_H
#define CT_RISK_GATE_H

#include "book/book.h"
#include "model/signal.h"
#include "risk/config.h"

/* What a gate may look at. Nothing in it is changed. */
struct risk_view {
	const struct risk_config *config;
	const struct account *account;
	struct book *book;
	size_t pair;
	const struct signal *signal;
	const struct decision *decision; /* the candidate; for a breaker's watch NULL */
	int64_t now_ms;
};

/* The fee a taker (or a maker) pays on this account, with BNB's mark where it is known. */
struct fee_rule risk_fee(const struct account *a, const struct book *b, bool maker);

/* Why a gate refused: its limit and the value that broke it, as text. */
struct refusal {
	char limit[48], value[48];
	char why[WHY_SIZE];
};

/*
 * A gate passes (true) or refuses. Missing or absurd input refuses: a gate that opens risk fails closed. Gates are
 * asked in table order, and the first refusal stands.
 */
struct gate {
	const char *name;
	const char *doc;
	bool entries;  /* asked of what opens risk */
	bool reduces;  /* asked of what only reduces it */
	bool breaker;  /* watched at every close, and latched when it refuses */
	bool (*pass)(const struct risk_view *v, struct refusal *r);
};

extern const struct gate gates[]; /* ends with a NULL name */

/* Asks every gate of the decision's class; NULL: all passed. */
const struct gate *gates_ask(const struct risk_view *v, struct refusal *r);

#endif
