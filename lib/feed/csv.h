#ifndef CT_FEED_CSV_H
#define CT_FEED_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "feed/text.h"
#include "model/candle.h"

/*
 * Candles from CSV text, row by row, from any source of bytes.
 *
 * Without a header: Binance's 12 columns (open_time, open, high, low, close, volume, close_time, quote_volume, count,
 * taker_buy_volume, taker_buy_quote_volume, ignored). With a header, in any order and case: the fields of a candle
 * record, and the names Binance and its clients use for them ("count", "number_of_trades", "quote_asset_volume",
 * "taker_buy_base_asset_volume", "timestamp" …); other columns are left unread. open_time, open, high, low, close and
 * volume are needed; market, symbol and interval come from the row where it has them, else from `series`.
 *
 * Times are milliseconds, microseconds (spot archives since 2025) or dates. An empty cell is "unknown"; an empty or absent
 * close_time is derived from the interval. Cells may be quoted (no line break inside), lines may end in CRLF, blank
 * lines are skipped. Rows are read, not judged: feed/check.h does that.
 */

/* What every row of a file shares. -1, or "": not known. */
struct feed_series {
	int market;
	int interval;
	char symbol[SYMBOL_SIZE];
};

struct csv;

/* Nothing is read yet. The caller frees with csv_free. ERR_INTERNAL: out of memory. */
enum err csv_new(struct csv_input input, const struct feed_series *series, struct csv **csv, struct error *e);

/*
 * The next row. *end is true after the last one, and then c is untouched.
 * ERR_DATA with line and field: not a header, a cell that is missing or not what it should be, a line over 64 KiB; the
 * row is skipped and the next call goes on with the one after it (after a bad header: with the end). What the input returned.
 */
enum err csv_next(struct csv *csv, struct candle *c, bool *end, struct error *e);

/* The line of the row that csv_next last gave, 1-based. */
long csv_line(const struct csv *csv);

/* From here on only Binance's 12 columns in their order, with or without a header, are taken. */
void csv_exact(struct csv *csv);

/* Whether the open time of that row was in microseconds. */
bool csv_is_micros(const struct csv *csv);

/* The input starts anew with another file of the same series: header and line numbers too. */
void csv_restart(struct csv *csv);

void csv_free(struct csv *csv);

#endif
