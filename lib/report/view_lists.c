/* Views that list what there is: trades, equity, positions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "report/number.h"
#include "report/view.h"

/* First of the rows that `last` leaves. */
static size_t first_of(size_t count, int64_t last)
{
	return last > 0 && (uint64_t)last < count ? count - (size_t)last : 0;
}

static const char *word(const char *const *names, int i)
{
	return i < 0 ? "" : names[i];
}

static bool trade_in_view(const struct report *r, const struct trade *t)
{
	return report_wants_time(r->filter, t->t_ms);
}

static void add_fill(struct table *t, const struct trade *x)
{
	table_time(t, CELL_TIME, x->t_ms);
	table_text(t, x->account);
	table_text(t, x->strategy);
	table_text(t, x->symbol);
	table_text(t, word(side_names, x->side));
	table_text(t, word(reason_names, x->reason));
	table_dec(t, CELL_QTY, x->qty);
	table_dec(t, CELL_PRICE, x->price);
	table_dec(t, CELL_MONEY, x->quote_qty);
	table_dec(t, CELL_MONEY, x->fee_quote);
	table_dec(t, CELL_MONEY, x->realized_pnl);
	if (x->realized_pnl != DEC_NONE)
		table_tint(t, dec_double(x->realized_pnl));
}

static enum err list_fills(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	size_t count = 0, first, seen = 0;
	bool head = true;
	struct table t;

	for (size_t i = 0; i < r->trade_count; i++)
		count += trade_in_view(r, &r->trades[i]);
	first = first_of(count, r->filter->last);
	table_init(&t, "");
	for (size_t i = 0; i < 11; i++) {
		static const char *const titles[] = { "time", "account", "strategy", "symbol", "side", "reason", "qty", "price", "amount", "fee", "pnl" };
		static const char *const keys[] = { "time", "account", "strategy", "symbol", "side", "reason", "qty", "price", "quote_qty", "fee_quote", "realized_pnl" };

		table_column(&t, titles[i], keys[i], i >= 6);
		if (i == 1 || i == 2)
			table_fold(&t);
	}
	for (size_t i = 0; i < r->trade_count; i++) {
		if (!trade_in_view(r, &r->trades[i]) || seen++ < first)
			continue;
		if (o->format == VIEW_JSON)
			view_record(&kinds[KIND_TRADE], &r->trades[i], o, head, b);
		else
			add_fill(&t, &r->trades[i]);
		head = false;
	}
	if (o->format != VIEW_JSON)
		return view_table(&t, o, b, e);
	table_release(&t);
	return b->failed ? error_memory(e) : OK;
}

static bool trip_in_view(const struct report *r, const struct trip *t)
{
	return report_wants_time(r->filter, t->exit_ms == TIME_NONE ? t->entry_ms : t->exit_ms);
}

static void add_trip(struct table *t, const struct trip *x)
{
	bool open = x->exit_ms == TIME_NONE;

	table_text(t, x->account);
	table_text(t, x->strategy);
	table_text(t, x->symbol);
	table_text(t, x->side == SIDE_BUY ? "long" : "short");
	table_time(t, CELL_TIME, x->entry_ms);
	table_dec(t, CELL_PRICE, trip_entry_price(x));
	table_time(t, CELL_TIME, x->exit_ms);
	table_dec(t, CELL_PRICE, trip_exit_price(x));
	table_dec(t, CELL_QTY, x->entry_qty ? x->entry_qty : x->exit_qty);
	table_dec(t, CELL_MONEY, open ? DEC_NONE : x->pnl);
	table_tint(t, open ? 0 : dec_double(x->pnl));
	table_real(t, CELL_PERCENT, open ? NAN : trip_return(x));
	table_dec(t, CELL_MONEY, x->fees);
	table_real(t, CELL_DAYS, open ? NAN : (double)(x->exit_ms - x->entry_ms) / (double)MS_DAY);
	table_text(t, open ? "open" : word(reason_names, x->reason));
}

enum err view_trades(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "account", "strategy", "symbol", "side", "entry", "at", "exit", "at", "qty", "pnl", "return", "fees", "held",
		"exit by" };
	static const char *const keys[] = { "account", "strategy", "symbol", "side", "entry_time", "entry_price", "exit_time", "exit_price", "qty", "pnl",
		"return", "fees", "held_days", "reason" };
	size_t count = 0, first, seen = 0, open = 0;
	dec sum = 0;
	bool bad = false;
	struct table t;
	enum err rc;

	if (o->fills || o->format == VIEW_JSON)
		return list_fills(r, o, b, e);
	for (size_t i = 0; i < r->trips.count; i++)
		count += trip_in_view(r, &r->trips.rows[i]);
	first = first_of(count, r->filter->last);
	table_init(&t, "");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		table_column(&t, titles[i], keys[i], i == 5 || (i >= 7 && i <= 12));
		if (i < 2 || i == 3)
			table_fold(&t);
	}
	for (size_t i = 0; i < r->trips.count; i++) {
		const struct trip *x = &r->trips.rows[i];

		if (!trip_in_view(r, x) || seen++ < first)
			continue;
		add_trip(&t, x);
		open += x->exit_ms == TIME_NONE;
		sum = x->exit_ms == TIME_NONE ? sum : dec_add(sum, x->pnl, &bad);
	}
	seen = table_rows(&t);
	rc = view_table(&t, o, b, e);
	if (rc || o->format != VIEW_TABLE)
		return rc;
	buf_addf(b, "%zu round trip%s closed, %zu open; net ", seen - open, seen - open == 1 ? "" : "s", open);
	number_real(b, dec_double(bad ? DEC_NONE : sum), 2);
	buf_addc(b, '\n');
	view_left_out(r, o, b);
	return OK;
}

static void add_point(struct table *t, const struct equity *q)
{
	table_time(t, CELL_TIME, q->t_ms);
	table_text(t, q->account);
	table_dec(t, CELL_MONEY, q->equity);
	table_dec(t, CELL_MONEY, q->cash);
	table_dec(t, CELL_MONEY, q->positions_value);
	table_dec(t, CELL_MONEY, q->peak);
	table_real(t, CELL_PERCENT, q->peak > 0 ? 1 - dec_double(q->equity) / dec_double(q->peak) : NAN);
	table_dec(t, CELL_MONEY, q->realized_pnl);
	table_tint(t, dec_double(q->realized_pnl));
	table_dec(t, CELL_MONEY, q->fees);
	table_real(t, CELL_COUNT, (double)q->open_positions);
}

static bool point_in_view(const struct report *r, const struct equity *q)
{
	return (r->filter->since == TIME_NONE || q->t_ms >= r->filter->since) && (r->filter->until == TIME_NONE || q->t_ms <= r->filter->until);
}

enum err view_equity(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "time", "account", "equity", "cash", "positions", "peak", "below peak", "realized", "fees", "open" };
	static const char *const keys[] = { "time", "account", "equity", "cash", "positions_value", "peak", "below_peak", "realized_pnl", "fees", "open_positions" };
	size_t count = 0, first, seen = 0;
	struct table t;

	if (o->chart)
		return view_chart(r, o, b, e);
	for (size_t i = 0; i < r->point_count; i++)
		count += point_in_view(r, &r->points[i]);
	first = first_of(count, r->filter->last);
	table_init(&t, "");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		table_column(&t, titles[i], keys[i], i >= 2);
		if (i == 1)
			table_fold(&t);
	}
	for (size_t i = 0; i < r->point_count; i++) {
		if (!point_in_view(r, &r->points[i]) || seen++ < first)
			continue;
		if (o->format == VIEW_JSON)
			view_record(&kinds[KIND_EQUITY], &r->points[i], o, false, b);
		else
			add_point(&t, &r->points[i]);
	}
	if (o->format != VIEW_JSON)
		return view_table(&t, o, b, e);
	table_release(&t);
	return b->failed ? error_memory(e) : OK;
}

static void add_position(struct table *t, const struct position *p)
{
	double cost = dec_double(p->cost), gain = dec_double(p->unrealized_pnl);

	table_text(t, p->account);
	table_text(t, p->strategy);
	table_text(t, p->symbol);
	table_dec(t, CELL_QTY, p->qty);
	table_dec(t, CELL_PRICE, p->avg_price);
	table_dec(t, CELL_PRICE, p->mark);
	table_dec(t, CELL_MONEY, p->unrealized_pnl);
	table_tint(t, gain);
	table_real(t, CELL_PERCENT, cost > 0 ? gain / cost : NAN);
	table_dec(t, CELL_PRICE, p->stop_price);
	table_dec(t, CELL_PRICE, p->target_price);
	table_time(t, CELL_TIME, p->opened_ms);
	table_real(t, CELL_COUNT, p->bars_held == INT_NONE ? NAN : (double)p->bars_held);
}

/* What an open order waits for: "fills at the 12:00 open", or its price. */
static void order_waits(const struct report *r, const struct order *x, char *out, size_t size)
{
	struct buf price = { .max = 64 };

	snprintf(out, size, "fills at the next open");
	if (x->type != ORDER_MARKET) {
		number_price(&price, dec_double(x->type == ORDER_STOP ? x->stop_price : x->price));
		snprintf(out, size, "waits for %s", price.data ? price.data : "its price");
		buf_release(&price);
		return;
	}
	for (size_t i = 0; i < r->signal_count; i++) {
		const struct signal *s = &r->signals[i];
		char text[UTC_TEXT];

		if (s->market == x->market && strcmp(s->symbol, x->symbol) == 0 && strcmp(s->strategy, x->strategy) == 0 && s->t_ms <= x->created_ms)
			snprintf(out, size, "fills at the %s open", utc_format(s->t_ms, text));
	}
}

static enum err list_orders(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "account", "strategy", "symbol", "order", "qty", "amount", "pending", "since" };
	char waits[96];
	struct table t;

	table_init(&t, "Orders at work");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		table_column(&t, titles[i], titles[i], i == 4 || i == 5);
		if (i < 2)
			table_fold(&t);
	}
	for (size_t i = 0; i < r->order_count; i++) {
		const struct order *x = &r->orders[i];

		if (!report_wants_symbol(r->filter, x->symbol) || !report_wants_strategy(r->filter, x->strategy))
			continue;
		table_text(&t, x->account);
		table_text(&t, x->strategy);
		table_text(&t, x->symbol);
		snprintf(waits, sizeof waits, "%s %s", word(side_names, x->side), word(leg_names, x->leg));
		table_text(&t, waits);
		table_dec(&t, CELL_QTY, x->qty);
		table_dec(&t, CELL_MONEY, x->quote_qty);
		order_waits(r, x, waits, sizeof waits);
		table_text(&t, waits);
		table_time(&t, CELL_TIME, x->created_ms);
	}
	if (!table_rows(&t)) {
		table_release(&t);
		return OK;
	}
	buf_addc(b, '\n');
	return view_table(&t, &(struct view_options){ .style = { o->style.utf8, o->style.colour, NULL } }, b, e);
}

static bool position_in_view(const struct report *r, const struct position *p)
{
	return p->qty > 0 && report_wants_symbol(r->filter, p->symbol) && report_wants_strategy(r->filter, p->strategy);
}

enum err view_positions(const struct report *r, const struct view_options *o, struct buf *b, struct error *e)
{
	static const char *const titles[] = { "account", "strategy", "symbol", "qty", "average", "mark", "unrealized", "%", "stop", "target", "opened", "bars" };
	static const char *const keys[] = { "account", "strategy", "symbol", "qty", "avg_price", "mark", "unrealized_pnl", "unrealized_return", "stop_price",
		"target_price", "opened", "bars_held" };
	struct table t;
	enum err rc;

	table_init(&t, "");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		table_column(&t, titles[i], keys[i], i >= 3 && i != 10);
		if (i < 2)
			table_fold(&t);
	}
	for (size_t i = 0; i < r->position_count; i++) {
		if (!position_in_view(r, &r->positions[i]))
			continue;
		if (o->format == VIEW_JSON)
			view_record(&kinds[KIND_POSITION], &r->positions[i], o, false, b);
		else
			add_position(&t, &r->positions[i]);
	}
	if (o->format == VIEW_JSON) {
		table_release(&t);
		return b->failed ? error_memory(e) : OK;
	}
	if (o->format == VIEW_TABLE && !table_rows(&t)) {
		style_note(&o->style, b);
		buf_adds(b, "no open position\n");
		table_release(&t);
		return list_orders(r, o, b, e);
	}
	rc = view_table(&t, o, b, e);
	return rc || o->format != VIEW_TABLE ? rc : list_orders(r, o, b, e);
}
