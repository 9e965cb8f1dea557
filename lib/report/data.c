#include "report/data.h"

#include <stdlib.h>
#include <string.h>

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
	free(r->runs);
	trips_release(&r->trips);
	*r = (struct report){ 0 };
}

/* The place of one more row at the end of an array; NULL: out of memory. */
static void *append(void *rows_pointer, size_t *count, size_t *cap, size_t size, struct error *e)
{
	void **rows = rows_pointer, *more;

	if (*count == *cap) {
		size_t want = *cap ? 2 * *cap : 64;

		more = reallocarray(*rows, want, size);
		if (!more) {
			error_memory(e);
			return NULL;
		}
		*rows = more;
		*cap = want;
	}
	return (char *)*rows + (*count)++ * size;
}

#define APPEND(R, NAME, E) append(&(R)->NAME##s, &(R)->NAME##_count, &(R)->NAME##_cap, sizeof *(R)->NAME##s, E)

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

/* Its place among the accounts of the filter; account_count: not among them. */
static size_t account_rank(const struct report_filter *f, const char *account)
{
	size_t i = 0;

	while (i < f->account_count && strcmp(f->accounts[i], account) != 0)
		i++;
	return i;
}

static bool wants_account(const struct report_filter *f, const char *account)
{
	return f->account_count == 0 || account_rank(f, account) < f->account_count;
}

/* Searched from the end: records of one run come together. */
static struct report_run *find_run(const struct report *r, const char *account, const char *run)
{
	for (size_t i = r->run_count; i-- > 0;)
		if (strcmp(r->runs[i].run, run) == 0 && strcmp(r->runs[i].account, account) == 0)
			return &r->runs[i];
	return NULL;
}

static enum err note_run(struct report *r, const char *account, const char *run, int64_t t_ms, struct error *e)
{
	struct report_run *row = find_run(r, account, run);

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

	if (!wants_account(r->filter, t->account))
		return OK;
	row = APPEND(r, trade, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *t;
	return note_run(r, t->account, t->run, t->t_ms, e);
}

static enum err add_point(struct report *r, const struct equity *q, struct error *e)
{
	struct equity *row;

	if (!wants_account(r->filter, q->account))
		return OK;
	row = APPEND(r, point, e);
	if (!row)
		return ERR_INTERNAL;
	*row = *q;
	return note_run(r, q->account, q->run, q->t_ms, e);
}

static enum err add_transfer(struct report *r, const struct transfer *t, struct error *e)
{
	struct transfer *row;

	if (!wants_account(r->filter, t->account))
		return OK;
	for (size_t i = 0; i < r->transfer_count; i++)
		if (strcmp(r->transfers[i].id, t->id) == 0 && strcmp(r->transfers[i].account, t->account) == 0)
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

	if (!wants_account(r->filter, p->account))
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

	if (!wants_account(r->filter, o->account))
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

enum err report_add(struct report *r, const struct kind *k, const void *object, struct error *e)
{
	r->records++;
	switch ((enum kind_id)(k - kinds)) {
	case KIND_TRADE: return add_trade(r, object, e);
	case KIND_EQUITY: return add_point(r, object, e);
	case KIND_TRANSFER: return add_transfer(r, object, e);
	case KIND_SIGNAL: return add_signal(r, object, e);
	case KIND_POSITION: return add_position(r, object, e);
	case KIND_ORDER: return add_order(r, object, e);
	default: r->records--; return OK;
	}
}

struct place {
	int64_t t_ms;
	size_t at;
};

static int by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->t_ms != y->t_ms)
		return x->t_ms < y->t_ms ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Sorts rows by the time at `offset`; those of one time stay in the order they came. */
static enum err sort_rows(void *rows_pointer, size_t n, size_t cap, size_t size, size_t offset, struct error *e)
{
	char **rows = rows_pointer, *sorted;
	struct place *places;

	if (n < 2)
		return OK;
	places = reallocarray(NULL, n, sizeof *places);
	sorted = places ? reallocarray(NULL, cap, size) : NULL;
	if (!sorted) {
		free(places);
		return error_memory(e);
	}
	for (size_t i = 0; i < n; i++) {
		places[i].at = i;
		memcpy(&places[i].t_ms, *rows + i * size + offset, sizeof places[i].t_ms);
	}
	qsort(places, n, sizeof *places, by_time);
	for (size_t i = 0; i < n; i++)
		memcpy(sorted + i * size, *rows + places[i].at * size, size);
	free(places);
	free(*rows);
	*rows = sorted;
	return OK;
}

#define SORT(R, NAME, E) sort_rows(&(R)->NAME##s, (R)->NAME##_count, (R)->NAME##_cap, sizeof *(R)->NAME##s, offsetof(__typeof__(*(R)->NAME##s), t_ms), E)

/* A record that came twice counts once; of two equity points of one moment the later stands. */
static void drop_repeated(struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->trade_count; i++) {
		const struct trade *t = &r->trades[i];
		bool seen = false;

		for (size_t j = n; j-- > 0 && r->trades[j].t_ms == t->t_ms && !seen;)
			seen = strcmp(r->trades[j].id, t->id) == 0 && strcmp(r->trades[j].account, t->account) == 0 && strcmp(r->trades[j].run, t->run) == 0;
		if (!seen)
			r->trades[n++] = *t;
	}
	r->trade_count = n;
	n = 0;
	for (size_t i = 0; i < r->point_count; i++) {
		const struct equity *q = &r->points[i];
		size_t to = n;

		for (size_t j = n; j-- > 0 && r->points[j].t_ms == q->t_ms;)
			if (strcmp(r->points[j].account, q->account) == 0 && strcmp(r->points[j].run, q->run) == 0)
				to = j;
		r->points[to] = *q;
		n += to == n;
	}
	r->point_count = n;
}

/* An insertion sort, which leaves runs of one moment as they were met: there are few. */
static void order_runs(struct report *r)
{
	for (size_t i = 1; i < r->run_count; i++) {
		struct report_run run = r->runs[i];
		size_t to = i;

		for (; to > 0; to--) {
			const struct report_run *before = &r->runs[to - 1];
			size_t a = account_rank(r->filter, before->account), b = account_rank(r->filter, run.account);
			int names = strcmp(before->account, run.account);

			if (a < b || (a == b && (names < 0 || (names == 0 && before->last_ms <= run.last_ms))))
				break;
			r->runs[to] = *before;
		}
		r->runs[to] = run;
	}
}

static enum err keep_runs(struct report *r, struct error *e)
{
	const char *wanted = r->filter->run;
	bool any = r->run_count == 0;

	order_runs(r);

	for (size_t i = 0; i < r->run_count; i++) {
		struct report_run *row = &r->runs[i];

		if (wanted) {
			row->kept = strcmp(wanted, "all") == 0 || strcmp(wanted, row->run) == 0;
		} else {
			row->kept = true;
			for (size_t j = 0; j < r->run_count; j++)
				if (strcmp(r->runs[j].account, row->account) == 0 && (r->runs[j].last_ms > row->last_ms || (r->runs[j].last_ms == row->last_ms && j > i)))
					row->kept = false;
		}
		any |= row->kept;
	}
	return any ? OK : error_set(e, ERR_DATA, "no records of a run '%s'", wanted);
}

static bool run_is_kept(const struct report *r, const char *account, const char *run)
{
	const struct report_run *row = find_run(r, account, run);

	return row && row->kept;
}

/* Fills of runs that are left out still open and close positions, so they are folded first and dropped after. */
static enum err fold(struct report *r, struct error *e)
{
	size_t n = 0;
	enum err rc = OK;

	for (size_t i = 0; i < r->trade_count && !rc; i++)
		rc = trips_add(&r->trips, &r->trades[i], e);
	for (size_t i = 0; i < r->trips.count; i++) {
		const struct trip *t = &r->trips.rows[i];

		if (run_is_kept(r, t->account, t->run) && report_wants_symbol(r->filter, t->symbol) && report_wants_strategy(r->filter, t->strategy))
			r->trips.rows[n++] = *t;
	}
	r->trips.count = n;
	n = 0;
	for (size_t i = 0; i < r->trade_count; i++) {
		const struct trade *t = &r->trades[i];

		if (run_is_kept(r, t->account, t->run) && report_wants_symbol(r->filter, t->symbol) && report_wants_strategy(r->filter, t->strategy))
			r->trades[n++] = *t;
	}
	r->trade_count = n;
	n = 0;
	for (size_t i = 0; i < r->point_count; i++)
		if (run_is_kept(r, r->points[i].account, r->points[i].run))
			r->points[n++] = r->points[i];
	r->point_count = n;
	return rc;
}

enum err report_close(struct report *r, struct error *e)
{
	enum err rc = SORT(r, trade, e);

	if (!rc)
		rc = SORT(r, point, e);
	if (!rc)
		rc = SORT(r, transfer, e);
	if (rc)
		return rc;
	drop_repeated(r);
	rc = keep_runs(r, e);
	return rc ? rc : fold(r, e);
}

const char *report_account(const struct report *r, size_t i)
{
	for (size_t j = 0; j < r->run_count; j++) {
		bool seen = !r->runs[j].kept;

		for (size_t k = 0; k < j && !seen; k++)
			seen = r->runs[k].kept && strcmp(r->runs[k].account, r->runs[j].account) == 0;
		if (!seen && i-- == 0)
			return r->runs[j].account;
	}
	return NULL;
}

size_t report_left_out(const struct report *r, const char *account)
{
	size_t n = 0;

	for (size_t i = 0; i < r->run_count; i++)
		n += !r->runs[i].kept && strcmp(r->runs[i].account, account) == 0;
	return n;
}

const char *report_only_run(const struct report *r, const char *account)
{
	const char *run = NULL;

	for (size_t i = 0; i < r->run_count; i++)
		if (r->runs[i].kept && strcmp(r->runs[i].account, account) == 0) {
			if (run)
				return "";
			run = r->runs[i].run;
		}
	return run ? run : "";
}
