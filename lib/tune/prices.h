#ifndef CT_TUNE_PRICES_H
#define CT_TUNE_PRICES_H

#include "core/dec.h"
#include "core/error.h"
#include "model/market.h"

/* Prices by the id of what expects them, decisions and orders: looked up for each fill. Starts from zero. */
struct prices {
	struct price_slot *slots;
	size_t count, cap; /* cap: a power of two */
};

/* The newest price of an id counts. ERR_INTERNAL: memory. */
enum err prices_put(struct prices *p, const char *id, dec price, struct error *e);
dec prices_get(const struct prices *p, const char *id); /* DEC_NONE: none */
void prices_release(struct prices *p);

#endif
