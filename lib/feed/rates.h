#ifndef CT_FEED_RATES_H
#define CT_FEED_RATES_H

#include "feed/text.h"
#include "model/symbol.h"

/*
 * Funding payments from CSV text as Binance's archive has it: calc_time, funding_interval_hours, last_funding_rate, with
 * a header or without; an empty interval is "unknown". Market um; mark prices are not in it.
 */
struct rates {
	struct csv_text text;
	char symbol[SYMBOL_SIZE];
	bool begun; /* the first row was seen */
};

void rates_init(struct rates *r, struct csv_input input, const char *symbol);
void rates_release(struct rates *r);

/*
 * The next payment. *end is true after the last one, and then f is untouched. ERR_DATA with line and field: the row is
 * skipped and the next call goes on behind it (after a bad header: with the end). What the input returned.
 */
enum err rates_next(struct rates *r, struct funding *f, bool *end, struct error *e);

#endif
