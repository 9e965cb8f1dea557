#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/grow.h"
#include "core/path.h"
#include "core/utc.h"
#include "model/wanted.h"
#include "store/plan.h"
#include "store/receipts.h"

struct wanted_list {
	struct wanted *rows;
	size_t count, cap;
};

/* One series; where it is in the list already, the earlier `since` holds. TIME_NONE: unknown. */
static enum err wanted_add(struct wanted_list *l, int market, int interval, const char *symbol, int64_t since, struct error *e)
{
	struct wanted *w;

	for (w = l->rows; w < l->rows + l->count; w++)
		if (w->market == market && w->interval == interval && strcmp(w->symbol, symbol) == 0) {
			if (w->since == TIME_NONE || (since != TIME_NONE && since < w->since))
				w->since = since;
			return OK;
		}
	if (grow(&l->rows, &l->cap, l->count + 1, sizeof *l->rows, e))
		return ERR_INTERNAL;
	w = &l->rows[l->count++];
	*w = (struct wanted){ .market = market, .interval = interval, .since = since, .until = TIME_NONE };
	snprintf(w->symbol, sizeof w->symbol, "%s", symbol);
	return OK;
}

struct adding {
	struct wanted_list *list;
	const struct account *account;
};

static enum err add_position(void *ctx, const void *object, struct error *e)
{
	const struct adding *to = ctx;
	const struct position *p = object;

	return p->qty == 0 ? OK : wanted_add(to->list, p->market, to->account->interval, p->symbol, to->account->anchor, e);
}

static enum err add_order(void *ctx, const void *object, struct error *e)
{
	const struct adding *to = ctx;
	const struct order *o = object;

	return wanted_add(to->list, o->market, to->account->interval, o->symbol, to->account->anchor, e);
}

/*
 * All of an account from its anchor: its pairs, those with an open position or order, and the one that prices BNB when
 * its fees are paid in that.
 */
static enum err wanted_add_account(struct wanted_list *l, struct store *s, const struct account *a, struct error *e)
{
	struct store_query held = STORE_ANY, working = STORE_ANY;
	struct adding ctx = { l, a };
	char (*symbols)[SYMBOL_SIZE];
	size_t n;
	enum err rc = account_symbols(a, &symbols, &n, e);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++)
		rc = wanted_add(l, a->market, a->interval, symbols[i], a->anchor, e);
	free(symbols);
	held.account = working.account = a->name;
	working.statuses = 1u << ORDER_INTENT | 1u << ORDER_NEW | 1u << ORDER_PARTIALLY_FILLED;
	if (!rc)
		rc = store_each(s, &kinds[KIND_POSITION], &held, add_position, &ctx, e);
	if (!rc)
		rc = store_each(s, &kinds[KIND_ORDER], &working, add_order, &ctx, e);
	return rc;
}

struct wishing {
	struct wanted_list *list;
	struct store *store;
};

static enum err wish(void *ctx, const struct account *a, struct error *e)
{
	const struct wishing *w = ctx;

	return wanted_add_account(w->list, w->store, a, e);
}

/* The payments of every pair of futures, from its candles on. */
static enum err add_funding(struct wanted_list *l, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0, n = l->count; !rc && i < n; i++)
		if (l->rows[i].market == MARKET_UM)
			rc = wanted_add(l, MARKET_UM, -1, l->rows[i].symbol, l->rows[i].since, e);
	return rc;
}

/* A pair that the exchange lists no more has nothing new. */
static enum err drop_delisted(void *ctx, const void *object, struct error *e)
{
	struct wanted_list *l = ctx;
	const struct symbol *symbol = object;
	size_t kept = 0;

	(void)e;
	if (strcmp(symbol->status, SYMBOL_DELISTED) != 0)
		return OK;
	for (size_t i = 0; i < l->count; i++)
		if (l->rows[i].market != symbol->market || strcmp(l->rows[i].symbol, symbol->symbol) != 0)
			l->rows[kept++] = l->rows[i];
	l->count = kept;
	return OK;
}

/* Every series of which something is stored. */
static enum err add_stored(struct wanted_list *l, const struct store_series *rows, size_t n, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < n; i++)
		rc = wanted_add(l, rows[i].market, rows[i].interval, rows[i].symbol, TIME_NONE, e);
	return rc;
}

/* Later than what is stored; a since that is later still stays. False: no payment is due yet. */
static bool move_since(struct wanted *w, const struct store_series *rows, size_t n, int64_t now_ms)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].market == w->market && rows[i].interval == w->interval && rows[i].last != TIME_NONE
			&& strcmp(rows[i].symbol, w->symbol) == 0) {
			int64_t next = w->interval < 0 ? rows[i].last + 1 : interval_next((enum interval)w->interval, rows[i].last);

			if (w->since < next)
				w->since = next;
			return w->interval >= 0 || rows[i].due <= now_ms;
		}
	return true;
}

/* Whether a bar that opens at since or later has closed. */
static bool is_missing(const struct wanted *w, int64_t now_ms)
{
	enum interval i = (enum interval)w->interval;
	int64_t open;

	if (w->interval < 0)
		return w->since <= now_ms;
	open = interval_floor(i, w->since);
	if (open < w->since)
		open = interval_next(i, open);
	return interval_next(i, open) <= now_ms;
}

/* Behind what the exchange answered not to have. */
static enum err pass_lack(struct store *s, struct wanted *w, int64_t asked_before, struct error *e)
{
	struct store_series series = { .market = w->market, .interval = w->interval };
	struct lack lack;
	enum err rc;

	memcpy(series.symbol, w->symbol, sizeof series.symbol);
	rc = receipt_lack(s, &series, w->since, INT64_MAX, asked_before, &lack, e);
	if (!rc)
		w->since = lack.until;
	return rc;
}

/* Moves every `since` behind the newest that is stored and drops what is up to date. */
static enum err resolve(struct store *s, struct wanted_list *l, const struct store_series *rows, size_t n, int64_t asked_before, int64_t now_ms,
	struct error *e)
{
	size_t kept = 0;
	enum err rc;

	for (size_t i = 0; i < l->count; i++) {
		struct wanted *w = &l->rows[i];
		bool due = move_since(w, rows, n, now_ms);

		if (w->since == TIME_NONE)
			return error_set(e, ERR_USAGE, "no candle of %s %s is stored: --since must say from when it is wanted", w->symbol,
				interval_names[w->interval]);
		rc = pass_lack(s, w, asked_before, e);
		if (rc)
			return rc;
		if (due && is_missing(w, now_ms))
			l->rows[kept++] = *w;
	}
	l->count = kept;
	return OK;
}

static bool is_there(const char *config_dir)
{
	char path[PATH_SIZE];

	return (size_t)snprintf(path, sizeof path, "%s/accounts.json", config_dir) < sizeof path && access(path, F_OK) == 0;
}

static enum err add_all(struct wanted_list *l, struct store *s, const struct store_query *q, enum wanted_of of, const char *config_dir,
	const struct store_series *rows, size_t n, struct error *e)
{
	struct store_query any = STORE_ANY;
	struct wishing w = { l, s };
	enum err rc = OK;

	if (of == WANTED_ACCOUNT || (of == WANTED_ALL && is_there(config_dir)))
		rc = accounts_each(config_dir, q->account, wish, &w, e);
	if (!rc && of == WANTED_ALL)
		rc = add_funding(l, e);
	if (!rc && of == WANTED_ALL)
		rc = add_stored(l, rows, n, e);
	if (!rc && of == WANTED_ALL)
		rc = store_each(s, &kinds[KIND_SYMBOL], &any, drop_delisted, l, e);
	for (size_t i = 0; !rc && i < q->symbol_count; i++)
		rc = wanted_add(l, q->market, q->interval, q->symbols[i], q->since, e);
	return rc;
}

enum err wanted_find(struct store *s, const struct store_query *q, enum wanted_of of, int64_t asked_before, const char *config_dir, int64_t now_ms,
	struct buf *b, struct error *e)
{
	struct store_query any = STORE_ANY;
	struct wanted_list list = { 0 };
	struct store_series *rows;
	size_t n;
	enum err rc = store_all_series(s, &any, &rows, &n, e);

	if (!rc)
		rc = add_all(&list, s, q, of, config_dir, rows, n, e);
	for (size_t i = 0; q->since != TIME_NONE && i < list.count; i++)
		list.rows[i].since = q->since;
	if (!rc)
		rc = resolve(s, &list, rows, n, asked_before, now_ms, e);
	for (size_t i = 0; !rc && i < list.count; i++)
		if (of != WANTED_ALL || ((q->market < 0 || q->market == list.rows[i].market) && (q->interval < 0 || q->interval == list.rows[i].interval)))
			record_write(&wanted_kind, &list.rows[i], b);
	free(rows);
	free(list.rows);
	return rc;
}
