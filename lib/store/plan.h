#ifndef CT_STORE_PLAN_H
#define CT_STORE_PLAN_H

#include "model/config.h"
#include "model/wanted.h"
#include "store/store.h"

/* What is to be done next, as far as the database knows it: which accounts are due, which candles are missing. */

/*
 * The accounts of accounts.json (name: only that one) as lines `{"kind":"account","v":1,…}`, names, or of each strategy
 * NAME<tab>FILE<tab>INTERVAL<tab>NEWEST: the bars it reads, and the close of the newest that is over. An account is due when a bar since its anchor has closed and is not booked; only_due: only those.
 */
enum account_listing { LIST_RECORDS, LIST_NAMES, LIST_STRATEGIES };
enum err accounts_list(struct store *s, const char *config_dir, const char *name, bool only_due, enum account_listing what, int64_t now_ms,
	struct buf *b, struct error *e);

struct wanted_list {
	struct wanted *rows;
	size_t count, cap;
};

void wanted_release(struct wanted_list *l);

/* One series; where it is in the list already, the earlier `since` holds. TIME_NONE: unknown. */
enum err wanted_add(struct wanted_list *l, int market, int interval, const char *symbol, int64_t since, struct error *e);
/*
 * All of an account from its anchor: its pairs, those with an open position or order, and the one that prices BNB when
 * its fees are paid in that.
 */
enum err wanted_add_account(struct wanted_list *l, struct store *s, const struct account *a, struct error *e);
/* The same for the account of this name, or for all of accounts.json in config_dir (NULL). */
enum err wanted_add_accounts(struct wanted_list *l, struct store *s, const char *config_dir, const char *name, struct error *e);
/*
 * Moves every `since` behind the newest stored candle and drops what is up to date at now_ms. ERR_USAGE: nothing is stored
 * of a series, and its since is unknown.
 */
enum err wanted_resolve(struct wanted_list *l, struct store *s, int64_t now_ms, struct error *e);

/*
 * All of it: lines for the query's symbols (its market, interval and since) and, with accounts, for its account or all
 * of accounts.json; the query's since holds instead of the anchors.
 */
enum err wanted_find(struct store *s, const struct store_query *q, bool accounts, const char *config_dir, int64_t now_ms, struct buf *b,
	struct error *e);

#endif
