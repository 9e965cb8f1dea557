#include "feed/csv.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

#define BLOCK ((size_t)1 << 18)
#define ROW_MAX ((size_t)1 << 16)
#define COLUMNS_MAX 64
#define BINANCE_COLUMNS 12

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

struct cell {
	const char *s;
	size_t n;
};

struct csv {
	struct csv_input input;
	struct feed_series series;
	enum column columns[COLUMNS_MAX];
	size_t column_count; /* 0: the first row is still to come */
	char *data;
	size_t cap, start, end;
	long line;
	bool eof;
};

enum err csv_new(struct csv_input input, const struct feed_series *series, struct csv **csv, struct error *e)
{
	*csv = malloc(sizeof **csv);
	if (!*csv)
		return error_memory(e);
	**csv = (struct csv){ .input = input, .series = *series };
	return OK;
}

void csv_restart(struct csv *csv)
{
	csv->column_count = csv->start = csv->end = 0;
	csv->line = 0;
	csv->eof = false;
}

void csv_free(struct csv *csv)
{
	if (!csv)
		return;
	free(csv->data);
	free(csv);
}

/* One more block behind what is kept. */
static enum err fill(struct csv *csv, struct error *e)
{
	size_t got = 0;
	enum err rc;

	if (csv->start) {
		memmove(csv->data, csv->data + csv->start, csv->end - csv->start);
		csv->end -= csv->start;
		csv->start = 0;
	}
	if (csv->cap - csv->end < BLOCK) {
		size_t cap = csv->end + 2 * BLOCK;
		char *data = realloc(csv->data, cap);

		if (!data)
			return error_memory(e);
		csv->data = data;
		csv->cap = cap;
	}
	rc = csv->input.read(csv->input.ctx, csv->data + csv->end, BLOCK, &got, e);
	csv->eof = rc || got == 0;
	csv->end += got;
	return rc;
}

static enum err at_line(const struct csv *csv, enum err rc, struct error *e)
{
	if (rc && e)
		e->line = csv->line;
	return rc;
}

long csv_line(const struct csv *csv)
{
	return csv->line;
}

/* The next line into *s, *n without its end; *s is NULL at the end of the input. */
static enum err next_line(struct csv *csv, char **s, size_t *n, struct error *e)
{
	size_t seen = 0;
	bool long_line = false;
	char *nl;
	enum err rc;

	*s = NULL;
	if (!csv->data && (rc = fill(csv, e)))
		return rc;
	for (;;) {
		nl = memchr(csv->data + csv->start + seen, '\n', csv->end - csv->start - seen);
		if (nl || csv->eof)
			break;
		seen = csv->end - csv->start;
		if (seen > ROW_MAX) { /* throw it away in pieces, up to its end */
			long_line = true;
			csv->start = csv->end;
			seen = 0;
		}
		rc = fill(csv, e);
		if (rc)
			return rc;
	}
	if (!nl && csv->start == csv->end && !long_line)
		return OK;
	*s = csv->data + csv->start;
	*n = nl ? (size_t)(nl - *s) : csv->end - csv->start;
	csv->start += *n + (nl != NULL);
	csv->line++;
	if (long_line || *n > ROW_MAX)
		return at_line(csv, error_set(e, ERR_DATA, "line is longer than %zu bytes", ROW_MAX), e);
	if (csv->line == 1 && *n >= 3 && memcmp(*s, "\xef\xbb\xbf", 3) == 0) {
		*s += 3;
		*n -= 3;
	}
	if (*n && (*s)[*n - 1] == '\r')
		--*n;
	return OK;
}

/* A quoted cell: its text in place, doubled quotes made one. Returns what follows the closing quote, NULL: none. */
static char *unquote(char *p, char *end, struct cell *cell)
{
	char *to = ++p;

	cell->s = p;
	for (;; p++) {
		if (p == end)
			return NULL;
		if (*p == '"' && (p + 1 == end || p[1] != '"'))
			break;
		p += *p == '"';
		*to++ = *p;
	}
	cell->n = (size_t)(to - cell->s);
	return p + 1;
}

static enum err split(char *s, size_t n, struct cell *cells, size_t *count, struct error *e)
{
	char *p = s, *end = s + n;

	*count = 0;
	for (;;) {
		struct cell *cell = &cells[*count];

		if (*count == COLUMNS_MAX)
			return error_set(e, ERR_DATA, "more than %d cells", COLUMNS_MAX);
		if (p < end && *p == '"') {
			p = unquote(p, end, cell);
			if (!p)
				return error_set(e, ERR_DATA, "a quote is not closed");
			if (p < end && *p != ',')
				return error_set(e, ERR_DATA, "text after a closing quote");
		} else {
			cell->s = p;
			while (p < end && *p != ',')
				p++;
			cell->n = (size_t)(p - cell->s);
		}
		++*count;
		if (p == end)
			return OK;
		p++;
	}
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
		times[csv->columns[i]]++;
	}
	rc = header_is_whole(csv, times, e);
	if (!rc)
		csv->column_count = count;
	return rc;
}

/* Digits with at most 8 decimals, 18 digits in all: the shape nearly every number has. */
static inline bool quick_decimal(const struct cell *cell, int64_t *out)
{
	static const int64_t scale[] = { 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };
	const char *p = cell->s, *end = p + cell->n;
	int64_t v = 0;
	size_t whole, decimals = 0;

	while (p < end && (unsigned char)(*p - '0') < 10 && p - cell->s < 11)
		v = v * 10 + (*p++ - '0');
	whole = (size_t)(p - cell->s);
	if (whole == 0 || whole > 10)
		return false;
	if (p < end && *p == '.') {
		const char *from = ++p;

		while (p < end && (unsigned char)(*p - '0') < 10 && p - from < 9)
			v = v * 10 + (*p++ - '0');
		decimals = (size_t)(p - from);
		if (decimals == 0 || decimals > 8)
			return false;
	}
	*out = v * scale[decimals];
	return p == end;
}

static bool cell_dec64(const struct cell *cell, dec64 *out)
{
	return quick_decimal(cell, out) || dec64_parse(cell->s, cell->n, out);
}

static bool cell_dec(const struct cell *cell, dec *out)
{
	int64_t quick;

	if (quick_decimal(cell, &quick)) {
		*out = quick;
		return true;
	}
	return dec_parse(cell->s, cell->n, out);
}

static bool cell_integer(const struct cell *cell, int64_t *out)
{
	int64_t v = 0;

	if (cell->n == 0 || cell->n > 18)
		return false;
	for (size_t i = 0; i < cell->n; i++) {
		if ((unsigned char)(cell->s[i] - '0') >= 10)
			return false;
		v = v * 10 + (cell->s[i] - '0');
	}
	*out = v;
	return true;
}

/* Years 2000 to 2199, in milliseconds, microseconds, or as a date. */
static bool cell_time(const struct cell *cell, int64_t *out)
{
	const int64_t first = INT64_C(946684800000), last = INT64_C(7258118400000);
	char text[UTC_TEXT];
	int64_t v;

	if (!cell_integer(cell, &v)) {
		if (cell->n >= sizeof text)
			return false;
		memcpy(text, cell->s, cell->n);
		text[cell->n] = '\0';
		return strlen(text) == cell->n && utc_parse(text, TIME_NONE, out) && *out != TIME_NONE;
	}
	if (v >= first * 1000 && v < last * 1000)
		v /= 1000;
	*out = v;
	return v >= first && v < last;
}

/* Neither JSON nor a database may meet a name that is not plain UTF-8 text. */
static bool cell_symbol(const struct cell *cell, char *out)
{
	json_t *text;

	if (cell->n && cell->n < SYMBOL_SIZE && strlen(out) == cell->n && memcmp(out, cell->s, cell->n) == 0)
		return true;
	if (cell->n == 0 || cell->n >= SYMBOL_SIZE)
		return false;
	for (size_t i = 0; i < cell->n; i++)
		if ((unsigned char)cell->s[i] <= ' ' || strchr("\"\\,", cell->s[i]))
			return false;
	text = json_stringn(cell->s, cell->n);
	if (!text)
		return false;
	json_decref(text);
	memcpy(out, cell->s, cell->n);
	out[cell->n] = '\0';
	return true;
}

static int cell_choice(const struct cell *cell, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (strlen(names[i]) == cell->n && memcmp(names[i], cell->s, cell->n) == 0)
			return i;
	return -1;
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
	return complete(csv, c, e);
}

enum err csv_next(struct csv *csv, struct candle *c, bool *end, struct error *e)
{
	struct cell cells[COLUMNS_MAX];
	struct candle row;
	size_t n, count;
	bool header = false;
	char *s;
	enum err rc;

	*end = false;
	for (;;) {
		rc = next_line(csv, &s, &n, e);
		if (rc)
			return rc;
		if (!s) {
			*end = true;
			return OK;
		}
		if (n == 0)
			continue;
		rc = split(s, n, cells, &count, e);
		if (!rc && csv->column_count == 0)
			rc = read_header(csv, cells, count, &header, e);
		if (rc && csv->column_count == 0) { /* no row can be understood */
			csv->eof = true;
			csv->start = csv->end;
		}
		if (!rc && header) {
			header = false;
			continue;
		}
		if (!rc)
			rc = read_row(csv, cells, count, &row, e);
		if (!rc)
			*c = row;
		return at_line(csv, rc, e);
	}
}
