#include "engine/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/version.h"
#include "model/id.h"

/* A file that accounts.json names is not there or wrong: which account asked for it. */
static enum err in_account(const struct setup *s, const char *key, struct error *e)
{
	char message[sizeof e->message];

	memcpy(message, e->message, sizeof message);
	return error_set(e, ERR_CONFIG, "account %s: %s: %s", s->account->name, key, message);
}

/* A strategy reads the bars that are booked, or longer ones that those make. */
static enum err find_interval(const struct account *a, struct account_strategy *st, const json_t *params, struct error *e)
{
	int interval = account_strategy_interval(a, params);

	st->resampled = interval != a->interval;
	st->interval = interval;
	if (interval < 0)
		return error_set(e, ERR_CONFIG, "%s: interval: not an interval such as \"4h\"", st->file);
	if (st->resampled && !interval_makes((enum interval)a->interval, (enum interval)interval))
		return error_set(e, ERR_CONFIG, "%s: interval: bars of %s cannot be made of %s, the account's", st->file, interval_names[interval],
			interval_names[a->interval]);
	return OK;
}

static enum err load_strategies(struct setup *s, struct error *e)
{
	const struct account *a = s->account;
	char path[PATH_SIZE];
	enum err rc = OK;

	s->strategies = calloc(a->strategy_count + 1, sizeof *s->strategies);
	if (!s->strategies)
		return error_memory(e);
	for (size_t i = 0; !rc && i < a->strategy_count; i++) {
		if (!a->strategies[i].file[0]) { /* another program's signals */
			s->strategies[i] = json_pack("{s:s?}", "interval", a->strategies[i].resampled ? interval_names[a->strategies[i].interval] : NULL);
			rc = s->strategies[i] ? OK : error_memory(e);
			continue;
		}
		rc = path_find(s->config, "strategies", a->strategies[i].file, path, e);
		if (!rc)
			rc = config_parse(path, &s->strategies[i], e);
		if (!rc)
			rc = find_interval(a, &a->strategies[i], s->strategies[i], e);
	}
	return rc ? in_account(s, "strategies", e) : OK;
}

/* Every strategy with its pairs and its file's content: sorted keys, so that a file's layout does not matter. */
static void add_strategies(const struct setup *s, struct buf *b)
{
	for (size_t i = 0; i < s->account->strategy_count; i++) {
		const struct account_strategy *st = &s->account->strategies[i];
		char *text = json_dumps(s->strategies[i], JSON_COMPACT | JSON_SORT_KEYS);

		b->failed |= !text;
		buf_addf(b, "%s{\"name\":\"%s\",\"params\":%s,\"symbols\":[", i ? "," : "", st->name, text ? text : "");
		free(text);
		for (size_t k = 0; k < st->symbol_count; k++) {
			if (k)
				buf_addc(b, ',');
			buf_add_json(b, st->symbols[k], strlen(st->symbols[k]));
		}
		buf_adds(b, "]}");
	}
}

static enum err describe(struct setup *s, enum mode mode, const char *extra, struct error *e)
{
	struct buf b = { .max = sizeof s->run.params_json };
	enum err rc = OK;

	buf_adds(&b, "{\"account\":{");
	field_write(account_config_fields, ACCOUNT_RUN_FIELDS, s->account, &b);
	buf_adds(&b, "},\"strategies\":[");
	add_strategies(s, &b);
	buf_adds(&b, "],\"risk\":");
	risk_params(&s->risk, &b);
	if (s->account->transfers.count) {
		buf_adds(&b, ",\"transfers\":");
		schedule_write(&s->account->transfers, &b);
	}
	if (extra)
		buf_addf(&b, ",\"extra\":%s", extra);
	buf_addc(&b, '}');
	if (b.failed)
		rc = error_set(e, ERR_CONFIG, "the strategies and pairs of account %s take more than %zu bytes", s->account->name, b.max);
	if (!rc) {
		s->run = (struct run){ .mode = mode, .started_at = INT_NONE, .first_ms = INT_NONE, .last_ms = INT_NONE, .bars = INT_NONE };
		memcpy(s->run.account, s->label, sizeof s->run.account);
		memcpy(s->run.params_json, b.data, b.len + 1);
		snprintf(s->run.version, sizeof s->run.version, "%s", CT_VERSION);
		snprintf(s->run.commit_hash, sizeof s->run.commit_hash, "%s", version_commit());
		id_run(s->digest, mode_names[mode], s->label, s->run.params_json, s->run.version, s->run.commit_hash, s->run.id);
	}
	buf_release(&b);
	return rc;
}

static enum err load_risk(struct setup *s, struct error *e)
{
	char path[PATH_SIZE];
	enum err rc = path_find(s->config, "risk", s->account->risk, path, e);

	if (!rc)
		rc = risk_load(path, &s->risk, e);
	return rc ? in_account(s, "risk", e) : OK;
}

static enum err begin(struct setup *s, const char *config, struct error *e)
{
	*s = (struct setup){ .digest = digest_new() };
	return s->digest ? path_config(config, s->config, e) : error_memory(e);
}

enum err setup_with(struct setup *s, const char *config, const struct account *a, const char *label, const char *extra, struct error *e)
{
	enum err rc = begin(s, config, e);

	s->account = a;
	snprintf(s->label, sizeof s->label, "%s", label);
	if (!rc)
		rc = load_risk(s, e);
	if (!rc)
		rc = load_strategies(s, e);
	if (!rc)
		rc = describe(s, MODE_BACKTEST, extra, e);
	if (rc)
		setup_release(s);
	return rc;
}

enum err setup_load(struct setup *s, const char *config, const char *account, enum mode mode, const char *extra, struct error *e)
{
	enum err rc = begin(s, config, e);

	if (!rc)
		rc = accounts_load(s->config, &s->accounts, e);
	if (!rc)
		rc = accounts_find(&s->accounts, account, &s->account, e);
	if (!rc) {
		snprintf(s->label, sizeof s->label, "%s%s", mode == MODE_BACKTEST ? "backtest/" : "", account);
		rc = load_risk(s, e);
	}
	if (!rc)
		rc = load_strategies(s, e);
	if (!rc)
		rc = describe(s, mode == MODE_BACKTEST ? mode : (enum mode)s->account->mode, extra, e);
	if (rc)
		setup_release(s);
	return rc;
}

enum err setup_unmanaged(struct setup *s, struct error *e)
{
	struct account *a = &s->accounts.rows[s->account - s->accounts.rows];
	enum err rc = OK;

	a->manage_interval = -1;
	account_settle_on(a);
	for (size_t i = 0; !rc && i < a->strategy_count; i++)
		rc = find_interval(a, &a->strategies[i], s->strategies[i], e);
	return rc ? in_account(s, "strategies", e) : describe(s, MODE_BACKTEST, NULL, e);
}

enum err setup_relabel(struct setup *s, const char *label, const char *extra, struct error *e)
{
	if ((size_t)snprintf(s->label, sizeof s->label, "%s", label) >= sizeof s->label)
		return error_set(e, ERR_CONFIG, "'%s' is longer than %zu bytes", label, sizeof s->label - 1);
	return describe(s, MODE_BACKTEST, extra, e);
}

static enum err restore_symbols(struct account_strategy *st, json_t *list, struct error *e)
{
	size_t i;
	json_t *v;

	st->symbols = calloc(json_array_size(list) + 1, sizeof *st->symbols);
	if (!st->symbols)
		return error_memory(e);
	json_array_foreach(list, i, v)
		snprintf(st->symbols[st->symbol_count++], SYMBOL_SIZE, "%s", json_is_string(v) ? json_string_value(v) : "");
	return OK;
}

static enum err restore_strategies(struct setup *s, struct account *a, json_t *list, struct error *e)
{
	size_t n = json_array_size(list);
	enum err rc = OK;

	a->strategies = calloc(n + 1, sizeof *a->strategies);
	s->strategies = calloc(n + 1, sizeof *s->strategies);
	if (!a->strategies || !s->strategies)
		return error_memory(e);
	for (size_t i = 0; !rc && i < n; i++) {
		json_t *row = json_array_get(list, i), *name = json_object_get(row, "name"), *params = json_object_get(row, "params");
		struct account_strategy *st = &a->strategies[i];

		if (!json_is_string(name) || !json_is_object(params))
			return error_field(e, ERR_DATA, "params_json", "a strategy has no name or no parameters");
		snprintf(st->name, sizeof st->name, "%s", json_string_value(name));
		snprintf(st->file, sizeof st->file, "%s", json_string_value(name));
		s->strategies[i] = json_incref(params);
		a->strategy_count = i + 1;
		rc = restore_symbols(st, json_object_get(row, "symbols"), e);
		if (!rc)
			rc = find_interval(a, st, params, e);
	}
	return rc;
}

static enum err restore(struct setup *s, const struct run *run, struct error *e)
{
	struct account *a = calloc(1, sizeof *a);
	json_t *json = NULL, *extra;
	char *text;
	enum err rc;

	if (!a)
		return error_memory(e);
	s->accounts = (struct accounts){ a, 1 };
	s->account = a;
	rc = field_parse(run->params_json, strlen(run->params_json), &json, e);
	if (!rc)
		rc = field_read(account_config_fields, ACCOUNT_FIELDS, json_object_get(json, "account"), a, "params_json.account.", true, e);
	if (!rc)
		account_settle_on(a);
	if (!rc)
		rc = field_read(risk_fields, RISK_FIELDS, json_object_get(json, "risk"), &s->risk, "params_json.risk.", true, e);
	if (!rc)
		rc = restore_strategies(s, a, json_object_get(json, "strategies"), e);
	if (!rc)
		rc = schedule_read(json_object_get(json, "transfers"), "params_json.transfers", &a->transfers, e);
	if (!rc) {
		extra = json_object_get(json, "extra");
		text = extra ? json_dumps(extra, JSON_COMPACT) : NULL;
		rc = describe(s, MODE_BACKTEST, text, e);
		free(text);
	}
	json_decref(json);
	return rc;
}

enum err setup_replay(struct setup *s, const struct run *run, struct error *e)
{
	enum err rc = OK;

	*s = (struct setup){ .digest = digest_new() };
	if (!s->digest)
		return error_memory(e);
	memcpy(s->label, run->account, sizeof s->label);
	if (run->mode != MODE_BACKTEST)
		rc = error_set(e, ERR_DATA, "run %s is no backtest: it is in mode %s", run->id, mode_names[run->mode]);
	else if (strcmp(run->version, CT_VERSION) != 0)
		rc = error_set(e, ERR_DATA, "version has changed: run %s was made by %s, this program is %s", run->id, run->version, CT_VERSION);
	else if (strcmp(run->commit_hash, version_commit()) != 0)
		rc = error_set(e, ERR_DATA, "commit has changed: run %s was made by %s, this program is %s", run->id, run->commit_hash, version_commit());
	if (!rc)
		rc = restore(s, run, e);
	if (!rc && strcmp(s->run.id, run->id) != 0)
		rc = error_set(e, ERR_DATA, "parameters have changed: what run %s recorded makes run %s", run->id, s->run.id);
	if (rc)
		setup_release(s);
	return rc;
}

void setup_release(struct setup *s)
{
	for (size_t i = 0; s->strategies && s->account && i < s->account->strategy_count; i++)
		json_decref(s->strategies[i]);
	free(s->strategies);
	s->strategies = NULL;
	accounts_release(&s->accounts);
	digest_free(s->digest);
	s->digest = NULL;
}
