/* A series in windows: the same columns and tape as all its bars at once, filled by an aide or when they are wanted. */
#include "trial.h"

#include "tune/window.h"

#define BARS 21000 /* more windows than there are slots for */

static struct history history;

static int set_up(void **state)
{
	(void)state;
	add_walk(&history, "AAAUSDT", BARS, 5);
	return history_ready(&history, NULL) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	history_release(&history);
	return 0;
}

static struct panel *panel_of(bool volume)
{
	struct panel *p = panel_new(INTERVAL_1H);
	struct error e = { 0 };
	size_t first;

	assert_int_equal(panel_want(p, "donchian:20", &first, &e), OK);
	assert_int_equal(panel_want(p, volume ? "obv" : "sma:7", &first, &e), OK);
	return p;
}

/* All of a window, against the panel stepped bar by bar. */
static void check_window(const struct window *w, struct panel *p, bool volume)
{
	const struct study_run *r = &w->run;

	for (size_t i = 0; i < r->count; i++) {
		const struct bar *b = &history.series[0].bars[w->base + i];
		const double *values = panel_step(p, b);

		assert_ptr_equal(&r->bars[i], b);
		assert_true(r->high[i] == dec_double(b->high) && r->low[i] == dec_double(b->low) && r->close[i] == dec_double(b->close));
		assert_true(r->traded[i] == (b->volume > 0));
		assert_true(!volume || r->volume[i] == dec_double(b->volume));
		assert_true(w->tape.high[i] == b->high && w->tape.end_ms[i] == b->open_time + interval_ms(INTERVAL_1H));
		for (size_t c = 0; c < panel_columns(p); c++)
			if (memcmp(&r->columns[c][i], &values[c], sizeof *values) != 0)
				fail_msg("%s of bar %zu is another", panel_column_name(p, c), w->base + i);
	}
}

static void walk(struct aide *aide, size_t bars, bool volume)
{
	struct panel *own = panel_of(volume), *stepped = panel_of(volume);
	const struct window *w;
	struct windows all;
	struct error e = { 0 };

	assert_int_equal(windows_begin(&all, &history.series[0], own, bars, aide, &e), OK);
	for (size_t at = 0; at < bars; at += w->run.count) {
		assert_int_equal(windows_next(&all, &w, &e), OK);
		assert_int_equal(w->base, at);
		check_window(w, stepped, volume);
	}
	windows_release(&all);
	panel_free(own);
	panel_free(stepped);
}

static void every_window_is_right(void **state)
{
	static const size_t counts[] = { 1, 511, 512, 513, 4096, 4097, 16384, 16385, BARS };
	struct aide *aide = aide_begin();

	(void)state;
	assert_non_null(aide);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		walk(NULL, counts[i], i % 2);
		walk(aide, counts[i], i % 2);
	}
	aide_end(aide);
}

/* Several at a time, each left at another place: what was asked for ahead is dropped. */
static void a_walk_may_end_early(void **state)
{
	struct aide *aide = aide_begin();
	struct panel *panels[3];
	struct windows all[3];
	const struct window *w;
	struct error e = { 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		panels[i] = panel_of(false);
		assert_int_equal(windows_begin(&all[i], &history.series[0], panels[i], BARS, aide, &e), OK);
	}
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(windows_next(&all[i], &w, &e), OK);
	for (size_t i = 0; i < 3; i++) {
		windows_release(&all[i]);
		panel_free(panels[i]);
	}
	aide_end(aide);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_window_is_right), cmocka_unit_test(a_walk_may_end_early) };

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
