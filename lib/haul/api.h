#ifndef CT_HAUL_API_H
#define CT_HAUL_API_H

#include "haul/tell.h"
#include "venue/fetch.h"

/* Series from the API of both markets, as records with receipts: what ct-fetch candles and funding do, and the archive's rest. */
struct api {
	struct venue_config config; /* of every venue; its market is not looked at */
	struct tell *tell;
	struct fetch fetch;
	struct tell_series **series; /* by number in fetch */
	struct tell_series *own;     /* where a series was given none */
	struct venue *venues[MARKET_COUNT];
	bool sole;                   /* one series in all: what fails of it is the program's own message */
	/*
	 * What to make of a finding, in place of an event; NULL: always an event. *told false: it is to be one all the same.
	 */
	enum err (*finding)(void *ctx, const struct history *h, enum finding what, bool *told, struct error *e);
	void *ctx;
};

/*
 * Adds what is to be fetched. series: where its rows go on, as they came from elsewhere before; NULL: a new one. A series that
 * is added twice is fetched once.
 */
enum err api_add(struct api *a, int market, const char *symbol, int interval, int64_t since, int64_t until, struct tell_series *series, struct error *e);

/* The venue of a market, opened when it is first asked for; all share the connections of the first. */
enum err api_venue(struct api *a, int market, struct venue **venue, struct error *e);

/* Fetches everything that was added. Errors as of fetch_run; of single series they are events. */
enum err api_run(struct api *a, const struct fetch_range *range, struct error *e);
void api_clear(struct api *a); /* nothing is added any more; connections stay */
void api_close(struct api *a);

#endif
