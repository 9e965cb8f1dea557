#include <string.h>

#include "core/prog.h"
#include "core/utc.h"
#include "model/rows.h"
#include "model/wanted.h"
#include "store/show.h"
#include "store/verify.h"

#define FINDINGS_SHOWN 200 /* in a table */

struct showing {
	struct rows series, findings;
	int64_t count, unsound, found;
};

static enum err show_finding(void *ctx, const struct finding *f, struct error *e)
{
	struct showing *s = ctx;
	enum err rc = prog_stopped(e);

	s->found++;
	if (rc || s->findings.format == ROWS_CSV || (s->findings.format == ROWS_TABLE && s->found > FINDINGS_SHOWN))
		return rc;
	rc = rows_add(&s->findings, f, e);
	return rc ? rc : prog_write_buf(&s->findings.out, e);
}

static enum err show_series(void *ctx, const struct verified *v, struct error *e)
{
	struct showing *s = ctx;
	enum err rc = rows_add(&s->series, v, e);

	s->count++;
	s->unsound += !v->sound;
	prog_progress("verifying", (double)s->count, 0, "series");
	return rc ? rc : prog_write_buf(&s->series.out, e);
}

static enum err end_tables(struct showing *s, struct error *e)
{
	bool both = s->series.format == ROWS_TABLE && s->findings.count;
	enum err rc = rows_end(&s->series, e);

	if (!rc && both)
		rc = rows_end(&s->findings, e);
	if (!rc && both) {
		buf_addc(&s->series.out, '\n');
		buf_add(&s->series.out, s->findings.out.data, s->findings.out.len);
	}
	if (!rc && both && s->found > FINDINGS_SHOWN)
		buf_addf(&s->series.out, "and %lld more: --format json has them all\n", (long long)(s->found - FINDINGS_SHOWN));
	return rc ? rc : prog_write_buf(&s->series.out, e);
}

static enum err verify(const struct verify *how, const char *db, const struct store_query *q, const char *config_dir, struct error *e)
{
	struct halts halts = { 0 };
	struct verify v = *how;
	enum err rc = q->since != TIME_NONE || q->until != TIME_NONE || q->last
		? error_set(e, ERR_USAGE, "verify and repair look at whole series: no --since, --until, --last") : halts_load(config_dir, &halts, e);

	if (!rc)
		rc = store_open(db, v.mark ? STORE_WRITE : STORE_READ, &v.store, e);
	v.halts = &halts;
	if (!rc)
		rc = store_verify(&v, q, e);
	store_close(v.store);
	halts_release(&halts);
	return rc;
}

enum err show_verify(const char *db, const struct store_query *q, const char *config_dir, const char *format, struct error *e)
{
	int as = format ? rows_format_find(format) : ROWS_TABLE;
	struct showing s = { 0 };
	struct verify v = { .mark = true, .on_finding = show_finding, .on_series = show_series, .ctx = &s };
	enum err rc;

	if (as < 0)
		return error_set(e, ERR_USAGE, "--format: '%s' is not json, csv or table", format);
	rows_begin(&s.series, (enum rows_format)as, &verified_kind);
	rows_begin(&s.findings, (enum rows_format)as, &finding_kind);
	rc = verify(&v, db, q, config_dir, e);
	if (!rc)
		rc = end_tables(&s, e);
	rows_release(&s.series);
	rows_release(&s.findings);
	if (rc || !s.unsound)
		return rc;
	return error_set(e, ERR_DATA, "%lld of %lld series %s not sound", (long long)s.unsound, (long long)s.count, s.unsound == 1 ? "is" : "are");
}

struct repairing {
	struct buf line;
	int64_t asked_before; /* what the exchange answered not to have before this is asked for again */
};

/* A hole as what ct-fetch is to bring. */
static enum err want_hole(void *ctx, const struct finding *f, struct error *e)
{
	struct wanted w = { .market = f->market, .interval = f->interval, .since = f->from, .until = f->until };
	struct repairing *r = ctx;

	if (f->fault != FAULT_HOLE && (f->fault != FAULT_ABSENT || f->asked >= r->asked_before))
		return prog_stopped(e);
	memcpy(w.symbol, f->symbol, sizeof w.symbol);
	record_write(&wanted_kind, &w, &r->line);
	return prog_write_buf(&r->line, e);
}

enum err show_repair(const char *db, const struct store_query *q, int64_t asked_before, const char *config_dir, struct error *e)
{
	struct repairing r = { .asked_before = asked_before };
	struct verify v = { .on_finding = want_hole, .ctx = &r };
	enum err rc = verify(&v, db, q, config_dir, e);

	buf_release(&r.line);
	return rc;
}
