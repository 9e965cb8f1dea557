#ifndef CT_HAUL_ARCHIVE_H
#define CT_HAUL_ARCHIVE_H

#include "haul/api.h"
#include "haul/download.h"

/*
 * Long series from Binance's bulk archive, what it lacks and the newest days from the API: each one series in order of
 * time, without a seam.
 *
 * Files of months that have been published; of days in the month that has not, as long as more is missing than one page of
 * the API holds. A month that cannot be had is taken by its days, where a page of the API does not hold it all; what else
 * cannot be had is asked of the API. No row of a file goes out before the file was seen to be sound to its end. A series whose
 * next stretch nobody gives ends there: nothing later of it is written, so that another run goes on from its newest row.
 */
struct archive {
	const char *url;  /* of the archive */
	struct api *api;  /* the caller's, with its configuration and tell; for its use alone until archive_close */
	int64_t now_ms;   /* TIME_NONE: the exchange's clock */

	struct archive_series *series;
	size_t count, failed;
	struct error first; /* why the first that failed did */
	/* what was needed: */
	long files, missing, bad;
	int64_t bytes;
};

/*
 * interval -1: funding payments, of um. until TIME_NONE: up to now. A series that is added twice is fetched once, as far
 * as either wants. ERR_DATA: more than FETCH_MAX, or funding of another market.
 */
enum err archive_add(struct archive *a, int market, const char *symbol, int interval, int64_t since, int64_t until, struct error *e);
/* Errors: the clock cannot be had, the machine's own, writing; what goes wrong with single series are events. */
enum err archive_run(struct archive *a, struct error *e);
void archive_close(struct archive *a);

#endif
