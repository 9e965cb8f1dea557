#include "report/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "report/number.h"

#define GAP 2 /* blanks between columns */

void table_init(struct table *t, const char *title)
{
	*t = (struct table){ 0 };
	snprintf(t->title, sizeof t->title, "%s", title);
}

void table_release(struct table *t)
{
	free(t->cells);
	buf_release(&t->text);
	*t = (struct table){ 0 };
}

void table_column(struct table *t, const char *title, const char *key, bool right)
{
	if (t->column_count == TABLE_COLUMNS) {
		t->failed = true;
		return;
	}
	t->columns[t->column_count].title = title;
	t->columns[t->column_count].key = key;
	t->columns[t->column_count++].right = right;
}

void table_fold(struct table *t)
{
	if (t->column_count)
		t->columns[t->column_count - 1].fold = true;
}

static struct cell *add_cell(struct table *t)
{
	if (grow(&t->cells, &t->cap, t->count + 1, sizeof *t->cells, NULL)) {
		t->failed = true;
		return NULL;
	}
	t->cells[t->count] = (struct cell){ .shown = t->text.len, .right = t->columns[t->count % t->column_count].right };
	return &t->cells[t->count++];
}

/* Ends the shown form and begins the plain one. */
static void turn_plain(struct table *t, struct cell *c)
{
	buf_addc(&t->text, '\0');
	c->plain = t->text.len;
}

void table_text(struct table *t, const char *s)
{
	struct cell *c = add_cell(t);

	if (!c)
		return;
	buf_adds(&t->text, s);
	buf_addc(&t->text, '\0');
	c->plain = c->shown;
}

static void show_real(struct buf *b, enum cell_type type, double v)
{
	switch (type) {
	case CELL_MONEY: number_real(b, v, 2); break;
	case CELL_PERCENT: number_percent(b, v, 2); break;
	case CELL_RATIO: number_real(b, v, 2); break;
	case CELL_COUNT: number_real(b, v, 0); break;
	case CELL_DAYS: number_duration(b, v); break;
	case CELL_PRICE: number_price(b, v); break;
	case CELL_QTY: number_real(b, v, 8); break;
	case CELL_TEXT:
	case CELL_TIME:
	case CELL_DATE: break;
	}
}

void table_real(struct table *t, enum cell_type type, double v)
{
	struct cell *c;

	if (type == CELL_TIME || type == CELL_DATE) {
		table_time(t, type, isnan(v) ? TIME_NONE : (int64_t)v);
		return;
	}
	c = add_cell(t);
	if (!c)
		return;
	show_real(&t->text, type, v);
	turn_plain(t, c);
	if (isfinite(v))
		buf_addf(&t->text, "%.12g", v);
	buf_addc(&t->text, '\0');
}

void table_dec(struct table *t, enum cell_type type, dec v)
{
	struct cell *c = add_cell(t);
	char text[DEC_TEXT];

	if (!c)
		return;
	if (type == CELL_QTY)
		number_qty(&t->text, v);
	else
		show_real(&t->text, type, dec_double(v));
	turn_plain(t, c);
	if (v != DEC_NONE)
		buf_add(&t->text, text, dec_format(v, text));
	buf_addc(&t->text, '\0');
}

void table_time(struct table *t, enum cell_type type, int64_t t_ms)
{
	struct cell *c = add_cell(t);
	char text[UTC_TEXT];

	if (!c)
		return;
	if (t_ms != TIME_NONE) {
		utc_format(t_ms, text);
		buf_add(&t->text, text, strnlen(text, type == CELL_DATE ? sizeof "2024-05-01" - 1 : sizeof "2024-05-01 12:00" - 1));
	}
	turn_plain(t, c);
	if (t_ms != TIME_NONE)
		buf_adds(&t->text, utc_format_iso(t_ms, text));
	buf_addc(&t->text, '\0');
}

void table_tint(struct table *t, double v)
{
	if (t->count)
		t->cells[t->count - 1].tint = (v > 0) - (v < 0);
}

void table_heat(struct table *t, double heat)
{
	if (t->count)
		t->cells[t->count - 1].heat = isnan(heat) ? 0 : fmax(-1, fmin(1, heat));
}

void table_strong(struct table *t)
{
	if (t->count)
		t->cells[t->count - 1].strong = true;
}

/* A section is a row whose first cell has an empty plain form and whose others show nothing at all (offset SECTION). */
#define SECTION ((size_t)-1)

void table_section(struct table *t, const char *heading)
{
	table_text(t, heading);
	table_strong(t);
	for (size_t i = 1; i < t->column_count; i++) {
		struct cell *c = add_cell(t);

		if (c)
			c->shown = c->plain = SECTION;
	}
}

static bool is_section(const struct table *t, size_t row)
{
	return t->column_count > 1 && t->cells[row * t->column_count + 1].shown == SECTION;
}

size_t table_rows(const struct table *t)
{
	return t->column_count ? t->count / t->column_count : 0;
}

bool table_ok(const struct table *t)
{
	return !t->failed && !t->text.failed;
}

static const char *shown(const struct table *t, const struct cell *c, const struct style *s)
{
	const char *text = c->shown == SECTION ? "" : t->text.data + c->shown;

	return *text || c->shown == SECTION ? text : s->utf8 ? "–" : "-";
}

/* Dark green to dark red behind the number, from the 256-colour cube. */
static void heat_on(struct buf *b, double heat)
{
	static const int gains[] = { 22, 28, 34 }, losses[] = { 52, 88, 124 };
	int level = fabs(heat) > 0.66 ? 2 : fabs(heat) > 0.33 ? 1 : 0;

	buf_addf(b, "\033[48;5;%d;38;5;255m", heat > 0 ? gains[level] : losses[level]);
}

static void pad(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addc(b, ' ');
}

static void write_cell(const struct table *t, const struct cell *c, size_t width, bool last, const struct style *s, struct buf *b)
{
	const char *text = shown(t, c, s);
	size_t blank = width - text_width(text);
	bool painted = s->colour && c->heat != 0, tinted = s->colour && (c->tint || c->strong);

	if (painted)
		heat_on(b, c->heat);
	if (c->right)
		pad(b, blank);
	if (tinted && !painted)
		buf_addf(b, "%s%s", style_on(s, c->tint), c->strong ? style_strong(s) : "");
	buf_adds(b, text);
	if (tinted || painted)
		buf_adds(b, style_off(s));
	if (!c->right && !last)
		pad(b, blank);
}

#define FOLDED SIZE_MAX /* the width of a column that is told above the table */

static bool is_constant(const struct table *t, size_t column)
{
	size_t rows = table_rows(t);

	for (size_t r = 1; r < rows; r++)
		if (strcmp(t->text.data + t->cells[r * t->column_count + column].shown, t->text.data + t->cells[column].shown) != 0)
			return false;
	return rows > 1;
}

/* "account main, strategy donchian-4h, 4h" after the title. */
static void write_title(const struct table *t, const size_t *width, const struct style *s, struct buf *b)
{
	bool any = false;

	style_note(s, b);
	buf_adds(b, style_strong(s));
	buf_adds(b, t->title);
	for (size_t i = 0; i < t->column_count; i++) {
		if (width[i] != FOLDED || !t->text.data[t->cells[i].shown])
			continue;
		buf_addf(b, "%s%s%s%s", any ? ", " : t->title[0] ? ": " : "", t->columns[i].title, t->columns[i].title[0] ? " " : "", t->text.data + t->cells[i].shown);
		any = true;
	}
	buf_adds(b, style_off(s));
	if (any || t->title[0])
		buf_addc(b, '\n');
}

static void write_header(const struct table *t, const size_t *width, const struct style *s, struct buf *b)
{
	size_t total = 0;

	for (size_t i = 0; i < t->column_count; i++) {
		size_t blank;

		if (width[i] == FOLDED)
			continue;
		blank = width[i] - text_width(t->columns[i].title);
		pad(b, (total ? GAP : 0) + (t->columns[i].right ? blank : 0));
		total += width[i] + (total ? GAP : 0);
		buf_addf(b, "%s%s%s", style_strong(s), t->columns[i].title, style_off(s));
		if (!t->columns[i].right && i + 1 < t->column_count)
			pad(b, blank);
	}
	buf_addc(b, '\n');
	buf_adds(b, style_faint(s));
	for (size_t i = 0; i < total; i++)
		buf_adds(b, s->utf8 ? "─" : "-");
	buf_addf(b, "%s\n", style_off(s));
}

static void find_widths(const struct table *t, const struct style *s, size_t *width)
{
	size_t rows = table_rows(t);

	for (size_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].fold && is_constant(t, i)) {
			width[i] = FOLDED;
			continue;
		}
		width[i] = text_width(t->columns[i].title);
		for (size_t r = 0; r < rows; r++) {
			size_t w = is_section(t, r) ? 0 : text_width(shown(t, &t->cells[r * t->column_count + i], s));

			width[i] = w > width[i] ? w : width[i];
		}
	}
}

void table_write(const struct table *t, const struct style *s, struct buf *b)
{
	size_t width[TABLE_COLUMNS], rows = table_rows(t);

	find_widths(t, s, width);
	write_title(t, width, s, b);
	write_header(t, width, s, b);
	for (size_t r = 0; r < rows; r++) {
		const struct cell *row = &t->cells[r * t->column_count];

		if (is_section(t, r)) {
			buf_addf(b, "%s%s%s\n", style_strong(s), shown(t, row, s), style_off(s));
			continue;
		}
		for (size_t i = 0, any = 0; i < t->column_count; i++) {
			if (width[i] == FOLDED)
				continue;
			pad(b, any++ ? GAP : 0);
			write_cell(t, &row[i], width[i], i + 1 == t->column_count, s, b);
		}
		buf_addc(b, '\n');
	}
}

static void csv_cell(struct buf *b, const char *s)
{
	if (!s[strcspn(s, "\",\r\n")]) {
		buf_adds(b, s);
		return;
	}
	buf_addc(b, '"');
	for (; *s; s++) {
		if (*s == '"')
			buf_addc(b, '"');
		buf_addc(b, *s);
	}
	buf_addc(b, '"');
}

void table_csv(const struct table *t, bool header, struct buf *b)
{
	size_t rows = table_rows(t);

	for (size_t r = header ? 0 : 1; r <= rows; r++) {
		bool first = true;

		if (r && is_section(t, r - 1))
			continue;
		for (size_t i = 0; i < t->column_count; i++) {
			if (!t->columns[i].key)
				continue;
			if (!first)
				buf_addc(b, ',');
			csv_cell(b, r ? t->text.data + t->cells[(r - 1) * t->column_count + i].plain : t->columns[i].key);
			first = false;
		}
		buf_addc(b, '\n');
	}
}
