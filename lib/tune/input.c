#include "tune/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/path.h"
#include "core/prog.h"
#include "core/utc.h"
#include "engine/engine.h"
#include "tune/gather.h"
#include "tune/reader.h"

static enum err take_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct input *in = ctx;
	static struct record r;
	enum err rc = record_read(line, len, &r, e);

	if (rc)
		return rc;
	if (r.kind == &kinds[KIND_SYMBOL])
		return terms_add(&in->history->given, &r.symbol, e);
	if (r.kind != &kinds[KIND_CANDLE])
		return OK; /* events of a fetch, say */
	if (r.candle.bar.open_time < in->anchor_ms || (in->period->until_ms != TIME_NONE && r.candle.bar.open_time >= in->period->until_ms))
		return OK; /* as the database would not give them either */
	return history_add(in->history, &r.candle, e);
}

/* Candles of the account's pairs from its anchor on. */
static enum err read_database(struct input *in, const struct account *account, struct store *s, const char *path, struct error *e)
{
	struct store_query q = STORE_ANY;
	char (*symbols)[SYMBOL_SIZE];
	enum err rc = account_symbols(account, &symbols, &q.symbol_count, e);

	q.symbols = (const char(*)[SYMBOL_SIZE])symbols;
	if (in->period->pair[0]) {
		q.symbols = (const char(*)[SYMBOL_SIZE])&in->period->pair;
		q.symbol_count = 1;
	}
	q.market = account->market;
	q.interval = account->interval;
	q.since = account->anchor;
	q.until = in->period->until_ms;
	if (!rc)
		rc = reader_read(s, path, &q, in->history, prog_stopped, e);
	free(symbols);
	return rc;
}

/* A pair whose candles are said to be late has some; where one pair is run again alone, the others' are not read. */
static enum err check_outages(const struct period *p, const struct history *h, struct error *e)
{
	struct outage rows[OUTAGES_MAX];
	size_t n = p->pair[0] || !h->bars ? 0 : outages_read(p->outages, rows);

	for (size_t i = 0; i < n; i++)
		if (rows[i].symbol[0] && !history_has(h, rows[i].symbol))
			return error_set(e, ERR_USAGE, "--outage: '%s' is not a pair of this backtest", rows[i].symbol);
	return OK;
}

/* The database is needed for candles; for the exchange's rules alone it may be absent. */
enum err input_read(struct input *in, struct setup *setup, struct error *e)
{
	struct store_query any = STORE_ANY;
	struct store *s = NULL;
	char path[PATH_SIZE];
	enum err rc = path_db(in->db, path, e);

	if (!rc && (!in->from_stdin || in->db || access(path, F_OK) == 0))
		rc = store_open(path, STORE_READ, &s, e);
	if (!rc && s)
		rc = store_each_row(s, STORE_SYMBOL_TERM, &any, gather_rules, in->history, e);
	if (!rc && !in->from_stdin && in->unmanaged)
		rc = managed_by_store(setup, s, in->period->until_ms, in->unmanaged, e);
	if (!rc && !in->from_stdin)
		rc = read_database(in, setup->account, s, path, e);
	store_close(s);
	if (!rc && in->from_stdin) {
		prog_hint_terminal("candles");
		in->history->hold = HISTORY_HOLD;
		rc = prog_lines(STDIN_FILENO, "stdin", take_line, in, e);
		if (!rc && in->unmanaged)
			rc = managed_by_history(setup, in->history, in->unmanaged, e);
	}
	if (!rc)
		rc = check_outages(in->period, in->history, e);
	return rc ? rc : history_ready(in->history, e);
}

struct listening {
	const struct account *account;
	struct told *told;
	struct digest *digest;
};

static enum err take_signal(void *ctx, char *line, size_t len, struct error *e)
{
	struct listening *l = ctx;
	static struct record r;
	enum err rc = record_read(line, len, &r, e);

	if (rc || r.kind != &kinds[KIND_SIGNAL])
		return rc;
	digest_add(l->digest, line, len);
	digest_add(l->digest, "\n", 1);
	rc = l->account ? engine_check_signal(l->account, &r.signal, e) : OK;
	return rc ? rc : told_add(l->told, &r.signal, e);
}

enum err input_signals(const char *path, const struct account *account, struct told *told, char digest[DIGEST_HEX], struct error *e)
{
	struct listening l = { account, told, digest_new() };
	bool from_stdin = strcmp(path, "-") == 0;
	int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum err rc = l.digest ? OK : error_memory(e);

	if (!rc && fd < 0)
		rc = error_set(e, ERR_NOINPUT, "--signals: '%s': %s", path, strerror(errno));
	if (!rc && from_stdin)
		prog_hint_terminal("signals");
	if (!rc)
		rc = prog_lines(fd, from_stdin ? "stdin" : path, take_signal, &l, e);
	if (!rc) {
		digest_hex(l.digest, digest);
		rc = told_ready(told, e);
	}
	if (fd >= 0 && !from_stdin)
		close(fd);
	digest_free(l.digest);
	return rc;
}

enum err input_run(const char *db, const char *id, struct run *run, struct error *e)
{
	struct store *s;
	char path[PATH_SIZE];
	bool found = false;
	enum err rc = path_db(db, path, e);

	if (!rc)
		rc = store_open(path, STORE_READ, &s, e);
	if (rc)
		return rc;
	snprintf(run->id, sizeof run->id, "%s", id);
	rc = store_get(s, (enum store_table_id)KIND_RUN, run, &found, e);
	store_close(s);
	if (!rc && !found)
		rc = error_set(e, ERR_NOINPUT, "no run '%s' in '%s'", id, path);
	return rc;
}
