#ifndef CT_SIM_EXCHANGE_H
#define CT_SIM_EXCHANGE_H

#include "fill/fill.h"
#include "sim/orders.h"
#include "sim/rules.h"

/*
 * The matching engine. Until a bar of the pair's shortest interval has closed, the market stands at its open: there a
 * taker is filled. When it has closed, its whole path happens at once to every order that was on the book by then, with
 * the worst outcome over all paths that fit (fill/fill.h). An order placed or cancelled while the bar runs counts as if at
 * its open. So the outcome depends on the requests and the clock, and on nothing else; and it is what paper trading says.
 * Private to lib/sim.
 */

/* A pair's progress: the last bar that happened, and what was taken of the bar that opens at open_time. */
struct sim_used {
	int64_t done_ms;
	int64_t open_time;
	dec filled;   /* of the bar's volume */
	dec depth[2]; /* of the book, by the taker's side */
};

struct sim_exchange {
	struct sim_accounts accounts;
	struct sim_orders orders;
	struct sim_market *market;
	const struct sim_info *info;
	struct sim_rules **rules; /* of the pairs that were asked for */
	size_t rules_count;
	struct sim_used *used;   /* by pair of the market */
	int64_t settled_ms;      /* bars that closed before it have happened */
	bool half;               /* a fault: takers get half of what they ask for */
};

/* Accounts from a file; their orders begin at clock_ms. The caller frees. Errors as of sim_accounts_load. */
enum err sim_exchange_new(const char *path, struct sim_market *market, const struct sim_info *info, int64_t clock_ms, struct sim_exchange **x,
	struct error *e);
void sim_exchange_free(struct sim_exchange *x);

/* The rules of a listed pair; valid as long as the exchange. */
enum err sim_exchange_rules(struct sim_exchange *x, const char *symbol, const struct sim_rules **r, struct error *e);

/* What the market offers at a moment. */
struct sim_quote {
	dec last, bid, ask;       /* 0: nobody has traded yet */
	const struct bar *bar;    /* that runs; NULL: none does, the market stands still */
	bool open;                /* takers find somebody: the running bar has volume */
	int64_t now_ms;
};

/* The bars that matching follows: the shortest there are. *count 0: there are none. */
enum err sim_bars_of(struct sim_exchange *x, int pair, int64_t now_ms, const struct bar **bars, size_t *count, struct error *e);
enum err sim_quote_now(struct sim_exchange *x, const struct sim_rules *r, int64_t now_ms, struct sim_quote *quote, struct error *e);
/* Volume-weighted over the rules' minutes where bars are that short; else the last price. 0: none. */
enum err sim_reference_price(struct sim_exchange *x, const struct sim_rules *r, int64_t now_ms, dec *price, struct error *e);
/* BNB in units of quote: the last close before the running bar. DEC_NONE: not known. */
enum err sim_bnb_price(struct sim_exchange *x, const char *quote, int64_t now_ms, dec *price, struct error *e);

/* ---- booking.c: money ---- */

bool sim_lock(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec amount); /* false: not enough free */
void sim_release(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec amount);
/* What is left of an order keeps locked what it still needs; the rest comes free. */
void sim_relock(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r);
dec sim_spendable(struct sim_exchange *x, size_t owner, const char *asset);
/* Money from or to outside: its amount is added to free. ERR_DATA: not enough. */
enum err sim_transfer(struct sim_exchange *x, struct sim_account *a, const char *asset, dec amount, int64_t now_ms, struct error *e);
/* What an order that rests at `price` keeps locked for qty. */
dec sim_needed(const struct sim_order *o, dec qty, dec price, bool *bad);

struct sim_fill {
	dec qty, price;
	bool maker;
	int64_t t_ms;
	dec bnb; /* price of BNB for the commission; DEC_NONE: not in BNB */
};

/* Books one fill: balances, commission, trade, the order's numbers. It must be affordable. */
enum err sim_book(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_fill *f, struct error *e);

/* A price made worse by the account's slippage, on the tick. */
dec sim_slipped(const struct sim_exchange *x, const struct sim_order *o, const struct sim_rules *r, dec price);

/* What there is left in a bar for an order of that side; DEC_MAX: enough. taker: at the book, else by the path. */
dec sim_liquidity(const struct sim_exchange *x, const struct sim_rules *r, const struct bar *b, int side, dec price, bool taker);
void sim_use_liquidity(struct sim_exchange *x, const struct sim_rules *r, const struct bar *b, int side, dec qty, bool taker);

/* ---- meet.c ---- */

/* Whether its stop price is already reached. */
bool sim_triggers(const struct sim_order *o, const struct sim_quote *quote);
/* Whether it would take at once: a limit that crosses. */
bool sim_crosses(const struct sim_exchange *x, const struct sim_order *o, const struct sim_quote *quote);
static inline bool sim_has_limit(const struct sim_order *o) { return o->price > 0 && o->type != SIM_MARKET; }
/* Whether `offered` is better for a taker than `price`, and within its limit. */
bool sim_offers_better(const struct sim_order *taker, dec offered, dec price);
/* The order of the other side that it meets before the market: the best price, and the oldest. NULL: none. */
struct sim_order *sim_best_resting(const struct sim_exchange *x, const struct sim_order *taker, const struct sim_quote *q);

/* ---- lists.c ---- */

/* An order ends: what is locked for it comes free, and its list is told. */
enum err sim_end(struct sim_exchange *x, struct sim_order *o, enum sim_status status, enum sim_expiry why, int64_t t_ms, struct error *e);
/* Ends with all of its list. */
enum err sim_cancel(struct sim_exchange *x, struct sim_order *o, int64_t t_ms, struct error *e);
/* Before a leg of an OCO pair is filled or triggered: the other one expires and leaves it the money. */
enum err sim_claim(struct sim_exchange *x, struct sim_order *o, int64_t t_ms, struct error *e);
/* The working order is filled: what was pending comes to the book (*awake), or expires. */
enum err sim_list_wake(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, const struct sim_quote *q, bool in_path, int64_t t_ms,
	bool *awake, struct error *e);
/* After a change of its order o: a list whose orders have all ended is done. */
void sim_list_close(struct sim_exchange *x, struct sim_list *l, const struct sim_rules *r, const struct sim_order *o, int64_t t_ms);

/* ---- selftrade.c ---- */

bool sim_kin(const struct sim_exchange *x, const struct sim_order *a, const struct sim_order *b); /* of one owner, or group */
enum err sim_prevent_self_trade(struct sim_exchange *x, struct sim_order *taker, struct sim_order *maker, const struct sim_rules *r, int64_t t_ms,
	struct error *e);

/* ---- match.c ---- */

/* An order that has just come to the book takes what it can; what becomes of the rest is its type's and timeInForce's. */
enum err sim_take(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, const struct sim_quote *quote, struct error *e);
/* One order, or the stop and the limit order of a pair (either may be NULL), through one bar's path. */
enum err sim_path(struct sim_exchange *x, struct sim_order *stop, struct sim_order *profit, const struct sim_rules *r, const struct bar *bar,
	enum fill_where where, struct error *e);

/* ---- settle.c ---- */

/* Everything that bars closed before now_ms do to the orders on the book. */
enum err sim_settle(struct sim_exchange *x, int64_t now_ms, struct error *e);

#endif
