#ifndef CT_TUNE_PRICES_H
#define CT_TUNE_PRICES_H

#include "core/dec.h"
#include "core/error.h"
#include "model/market.h"

/*
 * Prices by the id of what expects them, decisions and orders that are under way: looked up for each fill. Few at a time,
 * and asked for soon after they came. Starts from zero.
 */
struct prices {
	struct price_row *rows;
	size_t count, cap;
};

/* The newest price of an id counts. ERR_INTERNAL: memory. */
enum err prices_put(struct prices *p, const char *id, dec price, struct error *e);
void prices_drop(struct prices *p, const char *id); /* nothing if there is none */
dec prices_get(const struct prices *p, const char *id); /* DEC_NONE: none */
void prices_release(struct prices *p);

#endif
