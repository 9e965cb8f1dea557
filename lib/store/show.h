#ifndef CT_STORE_SHOW_H
#define CT_STORE_SHOW_H

#include "store/plan.h"

/*
 * The chosen records of one kind to stdout, from the database db, or where lake is not NULL from that lake. format: json
 * (NULL too), csv or table; another is ERR_USAGE.
 */
enum err show_rows(const char *db, const char *lake, const struct kind *k, const struct store_query *q, const char *format, struct error *e);

/* accounts_list and wanted_find on the database db, to stdout. */
enum err show_accounts(const char *db, const char *config_dir, const char *account, bool due, enum account_listing what, int64_t now_ms,
	struct error *e);
enum err show_wanted(const char *db, const struct store_query *q, enum wanted_of of, const char *config_dir, int64_t now_ms, struct error *e);

#endif
