#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "store/db.h"

/* A statement's text and the values of its parameters, in order. */
struct builder {
	const struct store_table *t;
	struct buf sql;
	struct {
		const char *text; /* NULL: number */
		int64_t number;
	} *values;
	size_t count, cap;
	enum err rc;
};

static void add_value(struct builder *b, const char *text, int64_t number, struct error *e)
{
	if (grow(&b->values, &b->cap, b->count + 1, sizeof *b->values, e)) {
		b->rc = ERR_INTERNAL;
		return;
	}
	b->values[b->count].text = text;
	b->values[b->count++].number = number;
}

/* ` AND "name" relation ?`; a table without that column cannot answer the question. */
static const struct field *add_filter(struct builder *b, const char *name, const char *relation, struct error *e)
{
	const struct field *f = field_find(b->t->fields, b->t->field_count, name);

	if (b->rc)
		return NULL;
	if (!f) {
		b->rc = error_set(e, ERR_USAGE, "%.*s records have no %s to choose by", (int)(strlen(b->t->name) - 4), b->t->name, name);
		return NULL;
	}
	add_name(&b->sql, " AND ", name);
	buf_addc(&b->sql, ' ');
	buf_adds(&b->sql, relation);
	return f;
}

static void add_text(struct builder *b, const char *name, const char *value, struct error *e)
{
	if (value && add_filter(b, name, "= ?", e))
		add_value(b, value, 0, e);
}

static void add_time(struct builder *b, const char *relation, int64_t t_ms, struct error *e)
{
	if (t_ms != TIME_NONE && add_filter(b, b->t->time ? b->t->time : "time", relation, e))
		add_value(b, NULL, t_ms, e);
}

static void add_symbols(struct builder *b, const struct store_query *q, struct error *e)
{
	if (!q->symbol_count || !add_filter(b, "symbol", "IN (", e))
		return;
	for (size_t i = 0; i < q->symbol_count; i++) {
		buf_adds(&b->sql, i ? ", ?" : "?");
		add_value(b, q->symbols[i], 0, e);
	}
	buf_adds(&b->sql, ")");
}

/* The rules of a pair at one time: those last read by then, or else the first there were. */
static void add_term(struct builder *b, int64_t at, struct error *e)
{
	buf_adds(&b->sql, " AND t_ms = ifnull((SELECT max(o.t_ms) FROM symbol_term_row o WHERE o.market = t.market AND o.symbol = t.symbol AND "
		"o.t_ms <= ?), (SELECT min(o.t_ms) FROM symbol_term_row o WHERE o.market = t.market AND o.symbol = t.symbol))");
	add_value(b, NULL, at, e);
}

/* Not those of which the first candle came later. */
static void add_listed(struct builder *b, int64_t at, struct error *e)
{
	buf_adds(&b->sql, " AND (t_ms <= ? OR NOT EXISTS (SELECT 1 FROM series s WHERE s.market = t.market AND s.symbol = t.symbol) OR EXISTS "
		"(SELECT 1 FROM series s JOIN candle_row c ON c.series = s.id WHERE s.market = t.market AND s.symbol = t.symbol AND c.open_time <= ?))");
	add_value(b, NULL, at, e);
	add_value(b, NULL, at, e);
}

static void add_statuses(struct builder *b, unsigned statuses, struct error *e)
{
	const struct field *f = statuses ? add_filter(b, "status", "IN (", e) : NULL;
	bool first = true;

	for (int i = 0; f && f->values && f->values[i]; i++)
		if (statuses & 1u << i) {
			buf_addf(&b->sql, "%s'%s'", first ? "" : ", ", f->values[i]);
			first = false;
		}
	if (f)
		buf_adds(&b->sql, ")");
}

static void add_order(struct builder *b, bool newest_first)
{
	const char *way = newest_first ? " DESC" : "";
	bool first = true;

	buf_adds(&b->sql, " ORDER BY ");
	if (b->t->time) {
		add_name(&b->sql, "", b->t->time);
		buf_adds(&b->sql, way);
		first = false;
	}
	if (!b->t->clustered)
		buf_addf(&b->sql, "%srowid%s", first ? "" : ", ", way);
	for (size_t i = 0; b->t->clustered && b->t->key[i]; i++)
		if (!b->t->time || strcmp(b->t->key[i], b->t->time) != 0) {
			add_name(&b->sql, first ? "" : ", ", b->t->key[i]);
			buf_adds(&b->sql, way);
			first = false;
		}
}

static void build(struct builder *b, const struct store_query *q, struct error *e)
{
	buf_adds(&b->sql, "SELECT ");
	for (size_t i = 0; i < b->t->field_count; i++)
		add_name(&b->sql, i ? ", " : "", b->t->fields[i].name);
	buf_addf(&b->sql, "%s FROM %s AS t WHERE 1", b->t->clustered ? "" : ", rowid", b->t->name);
	if (q->at != TIME_NONE)
		add_term(b, q->at, e);
	if (q->at != TIME_NONE && q->listed)
		add_listed(b, q->at, e);
	add_text(b, "account", q->account, e);
	add_text(b, "run", q->run, e);
	add_text(b, "strategy", q->strategy, e);
	add_text(b, "id", q->id, e);
	add_text(b, "decision", q->decision, e);
	add_text(b, "order", q->order, e);
	add_text(b, "digest", q->digest, e);
	add_text(b, "market", q->market < 0 ? NULL : market_names[q->market], e);
	add_text(b, "interval", q->interval < 0 ? NULL : interval_names[q->interval], e);
	add_symbols(b, q, e);
	add_time(b, ">= ?", q->since, e);
	add_time(b, "< ?", q->until, e);
	add_statuses(b, q->statuses, e);
	add_order(b, q->last > 0);
	if (q->last > 0) {
		buf_adds(&b->sql, " LIMIT ?");
		add_value(b, NULL, q->last, e);
	}
	if (!b->rc && b->sql.failed)
		b->rc = error_memory(e);
}

/* The newest N are found newest first; around that, the usual order. */
static enum err wrap_last(struct builder *b, struct error *e)
{
	struct buf inner = b->sql;

	b->sql = (struct buf){ 0 };
	buf_adds(&b->sql, "SELECT * FROM (");
	buf_add(&b->sql, inner.data, inner.len);
	buf_adds(&b->sql, ")");
	add_order(b, false);
	buf_release(&inner);
	return b->sql.failed ? error_memory(e) : OK;
}

static enum err bind_values(struct store *s, sqlite3_stmt *stmt, const struct builder *b, struct error *e)
{
	for (size_t i = 0; i < b->count; i++) {
		int at = (int)i + 1;
		int code = b->values[i].text ? sqlite3_bind_text(stmt, at, b->values[i].text, -1, SQLITE_TRANSIENT)
			: sqlite3_bind_int64(stmt, at, b->values[i].number);

		if (code != SQLITE_OK)
			return db_error(s, "bind a value", e);
	}
	return OK;
}

static enum err step_all(struct store *s, sqlite3_stmt *stmt, const struct store_table *t, store_callback *callback, void *ctx, struct error *e)
{
	void *object = calloc(1, t->size);
	enum err rc = object ? OK : error_memory(e);
	int step = SQLITE_ROW;

	while (!rc && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		rc = table_row(s, stmt, t, object, e);
		if (!rc)
			rc = callback(ctx, object, e);
	}
	if (!rc && step != SQLITE_DONE)
		rc = db_error(s, "read the database", e);
	free(object);
	return rc;
}

enum err store_each_row(struct store *s, enum store_table_id table, const struct store_query *q, store_callback *callback, void *ctx,
	struct error *e)
{
	struct builder b = { .t = &store_tables[table] };
	sqlite3_stmt *stmt;
	enum err rc;

	if (table == (enum store_table_id)KIND_CANDLE)
		return candle_each(s, q, callback, ctx, e);
	if (q->at != TIME_NONE) {
		if (table != (enum store_table_id)KIND_SYMBOL)
			return error_set(e, ERR_USAGE, "only symbols are kept as they were at a time");
		b.t = &store_tables[STORE_SYMBOL_TERM];
	}
	build(&b, q, e);
	rc = b.rc;
	if (!rc && q->last > 0)
		rc = wrap_last(&b, e);
	if (!rc)
		rc = db_statement(s, b.sql.data, &stmt, e);
	if (!rc) {
		rc = bind_values(s, stmt, &b, e);
		if (!rc)
			rc = step_all(s, stmt, b.t, callback, ctx, e);
		db_done(s, stmt);
	}
	buf_release(&b.sql);
	free(b.values);
	return rc;
}

enum err store_each(struct store *s, const struct kind *k, const struct store_query *q, store_callback *callback, void *ctx, struct error *e)
{
	return store_each_row(s, (enum store_table_id)(k - kinds), q, callback, ctx, e);
}

static enum err note_row(void *ctx, const void *object, struct error *e)
{
	(void)object;
	(void)e;
	*(bool *)ctx = true;
	return OK;
}

enum err store_any(struct store *s, const struct kind *k, const struct store_query *q, bool *any, struct error *e)
{
	*any = false;
	return store_each(s, k, q, note_row, any, e);
}
