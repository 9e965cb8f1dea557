#ifndef CT_STORE_PLAN_H
#define CT_STORE_PLAN_H

#include "model/config.h"
#include "store/store.h"

/* What is to be done next, as far as the database knows it: which accounts are due, which candles are missing. */

/*
 * The accounts of accounts.json (name: only that one) as lines `{"kind":"account","v":1,…}`, names, or of each strategy
 * NAME<tab>FILE<tab>INTERVAL<tab>NEWEST: the bars it reads, and the close of the newest that is over. An account is due when a bar since its
 * anchor has closed and is not booked; only_due: only those. LIST_TO_ASK: of the strategies those whose bar closed with the
 * account's newest, and those of which a pair was not heard at their newest close, though its candle is booked.
 */
enum account_listing { LIST_RECORDS, LIST_NAMES, LIST_STRATEGIES, LIST_TO_ASK };
enum err accounts_list(struct store *s, const char *config_dir, const char *name, bool only_due, enum account_listing what, int64_t now_ms,
	struct buf *b, struct error *e);

/* Calls back with the account of this name, or with all of accounts.json (NULL). */
typedef enum err account_callback(void *ctx, const struct account *a, struct error *e);
enum err accounts_each(const char *config_dir, const char *name, account_callback *callback, void *ctx, struct error *e);

/*
 * What the database lacks, as lines for ct-fetch candles -. Of the query's symbols (its market and interval); with
 * WANTED_ACCOUNT also the candles of its account, from its anchor on; with WANTED_ALL those of every account of accounts.json,
 * funding payments too, and all that follows what is stored, of the query's market and interval if it has them, but not
 * of pairs that are listed no more. What is stored already is not wanted, nor what follows it and the exchange answered not
 * to have, unless that was before asked_before; the query's since holds instead of the anchors. ERR_USAGE: nothing is stored
 * of a series, and its since is unknown.
 */
enum wanted_of { WANTED_SYMBOLS, WANTED_ACCOUNT, WANTED_ALL };
enum err wanted_find(struct store *s, const struct store_query *q, enum wanted_of of, int64_t asked_before, const char *config_dir, int64_t now_ms,
	struct buf *b, struct error *e);

#endif
