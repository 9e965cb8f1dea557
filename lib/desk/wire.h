#ifndef CT_DESK_WIRE_H
#define CT_DESK_WIRE_H

#include "desk/desk.h"

/*
 * The way of an order, in rows. An order of a live account is recorded with its intent in one transaction (the ledger
 * sees to that), and each further step is committed before what it announces is done, or as soon as it is known:
 *
 *	approved -> intent -> sent -> acknowledged -> partly filled -> filled
 *	                 \         \-> unknown -> acknowledged, or absent (proven: it never reached the exchange)
 *	                  \-> not sent (the row is an intent again)     -> cancelled, expired, rejected
 *
 * All of these are for use inside a transaction of the ledger.
 */
enum err wire_intent(struct desk *d, const struct order *o, struct error *e);
enum err wire_get(struct desk *d, const char *id, struct wire *w, bool *found, struct error *e);
/* Writes *w and one more step of it; note may be "". */
enum err wire_step(struct desk *d, struct wire *w, const char *step, int64_t t_ms, const char *note, struct error *e);

/* Baselines: what of an asset is not ct's. Adding to one that is not there makes it. */
enum err baseline_get(struct desk *d, const char *asset, dec *qty, bool *found, struct error *e);
enum err baseline_add(struct desk *d, const char *asset, dec amount, int64_t t_ms, struct error *e);

#endif
