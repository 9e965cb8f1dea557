/* The pump: every object once and in order, ends that are whole blocks or not, errors, and takers who leave. */
#include "check.h"

#include "store/pump.h"

#define ROOM 8

struct count {
	int64_t made, most, fails_at; /* fails_at: -1 never */
};

static enum err fill(void *ctx, void *objects, size_t room, size_t *count, struct error *e)
{
	struct count *c = ctx;
	int64_t *to = objects;

	for (*count = 0; *count < room && c->made < c->most; ++*count) {
		if (c->made == c->fails_at)
			return error_set(e, ERR_IO, "cannot read number %lld", (long long)c->made);
		to[*count] = c->made++;
	}
	return OK;
}

/* Takes up to `blocks` blocks; returns how many objects came, each of which is checked. */
static int64_t take(struct count *c, int blocks, enum err *rc, struct error *e)
{
	const struct pump_source source = { sizeof(int64_t), ROOM, fill, c };
	const void *objects;
	struct pump *p;
	int64_t got = 0;
	size_t n = 1;

	assert_int_equal(pump_start(&source, &p, e), OK);
	for (*rc = OK; !*rc && n && blocks > 0; blocks--) {
		*rc = pump_next(p, &objects, &n, e);
		for (size_t i = 0; !*rc && i < n; i++)
			assert_int_equal(((const int64_t *)objects)[i], got++);
	}
	pump_end(p);
	return got;
}

static void all_of_it(void **state)
{
	static const int64_t lengths[] = { 0, 1, ROOM - 1, ROOM, ROOM + 1, 4 * ROOM, 1000 * ROOM, 1000 * ROOM + 3 };
	struct error e = { 0 };
	enum err rc;

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct count c = { .most = lengths[i], .fails_at = -1 };

		assert_int_equal(take(&c, 100000, &rc, &e), lengths[i]);
		assert_int_equal(rc, OK);
	}
}

static void an_error_comes_in_its_place(void **state)
{
	struct count c = { .most = 1000, .fails_at = 5 * ROOM + 2 };
	struct error e = { 0 };
	enum err rc;

	(void)state;
	assert_int_equal(take(&c, 100000, &rc, &e), 5 * ROOM);
	assert_int_equal(rc, ERR_IO);
	assert_string_equal(e.message, "cannot read number 42");
}

static void a_taker_may_leave(void **state)
{
	struct error e = { 0 };
	enum err rc;

	(void)state;
	for (int blocks = 0; blocks < 6; blocks++) {
		struct count c = { .most = INT64_MAX, .fails_at = -1 };

		assert_int_equal(take(&c, blocks, &rc, &e), blocks * ROOM);
		assert_true(c.made <= (blocks + 4) * ROOM); /* it does not run far ahead */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(an_error_comes_in_its_place),
		cmocka_unit_test(a_taker_may_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
