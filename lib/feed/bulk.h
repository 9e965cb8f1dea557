#ifndef CT_FEED_BULK_H
#define CT_FEED_BULK_H

#include <stddef.h>

#include "core/digest.h"
#include "core/error.h"
#include "model/candle.h"

/*
 * The names of Binance's bulk archive (https://data.binance.vision): a zip for each pair, interval and month or day of UTC,
 * and beside each a file with its SHA-256.
 */
struct bulk_file {
	int market;
	int interval;       /* -1: funding payments, of um and by month */
	char symbol[SYMBOL_SIZE];
	bool daily;
	int64_t first, end; /* the first instant of the month or day, and of the one after it */
};

#define BULK_NAME_SIZE 96
#define BULK_PATH_SIZE 320

/* The month or day in which t_ms lies. */
struct bulk_file bulk_file_at(int market, int interval, const char *symbol, bool daily, int64_t t_ms);

/* "BTCUSDT-4h-2024-01" into out[BULK_NAME_SIZE]; the zip is that and ".zip", the text in it that and ".csv". Returns out. */
char *bulk_name(const struct bulk_file *f, char *out);
/*
 * "/data/spot/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-01.zip" into out[BULK_PATH_SIZE]. symbol: as the address spells it,
 * NULL: as it is. Returns out.
 */
char *bulk_path(const struct bulk_file *f, const char *symbol, char *out);
/* The other way round, of a zip or its ".CHECKSUM". False: no such name. */
bool bulk_path_read(const char *path, struct bulk_file *f, bool *checksum);

/* When a file is there at the earliest: a month's on the first Monday after it, a day's on the next day. */
int64_t bulk_published(const struct bulk_file *f);

/* The most text that a file can unpack to: of all its bars, or of a payment each hour. */
int64_t bulk_text_max(const struct bulk_file *f);
int64_t bulk_bars(const struct bulk_file *f); /* of its grid */

/* The sum in "SUM  NAME.zip", as lower-case hex. ERR_DATA: not such a line, or about another file. */
enum err bulk_checksum_read(const char *text, size_t len, const char *name, char hex[DIGEST_HEX], struct error *e);

#endif
