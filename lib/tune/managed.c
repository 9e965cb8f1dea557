#include "tune/managed.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

static bool is_managed(const struct account *a)
{
	return a->interval != a->strategy_interval;
}

static const struct store_series *series_of(const struct store_series *rows, size_t n, int interval, const char *symbol)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].interval == interval && rows[i].first != TIME_NONE && strcmp(rows[i].symbol, symbol) == 0)
			return &rows[i];
	return NULL;
}

static void say(const struct account *a, struct buf *why)
{
	if (why->len)
		buf_adds(why, "; ");
	buf_addf(why, "account %s is managed on bars of %s between those of %s (manage_interval), and ", a->name, interval_names[a->interval],
		interval_names[a->strategy_interval]);
}

static enum err leave(struct setup *s, struct buf *why, struct error *e)
{
	enum err rc = setup_unmanaged(s, e);

	buf_addf(why, ": this works on bars of %s alone", interval_names[s->account->interval]);
	return rc;
}

/* Whether the shorter bars of a pair begin and end where its longer ones do; those that it has none of are not missed. */
static bool covers(const struct account *a, const struct store_series *rows, size_t n, const char *symbol, int64_t until_ms, struct buf *why)
{
	const struct store_series *whole = series_of(rows, n, a->strategy_interval, symbol), *parts = series_of(rows, n, a->interval, symbol);
	char from[UTC_TEXT], to[UTC_TEXT];
	int64_t first, end;

	if (!whole || (until_ms != TIME_NONE && whole->first >= until_ms))
		return true;
	first = whole->first < a->anchor ? a->anchor : whole->first;
	end = interval_next((enum interval)whole->interval, whole->last);
	end = until_ms != TIME_NONE && until_ms < end ? until_ms : end;
	if (end <= first || (parts && parts->first <= first && interval_next((enum interval)parts->interval, parts->last) >= end))
		return true;
	say(a, why);
	if (!parts)
		buf_addf(why, "of %s none is stored", symbol);
	else
		buf_addf(why, "of %s only those from %s to %s are stored", symbol, utc_format(parts->first, from),
			utc_format(interval_next((enum interval)parts->interval, parts->last), to));
	return false;
}

enum err managed_by_store(struct setup *s, struct store *store, int64_t until_ms, struct buf *why, struct error *e)
{
	const struct account *a = s->account;
	struct store_query q = STORE_ANY;
	struct store_series *rows = NULL;
	char (*symbols)[SYMBOL_SIZE];
	size_t n = 0, count;
	bool covered = true;
	enum err rc;

	if (!is_managed(a))
		return OK;
	rc = account_symbols(a, &symbols, &count, e);
	q.market = a->market;
	if (!rc)
		rc = store_series(store, &q, &rows, &n, e);
	for (size_t i = 0; !rc && covered && i < count; i++)
		covered = covers(a, rows, n, symbols[i], until_ms, why);
	free(rows);
	free(symbols);
	return rc || covered ? rc : leave(s, why, e);
}

enum err managed_by_history(struct setup *s, const struct history *h, struct buf *why, struct error *e)
{
	if (!is_managed(s->account) || !h->series_count || h->series[0].interval != s->account->strategy_interval)
		return OK;
	say(s->account, why);
	buf_addf(why, "the candles given are of %s", interval_names[h->series[0].interval]);
	return leave(s, why, e);
}
