#include "model/rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

static const char *const formats[ROWS_FORMATS] = { "json", "csv", "table" };

int rows_format_find(const char *name)
{
	for (int i = 0; i < ROWS_FORMATS; i++)
		if (strcmp(formats[i], name) == 0)
			return i;
	return -1;
}

#define COLUMNS_MAX 14

static const char *const table_columns[KIND_COUNT][COLUMNS_MAX] = {
	[KIND_CANDLE] = { "symbol", "interval", "open_time", "open", "high", "low", "close", "volume", "quote_volume", "trades" },
	[KIND_SYMBOL] = { "market", "symbol", "status", "base_asset", "quote_asset", "tick_size", "step_size", "min_qty",
		"min_notional", "t_ms" },
	[KIND_FUNDING] = { "symbol", "funding_time", "rate", "mark_price" },
	[KIND_SIGNAL] = { "t_ms", "strategy", "symbol", "interval", "action", "exposure", "price", "buy_mark", "sell_mark", "why" },
	[KIND_DECISION] = { "t_ms", "account", "strategy", "symbol", "class", "reason", "side", "status", "qty",
		"quote_qty", "price", "gate", "why" },
	[KIND_ORDER] = { "created_ms", "account", "strategy", "symbol", "leg", "side", "type", "status", "qty", "quote_qty",
		"price", "stop_price", "filled_qty" },
	[KIND_TRADE] = { "t_ms", "account", "strategy", "symbol", "side", "reason", "qty", "price", "quote_qty", "fee",
		"fee_asset", "realized_pnl" },
	[KIND_POSITION] = { "account", "strategy", "symbol", "qty", "avg_price", "mark", "unrealized_pnl", "stop_price",
		"target_price", "opened_ms", "updated_ms" },
	[KIND_BALANCE] = { "t_ms", "account", "asset", "free", "locked" },
	[KIND_TRANSFER] = { "t_ms", "account", "asset", "amount", "why" },
	[KIND_EQUITY] = { "t_ms", "account", "run", "equity", "cash", "positions_value", "peak", "realized_pnl", "fees",
		"open_positions" },
	[KIND_RUN] = { "id", "account", "mode", "started_at", "version", "commit_hash", "bars" },
	[KIND_METRIC] = { "account", "run", "scope", "name", "value", "why" },
	[KIND_TRIAL] = { "id", "sample", "window", "number", "strategy", "tuned", "trades", "total_return", "max_drawdown", "sharpe", "calmar" },
	[KIND_RECEIPT] = { "market", "symbol", "interval", "series", "rows", "first", "last", "gaps", "t_ms", "source" },
	[KIND_EVENT] = { "t_ms", "level", "account", "symbol", "code", "message" },
};

/* Its columns; NULL: a kind of some program's own, every field of which is one. */
static const char *const *columns_of(const struct kind *kind)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kind == &kinds[i])
			return table_columns[i];
	return NULL;
}

static const struct field *column(const struct rows *r, size_t i)
{
	return r->columns ? field_find(r->kind->fields, r->kind->field_count, r->columns[i]) : &r->kind->fields[i];
}

static void csv_header(struct rows *r)
{
	for (size_t i = 0; i < r->kind->field_count; i++)
		buf_addf(&r->out, "%s%s", i ? "," : "", r->kind->fields[i].name);
	buf_addc(&r->out, '\n');
}

void rows_begin(struct rows *r, enum rows_format format, const struct kind *kind)
{
	*r = (struct rows){ .format = format, .kind = kind, .columns = columns_of(kind) };
	while (r->columns ? r->column_count < COLUMNS_MAX && r->columns[r->column_count] : r->column_count < kind->field_count)
		r->column_count++;
	if (format == ROWS_CSV)
		csv_header(r);
}

void rows_release(struct rows *r)
{
	buf_release(&r->out);
	buf_release(&r->cells);
}

/* A cell by RFC 4180: quoted where it has a comma, a quote or a line break. */
static void csv_cell(struct buf *out, size_t from)
{
	char *text;

	if (out->failed || !out->data || !strpbrk(out->data + from, ",\"\r\n"))
		return;
	text = strdup(out->data + from);
	if (!text) {
		out->failed = true;
		return;
	}
	out->len = from;
	buf_addc(out, '"');
	for (const char *p = text; *p; p++)
		buf_add(out, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
	buf_addc(out, '"');
	free(text);
}

static void add_csv(struct rows *r, const void *object)
{
	for (size_t i = 0; i < r->kind->field_count; i++) {
		size_t from;

		if (i)
			buf_addc(&r->out, ',');
		from = r->out.len;
		field_write_plain(&r->kind->fields[i], object, &r->out);
		if (r->out.len > from)
			csv_cell(&r->out, from);
	}
	buf_addc(&r->out, '\n');
}

static void trim_zeros(struct buf *b, size_t from)
{
	if (b->failed || !memchr(b->data + from, '.', b->len - from))
		return;
	while (b->data[b->len - 1] == '0')
		b->len--;
	if (b->data[b->len - 1] == '.')
		b->len--;
}

static void add_cells(struct rows *r, const void *object)
{
	char time[UTC_TEXT];

	for (size_t i = 0; i < r->column_count; i++) {
		const struct field *f = column(r, i);
		size_t from = r->cells.len;

		if (!field_known(f, object))
			buf_addc(&r->cells, '-');
		else if (f->type == FIELD_TIME)
			buf_adds(&r->cells, utc_format(*(const int64_t *)(const void *)((const char *)object + f->offset), time));
		else
			field_write_plain(f, object, &r->cells);
		if (field_known(f, object) && (f->type == FIELD_DEC || f->type == FIELD_DEC64))
			trim_zeros(&r->cells, from);
		buf_addc(&r->cells, '\0');
	}
}

enum err rows_add(struct rows *r, const void *object, struct error *e)
{
	r->count++;
	switch (r->format) {
	case ROWS_CSV: add_csv(r, object); break;
	case ROWS_TABLE: add_cells(r, object); break;
	default: record_write(r->kind, object, &r->out);
	}
	return r->out.failed || r->cells.failed ? error_memory(e) : OK;
}

/* Characters, not bytes: a pair's name may be Unicode. */
static size_t width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool is_number(const struct field *f)
{
	return f->type == FIELD_DEC || f->type == FIELD_DEC64 || f->type == FIELD_INT || f->type == FIELD_REAL;
}

/* Numbers to the right, all else to the left; no blanks at the end of a line. */
static void add_aligned(struct rows *r, size_t i, const char *text, size_t wide)
{
	int pad = (int)(wide - width(text));
	bool right = is_number(column(r, i));

	if (right)
		buf_addf(&r->out, "%*s", pad, "");
	buf_adds(&r->out, text);
	if (i + 1 == r->column_count)
		buf_addc(&r->out, '\n');
	else
		buf_addf(&r->out, "%*s", right ? 2 : pad + 2, "");
}

static enum err lay_out(struct rows *r, struct error *e)
{
	size_t *wide = calloc(r->column_count, sizeof *wide);
	const char *cell = r->cells.data;

	if (!wide)
		return error_memory(e);
	for (size_t i = 0; i < r->column_count; i++)
		wide[i] = strlen(column(r, i)->name);
	for (size_t k = 0; k < r->count * r->column_count; k++, cell += strlen(cell) + 1)
		if (width(cell) > wide[k % r->column_count])
			wide[k % r->column_count] = width(cell);
	for (size_t i = 0; i < r->column_count; i++)
		add_aligned(r, i, column(r, i)->name, wide[i]);
	cell = r->cells.data;
	for (size_t k = 0; k < r->count * r->column_count; k++, cell += strlen(cell) + 1)
		add_aligned(r, k % r->column_count, cell, wide[k % r->column_count]);
	free(wide);
	return OK;
}

enum err rows_end(struct rows *r, struct error *e)
{
	enum err rc = r->format == ROWS_TABLE && r->count ? lay_out(r, e) : OK;

	return rc ? rc : r->out.failed ? error_memory(e) : OK;
}
