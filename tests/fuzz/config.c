/*
 * Configuration files: any text is read without harm, a refusal says why, and what is accepted says itself in a form that reads
 * back the same and can be used. The first letter picks the file: accounts, risk, strategy, symbols, outages (o), notify, and the
 * exchange's (x).
 */
#include "fuzz.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/path.h"
#include "core/utc.h"
#include "model/config.h"
#include "model/halt.h"
#include "model/notify.h"
#include "risk/config.h"
#include "sim/accounts.h"
#include "strategy/strategy.h"

static char folder[] = "/tmp/fuzz-config-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void put_file(const char *name, const void *data, size_t n)
{
	FILE *f = fopen(in_folder(name), "w");

	if (!f || fwrite(data, 1, n, f) != n || fclose(f))
		abort();
}

static void remove_folder(void)
{
	static const char *const names[] = { "accounts.json", "any.json", "notify.json", "outages/binance.json", "outages" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		remove(in_folder(names[i]));
	rmdir(folder);
}

static void prepare(void)
{
	if (!mkdtemp(folder) || mkdir(in_folder("outages"), 0700))
		abort();
	atexit(remove_folder);
}

static void read_accounts(void)
{
	char (*symbols)[SYMBOL_SIZE];
	struct accounts a;
	struct error e = { 0 };
	size_t n;
	enum err rc = accounts_load(folder, &a, &e);

	need_reason(rc, &e);
	for (size_t i = 0; !rc && i < a.count; i++) {
		const struct account *account;
		int64_t t = 0;

		if (accounts_find(&a, a.rows[i].name, &account, &e) || account != &a.rows[i])
			abort();
		for (int k = 0; k < 100 && t != TIME_NONE; k++) {
			int64_t next = schedule_next(&account->transfers, t);

			if (next != TIME_NONE && next <= t)
				abort();
			t = next;
		}
		if (!account_symbols(account, &symbols, &n, &e))
			free(symbols);
	}
	accounts_release(&a);
}

static void read_risk(void)
{
	struct risk_config first, second;
	struct buf text = { 0 }, again = { 0 };
	struct error e = { 0 };
	enum err rc = risk_load(in_folder("any.json"), &first, &e);

	need_reason(rc, &e);
	if (rc)
		return;
	risk_params(&first, &text);
	put_file("any.json", text.data, text.len);
	if (risk_load(in_folder("any.json"), &second, &e))
		abort();
	risk_params(&second, &again);
	if (strcmp(text.data, again.data) != 0)
		abort();
	buf_release(&text);
	buf_release(&again);
}

static void use_strategy(const struct strategy *s)
{
	struct panel *panel = panel_new(INTERVAL_4H);
	struct strategy_series *series = NULL;
	struct signal said;
	struct error e = { 0 };

	if (!panel || strategy_series_new(s, panel, MARKET_SPOT, "BTCUSDT", INTERVAL_4H, &series, &e)) {
		need_reason(ERR_CONFIG, &e);
		panel_free(panel);
		return;
	}
	for (int i = 0; i < 200; i++) {
		struct bar b = wave_bar(i, INTERVAL_4H);

		strategy_series_step(series, &b, panel_step(panel, &b), &said);
		strategy_series_words(series, &said);
		if (said.action < 0 || said.exposure < 0 || said.exposure > 1)
			abort();
	}
	strategy_series_free(series);
	panel_free(panel);
}

static void read_strategy(void)
{
	struct strategy *s, *same;
	struct buf text = { 0 }, again = { 0 };
	struct error e = { 0 };
	enum err rc = strategy_load(in_folder("any.json"), &s, &e);

	need_reason(rc, &e);
	if (rc)
		return;
	strategy_params_json(s, &text);
	put_file("any.json", text.data, text.len);
	if (strategy_load(in_folder("any.json"), &same, &e))
		abort();
	strategy_params_json(same, &again);
	if (strcmp(text.data, again.data) != 0)
		abort();
	use_strategy(s);
	strategy_free(s);
	strategy_free(same);
	buf_release(&text);
	buf_release(&again);
}

static void read_symbols(void)
{
	char (*symbols)[SYMBOL_SIZE];
	struct error e = { 0 };
	int market;
	size_t n;
	enum err rc = symbols_load(in_folder("any.json"), &market, &symbols, &n, &e);

	need_reason(rc, &e);
	for (size_t i = 0; !rc && i < n; i++)
		if (!*symbols[i] || !memchr(symbols[i], '\0', SYMBOL_SIZE))
			abort();
	if (!rc)
		free(symbols);
}

static void read_outages(void)
{
	struct halts h;
	struct error e = { 0 };
	enum err rc = halts_load(folder, &h, &e);

	need_reason(rc, &e);
	if (!rc)
		(void)halt_explains(&h, MARKET_SPOT, "BTCUSDT", 0, MS_DAY);
	halts_release(&h);
}

static void read_notify(void)
{
	struct notify n;
	struct error e = { 0 };
	bool found;

	need_reason(notify_load(folder, &n, &found, &e), &e);
}

static void read_exchange(void)
{
	struct sim_accounts a;
	struct error e = { 0 };

	need_reason(sim_accounts_load(in_folder("any.json"), &a, &e), &e);
	sim_accounts_release(&a);
}

static const struct {
	char letter;
	const char *file;
	void (*read)(void);
} files[] = {
	{ 'a', "accounts.json", read_accounts }, { 'r', "any.json", read_risk }, { 's', "any.json", read_strategy }, { 'p', "any.json", read_symbols },
	{ 'o', "outages/binance.json", read_outages }, { 'n', "notify.json", read_notify }, { 'x', "any.json", read_exchange },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!strncmp(folder + strlen(folder) - 6, "XXXXXX", 6))
		prepare();
	for (size_t i = 0; n && i < sizeof files / sizeof *files; i++)
		if (data[0] == files[i].letter) {
			put_file(files[i].file, data + 1, n - 1);
			files[i].read();
			return 0;
		}
	return -1;
}
