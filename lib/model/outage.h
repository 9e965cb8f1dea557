#ifndef CT_MODEL_OUTAGE_H
#define CT_MODEL_OUTAGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

/* When the machine was off: no close from from_ms on, and before to_ms, was decided on. */
struct outage {
	int64_t from_ms, to_ms;
};

#define OUTAGES_MAX 18
#define OUTAGES_TEXT 512 /* that many fit: "FROM/TO,..." in ms UTC; "": none */

/* Adds one, given as FROM/TO, two times as people type them. ERR_USAGE: not two times in their order, or too many. */
enum err outages_add(char text[OUTAGES_TEXT], const char *one, struct error *e);
size_t outages_read(const char *text, struct outage out[OUTAGES_MAX]);

#endif
