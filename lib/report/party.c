#include "report/party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

enum party_source party_source(const char *word)
{
	if (strcmp(word, "-") == 0 || *word == '/' || strchr(word, '.'))
		return SOURCE_FILE;
	return strlen(word) == 16 && strspn(word, "0123456789abcdef") == 16 ? SOURCE_RUN : SOURCE_ACCOUNT;
}

void party_init(struct party *s, const char *word, const struct report_filter *filter)
{
	*s = (struct party){ .name = word, .source = party_source(word), .accounts = { word }, .filter = *filter };
	if (s->source == SOURCE_RUN)
		s->filter.run = word;
	if (s->source == SOURCE_ACCOUNT) {
		s->filter.accounts = s->accounts;
		s->filter.account_count = 1;
	}
	report_init(&s->report, &s->filter);
}

void party_release(struct party *s)
{
	report_release(&s->report);
	free(s->run_rows);
	free(s->decision_rows);
	free(s->order_rows);
	free(s->said_rows);
	free(s->items);
	*s = (struct party){ 0 };
}

#define APPEND(S, NAME, E) report_append(&(S)->NAME##s, &(S)->NAME##_count, &(S)->NAME##_cap, sizeof *(S)->NAME##s, E)

static bool wants(const struct party *s, const char *account, const char *strategy, const char *symbol, int64_t t_ms)
{
	const struct report_filter *f = &s->filter;

	return report_wants_account(f, account) && report_wants_strategy(f, strategy) && report_wants_symbol(f, symbol) && report_wants_time(f, t_ms);
}

#define ADD(S, NAME, OBJECT, E)                                 \
	do {                                                    \
		void *row = APPEND(S, NAME, E);                 \
                                                                \
		if (!row)                                       \
			return ERR_INTERNAL;                    \
		memcpy(row, OBJECT, sizeof *(S)->NAME##s);      \
	} while (0)

static enum err add_signal(struct party *s, const struct signal *g, struct error *e)
{
	struct said *row;

	if (!report_wants_strategy(&s->filter, g->strategy) || !report_wants_symbol(&s->filter, g->symbol))
		return OK;
	row = APPEND(s, said_row, e);
	if (!row)
		return ERR_INTERNAL;
	*row = (struct said){ .market = g->market, .action = g->action, .t_ms = g->t_ms, .price = g->price };
	memcpy(row->strategy, g->strategy, sizeof row->strategy);
	memcpy(row->symbol, g->symbol, sizeof row->symbol);
	return OK;
}

static enum err add_decision(struct party *s, const struct decision *d, struct error *e)
{
	if (!wants(s, d->account, d->strategy, d->symbol, d->t_ms))
		return OK;
	ADD(s, decision_row, d, e);
	return report_note_run(&s->report, d->account, d->run, d->t_ms, e);
}

enum err party_add(struct party *s, const struct kind *k, const void *object, struct error *e)
{
	const struct order *o = object;

	switch ((enum kind_id)(k - kinds)) {
	case KIND_DECISION: return add_decision(s, object, e);
	case KIND_ORDER:
		if (wants(s, o->account, o->strategy, o->symbol, o->created_ms))
			ADD(s, order_row, o, e);
		return OK;
	case KIND_RUN: ADD(s, run_row, object, e); return OK;
	case KIND_SIGNAL: return add_signal(s, object, e);
	case KIND_TRADE:
	case KIND_EQUITY:
	case KIND_TRANSFER: return report_add(&s->report, k, object, e);
	default: return OK;
	}
}

static bool kept(const struct party *s, const char *account, const char *run)
{
	const struct report_run *r = report_find_run(&s->report, account, run);

	return r && r->kept;
}

static int has_id(const void *id, const void *decision)
{
	return strcmp(id, ((const struct decision *)decision)->id);
}

/* Of a decision that was written more than once, the status it ended with comes last. */
static int by_id(const void *a, const void *b)
{
	int c = has_id(((const struct decision *)a)->id, b);

	return c ? c : ((const struct decision *)a)->status - ((const struct decision *)b)->status;
}

static void find_time(struct party *s, int64_t t_ms)
{
	s->first_ms = s->first_ms == TIME_NONE || t_ms < s->first_ms ? t_ms : s->first_ms;
	s->last_ms = t_ms > s->last_ms ? t_ms : s->last_ms;
}

/* The run record of the one kept run: its last, which has the digest. */
static void find_run(struct party *s)
{
	const char *only = NULL;

	for (size_t i = 0; i < s->report.run_count; i++) {
		const struct report_run *r = &s->report.runs[i];

		if (!r->kept)
			continue;
		if (only && strcmp(only, r->run) != 0)
			return;
		only = r->run;
	}
	for (size_t i = 0; only && i < s->run_row_count; i++)
		if (strcmp(s->run_rows[i].id, only) == 0 && (!s->run || s->run_rows[i].digest[0]))
			s->run = &s->run_rows[i];
}

enum err party_close(struct party *s, struct error *e)
{
	size_t n = 0;
	enum err rc = report_close(&s->report, e);

	if (rc)
		return rc;
	s->first_ms = s->last_ms = TIME_NONE;
	for (size_t i = 0; i < s->decision_row_count; i++)
		if (kept(s, s->decision_rows[i].account, s->decision_rows[i].run))
			s->decision_rows[n++] = s->decision_rows[i];
	s->decision_row_count = n;
	n = 0;
	for (size_t i = 0; i < s->order_row_count; i++)
		if (kept(s, s->order_rows[i].account, s->order_rows[i].run))
			s->order_rows[n++] = s->order_rows[i];
	s->order_row_count = n;
	if (s->decision_row_count)
		qsort(s->decision_rows, s->decision_row_count, sizeof *s->decision_rows, by_id);
	find_run(s);
	party_order_said(s);
	if (s->run && s->run->first_ms != TIME_NONE)
		find_time(s, s->run->started_at);
	for (size_t i = 0; i < s->report.point_count; i++)
		find_time(s, s->report.points[i].t_ms);
	for (size_t i = 0; i < s->decision_row_count; i++)
		find_time(s, s->decision_rows[i].t_ms);
	for (size_t i = 0; i < s->report.trade_count; i++)
		find_time(s, s->report.trades[i].t_ms);
	if (s->first_ms == TIME_NONE)
		return error_set(e, ERR_NOINPUT, "no record of %s '%s' to compare",
			s->source == SOURCE_FILE ? "file" : s->source == SOURCE_RUN ? "run" : "account", s->name);
	return OK;
}

static int text_compare(const char *a, const char *b) { return a == b ? 0 : strcmp(a, b); }
static int number_compare(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int belongs_compare(const struct item *a, const struct item *b)
{
	int c = text_compare(a->account, b->account);

	c = c ? c : text_compare(a->strategy, b->strategy);
	c = c ? c : a->market - b->market;
	c = c ? c : text_compare(a->symbol, b->symbol);
	c = c ? c : number_compare(a->signal_t_ms, b->signal_t_ms);
	c = c ? c : a->class - b->class;
	c = c ? c : a->kind - b->kind;
	return c ? c : a->leg - b->leg;
}

int item_compare(const struct item *a, const struct item *b)
{
	int c = belongs_compare(a, b);

	return c ? c : number_compare(a->number, b->number);
}

/* Numbers are given afterwards, in the order of time. */
static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = belongs_compare(x, y);

	c = c ? c : number_compare(x->number, y->number);
	c = c ? c : number_compare(x->t_ms, y->t_ms);
	return c ? c : number_compare((intptr_t)x->object, (intptr_t)y->object);
}

static const char *account_of(const struct party *s, const char *account)
{
	if (!report_account(&s->report, 1))
		return "";
	return strncmp(account, "backtest/", 9) == 0 ? account + 9 : account;
}

static const struct decision *find_decision(const struct party *s, const char *id)
{
	return s->decision_row_count ? bsearch(id, s->decision_rows, s->decision_row_count, sizeof *s->decision_rows, has_id) : NULL;
}

/* belongs NULL: no decision is known, it stands for itself at its time. */
static enum err add_item(struct party *s, struct item i, const struct decision *belongs, struct error *e)
{
	struct item *row = report_append(&s->items, &s->item_count, &s->item_cap, sizeof *s->items, e);

	if (!row)
		return ERR_INTERNAL;
	i.account = account_of(s, i.account);
	i.decision = belongs;
	i.signal_t_ms = belongs ? belongs->signal_t_ms : i.t_ms;
	i.class = belongs ? belongs->class : i.class;
	*row = i;
	return OK;
}

static enum err add_trade(struct party *s, const struct trade *t, bool by_decision, struct error *e)
{
	static const int legs[] = { [REASON_ENTRY] = LEG_ENTRY, [REASON_EXIT] = LEG_EXIT, [REASON_STOP] = LEG_STOP, [REASON_TARGET] = LEG_TARGET,
		[REASON_TRAIL] = LEG_STOP, [REASON_TIME] = LEG_EXIT, [REASON_BREAKER] = LEG_EXIT, [REASON_FLATTEN] = LEG_EXIT,
		[REASON_DELISTED] = LEG_EXIT };
	struct item i = { t->account, t->strategy, t->symbol, t->market, 0, t->reason == REASON_ENTRY ? CLASS_OPEN : CLASS_REDUCE, KIND_TRADE,
		legs[t->reason], 0, t, NULL, t->t_ms };

	return report_wants_time(&s->filter, t->t_ms) ? add_item(s, i, by_decision ? find_decision(s, t->decision) : NULL, e) : OK;
}

static bool is_account(const struct party *s, const char *account)
{
	const char *name;

	for (size_t i = 0; (name = report_account(&s->report, i)); i++)
		if (strcmp(name, account) == 0)
			return true;
	return false;
}

static enum err add_items(struct party *s, bool by_decision, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < s->decision_row_count && by_decision; i++) {
		const struct decision *d = &s->decision_rows[i];

		if (i + 1 == s->decision_row_count || strcmp(d->id, d[1].id) != 0)
			rc = add_item(s, (struct item){ d->account, d->strategy, d->symbol, d->market, 0, 0, KIND_DECISION, 0, 0, d, NULL, d->t_ms }, d, e);
	}
	for (size_t i = 0; !rc && i < s->order_row_count && by_decision; i++) {
		const struct order *o = &s->order_rows[i];
		const struct decision *d = find_decision(s, o->decision);

		if (d)
			rc = add_item(s, (struct item){ o->account, o->strategy, o->symbol, o->market, 0, 0, KIND_ORDER, o->leg, o->attempt, o, NULL,
				o->created_ms }, d, e);
	}
	for (size_t i = 0; !rc && i < s->report.trade_count; i++)
		rc = add_trade(s, &s->report.trades[i], by_decision, e);
	for (size_t i = 0; !rc && i < s->report.point_count; i++) {
		const struct equity *q = &s->report.points[i];

		if (report_wants_time(&s->filter, q->t_ms))
			rc = add_item(s, (struct item){ q->account, "", "", 0, 0, 0, KIND_EQUITY, 0, 0, q, NULL, q->t_ms }, NULL, e);
	}
	for (size_t i = 0; !rc && i < s->report.transfer_count; i++) {
		const struct transfer *t = &s->report.transfers[i];

		if (report_wants_time(&s->filter, t->t_ms) && is_account(s, t->account))
			rc = add_item(s, (struct item){ t->account, "", "", 0, 0, 0, KIND_TRANSFER, 0, 0, t, NULL, t->t_ms }, NULL, e);
	}
	return rc;
}

enum err party_items(struct party *s, bool by_decision, struct error *e)
{
	size_t n = 0;
	enum err rc = add_items(s, by_decision, e);

	if (rc || !s->item_count)
		return rc;
	qsort(s->items, s->item_count, sizeof *s->items, by_place);
	for (size_t i = 0; i < s->item_count; i++) {
		struct item *x = &s->items[i], *before = n ? &s->items[n - 1] : NULL;
		bool again = before && belongs_compare(before, x) == 0;

		if (again && x->kind == KIND_ORDER && before->number == x->number && before->leg == x->leg) {
			*before = *x; /* the same order, later */
			continue;
		}
		if (x->kind != KIND_ORDER)
			x->number = again ? before->number + 1 : 0;
		s->items[n++] = *x;
	}
	s->item_count = n;
	return OK;
}
