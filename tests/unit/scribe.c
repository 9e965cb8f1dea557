/* Records written by a second thread are those that were given, in their order. */
#include "check.h"

#include "tune/output.h"

static struct buf written;
static int failing; /* how many writes still succeed; -1: all */

static enum err keep(struct buf *b, struct error *e)
{
	if (failing == 0)
		return error_set(e, ERR_IO, "cannot write: the disk is full");
	failing -= failing > 0;
	if (b->len)
		buf_add(&written, b->data, b->len);
	buf_clear(b);
	return OK;
}

static enum err put_all(struct output *o, int n, struct error *e)
{
	static struct trade t;
	static struct decision d;
	static struct run r;
	enum err rc = OK;

	for (int i = 0; !rc && i < n; i++) {
		snprintf(t.id, sizeof t.id, "t%d", i);
		t.qty = i;
		snprintf(d.id, sizeof d.id, "d%d", i);
		snprintf(d.why, sizeof d.why, "a \"reason\" number %d", i);
		d.status = DECISION_REFUSED;
		snprintf(r.params_json, sizeof r.params_json, "%0*d", i % 10000, i);
		rc = output_sink(o, KIND_TRADE, &t, e);
		if (!rc && i % 3)
			rc = output_sink(o, KIND_DECISION, &d, e);
		if (!rc && i % 100 == 7)
			rc = output_sink(o, KIND_RUN, &r, e);
	}
	return rc;
}

static void aside_is_the_same(void **state)
{
	struct aide *aide = aide_begin();
	struct output direct = { .write = keep }, aside = { .write = keep, .aide = aide };
	struct buf first;
	struct book b = { 0 };

	(void)state;
	failing = -1;
	assert_int_equal(put_all(&direct, 20000, NULL), OK);
	assert_int_equal(output_end(&direct, &b, NULL), OK);
	output_release(&direct);
	first = written;
	written = (struct buf){ 0 };
	assert_int_equal(put_all(&aside, 20000, NULL), OK);
	assert_ptr_equal(aside.scribe.aide, aide);
	assert_int_equal(output_end(&aside, &b, NULL), OK);
	assert_null(aside.scribe.aide);
	assert_int_equal(written.len, first.len);
	assert_memory_equal(written.data, first.data, first.len);
	output_release(&aside);
	aide_end(aide);
	buf_release(&first);
	buf_release(&written);
}

/* Also where the failure comes at the very end, or nobody waits for it. */
static void a_failure_comes_back(void **state)
{
	struct aide *aide = aide_begin();
	struct output o = { .write = keep, .aide = aide };
	struct error e = { 0 };
	struct book b = { 0 };
	enum err rc;

	(void)state;
	failing = 2;
	assert_int_equal(put_all(&o, 20000, &e), ERR_IO);
	assert_string_equal(e.message, "cannot write: the disk is full");
	output_release(&o);

	o = (struct output){ .write = keep, .aide = aide };
	failing = 0;
	rc = put_all(&o, 3, &e);
	assert_int_equal(rc, OK);
	e = (struct error){ 0 };
	assert_int_equal(output_end(&o, &b, &e), ERR_IO);
	assert_string_equal(e.message, "cannot write: the disk is full");
	output_release(&o);
	aide_end(aide);
	buf_release(&written);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(aside_is_the_same), cmocka_unit_test(a_failure_comes_back) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
