/* store_begin_read: all that is read until store_rollback is of one moment. */
#include "check.h"

#include <unistd.h>

#include "core/utc.h"

#include "store/store.h"

static char path[] = "/tmp/ct-store-read-XXXXXX";

static enum err count_row(void *ctx, const void *object, struct error *e)
{
	(void)object;
	(void)e;
	++*(size_t *)ctx;
	return OK;
}

static size_t transfers(struct store *s)
{
	struct store_query any = STORE_ANY;
	struct error e = { 0 };
	size_t n = 0;

	assert_int_equal(store_each(s, &kinds[KIND_TRANSFER], &any, count_row, &n, &e), OK);
	return n;
}

static void put(struct store *s, const char *id)
{
	struct transfer t = { .account = "main", .asset = "USDT", .amount = DEC_ONE, .t_ms = 5 };
	struct error e = { 0 };

	snprintf(t.id, sizeof t.id, "%s", id);
	assert_int_equal(store_put(s, &kinds[KIND_TRANSFER], &t, NULL, &e), OK);
}

static void one_moment(void **state)
{
	struct store *writer, *reader;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(store_open(path, STORE_CREATE, &writer, &e), OK);
	assert_int_equal(store_open(path, STORE_READ, &reader, &e), OK);
	put(writer, "a");
	assert_int_equal(store_begin_read(reader, &e), OK);
	assert_int_equal(transfers(reader), 1);
	put(writer, "b"); /* is not held up, and not seen */
	assert_int_equal(transfers(reader), 1);
	store_rollback(reader);
	assert_int_equal(transfers(reader), 2);
	store_close(reader);
	store_close(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(one_moment) };
	int fd = mkstemp(path), rc;
	static const char *const ends[] = { "", "-wal", "-shm" };

	close(fd);
	unlink(path);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char file[64];

		snprintf(file, sizeof file, "%s%s", path, ends[i]);
		unlink(file);
	}
	return rc;
}
