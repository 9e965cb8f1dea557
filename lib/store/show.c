#include "store/show.h"

#include "core/prog.h"
#include "model/rows.h"
#include "store/lake.h"

static enum err write_row(void *ctx, const void *object, struct error *e)
{
	struct rows *rows = ctx;
	enum err rc = prog_stopped(e);

	if (!rc)
		rc = rows_add(rows, object, e);
	return rc || rows->out.len < 1 << 16 ? rc : prog_write_buf(&rows->out, e);
}

static enum err each_of_store(const char *db, const struct kind *k, const struct store_query *q, struct rows *rows, struct error *e)
{
	struct store *s;
	enum err rc = store_open(db, STORE_READ, &s, e);

	if (!rc) {
		rc = store_each(s, k, q, write_row, rows, e);
		store_close(s);
	}
	return rc;
}

enum err show_rows(const char *db, const char *lake, const struct kind *k, const struct store_query *q, const char *format, struct error *e)
{
	int as = format ? rows_format_find(format) : ROWS_JSON;
	struct rows rows;
	enum err rc;

	if (as < 0)
		return error_set(e, ERR_USAGE, "--format: '%s' is not json, csv or table", format);
	rows_begin(&rows, (enum rows_format)as, k);
	rc = lake ? lake_each(lake, k, q, write_row, &rows, e) : each_of_store(db, k, q, &rows, e);
	if (!rc)
		rc = rows_end(&rows, e);
	if (!rc)
		rc = prog_write_buf(&rows.out, e);
	rows_release(&rows);
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
