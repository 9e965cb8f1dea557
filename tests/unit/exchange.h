#ifndef CT_TESTS_EXCHANGE_H
#define CT_TESTS_EXCHANGE_H

/*
 * The ground of the tests of the signed client at ct-sim, which shares neither signing nor rules with it. Needs the program, in
 * CT_BUILD/bin; else they are skipped.
 */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/utc.h"
#include "venue/broker.h"

#define API "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
#define SECRET "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
#define ED_API "EdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEd"
#define PEM "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n"
#define NOW INT64_C(1714521605000)
#define COINS(n) ((dec)(n) * DEC_ONE)

static char folder[] = "/tmp/ct-venue-XXXXXX", url[64];
static pid_t exchange;
static int port;

static inline void put(const char *name, const char *text)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

/* Not 0: there is none. */
static inline int exchange_start(void)
{
	static char program[4200], clock_[] = "--clock", now[] = "1714521605000", data[] = "--data", accounts[] = "--accounts", parent[] = "--exit-with-parent";
	static char data_dir[64], accounts_file[64], port_option[] = "--port-file", port_file[64];
	char *argv[] = { program, data, data_dir, clock_, now, accounts, accounts_file, port_option, port_file, parent, NULL };
	const char *build = getenv("CT_BUILD");
	posix_spawn_file_actions_t quiet;
	FILE *f;

	if (!mkdtemp(folder))
		exit(1);
	setenv("XDG_STATE_HOME", folder, 1);
	snprintf(program, sizeof program, "%s/bin/ct-sim", build ? build : "build");
	if (access(program, X_OK) != 0)
		return 1;
	snprintf(data_dir, sizeof data_dir, "%s/data", folder);
	snprintf(accounts_file, sizeof accounts_file, "%s/accounts.json", folder);
	snprintf(port_file, sizeof port_file, "%s/port", folder);
	mkdir(data_dir, 0700);
	put("data/AAAUSDT-1h.csv", "1714518000000,100.00,100.00,99.99,100.00,1000.00001,1714521599999,100000,10,0,0,0\n"
		"1714521600000,100.00,103.00,97.00,98.00,1000,1714525199999,100000,10,0,0,0\n"
		"1714525200000,98.00,99.00,89.00,90.00,1000,1714528799999,100000,10,0,0,0\n");
	put("accounts.json", "{\"spread_ticks\":1,\"fill_parts\":2,\"accounts\":[{\"name\":\"main\",\"slippage_bps\":\"0\",\"balances\":{\"USDT\":\"1000\",\"AAA\":\"10\"},"
		"\"keys\":[{\"api_key\":\"" API "\",\"secret\":\"" SECRET "\",\"enableWithdrawals\":true},{\"api_key\":\"" ED_API
		"\",\"public_key\":\"MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\"}]}]}");
	put("key", API "\n" SECRET "\n");
	put("pem", ED_API "\n" PEM);
	put("wrong", API "\nNhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0k\n");
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&exchange, program, &quiet, NULL, argv, environ) != 0)
		return 1;
	posix_spawn_file_actions_destroy(&quiet);
	for (int i = 0; i < 500 && port == 0; i++) {
		usleep(10000);
		f = fopen(port_file, "r");
		if (f && fscanf(f, "%d", &port) != 1)
			port = 0;
		if (f)
			fclose(f);
	}
	snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
	return port == 0;
}

static inline struct broker *open_with(const char *name)
{
	char key[100];
	struct broker_config c = { .market = MARKET_SPOT, .mode = MODE_DEMO, .base_url = url, .key = key, .now_ms = NOW, .patience_ms = 3000, .timeout_ms = 2000 };
	struct broker *b;
	struct error e = { 0 };

	snprintf(key, sizeof key, "file:%s/%s", folder, name);
	if (broker_open(&c, &b, &e))
		fail_msg("%s", e.message);
	return b;
}

#define MUST(call, want) must((call), (want), &r, #call)

static inline void must(enum fate got, enum fate want, const struct reply *r, const char *what)
{
	if (got != want)
		fail_msg("%s: %s, where '%s' was expected: %s: %s", what, fate_names[got], fate_names[want], r->error.field, r->error.message);
}

static inline struct order_request request(const char *id, int side, int type, int tif, dec qty, dec price, dec stop)
{
	return (struct order_request){ .symbol = "AAAUSDT", .id = id, .side = side, .type = type, .tif = tif, .qty = qty, .quote_qty = DEC_NONE, .price = price,
		.stop_price = stop };
}

/* Runs the tests, where the exchange is there, and stops it: the program's exit code. */
#define exchange_tests(tests) exchange_end(exchange_start() ? -1 : cmocka_run_group_tests(tests, NULL, NULL))

static inline int exchange_end(int failed)
{
	char command[100];

	if (failed < 0)
		print_message("ct-sim is not there: skipped\n");
	if (exchange > 0) {
		kill(exchange, SIGTERM);
		waitpid(exchange, NULL, 0);
	}
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) ? 1 : failed > 0 ? failed : 0;
}

#endif
