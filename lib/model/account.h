#ifndef CT_MODEL_ACCOUNT_H
#define CT_MODEL_ACCOUNT_H

#include "core/dec.h"
#include "core/field.h"
#include "model/market.h"

/* Cash of one asset at one time. */
struct balance {
	char account[NAME_SIZE];
	char asset[ASSET_SIZE];
	dec free, locked;
	int64_t t_ms;
};

#define BALANCE_FIELDS 5
extern const struct field balance_fields[BALANCE_FIELDS];

/* Money that came or went without a trade; returns are adjusted for it. */
struct transfer {
	char id[ID_SIZE];
	char account[NAME_SIZE], run[RUN_SIZE]; /* run "": booked by none */
	char asset[ASSET_SIZE];
	dec amount; /* > 0 in, < 0 out */
	int64_t t_ms;
	char why[WHY_SIZE];
};

#define TRANSFER_FIELDS 7
extern const struct field transfer_fields[TRANSFER_FIELDS];

/* The account's worth at the close of a bar. */
struct equity {
	char account[NAME_SIZE], run[RUN_SIZE];
	int64_t t_ms;
	dec equity;          /* cash + positions_value */
	dec cash;
	dec positions_value; /* at the last closes, dust included */
	dec peak;            /* highest equity so far, adjusted for transfers */
	dec realized_pnl;    /* cumulative, net */
	dec fees;            /* cumulative, in quote units */
	int64_t open_positions;
};

#define EQUITY_FIELDS 10
extern const struct field equity_fields[EQUITY_FIELDS];

enum event_level { EVENT_INFO, EVENT_WARN, EVENT_ALARM };

/* Something that happened and that a person may want to know. */
struct event {
	char id[ID_SIZE];
	char account[NAME_SIZE]; /* "": none */
	int level;
	char code[48];           /* "breaker.drawdown", "fetch.gap" … */
	char symbol[SYMBOL_SIZE];
	char message[WHY_SIZE];
	int64_t t_ms;
};

#define EVENT_FIELDS 7
extern const struct field event_fields[EVENT_FIELDS];

enum mode { MODE_PAPER, MODE_DEMO, MODE_TESTNET, MODE_LIVE, MODE_BACKTEST }; /* the last is no account's */
extern const char *const *const mode_names;

/* What produced the records that carry its id. */
struct run {
	char id[RUN_SIZE];
	char account[NAME_SIZE];
	int mode;
	int64_t started_at;     /* ms UTC; a backtest's first bar, so that its bytes do not depend on the clock */
	char params_json[16384]; /* strategies, risk and fees, as text */
	char version[32], commit_hash[48];
	int64_t first_ms, last_ms, bars; /* of the candles used; unknown in the first record of a run */
	char digest[72];                 /* SHA-256 of exactly those candles */
};

#define RUN_FIELDS 11
extern const struct field run_fields[RUN_FIELDS];

/* One computed number of a report. */
struct metric {
	char account[NAME_SIZE], run[RUN_SIZE];
	char scope[96]; /* "account", "strategy:NAME", "symbol:NAME", "month:2024-05" */
	char name[48];
	double value;   /* NaN: undefined, and why says it */
	char why[WHY_SIZE];
};

#define METRIC_FIELDS 6
extern const struct field metric_fields[METRIC_FIELDS];

#endif
