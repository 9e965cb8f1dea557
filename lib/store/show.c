#include "store/show.h"

#include <stdlib.h>
#include <string.h>

#include "core/prog.h"
#include "model/candle.h"
#include "model/rows.h"
#include "store/lake.h"

struct showing {
	struct rows rows;
	const struct store_query *q;
	bool *seen; /* which of its symbols have come; NULL: nobody asks */
	size_t last;
};

static void note_symbol(struct showing *s, const char *symbol)
{
	size_t n = s->q->symbol_count;

	for (size_t i = 0; i < n; i++, s->last = (s->last + 1) % n)
		if (strcmp(s->q->symbols[s->last], symbol) == 0) {
			s->seen[s->last] = true;
			return;
		}
}

static enum err write_row(void *ctx, const void *object, struct error *e)
{
	struct showing *s = ctx;
	struct rows *rows = &s->rows;
	enum err rc = prog_stopped(e);

	if (s->seen)
		note_symbol(s, ((const struct candle *)object)->symbol);
	if (!rc)
		rc = rows_add(rows, object, e);
	return rc || rows->out.len < 1 << 16 ? rc : prog_write_buf(&rows->out, e);
}

static enum err each_of_store(const char *db, const struct kind *k, struct showing *showing, struct error *e)
{
	struct store *s;
	enum err rc = store_open(db, STORE_READ, &s, e);

	if (!rc) {
		rc = store_each(s, k, showing->q, write_row, showing, e);
		store_close(s);
	}
	return rc;
}

static void tell_unseen(const struct showing *s, struct buf *told)
{
	for (size_t i = 0; s->seen && i < s->q->symbol_count; i++)
		if (!s->seen[i])
			buf_addf(told, "%s%s", told->len ? ", " : "", s->q->symbols[i]);
}

enum err show_rows(const char *db, const char *lake, const struct kind *k, const struct store_query *q, const char *format, struct buf *without,
	struct error *e)
{
	int as = format ? rows_format_find(format) : ROWS_JSON;
	struct showing s = { .q = q };
	enum err rc;

	if (as < 0)
		return error_set(e, ERR_USAGE, "--format: '%s' is not json, csv or table", format);
	if (without && k == &kinds[KIND_CANDLE] && q->symbol_count && !(s.seen = calloc(q->symbol_count, sizeof *s.seen)))
		return error_memory(e);
	rows_begin(&s.rows, (enum rows_format)as, k);
	rc = lake ? lake_each(lake, k, q, write_row, &s, e) : each_of_store(db, k, &s, e);
	if (!rc)
		rc = rows_end(&s.rows, e);
	if (!rc)
		rc = prog_write_buf(&s.rows.out, e);
	if (!rc)
		tell_unseen(&s, without);
	rows_release(&s.rows);
	free(s.seen);
	return rc;
}

/* What was found, and the end of the database. */
static enum err tell(struct store *s, struct buf *b, enum err rc, struct error *e)
{
	if (!rc)
		rc = prog_write_buf(b, e);
	buf_release(b);
	store_close(s);
	return rc;
}

enum err show_accounts(const char *db, const char *config_dir, const char *account, bool due, enum account_listing what, int64_t now_ms,
	struct error *e)
{
	struct buf b = { 0 };
	struct store *s;
	enum err rc = store_open(db, STORE_READ, &s, e);

	return rc ? rc : tell(s, &b, accounts_list(s, config_dir, account, due, what, now_ms, &b, e), e);
}

enum err show_wanted(const char *db, const struct selection *chosen, bool all, int64_t asked_before, const char *config_dir, int64_t now_ms,
	struct error *e)
{
	enum wanted_of of = all ? WANTED_ALL : chosen->account ? WANTED_ACCOUNT : WANTED_SYMBOLS;
	struct store_query q = chosen->query;
	struct buf b = { 0 };
	struct store *s;
	enum err rc;

	if (of == WANTED_SYMBOLS && !q.symbol_count)
		return error_set(e, ERR_USAGE, "wanted: for what? -A NAME, --all, or symbols with -i");
	if (q.symbol_count && q.interval < 0)
		return error_set(e, ERR_USAGE, "wanted: which candles of these symbols? -i INTERVAL");
	if (all && !chosen->market)
		q.market = -1;
	rc = store_open(db, STORE_READ, &s, e);
	return rc ? rc : tell(s, &b, wanted_find(s, &q, of, asked_before, config_dir, now_ms, &b, e), e);
}
