#ifndef CT_MODEL_HALT_H
#define CT_MODEL_HALT_H

#include "core/buf.h"
#include "core/error.h"
#include "core/field.h"
#include "model/market.h"

/*
 * What is known of the exchange's own data, a list that is shipped as outages/binance.json: when it was closed, so that no
 * candle is missing, and where its candles of different lengths disagree.
 */
enum halt_what { HALT_CLOSED, HALT_DIFFERS };

struct halt {
	int market;
	char symbol[SYMBOL_SIZE]; /* "": every pair */
	int64_t from, until;      /* ms UTC; closed: all bars of an hour that open in [from, until) are missing */
	int what;
	char why[128];
};

#define HALT_FIELDS 6
extern const struct field halt_fields[HALT_FIELDS];

struct halts {
	struct halt *rows;
	size_t count;
};

/* The list, from the folder `outages` of the configuration, or as it is shipped. ERR_CONFIG, ERR_DATA with file, key and value. */
enum err halts_load(const char *config_dir, struct halts *h, struct error *e);
void halts_release(struct halts *h);
void halts_schema(struct buf *b); /* its JSON Schema */

/*
 * Whether all that is missing in [from, until) is so because the exchange was closed: it lies inside one outage, or reaches
 * at most an hour beyond, since the list is to the hour. NULL: no.
 */
const struct halt *halt_explains(const struct halts *h, int market, const char *symbol, int64_t from, int64_t until);
/* An outage that all of [from, until) lies in, in which nothing can have been traded. */
const struct halt *halt_holds(const struct halts *h, int market, const char *symbol, int64_t from, int64_t until);
/* Where the exchange's own bars of two lengths disagree, if that overlaps [from, until). */
const struct halt *halt_differs(const struct halts *h, int market, const char *symbol, int64_t from, int64_t until);

#endif
