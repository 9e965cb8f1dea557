#ifndef CT_SIM_SIM_H
#define CT_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "model/interval.h"

/*
 * A local exchange that speaks Binance's REST API, on the loopback interface only: the market data of spot (/api/v3) and of
 * USDT-M futures (/fapi/v1), the bulk archive (/data) and, with accounts, the signed part of spot. Candles come from files or are
 * generated; time is virtual; /sim steers it (clock, faults, statistics). One thread: sim_run serves every connection.
 */
struct sim_config {
	const char *data;            /* folder of candles; NULL: generated */
	uint64_t seed;               /* of the generated market, and of random faults */
	enum interval interval;      /* the generated market's shortest */
	int64_t from_ms;             /* its first bar */
	double outages_per_year;
	const char *const *symbols;  /* only these pairs */
	size_t symbol_count;
	const char *exchange_info;   /* a captured exchangeInfo (JSON, plain or compressed); NULL: made from the candles */
	int64_t clock_ms;            /* what time it is at the start */
	double speed;                /* of the clock against the wall's; 0: it stands still until it is moved */
	int port;                    /* 0: a free one */
	int64_t weight_limit, weight_window_ms, ban_after, ban_ms;
	const char *accounts;        /* file of accounts with keys (sim/accounts.h); NULL: market data only */
	const char *state;           /* file of the accounts' state: loaded if it is there, saved at the end; NULL: none */
	bool clock_given;            /* clock_ms was asked for: a loaded state's time does not replace it */
	const char *faults;          /* JSON, or the name of a file with it; NULL: none */
	void (*warn)(const struct error *e); /* what went wrong while serving, such as a broken candle file; may be NULL */
};

struct sim;

/* Ready to answer when it returns. The caller frees with sim_free. ERR_NOINPUT, ERR_DATA, ERR_CONFIG, ERR_UNAVAILABLE (port). */
enum err sim_new(const struct sim_config *config, struct sim **sim, struct error *e);
int sim_port(const struct sim *s);
/* Serves until stopping() says so; it is asked a few times a second. */
enum err sim_run(struct sim *s, bool (*stopping)(void), struct error *e);
void sim_free(struct sim *s);

#endif
