/* Views of what may come and what went: the marks of every pair, and returns by month. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "report/view.h"

static int by_strategy_symbol(const void *a, const void *b)
{
	const struct signal *x = a, *y = b;
	int order = strcmp(x->strategy, y->strategy);

	return order ? order : strcmp(x->symbol, y->symbol);
}

/* "open in main", "open in 2 accounts", "BUY pending" or nothing. */
static void state_of(const struct report *r, const struct signal *s, char *out, size_t size)
{
	const char *holder = NULL;
	size_t holders = 0;

	*out = '\0';
	for (size_t i = 0; i < r->position_count; i++) {
		const struct position *p = &r->positions[i];

		if (p->qty > 0 && p->market == s->market && strcmp(p->symbol, s->symbol) == 0 && strcmp(p->strategy, s->strategy) == 0) {
			holder = p->account;
			holders++;
		}
	}
	if (holders == 1)
		snprintf(out, size, "open in %s", holder);
	else if (holders)
		snprintf(out, size, "open in %zu accounts", holders);
	for (size_t i = 0; i < r->order_count; i++) {
		const struct order *x = &r->orders[i];
		const char *text;
		char time[UTC_TEXT];

		if (x->type != ORDER_MARKET || x->market != s->market || strcmp(x->symbol, s->symbol) != 0 || strcmp(x->strategy, s->strategy) != 0)
			continue;
		text = strchr(utc_format(s->t_ms, time), ' ');
		snprintf(out + strlen(out), size - strlen(out), "%s%s pending, fills at the %s open", *out ? "; " : "", side_names[x->side], text ? text + 1 : "next");
		break;
	}
}

static void add_mark(struct table *t, const struct report *r, const struct signal *s)
{
	char state[160];

	table_text(t, s->strategy);
	table_text(t, s->symbol);
	table_text(t, interval_names[s->interval]);
	table_time(t, CELL_TIME, s->t_ms);
	table_dec(t, CELL_PRICE, s->price);
	table_real(t, CELL_PRICE, s->buy_mark);
	table_tint(t, isnan(s->buy_mark) ? 0 : 1);
	table_real(t, CELL_PRICE, s->sell_mark);
	table_tint(t, isnan(s->sell_mark) ? 0 : -1);
	table_real(t, CELL_PERCENT, s->distance_pct / 100);
	table_text(t, s->waits_for);
	state_of(r, s, state, sizeof state);
	table_text(t, state);
}

enum err view_marks(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "strategy", "symbol", "", "as of", "price", "buy mark", "sell mark", "distance", "waits for", "position" };
	static const char *const keys[] = { "strategy", "symbol", "interval", "time", "price", "buy_mark", "sell_mark", "distance", "waits_for", "position" };
	struct table t;

	table_init(&t, "");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		table_column(&t, titles[i], keys[i], i >= 4 && i <= 7);
		if (i == 0 || i == 2 || i == 3)
			table_fold(&t);
	}
	if (r->signal_count)
		qsort(r->signals, r->signal_count, sizeof *r->signals, by_strategy_symbol);
	for (size_t i = 0; i < r->signal_count; i++) {
		const struct signal *s = &r->signals[i];

		if (!report_wants_symbol(r->filter, s->symbol) || !report_wants_strategy(r->filter, s->strategy) || !report_wants_time(r->filter, s->t_ms))
			continue;
		if (o->format == VIEW_JSON)
			view_record(&kinds[KIND_SIGNAL], s, o, false, b);
		else
			add_mark(&t, r, s);
	}
	if (o->format == VIEW_JSON) {
		table_release(&t);
		return b->failed ? error_memory(e) : OK;
	}
	return view_table(&t, o, b, e);
}

#define HEAT_FULL 0.10 /* a month's return that is painted darkest */

/* One account's months: a row a year. */
static enum err calendar(const struct slice *rows, size_t n, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char title[160];
	struct table t;

	snprintf(title, sizeof title, "%s%s%s: return by month", rows[0].account, rows[0].run[0] ? ", run " : "", rows[0].run);
	table_init(&t, title);
	table_column(&t, "", "year", false);
	for (int i = 0; i < 12; i++)
		table_column(&t, months[i], months[i], true);
	table_column(&t, "year", "total", true);
	for (size_t i = 0; i < n;) {
		char year[5] = "";
		double whole = 1;
		int month = 0;

		memcpy(year, strchr(rows[i].scope, ':') + 1, 4);
		table_text(&t, year);
		for (; month < 12; month++) {
			const char *name = i < n ? strchr(rows[i].scope, ':') + 1 : "";
			double v = NAN;

			if (strncmp(name, year, 4) == 0 && 10 * (name[5] - '0') + name[6] - '0' == month + 1)
				v = metric_value("total_return", &rows[i++].p, NULL);
			table_real(&t, CELL_PERCENT, v);
			table_tint(&t, isnan(v) ? 0 : v);
			table_heat(&t, v / HEAT_FULL);
			whole *= isnan(v) ? 1 : 1 + v;
		}
		table_real(&t, CELL_PERCENT, whole - 1);
		table_tint(&t, whole - 1);
		table_strong(&t);
	}
	return view_table(&t, o, b, e);
}

enum err view_monthly(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const names[] = { "pnl", "total_return", "max_drawdown", "trades", "win_rate", "fees", NULL };
	struct view_options later = *o;
	struct slices s;
	enum err rc = slices_make(r, BY_MONTH, 0, &s, e);

	if (rc)
		return rc;
	if (o->format != VIEW_TABLE)
		view_metric_records(&s, names, o, b);
	else if (!s.count)
		buf_adds(b, "no equity is recorded\n");
	for (size_t i = 0, n; !rc && o->format == VIEW_TABLE && i < s.count; i += n) {
		size_t first = i;

		for (n = 1; i + n < s.count && strcmp(s.rows[i + n].account, s.rows[i].account) == 0; n++)
			;
		if (r->filter->last > 0 && (uint64_t)r->filter->last < n)
			first = i + n - (size_t)r->filter->last;
		if (i)
			buf_addc(b, '\n');
		rc = calendar(&s.rows[first], i + n - first, i ? &later : o, b, e);
		later.style.note = NULL;
	}
	if (!rc && o->format == VIEW_TABLE)
		view_left_out(r, o, b);
	slices_release(&s);
	return rc;
}
