#ifndef CT_SIM_LEDGER_H
#define CT_SIM_LEDGER_H

#include "sim/request.h"

/* Control routes: everything the exchange has of its accounts, and money from and to outside. */
void sim_get_ledger(const struct sim_request *q, struct sim_answer *a);
void sim_post_transfer(const struct sim_request *q, struct sim_answer *a);
void sim_post_save(const struct sim_request *q, struct sim_answer *a);

/*
 * The exchange's state as one JSON object: {"clock":…,"accounts":[{"name":…,"balances":{…}}],"orders":[…],"lists":[…],
 * "trades":[…],"changes":[…],"pairs":[…]}.
 */
void sim_ledger_write(struct sim_exchange *x, int64_t clock_ms, struct buf *b);
/* What sim_ledger_write wrote, into an exchange without orders; *clock_ms is its time. ERR_DATA names the field. */
enum err sim_ledger_read(struct sim_exchange *x, const char *text, size_t len, int64_t *clock_ms, struct error *e);

/* The same to and from a file, which load need not find. ERR_CONFIG: it is there and wrong. */
enum err sim_ledger_save(struct sim_exchange *x, int64_t clock_ms, const char *path, struct error *e);
enum err sim_ledger_load(struct sim_exchange *x, int64_t *clock_ms, const char *path, struct error *e);

#endif
