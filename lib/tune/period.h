#ifndef CT_TUNE_PERIOD_H
#define CT_TUNE_PERIOD_H

#include "core/buf.h"
#include "core/digest.h"
#include "core/error.h"
#include "model/account.h"

/* What a backtest depends on besides accounts, strategies and risk: the `extra` of its run's parameters. */
struct period {
	int64_t since_ms, until_ms; /* TIME_NONE: from the first bar, to the last */
	char capital[DEC_TEXT];     /* as given on the command line; "": the account's */
	char pair[SYMBOL_SIZE];     /* the only one that was traded; "": all of the account's */
	char signals[DIGEST_HEX];   /* SHA-256 of the lines that said what strategies want; "": the strategies did */
	char outages[512];          /* "FROM/TO,…" in ms UTC; "": none */
};

/* When the machine was off: no close from from_ms on, and before to_ms, was decided on. */
struct outage {
	int64_t from_ms, to_ms;
};

#define OUTAGES_MAX 18 /* that many fit into the text */

/* Adds one, given as FROM/TO. ERR_USAGE: not two times in their order, or too many. */
enum err period_add_outage(struct period *p, const char *text, struct error *e);
size_t period_outages(const struct period *p, struct outage out[OUTAGES_MAX]);

void period_write(const struct period *p, struct buf *b);
/* From a recorded run. ERR_DATA: params_json has none. */
enum err period_read(const struct run *run, struct period *p, struct error *e);

#endif
