#include "engine/setup.h"

#include <stdio.h>
#include <string.h>

#include "core/path.h"
#include "core/version.h"
#include "model/id.h"

/* Every strategy with its pairs and its file's content: sorted keys, so that a file's layout does not matter. */
static enum err add_strategies(const struct setup *s, struct buf *b, struct error *e)
{
	const struct account *a = s->account;
	char path[PATH_SIZE];

	for (size_t i = 0; i < a->strategy_count; i++) {
		const struct account_strategy *st = &a->strategies[i];
		json_t *json;
		char *text;
		enum err rc = path_find(s->config, "strategies", st->file, path, e);

		if (!rc)
			rc = config_parse(path, &json, e);
		if (rc) {
			e->code = ERR_CONFIG;
			return ERR_CONFIG;
		}
		text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
		buf_addf(b, "%s{\"name\":\"%s\",\"params\":%s,\"symbols\":[", i ? "," : "", st->name, text ? text : "null");
		free(text);
		json_decref(json);
		for (size_t k = 0; k < st->symbol_count; k++) {
			if (k)
				buf_addc(b, ',');
			buf_add_json(b, st->symbols[k], strlen(st->symbols[k]));
		}
		buf_adds(b, "]}");
	}
	return OK;
}

static enum err describe(struct setup *s, enum mode mode, const char *extra, struct error *e)
{
	struct buf b = { .max = sizeof s->run.params_json };
	enum err rc;

	buf_adds(&b, "{\"account\":{");
	field_write(account_config_fields, ACCOUNT_FIELDS, s->account, &b);
	buf_adds(&b, "},\"strategies\":[");
	rc = add_strategies(s, &b, e);
	buf_adds(&b, "],\"risk\":");
	risk_params(&s->risk, &b);
	if (extra)
		buf_addf(&b, ",\"extra\":%s", extra);
	buf_addc(&b, '}');
	if (!rc && b.failed)
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

	if (rc) {
		e->code = ERR_CONFIG;
		return ERR_CONFIG;
	}
	return risk_load(path, &s->risk, e);
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
		rc = describe(s, mode == MODE_BACKTEST ? mode : (enum mode)s->account->mode, extra, e);
	if (rc)
		setup_release(s);
	return rc;
}

void setup_release(struct setup *s)
{
	accounts_release(&s->accounts);
	digest_free(s->digest);
	s->digest = NULL;
}
