/* The request budget: its arithmetic, its file, and several processes on it. */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

#include "core/utc.h"
#include "venue/budget.h"

#define MINUTE0 (INT64_C(28575360) * MS_MINUTE)

static void keeps_below_the_limit(void **state)
{
	struct budget_state s = { .limit = 100 };
	int64_t wait = -1;

	(void)state;
	for (int i = 0; i < 40; i++)
		assert_int_equal(budget_charge(&s, 2, MINUTE0 + 10000, &wait), BUDGET_TAKEN);
	assert_int_equal(s.used, 80);
	assert_int_equal(budget_charge(&s, 1, MINUTE0 + 59000, &wait), BUDGET_FULL);
	assert_int_equal(wait, 1000);
	assert_int_equal(s.used, 80);
	assert_int_equal(budget_charge(&s, 1, MINUTE0 + MS_MINUTE, &wait), BUDGET_TAKEN);
	assert_int_equal(s.used, 1);
	assert_int_equal(s.window_ms, MINUTE0 + MS_MINUTE);
}

/* A question that is dearer than all that may be spent is asked alone, or it never would be. */
static void lets_a_dear_question_through_alone(void **state)
{
	struct budget_state s = { .limit = 10 };
	int64_t wait;

	(void)state;
	assert_int_equal(budget_charge(&s, 20, MINUTE0, &wait), BUDGET_TAKEN);
	assert_int_equal(budget_charge(&s, 20, MINUTE0 + 1, &wait), BUDGET_FULL);
	assert_int_equal(wait, MS_MINUTE - 1);
}

/* In a file of its own, in windows of five minutes, beside the weight. */
static void calls_are_counted_apart(void **state)
{
	struct budget_state s = { .limit = 10, .length_ms = 5 * MS_MINUTE };
	int64_t wait, start = MINUTE0 - MINUTE0 % (5 * MS_MINUTE);

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(budget_charge(&s, 1, start + i * MS_MINUTE / 2, &wait), BUDGET_TAKEN);
	assert_int_equal(budget_charge(&s, 1, start + 4 * MS_MINUTE, &wait), BUDGET_FULL);
	assert_int_equal(wait, MS_MINUTE);
	assert_int_equal(budget_charge(&s, 1, start + 5 * MS_MINUTE, &wait), BUDGET_TAKEN);
	assert_int_equal(s.used, 1);
}

static void learns_from_answers(void **state)
{
	struct budget_state s = { .limit = 1000, .window_ms = MINUTE0, .used = 10 };

	(void)state;
	budget_learn(&s, 2, 500, MINUTE0 + 1000, MINUTE0 + 1100); /* others behind the same address */
	assert_int_equal(s.used, 500);
	budget_learn(&s, 2, 300, MINUTE0 + 1000, MINUTE0 + 1200); /* an answer that was overtaken */
	assert_int_equal(s.used, 500);
	budget_learn(&s, 2, -1, MINUTE0 + 1000, MINUTE0 + 1300);
	assert_int_equal(s.used, 500);
	budget_learn(&s, 2, 900, MINUTE0 + 59900, MINUTE0 + MS_MINUTE + 100); /* across the minute: in both */
	assert_int_equal(s.used, 2);
	assert_int_equal(s.window_ms, MINUTE0 + MS_MINUTE);
}

static void waits_out_a_block(void **state)
{
	struct budget_state s = { .limit = 1000 };
	int64_t wait;

	(void)state;
	budget_block(&s, MINUTE0 + 5000);
	budget_block(&s, MINUTE0 + 3000);
	assert_int_equal(budget_charge(&s, 1, MINUTE0, &wait), BUDGET_BLOCKED);
	assert_int_equal(wait, 5000);
	assert_int_equal(s.used, 0);
	assert_int_equal(budget_charge(&s, 1, MINUTE0 + 5000, &wait), BUDGET_TAKEN);
}

static void writes_and_reads_itself(void **state)
{
	struct budget_state s = { .window_ms = MINUTE0, .used = 4242, .limit = 6000, .blocked_ms = MINUTE0 + 7 }, t;
	char text[BUDGET_TEXT];
	static const char *const bad[] = { "", "ct-budget 1", "ct-budget 2 window 1 used 2 limit 3 blocked 4\n", "ct-budget 1 window 1 used 2 limit 3 blocked 4",
		"ct-budget 1 window -1 used 2 limit 3 blocked 4\n", "ct-budget 1 window 1 used 2 limit 0 blocked 4\n",
		"ct-budget 1 window 99999999999999999999 used 2 limit 3 blocked 4\n", "ct-budget 1 window 1 used 2 limit 3 blocked 4\nx" };

	(void)state;
	assert_true(budget_parse(text, budget_format(&s, text), &t));
	assert_memory_equal(&s, &t, sizeof s);
	for (size_t i = 0; i + 1 < sizeof bad / sizeof *bad; i++) {
		assert_false(budget_parse(bad[i], strlen(bad[i]), &t));
		assert_int_equal(t.used, 0);
	}
}

static void set_state(struct budget_state *s, void *ctx)
{
	*s = *(struct budget_state *)ctx;
}

static void get_state(struct budget_state *s, void *ctx)
{
	*(struct budget_state *)ctx = *s;
}

static void charge_two(struct budget_state *s, void *ctx)
{
	int64_t wait;

	if (budget_charge(s, 2, MINUTE0, &wait) == BUDGET_TAKEN)
		++*(int *)ctx;
}

/* 4 processes, each trying to spend 60 of 160 in twos: together they get exactly 160. */
static void is_shared_by_processes(void **state)
{
	struct budget_state start = { .window_ms = MINUTE0, .limit = 200 }, end;
	struct budget b;
	struct error e;
	int total = 0, status;

	(void)state;
	assert_int_equal(budget_open(&b, "127.0.0.1:8080", 6000, &e), OK);
	assert_non_null(strstr(b.path, "/ct/budget/127.0.0.1_8080"));
	assert_int_equal(budget_update(&b, set_state, &start, &e), OK);
	for (int child = 0; child < 4; child++)
		if (fork() == 0) {
			int got = 0;

			for (int i = 0; i < 30; i++)
				if (budget_update(&b, charge_two, &got, &e))
					_exit(255);
			_exit(got);
		}
	while (wait(&status) > 0) {
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 255);
		total += WEXITSTATUS(status);
	}
	assert_int_equal(total, 80);
	assert_int_equal(budget_update(&b, get_state, &end, &e), OK);
	assert_int_equal(end.used, 160);
}

static void lets_what_lessens_risk_use_the_rest(void **state)
{
	struct budget_state s = { .limit = 100, .window_ms = MINUTE0, .used = 80 };
	int64_t wait;

	(void)state;
	assert_int_equal(budget_charge(&s, 1, MINUTE0 + 1000, &wait), BUDGET_FULL);
	assert_int_equal(budget_charge_share(&s, 18, 98, MINUTE0 + 1000, &wait), BUDGET_TAKEN);
	assert_int_equal(budget_charge_share(&s, 1, 98, MINUTE0 + 1000, &wait), BUDGET_FULL);
	assert_int_equal(s.used, 98);
}

static const struct order_budget_state order_limits = { { { .length_ms = 10000, .limit = 10 }, { .length_ms = MS_DAY, .limit = 30 } } };

/* 8 in ten seconds, 24 a day, whichever is tighter; a refused charge changes neither window. */
static void counts_orders_in_two_windows(void **state)
{
	struct order_budget_state s = order_limits;
	int64_t wait, t = MINUTE0;

	(void)state;
	for (int window = 0; window < 3; window++, t += 10000) {
		assert_int_equal(order_budget_charge(&s, 3, 80, t, &wait), BUDGET_TAKEN);
		assert_int_equal(order_budget_charge(&s, 3, 80, t + 1, &wait), BUDGET_TAKEN);
		assert_int_equal(order_budget_charge(&s, 3, 80, t + 2, &wait), BUDGET_FULL);
		assert_int_equal(wait, 9998);
		assert_int_equal(order_budget_charge(&s, 2, 80, t + 2, &wait), BUDGET_TAKEN);
	}
	assert_int_equal(s.windows[1].used, 24);
	assert_int_equal(order_budget_charge(&s, 1, 80, t, &wait), BUDGET_FULL);
	assert_int_equal(wait, MS_DAY - t % MS_DAY);
	assert_int_equal(s.windows[0].used, 8); /* of the window before, still */
	assert_int_equal(order_budget_charge(&s, 1, 98, t, &wait), BUDGET_TAKEN); /* an exit */
	order_budget_learn(&s, 10000, 9, t);
	order_budget_learn(&s, 12345, 9, t);
	assert_int_equal(s.windows[0].used, 9);
	assert_int_equal(s.windows[1].used, 25);
	order_budget_set_limit(&s, MS_DAY, 100000);
	assert_int_equal(s.windows[1].limit, 100000);
}

static void take_an_order(struct order_budget_state *s, void *ctx)
{
	int64_t wait;

	if (order_budget_charge(s, 1, 80, MINUTE0, &wait) == BUDGET_TAKEN)
		++*(int *)ctx;
}

static void keeps_orders_in_a_file_an_account(void **state)
{
	struct order_budget a, b;
	struct error e;
	int got = 0, other = 0;
	FILE *file;

	(void)state;
	assert_int_equal(order_budget_open(&a, "127.0.0.1:8080", "0123456789abcdef", &order_limits, &e), OK);
	assert_int_equal(order_budget_open(&b, "127.0.0.1:8080", "fedcba9876543210", &order_limits, &e), OK);
	assert_non_null(strstr(a.path, "/ct/budget/127.0.0.1_8080.orders-0123456789abcdef"));
	for (int i = 0; i < 20; i++)
		assert_int_equal(order_budget_update(&a, take_an_order, &got, &e), OK);
	assert_int_equal(got, 8);
	assert_int_equal(order_budget_update(&b, take_an_order, &other, &e), OK);
	assert_int_equal(other, 1);
	file = fopen(a.path, "a");
	fputs("more", file);
	fclose(file);
	assert_int_equal(order_budget_update(&a, take_an_order, &got, &e), OK);
	assert_int_equal(got, 9); /* damaged: it starts anew */
}

static void starts_anew_from_a_damaged_file(void **state)
{
	struct budget_state s;
	struct budget b;
	struct error e;
	FILE *file;

	(void)state;
	assert_int_equal(budget_open(&b, "damaged", 1234, &e), OK);
	assert_int_equal(budget_update(&b, get_state, &s, &e), OK);
	assert_int_equal(s.limit, 1234);
	file = fopen(b.path, "w");
	fputs("ct-budget 1 window nonsense", file);
	fclose(file);
	assert_int_equal(budget_update(&b, get_state, &s, &e), OK);
	assert_true(s.used == 0 && s.limit == 1234 && s.blocked_ms == 0);
}

int main(void)
{
	char folder[] = "/tmp/ct-budget-XXXXXX", command[64];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_below_the_limit),
		cmocka_unit_test(lets_a_dear_question_through_alone),
		cmocka_unit_test(learns_from_answers), cmocka_unit_test(calls_are_counted_apart),
		cmocka_unit_test(waits_out_a_block),
		cmocka_unit_test(writes_and_reads_itself),
		cmocka_unit_test(is_shared_by_processes),
		cmocka_unit_test(starts_anew_from_a_damaged_file),
		cmocka_unit_test(lets_what_lessens_risk_use_the_rest),
		cmocka_unit_test(counts_orders_in_two_windows),
		cmocka_unit_test(keeps_orders_in_a_file_an_account),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	setenv("XDG_STATE_HOME", folder, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -r '%s'", folder);
	return system(command) || failed;
}
