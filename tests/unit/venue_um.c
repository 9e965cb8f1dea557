/* USDT-M futures: rules as captured, funding payments, and answers that are not what was asked for. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/path.h"
#include "core/utc.h"
#include "venue/payments.h"

static void reads_captured_rules(void **state)
{
	const char *shared = getenv("SHARED");
	char path[PATH_SIZE];
	struct buf text = { 0 };
	struct error e;
	struct symbol *rows;
	int64_t limit = 0;
	size_t n, found = 0;

	(void)state;
	snprintf(path, sizeof path, "%s/data/captures/exchangeInfo/um-mainnet-25symbols-2025-08-07.json", shared ? shared : "../shared");
	if (file_read(path, 1 << 24, &text, NULL))
		skip();
	assert_int_equal(binance_um.symbols_read(&binance_um, text.data, text.len, &rows, &n, &limit, &e), OK);
	assert_int_equal(limit, 2400);
	assert_int_equal(n, 25);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(rows[i].market, MARKET_UM);
		assert_true(rows[i].tick_size > 0 && rows[i].step_size > 0 && rows[i].min_notional > 0);
		if (strcmp(rows[i].symbol, "BTCUSDT") != 0)
			continue;
		found++;
		assert_true(rows[i].tick_size == DEC_ONE / 10 && rows[i].step_size == DEC_ONE / 1000 && rows[i].min_notional == (dec)100 * DEC_ONE);
		assert_true(rows[i].min_notional_market == 1 && rows[i].oco_allowed == -1);
		assert_string_equal(rows[i].base_asset, "BTC");
	}
	assert_int_equal(found, 1);
	free(rows);
	buf_release(&text);
}

#define SINCE INT64_C(1714435200000)
#define ROW(time, rate, mark) "{\"symbol\":\"BTCUSDT\",\"fundingTime\":" time ",\"fundingRate\":" rate ",\"markPrice\":" mark ",\"rateType\":\"Regular\"}"

static enum err read_funding(const char *text, struct funding *rows, size_t *n, struct error *e)
{
	return binance_um.funding_read(text, strlen(text), "BTCUSDT", SINCE, SINCE + MS_DAY, rows, n, e);
}

static void reads_funding(void **state)
{
	static const char text[] = "[" ROW("1714435200005", "\"-0.00012345\"", "\"60000.12345678\"") "," ROW("1714464000000", "\"0.00010000\"", "\"\"") "]";
	struct funding rows[VENUE_FUNDING_MAX];
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(read_funding(text, rows, &n, &e), OK);
	assert_int_equal(n, 2);
	assert_true(rows[0].funding_time == SINCE + 5 && rows[0].rate == -12345 && rows[0].mark_price == (dec)6000012345678 && rows[0].market == MARKET_UM);
	assert_true(rows[1].rate == 10000 && rows[1].mark_price == DEC_NONE && rows[1].interval_hours == INT_NONE);
	assert_int_equal(read_funding("[]", rows, &n, &e), OK);
	assert_int_equal(n, 0);
}

static void refuses_strange_funding(void **state)
{
	static const struct {
		const char *text, *field;
	} strange[] = {
		{ "{}", "" },
		{ "[" ROW("1714435200000", "0.0001", "\"1\"") "]", "row 1 fundingRate" },
		{ "[" ROW("\"x\"", "\"0.0001\"", "\"1\"") "]", "row 1 fundingTime" },
		{ "[" ROW("1714435200000", "\"0.0001\"", "\"-1\"") "]", "row 1 markPrice" },
		{ "[" ROW("1714435199999", "\"0.0001\"", "\"1\"") "]", "row 1 fundingTime" },
		{ "[" ROW("1714521600000", "\"0.0001\"", "\"1\"") "]", "row 1 fundingTime" },
		{ "[" ROW("1714464000000", "\"0.0001\"", "\"1\"") "," ROW("1714464000000", "\"0.0001\"", "\"1\"") "]", "row 2 fundingTime" },
		{ "[{\"symbol\":\"ETHUSDT\",\"fundingTime\":1714464000000,\"fundingRate\":\"0\",\"markPrice\":\"1\"}]", "row 1 symbol" },
		{ "[7]", "row 1 " },
	};
	struct funding rows[VENUE_FUNDING_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
		struct error e = { 0 };
		size_t n;

		assert_int_equal(read_funding(strange[i].text, rows, &n, &e), ERR_PROTOCOL);
		assert_string_equal(e.field, strange[i].field);
	}
}

struct got {
	int64_t times[8], hours[8];
	size_t n;
};

static enum err on_payment(void *ctx, const struct funding *f, struct error *e)
{
	struct got *g = ctx;

	(void)e;
	g->times[g->n] = f->funding_time;
	g->hours[g->n++] = f->interval_hours;
	return OK;
}

/* Times as they are, some milliseconds past the hour; the hours since the payment before, as often as the exchange changes them. */
static void tells_the_hours_between_payments(void **state)
{
	static const int64_t at_h[] = { -8, 0, 8, 12, 16, 17, 19, 36, 40 };
	struct payments p;
	struct funding_query q;
	struct funding rows[9];
	struct got g = { .n = 0 };
	struct error e;

	(void)state;
	for (size_t i = 0; i < 9; i++)
		rows[i] = (struct funding){ .funding_time = SINCE + at_h[i] * MS_HOUR + (int64_t)i % 3, .interval_hours = INT_NONE };
	payments_init(&p, SINCE + 1, SINCE + 48 * MS_HOUR);
	assert_true(payments_ask(&p, &q));
	assert_true(q.since == SINCE + 1 - 8 * MS_HOUR - MS_MINUTE && q.until == SINCE + 48 * MS_HOUR);
	assert_int_equal(payments_missing(&p), 5);
	assert_int_equal(payments_take(&p, rows, 9, on_payment, &g, &e), OK);
	assert_int_equal(g.n, 8);
	assert_int_equal(p.taken, 8);
	for (size_t i = 0; i < 8; i++) {
		static const int64_t hours[] = { 8, 8, 4, 4, 1, 2, INT_NONE, 4 }; /* the seventh: at least one payment is missing before it */

		assert_int_equal(g.times[i], rows[i + 1].funding_time);
		assert_int_equal(g.hours[i], hours[i]);
	}
	assert_false(payments_ask(&p, &q)); /* the answer was not full: that is all */
	payments_init(&p, 5 * MS_HOUR, 6 * MS_HOUR);
	assert_true(payments_ask(&p, &q));
	assert_int_equal(q.since, 0);
	payments_init(&p, SINCE, SINCE);
	assert_false(payments_ask(&p, &q));
	assert_int_equal(payments_missing(&p), 0);
}

static void goes_on_after_a_full_page(void **state)
{
	static struct funding rows[VENUE_FUNDING_MAX];
	struct payments p;
	struct funding_query q;
	struct error e;
	struct got g = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < VENUE_FUNDING_MAX; i++)
		rows[i].funding_time = SINCE - (int64_t)(VENUE_FUNDING_MAX - i) * MS_HOUR;
	payments_init(&p, SINCE, SINCE + MS_DAY);
	assert_int_equal(payments_take(&p, rows, VENUE_FUNDING_MAX, on_payment, &g, &e), OK);
	assert_true(g.n == 0 && payments_ask(&p, &q)); /* all of them before what is wanted */
	assert_int_equal(q.since, SINCE - MS_HOUR + 1);
	rows[0].funding_time = SINCE;
	assert_int_equal(payments_take(&p, rows, 1, on_payment, &g, &e), OK);
	assert_true(g.n == 1 && g.hours[0] == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_captured_rules), cmocka_unit_test(reads_funding), cmocka_unit_test(refuses_strange_funding),
		cmocka_unit_test(tells_the_hours_between_payments), cmocka_unit_test(goes_on_after_a_full_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
