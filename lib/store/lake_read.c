/* Rows out of a lake: each series' files one after the other, several series one after the other or merged by time. */
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/prog.h"
#include "core/utc.h"
#include "store/lake_file.h"

/* One series: its files, and the row that is next. */
struct lane {
	struct lake *l;
	const struct lake_table *t;
	const struct lake_file *files;
	size_t count, at; /* the file that is read */
	int64_t since, until, last_ms; /* last_ms: of the row before */
	struct duck_answer *answer;
	uint64_t sum;
	bool whole, has_row; /* whole: all rows of the file are read */
	struct record row;
};

static const char *time_name(const struct lake_table *t)
{
	return t->kind->fields[t->time_field].name;
}

static int64_t row_time(const struct lane *lane)
{
	int64_t t_ms;

	memcpy(&t_ms, (const char *)&lane->row.candle + lane->t->kind->fields[lane->t->time_field].offset, sizeof t_ms);
	return t_ms;
}

static void add_period(struct buf *sql, const struct lake_table *t, int64_t since, int64_t until)
{
	buf_adds(sql, " WHERE true");
	if (since != TIME_NONE)
		buf_addf(sql, " AND \"%s\" >= make_timestamp_ms(%lld)", time_name(t), (long long)since);
	if (until != TIME_NONE)
		buf_addf(sql, " AND \"%s\" < make_timestamp_ms(%lld)", time_name(t), (long long)until);
}

static enum err open_file(struct lane *lane, struct error *e)
{
	const struct lake_table *t = lane->t;
	const struct lake_file *f = &lane->files[lane->at];
	struct buf sql = { 0 };
	enum err rc;

	lane->whole = (lane->since == TIME_NONE || lane->since <= lake_year_start(f->year))
		&& (lane->until == TIME_NONE || lane->until >= lake_year_start(f->year + 1));
	lane->sum = 0;
	buf_adds(&sql, "SELECT ");
	for (size_t i = t->first_field; i < t->kind->field_count; i++)
		buf_addf(&sql, "%s\"%s\"", i == t->first_field ? "" : ", ", t->kind->fields[i].name);
	buf_adds(&sql, " FROM read_parquet(");
	duck_literal(&sql, f->path, true);
	buf_adds(&sql, ", hive_partitioning = false)");
	if (!lane->whole)
		add_period(&sql, t, lane->since, lane->until);
	rc = sql.failed ? error_memory(e)
		: duck_ask(lane->l->duck, sql.data, t->kind->fields + t->first_field, t->kind->field_count - t->first_field, &lane->answer, e);
	buf_release(&sql);
	return rc;
}

/* Another tool may have written the file, and then there is no sum in it. */
static enum err check_sum(struct lane *lane, struct error *e)
{
	struct lake_stamp stamp;
	enum err rc = lane->whole ? lake_stamp(lane->l, lane->files[lane->at].path, &stamp, e) : OK;

	if (!rc && lane->whole && stamp.sum != INT_NONE && stamp.sum != lake_sum_value(lane->sum))
		rc = error_set(e, ERR_DATA, "the rows are not those that were written");
	return rc;
}

/* The folders say what the columns do not. */
static void name_row(struct lane *lane)
{
	const struct lake_file *f = &lane->files[lane->at];
	char *object = (char *)&lane->row.candle;

	memcpy(object + lane->t->market, &f->market, sizeof f->market);
	memcpy(object + lane->t->symbol, f->symbol, sizeof f->symbol);
	if (lane->t->has_interval)
		memcpy(object + lane->t->interval, &f->interval, sizeof f->interval);
}

static enum err check_row(struct lane *lane, struct error *e)
{
	const struct lake_file *f = &lane->files[lane->at];
	int64_t t_ms = row_time(lane);
	enum err rc = store_check(lane->t->kind, &lane->row.candle, e);
	char time[UTC_TEXT];

	if (!rc && (t_ms < lake_year_start(f->year) || t_ms >= lake_year_start(f->year + 1)))
		rc = error_field(e, ERR_DATA, time_name(lane->t), "%lld is not in %d", (long long)t_ms, f->year);
	if (!rc && t_ms <= lane->last_ms)
		rc = error_field(e, ERR_DATA, time_name(lane->t), "%s comes after a later row", utc_format(t_ms, time));
	lane->last_ms = t_ms;
	return rc;
}

static enum err next_of_file(struct lane *lane, struct error *e)
{
	bool end;
	enum err rc = lane->answer ? OK : open_file(lane, e);

	if (!rc)
		rc = duck_next(lane->answer, &lane->row.candle, &end, e);
	if (rc)
		return rc;
	if (!end) {
		lane->has_row = true;
		name_row(lane);
		rc = check_row(lane, e);
		if (lane->whole)
			lane->sum = lake_sum(lane->sum, lane->t, &lane->row.candle);
		return rc;
	}
	duck_end(lane->answer);
	lane->answer = NULL;
	return check_sum(lane, e);
}

/* On to the next row; has_row false: there is none. */
static enum err advance(struct lane *lane, struct error *e)
{
	lane->has_row = false;
	while (!lane->has_row && lane->at < lane->count) {
		enum err rc = next_of_file(lane, e);

		if (rc)
			return lake_error(lane->files[lane->at].path, rc, e);
		if (!lane->has_row)
			lane->at++;
	}
	return OK;
}

/* Where the newest `last` rows begin. */
static enum err find_last(struct lane *lane, int64_t last, struct error *e)
{
	struct { int64_t first; } found = { TIME_NONE };
	const struct field fields[] = { { time_name(lane->t), FIELD_TIME, 0, sizeof found.first, FIELD_NULL, NULL, NULL, NULL, 0, 0, NULL } };
	struct duck_answer *a = NULL;
	struct buf sql = { 0 };
	bool end;
	enum err rc;

	buf_addf(&sql, "SELECT min(t) FROM (SELECT \"%s\" AS t FROM read_parquet([", time_name(lane->t));
	for (size_t i = 0; i < lane->count; i++) {
		buf_adds(&sql, i ? ", " : "");
		duck_literal(&sql, lane->files[i].path, true);
	}
	buf_adds(&sql, "], hive_partitioning = false)");
	add_period(&sql, lane->t, lane->since, lane->until);
	buf_addf(&sql, " ORDER BY t DESC LIMIT %lld)", (long long)last);
	rc = sql.failed ? error_memory(e) : duck_ask(lane->l->duck, sql.data, fields, 1, &a, e);
	if (!rc)
		rc = duck_next(a, &found, &end, e);
	if (!rc && found.first != TIME_NONE)
		lane->since = found.first;
	while (!rc && found.first != TIME_NONE && lane->files->year < lake_year(found.first)) {
		lane->files++;
		lane->count--;
	}
	duck_end(a);
	buf_release(&sql);
	return lake_error(lane->count ? lane->files->path : lane->l->folder, rc, e);
}

static bool same_series(const struct lake_file *a, const struct lake_file *b)
{
	return a->market == b->market && a->interval == b->interval && strcmp(a->symbol, b->symbol) == 0;
}

static enum err start(struct lane *lane, struct lake *l, const struct lake_table *t, const struct store_query *q, struct error *e)
{
	lane->l = l;
	lane->t = t;
	lane->since = q->since;
	lane->until = q->until;
	lane->last_ms = TIME_NONE;
	lane->row.kind = t->kind;
	if (q->last > 0) {
		enum err rc = find_last(lane, q->last, e);

		if (rc)
			return rc;
	}
	return advance(lane, e);
}

static enum err give_all(struct lane *lane, store_callback *callback, void *ctx, struct error *e)
{
	enum err rc = OK;

	while (!rc && lane->has_row) {
		rc = callback(ctx, &lane->row.candle, e);
		if (!rc)
			rc = advance(lane, e);
	}
	return rc;
}

/* The series are few (hundreds): the earliest of their next rows is found by looking at each. Ties go in series order. */
static enum err merge(struct lane *lanes, size_t n, store_callback *callback, void *ctx, struct error *e)
{
	enum err rc = OK;

	while (!rc) {
		struct lane *first = NULL;

		for (size_t i = 0; i < n; i++)
			if (lanes[i].has_row && (!first || row_time(&lanes[i]) < row_time(first)))
				first = &lanes[i];
		if (!first)
			break;
		rc = callback(ctx, &first->row.candle, e);
		if (!rc)
			rc = advance(first, e);
	}
	return rc;
}

static enum err each(struct lake *l, const struct lake_table *t, const struct store_query *q, store_callback *callback, void *ctx, struct error *e)
{
	bool by_time = q->by_time || !t->has_interval; /* as store_each: funding is in order of time */
	struct lake_file *files = NULL;
	struct lane *lanes = NULL;
	size_t n = 0, count = 0;
	enum err rc = lake_files(l, t, q, &files, &n, e);

	lanes = calloc(n + 1, sizeof *lanes);
	if (!rc && !lanes)
		rc = error_memory(e);
	for (size_t i = 0; !rc && i < n; count++) {
		struct lane *lane = &lanes[count];

		for (lane->files = &files[i]; i < n && same_series(lane->files, &files[i]); i++)
			lane->count++;
		rc = start(lane, l, t, q, e);
		if (!rc && !by_time)
			rc = give_all(lane, callback, ctx, e);
	}
	if (!rc && by_time)
		rc = merge(lanes, count, callback, ctx, e);
	for (size_t i = 0; lanes && i < count; i++)
		duck_end(lanes[i].answer);
	free(lanes);
	lake_files_free(files, n);
	return rc;
}

enum err lake_each(const char *folder, const struct kind *k, const struct store_query *q, store_callback *callback, void *ctx, struct error *e)
{
	enum err rc = lake_check_query(q, e);
	const struct lake_table *t;
	struct lake *l;

	for (size_t i = 0; (t = lake_table(i)) && t->kind != k; i++)
		;
	if (!rc && !t)
		rc = error_set(e, ERR_USAGE, "a lake has no %s records", k->name);
	if (!rc && !t->has_interval && (q->last > 0 || q->interval >= 0))
		rc = error_set(e, ERR_USAGE, "%s of a lake has neither an interval nor --last to choose by", t->folder);
	if (!rc)
		rc = lake_open(folder, false, &l, e);
	if (rc)
		return rc;
	rc = each(l, t, q, callback, ctx, e);
	lake_close(l);
	return rc;
}

static enum err pass_over(void *ctx, const void *object, struct error *e)
{
	(void)ctx;
	(void)object;
	return prog_stopped(e);
}

struct taking {
	struct intake *in;
	struct record row;
};

static enum err take(void *ctx, const void *object, struct error *e)
{
	struct taking *t = ctx;
	enum err rc = prog_stopped(e);

	memcpy(&t->row.candle, object, t->row.kind->size);
	return rc ? rc : intake_add(t->in, &t->row, NULL, 0, e);
}

/* Each file has a receipt of its own. */
static enum err take_file(struct lake *l, const struct lake_table *t, const struct store_query *q, const struct lake_file *f, struct intake *in,
	struct error *e)
{
	struct lane lane = { .files = f, .count = 1 };
	struct taking taking = { .in = in, .row.kind = t->kind };
	char sha256[DIGEST_HEX];
	enum err rc = digest_file(f->path, sha256, e);

	if (!rc)
		rc = batch_source(&in->batch, f->path + strlen(l->folder) + 1, sha256, TIME_UNIT_MS, e);
	if (!rc)
		rc = start(&lane, l, t, q, e);
	if (!rc)
		rc = give_all(&lane, take, &taking, e);
	duck_end(lane.answer);
	return rc;
}

static enum err take_table(struct lake *l, const struct lake_table *t, const struct store_query *q, struct intake *in, struct error *e)
{
	struct lake_file *files;
	size_t n;
	enum err rc = lake_files(l, t, q, &files, &n, e);

	for (size_t i = 0; !rc && i < n; i++) {
		prog_progress("import", (double)i, (double)n, "files");
		rc = take_file(l, t, q, &files[i], in, e);
	}
	lake_files_free(files, n);
	return rc;
}

static enum err take_all(struct lake *l, const struct store_query *q, struct intake *in, struct error *e)
{
	const struct lake_table *t;
	enum err rc = OK;

	for (size_t i = 0; !rc && (t = lake_table(i)); i++)
		if (t->has_interval || q->interval < 0)
			rc = each(l, t, q, pass_over, NULL, e);
	for (size_t i = 0; !rc && (t = lake_table(i)); i++)
		if (t->has_interval || q->interval < 0)
			rc = take_table(l, t, q, in, e);
	return rc;
}

enum err lake_import(const char *folder, struct intake *in, const struct store_query *q, struct error *e)
{
	struct lake *l;
	enum err rc = lake_check_query(q, e);

	if (!rc && q->last > 0)
		rc = error_set(e, ERR_USAGE, "--last is not for an import");
	if (!rc)
		rc = lake_open(folder, false, &l, e);
	if (rc)
		return rc;
	rc = take_all(l, q, in, e);
	lake_close(l);
	return rc;
}
