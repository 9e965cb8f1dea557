/* What report_close does: order, once each, the wanted runs, round trips; and what may be asked after it. */
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/utc.h"
#include "report/data.h"

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
			size_t a = report_account_rank(r->filter, before->account), b = report_account_rank(r->filter, run.account);
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
	const struct report_run *row = report_find_run(r, account, run);

	return row && row->kept;
}

/* What no run booked counts for all. */
static void keep_transfers(struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->transfer_count; i++) {
		const struct transfer *t = &r->transfers[i];

		if (!t->run[0] || run_is_kept(r, t->account, t->run))
			r->transfers[n++] = *t;
	}
	r->transfer_count = n;
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

static int has_id(const void *id, const void *row)
{
	return strcmp(id, ((const struct expected *)row)->id);
}

static int by_id(const void *a, const void *b)
{
	return has_id(((const struct expected *)a)->id, b);
}

static dec expected_price(const struct report *r, const char *id)
{
	const struct expected *x = r->expected_count ? bsearch(id, r->expecteds, r->expected_count, sizeof *r->expecteds, has_id) : NULL;

	return x ? x->price : DEC_NONE;
}

const char *report_quote(const struct report *r, const char *account)
{
	for (size_t i = 0; i < r->trade_count; i++) {
		const struct trade *t = &r->trades[i];
		size_t symbol = strlen(t->symbol), asset = strlen(t->fee_asset);

		if (strcmp(t->account, account) == 0 && asset && asset < symbol && strcmp(t->symbol + symbol - asset, t->fee_asset) == 0)
			return t->fee_asset;
	}
	return "quote";
}

double report_slippage(const struct report *r, const struct trade *t)
{
	dec expected = expected_price(r, t->order);

	if (expected == DEC_NONE)
		expected = expected_price(r, t->decision);
	return (t->side == SIDE_BUY ? 1 : -1) * (dec_double(t->price) - dec_double(expected)) * dec_double(t->qty);
}

const struct event *report_breaker(const struct report *r, const char *account, int64_t since, int64_t until)
{
	const struct event *found = NULL;

	for (size_t i = 0; i < r->event_count; i++) {
		const struct event *v = &r->events[i];

		if (strcmp(v->account, account) == 0 && v->t_ms > since && v->t_ms <= until)
			found = strcmp(v->code, "risk.resume") == 0 ? NULL : v;
	}
	for (size_t i = 0; found && i < r->trade_count; i++)
		if (strcmp(r->trades[i].account, account) == 0 && r->trades[i].reason == REASON_ENTRY && r->trades[i].t_ms > found->t_ms && r->trades[i].t_ms <= until)
			return NULL;
	return found;
}

enum err report_close(struct report *r, struct error *e)
{
	enum err rc = SORT(r, trade, e);

	if (!rc)
		rc = SORT(r, point, e);
	if (!rc)
		rc = SORT(r, transfer, e);
	if (!rc)
		rc = SORT(r, event, e);
	if (rc)
		return rc;
	if (r->expected_count)
		qsort(r->expecteds, r->expected_count, sizeof *r->expecteds, by_id);
	drop_repeated(r);
	rc = keep_runs(r, e);
	keep_transfers(r);
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

bool report_has_account(const struct report *r, const char *account)
{
	for (size_t i = 0; i < r->run_count; i++)
		if (strcmp(r->runs[i].account, account) == 0)
			return true;
	return false;
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

static enum err keep_signals(struct report *r, const struct accounts *accounts, struct error *e)
{
	size_t n = 0;

	for (size_t i = 0; i < r->signal_count; i++) {
		bool wanted = false;

		for (size_t j = 0; j < r->filter->account_count; j++) {
			const char *name = r->filter->accounts[j];
			const struct account *account;
			enum err rc = accounts_find(accounts, strncmp(name, "backtest/", 9) == 0 ? name + 9 : name, &account, e);

			if (rc)
				return rc;
			wanted |= account->market == r->signals[i].market && account_trades(account, r->signals[i].strategy, r->signals[i].symbol);
		}
		if (wanted)
			r->signals[n++] = r->signals[i];
	}
	r->signal_count = n;
	return OK;
}

enum err report_keep_signals(struct report *r, const char *config_dir, struct error *e)
{
	char dir[PATH_SIZE];
	struct accounts accounts = { 0 };
	enum err rc = path_config(config_dir, dir, e);

	if (!rc)
		rc = accounts_load(dir, &accounts, e);
	if (!rc)
		rc = keep_signals(r, &accounts, e);
	accounts_release(&accounts);
	return rc;
}
