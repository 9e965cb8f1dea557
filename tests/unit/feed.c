/* Candles from files: CSV of every shape, and archives. */
#include "check.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/utc.h"
#include "feed/archive.h"

#define ROW_1                                                                                                          \
	"1714521600000,60672.01000000,60841.63000000,59590.00000000,60246.03000000,6530.47723000,1714535999999,"       \
	"392495625.65388230,235150,2819.39378000,169455814.73728330,0"
#define ROW_2                                                                                                          \
	"1714536000000,60246.02,60361.09,57100,57499.99,15737.62045,1714550399999,919709763.1045922,468661,6771.90116,"  \
	"395613203.1664389,0"

static const struct feed_series btc = { MARKET_SPOT, INTERVAL_4H, "BTCUSDT" };
static const struct feed_series unknown = { -1, -1, "" };

/* Text that is handed out in small pieces, so that every row is cut somewhere. */
struct text {
	const char *s;
	size_t n, at, piece;
};

static enum err read_text(void *ctx, char *data, size_t n, size_t *got, struct error *e)
{
	struct text *t = ctx;

	(void)e;
	*got = t->n - t->at;
	if (*got > t->piece)
		*got = t->piece;
	if (*got > n)
		*got = n;
	memcpy(data, t->s + t->at, *got);
	t->at += *got;
	return OK;
}

static struct text text;
static struct csv *csv;

static void open_text(const char *s, size_t n, const struct feed_series *series)
{
	text = (struct text){ s, n, 0, 7 };
	assert_int_equal(csv_new((struct csv_input){ read_text, &text }, series, &csv, NULL), OK);
}

static struct candle next_row(void)
{
	struct candle c = { 0 };
	struct error e = { 0 };
	bool end;

	if (csv_next(csv, &c, &end, &e))
		fail_msg("line %ld: %s: %s", e.line, e.field, e.message);
	assert_false(end);
	return c;
}

static void at_end(void)
{
	struct candle c;
	bool end;

	assert_int_equal(csv_next(csv, &c, &end, NULL), OK);
	assert_true(end);
	csv_free(csv);
}

static void bad_row(long line, const char *field, const char *message)
{
	struct candle c;
	struct error e = { 0 };
	bool end;

	assert_int_equal(csv_next(csv, &c, &end, &e), ERR_DATA);
	assert_int_equal(e.line, line);
	assert_string_equal(e.field, field);
	if (!strstr(e.message, message))
		fail_msg("'%s' lacks '%s'", e.message, message);
}

static void open_string(const char *s, const struct feed_series *series)
{
	open_text(s, strlen(s), series);
}

static void reads_binance_rows(void **state)
{
	struct candle c;

	(void)state;
	open_string("\xef\xbb\xbf" ROW_1 "\r\n\n" ROW_2, &btc);
	c = next_row();
	assert_string_equal(c.symbol, "BTCUSDT");
	assert_int_equal(c.interval, INTERVAL_4H);
	assert_int_equal(c.bar.open_time, 1714521600000);
	assert_int_equal(c.bar.close_time, 1714535999999);
	assert_int_equal(c.bar.open, 6067201000000);
	assert_int_equal(c.bar.low, 5959000000000);
	assert_int_equal(c.bar.volume, 653047723000);
	assert_int_equal(c.bar.quote_volume, 39249562565388230);
	assert_int_equal(c.bar.trades, 235150);
	assert_int_equal(c.bar.taker_buy_quote_volume, 16945581473728330);
	c = next_row();
	assert_int_equal(c.bar.low, 5710000000000);
	assert_int_equal(c.bar.quote_volume, 91970976310459220);
	at_end();
}

static void reads_times_of_every_kind(void **state)
{
	static const char micros[] = "1743465600000000,1,2,1,1,5,1743469199999999,5,1,1,1,0\n";
	struct feed_series hours = { -1, INTERVAL_1H, "X" };
	struct candle c;

	(void)state;
	open_string(micros, &hours);
	c = next_row();
	assert_int_equal(c.market, MARKET_SPOT);
	assert_int_equal(c.bar.open_time, 1743465600000);
	assert_int_equal(c.bar.close_time, 1743469199999);
	at_end();
	open_string("DateTime,Open,High,Low,Close,Volume\n2017-08-17 04:00:00,4261.48,4313.62,4261.32,4308.83,47.181009\n", &hours);
	c = next_row();
	assert_int_equal(c.bar.open_time, 1502942400000);
	assert_int_equal(c.bar.close_time, 1502942400000 + MS_HOUR - 1);
	assert_true(c.bar.quote_volume == DEC_NONE && c.bar.taker_buy_volume == DEC_NONE);
	assert_int_equal(c.bar.trades, INT_NONE);
	at_end();
	open_string("1714521600,1,2,1,1,5,1714535999,5,1,1,1,0\n1.70027E+12,1,2,1,1,5,1714535999999,5,1,1,1,0\n", &btc);
	bad_row(1, "open_time", "'1714521600' is not a time");
	bad_row(2, "open_time", "'1.70027E+12' is not a time");
	at_end();
}

static void reads_headers(void **state)
{
	struct candle c;

	(void)state;
	open_string("open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"
	     "1709164800000,0.0192100,0.0214860,0.0185310,0.0204280,8632702291,1709179199999,171938401.6751660,1024046,,,0\n",
		&(struct feed_series){ MARKET_UM, INTERVAL_4H, "1000BONKUSDT" });
	c = next_row();
	assert_int_equal(c.market, MARKET_UM);
	assert_int_equal(c.bar.open, 1921000);
	assert_true(c.bar.volume == (dec)8632702291 * DEC_ONE);
	assert_int_equal(c.bar.trades, 1024046);
	assert_true(c.bar.taker_buy_volume == DEC_NONE);
	at_end();
	open_string("\"interval\",symbol,volume,\"close\",low,high,open,open_time,note,market\n"
	     "1h,\"\xe5\xb8\x81USDT\",\"1\",2,1,3,2,1709164800000,\"a, \"\"b\"\"\",um\n"
	     "1d,BTCUSDT,0,2,1,3,2,1709164800000,,\n",
		&unknown);
	c = next_row();
	assert_string_equal(c.symbol, "\xe5\xb8\x81USDT");
	assert_int_equal(c.interval, INTERVAL_1H);
	assert_int_equal(c.market, MARKET_UM);
	assert_int_equal(c.bar.close, 2 * DEC_ONE);
	c = next_row();
	assert_int_equal(c.interval, INTERVAL_1D);
	assert_int_equal(c.market, MARKET_SPOT);
	assert_int_equal(c.bar.close_time, 1709164800000 + MS_DAY - 1);
	at_end();
}

static void refuses_headers(void **state)
{
	(void)state;
	open_string("open_time,open,high,low,volume\n1,2,3,4,5\n", &btc);
	bad_row(1, "close", "missing in the header");
	at_end();
	open_string("open_time,open,high,low,close,volume,Open\n", &btc);
	bad_row(1, "open", "named twice");
	at_end();
	open_string("open_time,open,high,low,close,volume\n", &unknown);
	bad_row(1, "symbol", "neither a column nor given");
	at_end();
	open_string("1714521600000,1,2,1,1,5\n", &btc);
	bad_row(1, "", "6 cells: without a header");
	at_end();
}

/* Every bad row is named, and the rows behind it are read. */
static void names_bad_cells(void **state)
{
	static const char start[] = "open_time,open,high,low,close,volume,trades,symbol\n"
				    "1714521600000,x1,2,1,1,5,1,A\n"
				    "1714521600000,1,2,1,1,,1,A\n"
				    "1714521600000,1,2,1,1,-1e3,1,A\n"
				    "1714521600000,1,2,1,0.123456789,1,1,A\n"
				    "1714521600000,1,2,1,1,1,1.5,A\n"
				    "1714521600000,1,2,1,1,1,1,a b\n"
				    "1714521600000,1,2,1,1,1,1,\xff\xfe\n"
				    "1714521600000,1,2,1,1,1,1\n"
				    "1714521600000,1,2,1,1,1,1,\"A\n"
				    "1714521600000,1,2,1,1,1,1,\"A\"B\n";
	static const char last[] = "\n1714521600000,1,2,1,1,1,1,A";
	size_t n = sizeof start - 1;
	char *s = malloc(sizeof start + 300000 + sizeof last);

	(void)state;
	memcpy(s, start, n);
	memset(s + n, '7', 300000);
	memcpy(s + n + 300000, last, sizeof last);
	open_text(s, n + 300000 + sizeof last - 1, &btc);
	text.piece = 4096;
	bad_row(2, "open", "'x1' is not a decimal");
	bad_row(3, "volume", "empty");
	bad_row(4, "volume", "'-1e3' is not");
	bad_row(5, "close", "'0.123456789' is not");
	bad_row(6, "trades", "'1.5' is not a count");
	bad_row(7, "symbol", "'a b' is not a symbol");
	bad_row(8, "symbol", "is not a symbol");
	bad_row(9, "", "7 cells where 8 are expected");
	bad_row(10, "", "a quote is not closed");
	bad_row(11, "", "text after a closing quote");
	bad_row(12, "", "line is longer than");
	assert_string_equal(next_row().symbol, "A");
	at_end();
	free(s);
}

static void tells_the_interval(void **state)
{
	(void)state;
	open_string(ROW_1 "\n", &(struct feed_series){ -1, -1, "BTCUSDT" });
	assert_int_equal(next_row().interval, INTERVAL_4H);
	at_end();
	open_string("1714521600000,1,2,1,1,1,1714521600001,1,1,1,1,0\n", &(struct feed_series){ -1, -1, "BTCUSDT" });
	bad_row(1, "interval", "not to be told");
	at_end();
}

/* Writes an archive of n entries, each with the same text. */
static void pack(const char *path, int filter, bool zip, const char *const *names, size_t n, const char *s)
{
	struct archive *a = archive_write_new();

	if (zip)
		archive_write_set_format_zip(a);
	else
		archive_write_set_format_raw(a);
	if (filter)
		archive_write_add_filter(a, filter);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *entry = archive_entry_new();

		archive_entry_set_pathname(entry, names[i]);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, (la_int64_t)strlen(s));
		assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
		assert_int_equal(archive_write_data(a, s, strlen(s)), strlen(s));
		archive_entry_free(entry);
	}
	archive_write_free(a);
}

static size_t count_rows(const char *path, const struct feed_series *series, char *place, size_t place_size)
{
	struct feed *feed;
	struct candle c;
	struct error e = { 0 };
	bool end;
	size_t n = 0;

	if (feed_open(path, series, &feed, &e))
		fail_msg("%s", e.message);
	for (;; n++) {
		if (feed_next(feed, &c, &end, &e))
			fail_msg("%s:%ld: %s", path, e.line, e.message);
		if (end)
			break;
		if (place)
			snprintf(place, place_size, "%s", feed_place(feed));
	}
	feed_close(feed);
	return n;
}

static char folder[] = "/tmp/ct-feed-XXXXXX";
static char file_name[128];

static const char *in_folder(const char *name)
{
	snprintf(file_name, sizeof file_name, "%s/%s", folder, name);
	return file_name;
}

static void reads_archives(void **state)
{
	static const char rows[] = ROW_1 "\n" ROW_2 "\n";
	static const int filters[] = { 0, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_BZIP2 };
	static const char *const entries[] = { "a.csv", "a.csv.CHECKSUM", "sub/b.CSV" }, *const none[] = { "readme.txt" };
	char place[256];
	struct feed *feed;
	struct error e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		pack(in_folder("BTCUSDT-4h.csv"), filters[i], false, entries, 1, rows);
		assert_int_equal(count_rows(in_folder("BTCUSDT-4h.csv"), NULL, NULL, 0), 2);
	}
	pack(in_folder("BTCUSDT-4h.zip"), 0, true, entries, 3, rows);
	assert_int_equal(count_rows(in_folder("BTCUSDT-4h.zip"), NULL, place, sizeof place), 4);
	assert_string_equal(place + strlen(folder), "/BTCUSDT-4h.zip:sub/b.CSV");
	pack(in_folder("BTCUSDT-4h.zip"), 0, true, none, 1, rows);
	assert_int_equal(feed_open(in_folder("BTCUSDT-4h.zip"), NULL, &feed, &e), ERR_DATA);
	assert_int_equal(feed_open(in_folder("nothing.csv"), NULL, &feed, &e), ERR_NOINPUT);
	assert_int_equal(truncate(in_folder("BTCUSDT-4h.csv"), 0), 0);
	assert_int_equal(count_rows(in_folder("BTCUSDT-4h.csv"), NULL, NULL, 0), 0);
}

/* A compressed file that breaks off is an error, not a short series. */
static void refuses_half_an_archive(void **state)
{
	struct feed_series series = btc;
	struct buf rows = { 0 };
	struct feed *feed = NULL;
	struct candle c;
	struct error e = { 0 };
	struct stat st;
	bool end = false;
	enum err rc;

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_addf(&rows, "%lld,%d,2,1,1,%d,,,,,,0\n", 1714521600000 + i * 4LL * MS_HOUR, i % 7 + 1, i);
	pack(in_folder("BTCUSDT-4h.csv"), ARCHIVE_FILTER_GZIP, false, (const char *const[]){ "a" }, 1, rows.data);
	assert_int_equal(count_rows(file_name, &series, NULL, 0), 20000);
	assert_int_equal(stat(file_name, &st), 0);
	assert_int_equal(truncate(file_name, st.st_size / 2), 0);
	rc = feed_open(file_name, &series, &feed, &e);
	while (!rc && !end)
		rc = feed_next(feed, &c, &end, &e);
	assert_int_equal(rc, ERR_DATA);
	assert_true(feed_broken(feed));
	feed_close(feed);
	buf_release(&rows);
}

static void reads_published_files(void **state)
{
	const char *shared = getenv("SHARED");
	char path[4096];

	(void)state;
	snprintf(path, sizeof path, "%s/data/vision-original/spot/BTCUSDT-1m-2020-01-01.zip", shared ? shared : "../shared");
	if (access(path, R_OK) != 0)
		skip();
	assert_int_equal(count_rows(path, NULL, NULL, 0), 1440);
	snprintf(path, sizeof path, "%s/data/vision-original/spot/BTCUSDT-1h-2025-04.csv.zst", shared ? shared : "../shared");
	assert_int_equal(count_rows(path, NULL, NULL, 0), 720);
	snprintf(path, sizeof path, "%s/data/vision-original/um/ALGOUSDT-1m-2025-02.csv.zst", shared ? shared : "../shared");
	assert_int_equal(count_rows(path, NULL, NULL, 0), 28 * 1440);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(in_folder("BTCUSDT-4h.csv"));
	unlink(in_folder("BTCUSDT-4h.zip"));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_binance_rows), cmocka_unit_test(reads_times_of_every_kind), cmocka_unit_test(reads_headers),
		cmocka_unit_test(refuses_headers), cmocka_unit_test(names_bad_cells), cmocka_unit_test(tells_the_interval),
		cmocka_unit_test(reads_archives), cmocka_unit_test(refuses_half_an_archive),
		cmocka_unit_test(reads_published_files),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
