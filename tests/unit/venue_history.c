/* One series page by page: what is asked for, what is taken, when it ends. */
#include "check.h"

#include "core/utc.h"
#include "venue/history.h"

#define T0 INT64_C(1714521600000) /* 2024-05-01 00:00 */
#define H MS_HOUR

static int64_t taken[5000];
static size_t taken_count;
static char found[8][WHY_SIZE];
static enum finding found_kinds[8];
static size_t found_count;

static enum err on_candle(void *ctx, const struct history *h, const struct candle *c, struct error *e)
{
	(void)ctx;
	(void)h;
	(void)e;
	taken[taken_count++] = c->bar.open_time;
	return OK;
}

static enum err on_finding(void *ctx, const struct history *h, enum finding f, int64_t t_ms, const char *message, struct error *e)
{
	(void)ctx;
	(void)h;
	(void)t_ms;
	(void)e;
	found_kinds[found_count] = f;
	snprintf(found[found_count++], WHY_SIZE, "%s", message);
	return OK;
}

static int64_t lacks[16]; /* first and last, by turns */
static size_t lack_count;

static enum err on_lack(void *ctx, const struct history *h, int64_t first, int64_t last, struct error *e)
{
	(void)ctx;
	(void)h;
	(void)e;
	lacks[lack_count++] = first;
	lacks[lack_count++] = last;
	return OK;
}

static const struct history_sink sink = { NULL, on_candle, on_finding, on_lack };

static int begin(void **state)
{
	(void)state;
	taken_count = found_count = lack_count = 0;
	return 0;
}

#define PAGE 1000 /* rows an answer */

/* An answer: the hours [from, from + n). */
static void answer(struct history *h, int64_t from, size_t n)
{
	static struct candle rows[PAGE];
	struct error e;

	for (size_t i = 0; i < n; i++)
		rows[i].bar.open_time = from + (int64_t)i * H;
	assert_int_equal(history_take(h, rows, n, PAGE, &sink, &e), OK);
}

static void asks_page_after_page(void **state)
{
	struct history h;
	struct candle_query q;
	struct error e;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0 + 1, T0 - H, 0, T0); /* until before since: nothing */
	assert_false(history_ask(&h, &q));
	history_init(&h, 3, MARKET_SPOT, "X", INTERVAL_1H, T0 + 1, T0 + 2001 * H, 0, T0 + 9999 * H);
	assert_true(history_ask(&h, &q));
	assert_true(q.first == T0 + H && q.last == T0 + 2000 * H && q.limit == 2000);
	answer(&h, q.first, 1000);
	assert_true(history_ask(&h, &q));
	assert_true(q.first == T0 + 1001 * H && q.last == T0 + 2000 * H);
	answer(&h, q.first, 1000);
	assert_false(history_ask(&h, &q));
	assert_int_equal(taken_count, 2000);
	assert_int_equal(history_missing(&h), 0);
	assert_int_equal(history_finish(&h, &sink, &e), OK);
	assert_int_equal(found_count, 0);
}

static void counts_the_last_n(void **state)
{
	struct history h;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, 0, T0 + 10 * H, 3, T0 + 10 * H + 5);
	assert_true(h.first == T0 + 7 * H && h.last == T0 + 9 * H);
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0 + 8 * H, T0 + 10 * H, 3, T0 + 10 * H);
	assert_true(h.first == T0 + 8 * H && h.last == T0 + 9 * H);
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, 0, T0 + 10 * H, 1, T0 + 10 * H - 1); /* the last millisecond is still open */
	assert_true(h.first == T0 + 8 * H && h.last == T0 + 8 * H);
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1MONTH, 0, T0 + 40 * MS_DAY, 2, T0 + 40 * MS_DAY);
	assert_true(h.first == T0 - 30 * MS_DAY && h.last == T0); /* April and May */
	assert_int_equal(history_missing(&h), 2);
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1W, 0, T0, 1, T0);
	assert_true(h.first == T0 - 9 * MS_DAY); /* the Monday before last, 2024-04-22 */
}

static void a_fresh_bar_needs_a_later_one(void **state)
{
	struct history h;
	struct candle_query q;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0, T0 + 3 * H, 0, T0 + 3 * H);
	history_set_clock(&h, T0 + 3 * H);
	assert_true(history_ask(&h, &q));
	assert_true(q.first == T0 && q.last == T0 + 3 * H); /* one more than wanted, as the witness */
	answer(&h, T0, 3);
	assert_int_equal(taken_count, 2);
	assert_true(history_is_late(&h));
	assert_false(history_ask(&h, &q));
	assert_int_equal(lack_count, 0); /* it may be there in a moment */
	history_set_clock(&h, T0 + 3 * H + 1000);
	assert_true(history_ask(&h, &q));
	answer(&h, q.first, 2); /* now with the witness, which is not taken itself */
	assert_int_equal(taken_count, 3);
	assert_true(taken[2] == T0 + 2 * H);
	assert_int_equal(history_missing(&h), 0);
}

static void a_settled_bar_needs_no_witness(void **state)
{
	struct history h;
	struct candle_query q;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0, T0 + 3 * H, 0, T0 + 3 * H);
	history_set_clock(&h, T0 + 3 * H + HISTORY_SETTLE_MS);
	assert_true(history_ask(&h, &q));
	assert_true(q.last == T0 + 2 * H);
	answer(&h, T0, 3);
	assert_int_equal(taken_count, 3);
}

static void the_exchanges_clock_decides_too(void **state)
{
	struct history h;
	struct candle_query q;
	struct error e;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0, T0 + 5 * H, 0, T0 + 5 * H);
	history_set_clock(&h, T0 + 2 * H + MS_MINUTE);
	assert_true(history_ask(&h, &q));
	assert_true(q.last == T0 + H);
	answer(&h, T0, 2);
	assert_false(history_ask(&h, &q));
	assert_false(history_is_late(&h)); /* three are missing: not worth waiting for */
	assert_int_equal(history_finish(&h, &sink, &e), OK);
	assert_int_equal(found_kinds[0], FINDING_LATE);
	assert_string_equal(found[0], "not served yet, 3 bars of 1h: 2024-05-01 02:00 to 2024-05-01 04:00");
}

static void tells_of_a_late_start_once(void **state)
{
	struct history h;
	struct candle_query q;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0, T0 + 1500 * H, 0, T0 + 2000 * H);
	assert_true(history_ask(&h, &q));
	answer(&h, T0 + 100 * H, 1000);
	assert_true(history_ask(&h, &q));
	answer(&h, T0 + 1200 * H, 300); /* a gap in between is the checker's to tell */
	assert_false(history_ask(&h, &q));
	assert_int_equal(found_count, 1);
	assert_int_equal(found_kinds[0], FINDING_STARTS_LATE);
	assert_string_equal(found[0], "nothing is served before the first bar, 100 bars of 1h: 2024-05-01 00:00 to 2024-05-05 03:00");
	assert_int_equal(taken_count, 1300);
	assert_int_equal(lack_count, 0); /* rows that an answer lacks may only be lost */
}

static void ends_when_nothing_more_comes(void **state)
{
	struct history h;
	struct candle_query q;
	struct error e;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0, T0 + 500 * H, 0, T0 + 2000 * H);
	assert_true(history_ask(&h, &q));
	answer(&h, T0, 100); /* delisted, or rows were lost: asked once more from there */
	assert_true(history_ask(&h, &q));
	assert_true(q.first == T0 + 100 * H);
	assert_int_equal(lack_count, 0);
	answer(&h, 0, 0);
	assert_false(history_ask(&h, &q));
	assert_true(lack_count == 2 && lacks[0] == T0 + 100 * H && lacks[1] == T0 + 499 * H);
	assert_int_equal(history_finish(&h, &sink, &e), OK);
	assert_string_equal(found[0], "not served yet, 400 bars of 1h: 2024-05-05 04:00 to 2024-05-21 19:00");
}

/* A bar off the grid neither moves the series back nor is asked for for ever. */
static void goes_on_after_an_off_grid_bar(void **state)
{
	struct history h;
	struct candle_query q;

	(void)state;
	history_init(&h, 0, MARKET_SPOT, "X", INTERVAL_1H, T0, T0 + 2 * H, 0, T0 + 2000 * H);
	assert_true(history_ask(&h, &q));
	answer(&h, T0 + 5, 1);
	assert_int_equal(taken_count, 1);
	assert_true(history_missing(&h) == 1 && h.next == T0 + H);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(asks_page_after_page, begin),
		cmocka_unit_test_setup(counts_the_last_n, begin),
		cmocka_unit_test_setup(a_fresh_bar_needs_a_later_one, begin),
		cmocka_unit_test_setup(a_settled_bar_needs_no_witness, begin),
		cmocka_unit_test_setup(the_exchanges_clock_decides_too, begin),
		cmocka_unit_test_setup(tells_of_a_late_start_once, begin),
		cmocka_unit_test_setup(ends_when_nothing_more_comes, begin),
		cmocka_unit_test_setup(goes_on_after_an_off_grid_bar, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
