#ifndef CT_VENUE_CHECK_H
#define CT_VENUE_CHECK_H

#include "model/config.h"
#include "venue/broker.h"

/*
 * May this account trade? Everything that can be found out without changing anything, one row each: the key, the address, the
 * clock, the account, what the key may do, the pairs with their rules, balances, fees, open orders, and an order that the exchange
 * only checks. Rows after one that makes them pointless are left out.
 */
enum finding_level { CHECK_OK, CHECK_WARN, CHECK_FAIL };

extern const char *const check_level_names[]; /* "ok", "warn", "FAIL" */

#define CHECK_NAME 24

struct check_row {
	char name[CHECK_NAME]; /* "clock", "permissions" … */
	enum finding_level level;
	char why[400];         /* a sentence for people, never anything of the key */
};

struct check {
	const struct account *account;
	const char *config_dir;
	int64_t now_ms; /* as in struct broker_config */
	bool (*stopping)(void);
	void *ctx;
	void (*row)(void *ctx, const struct check_row *row);
	int failed, warned;
	enum err first; /* what the first failure would end a program with */
};

/* Counts and reports. OK also where checks failed: that is a finding. Other errors are the machine's (memory). */
enum err account_check(struct check *c, struct error *e);

#endif
