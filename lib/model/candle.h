#ifndef CT_MODEL_CANDLE_H
#define CT_MODEL_CANDLE_H

#include "core/buf.h"
#include "core/dec.h"
#include "core/error.h"
#include "core/field.h"
#include "model/interval.h"
#include "model/market.h"

/* One bar of a series, without the series' name. Prices in quote units, volumes in base and quote units. */
struct bar {
	dec quote_volume, taker_buy_volume, taker_buy_quote_volume; /* the last two may be DEC_NONE */
	/* What a walk looks at: one line of the cache, in the large blocks of malloc, which begin 16 bytes behind one. */
	dec volume;
	int64_t open_time, close_time; /* ms UTC; close_time is the last millisecond of the bar */
	dec64 open, high, low, close;
	int64_t trades; /* may be INT_NONE */
};

struct candle {
	int market;   /* enum market */
	int interval; /* enum interval */
	char symbol[SYMBOL_SIZE];
	struct bar bar;
};

#define CANDLE_FIELDS 14
extern const struct field candle_fields[CANDLE_FIELDS];

/*
 * A canonical candle line: the fixed key order of candle_write (model/record.h), further keys may follow. Some ten times faster
 * than the JSON parser. False: it has another shape, or something is wrong with it, which the parser tells.
 */
bool candle_read_canonical(const char *line, size_t len, struct candle *out);

/*
 * Of a row of the exchange: a bar's end is its last millisecond, but a few of the oldest bars say the first of the next bar.
 * Such an end is put back by that millisecond; any other stays for candle_check to judge.
 */
void candle_settle_end(struct candle *c);

/*
 * What makes a bar possible: a pair's name, times on the grid and in order, prices > 0, low <= open, close <= high, volumes and
 * trades >= 0, taker <= total. An end before the last millisecond is possible: the exchange has such bars around its
 * outages. ERR_DATA names the field.
 */
enum err candle_check(const struct candle *c, struct error *e);

#endif
