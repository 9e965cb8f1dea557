#include "sim/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/path.h"
#include "core/utc.h"
#include "model/config.h"

/* A pair's progress, under its name. */
struct progress {
	char symbol[SYMBOL_SIZE];
	struct sim_used used;
};

#define PROGRESS_FIELDS 6
#define P(member) FIELD(progress, member)

static const struct field progress_fields[PROGRESS_FIELDS] = {
	{ "symbol", FIELD_TEXT, P(symbol), 0, NULL, "pair", NULL, 0, 0, NULL },
	{ "done", FIELD_INT, P(used.done_ms), 0, "ms UTC", "close time of the last bar that happened to orders", NULL, 0, 0, NULL },
	{ "openTime", FIELD_INT, P(used.open_time), 0, "ms UTC", "of the bar that liquidity was taken from", NULL, 0, 0, NULL },
	{ "filled", FIELD_DEC, P(used.filled), 0, "base", "of its volume", NULL, 0, 0, NULL },
	{ "bought", FIELD_DEC, P(used.depth[SIDE_BUY]), 0, "base", "of the book", NULL, 0, 0, NULL },
	{ "sold", FIELD_DEC, P(used.depth[SIDE_SELL]), 0, "base", "of the book", NULL, 0, 0, NULL },
};

static void write_progress(const struct sim_exchange *x, struct buf *b)
{
	const char *comma = "";

	buf_adds(b, ",\n\"pairs\":[");
	for (size_t i = 0; i < sim_market_count(x->market); i++) {
		struct progress p = { .used = x->used[i] };

		if (p.used.done_ms == 0 && p.used.open_time == 0)
			continue;
		snprintf(p.symbol, sizeof p.symbol, "%s", sim_market_name(x->market, i));
		buf_adds(b, comma);
		buf_addc(b, '{');
		field_write(progress_fields, PROGRESS_FIELDS, &p, b);
		buf_addc(b, '}');
		comma = ",";
	}
	buf_addc(b, ']');
}

static void write_rows(const char *name, const struct field *fields, size_t n, const void *rows, size_t count, size_t size, struct buf *b)
{
	buf_addf(b, ",\n\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		buf_adds(b, i ? ",\n{" : "\n{");
		field_write(fields, n, (const char *)rows + i * size, b);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

static void write_accounts(const struct sim_accounts *a, struct buf *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct sim_account *h = &a->rows[i];

		buf_adds(b, i ? ",\n{\"name\":" : "\n{\"name\":");
		buf_add_json(b, h->name, strlen(h->name));
		buf_addf(b, ",\"updateTime\":%" PRId64 ",\"balances\":{", h->update_ms);
		for (size_t k = 0; k < h->balance_count; k++) {
			char free[DEC_TEXT], locked[DEC_TEXT];

			dec_format(h->balances[k].free, free);
			dec_format(h->balances[k].locked, locked);
			buf_adds(b, k ? "," : "");
			buf_add_json(b, h->balances[k].asset, strlen(h->balances[k].asset));
			buf_addf(b, ":{\"free\":\"%s\",\"locked\":\"%s\"}", free, locked);
		}
		buf_adds(b, "}}");
	}
}

void sim_ledger_write(struct sim_exchange *x, int64_t clock_ms, struct buf *b)
{
	const struct sim_orders *o = &x->orders;

	buf_addf(b, "{\"clock\":%" PRId64 ",\"settled\":%" PRId64 ",\n\"accounts\":[", clock_ms, x->settled_ms);
	write_accounts(&x->accounts, b);
	buf_addc(b, ']');
	write_rows("orders", sim_order_fields, SIM_ORDER_FIELDS, o->orders, o->order_count, sizeof *o->orders, b);
	write_rows("lists", sim_list_fields, SIM_LIST_FIELDS, o->lists, o->list_count, sizeof *o->lists, b);
	write_rows("trades", sim_trade_fields, SIM_TRADE_FIELDS, o->trades, o->trade_count, sizeof *o->trades, b);
	write_rows("changes", sim_change_fields, SIM_CHANGE_FIELDS, o->changes, o->change_count, sizeof *o->changes, b);
	write_progress(x, b);
	buf_adds(b, "}\n");
}

void sim_get_ledger(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct error e = { 0 };

	if (!x)
		sim_refuse(a, 400, -1102, "there are no accounts: --accounts was not given");
	else if (sim_settle(x, q->now_ms, &e))
		sim_fail(q, a, &e);
	else
		sim_ledger_write(x, q->now_ms, &a->body);
}

void sim_post_save(const struct sim_request *q, struct sim_answer *a)
{
	struct error e = { 0 };

	if (!q->state->exchange || !q->state->state_file)
		sim_refuse(a, 400, -1102, "there is nowhere to save to: --accounts and --state are needed");
	else if (sim_ledger_save(q->state->exchange, q->now_ms, q->state->state_file, &e))
		sim_refuse(a, 500, -1000, "%s", e.message);
	else
		buf_adds(&a->body, "{}\n");
}

void sim_post_transfer(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_exchange *x = q->state->exchange;
	struct sim_account *account = NULL;
	struct error e = { 0 };
	char name[NAME_SIZE], asset[ASSET_SIZE], amount[DEC_TEXT];
	dec v;

	if (x && sim_param_text(q, "account", name, sizeof name))
		account = sim_account_find(&x->accounts, name);
	if (!account || !sim_param_text(q, "asset", asset, sizeof asset) || !*asset || !sim_param_text(q, "amount", amount, sizeof amount)
		|| !dec_parse(amount, strlen(amount), &v) || v == 0) {
		sim_refuse(a, 400, -1102, "account (one there is), asset and amount (less than 0: a withdrawal) are expected");
		return;
	}
	if (sim_settle(x, q->now_ms, &e) || sim_transfer(x, account, asset, v, q->now_ms, &e))
		sim_refuse(a, 400, -1102, "%s", e.message);
	else
		buf_adds(&a->body, "{}\n");
}

static enum err read_balances(struct sim_account *h, json_t *balances, struct error *e)
{
	const char *asset;
	json_t *v;

	for (size_t i = 0; i < h->balance_count; i++)
		h->balances[i].free = h->balances[i].locked = 0;
	json_object_foreach(balances, asset, v) {
		const char *free = json_string_value(json_object_get(v, "free")), *locked = json_string_value(json_object_get(v, "locked"));
		struct sim_balance *b = strlen(asset) < ASSET_SIZE ? sim_balance(h, asset) : NULL;

		if (!b || !free || !locked || !dec_parse(free, strlen(free), &b->free) || !dec_parse(locked, strlen(locked), &b->locked))
			return error_field(e, ERR_DATA, "accounts", "a balance of '%s' is wrong", h->name);
	}
	return OK;
}

/* Accounts the file of keys no longer has are an error: their orders would have no owner. */
static enum err read_accounts(struct sim_exchange *x, json_t *list, struct error *e)
{
	json_t *row;
	size_t i;
	enum err rc = OK;

	json_array_foreach(list, i, row) {
		const char *name = json_string_value(json_object_get(row, "name"));
		struct sim_account *h = name ? sim_account_find(&x->accounts, name) : NULL;

		if (!h)
			return error_field(e, ERR_DATA, "accounts", "the state has an account '%.60s' that is not in the accounts file", name ? name : "");
		h->update_ms = json_integer_value(json_object_get(row, "updateTime"));
		rc = read_balances(h, json_object_get(row, "balances"), e);
		if (rc)
			return rc;
	}
	return rc;
}

/* Each row of an array through one object and into its store. */
static enum err read_rows(struct sim_exchange *x, json_t *state, const char *name, const struct field *fields, size_t n, void *object,
	enum err (*add)(struct sim_exchange *x, const void *object, struct error *e), struct error *e)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, name), i, row) {
		char path[48];
		enum err rc;

		snprintf(path, sizeof path, "%s[%zu].", name, i);
		rc = field_read(fields, n, row, object, path, false, e);
		if (!rc)
			rc = add(x, object, e);
		if (rc)
			return rc;
	}
	return OK;
}

static enum err add_order(struct sim_exchange *x, const void *object, struct error *e)
{
	struct sim_order o = *(const struct sim_order *)object;
	const struct sim_account *h = sim_account_find(&x->accounts, o.account);

	if (!h)
		return error_set(e, ERR_DATA, "order %" PRId64 " is of no account", o.id);
	o.owner = (size_t)(h - x->accounts.rows);
	return sim_orders_add(&x->orders, &o) ? OK : error_memory(e);
}

static enum err add_list(struct sim_exchange *x, const void *object, struct error *e)
{
	return sim_lists_add(&x->orders, object) ? OK : error_memory(e);
}

static enum err add_trade(struct sim_exchange *x, const void *object, struct error *e)
{
	return sim_trades_add(&x->orders, object) ? OK : error_memory(e);
}

static enum err add_change(struct sim_exchange *x, const void *object, struct error *e)
{
	return sim_changes_add(&x->orders, object) ? OK : error_memory(e);
}

static enum err add_progress(struct sim_exchange *x, const void *object, struct error *e)
{
	const struct progress *p = object;
	int pair = sim_market_find(x->market, p->symbol);

	if (pair < 0)
		return error_set(e, ERR_DATA, "the state has a pair '%s' that the candles lack", p->symbol);
	x->used[pair] = p->used;
	return OK;
}

enum err sim_ledger_read(struct sim_exchange *x, const char *text, size_t len, int64_t *clock_ms, struct error *e)
{
	struct sim_order order = { 0 };
	struct sim_list list = { 0 };
	struct sim_trade trade = { 0 };
	struct sim_change change = { 0 };
	struct progress progress = { .symbol = "" };
	json_t *state;
	enum err rc = field_parse(text, len, &state, e);

	if (rc)
		return rc;
	*clock_ms = json_integer_value(json_object_get(state, "clock"));
	x->settled_ms = json_integer_value(json_object_get(state, "settled"));
	rc = read_accounts(x, json_object_get(state, "accounts"), e);
	if (!rc)
		rc = read_rows(x, state, "orders", sim_order_fields, SIM_ORDER_FIELDS, &order, add_order, e);
	if (!rc)
		rc = read_rows(x, state, "lists", sim_list_fields, SIM_LIST_FIELDS, &list, add_list, e);
	if (!rc)
		rc = read_rows(x, state, "trades", sim_trade_fields, SIM_TRADE_FIELDS, &trade, add_trade, e);
	if (!rc)
		rc = read_rows(x, state, "changes", sim_change_fields, SIM_CHANGE_FIELDS, &change, add_change, e);
	if (!rc)
		rc = read_rows(x, state, "pairs", progress_fields, PROGRESS_FIELDS, &progress, add_progress, e);
	json_decref(state);
	return rc;
}

enum err sim_ledger_save(struct sim_exchange *x, int64_t clock_ms, const char *path, struct error *e)
{
	struct buf text = { 0 };
	enum err rc = sim_settle(x, clock_ms, e);

	sim_ledger_write(x, clock_ms, &text);
	if (!rc)
		rc = text.failed ? error_memory(e) : file_replace(path, text.data, text.len, e);
	buf_release(&text);
	return rc;
}

enum err sim_ledger_load(struct sim_exchange *x, int64_t *clock_ms, const char *path, struct error *e)
{
	struct buf text = { 0 };
	enum err rc;

	if (access(path, F_OK) != 0)
		return OK;
	rc = file_read(path, (size_t)1 << 30, &text, e);
	if (!rc) {
		rc = sim_ledger_read(x, text.data ? text.data : "", text.len, clock_ms, e);
		rc = rc ? config_error(path, e) : OK;
	}
	buf_release(&text);
	return rc;
}
