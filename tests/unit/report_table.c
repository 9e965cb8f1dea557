/* Tables, small charts and the verdict, to the letter. */
#include "check.h"
#include "core/utc.h"
#include "report/number.h"
#include "report/spark.h"
#include "report/table.h"
#include "report/verdict.h"

static const struct style ascii = { false, false, NULL }, utf8 = { true, false, NULL }, colour = { true, true, NULL };

static void take(struct buf *b, const char *want)
{
	assert_false(b->failed);
	assert_string_equal(b->data ? b->data : "", want);
	buf_release(b);
}

static void numbers(void **state)
{
	static const struct { double v; int decimals; const char *text; } cases[] = {
		{ 0, 2, "0.00" }, { -0.001, 2, "0.00" }, { 999, 0, "999" }, { 1000, 0, "1,000" }, { -1234567.891, 2, "-1,234,567.89" }, { 100000, 2, "100,000.00" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		number_real(&b, cases[i].v, cases[i].decimals);
		take(&b, cases[i].text);
	}
	number_real(&b, NAN, 2);
	take(&b, "");
	number_percent(&b, -0.12345, 2);
	take(&b, "-12.35%");
	number_price(&b, 67204.1);
	buf_addc(&b, ' ');
	number_price(&b, 1.5);
	buf_addc(&b, ' ');
	number_price(&b, 0.00001234);
	take(&b, "67,204.10 1.5000 0.00001234");
	number_qty(&b, (dec)123456 * DEC_ONE + 12000000);
	take(&b, "123,456.12");
	number_qty(&b, (dec)7000 * DEC_ONE);
	take(&b, "7,000");
	number_duration(&b, 0.5);
	buf_addc(&b, ' ');
	number_duration(&b, 36.4);
	take(&b, "12.0h 36d");
}

static void fill_table(struct table *t)
{
	table_init(t, "Two pairs");
	table_column(t, "account", "account", false);
	table_fold(t);
	table_column(t, "symbol", "symbol", false);
	table_column(t, "pnl", "pnl", true);
	table_column(t, "return", "ret", true);
	table_column(t, "since", "since", false);
	table_text(t, "main");
	table_text(t, "BTCUSDT");
	table_dec(t, CELL_MONEY, (dec)1234 * DEC_ONE + 56000000);
	table_tint(t, 1);
	table_real(t, CELL_PERCENT, 0.1);
	table_time(t, CELL_TIME, INT64_C(1714564800000));
	table_text(t, "main");
	table_text(t, "币安USDT");
	table_dec(t, CELL_MONEY, -5 * (dec)DEC_ONE);
	table_tint(t, -1);
	table_real(t, CELL_PERCENT, NAN);
	table_time(t, CELL_TIME, TIME_NONE);
}

static void layout(void **state)
{
	struct style noted = utf8;
	struct table t;
	struct buf b = { 0 };

	(void)state;
	fill_table(&t);
	table_write(&t, &ascii, &b);
	take(&b, "Two pairs: account main\n"
		 "symbol         pnl  return  since\n"
		 "--------------------------------------------\n"
		 "BTCUSDT   1,234.56  10.00%  2024-05-01 12:00\n"
		 "币安USDT     -5.00       -  -\n");
	noted.note = "synthetic market, not real prices";
	table_write(&t, &noted, &b);
	take(&b, "[ synthetic market, not real prices ]\n"
		 "Two pairs: account main\n"
		 "symbol         pnl  return  since\n"
		 "────────────────────────────────────────────\n"
		 "BTCUSDT   1,234.56  10.00%  2024-05-01 12:00\n"
		 "币安USDT     -5.00       –  –\n");
	table_csv(&t, true, &b);
	take(&b, "account,symbol,pnl,ret,since\n"
		 "main,BTCUSDT,1234.56000000,0.1,2024-05-01T12:00:00.000Z\n"
		 "main,币安USDT,-5.00000000,,\n");
	table_release(&t);
}

static void colours(void **state)
{
	struct table t;
	struct buf b = { 0 };

	(void)state;
	fill_table(&t);
	table_write(&t, &colour, &b);
	assert_non_null(strstr(b.data, "\033[32m1,234.56\033[0m"));
	assert_non_null(strstr(b.data, "   \033[31m-5.00\033[0m"));
	b.len = 0;
	table_write(&t, &utf8, &b);
	assert_null(strchr(b.data, '\033'));
	buf_release(&b);
	table_release(&t);
}

static void sections_and_quotes(void **state)
{
	struct table t;
	struct buf b = { 0 };

	(void)state;
	table_init(&t, "");
	table_column(&t, "what", "what", false);
	table_column(&t, "n", "n", true);
	table_section(&t, "A heading that is longer than its column");
	table_text(&t, "a \"b\", c");
	table_real(&t, CELL_COUNT, 3);
	table_write(&t, &ascii, &b);
	take(&b, "what      n\n"
		 "-----------\n"
		 "A heading that is longer than its column\n"
		 "a \"b\", c  3\n");
	table_csv(&t, true, &b);
	take(&b, "what,n\n\"a \"\"b\"\", c\",3\n");
	table_release(&t);
}

static void widths(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("–"), 1);
	assert_int_equal(text_width("e\xcc\x81"), 1);
	assert_int_equal(text_width("币安"), 4);
	assert_int_equal(text_width("\xe5\xb8"), 1); /* cut short: still ends */
}

static void small_chart(void **state)
{
	struct curve c = { 0 };
	struct buf b = { 0 };
	struct error e;

	(void)state;
	for (int day = 0; day <= 40; day++)
		assert_int_equal(curve_add(&c, INT64_C(1704067200000) + day * MS_DAY, day < 20 ? 1000 : 1000 + 25 * (day - 20), &e), OK);
	assert_int_equal(spark_write(&c, 41, 5, &ascii, &b, &e), OK);
	take(&b, "1,500 +                                      ***\n"
		 "      |                                 *****\n"
		 "1,250 +                            *****\n"
		 "      |                       *****\n"
		 "1,000 +***********************\n"
		 "       2024-01-01     2024-01-21      2024-02-09\n");
	assert_int_equal(spark_write(&c, 10, 2, &utf8, &b, &e), OK);
	assert_non_null(strstr(b.data, "⣀"));
	buf_release(&b);
	c.count = 1;
	assert_int_equal(spark_write(&c, 41, 5, &ascii, &b, &e), OK);
	take(&b, "");
	curve_release(&c);
}

/* An account that falls by `fall` half-way and ends at `end`. */
static void make_slice(struct slice *s, const char *name, size_t trades, int days, double fall, double end)
{
	static struct outcome outcomes[64];
	struct error e;

	*s = (struct slice){ 0 };
	snprintf(s->account, sizeof s->account, "%s", name);
	for (int day = 0; day <= days; day++)
		assert_int_equal(curve_add(&s->daily, day * MS_DAY, day == 0 ? 1 : day < days ? 1 - fall : end, &e), OK);
	s->p = (struct performance){ .daily = &s->daily, .all = &s->daily, .periods_per_year = 365, .outcomes = outcomes, .outcome_count = trades,
		.span_ms = days * MS_DAY };
}

static void verdict(struct slices *s, const char *want)
{
	struct buf b = { 0 };

	verdict_write(s, &b);
	take(&b, want);
}

static void verdicts(void **state)
{
	struct slice rows[3];
	struct slices s = { rows, 2, 3 };

	(void)state;
	make_slice(&rows[0], "steady", 40, 365, 0.05, 1.1);
	make_slice(&rows[1], "wild", 40, 365, 0.3, 1.5);
	make_slice(&rows[2], "young", 29, 365, 0.01, 1.2);
	verdict(&s, "Safest was steady: its maximum drawdown was the least, 5.0% (wild 30.0%), and it earned 10.0% (Calmar 2.00).\n");
	s.count = 3;
	verdict(&s, "Safest was steady: its maximum drawdown was the least, 5.0% (wild 30.0%), and it earned 10.0% (Calmar 2.00); "
		    "too little to tell about young (29 round trips in 365 days): it takes 30 round trips and 90 days.\n");
	curve_release(&rows[1].daily);
	make_slice(&rows[1], "near", 30, 90, 0.06, 1.2); /* falls hardly deeper, earns much more */
	verdict(&s, "Safest was near: its maximum drawdown was near the least, 6.0% (steady 5.0%), and it earned 20.0% (Calmar 18.25); "
		    "too little to tell about young (29 round trips in 365 days): it takes 30 round trips and 90 days.\n");
	curve_release(&rows[0].daily);
	curve_release(&rows[1].daily);
	make_slice(&rows[0], "old", 40, 89, 0.05, 1.1);
	make_slice(&rows[1], "sinking", 40, 100, 0.4, 0.7);
	verdict(&s, "Only sinking has traded enough to be judged: its maximum drawdown was 40.0%, though it lost 30.0%; "
		    "too little to tell about old (40 round trips in 89 days), young (29 round trips in 365 days): it takes 30 round trips and 90 days.\n");
	s.count = 1;
	verdict(&s, "Too little to tell which is safest: old (40 round trips in 89 days): it takes 30 round trips and 90 days.\n");
	for (int i = 0; i < 3; i++)
		curve_release(&rows[i].daily);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(layout), cmocka_unit_test(colours), cmocka_unit_test(sections_and_quotes),
		cmocka_unit_test(widths), cmocka_unit_test(small_chart), cmocka_unit_test(verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
