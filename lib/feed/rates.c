#include "feed/rates.h"

#include <stdio.h>
#include <string.h>

#include "core/field.h"
#include "feed/cell.h"

enum { COLUMN_TIME, COLUMN_HOURS, COLUMN_RATE, COLUMNS };

static const char *const names[COLUMNS] = { "calc_time", "funding_interval_hours", "last_funding_rate" };

void rates_init(struct rates *r, struct csv_input input, const char *symbol)
{
	*r = (struct rates){ .text.input = input };
	snprintf(r->symbol, sizeof r->symbol, "%s", symbol);
}

void rates_release(struct rates *r)
{
	csv_text_release(&r->text);
}

static enum err check_header(const struct cell *cells, struct error *e)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (cells[i].n != strlen(names[i]) || memcmp(cells[i].s, names[i], cells[i].n) != 0)
			return error_set(e, ERR_DATA, "column %zu is '%.*s', not '%s'", i + 1, cells[i].n > 40 ? 40 : (int)cells[i].n, cells[i].s, names[i]);
	return OK;
}

static enum err wrong(size_t column, const struct cell *cell, const char *expected, struct error *e)
{
	return error_field(e, ERR_DATA, names[column], "'%.*s' is not %s", cell->n > 40 ? 40 : (int)cell->n, cell->s, expected);
}

/* Also "-3.55e-6", as some programs write small rates. */
static bool read_rate(const struct cell *cell, dec *out)
{
	const char *e = memchr(cell->s, 'e', cell->n);
	struct cell mantissa = { cell->s, e ? (size_t)(e - cell->s) : cell->n };
	dec scale = 1;

	if (!cell_dec(&mantissa, out))
		return false;
	if (!e)
		return true;
	if (mantissa.n + 3 != cell->n || e[1] != '-' || e[2] < '1' || e[2] > '8')
		return false;
	for (char k = '0'; k < e[2]; k++)
		scale *= 10;
	if (*out % scale != 0)
		return false;
	*out /= scale;
	return true;
}

static enum err read_row(const struct cell *cells, struct funding *f, struct error *e)
{
	if (!cell_time(&cells[COLUMN_TIME], &f->funding_time))
		return wrong(COLUMN_TIME, &cells[COLUMN_TIME], "a time in milliseconds", e);
	if (cells[COLUMN_HOURS].n && (!cell_integer(&cells[COLUMN_HOURS], &f->interval_hours) || f->interval_hours < 1 || f->interval_hours > 24))
		return wrong(COLUMN_HOURS, &cells[COLUMN_HOURS], "a number of hours", e);
	if (!read_rate(&cells[COLUMN_RATE], &f->rate))
		return wrong(COLUMN_RATE, &cells[COLUMN_RATE], "a decimal with at most 8 decimals", e);
	return OK;
}

static enum err take_line(struct rates *r, char *s, size_t n, struct funding *f, bool *header, struct error *e)
{
	struct cell cells[CELLS_MAX];
	size_t count;
	enum err rc = cell_split(s, n, cells, &count, e);

	*header = false;
	if (!rc && count != COLUMNS)
		rc = error_set(e, ERR_DATA, "%zu cells where %d are expected", count, COLUMNS);
	if (!rc && !r->begun && cells[0].n && !(cells[0].s[0] >= '0' && cells[0].s[0] <= '9')) {
		*header = true;
		rc = check_header(cells, e);
	}
	if (rc && !r->begun)
		csv_text_stop(&r->text);
	r->begun = true;
	*f = (struct funding){ .market = MARKET_UM, .interval_hours = INT_NONE, .mark_price = DEC_NONE };
	memcpy(f->symbol, r->symbol, sizeof f->symbol);
	return rc || *header ? rc : read_row(cells, f, e);
}

enum err rates_next(struct rates *r, struct funding *f, bool *end, struct error *e)
{
	struct funding row;
	bool header;
	char *s;
	size_t n;
	enum err rc;

	*end = false;
	for (;;) {
		rc = csv_text_line(&r->text, &s, &n, e);
		if (rc)
			return rc;
		if (!s) {
			*end = true;
			return OK;
		}
		if (n == 0)
			continue;
		rc = take_line(r, s, n, &row, &header, e);
		if (!rc && header)
			continue;
		if (!rc)
			*f = row;
		return csv_text_at_line(&r->text, rc, e);
	}
}
