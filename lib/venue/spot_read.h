#ifndef CT_VENUE_SPOT_READ_H
#define CT_VENUE_SPOT_READ_H

#include "core/field.h"
#include "venue/broker.h"
#include "venue/http.h"

/*
 * Binance spot's answers about an account. Each reads a whole answer and checks it against the question (the pair, the ids, the
 * quantity) and against itself (filled beyond the quantity, fills that do not add up). ERR_PROTOCOL with the field, and nothing is
 * left in out; rows are the caller's to free.
 */
enum err spot_read_one(const json_t *json, const char *path, struct venue_order *o, struct error *e); /* an order inside an answer */
enum err spot_read_placed(const char *text, size_t len, const struct order_request *q, struct placed *out, struct error *e);
enum err spot_read_order(const char *text, size_t len, const char *symbol, const char *id, struct venue_order *out, struct error *e);
enum err spot_read_orders(const char *text, size_t len, const char *symbol, struct venue_order **rows, size_t *n, struct error *e);
enum err spot_read_cancelled(const char *text, size_t len, const char *symbol, const char *id, struct venue_order *out, struct error *e);

/* id NULL: any. */
enum err spot_read_list(const char *text, size_t len, const char *symbol, const char *id, struct venue_list *out, struct error *e);

enum err spot_read_account(const char *text, size_t len, struct venue_account *out, struct error *e);
enum err spot_read_permissions(const char *text, size_t len, struct venue_permissions *out, struct error *e);
enum err spot_read_fills(const char *text, size_t len, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct error *e);
enum err spot_read_commission(const char *text, size_t len, const char *symbol, struct venue_commission *out, struct error *e);
enum err spot_read_quote(const char *text, size_t len, const char *symbol, struct venue_quote *out, struct error *e);
/* The order limits of exchangeInfo; rows has room for HTTP_COUNTS. */
enum err spot_read_order_limits(const char *text, size_t len, struct http_count *rows, size_t *n, struct error *e);

#endif
