#include "model/config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/path.h"

#define CONFIG_MAX (1 << 20)
#define SYMBOLS_MAX 5000

static const char *const fee_modes[] = { "received", "quote", "bnb", NULL };
static const char *const lot_methods[] = { "average", "fifo", "lifo", NULL };
static const char *const account_modes[] = { "paper", "demo", "testnet", "live", NULL };

#define F(member) FIELD(account, member)

const struct field account_config_fields[ACCOUNT_FIELDS] = {
	{ "name", FIELD_TEXT, F(name), FIELD_REQUIRED, NULL, "a-z, 0-9, _ and -; unique", NULL, 0, 0, NULL },
	{ "market", FIELD_ENUM, F(market), 0, NULL, "spot, or um: USDT-M futures, on paper only, traded as spot is: long, unleveraged, without funding", market_names, 0, 0, "\"spot\"" },
	{ "mode", FIELD_ENUM, F(mode), FIELD_REQUIRED, NULL, "paper: demo money on real candles; demo, testnet: practice at the exchange; live: real money", account_modes, 0, 0, NULL },
	{ "quote", FIELD_TEXT, F(quote), 0, NULL, "the account's currency; every pair must be quoted in it", NULL, 0, 0, "\"USDT\"" },
	{ "interval", FIELD_ENUM, F(strategy_interval), 0, NULL, "length of the bars that its strategies read, and may enter after", interval_names, 0, 0,
		"\"4h\"" },
	{ "manage_interval", FIELD_ENUM, F(manage_interval), FIELD_NULL, NULL,
		"shorter bars, at whose close stops are trailed, limit-makers re-priced, time exits made and breakers asked between those; null: none", interval_names, 0, 0,
		"\"1h\"" },
	{ "anchor", FIELD_TIME, F(anchor), FIELD_REQUIRED, "ms UTC", "strategies start from this bar, in every mode", NULL, 0, 0, NULL },
	{ "capital", FIELD_DEC, F(capital), FIELD_ABOVE_MIN, "quote", "money at the start; at the exchange: the most of what is there", NULL, 0, 0, "\"10000\"" },
	{ "fee_mode", FIELD_ENUM, F(fee_mode), 0, NULL, "what fees are paid in", fee_modes, 0, 0, "\"received\"" },
	{ "maker_fee_bps", FIELD_DEC, F(maker_fee_bps), FIELD_MIN | FIELD_MAX, "basis points", "fee of a resting order", NULL, 0, 1000, "\"10\"" },
	{ "taker_fee_bps", FIELD_DEC, F(taker_fee_bps), FIELD_MIN | FIELD_MAX, "basis points", "fee of every other order", NULL, 0, 1000, "\"10\"" },
	{ "slippage_bps", FIELD_DEC, F(slippage_bps), FIELD_MIN | FIELD_MAX, "basis points", "added against you to market and stop fills", NULL, 0, 1000, "\"5\"" },
	{ "price_impact", FIELD_DEC, F(price_impact), FIELD_MIN | FIELD_MAX, "fraction",
		"added to slippage_bps: this part of the price, times the square of the order's share of the bar's volume", NULL, 0, 10, "\"0\"" },
	{ "max_volume_share", FIELD_DEC, F(max_volume_share), FIELD_NULL | FIELD_ABOVE_MIN | FIELD_MAX, "fraction",
		"most of a bar's volume that one order may fill; null: no limit", NULL, 0, 1, NULL },
	{ "max_missing_bars", FIELD_INT, F(max_missing_bars), FIELD_NULL | FIELD_MIN, "bars",
		"a pair without candles for so many of the bars it is booked on is absent: its waiting entries end, a delisted one's position is closed; null: never", NULL, 1, 0, "24" },
	{ "lots", FIELD_ENUM, F(lots), 0, NULL, "which coins a partial sale takes: what its cost and realized_pnl come from", lot_methods, 0, 0,
		"\"average\"" },
	{ "risk", FIELD_TEXT, F(risk), FIELD_REQUIRED, NULL, "risk file, or its name in risk/", NULL, 0, 0, NULL },
	{ "key", FIELD_TEXT, F(key), FIELD_NULL, NULL, "where the API key is, never the key itself: file:PATH, env:NAME or command:WORDS", NULL, 0, 0, NULL },
	{ "max_unprotected_s", FIELD_INT, F(max_unprotected_s), FIELD_MIN, "seconds", "a position without a living stop at the exchange for longer is an alarm", NULL, 1, 0, "10" },
	{ "base_url", FIELD_TEXT, F(base_url), FIELD_NULL, NULL, "address of the exchange; null: the one of the mode", NULL, 0, 0, NULL },
};

/* Everything about one file goes through here: the code becomes ERR_CONFIG and the file's name comes first. */
enum err config_error(const char *path, struct error *e)
{
	char message[sizeof e->message];

	snprintf(message, sizeof message, "%s: %s%s%s", path, e->field, e->field[0] ? ": " : "", e->message);
	return error_set(e, ERR_CONFIG, "%s", message);
}

enum err config_parse(const char *path, json_t **json, struct error *e)
{
	struct buf text = { 0 };
	enum err rc = file_read(path, CONFIG_MAX, &text, e);

	*json = NULL;
	if (rc) {
		e->code = rc = ERR_CONFIG;
	} else {
		rc = field_parse(text.data ? text.data : "", text.len, json, e);
		if (rc)
			rc = config_error(path, e);
	}
	buf_release(&text);
	return rc;
}

static enum err wrong(struct error *e, const char *path, const char *message)
{
	return error_field(e, ERR_DATA, path, "%s", message);
}

static enum err read_names(json_t *list, const char *path, char (*symbols)[SYMBOL_SIZE], struct error *e)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));
		char at[64];

		snprintf(at, sizeof at, "%s[%zu]", path, i);
		if (!s || !*s || strlen(s) >= SYMBOL_SIZE)
			return wrong(e, at, "not the name of a pair, such as \"BTCUSDT\"");
		for (size_t k = 0; k < i; k++)
			if (strcmp(symbols[k], s) == 0)
				return error_field(e, ERR_DATA, at, "'%s' stands here twice", s);
		memcpy(symbols[i], s, strlen(s) + 1);
	}
	return OK;
}

static enum err read_symbols(json_t *list, const char *path, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e)
{
	size_t n = json_array_size(list);
	enum err rc;

	*symbols = NULL;
	*count = 0;
	if (!json_is_array(list) || n == 0 || n > SYMBOLS_MAX)
		return wrong(e, path, "not a list of 1 to 5000 pairs");
	*symbols = calloc(n, sizeof **symbols);
	if (!*symbols)
		return error_memory(e);
	rc = read_names(list, path, *symbols, e);
	if (rc) {
		free(*symbols);
		*symbols = NULL;
		return rc;
	}
	*count = n;
	return OK;
}

static enum err read_market(const json_t *json, int *market, struct error *e)
{
	*market = json_is_string(json) ? market_find(json_string_value(json)) : -1;
	return json && *market < 0 ? wrong(e, "market", "neither spot nor um") : OK;
}

enum err symbols_load(const char *path, int *market, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e)
{
	json_t *json;
	int of;
	enum err rc = config_parse(path, &json, e);

	*symbols = NULL;
	*count = 0;
	if (rc)
		return rc;
	rc = read_market(json_object_get(json, "market"), market ? market : &of, e);
	if (!rc)
		rc = read_symbols(json_object_get(json, "symbols"), "symbols", symbols, count, e);
	json_decref(json);
	return rc ? config_error(path, e) : OK;
}

bool account_strategy_name(const char *file, char *name)
{
	const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	size_t n = strlen(base);

	if (n > 5 && strcmp(base + n - 5, ".json") == 0)
		n -= 5;
	if (n == 0 || n >= NAME_SIZE)
		return false;
	memcpy(name, base, n);
	name[n] = '\0';
	return true;
}

static enum err read_strategy(const char *dir, json_t *json, const char *path, struct account_strategy *s, struct error *e)
{
	const char *file = json_string_value(json_object_get(json, "file"));
	json_t *symbols = json_object_get(json, "symbols");
	char at[64], found[PATH_SIZE];

	snprintf(at, sizeof at, "%s.file", path);
	if (!file || !*file || strlen(file) >= sizeof s->file)
		return wrong(e, at, "not the name of a strategy file");
	memcpy(s->file, file, strlen(file) + 1);
	if (!account_strategy_name(file, s->name))
		return wrong(e, at, "not the name of a strategy file");
	snprintf(at, sizeof at, "%s.symbols", path);
	if (!json_is_string(symbols))
		return read_symbols(symbols, at, &s->symbols, &s->symbol_count, e);
	if (path_find(dir, "symbols", json_string_value(symbols), found, e))
		return wrong(e, at, strdupa(e->message));
	return symbols_load(found, NULL, &s->symbols, &s->symbol_count, e);
}

static enum err read_strategies(const char *dir, json_t *list, const char *path, struct account *a, struct error *e)
{
	size_t n = json_array_size(list);

	if (!json_is_array(list) || n == 0 || n > 100)
		return wrong(e, path, "not a list of 1 to 100 strategies");
	a->strategies = calloc(n, sizeof *a->strategies);
	if (!a->strategies)
		return error_memory(e);
	a->strategy_count = n;
	for (size_t i = 0; i < n; i++) {
		json_t *row = json_array_get(list, i);
		const char *key;
		json_t *value;
		char at[56];
		enum err rc;

		snprintf(at, sizeof at, "%s[%zu]", path, i);
		if (!json_is_object(row))
			return wrong(e, at, "not an object with file and symbols");
		json_object_foreach(row, key, value)
			if (strcmp(key, "file") != 0 && strcmp(key, "symbols") != 0)
				return error_field(e, ERR_DATA, at, "no such key: '%.40s'", key);
		rc = read_strategy(dir, row, at, &a->strategies[i], e);
		if (rc)
			return rc;
		for (size_t k = 0; k < i; k++)
			if (strcmp(a->strategies[k].name, a->strategies[i].name) == 0)
				return error_field(e, ERR_DATA, at, "a second strategy named '%s'", a->strategies[i].name);
	}
	return OK;
}

static bool good_name(const char *s)
{
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_' && *s != '-')
			return false;
	return true;
}

static enum err check_account(const struct account *a, const char *path, struct error *e)
{
	char at[64];

	snprintf(at, sizeof at, "%s.name", path);
	if (!good_name(a->name))
		return error_field(e, ERR_DATA, at, "'%s' has other characters than a-z, 0-9, _ and -", a->name);
	snprintf(at, sizeof at, "%s.market", path);
	if (a->market != MARKET_SPOT && a->mode != MODE_PAPER)
		return error_field(e, ERR_DATA, at, "%s is traded on paper only; this account is in mode %s", market_names[a->market], mode_names[a->mode]);
	snprintf(at, sizeof at, "%s.manage_interval", path);
	if (a->manage_interval >= 0 && a->manage_interval < a->strategy_interval && a->interval != a->manage_interval)
		return error_field(e, ERR_DATA, at, "bars of %s do not make those of %s, the account's interval", interval_names[a->manage_interval],
			interval_names[a->strategy_interval]);
	snprintf(at, sizeof at, "%s.transfers", path);
	if (a->transfers.count && a->mode != MODE_PAPER)
		return error_field(e, ERR_DATA, at, "only a paper account makes its own; this one is in mode %s", mode_names[a->mode]);
	for (size_t i = 0; i < a->strategy_count; i++)
		for (size_t k = 0; k < a->strategies[i].symbol_count; k++) {
			const char *s = a->strategies[i].symbols[k];
			size_t n = strlen(s), q = strlen(a->quote);

			if (n > q && strcmp(s + n - q, a->quote) == 0)
				continue;
			snprintf(at, sizeof at, "%s.strategies[%zu].symbols[%zu]", path, i, k);
			return error_field(e, ERR_DATA, at, "'%s' is not quoted in %s, the account's currency", s, a->quote);
		}
	return OK;
}

static enum err read_account(const char *dir, json_t *json, size_t index, struct account *a, struct error *e)
{
	json_t *strategies = json_object_get(json, "strategies"), *transfers = json_object_get(json, "transfers");
	char path[32], at[64];
	enum err rc;

	snprintf(path, sizeof path, "accounts[%zu]", index);
	snprintf(at, sizeof at, "%s.", path);
	if (!json_is_object(json))
		return wrong(e, path, "not an object");
	json_incref(strategies);
	json_incref(transfers);
	json_object_del(json, "strategies");
	json_object_del(json, "transfers");
	rc = field_read(account_config_fields, ACCOUNT_FIELDS, json, a, at, true, e);
	if (!rc) {
		account_settle_on(a);
		snprintf(at, sizeof at, "%s.strategies", path);
		rc = read_strategies(dir, strategies, at, a, e);
	}
	if (!rc) {
		snprintf(at, sizeof at, "%s.transfers", path);
		rc = schedule_read(transfers, at, &a->transfers, e);
	}
	json_decref(strategies);
	json_decref(transfers);
	return rc ? rc : check_account(a, path, e);
}

static enum err no_accounts(const char *path, struct error *e)
{
	char example[PATH_SIZE];

	if (path_share("accounts.json", example, NULL))
		snprintf(example, sizeof example, "share/accounts.json");
	return error_set(e, ERR_CONFIG, "no '%s': ct-config(5) tells what goes into it, '%s' is an example", path, example);
}

enum err accounts_load(const char *dir, struct accounts *a, struct error *e)
{
	char path[PATH_SIZE];
	json_t *json, *list, *value;
	const char *key;
	enum err rc = OK;

	*a = (struct accounts){ 0 };
	if ((size_t)snprintf(path, sizeof path, "%s/accounts.json", dir) >= sizeof path)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", dir);
	if (access(path, F_OK) != 0)
		return no_accounts(path, e);
	rc = config_parse(path, &json, e);
	if (rc)
		return rc;
	list = json_object_get(json, "accounts");
	json_object_foreach(json, key, value)
		if (!rc && strcmp(key, "accounts") != 0)
			rc = error_field(e, ERR_DATA, key, "no such key");
	if (!rc && (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > 1000))
		rc = wrong(e, "accounts", "not a list of 1 to 1000 accounts");
	if (!rc) {
		a->rows = calloc(json_array_size(list), sizeof *a->rows);
		if (!a->rows)
			rc = error_memory(e);
	}
	for (size_t i = 0; !rc && i < json_array_size(list); i++) {
		a->count = i + 1;
		rc = read_account(dir, json_array_get(list, i), i, &a->rows[i], e);
		for (size_t k = 0; !rc && k < i; k++)
			if (strcmp(a->rows[k].name, a->rows[i].name) == 0)
				rc = error_field(e, ERR_DATA, "accounts", "two accounts are named '%s'", a->rows[i].name);
	}
	json_decref(json);
	if (rc) {
		accounts_release(a);
		return rc == ERR_DATA ? config_error(path, e) : rc;
	}
	return OK;
}

void accounts_release(struct accounts *a)
{
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < a->rows[i].strategy_count; k++)
			free(a->rows[i].strategies[k].symbols);
		free(a->rows[i].strategies);
		free(a->rows[i].transfers.rows);
	}
	free(a->rows);
	*a = (struct accounts){ 0 };
}

enum err accounts_find(const struct accounts *a, const char *name, const struct account **out, struct error *e)
{
	struct buf names = { .max = 400 };
	enum err rc;

	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->rows[i].name, name) == 0) {
			*out = &a->rows[i];
			buf_release(&names);
			return OK;
		}
		buf_addf(&names, "%s%s", i ? ", " : "", a->rows[i].name);
	}
	rc = error_set(e, ERR_CONFIG, "no account '%s' in accounts.json (it has: %.300s)", name, names.data ? names.data : "none");
	buf_release(&names);
	return rc;
}

void accounts_schema(struct buf *b)
{
	struct buf row = { 0 };

	field_schema(account_config_fields, ACCOUNT_FIELDS, true, &row);
	/* The list of strategies is the one member that is not a plain value. */
	buf_adds(b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"accounts.json\",\"type\":\"object\","
		"\"properties\":{\"accounts\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\",\"unevaluatedProperties\":false,"
		"\"allOf\":[{\"properties\":{\"strategies\":{\"description\":\"what it trades\",\"type\":\"array\",\"minItems\":1,\"items\":"
		"{\"type\":\"object\",\"properties\":{\"file\":{\"description\":\"strategy file, or its name in strategies/\",\"type\":\"string\"},"
		"\"symbols\":{\"description\":\"pairs, or the name of a file in symbols/\",\"type\":[\"array\",\"string\"],\"items\":"
		"{\"type\":\"string\"}}},\"required\":[\"file\",\"symbols\"],\"additionalProperties\":false}},"
		"\"transfers\":{\"description\":\"deposits and withdrawals that a paper account or a backtest makes by itself\",\"type\":\"array\","
		"\"items\":{\"type\":\"object\",\"additionalProperties\":false,");
	field_schema(planned_transfer_fields, PLANNED_FIELDS, true, b);
	buf_adds(b, "}}},\"required\":[\"strategies\"]},{");
	buf_adds(b, row.data ? row.data : "");
	buf_adds(b, "}]}}},\"required\":[\"accounts\"],\"additionalProperties\":false}\n");
	buf_release(&row);
}
