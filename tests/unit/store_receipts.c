/* lib/store: receipts beside their rows, and what is known of the exchange's outages. */
#include "store_file.h"

#include "model/halt.h"
#include "store/batch.h"
#include "store/receipts.h"

static struct receipt receipt(const char *source, int64_t first, int64_t last)
{
	struct receipt r = { .market = MARKET_SPOT, .symbol = "BTCUSDT", .interval = INTERVAL_4H, .first = T0 + first * H4, .last = T0 + last * H4,
		.rows = last - first + 1, .t_ms = T0 };

	snprintf(r.source, sizeof r.source, "%s", source);
	return r;
}

static void put_bars(struct store *s, int64_t first, int64_t last)
{
	struct error e = { 0 };

	for (int64_t k = first; k <= last; k++) {
		struct candle c = candle("BTCUSDT", T0 + k * H4, 1000);

		assert_int_equal(store_put(s, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	}
}

static void put_receipt(struct store *s, const char *source, int64_t first, int64_t last)
{
	struct receipt r = receipt(source, first, last);
	enum put_result what;
	struct error e = { 0 };

	assert_int_equal(receipt_put(s, &r, &what, &e), OK);
}

#define STORED "SELECT group_concat(source || ' ' || ((first - 1704067200000) / 14400000) || '-' || ((last - 1704067200000) / 14400000) || ' ' " \
	"|| rows || ' ' || gaps, ', ') FROM (SELECT * FROM receipts ORDER BY source, first)"

static void requests_that_touch_are_one(void **state)
{
	put_bars(*state, 0, 9);
	put_receipt(*state, "api", 0, 1);
	put_receipt(*state, "api", 4, 5);
	assert_string_equal(sql(STORED), "api 0-1 2 0, api 4-5 2 0");
	put_receipt(*state, "other", 2, 3);
	assert_string_equal(sql(STORED), "api 0-1 2 0, api 4-5 2 0, other 2-3 2 0");
	put_receipt(*state, "api", 2, 3); /* fills the gap between them */
	assert_string_equal(sql(STORED), "api 0-5 6 0, other 2-3 2 0");
	put_receipt(*state, "api", 1, 2); /* says nothing new */
	assert_string_equal(sql(STORED), "api 0-5 6 0, other 2-3 2 0");
	put_receipt(*state, "api", 3, 8); /* over its end: counted */
	assert_string_equal(sql(STORED), "api 0-8 9 0, other 2-3 2 0");
	put_receipt(*state, RECEIPT_OWN, 9, 9);
	put_receipt(*state, "api", 9, 9); /* what was noted of the same row goes */
	assert_string_equal(sql(STORED), "api 0-9 10 0, other 2-3 2 0");
}

static void add(struct batch *b, enum kind_id kind, const void *object, enum err expected)
{
	static struct record r;
	struct error e = { 0 };
	bool full;

	r.kind = &kinds[kind];
	memcpy(&r.candle, object, kinds[kind].size);
	assert_int_equal(batch_add(b, &r, &full, &e), expected);
}

static void add_bars(struct batch *b, const char *symbol, int64_t first, int64_t last)
{
	for (int64_t k = first; k <= last; k++) {
		struct candle c = candle(symbol, T0 + k * H4, 1000);

		add(b, KIND_CANDLE, &c, OK);
	}
}

static void rows_wait_for_their_receipt(void **state)
{
	struct receipt start = { .symbol = "BTCUSDT", .interval = INTERVAL_4H, .source = "start", .first = TIME_NONE, .last = TIME_NONE };
	struct receipt r = receipt("data/a.zip", 0, 1), wrong = receipt("data/a.zip", 0, 2);
	struct error e = { 0 };
	struct batch b;

	batch_init(&b, *state);
	add(&b, KIND_RECEIPT, &start, OK);
	b.mark = 7;
	add_bars(&b, "ETHUSDT", 0, 0);
	b.mark = 8;
	add_bars(&b, "BTCUSDT", 0, 1);
	assert_int_equal(batch_flush(&b, &e), OK);
	assert_string_equal(sql("SELECT count(*) FROM klines"), "0");
	assert_int_equal((int)batch_waits_since(&b), 7);
	assert_int_equal(batch_complete(&b, &e), ERR_DATA);
	add(&b, KIND_RECEIPT, &wrong, ERR_DATA);
	add(&b, KIND_RECEIPT, &r, ERR_DATA); /* the rows went with the first */
	add_bars(&b, "BTCUSDT", 0, 1);
	add(&b, KIND_RECEIPT, &r, OK);
	assert_int_equal(batch_flush(&b, &e), OK);
	assert_string_equal(sql("SELECT count(*) || ' ' || min(symbol) FROM klines"), "2 BTCUSDT");
	assert_string_equal(sql(STORED), "data/a.zip 0-1 2 0");
	assert_int_equal(batch_log(&b, NULL, &e), OK);
	assert_string_equal(sql("SELECT group_concat(symbol || ' ' || rows_inserted) FROM sync_log"), "BTCUSDT 2");
	batch_release(&b);
}

static void rows_without_receipts_are_noted(void **state)
{
	struct receipt r = receipt("api", 0, 4);
	struct error e = { 0 };
	struct batch b;

	batch_init(&b, *state);
	add_bars(&b, "BTCUSDT", 0, 2);
	assert_int_equal(batch_flush(&b, &e), OK);
	assert_string_equal(sql(STORED), "stdin 0-2 3 0");
	add_bars(&b, "BTCUSDT", 3, 4);
	add(&b, KIND_RECEIPT, &r, OK); /* of five, three of which are stored */
	assert_int_equal(batch_flush(&b, &e), OK);
	assert_string_equal(sql(STORED), "api 0-4 5 0");
	assert_int_equal(batch_complete(&b, &e), OK);
	batch_release(&b);
}

static void put_lack(struct store *s, int64_t first, int64_t last, int64_t asked)
{
	struct receipt r = receipt("api", first, last);
	enum put_result what;
	struct error e = { 0 };

	r.rows = 0;
	r.gaps = last - first + 1;
	r.t_ms = asked;
	assert_int_equal(receipt_put(s, &r, &what, &e), OK);
}

/* The bars from `from` on that are known not to be there, by answers since then; "3 @7": up to bar 3, as an answer of day 7 says. */
static const char *lack(struct store *s, int64_t from, int64_t until, int64_t asked_since)
{
	static char text[64];
	const struct store_series series = { .market = MARKET_SPOT, .interval = INTERVAL_4H, .symbol = "BTCUSDT" };
	struct lack l;
	struct error e = { 0 };

	assert_int_equal(receipt_lack(s, &series, T0 + from * H4, T0 + until * H4, asked_since, &l, &e), OK);
	snprintf(text, sizeof text, "%d @%d", (int)((l.until - T0) / H4), l.asked == TIME_NONE ? -1 : (int)((l.asked - T0) / MS_DAY));
	return text;
}

static void what_the_exchange_lacks_is_known(void **state)
{
	const int64_t day = MS_DAY;

	assert_string_equal(lack(*state, 2, 5, TIME_NONE), "2 @-1");
	put_lack(*state, 2, 5, T0 + 9 * day);
	assert_string_equal(sql(STORED), "api 2-5 0 4");
	assert_string_equal(lack(*state, 2, 6, TIME_NONE), "6 @9");
	assert_string_equal(lack(*state, 3, 4, TIME_NONE), "6 @9");
	assert_string_equal(lack(*state, 1, 4, TIME_NONE), "1 @-1");
	assert_string_equal(lack(*state, 2, 9, TIME_NONE), "6 @9");
	assert_string_equal(lack(*state, 2, 6, T0 + 9 * day + 1), "2 @-1"); /* too long ago */
	put_lack(*state, 6, 8, T0 + 7 * day); /* the older answer counts */
	assert_string_equal(lack(*state, 2, 9, TIME_NONE), "9 @7");
	put_lack(*state, 2, 9, T0 + 11 * day); /* asked again: for all of it */
	assert_string_equal(sql(STORED), "api 2-9 0 8");
	assert_string_equal(lack(*state, 2, 9, TIME_NONE), "10 @11");
	put_bars(*state, 0, 1);
	put_receipt(*state, "api", 0, 1); /* beside it */
	put_lack(*state, 1, 3, T0 + 12 * day); /* not so: one is there */
	assert_string_equal(sql(STORED), "api 0-1 2 0, api 2-9 0 8");
	put_bars(*state, 9, 9);
	put_receipt(*state, "data/a.zip", 9, 9); /* one came after all */
	assert_string_equal(sql(STORED), "api 0-1 2 0, data/a.zip 9-9 1 0");
}

/* Bars of the last day may still come; of a long answer those before it are known. */
static void an_answer_about_new_bars_does_not_count(void **state)
{
	put_lack(*state, 0, 11, T0 + 2 * MS_DAY - 1); /* 11: just closed */
	assert_string_equal(lack(*state, 0, 12, TIME_NONE), "5 @1");
	assert_string_equal(lack(*state, 5, 12, TIME_NONE), "5 @-1");
	put_lack(*state, 0, 11, T0 + 3 * MS_DAY);
	assert_string_equal(lack(*state, 0, 12, TIME_NONE), "12 @3");
}

static void a_receipt_must_fit_itself(void **state)
{
	struct receipt r = receipt("api", 0, 1);
	struct error e = { 0 };

	(void)state;
	assert_int_equal(receipt_check(&r, &e), OK);
	r.series = RECEIPT_FUNDING;
	assert_int_equal(receipt_check(&r, &e), ERR_DATA);
	assert_string_equal(e.field, "interval");
	r = receipt("api", 1, 0);
	r.rows = 1;
	assert_int_equal(receipt_check(&r, &e), ERR_DATA);
	assert_string_equal(e.message, "before first");
	r = receipt("api", 0, 1);
	r.rows = 0; /* what was asked for and is not there: all of it, and by no file */
	assert_int_equal(receipt_check(&r, &e), ERR_DATA);
	assert_string_equal(e.field, "gaps");
	r.gaps = 2;
	assert_int_equal(receipt_check(&r, &e), OK);
	assert_true(receipt_is_lack(&r));
	memset(r.sha256, 'a', sizeof r.sha256 - 1);
	assert_int_equal(receipt_check(&r, &e), ERR_DATA);
	assert_string_equal(e.message, "of no rows");
	r = receipt("api", 0, 1);
	r.last = TIME_NONE;
	assert_int_equal(receipt_check(&r, &e), ERR_DATA);
	assert_string_equal(e.field, "last");
	r.first = TIME_NONE;
	r.rows = 0;
	assert_int_equal(receipt_check(&r, &e), OK);
	assert_false(receipt_is_lack(&r));
}

static void outages_are_to_the_hour(void **state)
{
	struct halt rows[] = {
		{ .market = MARKET_SPOT, .from = T0, .until = T0 + 3 * MS_HOUR },
		{ .market = MARKET_UM, .symbol = "BTCUSDT", .from = T0, .until = T0 + MS_HOUR, .what = HALT_DIFFERS },
	};
	const struct halts h = { rows, 2 };

	(void)state;
	assert_ptr_equal(halt_explains(&h, MARKET_SPOT, "X", T0 - MS_HOUR, T0 + 4 * MS_HOUR), &rows[0]);
	assert_null(halt_explains(&h, MARKET_SPOT, "X", T0 - MS_HOUR - 1, T0 + MS_HOUR));
	assert_null(halt_explains(&h, MARKET_SPOT, "X", T0, T0 + 4 * MS_HOUR + 1));
	assert_null(halt_explains(&h, MARKET_SPOT, "X", T0 - MS_HOUR, T0)); /* only beside it */
	assert_null(halt_explains(&h, MARKET_UM, "BTCUSDT", T0, T0 + MS_HOUR));
	assert_ptr_equal(halt_holds(&h, MARKET_SPOT, "X", T0, T0 + 3 * MS_HOUR), &rows[0]);
	assert_null(halt_holds(&h, MARKET_SPOT, "X", T0 - 1, T0 + MS_HOUR));
	assert_ptr_equal(halt_differs(&h, MARKET_UM, "BTCUSDT", T0 - H4, T0 + 1), &rows[1]);
	assert_null(halt_differs(&h, MARKET_UM, "ETHUSDT", T0, T0 + 1));
	assert_null(halt_differs(&h, MARKET_SPOT, "X", T0, T0 + 1));
}

static void bars_are_counted_on_the_grid(void **state)
{
	(void)state;
	assert_int_equal(interval_count(INTERVAL_4H, T0, T0), 0);
	assert_int_equal(interval_count(INTERVAL_4H, T0, T0 + 1), 1);
	assert_int_equal(interval_count(INTERVAL_4H, T0, T0 + 6 * H4), 6);
	assert_int_equal(interval_count(INTERVAL_1MONTH, T0, T0 + 366 * MS_DAY), 12); /* 2024 */
	assert_int_equal(interval_count(INTERVAL_1W, T0, T0 + 14 * MS_DAY), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_that_touch_are_one), TEST(rows_wait_for_their_receipt), TEST(rows_without_receipts_are_noted), TEST(what_the_exchange_lacks_is_known),
		TEST(an_answer_about_new_bars_does_not_count), TEST(a_receipt_must_fit_itself),
		TEST(outages_are_to_the_hour), TEST(bars_are_counted_on_the_grid),
	};

	return RUN(tests);
}
