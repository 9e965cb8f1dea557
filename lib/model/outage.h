#ifndef CT_MODEL_OUTAGE_H
#define CT_MODEL_OUTAGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "model/market.h"

/*
 * When the machine was off: no close from from_ms on, and before to_ms, was decided on. With a symbol: that pair's candles
 * that closed then were late, and came at to_ms.
 */
struct outage {
	int64_t from_ms, to_ms;
	char symbol[SYMBOL_SIZE]; /* "": the machine */
};

#define OUTAGES_MAX 18
#define OUTAGES_TEXT 1152 /* that many fit: "FROM/TO,FROM/TO/SYMBOL,..." in ms UTC; "": none */

/*
 * Adds one, given as FROM/TO or FROM/TO/SYMBOL, two times as people type them. ERR_USAGE: not two times in their order, no name
 * of a pair, or too many.
 */
enum err outages_add(char text[OUTAGES_TEXT], const char *one, struct error *e);
size_t outages_read(const char *text, struct outage out[OUTAGES_MAX]);

#endif
