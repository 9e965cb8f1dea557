#include "store/select.h"

#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/utc.h"
#include "model/config.h"

static enum err read_time(const char *name, const char *text, int64_t now_ms, int64_t *out, struct error *e)
{
	if (!text || utc_parse(text, now_ms, out))
		return OK;
	return error_set(e, ERR_USAGE, "--%s: '%s' is not a time like " UTC_FORMS, name, text);
}

/* Symbols as arguments, or from a file. */
static enum err read_symbols(struct selection *s, const char *config_dir, struct error *e)
{
	char path[PATH_SIZE];
	int market = -1;
	enum err rc;

	if (s->symbols_file && s->word_count)
		return error_set(e, ERR_USAGE, "symbols come from --symbols or as arguments, not both");
	if (s->symbols_file) {
		rc = path_find(config_dir, "symbols", s->symbols_file, path, e);
		if (!rc)
			rc = symbols_load(path, &market, &s->symbols, &s->symbol_count, e);
		if (market >= 0 && !s->market && s->default_market >= 0)
			s->query.market = market;
		return rc;
	}
	s->symbols = calloc(s->word_count ? s->word_count : 1, sizeof *s->symbols);
	if (!s->symbols)
		return error_memory(e);
	for (; s->symbol_count < s->word_count; s->symbol_count++) {
		const char *word = s->words[s->symbol_count];

		if (!*word || strlen(word) >= SYMBOL_SIZE)
			return error_set(e, ERR_USAGE, "'%s' is not a symbol", word);
		memcpy(s->symbols[s->symbol_count], word, strlen(word) + 1);
	}
	return OK;
}

static enum err read_last(struct selection *s, struct error *e)
{
	char *end;

	if (!s->last)
		return OK;
	s->query.last = strtoll(s->last, &end, 10);
	if (*end || !*s->last || s->query.last < 1)
		return error_set(e, ERR_USAGE, "--last: '%s' is not a number of records", s->last);
	return OK;
}

static enum err read_names(struct selection *s, struct error *e)
{
	struct store_query *q = &s->query;

	q->account = s->account;
	q->strategy = s->strategy;
	q->run = s->run;
	q->market = s->market ? market_find(s->market) : s->default_market;
	if (s->market && q->market < 0)
		return error_set(e, ERR_USAGE, "-m: '%s' is neither spot nor um", s->market);
	q->interval = s->interval ? interval_find(s->interval) : -1;
	if (s->interval && q->interval < 0)
		return error_set(e, ERR_USAGE, "-i: '%s' is not an interval", s->interval);
	q->by_time = s->by_time;
	return OK;
}

static enum err strategy_of(const struct account *account, const char *name, const struct account_strategy **out, struct error *e)
{
	for (size_t i = 0; i < account->strategy_count; i++)
		if (strcmp(account->strategies[i].name, name) == 0) {
			*out = &account->strategies[i];
			return OK;
		}
	return error_set(e, ERR_USAGE, "-S: '%s' is not a strategy of account %s", name, account->name);
}

enum err select_account_candles(struct selection *s, const char *config_dir, struct error *e)
{
	struct store_query *q = &s->query;
	const struct account_strategy *strategy = NULL;
	const struct account *account;
	struct accounts accounts;
	enum err rc = accounts_load(config_dir, &accounts, e);

	if (rc)
		return rc;
	rc = accounts_find(&accounts, s->account, &account, e);
	if (!rc && s->strategy)
		rc = strategy_of(account, s->strategy, &strategy, e);
	if (!rc && !s->symbol_count) {
		select_release(s);
		rc = strategy ? account_strategy_symbols(strategy, &s->symbols, &s->symbol_count, e)
			: account_symbols(account, &s->symbols, &s->symbol_count, e);
	}
	if (!rc) {
		q->account = q->strategy = NULL;
		q->market = s->market ? q->market : account->market;
		q->interval = s->interval ? q->interval : account->interval;
		q->since = s->since ? q->since : account->anchor;
	}
	q->symbols = (const char (*)[SYMBOL_SIZE])s->symbols;
	q->symbol_count = s->symbol_count;
	accounts_release(&accounts);
	return rc;
}

enum err select_read(struct selection *s, const char *config_dir, int64_t now_ms, struct error *e)
{
	struct store_query *q = &s->query;
	enum err rc;

	*q = (struct store_query)STORE_ANY;
	rc = read_time("since", s->since, now_ms, &q->since, e);
	if (!rc)
		rc = read_time("until", s->until, now_ms, &q->until, e);
	if (!rc)
		rc = read_time("at", s->at, now_ms, &q->at, e);
	q->listed = true;
	if (!rc && q->since != TIME_NONE && q->until != TIME_NONE && q->since > q->until)
		rc = error_set(e, ERR_USAGE, "--since (%s) is after --until (%s)", s->since, s->until);
	if (!rc)
		rc = read_last(s, e);
	if (!rc)
		rc = read_names(s, e);
	if (!rc)
		rc = read_symbols(s, config_dir, e);
	q->symbols = (const char (*)[SYMBOL_SIZE])s->symbols;
	q->symbol_count = s->symbol_count;
	return rc;
}

enum err select_interval(struct selection *s, struct store *store, struct error *e)
{
	struct store_query *q = &s->query;
	struct store_series *rows = NULL;
	size_t n = 0;
	enum err rc = q->interval < 0 ? store_series(store, q, &rows, &n, e) : OK;

	for (size_t i = 0; !rc && i < n; i++) {
		if (q->interval >= 0 && q->interval != rows[i].interval)
			rc = error_set(e, ERR_USAGE, "the database has candles of %s and %s: choose with -i", interval_names[q->interval],
				interval_names[rows[i].interval]);
		q->interval = rows[i].interval;
	}
	free(rows);
	return rc;
}

void select_release(struct selection *s)
{
	free(s->symbols);
	s->symbols = NULL;
	s->symbol_count = 0;
}
