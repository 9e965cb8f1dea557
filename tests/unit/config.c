/* Where files are looked for, and accounts.json with exact places in its messages. */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/path.h"
#include "model/config.h"

static char folder[] = "/tmp/ct-config-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[512];
	struct error e = { 0 };

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(path_make_parents(path, &e), OK);
	assert_int_equal(file_replace(path, text, strlen(text), &e), OK);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	setenv("CT_SHARE", folder, 1);
	put("symbols/two.json", "{\"market\":\"spot\",\"symbols\":[\"BTCUSDT\",\"ETHUSDT\"]}");
	put("symbols/twice.json", "{\"market\":\"spot\",\"symbols\":[\"BTCUSDT\",\"BTCUSDT\"]}");
	return 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

#define HEAD "{\"accounts\":[{\"name\":\"main\",\"mode\":\"paper\",\"anchor\":\"2024-05-01\",\"risk\":\"careful\",\"strategies\":["

static void loads(void **state)
{
	struct accounts a;
	struct error e = { 0 };
	const struct account *main_account, *none = NULL;
	char(*symbols)[SYMBOL_SIZE];
	size_t n;

	(void)state;
	put("accounts.json", HEAD "{\"file\":\"dir/fast.json\",\"symbols\":[\"SOLUSDT\",\"ETHUSDT\"]},{\"file\":\"slow\",\"symbols\":\"two\"}]}]}");
	assert_int_equal(accounts_load(folder, &a, &e), OK);
	assert_int_equal(accounts_find(&a, "main", &main_account, &e), OK);
	assert_int_equal(main_account->market, MARKET_SPOT);
	assert_int_equal(main_account->strategy_interval, INTERVAL_4H);
	assert_int_equal(main_account->interval, INTERVAL_1H); /* managed between */
	assert_int_equal(main_account->anchor, 1714521600000);
	assert_true(main_account->capital == (dec)10000 * DEC_ONE && main_account->taker_fee_bps == (dec)10 * DEC_ONE);
	assert_string_equal(main_account->strategies[0].name, "fast");
	assert_string_equal(main_account->strategies[1].symbols[1], "ETHUSDT");
	assert_int_equal(account_symbols(main_account, &symbols, &n, &e), OK);
	assert_int_equal(n, 3); /* ETHUSDT once */
	assert_string_equal(symbols[0], "SOLUSDT");
	assert_string_equal(symbols[2], "BTCUSDT");
	free(symbols);
	assert_int_equal(accounts_find(&a, "other", &none, &e), ERR_CONFIG);
	assert_string_equal(e.message, "no account 'other' in accounts.json (it has: main)");
	accounts_release(&a);
}

/* Which bars an account with these members books. */
static int booked(const char *members)
{
	struct accounts a;
	struct error e = { 0 };
	char text[700];
	int interval;

	snprintf(text, sizeof text, "{\"accounts\":[{%s,\"name\":\"main\",\"mode\":\"paper\",\"anchor\":\"2024-05-01\",\"risk\":\"careful\","
		"\"strategies\":[{\"file\":\"f\",\"symbols\":[\"SOLUSDT\"]}]}]}", members);
	put("accounts.json", text);
	assert_int_equal(accounts_load(folder, &a, &e), OK);
	interval = a.rows[0].interval;
	accounts_release(&a);
	return interval;
}

static void managed(void **state)
{
	(void)state;
	assert_int_equal(booked("\"interval\":\"1d\""), INTERVAL_1H);
	assert_int_equal(booked("\"interval\":\"1w\""), INTERVAL_1H);
	assert_int_equal(booked("\"interval\":\"1h\""), INTERVAL_1H);
	assert_int_equal(booked("\"interval\":\"1m\""), INTERVAL_1M); /* nothing lies between */
	assert_int_equal(booked("\"interval\":\"4h\",\"manage_interval\":\"5m\""), INTERVAL_5M);
	assert_int_equal(booked("\"interval\":\"4h\",\"manage_interval\":\"1d\""), INTERVAL_4H);
	assert_int_equal(booked("\"interval\":\"4h\",\"manage_interval\":null"), INTERVAL_4H);
}

static void refused(const char *text, const char *message)
{
	struct accounts a;
	struct error e = { 0 };
	char want[700];

	put("accounts.json", text);
	assert_int_equal(accounts_load(folder, &a, &e), ERR_CONFIG);
	snprintf(want, sizeof want, "%s/accounts.json: %s", folder, message);
	assert_string_equal(e.message, want);
	assert_null(a.rows);
}

static void messages(void **state)
{
	char text[400];

	(void)state;
	refused("{", "not a JSON object: string or '}' expected near end of file (column 1)");
	refused("{}", "accounts: not a list of 1 to 1000 accounts");
	refused("{\"accounts\":[]}", "accounts: not a list of 1 to 1000 accounts");
	refused("{\"accounts\":[1]}", "accounts[0]: not an object");
	refused("{\"accounts\":[{}],\"x\":1}", "x: no such key");
	refused("{\"accounts\":[{}]}", "accounts[0].name: missing");
	refused("{\"accounts\":[{\"name\":\"m\",\"mode\":\"paper\",\"anchor\":0,\"risk\":\"r\",\"interval\":\"12h\",\"manage_interval\":\"8h\","
		"\"strategies\":[{\"file\":\"f\",\"symbols\":[\"SOLUSDT\"]}]}]}",
		"accounts[0].manage_interval: bars of 8h do not make those of 12h, the account's interval");
	refused("{\"accounts\":[{\"name\":\"m\",\"mode\":\"demo\",\"anchor\":0,\"risk\":\"r\",\"interval\":\"4h\",\"market\":\"um\",\"key\":\"env:K\","
		"\"strategies\":[{\"file\":\"f\",\"symbols\":[\"SOLUSDT\"]}]}]}",
		"accounts[0].market: um is traded on paper only; this account is in mode demo");
	refused(HEAD "]}]}", "accounts[0].strategies: not a list of 1 to 100 strategies");
	refused(HEAD "5]}]}", "accounts[0].strategies[0]: not an object with file and symbols");
	refused(HEAD "{\"file\":\"s\"}]}]}", "accounts[0].strategies[0].symbols: not a list of 1 to 5000 pairs");
	refused(HEAD "{\"symbols\":\"two\"}]}]}", "accounts[0].strategies[0].file: not the name of a strategy file");
	refused(HEAD "{\"file\":\"s\",\"symbols\":\"two\",\"risk\":1}]}]}", "accounts[0].strategies[0]: no such key: 'risk'");
	refused(HEAD "{\"file\":\"s\",\"symbols\":[\"BTCUSDT\",7]}]}]}",
		"accounts[0].strategies[0].symbols[1]: not the name of a pair, such as \"BTCUSDT\"");
	refused(HEAD "{\"file\":\"s\",\"symbols\":[\"BTCUSDT\",\"BTCUSDT\"]}]}]}",
		"accounts[0].strategies[0].symbols[1]: 'BTCUSDT' stands here twice");
	refused(HEAD "{\"file\":\"s\",\"symbols\":[\"ETHBTC\"]}]}]}",
		"accounts[0].strategies[0].symbols[0]: 'ETHBTC' is not quoted in USDT, the account's currency");
	refused(HEAD "{\"file\":\"s\",\"symbols\":\"two\"},{\"file\":\"x/s.json\",\"symbols\":\"two\"}]}]}",
		"accounts[0].strategies[1]: a second strategy named 's'");
	snprintf(text, sizeof text, "%s{\"file\":\"s\",\"symbols\":\"two\"}]}]}", HEAD);
	memcpy(strstr(text, "\"main\""), "\"MAIN\"", 6);
	refused(text, "accounts[0].name: 'MAIN' has other characters than a-z, 0-9, _ and -");
	snprintf(text, sizeof text, "%s{\"file\":\"s\",\"symbols\":\"two\"}]}]}", HEAD);
	memcpy(strstr(text, "\"paper\""), "\"papel\"", 7);
	refused(text, "accounts[0].mode: 'papel' is not \"paper\", \"demo\", \"testnet\" or \"live\"");
	memcpy(strstr(text, "2024-05-01"), "2024-02-31", 10);
	memcpy(strstr(text, "\"papel\""), "\"paper\"", 7);
	refused(text, "accounts[0].anchor: '2024-02-31' is not a time such as 2024-05-01");
}

/* An error inside another file names that file. */
static void symbols_file(void **state)
{
	struct accounts a;
	struct error e = { 0 };
	char want[600];

	(void)state;
	put("accounts.json", HEAD "{\"file\":\"s\",\"symbols\":\"twice\"}]}]}");
	assert_int_equal(accounts_load(folder, &a, &e), ERR_CONFIG);
	snprintf(want, sizeof want, "%s/symbols/twice.json: symbols[1]: 'BTCUSDT' stands here twice", folder);
	assert_string_equal(e.message, want);
	put("accounts.json", HEAD "{\"file\":\"s\",\"symbols\":\"nowhere\"}]}]}");
	assert_int_equal(accounts_load(folder, &a, &e), ERR_CONFIG);
	assert_non_null(strstr(e.message, "accounts[0].strategies[0].symbols: no file 'nowhere'"));
}

static void places(void **state)
{
	char out[PATH_SIZE], want[600];
	struct error e = { 0 };

	(void)state;
	unsetenv("CT_DB");
	setenv("XDG_DATA_HOME", "/data", 1);
	assert_int_equal(path_db(NULL, out, &e), OK);
	assert_string_equal(out, "/data/ct/ct.db");
	unsetenv("XDG_DATA_HOME");
	setenv("HOME", "/home/x", 1);
	assert_int_equal(path_db(NULL, out, &e), OK);
	assert_string_equal(out, "/home/x/.local/share/ct/ct.db");
	setenv("CT_DB", "env.db", 1);
	assert_int_equal(path_db(NULL, out, &e), OK);
	assert_string_equal(out, "env.db");
	assert_int_equal(path_db("option.db", out, &e), OK);
	assert_string_equal(out, "option.db");
	unsetenv("CT_CONFIG");
	setenv("XDG_CONFIG_HOME", "/config", 1);
	assert_int_equal(path_config(NULL, out, &e), OK);
	assert_string_equal(out, "/config/ct");
	/* a name alone: the user's own before the shipped one */
	assert_int_equal(path_find("/nowhere", "symbols", "two", out, &e), OK);
	snprintf(want, sizeof want, "%s/symbols/two.json", folder);
	assert_string_equal(out, want);
	put("own/symbols/two.json", "{}");
	snprintf(want, sizeof want, "%s/own", folder);
	assert_int_equal(path_find(want, "symbols", "two.json", out, &e), OK);
	snprintf(want, sizeof want, "%s/own/symbols/two.json", folder);
	assert_string_equal(out, want);
	assert_int_equal(path_find(folder, "symbols", "none", out, &e), ERR_NOINPUT);
}

static void files(void **state)
{
	char path[512];
	struct buf b = { 0 };
	struct error e = { 0 };
	int fd, second;

	(void)state;
	put("file", "0123456789");
	snprintf(path, sizeof path, "%s/file", folder);
	assert_int_equal(file_read(path, 10, &b, &e), OK);
	assert_string_equal(b.data, "0123456789");
	buf_clear(&b);
	assert_int_equal(file_read(path, 9, &b, &e), ERR_DATA);
	buf_release(&b);
	assert_int_equal(file_read("/nowhere/x", 9, &b, &e), ERR_NOINPUT);
	assert_int_equal(file_replace("/nowhere/x", "x", 1, &e), ERR_CANTCREAT);
	snprintf(path, sizeof path, "%s/locks/a", folder);
	assert_int_equal(lock_take(path, 0, &fd, &e), OK);
	assert_int_equal(lock_take(path, 0, &second, &e), ERR_TEMPFAIL);
	close(fd);
	assert_int_equal(lock_take(path, 0, &second, &e), OK);
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads), cmocka_unit_test(managed), cmocka_unit_test(messages), cmocka_unit_test(symbols_file), cmocka_unit_test(places), cmocka_unit_test(files),
	};

	return cmocka_run_group_tests_name("config", tests, make_folder, remove_folder);
}
