#include "sim/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/config.h"

#define ACCOUNTS_MAX 1000
#define KEYS_MAX 30

static const char *const roundings[] = { "nearest", "up", "down", NULL };

#define S(member) FIELD(sim_settings, member)

const struct field sim_settings_fields[SIM_SETTINGS_FIELDS] = {
	{ "testnet", FIELD_BOOL, S(testnet), 0, NULL, "as the test network: no /sapi routes", NULL, 0, 0, "false" },
	{ "commission_rounding", FIELD_ENUM, S(commission_rounding), 0, NULL, "of the ninth decimal", roundings, 0, 0, "\"nearest\"" },
	{ "depth_quote", FIELD_DEC, S(depth_quote), FIELD_MIN, "quote", "what takers find on either side in one bar; 0: enough", NULL, 0, 0, "\"0\"" },
	{ "volume_share", FIELD_DEC, S(volume_share), FIELD_MIN | FIELD_MAX, NULL, "part of a bar's volume that orders can fill; 0: any", NULL, 0, 1, "\"0\"" },
	{ "spread_ticks", FIELD_INT, S(spread_ticks), FIELD_MIN | FIELD_MAX, "ticks", "from the last price to the best ask and bid", NULL, 0, 10000, "0" },
	{ "fill_parts", FIELD_INT, S(fill_parts), FIELD_MIN | FIELD_MAX, NULL, "trades that a taker's fill is split into", NULL, 1, 100, "1" },
	{ "orders_10s", FIELD_INT, S(orders_10s), FIELD_MIN, NULL, "an account's unfilled orders in 10 seconds; 0: any number", NULL, 0, 0, "100" },
	{ "orders_1d", FIELD_INT, S(orders_1d), FIELD_MIN, NULL, "the same in a day", NULL, 0, 0, "200000" },
};

#define K(member) FIELD(sim_key, member)

const struct field sim_key_fields[SIM_KEY_FIELDS] = {
	{ "api_key", FIELD_TEXT, K(api_key), FIELD_REQUIRED, NULL, "64 letters and digits", NULL, 0, 0, NULL },
	{ "secret", FIELD_TEXT, K(secret), 0, NULL, "for HMAC", NULL, 0, 0, NULL },
	{ "public_key", FIELD_TEXT, K(public_key), 0, NULL, "Ed25519 or RSA, PEM or base64", NULL, 0, 0, NULL },
	{ "ipRestrict", FIELD_BOOL, K(ip_restrict), 0, NULL, "only from listed addresses", NULL, 0, 0, "true" },
	{ "createTime", FIELD_TIME, K(create_ms), 0, "ms UTC", "when it was made", NULL, 0, 0, "1700000000000" },
	{ "enableReading", FIELD_BOOL, K(reading), 0, NULL, "may query", NULL, 0, 0, "true" },
	{ "enableSpotAndMarginTrading", FIELD_BOOL, K(spot_trading), 0, NULL, "may trade", NULL, 0, 0, "true" },
	{ "enableWithdrawals", FIELD_BOOL, K(withdrawals), 0, NULL, "may withdraw", NULL, 0, 0, "false" },
	{ "enableInternalTransfer", FIELD_BOOL, K(internal_transfer), 0, NULL, "may transfer", NULL, 0, 0, "false" },
	{ "enableMargin", FIELD_BOOL, K(margin), 0, NULL, "may borrow", NULL, 0, 0, "false" },
	{ "enableFutures", FIELD_BOOL, K(futures), 0, NULL, "may trade futures", NULL, 0, 0, "false" },
	{ "permitsUniversalTransfer", FIELD_BOOL, K(universal_transfer), 0, NULL, "may transfer between wallets", NULL, 0, 0, "false" },
	{ "enableVanillaOptions", FIELD_BOOL, K(vanilla_options), 0, NULL, "may trade options", NULL, 0, 0, "false" },
	{ "enableFixApiTrade", FIELD_BOOL, K(fix_trade), 0, NULL, "may trade by FIX", NULL, 0, 0, "false" },
	{ "enableFixReadOnly", FIELD_BOOL, K(fix_read_only), 0, NULL, "may query by FIX", NULL, 0, 0, "false" },
	{ "enablePortfolioMarginTrading", FIELD_BOOL, K(portfolio_margin), 0, NULL, "may use portfolio margin", NULL, 0, 0, "false" },
};

#define A(member) FIELD(sim_account, member)

const struct field sim_account_fields[SIM_ACCOUNT_FIELDS] = {
	{ "name", FIELD_TEXT, A(name), FIELD_REQUIRED, NULL, "what control routes, faults and the ledger call it", NULL, 0, 0, NULL },
	{ "uid", FIELD_INT, A(uid), FIELD_MIN, NULL, "the exchange's number; by default 1001, 1002 ...", NULL, 0, 0, "0" },
	{ "maker_bps", FIELD_DEC, A(maker_bps), FIELD_MIN | FIELD_MAX, "1/10000", "commission of a maker", NULL, 0, 1000, "\"10\"" },
	{ "taker_bps", FIELD_DEC, A(taker_bps), FIELD_MIN | FIELD_MAX, "1/10000", "commission of a taker", NULL, 0, 1000, "\"10\"" },
	{ "buyer_bps", FIELD_DEC, A(buyer_bps), FIELD_MIN | FIELD_MAX, "1/10000", "added for a buyer", NULL, 0, 1000, "\"0\"" },
	{ "seller_bps", FIELD_DEC, A(seller_bps), FIELD_MIN | FIELD_MAX, "1/10000", "added for a seller", NULL, 0, 1000, "\"0\"" },
	{ "slippage_bps", FIELD_DEC, A(slippage_bps), FIELD_MIN | FIELD_MAX, "1/10000", "what a taker's price is worse than the market's", NULL, 0, 1000, "\"0\"" },
	{ "bnb_burn", FIELD_BOOL, A(bnb_burn), 0, NULL, "commission in BNB where there is enough", NULL, 0, 0, "false" },
	{ "bnb_factor", FIELD_DEC, A(bnb_factor), FIELD_MIN | FIELD_MAX, NULL, "what is left of a commission paid in BNB", NULL, 0, 1, "\"0.75\"" },
	{ "can_trade", FIELD_BOOL, A(can_trade), 0, NULL, "may place orders", NULL, 0, 0, "true" },
	{ "can_withdraw", FIELD_BOOL, A(can_withdraw), 0, NULL, "told by GET account", NULL, 0, 0, "true" },
	{ "can_deposit", FIELD_BOOL, A(can_deposit), 0, NULL, "told by GET account", NULL, 0, 0, "true" },
	{ "trade_group", FIELD_INT, A(trade_group), 0, NULL, "accounts of one group do not trade with each other", NULL, 0, 0, "-1" },
};

static enum err wrong(struct error *e, const char *path, const char *message)
{
	return error_field(e, ERR_CONFIG, path, "%s", message);
}

static bool good_api_key(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == 64;
}

static enum err read_key(json_t *json, const char *path, struct sim_key *k, struct error *e)
{
	char at[64];
	enum err rc;

	if (!json_is_object(json))
		return wrong(e, path, "not an object");
	snprintf(at, sizeof at, "%s.", path);
	rc = field_read(sim_key_fields, SIM_KEY_FIELDS, json, k, at, true, e);
	if (rc)
		return rc;
	if (!good_api_key(k->api_key))
		return wrong(e, path, "api_key is not 64 letters and digits");
	if (!k->secret[0] == !k->public_key[0])
		return wrong(e, path, "one of secret and public_key is needed");
	if (!k->public_key[0])
		return OK;
	rc = sim_public_key_new(k->public_key, &k->verify, e);
	return rc == ERR_CONFIG ? error_field(e, rc, path, "public_key is not an Ed25519 or RSA key in PEM or base64") : rc;
}

static enum err read_keys(json_t *list, const char *path, struct sim_account *a, struct error *e)
{
	size_t n = json_array_size(list);
	char at[64];
	enum err rc = OK;

	if (!json_is_array(list) || n == 0 || n > KEYS_MAX)
		return wrong(e, path, "not a list of 1 to 30 keys");
	a->keys = calloc(n, sizeof *a->keys);
	if (!a->keys)
		return error_memory(e);
	a->key_count = n;
	for (size_t i = 0; !rc && i < n; i++) {
		snprintf(at, sizeof at, "%s[%zu]", path, i);
		rc = read_key(json_array_get(list, i), at, &a->keys[i], e);
	}
	return rc;
}

static enum err read_balances(json_t *object, const char *path, struct sim_account *a, struct error *e)
{
	const char *asset;
	json_t *amount;

	json_object_foreach(object, asset, amount) {
		const char *text = json_string_value(amount);
		struct sim_balance *b;
		dec v;

		if (!*asset || strlen(asset) >= ASSET_SIZE || !text || !dec_parse(text, strlen(text), &v) || v < 0)
			return error_field(e, ERR_CONFIG, path, "'%.30s' is not an asset with a decimal string of at least 0", asset);
		b = sim_balance(a, asset);
		if (!b)
			return error_memory(e);
		b->free = v;
	}
	return object && !json_is_object(object) ? wrong(e, path, "not an object of assets and amounts") : OK;
}

/* Takes key out of an object; the caller releases it. */
static json_t *take(json_t *object, const char *key)
{
	json_t *value = json_incref(json_object_get(object, key));

	json_object_del(object, key);
	return value;
}

static enum err read_account(json_t *json, size_t index, struct sim_account *a, struct error *e)
{
	json_t *balances, *keys;
	char path[32], at[64];
	enum err rc;

	snprintf(path, sizeof path, "accounts[%zu]", index);
	if (!json_is_object(json))
		return wrong(e, path, "not an object");
	balances = take(json, "balances");
	keys = take(json, "keys");
	snprintf(at, sizeof at, "%s.", path);
	rc = field_read(sim_account_fields, SIM_ACCOUNT_FIELDS, json, a, at, true, e);
	if (!rc && a->uid == 0)
		a->uid = 1001 + (int64_t)index;
	snprintf(at, sizeof at, "%s.balances", path);
	if (!rc)
		rc = read_balances(balances, at, a, e);
	snprintf(at, sizeof at, "%s.keys", path);
	if (!rc)
		rc = read_keys(keys, at, a, e);
	json_decref(balances);
	json_decref(keys);
	return rc;
}

/* Two accounts of one name, or with one key, would be one. */
static enum err check_twins(const struct sim_accounts *a, struct error *e)
{
	const struct sim_account *last = &a->rows[a->count - 1];
	const struct sim_key *key;

	if (sim_account_find(a, last->name) != last)
		return error_field(e, ERR_CONFIG, "accounts", "two accounts are named '%s'", last->name);
	for (size_t i = 0; i < last->key_count; i++)
		if (sim_account_of_key(a, last->keys[i].api_key, &key) != last || key != &last->keys[i])
			return error_field(e, ERR_CONFIG, "accounts", "a key of account '%s' stands there twice", last->name);
	return OK;
}

static enum err read_all(json_t *json, struct sim_accounts *a, struct error *e)
{
	json_t *list = take(json, "accounts");
	size_t n = json_array_size(list);
	enum err rc = field_read(sim_settings_fields, SIM_SETTINGS_FIELDS, json, &a->settings, "", true, e);

	if (!rc && (!json_is_array(list) || n == 0 || n > ACCOUNTS_MAX))
		rc = wrong(e, "accounts", "not a list of 1 to 1000 accounts");
	if (!rc) {
		a->rows = calloc(n, sizeof *a->rows);
		if (!a->rows)
			rc = error_memory(e);
	}
	for (size_t i = 0; !rc && i < n; i++) {
		a->count = i + 1;
		rc = read_account(json_array_get(list, i), i, &a->rows[i], e);
		if (!rc)
			rc = check_twins(a, e);
	}
	json_decref(list);
	return rc;
}

enum err sim_accounts_load(const char *path, struct sim_accounts *a, struct error *e)
{
	json_t *json = NULL;
	enum err rc = config_parse(path, &json, e);

	*a = (struct sim_accounts){ 0 };
	if (rc)
		return rc;
	rc = read_all(json, a, e);
	json_decref(json);
	return rc == ERR_DATA || rc == ERR_CONFIG ? config_error(path, e) : rc;
}

void sim_accounts_release(struct sim_accounts *a)
{
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < a->rows[i].key_count; k++)
			sim_public_key_free(a->rows[i].keys[k].verify);
		free(a->rows[i].keys);
		free(a->rows[i].balances);
	}
	free(a->rows);
	*a = (struct sim_accounts){ 0 };
}

struct sim_account *sim_account_find(const struct sim_accounts *a, const char *name)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->rows[i].name, name) == 0)
			return &a->rows[i];
	return NULL;
}

struct sim_account *sim_account_of_key(const struct sim_accounts *a, const char *api_key, const struct sim_key **key)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < a->rows[i].key_count; k++)
			if (strcmp(a->rows[i].keys[k].api_key, api_key) == 0) {
				*key = &a->rows[i].keys[k];
				return &a->rows[i];
			}
	return NULL;
}

struct sim_balance *sim_balance(struct sim_account *a, const char *asset)
{
	struct sim_balance *rows;

	for (size_t i = 0; i < a->balance_count; i++)
		if (strcmp(a->balances[i].asset, asset) == 0)
			return &a->balances[i];
	rows = realloc(a->balances, (a->balance_count + 1) * sizeof *rows);
	if (!rows)
		return NULL;
	a->balances = rows;
	rows += a->balance_count++;
	*rows = (struct sim_balance){ .free = 0 };
	snprintf(rows->asset, sizeof rows->asset, "%s", asset);
	return rows;
}
