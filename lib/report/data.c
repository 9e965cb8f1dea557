#include "report/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"

void report_init(struct report *r, const struct report_filter *f)
{
	*r = (struct report){ .filter = f };
}

void report_release(struct report *r)
{
	free(r->trades);
	free(r->points);
	free(r->transfers);
	free(r->signals);
	free(r->positions);
	free(r->orders);
	free(r->expecteds);
	free(r->events);
	free(r->results);
	free(r->runs);
	trips_release(&r->trips);
	*r = (struct report){ 0 };
}

void *report_append(void *rows_pointer, size_t *count, size_t *cap, size_t size, struct error *e)
{
	char *rows;

	if (grow(rows_pointer, cap, *count + 1, size, e))
		return NULL;
	memcpy(&rows, rows_pointer, sizeof rows);
	return rows + (*count)++ * size;
}

#define APPEND(R, NAME, E) report_append(&(R)->NAME##s, &(R)->NAME##_count, &(R)->NAME##_cap, sizeof *(R)->NAME##s, E)

bool report_wants_symbol(const struct report_filter *f, const char *symbol)
{
	for (size_t i = 0; i < f->symbol_count; i++)
		if (strcmp(f->symbols[i], symbol) == 0)
			return true;
	return f->symbol_count == 0;
}

bool report_wants_strategy(const struct report_filter *f, const char *strategy)
{
	return !f->strategy || strcmp(f->strategy, strategy) == 0;
}

bool report_wants_time(const struct report_filter *f, int64_t t_ms)
{
	return (f->since == TIME_NONE || t_ms >= f->since) && (f->until == TIME_NONE || t_ms < f->until);
}

size_t report_account_rank(const struct report_filter *f, const char *account)
{
	size_t i = 0;

	while (i < f->account_count && strcmp(f->accounts[i], account) != 0)
		i++;
	return i;
}

bool report_wants_account(const struct report_filter *f, const char *account)
{
	return f->account_count == 0 || report_account_rank(f, account) < f->account_count;
}

/* Searched from the end: records of one run come together. */
struct report_run *report_find_run(const struct report *r, const char *account, const char *run)
{
	for (size_t i = r->run_count; i-- > 0;)
		if (strcmp(r->runs[i].run, run) == 0 && strcmp(r->runs[i].account, account) == 0)
			return &r->runs[i];
	return NULL;
}

enum err report_note_run(struct report *r, const char *account, const char *run, int64_t t_ms, struct error *e)
{
	struct report_run *row = report_find_run(r, account, run);

	if (!row) {
		row = APPEND(r, run, e);
		if (!row)
			return ERR_INTERNAL;
		*row = (struct report_run){ .last_ms = t_ms };
		strncpy(row->account, account, sizeof row->account - 1);
		strncpy(row->run, run, sizeof row->run - 1);
	}
	if (t_ms > row->last_ms)
		row->last_ms = t_ms;
	return OK;
}

static enum err add_trade(struct report *r, const struct trade *t, struct error *e)
{
	struct trade *row;

	if (!report_wants_account(r->filter, t->account))
		return OK;
	row = APPEND(r, trade, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *t;
	return report_note_run(r, t->account, t->run, t->t_ms, e);
}

static enum err add_point(struct report *r, const struct equity *q, struct error *e)
{
	struct equity *row;

	if (!report_wants_account(r->filter, q->account))
		return OK;
	row = APPEND(r, point, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *q;
	return report_note_run(r, q->account, q->run, q->t_ms, e);
}

static enum err add_transfer(struct report *r, const struct transfer *t, struct error *e)
{
	struct transfer *row;

	if (!report_wants_account(r->filter, t->account))
		return OK;
	for (size_t i = 0; i < r->transfer_count; i++)
		if (strcmp(r->transfers[i].id, t->id) == 0 && strcmp(r->transfers[i].account, t->account) == 0 && strcmp(r->transfers[i].run, t->run) == 0)
			return OK;
	row = APPEND(r, transfer, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *t;
	return OK;
}

static enum err add_signal(struct report *r, const struct signal *s, struct error *e)
{
	struct signal *row = NULL;

	for (size_t i = 0; i < r->signal_count && !row; i++)
		if (r->signals[i].market == s->market && strcmp(r->signals[i].symbol, s->symbol) == 0 &&
			strcmp(r->signals[i].strategy, s->strategy) == 0)
			row = &r->signals[i];
	if (row && row->t_ms > s->t_ms)
		return OK;
	if (!row)
		row = APPEND(r, signal, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *s;
	return OK;
}

static enum err add_position(struct report *r, const struct position *p, struct error *e)
{
	struct position *row = NULL;

	if (!report_wants_account(r->filter, p->account))
		return OK;
	for (size_t i = 0; i < r->position_count && !row; i++)
		if (r->positions[i].market == p->market && strcmp(r->positions[i].symbol, p->symbol) == 0 &&
			strcmp(r->positions[i].strategy, p->strategy) == 0 && strcmp(r->positions[i].account, p->account) == 0)
			row = &r->positions[i];
	if (row && row->updated_ms > p->updated_ms)
		return OK;
	if (!row)
		row = APPEND(r, position, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *p;
	return OK;
}

/* An order that ended leaves the list. */
static enum err add_order(struct report *r, const struct order *o, struct error *e)
{
	struct order *row = NULL;

	if (!report_wants_account(r->filter, o->account))
		return OK;
	for (size_t i = r->order_count; i-- > 0 && !row;)
		if (strcmp(r->orders[i].id, o->id) == 0 && strcmp(r->orders[i].account, o->account) == 0)
			row = &r->orders[i];
	if (row && !order_is_open(o)) {
		*row = r->orders[--r->order_count];
		return OK;
	}
	if (!order_is_open(o))
		return OK;
	if (!row)
		row = APPEND(r, order, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *o;
	return OK;
}

static enum err add_expected(struct report *r, const char *id, dec price, struct error *e)
{
	struct expected *row = APPEND(r, expected, e);

	if (!row)
		return ERR_INTERNAL;
	snprintf(row->id, sizeof row->id, "%s", id);
	row->price = price;
	return OK;
}

static enum err add_event(struct report *r, const struct event *v, struct error *e)
{
	struct event *row;

	if (!report_wants_account(r->filter, v->account) || (strncmp(v->code, "breaker.", 8) != 0 && strcmp(v->code, "risk.resume") != 0))
		return OK;
	row = APPEND(r, event, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *v;
	return OK;
}

static enum err add_result(struct report *r, const struct trial *t, struct error *e)
{
	struct result *row;

	if (t->r.sample != SAMPLE_WHOLE || !report_wants_strategy(r->filter, t->r.strategy))
		return OK;
	row = APPEND(r, result, e);
	if (!row)
		return ERR_INTERNAL;
	*row = t->r;
	return OK;
}

/* An order's place in the report is for those that are open; what it expected is for its fills. */
static enum err take_order(struct report *r, const struct order *o, struct error *e)
{
	enum err rc = add_expected(r, o->id, o->type == ORDER_STOP ? o->stop_price : order_type_is_limit(o->type) ? o->price : DEC_NONE, e);

	return rc ? rc : add_order(r, o, e);
}

enum err report_add(struct report *r, const struct kind *k, const void *object, struct error *e)
{
	r->records++;
	switch ((enum kind_id)(k - kinds)) {
	case KIND_TRADE: return add_trade(r, object, e);
	case KIND_EQUITY: return add_point(r, object, e);
	case KIND_TRANSFER: return add_transfer(r, object, e);
	case KIND_SIGNAL: return add_signal(r, object, e);
	case KIND_POSITION: return add_position(r, object, e);
	case KIND_ORDER: return take_order(r, object, e);
	case KIND_DECISION: return add_expected(r, ((const struct decision *)object)->id, ((const struct decision *)object)->price, e);
	case KIND_EVENT: return add_event(r, object, e);
	case KIND_TRIAL: return add_result(r, object, e);
	default: r->records--; return OK;
	}
}
