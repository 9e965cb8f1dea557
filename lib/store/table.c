#include <stdlib.h>
#include <string.h>

#include "store/db.h"

#define TABLE(NAME, TYPE, TIME, CLUSTERED, ...) \
	{ NAME "_row", TYPE##_fields, sizeof TYPE##_fields / sizeof *TYPE##_fields, sizeof(struct TYPE), { __VA_ARGS__, NULL }, TIME, CLUSTERED }

const struct store_table store_tables[STORE_TABLES] = {
	[KIND_SYMBOL] = TABLE("symbol", symbol, NULL, true, "market", "symbol"),
	[KIND_CANDLE] = TABLE("candle", candle, "open_time", true, "market", "symbol", "interval", "open_time"),
	[KIND_FUNDING] = TABLE("funding", funding, "funding_time", true, "market", "symbol", "funding_time"),
	[KIND_SIGNAL] = TABLE("signal", signal, "t_ms", false, "strategy", "market", "symbol", "interval", "t_ms"),
	[KIND_DECISION] = TABLE("decision", decision, "t_ms", false, "run", "id"),
	[KIND_ORDER] = TABLE("order", order, "created_ms", false, "run", "id"),
	[KIND_TRADE] = TABLE("trade", trade, "t_ms", false, "run", "id"),
	[KIND_POSITION] = TABLE("position", position, NULL, true, "account", "strategy", "market", "symbol"),
	[KIND_BALANCE] = TABLE("balance", balance, "t_ms", true, "account", "asset", "t_ms"),
	[KIND_TRANSFER] = TABLE("transfer", transfer, "t_ms", false, "account", "run", "id"),
	[KIND_EQUITY] = TABLE("equity", equity, "t_ms", true, "run", "t_ms"),
	[KIND_EVENT] = TABLE("event", event, "t_ms", false, "id"),
	[KIND_RUN] = TABLE("run", run, "started_at", false, "id"),
	[KIND_METRIC] = TABLE("metric", metric, NULL, true, "account", "run", "scope", "name"),
	[KIND_TRIAL] = TABLE("trial", trial, NULL, false, "id"),
	[KIND_RECEIPT] = TABLE("receipt", receipt, "t_ms", true, "market", "symbol", "interval", "series", "source", "first"),
	[STORE_ACCOUNT_STATE] = TABLE("account_state", account_state, NULL, true, "account"),
	[STORE_DUST] = TABLE("dust", dust, NULL, true, "account", "market", "symbol"),
	[STORE_CURSOR] = TABLE("cursor", cursor_state, NULL, true, "account", "market", "symbol"),
	[STORE_WIRE] = TABLE("wire", wire, NULL, true, "account", "id"),
	[STORE_WIRE_STEP] = TABLE("wire_step", wire_step, NULL, true, "account", "id", "number"),
	[STORE_BASELINE] = TABLE("baseline", baseline, NULL, true, "account", "asset"),
	[STORE_BLOCK] = TABLE("block", block, NULL, true, "account", "id"),
	[STORE_LIVE_STATE] = TABLE("live_state", live_state, NULL, true, "account"),
	[STORE_LOT] = TABLE("lot", lot, NULL, false, "account", "trade"),
	[STORE_HEARD] = TABLE("heard", heard, NULL, true, "account", "strategy", "market", "symbol"),
	[STORE_SYMBOL_TERM] = TABLE("symbol_term", symbol, NULL, true, "market", "symbol", "t_ms"),
};

static bool is_key(const struct store_table *t, const struct field *f)
{
	for (size_t i = 0; t->key[i]; i++)
		if (strcmp(t->key[i], f->name) == 0)
			return true;
	return false;
}

/* `"name" = ?N` for the key's columns (or for the others), N being the field's place in the table. */
static void add_pairs(struct buf *sql, const struct store_table *t, bool key, const char *relation, const char *between)
{
	bool first = true;

	for (size_t i = 0; i < t->field_count; i++)
		if (is_key(t, &t->fields[i]) == key) {
			add_name(sql, first ? "" : between, t->fields[i].name);
			buf_addf(sql, " %s ?%zu", relation, i + 1);
			first = false;
		}
}

static void add_names(struct buf *sql, const struct store_table *t)
{
	for (size_t i = 0; i < t->field_count; i++)
		add_name(sql, i ? ", " : "", t->fields[i].name);
}

static enum err prepare(struct store *s, struct buf *sql, sqlite3_stmt **stmt, struct error *e)
{
	enum err rc = OK;

	if (sql->failed)
		rc = error_memory(e);
	else if (sqlite3_prepare_v3(s->db, sql->data, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
		rc = db_error(s, "use the database", e);
	buf_release(sql);
	return rc;
}

static enum err prepare_insert(struct store *s, enum store_table_id id, struct error *e)
{
	const struct store_table *t = &store_tables[id];
	struct buf sql = { 0 };

	buf_addf(&sql, "INSERT INTO %s (", t->name);
	add_names(&sql, t);
	buf_adds(&sql, ") VALUES (");
	for (size_t i = 0; i < t->field_count; i++)
		buf_addf(&sql, "%s?%zu", i ? ", " : "", i + 1);
	buf_adds(&sql, ") ON CONFLICT DO NOTHING");
	return prepare(s, &sql, &s->insert[id], e);
}

/* Touches the row only where something differs, so that sqlite3_changes tells "changed" from "the same". */
static enum err prepare_update(struct store *s, enum store_table_id id, struct error *e)
{
	const struct store_table *t = &store_tables[id];
	struct buf sql = { 0 };

	buf_addf(&sql, "UPDATE %s SET ", t->name);
	add_pairs(&sql, t, false, "=", ", ");
	buf_adds(&sql, " WHERE ");
	add_pairs(&sql, t, true, "=", " AND ");
	buf_adds(&sql, " AND (");
	add_pairs(&sql, t, false, "IS NOT", " OR ");
	buf_adds(&sql, ")");
	return prepare(s, &sql, &s->update[id], e);
}

static enum err bind_all(struct store *s, sqlite3_stmt *stmt, const struct store_table *t, const void *object, struct error *e)
{
	for (size_t i = 0; i < t->field_count; i++)
		if (value_bind(stmt, (int)i + 1, &t->fields[i], object, is_key(t, &t->fields[i])) != SQLITE_OK)
			return db_error(s, "bind a value", e);
	return OK;
}

enum err table_put(struct store *s, enum store_table_id id, const void *object, enum put_result *what, struct error *e)
{
	const struct store_table *t = &store_tables[id];
	char doing[64];
	enum err rc = OK;

	snprintf(doing, sizeof doing, "write %s", t->name);
	if (!s->insert[id])
		rc = prepare_insert(s, id, e);
	if (!rc && !s->update[id])
		rc = prepare_update(s, id, e);
	if (!rc)
		rc = bind_all(s, s->insert[id], t, object, e);
	if (!rc)
		rc = db_run(s, s->insert[id], doing, e);
	*what = PUT_NEW;
	if (rc || sqlite3_changes(s->db) == 1)
		return rc;
	rc = bind_all(s, s->update[id], t, object, e);
	if (!rc)
		rc = db_run(s, s->update[id], doing, e);
	*what = sqlite3_changes(s->db) ? PUT_CHANGED : PUT_SAME;
	return rc;
}

enum err table_row(struct store *s, sqlite3_stmt *stmt, const struct store_table *t, void *object, struct error *e)
{
	for (size_t i = 0; i < t->field_count; i++)
		if (!value_column(stmt, (int)i, &t->fields[i], object))
			return error_field(e, ERR_IO, t->fields[i].name, "a row of %s has a value that is not one of this field's: '%s'", t->name, s->path);
	return OK;
}

/* Ends sql with " FROM …" the row that has the object's key, and makes a statement of it, to be given back with db_done. */
static enum err by_key(struct store *s, struct buf *sql, const struct store_table *t, const void *object, sqlite3_stmt **stmt, struct error *e)
{
	enum err rc;

	buf_addf(sql, " FROM %s WHERE ", t->name);
	add_pairs(sql, t, true, "=", " AND ");
	rc = sql->failed ? error_memory(e) : db_statement(s, sql->data, stmt, e);
	buf_release(sql);
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < t->field_count; i++)
		if (is_key(t, &t->fields[i]) && value_bind(*stmt, (int)i + 1, &t->fields[i], object, true) != SQLITE_OK)
			rc = db_error(s, "bind a value", e);
	if (rc)
		db_done(s, *stmt);
	return rc;
}

enum err store_get(struct store *s, enum store_table_id table, void *object, bool *found, struct error *e)
{
	const struct store_table *t = &store_tables[table];
	struct buf sql = { 0 };
	sqlite3_stmt *stmt;
	enum err rc;
	int step;

	*found = false;
	buf_adds(&sql, "SELECT ");
	add_names(&sql, t);
	rc = by_key(s, &sql, t, object, &stmt, e);
	if (rc)
		return rc;
	step = sqlite3_step(stmt);
	*found = step == SQLITE_ROW;
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		rc = db_error(s, "read the database", e);
	if (!rc && *found)
		rc = table_row(s, stmt, t, object, e);
	db_done(s, stmt);
	return rc;
}

enum err store_delete(struct store *s, enum store_table_id table, const void *object, struct error *e)
{
	struct buf sql = { 0 };
	sqlite3_stmt *stmt;
	enum err rc;

	buf_adds(&sql, "DELETE");
	rc = by_key(s, &sql, &store_tables[table], object, &stmt, e);
	if (rc)
		return rc;
	rc = db_run(s, stmt, "delete from the database", e);
	db_done(s, stmt);
	return rc;
}
