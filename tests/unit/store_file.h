#ifndef CT_TESTS_STORE_FILE_H
#define CT_TESTS_STORE_FILE_H

/* A database of its own for every test. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/utc.h"
#include "store/store.h"

#define T0 INT64_C(1704067200000) /* 2024-01-01 */
#define H4 (4 * MS_HOUR)

static char folder[] = "/tmp/ct-store-XXXXXX";
static char path[128];

static inline int setup(void **state)
{
	struct error e = { 0 };
	struct store *s;

	snprintf(path, sizeof path, "%s/%d.db", folder, rand());
	assert_int_equal(store_open(path, STORE_CREATE, &s, &e), OK);
	*state = s;
	return 0;
}

static inline int teardown(void **state)
{
	store_close(*state);
	return 0;
}

/* Runs SQL beside the store; the first column of the first row as text. */
static inline const char *sql(const char *text)
{
	static char out[512];
	sqlite3_stmt *stmt;
	sqlite3 *db;

	out[0] = '\0';
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(out, sizeof out, "%s", sqlite3_column_text(stmt, 0) ? (const char *)sqlite3_column_text(stmt, 0) : "null");
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return out;
}

static inline struct candle candle(const char *symbol, int64_t open_time, dec64 close)
{
	struct candle c = { .market = MARKET_SPOT, .interval = INTERVAL_4H };

	snprintf(c.symbol, sizeof c.symbol, "%s", symbol);
	c.bar = (struct bar){ .open_time = open_time, .close_time = open_time + H4 - 1, .open = close, .high = close + 2, .low = close - 2,
		.close = close, .volume = 12345678, .quote_volume = 7, .taker_buy_volume = 5, .taker_buy_quote_volume = 3, .trades = 9 };
	return c;
}

struct seen {
	size_t n;
	struct candle candles[64];
	struct balance balances[64];
	struct order orders[64];
};

static inline enum err see_candle(void *ctx, const void *object, struct error *e)
{
	struct seen *seen = ctx;

	(void)e;
	seen->candles[seen->n++] = *(const struct candle *)object;
	return OK;
}

static inline enum err see_balance(void *ctx, const void *object, struct error *e)
{
	struct seen *seen = ctx;

	(void)e;
	seen->balances[seen->n++] = *(const struct balance *)object;
	return OK;
}

static inline enum err see_order(void *ctx, const void *object, struct error *e)
{
	struct seen *seen = ctx;

	(void)e;
	seen->orders[seen->n++] = *(const struct order *)object;
	return OK;
}

/* All tests of a file, in a folder that is removed. */
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define RUN(tests) (mkdtemp(folder) ? cmocka_run_group_tests(tests, NULL, NULL) + remove_folder() : 1)

static inline int remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) != 0;
}

#endif
