#include <stdlib.h>
#include <string.h>

#include "venue/spot_calls.h"
#include "venue/spot_read.h"
#include "venue/venue.h"

static const struct route account_route = { HTTP_GET, "/api/v3/account", 20, 0, true, false };
static const struct route permissions_route = { HTTP_GET, "/sapi/v1/account/apiRestrictions", 1, 0, true, false };
static const struct route order_fills_route = { HTTP_GET, "/api/v3/myTrades", 5, 0, true, false };
static const struct route commission_route = { HTTP_GET, "/api/v3/account/commission", 20, 0, true, false };
static const struct route quote_route = { HTTP_GET, "/api/v3/ticker/bookTicker", 2, 0, false, false };

enum fate spot_account(struct broker *b, struct venue_account *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	*out = (struct venue_account){ 0 };
	query_start(b);
	query_text(b, "omitZeroBalances", "true");
	fate = broker_carry(b, &account_route, true, r);
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_account(answer_text(b), b->answer.len, out, &e), &e, r);
}

enum fate spot_permissions(struct broker *b, struct venue_permissions *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	query_start(b);
	fate = broker_carry(b, &permissions_route, false, r);
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_permissions(answer_text(b), b->answer.len, out, &e), &e, r);
}

enum fate spot_order_fills(struct broker *b, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	*rows = NULL;
	*n = 0;
	query_start(b);
	query_text(b, "symbol", symbol);
	query_int(b, "orderId", order_id);
	query_int(b, "limit", BROKER_PAGE_MAX);
	fate = broker_carry(b, &order_fills_route, true, r);
	return fate != FATE_DONE ? fate
				 : broker_read(b, spot_read_fills(answer_text(b), b->answer.len, symbol, order_id, rows, n, &e), &e, r);
}

enum fate spot_commission(struct broker *b, const char *symbol, struct venue_commission *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	query_start(b);
	query_text(b, "symbol", symbol);
	fate = broker_carry(b, &commission_route, false, r);
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_commission(answer_text(b), b->answer.len, symbol, out, &e), &e, r);
}

enum fate spot_quote(struct broker *b, const char *symbol, struct venue_quote *out, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	query_start(b);
	query_text(b, "symbol", symbol);
	fate = broker_carry(b, &quote_route, true, r);
	return fate != FATE_DONE ? fate : broker_read(b, spot_read_quote(answer_text(b), b->answer.len, symbol, out, &e), &e, r);
}

/* The public question, asked at the account's own address. */
static enum fate ask_symbols(struct broker *b, char (*names)[SYMBOL_SIZE], size_t count, struct reply *r)
{
	char path[CALL_PATH_SIZE];
	struct route route = { HTTP_GET, path, binance_spot.symbols_weight, 0, false, false };

	binance_spot.symbols_path(names, count, path);
	query_start(b);
	return broker_carry(b, &route, false, r);
}

static enum err read_symbols(struct broker *b, struct symbol **rows, size_t *n, struct error *e)
{
	struct http_count orders[HTTP_COUNTS];
	int64_t weight = 0;
	size_t count = 0;
	enum err rc = binance_spot.symbols_read(&binance_spot, answer_text(b), b->answer.len, rows, n, &weight, e);

	if (!rc)
		rc = spot_read_order_limits(answer_text(b), b->answer.len, orders, &count, e);
	if (!rc)
		broker_learn_limits(b, weight, orders, count);
	return rc;
}

/* As venue_symbols: one unknown name spoils a question about several, then all pairs are asked for. */
enum fate spot_symbols(struct broker *b, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct reply *r)
{
	struct error e = { 0 };
	enum fate fate;

	*rows = NULL;
	*n = 0;
	fate = ask_symbols(b, names, count > binance_spot.symbols_most ? 0 : count, r);
	if (fate == FATE_REFUSED && r->refusal == binance_spot.unknown_symbol && count > 1)
		fate = ask_symbols(b, NULL, 0, r);
	else if (fate == FATE_REFUSED && r->refusal == binance_spot.unknown_symbol) {
		r->error = (struct error){ 0 };
		return r->fate = FATE_DONE;
	}
	if (fate == FATE_DONE)
		fate = broker_read(b, read_symbols(b, rows, n, &e), &e, r);
	*n = symbols_keep(*rows, *n, names, count);
	return fate;
}
