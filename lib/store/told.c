#include "store/told.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "model/id.h"
#include "store/db.h"

enum err told_missing(struct store *s, int64_t now_ms, size_t most, store_callback *callback, void *ctx, struct error *e)
{
	const struct kind *k = &kinds[KIND_EVENT];
	struct event row;
	sqlite3_stmt *stmt;
	int step = SQLITE_DONE;
	enum err rc = db_statement(s, "SELECT id, account, level, code, symbol, message, t_ms FROM event_row AS e WHERE t_ms >= ?1 "
		"AND (level = 'alarm' OR code = 'daily') AND NOT EXISTS (SELECT 1 FROM told_row WHERE event = e.id) ORDER BY t_ms, rowid LIMIT ?2",
		&stmt, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(stmt, 1, now_ms - TOLD_DAYS * MS_DAY);
	sqlite3_bind_int64(stmt, 2, (int64_t)most);
	while (!rc && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		field_clear(k->fields, k->field_count, &row);
		for (size_t i = 0; !rc && i < k->field_count; i++)
			if (!value_column(stmt, (int)i, &k->fields[i], &row))
				rc = error_set(e, ERR_INTERNAL, "'%s': event_row.%s is no %s of an event", s->path, k->fields[i].name, k->fields[i].name);
		if (!rc)
			rc = callback(ctx, &row, e);
	}
	if (!rc && step != SQLITE_DONE)
		rc = db_error(s, "read events", e);
	db_done(s, stmt);
	return rc;
}

enum err told_mark(struct store *s, const char (*ids)[ID_SIZE], size_t n, int64_t now_ms, struct error *e)
{
	enum err rc = store_begin(s, e);

	for (size_t i = 0; !rc && i < n; i++) {
		sqlite3_stmt *stmt;

		rc = db_statement(s, "INSERT OR IGNORE INTO told_row (event, t_ms) VALUES (?, ?)", &stmt, e);
		if (rc)
			break;
		sqlite3_bind_text(stmt, 1, ids[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 2, now_ms);
		rc = db_run(s, stmt, "write told_row", e);
		db_done(s, stmt);
	}
	return store_end(s, rc, e);
}

enum err told_put(struct store *s, struct event *event, struct error *e)
{
	struct store_query q = STORE_ANY;
	struct digest *d = digest_new();
	bool known = false;
	enum err rc;

	if (!d)
		return error_memory(e);
	id_event(d, event->account, event->code, event->symbol, event->t_ms, event->id);
	digest_free(d);
	q.id = event->id;
	rc = store_any(s, &kinds[KIND_EVENT], &q, &known, e);
	return rc || known ? rc : store_put(s, &kinds[KIND_EVENT], event, NULL, e);
}

enum err told_failed(struct store *s, const char *how, size_t waiting, int64_t now_ms, struct error *e)
{
	struct event event = { .level = EVENT_WARN, .code = "notify.failed", .t_ms = now_ms / MS_HOUR * MS_HOUR };

	snprintf(event.message, sizeof event.message, "the command of notify.json %.100s; waiting to be told: %zu", how, waiting);
	return told_put(s, &event, e);
}
