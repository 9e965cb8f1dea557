#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "store/db.h"

/* When the rules that held at symbol->t_ms were first read; TIME_NONE: later, or never. */
static enum err find_term(struct store *s, const struct symbol *symbol, int64_t *t_ms, struct error *e)
{
	sqlite3_stmt *stmt;
	enum err rc = db_statement(s, "SELECT max(t_ms) FROM symbol_term_row WHERE market = ? AND symbol = ? AND t_ms <= ?", &stmt, e);

	*t_ms = TIME_NONE;
	if (rc)
		return rc;
	sqlite3_bind_text(stmt, 1, market_names[symbol->market], -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, symbol->symbol, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 3, symbol->t_ms);
	if (sqlite3_step(stmt) != SQLITE_ROW)
		rc = db_error(s, "read symbols", e);
	else if (sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		*t_ms = sqlite3_column_int64(stmt, 0);
	db_done(s, stmt);
	return rc;
}

/* The newest reading is the pair's row; each that found other rules than the one before it is kept beside that. */
enum err symbol_put(struct store *s, const struct symbol *symbol, enum put_result *what, struct error *e)
{
	struct symbol now = *symbol, then = *symbol;
	enum put_result term;
	bool known, found = false;
	enum err rc = store_get(s, (enum store_table_id)KIND_SYMBOL, &now, &known, e);

	if (!rc)
		rc = find_term(s, symbol, &then.t_ms, e);
	if (!rc && then.t_ms != TIME_NONE)
		rc = store_get(s, STORE_SYMBOL_TERM, &then, &found, e);
	if (!rc && !(found && symbols_equal(&then, symbol)))
		rc = table_put(s, STORE_SYMBOL_TERM, symbol, &term, e);
	*what = PUT_SAME;
	if (rc || (known && now.t_ms > symbol->t_ms))
		return rc;
	return table_put(s, (enum store_table_id)KIND_SYMBOL, symbol, what, e);
}

struct missing {
	int64_t t_ms;
	struct symbol *rows;
	size_t count, cap;
};

static enum err take_missing(void *ctx, const void *object, struct error *e)
{
	struct missing *m = ctx;
	const struct symbol *symbol = object;

	if (symbol->t_ms >= m->t_ms || strcmp(symbol->status, SYMBOL_DELISTED) == 0)
		return OK;
	if (grow(&m->rows, &m->cap, m->count + 1, sizeof *m->rows, e))
		return ERR_INTERNAL;
	m->rows[m->count++] = *symbol;
	return OK;
}

enum err symbols_delist(struct store *s, const struct event *listing, struct error *e)
{
	struct store_query q = STORE_ANY;
	struct missing m = { .t_ms = listing->t_ms };
	enum put_result what;
	enum err rc = OK;

	for (int market = 0; market_names[market]; market++)
		if (strncmp(listing->message, market_names[market], strlen(market_names[market])) == 0)
			q.market = market;
	if (q.market < 0)
		return OK;
	rc = store_each(s, &kinds[KIND_SYMBOL], &q, take_missing, &m, e);
	for (size_t i = 0; !rc && i < m.count; i++) {
		snprintf(m.rows[i].status, sizeof m.rows[i].status, "%s", SYMBOL_DELISTED);
		m.rows[i].t_ms = listing->t_ms;
		rc = symbol_put(s, &m.rows[i], &what, e);
	}
	free(m.rows);
	return rc;
}
