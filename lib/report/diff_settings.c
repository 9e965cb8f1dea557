/* In which settings two runs differ: a walk over their params_json. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "report/diff.h"
#include "report/number.h"

#define BIT(CAUSE) (1u << (CAUSE))

/* What a setting makes differ; the first row whose beginning fits counts, and the earlier rows explain better. */
static const struct {
	const char *path;
	unsigned causes;
} explains[] = {
	/* a fee that is paid in quote units is part of what an entry may cost */
	{ "account.taker_fee_bps", BIT(CAUSE_FEE) | BIT(CAUSE_QUANTITY) }, { "account.maker_fee_bps", BIT(CAUSE_FEE) | BIT(CAUSE_QUANTITY) },
	{ "account.fee_mode", BIT(CAUSE_FEE) | BIT(CAUSE_QUANTITY) }, { "account.slippage_bps", BIT(CAUSE_PRICE) }, { "account.price_impact", BIT(CAUSE_PRICE) },
	{ "account.max_volume_share", BIT(CAUSE_QUANTITY) }, { "account.capital", BIT(CAUSE_QUANTITY) }, { "account.anchor", BIT(CAUSE_MISSING) },
	{ "account.interval", BIT(CAUSE_SIGNAL) }, { "account.manage_interval", BIT(CAUSE_SIGNAL) | BIT(CAUSE_TIMING) | BIT(CAUSE_PRICE) },
	{ "account.quote", BIT(CAUSE_DATA) }, { "account.market", BIT(CAUSE_DATA) }, { "risk.sizing", BIT(CAUSE_QUANTITY) },
	{ "risk.size", BIT(CAUSE_QUANTITY) }, { "risk.", BIT(CAUSE_GATE) }, { "strategies", BIT(CAUSE_SIGNAL) }, { "extra.signals", BIT(CAUSE_SIGNAL) },
	{ "extra.since", BIT(CAUSE_MISSING) }, { "extra.until", BIT(CAUSE_MISSING) }, { "extra.capital", BIT(CAUSE_QUANTITY) },
	{ "extra.pair", BIT(CAUSE_MISSING) }, { "extra.detail", BIT(CAUSE_PRICE) | BIT(CAUSE_TIMING) | BIT(CAUSE_MISSING) }, { "transfers", BIT(CAUSE_QUANTITY) },
};

static bool is_called(const char *path, const char *name)
{
	const char *last = strrchr(path, '.');

	return last && strcmp(last + 1, name) == 0;
}

/* Names and words for people change nothing. */
static bool is_label(const char *path)
{
	static const char *const labels[] = { "extra", "extra.data", "account.name", "account.mode", "account.risk" };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strcmp(path, labels[i]) == 0)
			return true;
	return is_called(path, "note");
}

static void outages_text(const char *text, char *out)
{
	struct outage rows[OUTAGES_MAX];
	size_t count = outages_read(text, rows), used = 0;
	char from[UTC_TEXT], to[UTC_TEXT];

	for (size_t i = 0; i < count && used < VALUE_SIZE; i++)
		used += (size_t)snprintf(out + used, VALUE_SIZE - used, "%s%s/%s%s%s", i ? ", " : "", utc_format(rows[i].from_ms, from),
			utc_format(rows[i].to_ms, to), rows[i].symbol[0] ? "/" : "", rows[i].symbol);
}

/* Decimals without their last zeros, times as people read them. */
static void value_text(const char *path, json_t *v, char *out)
{
	char *text = v ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
	bool time = strcmp(path, "extra.since") == 0 || strcmp(path, "extra.until") == 0 || strcmp(path, "account.anchor") == 0;
	dec unused;

	snprintf(out, VALUE_SIZE, "%s", json_is_string(v) ? json_string_value(v) : json_is_null(v) ? "none" : text ? text : "");
	if (time && json_is_integer(v))
		snprintf(out, VALUE_SIZE, "%s", json_integer_value(v) < 0 ? "" : utc_format(json_integer_value(v), (char[UTC_TEXT]){ 0 }));
	else if (json_is_string(v) && strcmp(path, "extra.outages") == 0)
		outages_text(json_string_value(v), out);
	else if (json_is_string(v) && strchr(out, '.') && dec_parse(out, strlen(out), &unused))
		text_trim_zeros(out);
	free(text);
}

static enum err add_setting(struct diff *d, const char *path, json_t *a, json_t *b, struct error *e)
{
	struct setting *s = is_label(path) ? NULL : report_append(&d->settings, &d->setting_count, &d->setting_cap, sizeof *s, e);

	if (!s)
		return is_label(path) ? OK : ERR_INTERNAL;
	*s = (struct setting){ 0 };
	snprintf(s->path, sizeof s->path, "%s", path);
	value_text(path, a, s->a);
	value_text(path, b, s->b);
	for (size_t i = 0; i < sizeof explains / sizeof *explains && !s->causes && !is_called(path, "name"); i++)
		if (strncmp(path, explains[i].path, strlen(explains[i].path)) == 0) {
			s->causes = explains[i].causes;
			s->rank = (int)i;
		}
	return OK;
}

static enum err add_words(struct diff *d, const char *name, const char *a, const char *b, struct error *e)
{
	json_t *x = json_string(a), *y = json_string(b);
	enum err rc = add_setting(d, name, x, y, e);

	json_decref(x);
	json_decref(y);
	return rc;
}

/* What an element of a list is called: a strategy by its name. */
static const char *element_name(const json_t *v)
{
	const char *name = json_string_value(json_is_object(v) ? json_object_get(v, "name") : v);

	return name ? name : "?";
}

/* The elements of one list that another lacks: "with BTCUSDT, ETHUSDT". */
static void surplus(const json_t *list, const json_t *other, struct buf *b)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = element_name(json_array_get(list, i));
		size_t k = 0;

		while (k < json_array_size(other) && strcmp(element_name(json_array_get(other, k)), name) != 0)
			k++;
		if (k == json_array_size(other))
			buf_addf(b, "%s%s", b->len ? ", " : "with ", name);
	}
}

/* Lists of different lengths: what only one side has is enough to see. */
static enum err add_lists(struct diff *d, const char *path, const json_t *a, const json_t *b, struct error *e)
{
	struct buf x = { 0 }, y = { 0 };
	enum err rc;

	surplus(a, b, &x);
	surplus(b, a, &y);
	rc = x.failed || y.failed ? error_memory(e) : add_words(d, path, x.data ? x.data : "without", y.data ? y.data : "without", e);
	buf_release(&x);
	buf_release(&y);
	return rc;
}

static enum err walk(struct diff *d, const char *path, json_t *a, json_t *b, struct error *e)
{
	char below[96];
	const char *key;
	json_t *value;
	enum err rc = OK;

	if (json_is_object(a) && json_is_object(b)) {
		json_object_foreach(a, key, value) {
			snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", key);
			rc = rc ? rc : walk(d, below, value, json_object_get(b, key), e);
		}
		json_object_foreach(b, key, value) {
			snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", key);
			if (!rc && !json_object_get(a, key))
				rc = add_setting(d, below, NULL, value, e);
		}
		return rc;
	}
	if (json_is_array(a) && json_is_array(b) && json_array_size(a) == json_array_size(b)) {
		for (size_t i = 0; i < json_array_size(a) && !rc; i++) {
			snprintf(below, sizeof below, "%s[%zu]", path, i);
			rc = walk(d, below, json_array_get(a, i), json_array_get(b, i), e);
		}
		return rc;
	}
	if (json_is_array(a) && json_is_array(b))
		return add_lists(d, path, a, b, e);
	return a && b && json_equal(a, b) ? OK : add_setting(d, path, a, b, e);
}

enum err diff_settings(const struct run *a, const struct run *b, struct diff *d, struct error *e)
{
	json_t *x = NULL, *y = NULL;
	char p[VALUE_SIZE], q[VALUE_SIZE];
	enum err rc = OK;

	if (!a || !b || !a->params_json[0] || !b->params_json[0])
		return OK;
	if (field_parse(a->params_json, strlen(a->params_json), &x, e) == OK && field_parse(b->params_json, strlen(b->params_json), &y, e) == OK)
		rc = walk(d, "", x, y, e);
	json_decref(x);
	json_decref(y);
	if (!rc && strcmp(a->version, b->version) != 0)
		rc = add_words(d, "version", a->version, b->version, e);
	if (!rc && strcmp(a->commit_hash, b->commit_hash) != 0)
		rc = add_words(d, "commit", a->commit_hash, b->commit_hash, e);
	if (!rc && d->data_differ) {
		snprintf(p, sizeof p, "%lld bars, %.12s", (long long)a->bars, a->digest);
		snprintf(q, sizeof q, "%lld bars, %.12s", (long long)b->bars, b->digest);
		rc = add_words(d, "candles and rules", p, q, e);
	}
	return rc;
}

struct setting *diff_setting(struct diff *d, enum cause cause)
{
	struct setting *best = NULL;

	for (size_t i = 0; i < d->setting_count; i++)
		if (d->settings[i].causes & BIT(cause) && (!best || d->settings[i].rank < best->rank))
			best = &d->settings[i];
	return best;
}
