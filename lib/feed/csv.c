#include "feed/csv.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "feed/cell.h"

#define BINANCE_COLUMNS 12
#define MICROS_DIGITS 16

enum column {
	COLUMN_OPEN_TIME, COLUMN_OPEN, COLUMN_HIGH, COLUMN_LOW, COLUMN_CLOSE, COLUMN_VOLUME, COLUMN_CLOSE_TIME, COLUMN_QUOTE_VOLUME,
	COLUMN_TRADES, COLUMN_TAKER_VOLUME, COLUMN_TAKER_QUOTE, COLUMN_OTHER, COLUMN_MARKET, COLUMN_SYMBOL, COLUMN_INTERVAL, COLUMN_COUNT
};

/* By enum column: the record's name first, as messages spell it. */
static const char *const column_names[COLUMN_COUNT][5] = {
	[COLUMN_OPEN_TIME] = { "open_time", "timestamp", "datetime", "date", "time" },
	[COLUMN_OPEN] = { "open" },
	[COLUMN_HIGH] = { "high" },
	[COLUMN_LOW] = { "low" },
	[COLUMN_CLOSE] = { "close" },
	[COLUMN_VOLUME] = { "volume" },
	[COLUMN_CLOSE_TIME] = { "close_time" },
	[COLUMN_QUOTE_VOLUME] = { "quote_volume", "quote_asset_volume" },
	[COLUMN_TRADES] = { "trades", "count", "number_of_trades" },
	[COLUMN_TAKER_VOLUME] = { "taker_buy_volume", "taker_buy_base_volume", "taker_buy_base_asset_volume" },
	[COLUMN_TAKER_QUOTE] = { "taker_buy_quote_volume", "taker_buy_quote_asset_volume" },
	[COLUMN_MARKET] = { "market" },
	[COLUMN_SYMBOL] = { "symbol" },
	[COLUMN_INTERVAL] = { "interval" },
};

struct csv {
	struct csv_text text;
	struct feed_series series;
	enum column columns[CELLS_MAX];
	size_t column_count; /* 0: the first row is still to come */
	size_t time_column;
	bool exact, micros;
};

enum err csv_new(struct csv_input input, const struct feed_series *series, struct csv **csv, struct error *e)
{
	*csv = malloc(sizeof **csv);
	if (!*csv)
		return error_memory(e);
	**csv = (struct csv){ .text.input = input, .series = *series };
	return OK;
}

void csv_restart(struct csv *csv)
{
	csv->column_count = 0;
	csv_text_restart(&csv->text);
}

void csv_free(struct csv *csv)
{
	if (!csv)
		return;
	csv_text_release(&csv->text);
	free(csv);
}

long csv_line(const struct csv *csv)
{
	return csv->text.line;
}

void csv_exact(struct csv *csv)
{
	csv->exact = true;
}

bool csv_is_micros(const struct csv *csv)
{
	return csv->micros;
}

static bool same_name(const struct cell *cell, const char *name)
{
	return name && strlen(name) == cell->n && strncasecmp(name, cell->s, cell->n) == 0;
}

static enum column column_find(const struct cell *cell)
{
	for (enum column c = 0; c < COLUMN_COUNT; c++)
		for (size_t i = 0; i < sizeof column_names[c] / sizeof *column_names[c]; i++)
			if (same_name(cell, column_names[c][i]))
				return c;
	return COLUMN_OTHER;
}

static enum err header_is_whole(const struct csv *csv, const unsigned *times, struct error *e)
{
	for (enum column c = 0; c < COLUMN_COUNT; c++) {
		if (c != COLUMN_OTHER && times[c] > 1)
			return error_field(e, ERR_DATA, column_names[c][0], "named twice in the header");
		if (c <= COLUMN_VOLUME && times[c] == 0)
			return error_field(e, ERR_DATA, column_names[c][0], "missing in the header");
	}
	if (!times[COLUMN_SYMBOL] && !csv->series.symbol[0])
		return error_field(e, ERR_DATA, "symbol", "neither a column nor given");
	if (!times[COLUMN_INTERVAL] && csv->series.interval < 0 && !times[COLUMN_CLOSE_TIME])
		return error_field(e, ERR_DATA, "interval", "neither a column nor given");
	return OK;
}

/* Binance's columns in their places. */
static enum err header_is_exact(const struct csv *csv, const struct cell *cells, size_t count, struct error *e)
{
	if (count != BINANCE_COLUMNS)
		return error_set(e, ERR_DATA, "%zu columns where Binance's %d are expected", count, BINANCE_COLUMNS);
	for (size_t i = 0; i < BINANCE_COLUMNS; i++)
		if (csv->columns[i] != (enum column)i)
			return error_set(e, ERR_DATA, "column %zu is '%.*s', not '%s'", i + 1, cells[i].n > 40 ? 40 : (int)cells[i].n, cells[i].s,
				i < COLUMN_OTHER ? column_names[i][0] : "ignore");
	return OK;
}

/* The columns from the first row; *header tells whether it was a header, and not data. */
static enum err read_header(struct csv *csv, const struct cell *cells, size_t count, bool *header, struct error *e)
{
	unsigned times[COLUMN_COUNT] = { 0 };
	enum err rc;

	*header = cells[0].n && !(cells[0].s[0] >= '0' && cells[0].s[0] <= '9');
	if (!*header && count != BINANCE_COLUMNS)
		return error_set(e, ERR_DATA, "%zu cells: without a header Binance's %d columns are expected", count, BINANCE_COLUMNS);
	for (size_t i = 0; i < count; i++) {
		csv->columns[i] = *header ? column_find(&cells[i]) : (enum column)i;
		if (csv->columns[i] == COLUMN_OPEN_TIME)
			csv->time_column = i;
		times[csv->columns[i]]++;
	}
	rc = header_is_whole(csv, times, e);
	if (!rc && csv->exact)
		rc = header_is_exact(csv, cells, count, e);
	if (!rc)
		csv->column_count = count;
	return rc;
}

static enum err wrong(enum column column, const struct cell *cell, const char *expected, struct error *e)
{
	int n = cell->n > 40 ? 40 : (int)cell->n;

	return cell->n ? error_field(e, ERR_DATA, column_names[column][0], "'%.*s' is not %s", n, cell->s, expected)
		       : error_field(e, ERR_DATA, column_names[column][0], "empty");
}

#define TAKE(read, expected) return (read) ? OK : wrong(column, cell, expected, e)

static enum err read_cell(enum column column, const struct cell *cell, struct candle *c, struct error *e)
{
	static const char price[] = "a decimal with at most 8 decimals";
	struct bar *b = &c->bar;

	if (cell->n == 0 && column >= COLUMN_CLOSE_TIME)
		return OK; /* unknown, or the series' own */
	switch (column) {
	case COLUMN_OPEN_TIME: TAKE(cell_time(cell, &b->open_time), "a time in milliseconds or microseconds, or a date");
	case COLUMN_OPEN: TAKE(cell_dec64(cell, &b->open), price);
	case COLUMN_HIGH: TAKE(cell_dec64(cell, &b->high), price);
	case COLUMN_LOW: TAKE(cell_dec64(cell, &b->low), price);
	case COLUMN_CLOSE: TAKE(cell_dec64(cell, &b->close), price);
	case COLUMN_VOLUME: TAKE(cell_dec(cell, &b->volume), price);
	case COLUMN_CLOSE_TIME: TAKE(cell_time(cell, &b->close_time), "a time in milliseconds or microseconds, or a date");
	case COLUMN_QUOTE_VOLUME: TAKE(cell_dec(cell, &b->quote_volume), price);
	case COLUMN_TRADES: TAKE(cell_integer(cell, &b->trades), "a count");
	case COLUMN_TAKER_VOLUME: TAKE(cell_dec(cell, &b->taker_buy_volume), price);
	case COLUMN_TAKER_QUOTE: TAKE(cell_dec(cell, &b->taker_buy_quote_volume), price);
	case COLUMN_MARKET: TAKE((c->market = cell_choice(cell, market_names)) >= 0, "spot or um");
	case COLUMN_SYMBOL: TAKE(cell_symbol(cell, c->symbol), "a symbol");
	case COLUMN_INTERVAL: TAKE((c->interval = cell_choice(cell, interval_names)) >= 0, "an interval");
	default: return OK;
	}
}

/* The one interval whose bar at open_time ends at close_time. */
static int interval_of(const struct bar *b)
{
	for (int i = 0; i < INTERVAL_COUNT; i++)
		if (interval_next((enum interval)i, b->open_time) - 1 == b->close_time)
			return i;
	return -1;
}

static enum err complete(struct csv *csv, struct candle *c, struct error *e)
{
	struct bar *b = &c->bar;

	if (c->interval < 0 && b->close_time != TIME_NONE)
		c->interval = csv->series.interval = interval_of(b);
	if (c->interval < 0)
		return error_field(e, ERR_DATA, "interval", "not given, and not to be told from open_time and close_time");
	if (!c->symbol[0])
		return error_field(e, ERR_DATA, "symbol", "empty");
	if (b->close_time == TIME_NONE)
		b->close_time = interval_next((enum interval)c->interval, b->open_time) - 1;
	candle_settle_end(c);
	return OK;
}

static enum err read_row(struct csv *csv, const struct cell *cells, size_t count, struct candle *c, struct error *e)
{
	enum err rc;

	if (count != csv->column_count)
		return error_set(e, ERR_DATA, "%zu cells where %zu are expected", count, csv->column_count);
	c->market = csv->series.market < 0 ? MARKET_SPOT : csv->series.market;
	c->interval = csv->series.interval;
	memcpy(c->symbol, csv->series.symbol, sizeof c->symbol);
	c->bar.close_time = TIME_NONE;
	c->bar.trades = INT_NONE;
	c->bar.quote_volume = c->bar.taker_buy_volume = c->bar.taker_buy_quote_volume = DEC_NONE;
	for (size_t i = 0; i < count; i++) {
		rc = read_cell(csv->columns[i], &cells[i], c, e);
		if (rc)
			return rc;
	}
	csv->micros = cells[csv->time_column].n == MICROS_DIGITS && cells[csv->time_column].s[4] != '-'; /* a date can be as long */
	return complete(csv, c, e);
}

enum err csv_next(struct csv *csv, struct candle *c, bool *end, struct error *e)
{
	struct cell cells[CELLS_MAX];
	struct candle row;
	size_t n, count;
	bool header = false;
	char *s;
	enum err rc;

	*end = false;
	for (;;) {
		rc = csv_text_line(&csv->text, &s, &n, e);
		if (rc)
			return rc;
		if (!s) {
			*end = true;
			return OK;
		}
		if (n == 0)
			continue;
		rc = cell_split(s, n, cells, &count, e);
		if (!rc && csv->column_count == 0)
			rc = read_header(csv, cells, count, &header, e);
		if (rc && csv->column_count == 0)
			csv_text_stop(&csv->text);
		if (!rc && header) {
			header = false;
			continue;
		}
		if (!rc)
			rc = read_row(csv, cells, count, &row, e);
		if (!rc)
			*c = row;
		return csv_text_at_line(&csv->text, rc, e);
	}
}
