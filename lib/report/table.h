#ifndef CT_REPORT_TABLE_H
#define CT_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/dec.h"

/* How things are drawn for people. */
struct style {
	bool utf8;       /* else ASCII only */
	bool colour;
	const char *note;/* printed above everything, such as "synthetic market, not real prices"; NULL: none */
};

#define TABLE_COLUMNS 24

enum cell_type { CELL_TEXT, CELL_MONEY, CELL_PRICE, CELL_QTY, CELL_PERCENT, CELL_RATIO, CELL_COUNT, CELL_DAYS, CELL_TIME, CELL_DATE };

/*
 * A table that is built cell by cell, row by row, and written for people or as CSV. Each cell keeps both forms: what
 * is shown, and the plain value (12 significant digits, exact decimals, ISO times, fractions for percents).
 */
struct cell {
	size_t shown, plain; /* offsets into text */
	int tint;            /* -1 a loss, 1 a gain, 0 neither */
	double heat;         /* -1..1 paints the background; 0: none */
	bool right, strong;
};

struct table {
	char title[160];
	struct {
		const char *title, *key; /* key: the CSV header; NULL: not in CSV */
		bool right, fold;
	} columns[TABLE_COLUMNS];
	size_t column_count;
	struct cell *cells; /* row by row */
	size_t count, cap;
	struct buf text;
	bool failed;         /* out of memory: table_write says so */
};

void table_init(struct table *t, const char *title);
void table_release(struct table *t);
void table_column(struct table *t, const char *title, const char *key, bool right);
/* The column added last is told once, above the table, where all rows (two or more) have the same there. */
void table_fold(struct table *t);

/* Each adds the next cell. Unknown (NaN, DEC_NONE, TIME_NONE, "") shows as a dash and is empty in CSV. */
void table_text(struct table *t, const char *s);
void table_real(struct table *t, enum cell_type type, double v);
void table_dec(struct table *t, enum cell_type type, dec v);
void table_time(struct table *t, enum cell_type type, int64_t t_ms);
/* The cell added last: coloured by the sign of v; painted by heat; emphasized. */
void table_tint(struct table *t, double v);
void table_heat(struct table *t, double heat);
void table_strong(struct table *t);
/* A heading that stands alone in its row; left out of CSV. The row must be complete. */
void table_section(struct table *t, const char *heading);

size_t table_rows(const struct table *t);
bool table_ok(const struct table *t);

/* For people: title, header, rule, rows; columns as wide as their widest cell. */
void table_write(const struct table *t, const struct style *s, struct buf *b);
/* header: also the row of names. */
void table_csv(const struct table *t, bool header, struct buf *b);

/* The columns a text takes in a terminal: its UTF-8 characters (two for wide East Asian ones). */
size_t text_width(const char *s);

/* By locale, NO_COLOR, and whether the text goes to standard output: only a terminal has colours. */
void style_choose(struct style *s, bool to_stdout);
/* Escape sequences, or "" without colour. */
const char *style_on(const struct style *s, int tint);
const char *style_strong(const struct style *s);
const char *style_faint(const struct style *s);
const char *style_off(const struct style *s);

/* The note above a table or chart, if there is one. */
void style_note(const struct style *s, struct buf *b);

#endif
