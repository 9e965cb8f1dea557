/* Routes that answer for one pair, for a list of pairs, or for all. */
#include "sim/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "sim/day.h"
#include "sim/klines.h"
#include "sim/ticket.h"

/* "symbols": a JSON array of names, each listed and there once. The caller frees *list. */
static bool read_symbols(const struct sim_request *q, json_t **list, struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, "symbols");
	json_t *json = json_loadb(p->value, p->len, 0, NULL), *seen = json_object(), *name;
	size_t i;
	bool good = json_array_size(json) > 0 && seen;

	if (!good)
		sim_refuse(a, 400, -1102, "Mandatory parameter 'symbols' was not sent, was empty/null, or malformed.");
	json_array_foreach(json, i, name) {
		const char *text = json_string_value(name);

		if (!good)
			break;
		good = false;
		if (!text)
			sim_refuse(a, 400, -1102, "Mandatory parameter 'symbols' was not sent, was empty/null, or malformed.");
		else if (json_object_get(seen, text))
			sim_refuse(a, 400, -1151, "Symbol is present multiple times in the list.");
		else if (strlen(text) >= SYMBOL_SIZE || !sim_info_lists(q->state->info, q->state->market, text))
			sim_refuse(a, 400, -1121, "Invalid symbol.");
		else
			good = json_object_set_new(seen, text, json_true()) == 0;
	}
	json_decref(seen);
	if (!good)
		json_decref(json);
	*list = good ? json : NULL;
	return good;
}

/* At most one of the named parameters may be there. */
static bool exclusive(const struct sim_request *q, const char *const *names, struct sim_answer *a)
{
	int there = 0;

	for (; *names; names++)
		there += sim_param(q, *names) != NULL;
	if (there > 1)
		sim_refuse(a, 400, -1128, "Combination of optional parameters invalid.");
	return there <= 1;
}

/* The status asked for; "" when none is. */
static bool read_status(const struct sim_request *q, char *status, size_t n, struct sim_answer *a)
{
	status[0] = '\0';
	if (!sim_param(q, "symbolStatus"))
		return true;
	if (sim_param_text(q, "symbolStatus", status, n) && (!strcmp(status, "TRADING") || !strcmp(status, "HALT") || !strcmp(status, "BREAK")))
		return true;
	sim_refuse(a, 400, -1122, "Invalid symbolStatus.");
	return false;
}

static bool has_status(json_t *symbol, const char *status)
{
	const char *own = json_string_value(json_object_get(symbol, "status"));

	return !status[0] || (own && strcmp(own, status) == 0);
}

static bool contains(json_t *list, const char *text)
{
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		if (json_is_array(v) ? contains(v, text) : json_is_string(v) && strcmp(json_string_value(v), text) == 0)
			return true;
	}
	return false;
}

/* permissions=SPOT, or a JSON array: any of them will do. NULL: not sent, or refused in *a. */
static json_t *read_permissions(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, "permissions");
	json_t *json;

	if (!p)
		return NULL;
	json = p->len == 0 ? NULL : p->value[0] == '[' ? json_loadb(p->value, p->len, 0, NULL) : json_pack("[s%]", p->value, p->len);
	if (json_array_size(json) == 0) {
		json_decref(json);
		sim_refuse(a, 400, -1102, "Mandatory parameter 'permissions' was not sent, was empty/null, or malformed.");
		return NULL;
	}
	return json;
}

static bool permitted(json_t *symbol, json_t *permissions)
{
	size_t i;
	json_t *name;

	json_array_foreach(permissions, i, name) {
		const char *text = json_string_value(name);

		if (text && (contains(json_object_get(symbol, "permissionSets"), text) || contains(json_object_get(symbol, "permissions"), text)))
			return true;
	}
	return permissions == NULL;
}

/* The pairs the parameters choose, before status and permissions; NULL when refused. */
static json_t *chosen_symbols(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_state *s = q->state;
	struct error e = { 0 };
	char symbol[SYMBOL_SIZE];
	json_t *names = NULL, *name, *all, *object;
	size_t i;

	if (!sim_param(q, "symbol") && !sim_param(q, "symbols")) {
		all = sim_info_symbols(s->info, s->market, &e);
		if (!all)
			sim_fail(q, a, &e);
		return all;
	}
	if (sim_param(q, "symbol") ? !sim_param_symbol(q, "symbol", symbol, a) : !read_symbols(q, &names, a))
		return NULL;
	if (!names)
		names = json_pack("[s]", symbol);
	all = json_array();
	json_array_foreach(names, i, name) {
		object = sim_info_symbol(s->info, s->market, json_string_value(name), &e);
		if (!object) {
			sim_fail(q, a, &e);
			json_decref(all);
			all = NULL;
			break;
		}
		json_array_append_new(all, object);
	}
	json_decref(names);
	return all;
}

/* Keeps what status and permissions leave; without the permission sets if they are not wanted. */
static json_t *filtered(json_t *all, const char *status, json_t *permissions, bool show_sets)
{
	json_t *kept = json_array(), *object;
	size_t i;

	json_array_foreach(all, i, object) {
		if (!has_status(object, status) || !permitted(object, permissions))
			continue;
		if (show_sets) {
			json_array_append(kept, object);
			continue;
		}
		object = json_copy(object);
		json_object_set_new(object, "permissionSets", json_array());
		json_array_append_new(kept, object);
	}
	return kept;
}

static void add_json(struct sim_answer *a, const struct sim_request *q, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (text)
		buf_adds(&a->body, text);
	else
		sim_fail(q, a, &(struct error){ .code = ERR_INTERNAL, .message = "out of memory" });
	free(text);
	json_decref(json);
}

void sim_get_exchange_info(const struct sim_request *q, struct sim_answer *a)
{
	static const char *const pairs[] = { "symbol", "symbols", "permissions", NULL };
	static const char *const by_status[] = { "symbol", "symbols", "symbolStatus", NULL };
	json_t *permissions, *all, *kept;
	char status[24];
	bool show_sets;

	if (!exclusive(q, pairs, a) || !exclusive(q, by_status, a) || !read_status(q, status, sizeof status, a)
		|| !sim_param_flag(q, "showPermissionSets", true, &show_sets, a))
		return;
	permissions = read_permissions(q, a);
	all = a->status == 200 ? chosen_symbols(q, a) : NULL;
	if (all) {
		kept = filtered(all, status, permissions, show_sets);
		add_json(a, q, sim_info_wrap(q->state->info, &q->state->limits, sim_time(q, q->now_ms), kept));
	}
	json_decref(all);
	json_decref(permissions);
}

struct quote {
	const char *symbol;
	struct bar last; /* zeros: nobody has traded it yet */
	dec64 tick, step;
	dec spread;      /* from the last price to either side; 0: the book is one tick wide */
	struct sim_day day; /* only of ticker/24hr */
	bool mini;
};

typedef void add_ticker(const struct quote *t, struct buf *out);

static void add_price(const struct quote *t, struct buf *out)
{
	char price[DEC_TEXT];

	dec_format(t->last.close, price);
	buf_addf(out, "{\"symbol\":\"%s\",\"price\":\"%s\"}", t->symbol, price);
}

#define BOOK_DEPTH ((dec)1000 * DEC_ONE) /* quote units on either side */

/* As wide as the settings of the accounts say; else one tick: the last price was paid by a buyer. */
static void add_sides(const struct quote *t, struct buf *out)
{
	char bid[DEC_TEXT], ask[DEC_TEXT], qty[DEC_TEXT];
	bool none = false; /* no price yet, no book */
	dec depth = dec_to_step(dec_div(BOOK_DEPTH, t->last.close, ROUND_DOWN, &none), t->step, ROUND_UP);
	dec below = t->spread ? t->spread : t->tick;

	dec_format(t->last.close > below ? t->last.close - below : t->last.close, bid);
	dec_format(t->last.close + t->spread, ask);
	dec_format(depth, qty);
	buf_addf(out, "\"bidPrice\":\"%s\",\"bidQty\":\"%s\",\"askPrice\":\"%s\",\"askQty\":\"%s\"", bid, qty, ask, qty);
}

static void add_book(const struct quote *t, struct buf *out)
{
	buf_addf(out, "{\"symbol\":\"%s\",", t->symbol);
	add_sides(t, out);
	buf_addc(out, '}');
}

static void add_amount(const char *name, dec v, struct buf *out)
{
	char text[DEC_TEXT];

	dec_format(v, text);
	buf_addf(out, ",\"%s\":\"%s\"", name, text);
}

/* What FULL tells beyond MINI. Of single trades nothing is known: the last one has the smallest quantity. */
static void add_changes(const struct quote *t, struct buf *out)
{
	const struct sim_day *d = &t->day;
	bool none = false;
	dec percent = d->open ? dec_mul_div(d->last - d->open, (dec)100 * DEC_ONE, d->open, ROUND_HALF_EVEN, &none) : 0;

	add_amount("priceChange", d->last - d->open, out);
	add_amount("priceChangePercent", percent, out);
	add_amount("weightedAvgPrice", d->volume ? dec_div(d->quote_volume, d->volume, ROUND_HALF_EVEN, &none) : 0, out);
	add_amount("prevClosePrice", d->before, out);
	add_amount("lastQty", t->step, out);
	buf_addc(out, ',');
	add_sides(t, out);
}

static void add_day(const struct quote *t, struct buf *out)
{
	const struct sim_day *d = &t->day;

	buf_addf(out, "{\"symbol\":\"%s\"", t->symbol);
	if (!t->mini)
		add_changes(t, out);
	add_amount("lastPrice", d->last, out);
	add_amount("openPrice", d->open, out);
	add_amount("highPrice", d->high, out);
	add_amount("lowPrice", d->low, out);
	add_amount("volume", d->volume, out);
	add_amount("quoteVolume", d->quote_volume, out);
	buf_addf(out, ",\"openTime\":%lld,\"closeTime\":%lld,\"firstId\":%d,\"lastId\":%lld,\"count\":%lld}", (long long)d->open_ms, (long long)d->close_ms,
		d->trades ? 0 : -1, (long long)d->trades - 1, (long long)d->trades);
}

/* False: failed, in *a. */
static bool read_quote(const struct sim_request *q, const char *symbol, struct quote *t, struct sim_answer *a)
{
	struct sim_market *m = q->state->market;
	struct error e = { 0 };
	int pair = sim_market_find(m, symbol);
	bool known;

	*t = (struct quote){ .symbol = symbol };
	if (pair >= 0 && (sim_last_bar(m, (size_t)pair, q->now_ms, &t->last, &known, &e) || sim_market_grid(m, (size_t)pair, &t->tick, &t->step, &e))) {
		sim_fail(q, a, &e);
		return false;
	}
	if (q->state->exchange)
		t->spread = (dec)t->tick * q->state->exchange->accounts.settings.spread_ticks;
	return true;
}

static bool read_day(const struct sim_request *q, struct quote *t, struct sim_answer *a)
{
	const struct sim_param *type = sim_param(q, "type");
	struct error e = { 0 };
	int pair = sim_market_find(q->state->market, t->symbol);

	t->mini = type && strcmp(type->value, "MINI") == 0;
	if (pair >= 0 && sim_day_read(q->state->market, (size_t)pair, q->now_ms, &t->day, &e)) {
		sim_fail(q, a, &e);
		return false;
	}
	t->day.open_ms = sim_time(q, t->day.open_ms);
	t->day.close_ms = sim_time(q, t->day.close_ms);
	return true;
}

static bool read_wanted(const struct sim_request *q, json_t *symbol, add_ticker *add, struct quote *t, struct sim_answer *a)
{
	return read_quote(q, json_string_value(json_object_get(symbol, "symbol")), t, a) && (add != add_day || read_day(q, t, a));
}

/* Of all pairs, those without a price are left out; of pairs that were asked for, none is. */
static void many_tickers(const struct sim_request *q, json_t *symbols, const char *status, add_ticker *add, struct sim_answer *a)
{
	bool all = !sim_param(q, "symbols");
	const char *comma = "";
	struct quote t;
	json_t *object;
	size_t i;

	buf_addc(&a->body, '[');
	json_array_foreach(symbols, i, object) {
		if (!has_status(object, status))
			continue;
		if (!read_wanted(q, object, add, &t, a))
			return;
		if (all && t.last.close == 0)
			continue;
		buf_adds(&a->body, comma);
		add(&t, &a->body);
		comma = ",";
	}
	buf_addc(&a->body, ']');
}

static void tickers(const struct sim_request *q, add_ticker *add, struct sim_answer *a)
{
	static const char *const pairs[] = { "symbol", "symbols", NULL };
	json_t *symbols;
	struct quote t;
	char status[24];

	if (!exclusive(q, pairs, a) || !read_status(q, status, sizeof status, a))
		return;
	symbols = chosen_symbols(q, a);
	if (!symbols)
		return;
	if (!sim_param(q, "symbol"))
		many_tickers(q, symbols, status, add, a);
	else if (!has_status(json_array_get(symbols, 0), status))
		sim_refuse(a, 400, -1220, "The symbol's status does not match the requested symbolStatus.");
	else if (read_wanted(q, json_array_get(symbols, 0), add, &t, a))
		add(&t, &a->body);
	json_decref(symbols);
}

void sim_get_price(const struct sim_request *q, struct sim_answer *a)
{
	tickers(q, add_price, a);
}

void sim_get_book(const struct sim_request *q, struct sim_answer *a)
{
	tickers(q, add_book, a);
}

int64_t sim_weigh_day(const struct sim_request *q)
{
	const struct sim_param *p = sim_param(q, "symbols");
	json_t *names = p ? json_loadb(p->value, p->len, 0, NULL) : NULL;
	size_t n = p ? json_array_size(names) : SIZE_MAX;

	json_decref(names);
	return sim_param(q, "symbol") || n <= 20 ? 2 : n <= 100 ? 40 : 80;
}

void sim_get_day(const struct sim_request *q, struct sim_answer *a)
{
	static const char *const kinds[] = { "FULL", "MINI", NULL };
	int kind;

	if (sim_choice_read(q, "type", kinds, 0, -1102, "Mandatory parameter 'type' was not sent, was empty/null, or malformed.", &kind, a))
		tickers(q, add_day, a);
}
