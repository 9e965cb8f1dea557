#ifndef CT_STORE_SELECT_H
#define CT_STORE_SELECT_H

#include "store/store.h"

/* What a person typed to choose records, and the query it means. Start from zero, fill the words, call select_read. */
struct selection {
	const char *account, *strategy, *run, *market, *interval, *since, *until, *at, *last, *symbols_file; /* NULL: not given */
	const char *const *words; /* symbols as arguments */
	size_t word_count;
	bool by_time;
	int default_market;       /* -1: any */
	/* from these: */
	struct store_query query;
	char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;
};

/* ERR_USAGE names the option and the value. config_dir: where symbols files are looked up. */
enum err select_read(struct selection *s, const char *config_dir, int64_t now_ms, struct error *e);
/*
 * After select_read, for candles: an account (and one of its strategies) means its pairs, market and interval from its
 * anchor on, each unless it was typed otherwise.
 */
enum err select_account_candles(struct selection *s, const char *config_dir, struct error *e);
/* After select_read, for candles: without an interval, that of the stored ones; ERR_USAGE where they have several. */
enum err select_interval(struct selection *s, struct store *store, struct error *e);
void select_release(struct selection *s);

#endif
