#ifndef CT_TUNE_OWN_H
#define CT_TUNE_OWN_H

#include "model/config.h"
#include "tune/history.h"
#include "tune/told.h"

/*
 * An account without accounts.json: named "backtest", every strategy trades every pair of the history, everything else
 * is as ct-config(5) has it by default. ERR_USAGE names the option that is wrong. The caller releases with own_release,
 * after an error too.
 */
enum err own_account(struct account *own, const char *const *strategy_files, size_t n, const char *risk, const struct history *h, struct error *e);
/* The same with the strategies of signals that another program made. ERR_DATA: their bars are not made of the history's. */
enum err own_account_told(struct account *own, const struct told *told, const char *risk, const struct history *h, struct error *e);
void own_release(struct account *own);

/* One of its settings, by its name in accounts.json; text NULL leaves it. ERR_USAGE. */
enum err own_set(struct account *own, const char *name, const char *text, struct error *e);

/* The settings of money that a command line may give; NULL: left as they are. ERR_USAGE. */
struct own_money {
	const char *capital, *fee_bps, *slippage_bps, *fee_mode, *price_impact, *max_volume_share, *lots;
};
bool own_has_money(const struct own_money *m); /* anything but the capital is given */
enum err own_set_money(struct account *own, const struct own_money *m, struct error *e);

#endif
