#ifndef CT_SIM_ACCOUNTS_H
#define CT_SIM_ACCOUNTS_H

#include "core/dec.h"
#include "core/field.h"
#include "model/market.h"
#include "sim/auth.h"

/*
 * The accounts of the exchange, from a JSON file: {setting…, "accounts":[{setting…, "balances":{"USDT":"1000"},
 * "keys":[{"api_key":…,"secret":… or "public_key":…, permission…}]}]}. ct-sim(1) documents it; the tables here read it.
 */
enum sim_rounding { SIM_ROUND_NEAREST, SIM_ROUND_UP, SIM_ROUND_DOWN };

/* The market as a whole. */
struct sim_settings {
	int testnet;            /* bool: without /sapi */
	int commission_rounding;
	dec depth_quote;        /* what takers find on either side of one bar's book, quote units; 0: without end */
	dec volume_share;       /* the part of a bar's volume that all orders together can fill; 0: without end */
	int64_t spread_ticks;   /* best ask and best bid are so far above and below the last price */
	int64_t fill_parts;     /* trades that a taker's fill is split into */
	int64_t orders_10s, orders_1d; /* unfilled-order limits of an account; 0: none */
};

#define SIM_SETTINGS_FIELDS 8
extern const struct field sim_settings_fields[SIM_SETTINGS_FIELDS];

struct sim_key {
	char api_key[72], secret[136], public_key[1024];
	/* as GET /sapi/v1/account/apiRestrictions names them */
	int ip_restrict, reading, spot_trading, withdrawals, internal_transfer, margin, futures, universal_transfer, vanilla_options, portfolio_margin,
		fix_trade, fix_read_only;
	int64_t create_ms;
	struct sim_public_key *verify; /* NULL: HMAC with the secret */
};

#define SIM_KEY_FIELDS 16
#define SIM_KEY_RESTRICTIONS 13 /* the last ones of the table: what apiRestrictions tells */
extern const struct field sim_key_fields[SIM_KEY_FIELDS];

struct sim_balance {
	char asset[ASSET_SIZE];
	dec free, locked;
};

/* Orders counted in a fixed window of the wall's clock. */
struct sim_order_window {
	int64_t window, count;
};

struct sim_account {
	char name[NAME_SIZE];
	int64_t uid;
	dec maker_bps, taker_bps, buyer_bps, seller_bps; /* commission */
	dec slippage_bps;                                /* a taker's price is that much worse than the market's */
	int bnb_burn;                                    /* bool: commission in BNB where there is enough */
	dec bnb_factor;                                  /* a commission in BNB is the standard one times this */
	int can_trade, can_withdraw, can_deposit;
	int64_t trade_group; /* accounts of one group do not trade with each other; -1: none */
	struct sim_key *keys;
	size_t key_count;
	struct sim_balance *balances; /* in order of assets' first appearance */
	size_t balance_count;
	struct sim_order_window per_10s, per_day;
	int64_t update_ms;
};

#define SIM_ACCOUNT_FIELDS 13
extern const struct field sim_account_fields[SIM_ACCOUNT_FIELDS];

struct sim_accounts {
	struct sim_settings settings;
	struct sim_account *rows;
	size_t count;
};

/* ERR_NOINPUT, ERR_CONFIG with the JSON path. The caller releases, also after an error. */
enum err sim_accounts_load(const char *path, struct sim_accounts *a, struct error *e);
void sim_accounts_release(struct sim_accounts *a);

/* NULL: no such account; no such key. */
struct sim_account *sim_account_find(const struct sim_accounts *a, const char *name);
struct sim_account *sim_account_of_key(const struct sim_accounts *a, const char *api_key, const struct sim_key **key);

/* An asset's balance, added with zeros when it is new; NULL: no memory. */
struct sim_balance *sim_balance(struct sim_account *a, const char *asset);

#endif
