#ifndef CT_SIM_INFO_H
#define CT_SIM_INFO_H

#include "core/field.h"
#include "sim/limits.h"
#include "sim/market.h"

/*
 * exchangeInfo: a captured answer, passed through as it is, and an entry of our own for each pair of the market that it
 * lacks. The pairs of both are the ones the exchange lists.
 */
struct sim_info;

/* path NULL: nothing captured. ERR_NOINPUT, ERR_DATA. */
enum err sim_info_new(const char *path, const struct sim_names *names, struct sim_info **info, struct error *e);
void sim_info_free(struct sim_info *info);

bool sim_info_lists(const struct sim_info *info, const struct sim_market *m, const char *symbol);

/* A pair's object, a new reference; NULL with *e filled: no memory, or its candles cannot be read. Only for listed pairs. */
json_t *sim_info_symbol(const struct sim_info *info, struct sim_market *m, const char *symbol, struct error *e);

/* All listed pairs, ours last: a new array of new references; NULL as above. */
json_t *sim_info_symbols(const struct sim_info *info, struct sim_market *m, struct error *e);

/* The answer around an array of pairs, which it takes over; NULL: no memory. */
json_t *sim_info_wrap(const struct sim_info *info, const struct sim_limits *limits, int64_t server_time, json_t *symbols);

/* A limit as the answer tells it, and the one of the weight, which is kept here. New references. */
json_t *sim_info_limit(const char *type, const char *interval, int64_t n, int64_t limit);
json_t *sim_info_weight_limit(const struct sim_limits *limits);

#endif
