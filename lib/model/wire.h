#ifndef CT_MODEL_WIRE_H
#define CT_MODEL_WIRE_H

#include "core/dec.h"
#include "core/field.h"
#include "model/market.h"

/*
 * What of a live account outlives a step besides its book: how far each order has come on its way to the exchange, what
 * lay in the account before ct, and what nobody has explained. Rows of the database, not records.
 *
 * intent: recorded, certainly not sent. sent: on its way, or its answer was never read. unknown: asked for, and not found
 * yet. acked: the exchange has it. ended: nothing more will happen to it.
 */
enum wire_status { WIRE_INTENT, WIRE_SENT, WIRE_UNKNOWN, WIRE_ACKED, WIRE_ENDED };
extern const char *const *const wire_status_names;

struct wire {
	char account[NAME_SIZE];
	char id[ID_SIZE];      /* the order's: its client order id */
	char symbol[SYMBOL_SIZE];
	char list[ID_SIZE];    /* client id of the list that it was sent in; "": alone */
	int status;
	char sent_as[32];      /* the exchange's words: "LIMIT IOC" … */
	int64_t exchange_id;   /* INT_NONE: not known */
	int64_t intent_ms, sent_ms, acked_ms, unknown_ms, absent_ms, cancel_ms, ended_ms; /* TIME_NONE: never */
	int64_t asks;          /* how often it was not found */
	int64_t steps;         /* rows of wire_step */
	int64_t fills;         /* booked */
	int64_t last_trade;    /* the exchange's id of the last of them; -1: none */
};

#define WIRE_FIELDS 18
extern const struct field wire_fields[WIRE_FIELDS];

/* One step of an order, in order: never changed, never deleted. */
struct wire_step {
	char account[NAME_SIZE];
	char id[ID_SIZE];
	int64_t number; /* 1, 2, … */
	char step[24];
	int64_t t_ms;
	char note[WHY_SIZE];
};

#define WIRE_STEP_FIELDS 6
extern const struct field wire_step_fields[WIRE_STEP_FIELDS];

/* What of an asset is not ct's: it lay there before the first step, or came without a trade. Never sold. */
struct baseline {
	char account[NAME_SIZE];
	char asset[ASSET_SIZE];
	dec qty;
	int64_t t_ms; /* last changed */
};

#define BASELINE_FIELDS 4
extern const struct field baseline_fields[BASELINE_FIELDS];

enum block_status { BLOCK_OPEN, BLOCK_ADOPTED, BLOCK_IGNORED };

/* Something that sync could not explain: no entries of its pair until a person has settled it. */
struct block {
	char account[NAME_SIZE];
	char id[ID_SIZE];          /* hash of account, code and thing */
	char symbol[SYMBOL_SIZE];  /* "": every pair */
	char code[48];             /* "balance", "order", "protection" */
	char thing[ID_SIZE];       /* the asset, or the client order id */
	dec amount;                /* of a balance: what is there beyond the books; DEC_NONE: not about an amount */
	int status;
	int64_t t_ms;              /* first seen */
	char message[WHY_SIZE];
	int64_t settled_ms;
	char settled_as[24];       /* deposit, withdraw, convert, manual, ignore */
	char settled_why[WHY_SIZE];
};

#define BLOCK_FIELDS 12
extern const struct field block_fields[BLOCK_FIELDS];

/* One row a live account. */
struct live_state {
	char account[NAME_SIZE];
	int64_t uid;       /* the exchange's account; -1: not told */
	int64_t opened_ms; /* first sync */
	int64_t synced_ms; /* last complete one */
};

#define LIVE_STATE_FIELDS 4
extern const struct field live_state_fields[LIVE_STATE_FIELDS];

#endif
