/* Columns shared by trials: the values of a panel stepped bar by bar, whoever computed them; rows that are read stay. */
#include "trial.h"

#include <pthread.h>

#include "tune/shelf.h"

#define BARS 1000
#define COLUMNS 80
#define ROW (BARS * sizeof(double))

static struct history history;

static int set_up(void **state)
{
	(void)state;
	add_walk(&history, "AAAUSDT", BARS, 5);
	add_walk(&history, "BBBUSDT", BARS, 6);
	return history_ready(&history, NULL) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	history_release(&history);
	return 0;
}

static struct panel *panel_with(const char *a, const char *b)
{
	struct panel *p = panel_new(INTERVAL_1H);
	struct error e = { 0 };
	size_t first;

	assert_non_null(p);
	assert_int_equal(panel_want(p, a, &first, &e), OK);
	assert_int_equal(panel_want(p, b, &first, &e), OK);
	return p;
}

/* Whether the rows are what the panel's indicators give one bar at a time. */
static bool are_right(const struct history_series *s, const char *a, const char *b, const double *const *columns)
{
	struct panel *p = panel_with(a, b);
	bool right = true;

	for (size_t i = 0; i < s->count; i++) {
		const double *v = panel_step(p, &s->bars[i]);

		for (size_t c = 0; c < panel_columns(p); c++)
			right &= memcmp(&v[c], &columns[c][i], sizeof *v) == 0;
	}
	panel_free(p);
	return right;
}

static void take(struct shelf *s, size_t series, const char *a, const char *b, const double **columns)
{
	struct panel *p = panel_with(a, b);
	struct study_run run;
	struct error e = { 0 };

	assert_int_equal(shelf_take(s, &history.series[series], p, columns, &run, &e), OK);
	assert_int_equal(run.count, BARS);
	assert_true(run.close[7] == dec_double(history.series[series].bars[7].close));
	panel_free(p);
}

static void equal_columns_are_one(void **state)
{
	const double *one[3], *two[3], *other[3];
	struct shelf *s;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(shelf_new(&history, SHELF_BYTES, &s, &e), OK);
	take(s, 0, "sma:10", "lowest:5", one);
	take(s, 0, "lowest:5", "sma:11", two);
	take(s, 1, "sma:10", "lowest:5", other);
	assert_ptr_equal(one[1], two[0]); /* lowest has two columns */
	assert_ptr_equal(one[2], two[1]);
	assert_ptr_not_equal(one[0], two[2]);
	assert_ptr_not_equal(one[0], other[0]);
	assert_true(are_right(&history.series[0], "sma:10", "lowest:5", one));
	assert_true(are_right(&history.series[0], "lowest:5", "sma:11", two));
	assert_true(are_right(&history.series[1], "sma:10", "lowest:5", other));
	shelf_free(s);
}

static void rows_that_are_read_stay(void **state)
{
	const double *kept[2], *columns[2];
	struct shelf *s;
	struct error e = { 0 };
	char spec[2][16];

	(void)state;
	assert_int_equal(shelf_new(&history, 6 * ROW, &s, &e), OK);
	take(s, 0, "sma:3", "ema:3", kept);
	for (int n = 10; n < 40; n++) { /* many times what it may hold */
		snprintf(spec[0], sizeof spec[0], "sma:%d", n);
		snprintf(spec[1], sizeof spec[1], "ema:%d", n);
		take(s, 1, spec[0], spec[1], columns);
		assert_true(are_right(&history.series[1], spec[0], spec[1], columns));
		shelf_give(s, &history.series[1], columns, 2);
	}
	assert_true(are_right(&history.series[0], "sma:3", "ema:3", kept));
	take(s, 0, "sma:3", "ema:3", columns);
	assert_ptr_equal(columns[0], kept[0]);
	shelf_free(s);
}

struct reader {
	struct shelf *shelf;
	bool right;
};

static void *read_many(void *arg)
{
	struct reader *r = arg;
	const double *columns[2];
	char spec[2][16];

	r->right = true;
	for (int n = 0; n < 200; n++) {
		snprintf(spec[0], sizeof spec[0], "sma:%d", 2 + n % 13);
		snprintf(spec[1], sizeof spec[1], "ema:%d", 2 + n % 7);
		take(r->shelf, (size_t)n % 2, spec[0], spec[1], columns);
		r->right &= are_right(&history.series[n % 2], spec[0], spec[1], columns);
		shelf_give(r->shelf, &history.series[n % 2], columns, 2);
	}
	return NULL;
}

static void many_may_read_at_a_time(void **state)
{
	struct reader readers[4];
	pthread_t threads[4];
	struct shelf *s;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(shelf_new(&history, 10 * ROW, &s, &e), OK);
	for (int i = 0; i < 4; i++) {
		readers[i] = (struct reader){ .shelf = s };
		assert_int_equal(pthread_create(&threads[i], NULL, read_many, &readers[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(readers[i].right);
	}
	shelf_free(s);
}

/* Every indicator, in pieces of any length. */
static void rows_are_bars(void **state)
{
	static double room[COLUMNS][BARS], *rows[COLUMNS], seen[STUDY_ROOM * BARS];
	struct study_run run;
	const struct history_series *s = &history.series[0];
	struct panel *p = panel_new(INTERVAL_1H), *q = panel_new(INTERVAL_1H);
	struct error e = { 0 };
	uint64_t seed = 9;
	size_t first;

	(void)state;
	for (size_t i = 0; indicators[i]; i++) {
		assert_int_equal(panel_want(p, indicators[i]->name, &first, &e), OK);
		assert_int_equal(panel_want(q, indicators[i]->name, &first, &e), OK);
	}
	assert_true(panel_columns(p) <= COLUMNS);
	for (size_t from = 0, n; from < BARS; from += n) {
		n = 1 + check_random(&seed) % 600;
		n = n < BARS - from ? n : BARS - from;
		for (size_t c = 0; c < panel_columns(p); c++)
			rows[c] = room[c] + from;
		study_see(s->bars + from, n, true, seen, &run);
		panel_fill(p, &run, rows);
	}
	for (size_t i = 0; i < BARS; i++) {
		const double *v = panel_step(q, &s->bars[i]);

		for (size_t c = 0; c < panel_columns(q); c++)
			if (memcmp(&v[c], &room[c][i], sizeof *v) != 0)
				fail_msg("%s of bar %zu is another", panel_column_name(q, c), i);
	}
	panel_free(p);
	panel_free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_bars),
		cmocka_unit_test(equal_columns_are_one),
		cmocka_unit_test(rows_that_are_read_stay),
		cmocka_unit_test(many_may_read_at_a_time),
	};

	return cmocka_run_group_tests_name("shelf", tests, set_up, tear_down);
}
