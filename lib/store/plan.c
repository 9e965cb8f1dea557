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

static enum err note_first(void *ctx, const void *object, struct error *e)
{
	const struct run *r = object;
	int64_t *first_ms = ctx;

	(void)e;
	if (r->started_at < *first_ms)
		*first_ms = r->started_at;
	return OK;
}

/* Whether the account had begun by then. Its runs are few: one for each configuration that it was stepped with. */
static enum err had_begun(struct store *s, const struct account *a, int64_t t_ms, bool *yes, struct error *e)
{
	struct store_query q = STORE_ANY;
	int64_t first_ms = INT64_MAX;
	enum err rc;

	q.account = a->name;
	rc = store_each(s, &kinds[KIND_RUN], &q, note_first, &first_ms, e);
	*yes = first_ms < t_ms;
	return rc;
}

/* Whether the book has the pair's bar that closed then, and the account has not heard what the strategy says of it. */
static enum err missed_pair(struct store *s, const struct account *a, const struct heard *key, int64_t closed_ms, bool *yes, struct error *e)
{
	struct cursor_state cursor = { .market = key->market };
	struct store_query q = STORE_ANY;
	struct heard heard = *key;
	bool found;
	enum err rc = store_get(s, STORE_HEARD, &heard, &found, e);

	*yes = false;
	if (!rc && !found) {
		rc = had_begun(s, a, closed_ms, &found, e);
		heard.t_ms = found ? INT64_MIN : INT64_MAX;
	}
	if (rc || heard.t_ms >= closed_ms)
		return rc;
	memcpy(cursor.account, key->account, sizeof cursor.account);
	memcpy(cursor.symbol, key->symbol, sizeof cursor.symbol);
	rc = store_get(s, STORE_CURSOR, &cursor, &found, e);
	if (rc || !found || cursor.settled_ms < closed_ms)
		return rc;
	q.market = key->market;
	q.interval = a->interval;
	q.symbols = &key->symbol;
	q.symbol_count = 1;
	q.since = interval_floor((enum interval)a->interval, closed_ms - 1);
	q.until = closed_ms;
	return store_any(s, &kinds[KIND_CANDLE], &q, yes, e);
}

/*
 * Whether a strategy is to be asked now for the close of its newest bar. One that closed before was missed where no step was
 * made then, or a pair's candle came later: that is made up for once the book has come as far as the account's newest bar.
 */
static enum err is_to_be_asked(struct store *s, const struct account *a, const struct account_due *due,
	const struct account_strategy *strategy, int64_t closed_ms, bool *yes, struct error *e)
{
	struct heard key = { .market = a->market };
	enum err rc = OK;

	*yes = closed_ms == due->newest_ms;
	if (*yes || due->settled_ms == TIME_NONE || due->settled_ms < due->newest_ms)
		return OK;
	memcpy(key.account, a->name, sizeof key.account);
	memcpy(key.strategy, strategy->name, sizeof key.strategy);
	for (size_t i = 0; !rc && !*yes && i < strategy->symbol_count; i++) {
		memcpy(key.symbol, strategy->symbols[i], sizeof key.symbol);
		rc = missed_pair(s, a, &key, closed_ms, yes, e);
	}
	return rc;
}

/* A strategy, the bars it reads, and the close of the newest of them. What is wrong with its file is for ct-signal to say. */
static enum err list_strategy(const struct listing *l, const struct account *a, const struct account_due *due, const struct account_strategy *s,
	struct error *e)
{
	int interval = a->strategy_interval;
	int64_t closed_ms;
	json_t *json = NULL;
	char path[PATH_SIZE];
	struct error unused;
	bool listed = true;
	enum err rc = OK;

	if (!path_find(l->config_dir, "strategies", s->file, path, &unused) && !config_parse(path, &json, &unused))
		interval = account_strategy_interval(a, json);
	json_decref(json);
	if (interval < 0)
		interval = a->strategy_interval;
	closed_ms = interval_floor((enum interval)interval, l->now_ms);
	if (l->what == LIST_TO_ASK)
		rc = is_to_be_asked(l->store, a, due, s, closed_ms, &listed, e);
	if (!rc && listed)
		buf_addf(l->b, "%s\t%s\t%s\t%lld\n", s->name, s->file, interval_names[interval], (long long)closed_ms);
	return rc;
}

static enum err list_account(void *ctx, const struct account *a, struct error *e)
{
	const struct listing *l = ctx;
	struct account_due due;
	enum err rc = account_due(l->store, a, l->now_ms, &due, e);

	if (rc || (l->only_due && !due.due))
		return rc;
	if (l->what == LIST_NAMES)
		buf_addf(l->b, "%s\n", a->name);
	else if (l->what == LIST_RECORDS)
		account_due_write(a, &due, l->b);
	else
		for (size_t i = 0; !rc && i < a->strategy_count; i++)
			rc = list_strategy(l, a, &due, &a->strategies[i], e);
	return rc;
}

enum err accounts_each(const char *config_dir, const char *name, account_callback *callback, void *ctx, struct error *e)
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

	return accounts_each(config_dir, name, list_account, &l, e);
}
