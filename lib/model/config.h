#ifndef CT_MODEL_CONFIG_H
#define CT_MODEL_CONFIG_H

#include "model/account.h"
#include "model/interval.h"
#include "model/schedule.h"

/*
 * accounts.json: {"accounts":[{"name":…,"strategies":[{"file":…,"symbols":[…] or "NAME of a symbols file"}]}]}.
 * ERR_CONFIG with the file and the JSON path ("accounts[2].strategies[0].file"), the value and what was expected.
 */
enum fee_mode {
	FEE_RECEIVED, /* in what the fill brings: the base coin for a BUY, quote for a SELL (Binance spot's default) */
	FEE_QUOTE,    /* always in the quote currency */
	FEE_BNB,      /* in BNB, bought from cash as needed at its last close; needs the pair BNB<quote> */
};

/* Which of the coins of a position a sale takes, and so what they had cost. */
enum lot_method {
	LOTS_AVERAGE, /* all coins of a position cost the same: their mean */
	LOTS_FIFO,    /* those bought first */
	LOTS_LIFO,    /* those bought last */
};

#define KEY_SOURCE_SIZE 512 /* a key pasted here by mistake fits, and so is not quoted as too long */

struct account_strategy {
	char file[NAME_SIZE * 2];  /* as written; "": there is none, its signals come from another program */
	char name[NAME_SIZE];      /* the file's base name without .json: the name in records */
	char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;
	bool resampled;            /* it reads longer bars than are booked: they are made of those */
	int interval;              /* that one; set where the files are read (engine/setup.h) */
};

struct account {
	char name[NAME_SIZE]; /* a-z 0-9 _ - */
	int market, mode, fee_mode, lots;
	int strategy_interval; /* bars that its strategies read, unless their files say otherwise */
	int manage_interval;   /* bars at whose close it is looked after between theirs; -1: none */
	int interval;          /* the shorter of both: the bars that are booked (account_settle_on) */
	char quote[ASSET_SIZE];
	int64_t anchor;       /* ms UTC: strategies warm up from there */
	dec capital;          /* quote units, for paper and backtest */
	dec maker_fee_bps, taker_fee_bps, slippage_bps;
	dec price_impact;     /* part of the price that an order as large as the bar's volume would move it by; 0: none */
	int64_t max_missing_bars; /* a pair without candles for so long counts as absent; INT_NONE: never */
	dec max_volume_share; /* most of a bar's volume that one order may take, 0..1; DEC_NONE: all it wants */
	char risk[NAME_SIZE * 2]; /* file, as written */
	char key[KEY_SOURCE_SIZE]; /* where the API key is (venue/keys.h), never the key; "": none */
	int64_t max_unprotected_s; /* at the exchange: a position without its protection for longer is an alarm */
	char base_url[128];        /* of the exchange; "": the mode's own */
	struct account_strategy *strategies;
	size_t strategy_count;
	struct schedule transfers; /* on paper and in backtests */
};

#define ACCOUNT_FIELDS 20
#define ACCOUNT_RUN_FIELDS (ACCOUNT_FIELDS - 3) /* the first ones: what a run depends on, and is recorded with it */
extern const struct field account_config_fields[ACCOUNT_FIELDS];

struct accounts {
	struct account *rows;
	size_t count;
};

/* dir/accounts.json. The caller releases with accounts_release. */
enum err accounts_load(const char *dir, struct accounts *a, struct error *e);
void accounts_release(struct accounts *a);
/* ERR_CONFIG naming the accounts there are. */
enum err accounts_find(const struct accounts *a, const char *name, const struct account **out, struct error *e);

/*
 * A symbols file: {"market":"um","symbols":["BTCUSDT",…]}; the caller frees *symbols. *market (NULL: it is not asked for) is
 * -1 where the file names none.
 */
enum err symbols_load(const char *path, int *market, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e);

/* Sets the interval that is booked from the other two. */
void account_settle_on(struct account *a);
/* The bars that a strategy of the account reads by its parsed file (NULL: another program's). -1: the file names no interval there is. */
int account_strategy_interval(const struct account *a, const json_t *file);

/* The pairs of one strategy, copied. The caller frees. */
enum err account_strategy_symbols(const struct account_strategy *s, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e);
/* Whether that strategy (NULL: any) is configured for that pair. */
bool account_trades(const struct account *a, const char *strategy, const char *symbol);

/* Every pair of the account, once, in the order of the file, and last the one that prices its fees in BNB. The caller frees. */
enum err account_symbols(const struct account *a, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e);

/* A configuration file as a JSON object, at most 1 MiB. ERR_CONFIG "FILE: …". The caller releases with json_decref. */
enum err config_parse(const char *path, json_t **json, struct error *e);
/* Every complaint about a file goes through here: the code becomes ERR_CONFIG, and the file's name and the key come first. */
enum err config_in_file(const char *path, struct error *e);

/* An error about one file's content: its name comes first, and the code becomes ERR_CONFIG, which is returned. */
enum err config_error(const char *path, struct error *e);

/* A strategy's name in records: its file's base name without .json. False: none, or too long for NAME_SIZE. */
bool account_strategy_name(const char *file, char *name);

/* The JSON Schema of accounts.json. */
void accounts_schema(struct buf *b);

#endif
