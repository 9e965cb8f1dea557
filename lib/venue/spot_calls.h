#ifndef CT_VENUE_SPOT_CALLS_H
#define CT_VENUE_SPOT_CALLS_H

#include "venue/broker_dialect.h"

/* Binance spot's calls about the account and its pairs; broker_spot.c has those about orders, and the table. */
enum fate spot_account(struct broker *b, struct venue_account *out, struct reply *r);
enum fate spot_permissions(struct broker *b, struct venue_permissions *out, struct reply *r);
enum fate spot_symbols(struct broker *b, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct reply *r);
enum fate spot_order_fills(struct broker *b, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct reply *r);
enum fate spot_commission(struct broker *b, const char *symbol, struct venue_commission *out, struct reply *r);
enum fate spot_quote(struct broker *b, const char *symbol, struct venue_quote *out, struct reply *r);

/* The lists. */
enum fate spot_place_list(struct broker *b, const struct list_request *q, struct venue_list *out, struct reply *r);
enum fate spot_cancel_list(struct broker *b, const char *symbol, const char *id, struct venue_list *out, struct reply *r);

/* The last answer, never NULL. */
static inline const char *answer_text(const struct broker *b)
{
	return b->answer.data ? b->answer.data : "";
}

#endif
