#include "model/record.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define ROW(NAME, TYPE, FIELDS, DOC) { NAME, 1, FIELDS, sizeof FIELDS / sizeof *FIELDS, sizeof(struct TYPE), DOC }

const struct kind kinds[KIND_COUNT] = {
	[KIND_SYMBOL] = ROW("symbol", symbol, symbol_fields, "a pair and the exchange's rules for its orders"),
	[KIND_CANDLE] = ROW("candle", candle, candle_fields, "one closed bar of a pair"),
	[KIND_FUNDING] = ROW("funding", funding, funding_fields, "one settled funding payment of a perpetual future"),
	[KIND_SIGNAL] = ROW("signal", signal, signal_fields, "what a strategy wants at the close of one bar"),
	[KIND_DECISION] = ROW("decision", decision, decision_fields, "a plan: what may be done about one signal, or why not"),
	[KIND_ORDER] = ROW("order", order, order_fields, "one order, on paper or at the exchange"),
	[KIND_TRADE] = ROW("trade", trade, trade_fields, "one fill"),
	[KIND_POSITION] = ROW("position", position, position_fields, "what an account holds of one pair for one strategy"),
	[KIND_BALANCE] = ROW("balance", balance, balance_fields, "cash of one asset"),
	[KIND_TRANSFER] = ROW("transfer", transfer, transfer_fields, "money that came or went without a trade"),
	[KIND_EQUITY] = ROW("equity", equity, equity_fields, "an account's worth at the close of a bar"),
	[KIND_EVENT] = ROW("event", event, event_fields, "something a person may want to know"),
	[KIND_RUN] = ROW("run", run, run_fields, "what produced the records that carry its id"),
	[KIND_METRIC] = ROW("metric", metric, metric_fields, "one computed number of a report"),
	[KIND_TRIAL] = ROW("trial", trial, trial_fields, "one backtest of a search for parameters, in numbers"),
	[KIND_RECEIPT] = ROW("receipt", receipt, receipt_fields, "where a stretch of candles or funding payments came from"),
};

const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static enum err check_head(json_t *json, const struct kind **k, struct error *e)
{
	json_t *kind = json_object_get(json, "kind"), *version = json_object_get(json, "v");

	if (!json_is_string(kind))
		return error_field(e, ERR_DATA, "kind", "missing");
	if (!*k)
		*k = kind_find(json_string_value(kind));
	if (!*k || strcmp((*k)->name, json_string_value(kind)) != 0)
		return error_field(e, ERR_DATA, "kind", "'%.40s' is not %s%s", json_string_value(kind), *k ? "" : "a known kind", *k ? (*k)->name : "");
	if (!json_is_integer(version))
		return error_field(e, ERR_DATA, "v", "missing");
	if (json_integer_value(version) != (*k)->version)
		return error_field(e, ERR_DATA, "v", "'%lld' is not a known version of %s (%d)", (long long)json_integer_value(version), (*k)->name,
			(*k)->version);
	return OK;
}

enum err record_read_json(const struct kind *k, const char *line, size_t len, void *object, struct error *e)
{
	json_t *json;
	enum err rc = field_parse(line, len, &json, e);

	if (rc)
		return rc;
	rc = check_head(json, &k, e);
	if (!rc)
		rc = field_read(k->fields, k->field_count, json, object, "", false, e);
	json_decref(json);
	return rc;
}

enum err candle_read(const char *line, size_t len, struct candle *c, struct error *e)
{
	return candle_read_canonical(line, len, c) ? OK : record_read_json(&kinds[KIND_CANDLE], line, len, c, e);
}

enum err record_read_kind(const struct kind *k, const char *line, size_t len, void *object, struct error *e)
{
	return k == &kinds[KIND_CANDLE] ? candle_read(line, len, object, e) : record_read_json(k, line, len, object, e);
}

enum err record_read(const char *line, size_t len, struct record *r, struct error *e)
{
	static const char candle_head[] = "{\"kind\":\"candle\",";
	json_t *json;
	enum err rc;

	if (len > sizeof candle_head && memcmp(line, candle_head, sizeof candle_head - 1) == 0) {
		r->kind = &kinds[KIND_CANDLE];
		return candle_read(line, len, &r->candle, e);
	}
	rc = field_parse(line, len, &json, e);
	if (rc)
		return rc;
	r->kind = NULL;
	rc = check_head(json, &r->kind, e);
	if (!rc)
		rc = field_read(r->kind->fields, r->kind->field_count, json, &r->candle, "", false, e);
	json_decref(json);
	return rc;
}

/* What every line of a kind begins with, and its keys. */
#define FIELDS_MAX 48

static struct {
	char text[40];
	size_t len, most; /* bytes of the text, and of a whole line */
	struct field_key keys[FIELDS_MAX];
} heads[KIND_COUNT];

#define END "}\n"

static void make_heads(void)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		heads[i].len = (size_t)snprintf(heads[i].text, sizeof heads[i].text, "{\"kind\":\"%s\",\"v\":%d,", kinds[i].name, kinds[i].version);
		heads[i].most = sizeof heads[i].text + field_keys(kinds[i].fields, kinds[i].field_count, heads[i].keys) + sizeof END;
	}
}

bool record_is_beside(const char *line, size_t len)
{
	struct record r;

	return !record_read(line, len, &r, NULL) && (r.kind == &kinds[KIND_RECEIPT] || r.kind == &kinds[KIND_EVENT]);
}

void record_write(const struct kind *k, const void *object, struct buf *b)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char *from, *to;
	size_t i = 0;

	while (i < KIND_COUNT && k != &kinds[i])
		i++;
	if (i == KIND_COUNT) { /* a kind of some program's own */
		buf_addf(b, "{\"kind\":\"%s\",\"v\":%d,", k->name, k->version);
		field_write(k->fields, k->field_count, object, b);
		buf_adds(b, END);
		return;
	}
	pthread_once(&once, make_heads);
	from = to = buf_reserve(b, heads[i].most);
	if (!to)
		return;
	memcpy(to, heads[i].text, sizeof heads[i].text);
	to = field_put_keyed(k->fields, heads[i].keys, k->field_count, object, to + heads[i].len);
	memcpy(to, END, sizeof END);
	b->len += (size_t)(to - from) + sizeof END - 1;
}

void candle_write(const struct candle *c, struct buf *b)
{
	record_write(&kinds[KIND_CANDLE], c, b);
}

void record_schema(const struct kind *k, struct buf *b)
{
	buf_adds(b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
	buf_add_json(b, k->name, strlen(k->name));
	buf_adds(b, ",\"description\":");
	buf_add_json(b, k->doc, strlen(k->doc));
	buf_addf(b, ",\"type\":\"object\",\"allOf\":[{\"properties\":{\"kind\":{\"const\":\"%s\"},\"v\":{\"const\":%d}},\"required\":[\"kind\",\"v\"]}],",
		k->name, k->version);
	field_schema(k->fields, k->field_count, false, b);
	buf_adds(b, "}\n");
}
