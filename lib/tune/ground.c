/* What all trials of a search share, and its identity. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "core/version.h"
#include "tune/trial.h"

/* The account's settings that change what a backtest does. */
static const char *const settings[] = { "market", "interval", "manage_interval", "fee_mode", "quote", "capital", "maker_fee_bps",
	"taker_fee_bps", "slippage_bps", "price_impact", "max_volume_share", "max_missing_bars", "lots" };

static void describe_account(const struct account *a, struct buf *b)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		buf_addf(b, "%s=", settings[i]);
		field_write_value(field_find(account_config_fields, ACCOUNT_FIELDS, settings[i]), a, b);
		buf_addc(b, ' ');
	}
}

static void describe_strategies(const struct ground *g, struct buf *b)
{
	const struct account *a = g->setup->account;

	for (size_t i = 0; i < a->strategy_count; i++) {
		if (i != g->tuned)
			buf_addf(b, "%s=%s", a->strategies[i].name, g->strategies[i]);
		for (size_t k = 0; k < a->strategies[i].symbol_count; k++)
			buf_addf(b, " %s", a->strategies[i].symbols[k]);
		buf_addc(b, ';');
	}
}

static enum err identify(struct ground *g, struct error *e)
{
	struct digest *d = digest_new();
	struct buf b = { 0 };
	char hex[DIGEST_HEX];
	enum err rc;

	if (!d)
		return error_memory(e);
	describe_account(g->setup->account, &b);
	risk_params(&g->setup->risk, &b);
	describe_strategies(g, &b);
	for (size_t i = 0; i < g->history->series_count; i++)
		history_tell_rules(g->history, &g->history->series[i], &b);
	history_digest(g->history, d, g->digest);
	if (!b.failed)
		digest_field(d, b.data);
	digest_hex(d, hex);
	digest_free(d);
	snprintf(g->id, sizeof g->id, "%.16s", hex);
	snprintf(g->version, sizeof g->version, "%s %s", CT_VERSION, version_commit());
	rc = b.failed ? error_memory(e) : OK;
	buf_release(&b);
	return rc;
}

/* The period as it is: however it was asked for, equal periods are equal. */
static enum err find_period(struct ground *g, int64_t since_ms, int64_t until_ms, struct error *e)
{
	enum interval interval = (enum interval)g->setup->account->interval;
	int64_t first = INT64_MAX, end = INT64_MIN;

	for (size_t i = 0; i < g->history->series_count; i++) {
		const struct history_series *s = &g->history->series[i];

		if (!s->count)
			continue;
		first = s->bars[0].open_time < first ? s->bars[0].open_time : first;
		end = interval_next(interval, s->bars[s->count - 1].open_time) > end ? interval_next(interval, s->bars[s->count - 1].open_time) : end;
	}
	g->since = since_ms == TIME_NONE || since_ms < first ? first : interval_floor(interval, since_ms);
	g->until = until_ms == TIME_NONE || until_ms > end ? end : until_ms;
	return first == INT64_MAX || g->since >= g->until ? error_set(e, ERR_DATA, "there is no candle in this period") : OK;
}

enum err ground_make(struct ground *g, const struct history *h, const struct setup *setup, size_t tuned, int64_t since_ms, int64_t until_ms,
	struct error *e)
{
	size_t n = setup->account->strategy_count;
	enum err rc;

	*g = (struct ground){ .history = h, .setup = setup, .tuned = tuned, .strategies = calloc(n + 1, sizeof *g->strategies) };
	if (!g->strategies)
		return error_memory(e);
	for (size_t i = 0; i < n; i++) {
		g->strategies[i] = json_dumps(setup->strategies[i], JSON_COMPACT | JSON_SORT_KEYS);
		if (!g->strategies[i])
			return error_memory(e);
	}
	rc = find_period(g, since_ms, until_ms, e);
	if (!rc)
		rc = identify(g, e);
	return rc ? rc : shelf_new(h, SHELF_BYTES, &g->shelf, e);
}

void ground_release(struct ground *g)
{
	for (size_t i = 0; g->strategies && g->strategies[i]; i++)
		free(g->strategies[i]);
	free(g->strategies);
	g->strategies = NULL;
	shelf_free(g->shelf);
	g->shelf = NULL;
}

/* One strategy of the account from its text; set (may be NULL) replaces some of its parameters. */
static enum err make_strategy(const char *name, const char *text, const char *set, struct strategy **out, struct error *e)
{
	json_t *json = NULL, *changes = NULL;
	enum err rc = field_parse(text, strlen(text), &json, e);

	*out = NULL;
	if (!rc && set)
		rc = field_parse(set, strlen(set), &changes, e);
	if (!rc && changes && json_object_update(json, changes) != 0)
		rc = error_memory(e);
	if (!rc)
		rc = strategy_new(name, json, out, e);
	json_decref(changes);
	json_decref(json);
	return rc;
}

enum err ground_strategy(const struct ground *g, const char *set, struct strategy **out, struct error *e)
{
	return make_strategy(g->setup->account->strategies[g->tuned].name, g->strategies[g->tuned], set, out, e);
}

enum err ground_job_strategy(const struct ground *g, const struct job *job, size_t i, struct strategy **out, struct error *e)
{
	const char *name = g->setup->account->strategies[i].name;

	if (i != g->tuned)
		return make_strategy(name, g->strategies[i], NULL, out, e);
	return job->instead ? make_strategy(name, job->instead, NULL, out, e) : make_strategy(name, g->strategies[i], job->set, out, e);
}
