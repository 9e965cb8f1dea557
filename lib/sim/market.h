#ifndef CT_SIM_MARKET_H
#define CT_SIM_MARKET_H

#include "model/candle.h"
#include "model/symbol.h"
#include "sim/folder.h"

/*
 * The candles the exchange has: from a folder of CSV files, or generated. Whole, future included: what may be seen
 * is decided by sim/klines.h. Series come into memory when they are first asked for.
 */
struct sim_market;

/*
 * Every file below dir (three levels deep) that is named SYMBOL-INTERVAL….csv, plain or compressed, or ….zip. Several
 * files of one series are one series. ERR_NOINPUT: no such file, or none for a name; ERR_USAGE.
 */
enum err sim_market_folder(const char *dir, const struct sim_names *names, struct sim_market **market, struct error *e);

/* See sim/generate.h. Without names: ten made-up and ten well-known pairs. */
enum err sim_market_generate(uint64_t seed, enum interval interval, int64_t from_ms, double outages_per_year, const struct sim_names *names,
	struct sim_market **market, struct error *e);

void sim_market_free(struct sim_market *m);

/* Pairs, in alphabetical order. */
size_t sim_market_count(const struct sim_market *m);
const char *sim_market_name(const struct sim_market *m, size_t pair);
int sim_market_find(const struct sim_market *m, const char *name); /* -1: none */

/* Bit i: there is a series of interval i. */
unsigned sim_market_intervals(const struct sim_market *m, size_t pair);

/*
 * All bars of a series there is, in order of time, at least up to now_ms; valid until the next call. ERR_DATA: the file
 * cannot be read (the same answer each time).
 */
enum err sim_market_bars(struct sim_market *m, size_t pair, enum interval interval, int64_t now_ms, const struct bar **bars, size_t *count,
	struct error *e);

/* The number of bars that open before t_ms. */
size_t sim_bars_before(const struct bar *bars, size_t count, int64_t t_ms);

/* The funding payments that the folder has of a pair, in order of time; count 0: none. */
enum err sim_market_payments(struct sim_market *m, size_t pair, const struct funding **rows, size_t *count, struct error *e);

/* The grid its prices and quantities are on: powers of ten. */
enum err sim_market_grid(struct sim_market *m, size_t pair, dec64 *tick, dec64 *step, struct error *e);

#endif
