#include "store/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/utc.h"

struct account_due {
	int64_t newest_ms;  /* close of the newest bar that the account books and that has closed by now */
	int64_t settled_ms; /* every bar that closed by then is booked; TIME_NONE: nothing yet */
	bool due;
};

static enum err account_due(struct store *s, const struct account *a, int64_t now_ms, struct account_due *out, struct error *e)
{
	struct account_state state;
	bool found;
	enum err rc;

	memcpy(state.account, a->name, sizeof state.account);
	rc = store_get(s, STORE_ACCOUNT_STATE, &state, &found, e);
	out->newest_ms = interval_floor((enum interval)a->interval, now_ms);
	out->settled_ms = !rc && found ? state.settled_ms : TIME_NONE;
	out->due = out->newest_ms > a->anchor && out->newest_ms > out->settled_ms;
	return rc;
}

static void account_due_write(const struct account *a, const struct account_due *due, struct buf *b)
{
	buf_addf(b, "{\"kind\":\"account\",\"v\":1,\"name\":\"%s\",\"market\":\"%s\",\"mode\":\"%s\",\"quote\":\"%s\",\"interval\":\"%s\",", a->name,
		market_names[a->market], mode_names[a->mode], a->quote, interval_names[a->strategy_interval]);
	buf_addf(b, "\"manage_interval\":%s%s%s,", a->interval == a->strategy_interval ? "null" : "\"",
		a->interval == a->strategy_interval ? "" : interval_names[a->interval], a->interval == a->strategy_interval ? "" : "\"");
	buf_addf(b, "\"anchor\":%lld,\"newest_ms\":%lld,\"settled_ms\":", (long long)a->anchor, (long long)due->newest_ms);
	if (due->settled_ms == TIME_NONE)
		buf_adds(b, "null");
	else
		buf_addf(b, "%lld", (long long)due->settled_ms);
	buf_addf(b, ",\"due\":%s}\n", due->due ? "true" : "false");
}

struct listing {
	struct store *store;
	const char *config_dir;
	bool only_due;
	enum account_listing what;
	int64_t now_ms;
	struct buf *b;
};

/* A strategy, the bars it reads, and the close of the newest of them. What is wrong with its file is for ct-signal to say. */
static void list_strategy(const struct listing *l, const struct account *a, const struct account_strategy *s)
{
	int interval = a->strategy_interval;
	json_t *json = NULL;
	char path[PATH_SIZE];
	struct error e;

	if (!path_find(l->config_dir, "strategies", s->file, path, &e) && !config_parse(path, &json, &e))
		interval = account_strategy_interval(a, json);
	json_decref(json);
	if (interval < 0)
		interval = a->strategy_interval;
	buf_addf(l->b, "%s\t%s\t%s\t%lld\n", s->name, s->file, interval_names[interval], (long long)interval_floor((enum interval)interval, l->now_ms));
}

static enum err list_account(void *ctx, const struct account *a, struct error *e)
{
	const struct listing *l = ctx;
	struct account_due due;
	enum err rc = account_due(l->store, a, l->now_ms, &due, e);

	if (rc || (l->only_due && !due.due))
		return rc;
	for (size_t i = 0; l->what == LIST_STRATEGIES && i < a->strategy_count; i++)
		list_strategy(l, a, &a->strategies[i]);
	if (l->what == LIST_NAMES)
		buf_addf(l->b, "%s\n", a->name);
	else if (l->what == LIST_RECORDS)
		account_due_write(a, &due, l->b);
	return OK;
}

/* Calls back with the account of this name, or with all of accounts.json. */
static enum err each_account(const char *config_dir, const char *name, enum err (*callback)(void *ctx, const struct account *a, struct error *e),
	void *ctx, struct error *e)
{
	const struct account *named = NULL;
	struct accounts accounts;
	enum err rc = accounts_load(config_dir, &accounts, e);

	if (rc)
		return rc;
	if (name)
		rc = accounts_find(&accounts, name, &named, e);
	for (size_t i = 0; !rc && i < accounts.count; i++)
		if (!named || &accounts.rows[i] == named)
			rc = callback(ctx, &accounts.rows[i], e);
	accounts_release(&accounts);
	return rc;
}

enum err accounts_list(struct store *s, const char *config_dir, const char *name, bool only_due, enum account_listing what, int64_t now_ms,
	struct buf *b, struct error *e)
{
	struct listing l = { s, config_dir, only_due, what, now_ms, b };

	return each_account(config_dir, name, list_account, &l, e);
}

void wanted_release(struct wanted_list *l)
{
	free(l->rows);
	*l = (struct wanted_list){ 0 };
}

enum err wanted_add(struct wanted_list *l, int market, int interval, const char *symbol, int64_t since, struct error *e)
{
	struct wanted *w;

	for (w = l->rows; w < l->rows + l->count; w++)
		if (w->market == market && w->interval == interval && strcmp(w->symbol, symbol) == 0) {
			if (w->since == TIME_NONE || (since != TIME_NONE && since < w->since))
				w->since = since;
			return OK;
		}
	if (l->count == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;

		w = realloc(l->rows, cap * sizeof *w);
		if (!w)
			return error_memory(e);
		l->rows = w;
		l->cap = cap;
	}
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

enum err wanted_add_account(struct wanted_list *l, struct store *s, const struct account *a, struct error *e)
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

enum err wanted_add_accounts(struct wanted_list *l, struct store *s, const char *config_dir, const char *name, struct error *e)
{
	struct wishing w = { l, s };

	return each_account(config_dir, name, wish, &w, e);
}

/* Later than what is stored; a since that is later still stays. */
static void move_since(struct wanted *w, const struct store_series *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].market == w->market && rows[i].interval == w->interval && rows[i].last != TIME_NONE
			&& strcmp(rows[i].symbol, w->symbol) == 0) {
			int64_t next = interval_next((enum interval)w->interval, rows[i].last);

			if (w->since < next)
				w->since = next;
		}
}

/* Whether a bar that opens at since or later has closed. */
static bool is_missing(const struct wanted *w, int64_t now_ms)
{
	enum interval i = (enum interval)w->interval;
	int64_t open = interval_floor(i, w->since);

	if (open < w->since)
		open = interval_next(i, open);
	return interval_next(i, open) <= now_ms;
}

enum err wanted_resolve(struct wanted_list *l, struct store *s, int64_t now_ms, struct error *e)
{
	struct store_query any = STORE_ANY;
	struct store_series *rows;
	size_t n, kept = 0;
	enum err rc = store_series(s, &any, &rows, &n, e);

	for (size_t i = 0; !rc && i < l->count; i++) {
		move_since(&l->rows[i], rows, n);
		if (l->rows[i].since == TIME_NONE)
			rc = error_set(e, ERR_USAGE, "no candle of %s %s is stored: --since must say from when it is wanted", l->rows[i].symbol,
				interval_names[l->rows[i].interval]);
		else if (is_missing(&l->rows[i], now_ms))
			l->rows[kept++] = l->rows[i];
	}
	l->count = kept;
	free(rows);
	return rc;
}

enum err wanted_find(struct store *s, const struct store_query *q, bool accounts, const char *config_dir, int64_t now_ms, struct buf *b,
	struct error *e)
{
	struct wanted_list list = { 0 };
	enum err rc = accounts ? wanted_add_accounts(&list, s, config_dir, q->account, e) : OK;

	for (size_t i = 0; !rc && i < q->symbol_count; i++)
		rc = wanted_add(&list, q->market, q->interval, q->symbols[i], q->since, e);
	for (size_t i = 0; q->since != TIME_NONE && i < list.count; i++)
		list.rows[i].since = q->since;
	if (!rc)
		rc = wanted_resolve(&list, s, now_ms, e);
	for (size_t i = 0; !rc && i < list.count; i++)
		record_write(&wanted_kind, &list.rows[i], b);
	wanted_release(&list);
	return rc;
}
