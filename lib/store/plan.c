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
