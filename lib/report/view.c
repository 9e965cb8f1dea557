/* What the views share, and the two that show metrics: summary and compare. */
#include "report/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "report/explain.h"
#include "report/verdict.h"

#define SIDE_BY_SIDE 5 /* accounts in one table */

const char *const view_format_names[] = { "table", "json", "csv", NULL };

enum err view_table(struct table *t, const struct view_options *o, struct buf *b, struct error *e)
{
	bool ok = table_ok(t);

	if (ok && o->format == VIEW_CSV)
		table_csv(t, true, b);
	else if (ok)
		table_write(t, &o->style, b);
	table_release(t);
	return ok && !b->failed ? OK : error_memory(e);
}

static void csv_value(const struct field *f, const void *object, struct buf *b)
{
	size_t start = b->len;

	field_write_plain(f, object, b);
	if (b->failed || b->len == start || !b->data[start + strcspn(b->data + start, "\",\n")])
		return;
	b->len = start; /* a text that needs quotes */
	b->data[start] = '\0';
	buf_addc(b, '"');
	for (const char *s = (const char *)object + f->offset; *s; s++) {
		if (*s == '"')
			buf_addc(b, '"');
		buf_addc(b, *s);
	}
	buf_addc(b, '"');
}

void view_record(const struct kind *k, const void *object, const struct view_options *o, bool first, struct buf *b)
{
	if (o->format == VIEW_JSON) {
		record_write(k, object, b);
		return;
	}
	for (size_t i = 0; first && i < k->field_count; i++)
		buf_addf(b, "%s%s", k->fields[i].name, i + 1 < k->field_count ? "," : "\n");
	for (size_t i = 0; i < k->field_count; i++) {
		csv_value(&k->fields[i], object, b);
		buf_addc(b, i + 1 < k->field_count ? ',' : '\n');
	}
}

static bool named(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return !names;
}

void view_metric_records(const struct slices *s, const char *const *names, const struct view_options *o, struct buf *b)
{
	bool first = true;

	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < metric_def_count; j++) {
			struct metric m = { 0 };
			const char *why = "";

			if (!named(names, metric_defs[j].name))
				continue;
			snprintf(m.account, sizeof m.account, "%s", s->rows[i].account);
			snprintf(m.run, sizeof m.run, "%s", s->rows[i].run);
			snprintf(m.scope, sizeof m.scope, "%s", s->rows[i].scope);
			snprintf(m.name, sizeof m.name, "%s", metric_defs[j].name);
			m.value = metric_defs[j].compute(&s->rows[i].p, &why);
			snprintf(m.why, sizeof m.why, "%s", isnan(m.value) ? why : "");
			view_record(&kinds[KIND_METRIC], &m, o, first, b);
			first = false;
		}
}

/* "main, run 1a2b…: 2024-01-01 to 2024-12-31, 366 days". */
static void heading(const struct slice *s, char *out, size_t size)
{
	const struct curve *c = s->p.daily;
	char from[UTC_TEXT], to[UTC_TEXT];

	snprintf(out, size, "%s%s%s", s->account, s->run[0] ? ", run " : "", s->run);
	if (!c)
		return;
	utc_format(c->t_ms[0], from)[10] = '\0';
	utc_format(c->t_ms[c->count - 1] - (c->count > 1), to)[10] = '\0';
	snprintf(out + strlen(out), size - strlen(out), ": %s to %s, %zu days", from, to, c->count - 1);
}

void view_left_out(const struct report *r, const struct view_options *o, struct buf *b)
{
	const char *account;
	size_t n;

	for (size_t i = 0; !r->filter->run && (account = report_account(r, i)); i++) {
		n = report_left_out(r, account);
		if (n)
			buf_addf(b, "%s%s: the newest run; %zu earlier one%s left out (--run all, or --run ID)%s\n", style_faint(&o->style), account, n,
				n == 1 ? "" : "s", style_off(&o->style));
	}
}

static enum cell_type cell_of(enum metric_unit unit)
{
	static const enum cell_type types[] = { CELL_MONEY, CELL_PERCENT, CELL_RATIO, CELL_COUNT, CELL_DAYS, CELL_DATE };

	return types[unit];
}

/* "max drawdown": the metric's name for people. */
static const char *spoken(const char *name, char *out, size_t size)
{
	snprintf(out, size, "%s", name);
	for (char *p = out; *p; p++)
		if (*p == '_')
			*p = ' ';
	return out;
}

/* Gains and losses have colours; ratios and counts do not. */
static bool is_gain(const struct metric_def *m)
{
	return m->good > 0 && (m->group == METRIC_RETURN || m->unit == UNIT_QUOTE);
}

static void add_metric(struct table *t, const struct metric_def *m, const struct slice *s)
{
	const char *why = "";
	double v = m->compute(&s->p, &why);

	/* A daily close is dated 24:00: the day it closes is the one to show. */
	table_real(t, cell_of(m->unit), m->unit == UNIT_TIME ? v - 1 : v);
	if (is_gain(m) && !isnan(v))
		table_tint(t, v);
}

/* The best of a row, where one is better than another. */
static const struct slice *best_of(const struct metric_def *m, const struct slice *rows, size_t n)
{
	const struct slice *best = NULL;
	double best_value = 0;
	bool differ = false;

	for (size_t i = 0; i < n && m->good; i++) {
		const char *why;
		double v = m->compute(&rows[i].p, &why);

		if (isnan(v))
			continue;
		differ |= best && v != best_value;
		if (!best || m->good * v > m->good * best_value) {
			best = &rows[i];
			best_value = v;
		}
	}
	return differ ? best : NULL;
}

/* Metrics down, slices across. */
static enum err side_by_side(const struct slice *rows, size_t n, bool headline, const char *title, const struct view_options *o, struct buf *b,
	struct error *e)
{
	int group = -1;
	struct table t;

	table_init(&t, title);
	table_column(&t, "", "metric", false);
	for (size_t i = 0; i < n; i++)
		table_column(&t, rows[i].run[0] && o->by == BY_RUN ? rows[i].run : rows[i].account, rows[i].account, true);
	for (size_t j = 0; j < metric_def_count; j++) {
		const struct metric_def *m = &metric_defs[j];
		const struct slice *best = best_of(m, rows, n);
		char name[64];

		if (headline && !m->headline)
			continue;
		if (!headline && group != (int)m->group)
			table_section(&t, metric_group_names[m->group]);
		group = (int)m->group;
		table_text(&t, spoken(m->name, name, sizeof name));
		for (size_t i = 0; i < n; i++) {
			add_metric(&t, m, &rows[i]);
			if (best == &rows[i])
				table_strong(&t);
		}
	}
	return view_table(&t, o, b, e);
}

/* One account: value, what it is, and why a value is missing. */
static enum err one_account(const struct slice *s, const struct view_options *o, struct buf *b, struct error *e)
{
	char title[160], name[64];
	int group = -1;
	struct table t;

	heading(s, title, sizeof title);
	table_init(&t, title);
	table_column(&t, "", "metric", false);
	table_column(&t, "value", "value", true);
	table_column(&t, "", "what", false);
	for (size_t j = 0; j < metric_def_count; j++) {
		const struct metric_def *m = &metric_defs[j];
		const char *why = "";

		if (group != (int)m->group)
			table_section(&t, metric_group_names[m->group]);
		group = (int)m->group;
		table_text(&t, spoken(m->name, name, sizeof name));
		add_metric(&t, m, s);
		if (isnan(m->compute(&s->p, &why)))
			snprintf(title, sizeof title, "undefined: %s", why);
		else
			snprintf(title, sizeof title, "%s", m->doc);
		table_text(&t, title);
	}
	return view_table(&t, o, b, e);
}

/* Parts of accounts, one a row. */
static enum err by_parts(const struct slices *s, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const whole[] = { "trades", "win_rate", "profit_factor", "pnl", "total_return", "max_drawdown", "expectancy", "best_trade",
		"worst_trade", "consecutive_losses", "exposure_time", "fees", NULL };
	static const char *const part[] = { "trades", "win_rate", "profit_factor", "pnl", "expectancy", "best_trade", "worst_trade", "consecutive_losses",
		"exposure_time", "fees", NULL };
	const char *const *names = o->by == BY_MONTH || o->by == BY_RUN ? whole : part;
	char spoken_names[16][32];
	struct table t;

	table_init(&t, "");
	table_column(&t, "account", "account", false);
	table_fold(&t);
	table_column(&t, slice_by_names[o->by], slice_by_names[o->by], false);
	for (size_t j = 0; names[j]; j++)
		table_column(&t, spoken(names[j], spoken_names[j], sizeof spoken_names[j]), names[j], true);
	for (size_t i = 0; i < s->count; i++) {
		const char *colon = strchr(s->rows[i].scope, ':');

		table_text(&t, s->rows[i].account);
		table_text(&t, o->by == BY_RUN ? s->rows[i].run : colon ? colon + 1 : "");
		for (size_t j = 0; names[j]; j++)
			add_metric(&t, metric_def_find(names[j]), &s->rows[i]);
	}
	return view_table(&t, o, b, e);
}

static enum err nothing(const struct view_options *o, const char *what, struct buf *b)
{
	if (o->format == VIEW_TABLE) {
		style_note(&o->style, b);
		buf_addf(b, "no %s\n", what);
	}
	return OK;
}

/* How the metrics came about, slice by slice. */
static void explain(const struct slices *s, const struct view_options *o, struct buf *b)
{
	char title[160];
	bool first = true;

	style_note(&o->style, b);
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < metric_def_count; j++) {
			const char *part = strchr(s->rows[i].scope, ':');

			if (strcmp(o->explain, "all") != 0 && strcmp(o->explain, metric_defs[j].name) != 0)
				continue;
			heading(&s->rows[i], title, sizeof title);
			buf_addf(b, "%s%s%s%s%s%s\n", first ? "" : "\n", style_strong(&o->style), title, part ? ", " : "", part ? part + 1 : "", style_off(&o->style));
			explain_write(&metric_defs[j], &s->rows[i].p, b);
			first = false;
		}
}

/* A curve that went flat has its reason. */
static void say_stopped(const struct report *r, const struct view_options *o, struct buf *b)
{
	const char *account;

	for (size_t i = 0; (account = report_account(r, i)); i++) {
		const struct event *v = report_breaker(r, account, r->filter->since, r->filter->until == TIME_NONE ? INT64_MAX : r->filter->until);
		char text[UTC_TEXT];

		if (!v)
			continue;
		utc_format(v->t_ms, text)[10] = '\0';
		buf_addf(b, "%s%s stopped opening on %s (%s): %s%s\n", style_strong(&o->style), account, text, v->code + 8, v->message, style_off(&o->style));
	}
}

enum err view_summary(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	struct slices s;
	enum err rc = slices_make(r, o->by, r->filter->last, &s, e);

	if (rc)
		return rc;
	if (o->format != VIEW_TABLE)
		view_metric_records(&s, NULL, o, b);
	else if (!s.count)
		rc = nothing(o, "trades or equity are recorded", b);
	else if (o->explain)
		explain(&s, o, b);
	else if (o->by != BY_ACCOUNT)
		rc = by_parts(&s, o, b, e);
	else if (s.count == 1)
		rc = one_account(&s.rows[0], o, b, e);
	for (size_t i = 0; !rc && o->format == VIEW_TABLE && o->by == BY_ACCOUNT && !o->explain && s.count > 1 && i < s.count; i += SIDE_BY_SIDE)
		rc = side_by_side(&s.rows[i], s.count - i < SIDE_BY_SIDE ? s.count - i : SIDE_BY_SIDE, false, "", o, b, e);
	if (!rc && o->format == VIEW_TABLE && !o->explain) {
		say_stopped(r, o, b);
		view_left_out(r, o, b);
	}
	slices_release(&s);
	return rc;
}

enum err view_compare(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	struct slices s;
	enum err rc = slices_make(r, o->by, r->filter->last, &s, e);

	if (rc)
		return rc;
	if (o->format != VIEW_TABLE)
		view_metric_records(&s, NULL, o, b);
	else if (!s.count)
		rc = nothing(o, "trades or equity are recorded", b);
	for (size_t i = 0; !rc && o->format == VIEW_TABLE && i < s.count; i += SIDE_BY_SIDE)
		rc = side_by_side(&s.rows[i], s.count - i < SIDE_BY_SIDE ? s.count - i : SIDE_BY_SIDE, true, "", o, b, e);
	if (!rc && o->format == VIEW_TABLE) {
		buf_addc(b, '\n');
		verdict_write(&s, b);
		say_stopped(r, o, b);
		view_left_out(r, o, b);
	}
	slices_release(&s);
	return rc;
}

enum err view_metrics(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	struct table t;

	(void)r;
	table_init(&t, "");
	table_column(&t, "metric", "name", false);
	table_column(&t, "unit", "unit", false);
	table_column(&t, "what it is", "doc", false);
	table_column(&t, "formula", "formula", false);
	for (size_t i = 0; i < metric_def_count; i++) {
		table_text(&t, metric_defs[i].name);
		table_text(&t, metric_unit_names[metric_defs[i].unit]);
		table_text(&t, metric_defs[i].doc);
		table_text(&t, metric_defs[i].formula);
	}
	return view_table(&t, o, b, e);
}
