/* The bulk archive: names, days of publishing, sums, zips in memory, and what is taken from them. */
#include "check.h"

#include "core/utc.h"
#include "feed/csv.h"
#include "feed/rates.h"
#include "feed/zip.h"
#include "haul/course.h"
#include "haul/unpack.h"

static int64_t at(const char *text)
{
	int64_t t_ms;

	assert_true(utc_parse(text, 0, &t_ms));
	return t_ms;
}

static void names_files_both_ways(void **state)
{
	static const struct {
		int market, interval;
		const char *symbol;
		bool daily;
		const char *t, *path;
	} rows[] = {
		{ MARKET_SPOT, INTERVAL_4H, "BTCUSDT", false, "2024-02-29 23:59", "/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02.zip" },
		{ MARKET_SPOT, INTERVAL_1M, "BTCUSDT", true, "2024-02-29", "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02-29.zip" },
		{ MARKET_UM, INTERVAL_1MONTH, "1000PEPEUSDT", false, "2023-12-31", "/data/futures/um/monthly/klines/1000PEPEUSDT/1mo/1000PEPEUSDT-1mo-2023-12.zip" },
		{ MARKET_UM, INTERVAL_1S, "ETHUSDT_250328", true, "2025-01-01", "/data/futures/um/daily/klines/ETHUSDT_250328/1s/ETHUSDT_250328-1s-2025-01-01.zip" },
		{ MARKET_UM, -1, "BTCUSDT", false, "2020-01-15", "/data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2020-01.zip" },
		{ MARKET_SPOT, INTERVAL_1D, "币安人生USDT", false, "2025-10-09", "/data/spot/monthly/klines/币安人生USDT/1d/币安人生USDT-1d-2025-10.zip" },
	};
	char path[BULK_PATH_SIZE], sum[BULK_PATH_SIZE + 16];
	struct bulk_file back;
	bool checksum;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bulk_file f = bulk_file_at(rows[i].market, rows[i].interval, rows[i].symbol, rows[i].daily, at(rows[i].t));

		assert_string_equal(bulk_path(&f, NULL, path), rows[i].path);
		assert_true(bulk_path_read(path, &back, &checksum));
		assert_false(checksum);
		assert_memory_equal(&back, &f, sizeof f);
		snprintf(sum, sizeof sum, "%s.CHECKSUM", path);
		assert_true(bulk_path_read(sum, &back, &checksum));
		assert_true(checksum);
	}
}

static void refuses_other_paths(void **state)
{
	static const char *const paths[] = {
		"", "/", "/data", "/data/spot/monthly/klines/BTCUSDT/4h/", "/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-2.zip",
		"/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02.zip.SUM", "/data/spot/monthly/klines/BTCUSDT/4h/ETHUSDT-4h-2024-02.zip",
		"/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-1h-2024-02.zip", "/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02-01.zip",
		"/data/spot/daily/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02.zip", "/data/spot/daily/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02-30.zip",
		"/data/spot/monthly/trades/BTCUSDT/BTCUSDT-trades-2024-02.zip", "/data/futures/cm/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02.zip",
		"/data/futures/um/daily/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-02-01.zip", "/data/spot/monthly/klines/BTCUSDT/1M/BTCUSDT-1M-2024-02.zip",
		"/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-02.zip/x", "/data/spot/monthly/klines/BTCUSDT/4h/.zip",
	};
	struct bulk_file f;
	bool checksum;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (bulk_path_read(paths[i], &f, &checksum))
			fail_msg("'%s'", paths[i]);
}

static void knows_when_a_file_is_there(void **state)
{
	struct bulk_file month = bulk_file_at(MARKET_SPOT, INTERVAL_1H, "BTCUSDT", false, at("2024-04-15"));
	struct bulk_file day = bulk_file_at(MARKET_SPOT, INTERVAL_1H, "BTCUSDT", true, at("2024-04-15"));

	(void)state;
	assert_int_equal(month.first, at("2024-04-01"));
	assert_int_equal(month.end, at("2024-05-01"));
	assert_int_equal(bulk_published(&month), at("2024-05-06 12:00")); /* the first of May was a Wednesday */
	assert_int_equal(bulk_published(&day), at("2024-04-16 12:00"));
	month = bulk_file_at(MARKET_SPOT, INTERVAL_1H, "BTCUSDT", false, at("2024-03-31"));
	assert_int_equal(bulk_published(&month), at("2024-04-01 12:00")); /* a Monday itself */
	month = bulk_file_at(MARKET_SPOT, INTERVAL_1H, "BTCUSDT", false, at("2024-06-30"));
	assert_int_equal(bulk_published(&month), at("2024-07-01 12:00"));
	month = bulk_file_at(MARKET_SPOT, INTERVAL_1H, "BTCUSDT", false, at("2024-09-30"));
	assert_int_equal(bulk_published(&month), at("2024-10-07 12:00")); /* the first was a Tuesday */
}

/* The names of all files of a course, without the pair: "2024-02 2024-03-01 …". */
static const char *files_of(struct course *p)
{
	static char text[2048];
	char name[BULK_NAME_SIZE];
	struct bulk_file f;
	double n = course_count(p);

	text[0] = '\0';
	for (; course_next(p, &f); n--)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] ? " " : "", strstr(bulk_name(&f, name), "-20") + 1);
	assert_true(n == 0);
	return text;
}

static const char *plan_of(int interval, const char *since, const char *until, const char *now)
{
	struct course p;

	course_init(&p, interval < 0 ? MARKET_UM : MARKET_SPOT, interval, "BTCUSDT", at(since), until ? at(until) : TIME_NONE, at(now));
	return files_of(&p);
}

static void plans_months_and_days(void **state)
{
	struct course p;
	struct bulk_file f;

	(void)state;
	/* 4h: the API gives the newest weeks at once; April is there from the first Monday of May on */
	assert_string_equal(plan_of(INTERVAL_4H, "2024-02-10", NULL, "2024-05-07"), "2024-02 2024-03 2024-04");
	assert_string_equal(plan_of(INTERVAL_4H, "2024-02-10", NULL, "2024-05-06 23:59"), "2024-02 2024-03");
	assert_string_equal(plan_of(INTERVAL_4H, "2024-05-01", NULL, "2024-05-06"), "");
	assert_string_equal(plan_of(INTERVAL_4H, "2024-02-10", "2024-03-01", "2024-05-06"), "2024-02");
	assert_string_equal(plan_of(INTERVAL_4H, "2024-02-10", "2024-03-01 00:00:00.001", "2024-05-06"), "2024-02 2024-03");
	assert_string_equal(plan_of(-1, "2024-02-10", NULL, "2024-05-06"), "2024-02 2024-03");
	/* 15m, 96 a day: days until no more than 1000 rows are left, from noon to the end of the day after */
	assert_string_equal(plan_of(INTERVAL_15M, "2024-04-30", NULL, "2024-05-11"), "2024-04");
	assert_string_equal(plan_of(INTERVAL_15M, "2024-04-30", NULL, "2024-05-14"), "2024-04 2024-05-01 2024-05-02 2024-05-03");
	assert_string_equal(plan_of(INTERVAL_1M, "2024-05-01", NULL, "2024-05-04 23:00"), "2024-05-01 2024-05-02");
	assert_string_equal(plan_of(INTERVAL_1M, "2024-05-01 09:00", NULL, "2024-05-05 00:00"), "2024-05-01 2024-05-02 2024-05-03");
	/* a month that cannot be had */
	course_init(&p, MARKET_SPOT, INTERVAL_15M, "BTCUSDT", at("2024-02-26 12:00"), TIME_NONE, at("2024-05-07"));
	assert_true(course_next(&p, &f));
	assert_true(course_has_days(&p, &f));
	course_take_days(&p, &f, at("2024-02-26 12:00"));
	assert_true(course_is_before(&p, at("2024-03-01")));
	assert_string_equal(files_of(&p), "2024-02-26 2024-02-27 2024-02-28 2024-02-29 2024-03 2024-04");
	assert_false(course_is_before(&p, at("2024-03-01")));
	f = bulk_file_at(MARKET_SPOT, INTERVAL_1H, "BTCUSDT", false, at("2024-02-26"));
	p.interval = INTERVAL_1H; /* 744 rows: one page of the API */
	assert_false(course_has_days(&p, &f));
}

#define SUM "dd579c62368ded93d3f01a1904575b932279e32936e181c062763e605793c1c2"

static void reads_sums(void **state)
{
	static const char *const good[] = { SUM "  a-4h-2024-01.zip\n", SUM " *a-4h-2024-01.zip", SUM "  a-4h-2024-01.zip\r\n" };
	static const char *const bad[] = {
		"", SUM, SUM "  ", SUM "  b-4h-2024-01.zip\n", SUM "  a-4h-2024-01.zip.x\n", SUM " a-4h-2024-01.zip\n", SUM "0  a-4h-2024-01.zip\n",
		"zz579c62368ded93d3f01a1904575b932279e32936e181c062763e605793c1c2  a-4h-2024-01.zip\n", "<html>\n",
	};
	char hex[DIGEST_HEX];
	struct error e;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(bulk_checksum_read(good[i], strlen(good[i]), "a-4h-2024-01", hex, &e), OK);
		assert_string_equal(hex, SUM);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (bulk_checksum_read(bad[i], strlen(bad[i]), "a-4h-2024-01", hex, &e) != ERR_DATA)
			fail_msg("'%s'", bad[i]);
	assert_int_equal(bulk_checksum_read("DD579C62368DED93D3F01A1904575B932279E32936E181C062763E605793C1C2  a-4h-2024-01.zip", 82, "a-4h-2024-01", hex, &e), OK);
	assert_string_equal(hex, SUM);
}

#define ROW(t, end) t ",1,3,0.5,2,10," end ",20,5,4,8,0\n"
#define HEADER "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"

static const struct bulk_file *january(void)
{
	static struct bulk_file f;

	f = bulk_file_at(MARKET_SPOT, INTERVAL_4H, "BTCUSDT", false, INT64_C(1704067200000));
	return &f;
}

/* The message of unpack_check about a zip with this text; "": it is sound. */
static const char *judge(const struct bulk_file *f, const char *entry, const char *text)
{
	static struct error e;
	struct buf zip = { 0 };
	enum err rc;

	assert_int_equal(zip_write(entry, text, strlen(text), &zip, NULL), OK);
	rc = unpack_check(f, &zip, &e);
	assert_true(rc == OK || rc == ERR_DATA);
	buf_release(&zip);
	return rc ? e.message : "";
}

static void takes_binances_columns_only(void **state)
{
	static const char entry[] = "BTCUSDT-4h-2024-01.csv";
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ ROW("1704067200000", "1704081599999") ROW("1704081600000", "1704095999999"), "" },
		{ HEADER ROW("1704067200000", "1704081599999"), "" },
		{ ROW("1704067200000000", "1704081599999999"), "" },
		{ "", "'BTCUSDT-4h-2024-01.csv' has no rows" },
		{ HEADER, "'BTCUSDT-4h-2024-01.csv' has no rows" },
		{ ROW("1704067200000", "1704081599999") ROW("1706745600000", "1706759999999"), "BTCUSDT-4h-2024-01.csv:2: 2024-02-01 00:00 is not of this month" },
		{ ROW("1704067199999", "1704081599999"), "BTCUSDT-4h-2024-01.csv:1: 2023-12-31 23:59:59.999 is not of this month" },
		{ ROW("1704067200000", "1704081599999") "1704081600000,1,x,0.5,2,10,1704095999999,20,5,4,8,0\n",
			"BTCUSDT-4h-2024-01.csv:2: high: 'x' is not a decimal with at most 8 decimals" },
		{ "1,2.5,3,1,1,1704067200000,true\n", "BTCUSDT-4h-2024-01.csv:1: 7 cells: without a header Binance's 12 columns are expected" },
		{ "agg_trade_id,price\n1,2\n", "BTCUSDT-4h-2024-01.csv:1: open_time: missing in the header" },
		{ "open_time,high,open,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n",
			"BTCUSDT-4h-2024-01.csv:1: column 2 is 'high', not 'open'" },
		{ "open_time,open,high,low,close,volume,close_time\n", "BTCUSDT-4h-2024-01.csv:1: 7 columns where Binance's 12 are expected" },
		{ "open_time,open,high,low,close,volume,close_time,base_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n",
			"BTCUSDT-4h-2024-01.csv:1: column 8 is 'base_volume', not 'quote_volume'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(judge(january(), entry, rows[i].text), rows[i].says);
	assert_string_equal(judge(january(), "ETHUSDT-4h-2024-01.csv", rows[0].text), "'ETHUSDT-4h-2024-01.csv' is in the zip, not 'BTCUSDT-4h-2024-01.csv'");
	assert_string_equal(judge(january(), "../BTCUSDT-4h-2024-01.csv", rows[0].text),
		"'../BTCUSDT-4h-2024-01.csv' is in the zip, not 'BTCUSDT-4h-2024-01.csv'");
}

static void takes_payments(void **state)
{
	static const char entry[] = "BTCUSDT-fundingRate-2024-01.csv";
	struct bulk_file f = bulk_file_at(MARKET_UM, -1, "BTCUSDT", false, INT64_C(1704067200000));

	(void)state;
	assert_string_equal(judge(&f, entry, "calc_time,funding_interval_hours,last_funding_rate\n1704067200003,8,0.00037409\n1704096000000,,-0.0001\n"), "");
	assert_string_equal(judge(&f, entry, "1704067200003,8,0.00037409\n"), "");
	assert_string_equal(judge(&f, entry, "calc_time,rate,last_funding_rate\n"),
		"BTCUSDT-fundingRate-2024-01.csv:1: column 2 is 'rate', not 'funding_interval_hours'");
	assert_string_equal(judge(&f, entry, "1704067200003,8,0.00037409\n1704096000000,0,1\n"),
		"BTCUSDT-fundingRate-2024-01.csv:2: funding_interval_hours: '0' is not a number of hours");
	assert_string_equal(judge(&f, entry, "1704067200003,8,0.00037409\n1706745600000,8,1\n"),
		"BTCUSDT-fundingRate-2024-01.csv:2: 2024-02-01 00:00 is not of this month");
	assert_string_equal(judge(&f, entry, "1704067200003,8,-3.55e-6\n1704067200003,8,1.00000001e-1\n"),
		"BTCUSDT-fundingRate-2024-01.csv:2: last_funding_rate: '1.00000001e-1' is not a decimal with at most 8 decimals");
	assert_string_equal(judge(&f, entry, "1704067200003,8\n"), "BTCUSDT-fundingRate-2024-01.csv:1: 2 cells where 3 are expected");
}

/* A zip in which every size field of that value says another. */
static void lie(struct buf *zip, uint32_t size, uint32_t lies)
{
	for (size_t i = 0; i + sizeof size <= zip->len; i++)
		if (memcmp(zip->data + i, &size, sizeof size) == 0)
			memcpy(zip->data + i, &lies, sizeof lies);
}

static void stops_bombs(void **state)
{
	size_t n = (size_t)8 << 20;
	char *zeros = malloc(n);
	struct buf zip = { 0 };
	struct error e;

	(void)state;
	assert_non_null(zeros);
	memset(zeros, '0', n);
	assert_int_equal(zip_write("BTCUSDT-4h-2024-01.csv", zeros, n, &zip, NULL), OK);
	assert_true(zip.len < 20000);
	assert_int_equal(unpack_check(january(), &zip, &e), ERR_DATA);
	assert_non_null(strstr(e.message, "unpacks to more than the"));
	lie(&zip, (uint32_t)n, 100); /* it says that it is small */
	assert_int_equal(unpack_check(january(), &zip, &e), ERR_DATA);
	free(zeros);
	buf_release(&zip);
}

/* Whatever is cut off or changed is noticed, or changes nothing that counts: the text's own sum is in the zip. */
static void notices_damage(void **state)
{
	static const char text[] = ROW("1704067200000", "1704081599999") ROW("1704081600000", "1704095999999");
	struct buf zip = { 0 }, part;
	size_t refused = 0;
	struct error e;

	(void)state;
	assert_int_equal(zip_write("BTCUSDT-4h-2024-01.csv", text, strlen(text), &zip, NULL), OK);
	for (size_t n = 0; n < zip.len; n++) {
		part = (struct buf){ .data = zip.data, .len = n };
		refused += unpack_check(january(), &part, &e) == ERR_DATA;
	}
	assert_true(refused > zip.len / 2);
	part = (struct buf){ .data = zip.data, .len = zip.len / 2 };
	assert_int_equal(unpack_check(january(), &part, &e), ERR_DATA);
	refused = 0;
	for (size_t i = 0; i < zip.len; i++) { /* much of a zip is not looked at; its packed text is */
		zip.data[i] ^= 1;
		refused += unpack_check(january(), &zip, &e) == ERR_DATA;
		zip.data[i] ^= 1;
	}
	assert_true(refused > 60);
	assert_int_equal(unpack_check(january(), &zip, &e), OK);
	buf_release(&zip);
}

static void zips_are_the_same_each_time(void **state)
{
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	assert_int_equal(zip_write("x.csv", "1,2\n", 4, &a, NULL), OK);
	assert_int_equal(zip_write("x.csv", "1,2\n", 4, &b, NULL), OK);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	buf_release(&a);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_files_both_ways), cmocka_unit_test(refuses_other_paths), cmocka_unit_test(knows_when_a_file_is_there),
		cmocka_unit_test(plans_months_and_days), cmocka_unit_test(reads_sums), cmocka_unit_test(takes_binances_columns_only), cmocka_unit_test(takes_payments),
		cmocka_unit_test(stops_bombs), cmocka_unit_test(notices_damage), cmocka_unit_test(zips_are_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
