#ifndef CT_BOOK_BOOK_H
#define CT_BOOK_BOOK_H

#include "core/error.h"
#include "model/config.h"
#include "model/order.h"
#include "model/position.h"
#include "model/state.h"
#include "model/terms.h"
#include "model/trade.h"

/*
 * One account's book in memory: cash, positions by (strategy, pair), open orders, and decisions in flight. Both
 * ledgers (memory, database) hold one; only the functions here change money.
 */
struct book_pair {
	int market;
	char symbol[SYMBOL_SIZE];
	struct symbol rules; /* those that hold; valid if has_rules */
	bool has_rules;
	bool ahead;          /* they were read later: their status was not known yet */
	const struct symbol *terms; /* every reading of them (model/terms.h), borrowed; NULL: the rules stay as they are */
	size_t term_count;
	bool dirty;          /* changed since the ledger last saved it */
	int64_t settled_ms;  /* end of the last booked bar (the next one's open time); TIME_NONE: none yet */
	dec mark;            /* its close */
	dec dust;            /* base units too small to sell */
	char blocked[48];    /* live: something about it that nobody has explained (struct block's code); "": nothing */
};

struct book_position {
	struct position p; /* p.qty > 0: closed positions leave the book */
	size_t pair;
};

struct book_order {
	struct order o; /* open, see order_is_open */
	size_t pair;
	int64_t active_ms; /* acts in bars that open at or after this */
};

struct book_plan {
	struct decision d; /* approved or working */
	size_t pair;
};

/* One purchase, as far as it is still held. Only where sales take certain coins: fifo and lifo. */
struct book_lot {
	size_t pair;
	char strategy[NAME_SIZE];
	char trade[ID_SIZE]; /* what bought it */
	dec qty, cost;       /* as in a position */
	int64_t t_ms;
};

struct book {
	struct account_state state;
	char quote[ASSET_SIZE];
	bool unsynced;       /* live: the exchange has not been asked since the last close */
	int method;          /* enum lot_method; set by the owner after book_init, stays over book_clear */
	dec elsewhere;       /* cost and reserves of other accounts, for a limit over all; DEC_NONE: not known. The ledger sets it */
	bool lots_changed;   /* since the ledger last saved them */
	int64_t rules_until_ms; /* from then on other rules may hold */
	struct book_pair *pairs;
	struct book_position *positions;
	struct book_order *orders;
	struct book_plan *plans;
	struct book_lot *lots; /* of every position, each's in the order of buying */
	size_t lot_count, lot_cap;
	size_t pair_count, pair_cap, position_count, position_cap, order_count, order_cap, plan_count, plan_cap;
};

/* An empty book with no cash. */
void book_init(struct book *b, const char *account, const char *quote);
void book_release(struct book *b);
/* Forgets everything but the account's name, currency and lot method; keeps the memory. */
void book_clear(struct book *b);

/* Index of a pair, added if it is new; *index is stable for the book's life. */
enum err book_pair(struct book *b, int market, const char *symbol, size_t *index, struct error *e);

/* All that is known of a pair's rules over time, oldest first; they count from the next book_rules_at on. */
void book_set_terms(struct book *b, size_t pair, const struct symbol *terms, size_t n);
/*
 * Sets every pair's rules as they held at the close t_ms; never backwards: a close that comes late has those of the newest.
 * INT64_MAX: the newest, for good. Cheap where nothing changes.
 */
void book_rules_at(struct book *b, int64_t t_ms);

/* Of an order's prices and quantities: multiples of it; 0: no rule, or none known. */
dec book_tick(const struct book_pair *p);
dec book_lot(const struct book_pair *p);
/* What an order to leave a position is for: whole lots; all of one that is less than a lot, for lots were finer when it was bought. */
dec book_sellable(const struct position *p, dec lot);

/* NULL: none. The pointers are valid until something is added or removed. */
struct book_position *book_position_of(struct book *b, const char *strategy, size_t pair);
struct book_order *book_order_of(struct book *b, const char *decision, enum leg leg);
struct book_plan *book_plan_of(struct book *b, const char *decision);
/* Whether anything of the pair is held, or in flight. */
bool book_concerns(const struct book *b, size_t pair);
/* What is in flight for a strategy and pair. */
struct book_plan *book_plan_for(struct book *b, const char *strategy, size_t pair, enum decision_class c);

enum err book_add_position(struct book *b, const struct position *p, size_t pair, struct book_position **out, struct error *e);
enum err book_add_order(struct book *b, const struct order *o, size_t pair, int64_t active_ms, struct error *e);
enum err book_add_plan(struct book *b, const struct decision *d, size_t pair, struct error *e);
/*
 * Rows that are made where they stay, for they are large: the caller fills p, o or d. A new position is counted at once; room for
 * an order or a plan by keep, which sets the rest of the row last asked for. Room that is not kept is none. NULL: out of memory.
 */
struct book_position *book_new_position(struct book *b, size_t pair, struct error *e);
struct book_order *book_order_room(struct book *b, struct error *e);
struct book_plan *book_plan_room(struct book *b, struct error *e);
void book_keep_order(struct book *b, size_t pair, int64_t active_ms);
void book_keep_plan(struct book *b, size_t pair);
enum err book_add_lot(struct book *b, const struct book_lot *l, struct error *e);
/* A position's lots go with it. */
void book_drop_position(struct book *b, struct book_position *p);
void book_drop_order(struct book *b, struct book_order *o);
void book_drop_plan(struct book *b, struct book_plan *p);

/* Cash kept aside for approvals that have not ended. */
dec book_reserved(const struct book *b, bool *bad);

/* How fees are charged; bnb_mark is the price of BNB in quote units, DEC_NONE where it is not known. */
struct fee_rule {
	enum fee_mode mode;
	dec bps;
	dec bnb_mark;
	bool reported; /* the exchange has charged: fee, fee_asset and fee_quote of the trade stand, mode and bps do not count */
};

/* Most that `budget` buys at `price`, fee included, in whole steps. */
dec book_qty_for_quote(dec budget, dec price, const struct fee_rule *fee, dec step, bool *bad);

/*
 * Books one fill, be it all of an order or a part. The caller has set everything of *t but quote_qty, fee, fee_asset,
 * fee_quote and realized_pnl, which are computed here (the three of the fee not where fee->reported).
 * book_buy: cash goes, the coins (less a fee taken in them) come to position p, at cost; a position may be built of any
 * number of purchases.
 * book_sell: of t->qty coins; what they had cost, by the book's lot method, is charged to the trade. The coins and the
 * cost that are left stay in the position.
 * book_sell_out: the same for the last sale of a position: its whole cost is charged; coins that are left over become dust.
 * ERR_DATA when an amount leaves the range of dec, or more is sold than held; the book is then unchanged.
 */
enum err book_buy(struct book *b, struct book_position *p, const struct fee_rule *fee, struct trade *t, struct error *e);
enum err book_sell(struct book *b, struct book_position *p, const struct fee_rule *fee, struct trade *t, struct error *e);
enum err book_sell_out(struct book *b, struct book_position *p, const struct fee_rule *fee, struct trade *t, struct error *e);
/* Coins leave a position without a sale. *cost: what they had cost, which goes with them. ERR_DATA: there are not so many. */
enum err book_take(struct book *b, struct book_position *p, dec qty, dec *cost, struct error *e);

/*
 * A position's lots (book/lots.c). With LOTS_AVERAGE there are none, and nothing happens. Else they add up to the
 * position's qty and cost after every one of the functions above.
 * book_lots_cost: what the next `qty` coins sold had cost, rounded up; *bad if there are not so many.
 * book_lots_mend: where they do not add up (the account's method was changed, or the position was corrected by hand),
 * one lot of all that is held takes their place.
 */
dec book_lots_cost(const struct book *b, const struct book_position *p, dec qty, bool *bad);
enum err book_lots_add(struct book *b, const struct book_position *p, const char *trade, dec qty, dec cost, int64_t t_ms, struct error *e);
void book_lots_take(struct book *b, const struct book_position *p, dec qty);
void book_lots_drop(struct book *b, const struct book_position *p, bool all);
enum err book_lots_mend(struct book *b, const struct book_position *p, struct error *e);

/* Stop and target prices from a decision's offsets and the fill price, on the tick; a stop at or below 0 is none. */
void book_set_exits(struct position *p, const struct decision *d, dec fill_price, dec tick);

/* What the positions and the dust are worth at the marks. */
dec book_value(const struct book *b, bool *bad);
/* The account's worth at the marks, into state.equity and state.peak. *value: book_value's part of it. */
enum err book_weigh(struct book *b, dec *value, struct error *e);
/* The same as a point: fills *q. */
enum err book_mark(struct book *b, const char *run, int64_t t_ms, struct equity *q, struct error *e);
/* p.mark and p.unrealized_pnl from its pair's mark. */
void book_mark_position(struct book *b, struct book_position *p, bool *bad);

/* Money that came (> 0) or went without a trade: cash, deposited, peak and the day's start move with it. */
enum err book_transfer(struct book *b, dec amount, struct error *e);

#endif
