#ifndef CT_TUNE_PERIOD_H
#define CT_TUNE_PERIOD_H

#include "core/buf.h"
#include "core/digest.h"
#include "core/error.h"
#include "model/account.h"
#include "model/outage.h"

/* What a backtest depends on besides accounts, strategies and risk: the `extra` of its run's parameters. */
struct period {
	int64_t since_ms, until_ms; /* TIME_NONE: from the first bar, to the last */
	char capital[DEC_TEXT];     /* as given on the command line; "": the account's */
	char pair[SYMBOL_SIZE];     /* the only one that was traded; "": all of the account's */
	int detail;                 /* interval of the shorter bars that decide fills inside; -1: none */
	char signals[DIGEST_HEX];   /* SHA-256 of the lines that said what strategies want; "": the strategies did */
	char outages[OUTAGES_TEXT]; /* "FROM/TO,FROM/TO/SYMBOL,…" in ms UTC; "": none */
	char data[DIGEST_HEX];      /* SHA-256 of the candles and rules it was made from */
};

void period_write(const struct period *p, struct buf *b);
/* From a recorded run. ERR_DATA: params_json has none. */
enum err period_read(const struct run *run, struct period *p, struct error *e);

#endif
