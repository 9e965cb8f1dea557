#ifndef CT_RISK_CONFIG_H
#define CT_RISK_CONFIG_H

#include "core/buf.h"
#include "core/dec.h"
#include "core/error.h"
#include "core/field.h"

enum sizing {
	SIZE_QUOTE,      /* a fixed amount of quote currency */
	SIZE_EQUITY_PCT, /* percent of equity */
	SIZE_RISK_PCT,   /* so that the stop costs this percent of equity */
};

enum breaker_action { BREAKER_BLOCK, BREAKER_FLATTEN };

/* A risk file. A limit that is unknown (null, or not given) is no limit. */
struct risk_config {
	int sizing;
	dec size;               /* quote units, or percent */
	dec max_pair_quote;     /* most in one pair, at cost, quote units */
	dec max_exposure_pct;   /* most in all positions and approvals, percent of equity */
	dec max_total_quote;    /* most in those of all accounts of the database together, quote units */
	int64_t max_positions;
	dec daily_loss_pct;     /* breaker: loss since 00:00 UTC */
	dec drawdown_pct;       /* breaker: fall from the highest equity */
	int breaker_action;
	dec collar_bps;         /* no entry fill further than this above the price it was decided on */
	int64_t max_signal_age_s;
	int exchange_filters;   /* bool: obey the exchange's rules for orders */
};

#define RISK_FIELDS 12
extern const struct field risk_fields[RISK_FIELDS];

/* ERR_CONFIG with file, key, value and what was expected. */
enum err risk_load(const char *path, struct risk_config *r, struct error *e);
/* Every effective parameter, as a JSON object in table order. */
void risk_params(const struct risk_config *r, struct buf *b);
void risk_schema(struct buf *b);

#endif
