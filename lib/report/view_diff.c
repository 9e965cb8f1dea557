/* What diff found: the settings and the causes as tables, and the whole in a sentence. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "report/diff.h"
#include "report/view.h"

static const struct kind difference_kind = { "difference", 1, difference_fields, DIFFERENCE_FIELDS, sizeof(struct difference), NULL };

static enum err list_settings(const struct diff *d, const struct view_options *o, struct buf *b, struct error *e)
{
	enum err rc;
	struct table t;

	if (!d->setting_count)
		return OK;
	table_init(&t, "Settings that differ");
	table_column(&t, "setting", "setting", false);
	table_column(&t, "A", "a", false);
	table_column(&t, "B", "b", false);
	for (size_t i = 0; i < d->setting_count; i++) {
		table_text(&t, d->settings[i].path);
		table_text(&t, d->settings[i].a);
		table_text(&t, d->settings[i].b);
	}
	rc = view_table(&t, o, b, e);
	buf_addc(b, '\n');
	return rc;
}

static const char *cause_name(const struct difference *x)
{
	return difference_fields[8].values[x->cause];
}

static void what_text(const struct difference *x, char *out, size_t size)
{
	bool same = strcmp(x->record, x->field) == 0;

	snprintf(out, size, "%s%s%s", x->record, x->field[0] && !same ? " " : "", same ? "" : x->field);
	for (char *p = out; *p; p++)
		*p = *p == '_' ? ' ' : *p;
}

static enum err list_causes(const struct diff *d, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "time", "account", "pair", "strategy", "what", "A", "B", "cause", "because" };
	char what[64];
	bool many = false;
	struct table t;
	enum err rc;

	table_init(&t, "");
	for (size_t i = 0; i < d->count; i++)
		many |= d->rows[i].account[0] != '\0';
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		if (i == 1 && !many)
			continue;
		table_column(&t, titles[i], titles[i], false);
		if (i == 1 || i == 3)
			table_fold(&t);
	}
	for (size_t i = 0; i < d->count; i++) {
		const struct difference *x = &d->rows[i];

		if (x->follows)
			continue;
		what_text(x, what, sizeof what);
		table_time(&t, CELL_TIME, x->t_ms);
		if (many)
			table_text(&t, x->account);
		table_text(&t, x->symbol);
		table_text(&t, x->strategy);
		table_text(&t, what);
		table_text(&t, x->a);
		table_text(&t, x->b);
		table_text(&t, cause_name(x));
		table_strong(&t);
		table_text(&t, x->why);
	}
	rc = view_table(&t, o, b, e);
	buf_addc(b, '\n');
	return rc;
}

/* "13 decisions, 26 orders, 13 trades and 90 equity points" */
static void add_counts(const struct diff *d, struct buf *b)
{
	static const struct { int kind; const char *name; } rows[] = { { KIND_DECISION, "decision" }, { KIND_ORDER, "order" }, { KIND_TRADE, "trade" },
		{ KIND_TRANSFER, "transfer" }, { KIND_EQUITY, "equity point" } };
	size_t left = 0, told = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		left += d->compared[rows[i].kind] > 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = d->compared[rows[i].kind];

		if (n)
			buf_addf(b, "%s%zu %s%s", told == 0 ? "" : told + 1 == left ? " and " : ", ", n, rows[i].name, n == 1 ? "" : "s");
		told += n > 0;
	}
}

static void add_side(const struct difference *x, const char *name, const char *value, struct buf *b)
{
	buf_addf(b, "%s has %s", name, *value ? value : x->field[0] ? "none" : "no such record");
}

static void add_sentence(const struct diff *d, struct buf *b)
{
	const struct difference *x = d->rows;
	size_t follow = d->count - d->causes;
	char what[64], time[UTC_TEXT];

	if (!d->count) {
		buf_adds(b, "The two agree in all ");
		add_counts(d, b);
		buf_adds(b, ".\n");
		return;
	}
	what_text(x, what, sizeof what);
	buf_addf(b, "They part at %s: %s%s%s, ", utc_format(x->t_ms, time), what, x->symbol[0] ? " of " : "", x->symbol);
	add_side(x, "A", x->a, b);
	add_side(x, ", B", x->b, b);
	buf_addf(b, " (%s%s%s)", cause_name(x), x->why[0] ? ": " : "", x->why);
	if (d->causes > 1)
		buf_addf(b, "; %zu more cause%s", d->causes - 1, d->causes == 2 ? "" : "s");
	if (follow)
		buf_addf(b, "; %zu difference%s follow%s", follow, follow == 1 ? "" : "s", follow == 1 ? "s" : "");
	buf_adds(b, ".\n");
}

enum err view_diff(const struct diff *d, const struct view_options *o, struct buf *b, struct error *e)
{
	enum err rc = OK;

	if (o->format != VIEW_TABLE) {
		for (size_t i = 0; i < d->count; i++)
			view_record(&difference_kind, &d->rows[i], o, i == 0, b);
		return b->failed ? error_memory(e) : OK;
	}
	rc = list_settings(d, o, b, e);
	if (!rc && d->causes)
		rc = list_causes(d, o, b, e);
	if (!rc)
		add_sentence(d, b);
	return rc;
}
