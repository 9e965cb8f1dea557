/* lib/store: writers beside each other, the tables against the records, versions, backups. */
#include "store_file.h"

static void a_second_writer_is_told_to_wait(void **state)
{
	struct error e = { 0 };
	struct store *other;

	assert_int_equal(store_open(path, STORE_WRITE, &other, &e), OK);
	store_set_timeout(other, 50);
	assert_int_equal(store_begin(*state, &e), OK);
	assert_int_equal(store_begin(other, &e), ERR_TEMPFAIL);
	assert_int_equal(store_commit(*state, &e), OK);
	assert_int_equal(store_begin(other, &e), OK);
	store_rollback(other);
	store_close(other);
}

static void it_shows_that_another_has_written(void **state)
{
	struct error e = { 0 };
	struct store *other;
	int64_t before, now;

	assert_int_equal(store_open(path, STORE_WRITE, &other, &e), OK);
	assert_int_equal(store_changes(*state, &before, &e), OK);
	assert_true(before > 0);
	assert_int_equal(store_config_put(*state, "own", "1", T0, &e), OK);
	assert_int_equal(store_changes(*state, &now, &e), OK);
	assert_int_equal(now, before);
	assert_int_equal(store_config_put(other, "other", "1", T0, &e), OK);
	assert_int_equal(store_changes(*state, &now, &e), OK);
	assert_int_not_equal(now, before);
	store_close(other);
}

/* Adding a field without a migration, or the reverse, fails here. */
static void tables_have_the_columns_of_their_records(void **state)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "TEXT", [FIELD_DEC] = "ANY", [FIELD_DEC64] = "ANY", [FIELD_INT] = "INTEGER", [FIELD_TIME] = "INTEGER",
		[FIELD_REAL] = "REAL", [FIELD_BOOL] = "INTEGER", [FIELD_ENUM] = "TEXT",
	};

	(void)state;
	for (size_t i = 0; i < STORE_TABLES; i++) {
		const struct store_table *t = &store_tables[i];
		char query[160], expected[64];

		if (i == KIND_CANDLE)
			continue;
		snprintf(query, sizeof query, "SELECT count(*) FROM pragma_table_info('%s')", t->name);
		snprintf(expected, sizeof expected, "%zu", t->field_count);
		assert_string_equal(sql(query), expected);
		for (size_t k = 0; k < t->field_count; k++) {
			snprintf(query, sizeof query, "SELECT name || ' ' || type FROM pragma_table_info('%s') WHERE cid = %zu", t->name, k);
			snprintf(expected, sizeof expected, "%s %s", t->fields[k].name, types[t->fields[k].type]);
			assert_string_equal(sql(query), expected);
		}
	}
}

static void every_version_goes_down_and_up_again(void **state)
{
	struct candle c = candle("BTCUSDT", T0, 1000);
	struct store_migration m;
	struct error e = { 0 };
	struct store *s;

	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	assert_int_equal(store_migrate(path, 1, false, &m, &e), OK);
	assert_true(m.from == store_version() && m.to == 1 && m.backup[0]);
	assert_string_equal(sql("SELECT count(*) FROM sqlite_schema WHERE type = 'view'"), "0");
	assert_int_equal(store_open(path, STORE_READ, &s, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "run ct-store migrate"));
	assert_int_equal(store_migrate(path, -1, false, &m, &e), OK);
	assert_string_equal(sql("SELECT close FROM klines"), "0.00001000");
	assert_int_equal(store_migrate(path, 0, false, &m, &e), OK);
	assert_string_equal(sql("SELECT count(*) FROM sqlite_schema"), "0");
	assert_int_equal(store_migrate(path, -1, false, &m, &e), OK);
	assert_string_equal(sql("SELECT count(*) FROM klines"), "0");
}

static void a_newer_database_is_left_alone(void **state)
{
	struct store_migration m;
	struct error e = { 0 };
	struct store *s;

	(void)state;
	sql("PRAGMA user_version = 99");
	assert_int_equal(store_open(path, STORE_WRITE, &s, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "newer"));
	assert_int_equal(store_migrate(path, -1, false, &m, &e), ERR_CONFIG);
	assert_string_equal(sql("PRAGMA user_version"), "99");
}

static void a_backup_is_whole_and_overwrites_nothing(void **state)
{
	struct candle c = candle("BTCUSDT", T0, 1000);
	struct error e = { 0 };
	char copy[160];
	struct store *s;
	struct store_series *rows;
	struct store_query q = STORE_ANY;
	size_t n;

	snprintf(copy, sizeof copy, "%s.copy", path);
	assert_int_equal(store_put(*state, &kinds[KIND_CANDLE], &c, NULL, &e), OK);
	assert_int_equal(store_backup(*state, copy, &e), OK);
	assert_int_equal(store_backup(*state, copy, &e), ERR_CANTCREAT);
	assert_int_equal(store_open(copy, STORE_READ, &s, &e), OK);
	assert_int_equal(store_series(s, &q, &rows, &n, &e), OK);
	assert_true(n == 1 && rows[0].first == T0 && rows[0].last == T0 && rows[0].interval == INTERVAL_4H);
	free(rows);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_writer_is_told_to_wait), TEST(it_shows_that_another_has_written), TEST(tables_have_the_columns_of_their_records), TEST(every_version_goes_down_and_up_again),
		TEST(a_newer_database_is_left_alone), TEST(a_backup_is_whole_and_overwrites_nothing),
	};

	return RUN(tests);
}
