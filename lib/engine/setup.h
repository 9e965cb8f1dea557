#ifndef CT_ENGINE_SETUP_H
#define CT_ENGINE_SETUP_H

#include "core/digest.h"
#include "model/account.h"
#include "model/config.h"
#include "risk/config.h"

/*
 * What a run of one account is made of, read from configuration. The run's params_json holds the account, each
 * strategy file as it stands and the risk parameters; its id is the hash of them with mode, version and commit.
 */
struct setup {
	struct accounts accounts; /* owns account, where it came from accounts.json or from a run */
	const struct account *account;
	json_t **strategies;      /* the account's strategy files, parsed, in its order; only their interval where file is "" */
	struct risk_config risk;
	struct digest *digest;
	struct run run;
	char label[NAME_SIZE]; /* the account's name in records: NAME, or "backtest/NAME" */
	char config[4096];     /* the configuration folder */
};

/*
 * config: --config or NULL. mode MODE_BACKTEST labels the account "backtest/NAME". `extra` (may be NULL) is JSON text
 * of what else the run depends on. started_at is left to the caller. ERR_CONFIG names file and key.
 */
enum err setup_load(struct setup *s, const char *config, const char *account, enum mode mode, const char *extra, struct error *e);
/* The same for an account that the caller has put together (a backtest without accounts.json); label as given. */
enum err setup_with(struct setup *s, const char *config, const struct account *a, const char *label, const char *extra, struct error *e);
/*
 * A backtest of an account of accounts.json without the shorter bars that it is managed on: as with manage_interval null,
 * and so it is recorded. `extra` is for the caller to give again.
 */
enum err setup_unmanaged(struct setup *s, struct error *e);
/* Gives a backtest another label (and `extra`), and so another run id. */
enum err setup_relabel(struct setup *s, const char *label, const char *extra, struct error *e);
/*
 * The same from a recorded backtest, which holds all of it; configuration files are not looked at. ERR_DATA says what
 * stands against it: not a backtest, another version or commit of the program, params_json that is not ours.
 */
enum err setup_replay(struct setup *s, const struct run *run, struct error *e);
void setup_release(struct setup *s);

#endif
