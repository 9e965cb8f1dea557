/* lib/store: values, keys, upserts, candles and their revisions, queries. */
#include "store_file.h"

static void decimals_come_back_exactly(void **state)
{
	static const struct {
		const char *text, *type;
	} cases[] = {
		{ "0.00000000", "integer" }, { "-0.00000001", "integer" }, { "5123456789012.12345678", "text" },
		{ "-5123456789012.12345678", "text" }, { "92233720368.54775807", "integer" }, { "-92233720368.54775807", "integer" },
		{ "92233720368.54775808", "text" }, { "-92233720368.54775808", "text" }, { "1000000000000000000.00000001", "text" },
	};
	struct store_query q = STORE_ANY;
	struct error e = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct balance b = { .account = "main", .locked = 0, .t_ms = T0 + (int64_t)i };
		static struct seen seen;
		char out[DEC_TEXT], query[128];

		seen.n = 0;
		snprintf(b.asset, sizeof b.asset, "A%zu", i);
		assert_true(dec_parse(cases[i].text, strlen(cases[i].text), &b.free));
		assert_int_equal(store_put(*state, &kinds[KIND_BALANCE], &b, NULL, &e), OK);
		q.since = b.t_ms;
		assert_int_equal(store_each(*state, &kinds[KIND_BALANCE], &q, see_balance, &seen, &e), OK);
		assert_int_equal(seen.n, 1);
		dec_format(seen.balances[0].free, out);
		assert_string_equal(out, cases[i].text);
		snprintf(query, sizeof query, "SELECT typeof(free) FROM balance_row WHERE asset = 'A%zu'", i);
		assert_string_equal(sql(query), cases[i].type);
		snprintf(query, sizeof query, "SELECT free FROM balances WHERE asset = 'A%zu'", i);
		assert_string_equal(sql(query), cases[i].text);
	}
}

static struct order order(const char *id, int status, int64_t t_ms)
{
	struct order o = { .decision = "d1", .account = "main", .run = "r1", .strategy = "channel", .symbol = "BTCUSDT", .market = MARKET_SPOT,
		.leg = LEG_ENTRY, .side = SIDE_BUY, .type = ORDER_MARKET, .qty = DEC_NONE, .quote_qty = DEC_ONE, .price = DEC_NONE,
		.stop_price = DEC_NONE, .worst_price = DEC_NONE, .status = status, .created_ms = t_ms, .updated_ms = t_ms };

	snprintf(o.id, sizeof o.id, "%s", id);
	return o;
}

static void a_row_is_new_then_the_same_then_changed(void **state)
{
	struct order o = order("ct1", ORDER_NEW, T0);
	struct store_query q = STORE_ANY;
	static struct seen seen;
	enum put_result what;
	struct error e = { 0 };

	assert_int_equal(store_put(*state, &kinds[KIND_ORDER], &o, &what, &e), OK);
	assert_int_equal(what, PUT_NEW);
	assert_int_equal(store_put(*state, &kinds[KIND_ORDER], &o, &what, &e), OK);
	assert_int_equal(what, PUT_SAME);
	o.status = ORDER_FILLED;
	o.qty = 3;
	assert_int_equal(store_put(*state, &kinds[KIND_ORDER], &o, &what, &e), OK);
	assert_int_equal(what, PUT_CHANGED);
	seen.n = 0;
	assert_int_equal(store_each(*state, &kinds[KIND_ORDER], &q, see_order, &seen, &e), OK);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.orders[0].status, ORDER_FILLED);
	assert_true(seen.orders[0].qty == 3 && seen.orders[0].price == DEC_NONE && seen.orders[0].quote_qty == DEC_ONE);
	assert_string_equal(seen.orders[0].why, "");
}

static void rows_are_chosen_by_status_and_last(void **state)
{
	struct store_query q = STORE_ANY;
	static struct seen seen;
	struct error e = { 0 };

	for (int i = 0; i < 6; i++) {
		char id[8];
		struct order o;

		snprintf(id, sizeof id, "ct%d", i);
		o = order(id, i % 2 ? ORDER_NEW : ORDER_FILLED, T0 + i);
		assert_int_equal(store_put(*state, &kinds[KIND_ORDER], &o, NULL, &e), OK);
	}
	q.account = "main";
	q.statuses = 1u << ORDER_INTENT | 1u << ORDER_NEW | 1u << ORDER_PARTIALLY_FILLED;
	q.last = 2;
	seen.n = 0;
	assert_int_equal(store_each(*state, &kinds[KIND_ORDER], &q, see_order, &seen, &e), OK);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.orders[0].id, "ct3");
	assert_string_equal(seen.orders[1].id, "ct5");
	q.account = "other";
	seen.n = 0;
	assert_int_equal(store_each(*state, &kinds[KIND_ORDER], &q, see_order, &seen, &e), OK);
	assert_int_equal(seen.n, 0);
	q.account = NULL;
	q.interval = INTERVAL_4H;
	assert_int_equal(store_each(*state, &kinds[KIND_ORDER], &q, see_order, &seen, &e), ERR_USAGE);
}

static void candles_come_by_series_or_by_time(void **state)
{
	static const char symbols[2][SYMBOL_SIZE] = { "ETHUSDT", "BTCUSDT" };
	struct store_query q = STORE_ANY;
	static struct seen seen;
	struct error e = { 0 };

	for (int64_t i = 0; i < 5; i++)
		for (int k = 0; k < 2; k++) {
			struct candle c = candle(symbols[k], T0 + i * H4, 1000 + i);

			assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
		}
	q.last = 2;
	q.until = T0 + 4 * H4;
	seen.n = 0;
	assert_int_equal(store_each(*state, &kinds[KIND_CANDLE], &q, see_candle, &seen, &e), OK);
	assert_int_equal(seen.n, 4);
	assert_string_equal(seen.candles[1].symbol, "BTCUSDT");
	assert_true(seen.candles[0].bar.open_time == T0 + 2 * H4 && seen.candles[1].bar.open_time == T0 + 3 * H4);
	q.by_time = true;
	q.last = 0;
	q.symbols = symbols;
	q.symbol_count = 2;
	seen.n = 0;
	assert_int_equal(store_each(*state, &kinds[KIND_CANDLE], &q, see_candle, &seen, &e), OK);
	assert_int_equal(seen.n, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_true(seen.candles[i].bar.open_time == T0 + (int64_t)(i / 2) * H4);
		assert_string_equal(seen.candles[i].symbol, i % 2 ? "ETHUSDT" : "BTCUSDT");
	}
}

static enum err expect_next(void *ctx, const void *object, struct error *e)
{
	int64_t *next = ctx;

	(void)e;
	assert_true(((const struct candle *)object)->bar.open_time == *next);
	*next += H4;
	return OK;
}

static void a_long_series_is_read_in_stretches(void **state)
{
	struct store_query q = STORE_ANY;
	struct error e = { 0 };

	assert_int_equal(store_begin(*state, &e), OK);
	for (int64_t i = 0; i < 1000; i++) {
		struct candle c = candle("BTCUSDT", T0 + i * H4, 1000 + i);

		assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	}
	assert_int_equal(store_commit(*state, &e), OK);
	for (int i = 0; i < 2; i++) {
		int64_t next = T0;

		q.by_time = i == 1;
		assert_int_equal(store_each(*state, &kinds[KIND_CANDLE], &q, expect_next, &next, &e), OK);
		assert_true(next == T0 + 1000 * H4);
	}
}

static void a_candle_that_comes_again_different_is_a_revision(void **state)
{
	struct candle c = candle("BTCUSDT", T0, 1000);
	struct store_query q = STORE_ANY;
	static struct seen seen;
	enum put_result what;
	struct error e = { 0 };

	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, &what, &e), OK);
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, &what, &e), OK);
	assert_int_equal(what, PUT_SAME);
	c.bar.close = 1001;
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, &what, &e), OK);
	assert_int_equal(what, PUT_CHANGED);
	assert_string_equal(sql("SELECT close || ' ' || revision FROM klines"), "0.00001001 1");
	assert_string_equal(sql("SELECT close || ' ' || revision FROM candle_revisions"), "0.00001000 0");
	assert_string_equal(sql("SELECT code || ': ' || message FROM events"),
		"candle.revised: BTCUSDT 4h candle of 2024-01-01 00:00 came again different: close 0.00001001 was 0.00001000");
	c.bar.quote_volume = DEC_NONE; /* says less: nothing changes */
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, &what, &e), OK);
	assert_int_equal(what, PUT_SAME);
	seen.n = 0;
	assert_int_equal(store_each(*state, &kinds[KIND_CANDLE], &q, see_candle, &seen, &e), OK);
	assert_true(seen.n == 1 && seen.candles[0].bar.close == 1001 && seen.candles[0].bar.quote_volume == 7);
}

static void a_candle_that_says_more_fills_in(void **state)
{
	struct candle c = candle("BTCUSDT", T0, 1000);
	enum put_result what;
	struct error e = { 0 };

	c.bar.taker_buy_volume = DEC_NONE;
	c.bar.trades = INT_NONE;
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, &what, &e), OK);
	c.bar.trades = 4;
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, &what, &e), OK);
	assert_int_equal(what, PUT_CHANGED);
	assert_string_equal(sql("SELECT trades || ' ' || revision || ' ' || (SELECT count(*) FROM events) FROM klines"), "4 0 0");
}

static void impossible_candles_are_refused(void **state)
{
	struct candle c = candle("BTCUSDT", T0, 1000);
	struct error e = { 0 };

	c.bar.high = 900;
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), ERR_DATA);
	assert_string_equal(e.field, "high");
	c = candle("BTCUSDT", T0 + 1, 1000);
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), ERR_DATA);
	assert_string_equal(e.field, "open_time");
	c = candle("BTCUSDT", T0, 1000);
	c.bar.close_time++;
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), ERR_DATA);
	assert_string_equal(e.field, "close_time");
	c.bar.close_time = T0 + MS_HOUR; /* an outage: possible, but marked */
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	assert_string_equal(sql("SELECT is_validated || ' ' || (close_time - open_time) FROM klines"), "0 3600000");
}

/* Puts bars [from, from + n) of a wave as runs; how many of them were new, the same and changed goes to put[]. */
static void put_wave(struct store *s, int64_t from, size_t n, dec64 close, int64_t put[3])
{
	struct candle bars[STORE_RUN];
	const struct candle *rows[STORE_RUN];
	enum put_result what[STORE_RUN];
	struct error e = { 0 };

	memset(put, 0, 3 * sizeof *put);
	for (size_t i = 0; i < n; i++) {
		bars[i] = candle("BTCUSDT", T0 + (from + (int64_t)i) * H4, close + from + (int64_t)i);
		rows[i] = &bars[i];
	}
	assert_int_equal(store_put_run(s, rows, n, what, &e), OK);
	for (size_t i = 0; i < n; i++)
		put[what[i]]++;
}

static void a_run_is_as_one_by_one(void **state)
{
	struct candle bars[STORE_RUN];
	const struct candle *rows[STORE_RUN];
	enum put_result what[STORE_RUN];
	struct store_query q = STORE_ANY;
	int64_t put[3], next = T0;
	struct error e = { 0 };

	put_wave(*state, 0, STORE_RUN, 1000, put); /* outside a transaction */
	assert_true(put[PUT_NEW] == STORE_RUN);
	assert_int_equal(store_begin(*state, &e), OK);
	put_wave(*state, STORE_RUN, STORE_RUN, 1000, put);
	assert_true(put[PUT_NEW] == STORE_RUN);
	put_wave(*state, STORE_RUN, STORE_RUN, 1000, put);
	assert_true(put[PUT_SAME] == STORE_RUN);
	put_wave(*state, 2 * STORE_RUN - 1, STORE_RUN, 1000, put); /* one of them is there */
	assert_true(put[PUT_SAME] == 1 && put[PUT_NEW] == STORE_RUN - 1);
	put_wave(*state, 0, 2, 2000, put);
	assert_true(put[PUT_CHANGED] == 2);
	put_wave(*state, 3 * STORE_RUN - 1, 3, 1000, put); /* less than a whole one */
	assert_true(put[PUT_NEW] == 3);
	assert_int_equal(store_commit(*state, &e), OK);
	assert_int_equal(store_each(*state, &kinds[KIND_CANDLE], &q, expect_next, &next, &e), OK);
	assert_true(next == T0 + (3 * STORE_RUN + 2) * H4);
	assert_string_equal(sql("SELECT count(*) || ' ' || min(stored_s > 0) || ' ' || count(DISTINCT series) FROM candle_row"), "50 1 1");
	assert_string_equal(sql("SELECT count(*) || ' ' || sum(revision) FROM klines WHERE close <> printf('0.%08d', 1000 + (open_time - 1704067200000) / 14400000)"), "2 2");

	for (size_t i = 0; i < STORE_RUN; i++) {
		bars[i] = candle("ETHUSDT", T0 + (int64_t)i * H4, 1000);
		rows[i] = &bars[i];
	}
	bars[7].bar.high = 1;
	assert_int_equal(store_begin(*state, &e), OK);
	assert_int_equal(store_put_run(*state, rows, STORE_RUN, what, &e), ERR_DATA);
	assert_string_equal(e.field, "high");
	store_rollback(*state);
	assert_string_equal(sql("SELECT count(*) FROM klines WHERE symbol = 'ETHUSDT'"), "0");
}

static void a_rolled_back_series_is_made_again(void **state)
{
	struct candle c = candle("BTCUSDT", T0, 1000);
	struct error e = { 0 };

	assert_int_equal(store_begin(*state, &e), OK);
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	store_rollback(*state);
	assert_string_equal(sql("SELECT count(*) FROM series"), "0");
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	assert_string_equal(sql("SELECT count(*) FROM klines"), "1");
}

static void state_rows_are_got_and_deleted_by_key(void **state)
{
	struct cursor_state c = { .account = "main", .market = MARKET_SPOT, .symbol = "BTCUSDT", .settled_ms = T0, .mark = 5 };
	struct cursor_state got = { .account = "main", .market = MARKET_SPOT, .symbol = "BTCUSDT" };
	struct error e = { 0 };
	bool found;

	assert_int_equal(store_get(*state, STORE_CURSOR, &got, &found, &e), OK);
	assert_false(found);
	assert_int_equal(store_put_row(*state, STORE_CURSOR, &c, NULL, &e), OK);
	assert_int_equal(store_get(*state, STORE_CURSOR, &got, &found, &e), OK);
	assert_true(found && got.settled_ms == T0 && got.mark == 5);
	assert_int_equal(store_delete(*state, STORE_CURSOR, &got, &e), OK);
	assert_int_equal(store_get(*state, STORE_CURSOR, &got, &found, &e), OK);
	assert_false(found);
}

static void an_unknown_key_text_is_one_key(void **state)
{
	struct metric m = { .account = "main", .scope = "account", .name = "sharpe", .value = NAN, .why = "too few bars" };
	enum put_result what;
	struct error e = { 0 };

	assert_int_equal(store_put(*state, &kinds[KIND_METRIC], &m, &what, &e), OK);
	assert_int_equal(store_put(*state, &kinds[KIND_METRIC], &m, &what, &e), OK);
	assert_int_equal(what, PUT_SAME);
	assert_string_equal(sql("SELECT run_id IS NULL AND value IS NULL FROM metrics"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(decimals_come_back_exactly), TEST(a_row_is_new_then_the_same_then_changed), TEST(rows_are_chosen_by_status_and_last),
		TEST(candles_come_by_series_or_by_time), TEST(a_long_series_is_read_in_stretches),
		TEST(a_candle_that_comes_again_different_is_a_revision), TEST(a_candle_that_says_more_fills_in), TEST(impossible_candles_are_refused),
		TEST(a_run_is_as_one_by_one),
		TEST(a_rolled_back_series_is_made_again), TEST(state_rows_are_got_and_deleted_by_key), TEST(an_unknown_key_text_is_one_key),
	};

	return RUN(tests);
}
