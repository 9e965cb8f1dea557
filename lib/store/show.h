#ifndef CT_STORE_SHOW_H
#define CT_STORE_SHOW_H

#include "store/plan.h"
#include "store/select.h"

/*
 * The chosen records of one kind to stdout, from the database db, or where lake is not NULL from that lake. format: json
 * (NULL too), csv or table; another is ERR_USAGE. without: the query's symbols of which there was no candle, where candles
 * were asked for; may be NULL.
 */
enum err show_rows(const char *db, const char *lake, const struct kind *k, const struct store_query *q, const char *format, struct buf *without,
	struct error *e);

/* accounts_list and wanted_find on the database db, to stdout. */
enum err show_accounts(const char *db, const char *config_dir, const char *account, bool due, enum account_listing what, int64_t now_ms,
	struct error *e);
/*
 * What store_verify says of the query's series: a table of them and one of the findings (NULL too); json: finding and verified
 * records; csv: the series. Marks what is sound. ERR_DATA: something is not, as the table shows.
 */
enum err show_verify(const char *db, const struct store_query *q, const char *config_dir, const char *format, struct error *e);
/* The holes among it, as lines for ct-fetch candles -; also what the exchange answered before asked_before not to have. */
enum err show_repair(const char *db, const struct store_query *q, int64_t asked_before, const char *config_dir, struct error *e);
/* all: WANTED_ALL, of any market that was not typed. ERR_USAGE: nothing is chosen. */
enum err show_wanted(const char *db, const struct selection *chosen, bool all, int64_t asked_before, const char *config_dir, int64_t now_ms,
	struct error *e);

#endif
