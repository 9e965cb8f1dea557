#ifndef CT_VENUE_BROKER_H
#define CT_VENUE_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dec.h"
#include "core/error.h"
#include "model/account.h"
#include "model/decision.h"
#include "model/symbol.h"

/*
 * One account at the exchange, with its key: everything that is signed goes through here. One broker is one account's
 * session of one thread; every call blocks until it knows its fate. What differs from market to market (paths, weights,
 * parameters, answers) is its table, struct broker_dialect; callers are the same for spot and futures.
 */
struct broker;

/*
 * What became of a request. This distinction is what the order path stands on; each call returns exactly one.
 *
 * FATE_DONE      The exchange said yes, and its answer is in *out.
 * FATE_REFUSED   The exchange looked at it and said no, with a code of its own (reply.refusal, reply.words). It did not
 *                happen, and the same again would be refused again.
 * FATE_NOT_SENT  It certainly did not happen, for a cause that lies outside the request: no connection, an untrusted one,
 *                the shared budget is used up, a rate limit or ban (429, 418, -1003, -1015), a firewall's 403, a stamp
 *                refused twice (-1021), our clock beyond its limit. It may be asked again, not before reply.again_ms.
 * FATE_UNKNOWN   It was sent, and may or may not have happened: no answer in time, a cut or garbled answer, any 5xx, 408,
 *                -1000, -1001, -1006, -1007, -1008, or an answer with status 200 that makes no sense (ERR_PROTOCOL; the
 *                message names the field). Nothing is in *out. What is true must be asked by client order id (broker_order), and a
 *                first "no such order" (REFUSED_NO_SUCH_ORDER) proves nothing: only one that stands for longer than
 *                broker_absence_ms() after the send does.
 *
 * A call that changes something (place, cancel, lists) is sent once. It is sent a second time in one case only:
 * its stamp was refused (-1021), which proves that it was not executed; then the clock is measured anew, and it is stamped
 * and signed again. Calls that only read are tried again, within the patience, and FATE_UNKNOWN then means: nothing learned.
 */
enum fate { FATE_DONE, FATE_REFUSED, FATE_NOT_SENT, FATE_UNKNOWN };

extern const char *const fate_names[]; /* "done", "refused", "not sent", "unknown" */

/* Refusals that the order path acts on; others are shown to people. */
enum {
	REFUSED_FILTER = -1013,          /* words name the filter */
	REFUSED_TOO_MANY_ORDERS = -1015, /* comes as FATE_NOT_SENT */
	REFUSED_STAMP = -1021,           /* comes as FATE_NOT_SENT */
	REFUSED_SIGNATURE = -1022,
	REFUSED_SYMBOL = -1121,
	REFUSED_ORDER = -2010,           /* the engine's, told apart by its words: see reply.reason */
	REFUSED_CANCEL = -2011,          /* no such open order: it is filled, cancelled, expired, or never was */
	REFUSED_NO_SUCH_ORDER = -2013,
	REFUSED_KEY_FORMAT = -2014,
	REFUSED_KEY = -2015,             /* key, address or permission */
	REFUSED_OTHER_ID = -2039,
};

/* What the engine's words under REFUSED_ORDER mean to the order path; REFUSAL_OTHER where they are none of these. */
enum refusal_reason {
	REFUSAL_OTHER,
	REFUSAL_BALANCE,        /* insufficient balance */
	REFUSAL_DUPLICATE,      /* an open order has this client order id: it was placed before */
	REFUSAL_WOULD_TRIGGER,  /* a stop on the wrong side of the market: exit now */
	REFUSAL_WOULD_TAKE,     /* a limit-maker that would match at once */
	REFUSAL_CLOSED,         /* the pair is not traded now */
	REFUSAL_NOT_PERMITTED,  /* account, key or pair may not trade */
};

#define REPLY_WORDS 200

struct reply {
	enum fate fate;
	int refusal;               /* the exchange's error code; 0: none */
	enum refusal_reason reason;
	char words[REPLY_WORDS];   /* its message, printable ASCII */
	long status;               /* HTTP; 0: no answer */
	int64_t sent_ms, received_ms; /* this machine's clock, ms UTC, of the last try; 0: never sent */
	int64_t again_ms;          /* FATE_NOT_SENT by a limit: not before this instant; else 0 */
	int tries;
	struct error error;        /* code OK for FATE_DONE; else for people: 69, 75, 76, 77, 65 (refused) */
};

struct broker_config {
	int market;           /* enum market */
	int mode;             /* MODE_DEMO, MODE_TESTNET or MODE_LIVE */
	const char *base_url; /* NULL or "": the mode's own address. Others: https, or http to loopback */
	const char *key;      /* where the key is: see keys.h */
	const char *config_dir; /* a relative key file is looked for there */
	int64_t timeout_ms;   /* of one request; 0: 12 s (the exchange gives up at 10 s) */
	int64_t patience_ms;  /* how long a call may wait for the budget, and a reading one try again; 0: 20 s */
	int64_t recv_window_ms; /* 1..60000; 0: 5000 */
	int64_t clock_limit_ms; /* 0: 1000 */
	/*
	 * TIME_NONE: this machine's clock. Else the instant that stands for it (--now, at a simulated exchange): the exchange's
	 * clock is then taken to stand still between measurements.
	 */
	int64_t now_ms;
	bool (*stopping)(void); /* asked while something blocks: true ends the wait; may be NULL. A request under way is waited for */
};

/*
 * Loads the key, forbids core dumps, opens the session; nothing is sent yet. ERR_CONFIG: the key cannot be had, or its file
 * is open to others; the address; a market without a dialect. ERR_USAGE as http_check_url.
 */
enum err broker_open(const struct broker_config *config, struct broker **b, struct error *e);
void broker_close(struct broker *b); /* the key is wiped; NULL is fine */
const char *broker_host(const struct broker *b); /* "api.binance.com", for messages */
bool broker_is_local(const struct broker *b);    /* the exchange is on this machine: a simulated one */
const char *broker_key_kind(const struct broker *b); /* "hmac" or "ed25519" */

/* ---- the clock ---- */

/*
 * Stamps are the exchange's time: measured against the monotonic clock, so that a jump of this machine's clock does not
 * move them. Measured on the first signed call, after ten minutes, when this machine's clock jumps, and on -1021.
 */
struct broker_clock {
	int64_t server_ms;     /* the exchange's time now */
	int64_t offset_ms;     /* that, less this machine's clock, now */
	int64_t round_trip_ms; /* of the measurement: it is exact to half of that */
	bool may_open;         /* |offset| within the limit. If not, broker_place and lists refuse what opens (FATE_NOT_SENT) */
};
/* Measures now if `fresh`, or if it never was. */
enum fate broker_clock(struct broker *b, bool fresh, struct broker_clock *clock, struct reply *r);

/* How long after the send of an order "no such order" must last before it proves absence: its window plus ten seconds. */
int64_t broker_absence_ms(const struct broker *b);

/* ---- orders ---- */

#define CLIENT_ID_SIZE 40 /* the exchange allows 36 characters: a-z A-Z 0-9 - _ */

enum venue_type {
	VENUE_MARKET, VENUE_LIMIT, VENUE_LIMIT_MAKER, VENUE_STOP_LOSS, VENUE_STOP_LOSS_LIMIT, VENUE_TAKE_PROFIT, VENUE_TAKE_PROFIT_LIMIT,
	VENUE_TYPE_OTHER, /* only in answers: an order of somebody else */
};
enum venue_tif { VENUE_TIF_NONE, VENUE_GTC, VENUE_IOC, VENUE_FOK, VENUE_TIF_OTHER };
enum venue_status {
	VENUE_NEW, VENUE_PENDING_NEW /* waits for the working order of its list */, VENUE_PARTIALLY_FILLED, VENUE_FILLED, VENUE_CANCELED,
	VENUE_PENDING_CANCEL, VENUE_REJECTED, VENUE_EXPIRED, VENUE_EXPIRED_IN_MATCH,
};

extern const char *const venue_type_names[], *const venue_tif_names[], *const venue_status_names[]; /* the exchange's words */

bool venue_status_is_open(int status);

/* Unused numbers are DEC_NONE. Which ones a type needs: MARKET qty or quote_qty; LIMIT tif, qty, price; … */
struct order_request {
	const char *symbol, *id; /* id: the client order id, recorded before */
	int side;                /* enum side */
	int type, tif;           /* a market order with a price collar is VENUE_LIMIT with VENUE_IOC */
	dec qty, quote_qty, price, stop_price;
	bool reduces;            /* lessens risk: may use the last fifth of the budgets, and goes whatever our clock says */
};

/* An order as the exchange tells it. */
struct venue_order {
	char symbol[SYMBOL_SIZE];
	char id[CLIENT_ID_SIZE];       /* client order id; of a cancelled one the order's own, not the cancel's */
	int64_t order_id, list_id;     /* list_id -1: in no list */
	int side, type, tif, status;
	dec qty, price, stop_price;    /* stop_price 0: none; price 0: at market */
	dec quote_qty;                 /* of an order sized by quote; else 0 */
	dec filled_qty, filled_quote;  /* filled_quote DEC_NONE: unknown (the exchange says so for some old orders) */
	int64_t created_ms, updated_ms, working_ms; /* TIME_NONE: not told; working_ms also: not on the book yet */
	char expiry_reason[48];        /* "" where there is none */
};

struct venue_fill {
	char symbol[SYMBOL_SIZE];
	int64_t trade_id, order_id, list_id;
	int side;
	dec qty, price, quote_qty, fee;
	char fee_asset[ASSET_SIZE];
	bool maker;
	int64_t t_ms;
};

/* The answer to a placement: the order, and the fills it brought at once (a full answer's; there may be later ones). */
struct placed {
	struct venue_order order;
	struct venue_fill *fills; /* maker false: they took; freed by placed_release */
	size_t fill_count;
};
void placed_release(struct placed *p);

enum fate broker_place(struct broker *b, const struct order_request *q, struct placed *out, struct reply *r);
/* The exchange checks it and does nothing. */
enum fate broker_test(struct broker *b, const struct order_request *q, struct reply *r);

/* By client order id. FATE_REFUSED with REFUSED_NO_SUCH_ORDER: see FATE_UNKNOWN. */
enum fate broker_order(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r);
/* All pairs where symbol is NULL (80 of weight; 6 for one). *rows is freed by the caller, here and below. */
enum fate broker_open_orders(struct broker *b, const char *symbol, struct venue_order **rows, size_t *n, struct reply *r);

/*
 * Cancels one order; an order of a list takes the whole list with it. Done: out is the order, status CANCELED, with what it
 * had filled. FATE_REFUSED with REFUSED_CANCEL: it is not open: ask for it.
 */
enum fate broker_cancel(struct broker *b, const char *symbol, const char *id, struct venue_order *out, struct reply *r);

/* ---- order lists ---- */

enum list_kind {
	LIST_OCO,   /* above and below: one filled or triggered ends the other */
	LIST_OPO,   /* working (a BUY), and below or above as soon as it has filled wholly, for what it brought after fees */
	LIST_OPOCO, /* working, and then above and below as an OCO */
};

struct leg_request {
	const char *id;    /* client order id; NULL: no such leg */
	int type, tif;     /* above a SELL: VENUE_LIMIT_MAKER (price); below: VENUE_STOP_LOSS (stop_price), sells at market */
	dec price, stop_price;
};

struct list_request {
	int kind;
	const char *symbol, *id;    /* id: the list's own client id */
	struct order_request working; /* LIST_OPO, LIST_OPOCO: VENUE_LIMIT or VENUE_LIMIT_MAKER; its symbol is not read */
	int side;                   /* of above and below */
	dec qty;                    /* LIST_OCO; the others take what the working order brings */
	struct leg_request above, below;
	bool reduces;
};

#define LIST_ORDERS_MAX 3

struct venue_list {
	char symbol[SYMBOL_SIZE];
	char id[CLIENT_ID_SIZE];
	int64_t list_id, t_ms;
	bool executing; /* false: all done, or rejected */
	bool rejected;
	struct venue_order orders[LIST_ORDERS_MAX];
	size_t order_count;
	bool full;      /* false: the orders have symbol, order_id and id alone */
};

enum fate broker_place_list(struct broker *b, const struct list_request *q, struct venue_list *out, struct reply *r);
enum fate broker_cancel_list(struct broker *b, const char *symbol, const char *id, struct venue_list *out, struct reply *r);

/* ---- account and market ---- */

struct venue_balance {
	char asset[ASSET_SIZE];
	dec free, locked;
};

struct venue_account {
	int can_trade, can_withdraw, can_deposit; /* bool */
	char type[24];                            /* "SPOT" */
	int64_t uid, updated_ms;                  /* uid -1: not told */
	struct venue_balance *balances;           /* not zero; freed by venue_account_release */
	size_t balance_count;
};
void venue_account_release(struct venue_account *a);
enum fate broker_account(struct broker *b, struct venue_account *out, struct reply *r);

/* What the key may do: bool, -1 not told. */
struct venue_permissions {
	int ip_restrict, reading, spot_trading, withdrawals, internal_transfer, universal_transfer, margin, futures, options;
	int64_t created_ms;
};
/* Only at the live exchange: elsewhere FATE_REFUSED or FATE_UNKNOWN with a status of 404. */
enum fate broker_permissions(struct broker *b, struct venue_permissions *out, struct reply *r);

/* As venue_symbols; also learns the exchange's limits of weight and orders. */
enum fate broker_symbols(struct broker *b, char (*names)[SYMBOL_SIZE], size_t count, struct symbol **rows, size_t *n, struct reply *r);

#define BROKER_PAGE_MAX 1000

/* An order's fills, oldest first, at most BROKER_PAGE_MAX. */
enum fate broker_order_fills(struct broker *b, const char *symbol, int64_t order_id, struct venue_fill **rows, size_t *n, struct reply *r);

/* Rates as fractions: 0.001 is 10 basis points. A fill pays (maker or taker) + (buyer or seller), summed over the three. */
struct venue_rates {
	dec maker, taker, buyer, seller;
};
struct venue_commission {
	struct venue_rates standard, special, tax;
	int discount_account, discount_symbol; /* bool: fees are paid in discount_asset at a discount */
	char discount_asset[ASSET_SIZE];
	dec discount;
};
enum fate broker_commission(struct broker *b, const char *symbol, struct venue_commission *out, struct reply *r);

/* Best prices now; 0: that side is empty. */
struct venue_quote {
	dec bid, ask;
};
enum fate broker_quote(struct broker *b, const char *symbol, struct venue_quote *out, struct reply *r);

struct broker_counts {
	long requests, retries;
	int64_t weight;      /* charged */
	int64_t ours_ns;     /* from a call to its request being handed to the connection: budget, building, signing; without waiting */
	int64_t wire_ns;     /* from there to the answer */
};
const struct broker_counts *broker_counts(const struct broker *b);

#endif
